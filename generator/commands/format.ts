import { type Command, Option } from 'commander';

/** The options of a command that prints its result in several ways; `--json` is short for `--format json`. */
export function withFormat(command: Command, formats: readonly string[] = ['text', 'json']): Command {
  return command
    .addOption(new Option('--format <name>', 'how to print').choices(formats).default('text'))
    .option('--json', 'the same as --format json')
    .hook('preAction', (_, running) => {
      const { json, format } = running.opts<{ json?: boolean; format: string }>();
      if (json) running.setOptionValue('format', 'json');
      else if (format === 'json') running.setOptionValue('json', true);
    });
}

/** Does a command line ask for JSON? Errors are then printed as JSON, too. */
export function asksForJson(words: readonly string[]): boolean {
  return words.includes('--json') || words.includes('--format=json') || words[words.indexOf('--format') + 1] === 'json';
}

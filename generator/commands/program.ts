import { Command, CommanderError, Option } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { problemsOf } from '../diagnostics/internal.js';
import { exitCode, ProblemsError } from '../diagnostics/problem.js';
import { problemJson, problemText } from '../report/problems.js';
import { jsonLine, visibleLines } from '../text/visible.js';
import { COMMANDS } from './commands.js';
import { asksForJson } from './format.js';
import type { Terminal } from './terminal.js';

/** The name and version of this tool. */
export const VERSION = `${manifest.name} ${manifest.version}`;

/** Runs the command that the arguments name. Problems are printed and set the exit code; a bug is thrown. */
export async function run(args: readonly string[], terminal: Terminal): Promise<void> {
  try {
    await (await programOf(args, terminal)).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) terminal.exitWith(error.exitCode === 0 ? 0 : 2);
    else if (error instanceof ProblemsError) reportError(error, args, terminal, VERSION);
    else throw error;
  }
}

/** Prints the problems that an error stands for, and sets the exit code. `versions`: what a bug report begins with. */
export function reportError(error: unknown, args: readonly string[], terminal: Terminal, versions: string): void {
  const problems = problemsOf(error, versions);
  if (asksForJson(args)) terminal.print(jsonLine({ problems: problems.map(problemJson) }));
  else terminal.say(problems.map((problem) => problemText(problem, terminal.colors)).join('\n\n'));
  if (args.includes('--debug') && error instanceof Error) terminal.say(visibleLines(error.stack ?? ''));
  terminal.exitWith(exitCode(problems) || 1);
}

async function programOf(args: readonly string[], terminal: Terminal): Promise<Command> {
  const line = (text: string) => text.replace(/\n$/, '');
  const program = new Command('stackql-provider-gen')
    .description(
      'Reads an OpenAPI document and makes a StackQL provider from it: provider YAML, typed stubs, documentation.',
    )
    .version(manifest.version)
    .option('--debug', 'print stack traces')
    // `--version` after a command is the command's own.
    .enablePositionalOptions()
    .showHelpAfterError('See stackql-provider-gen --help.')
    .configureOutput({
      writeOut: (text) => terminal.print(line(text)),
      writeErr: (text) => terminal.say(line(text)),
    })
    .exitOverride();
  // Only the command that runs is loaded: its name, or the word after `help`, is among the first two.
  const first = args.filter((word) => !word.startsWith('-')).slice(0, 2);
  for (const [usage, description, load] of COMMANDS) {
    const command = program.command(usage).description(description);
    if (first.includes(command.name())) (await load())(command, terminal);
  }
  for (const command of program.commands)
    command
      .addOption(new Option('--debug').hideHelp())
      .showHelpAfterError(`See ${program.name()} ${command.name()} --help.`);
  return program;
}

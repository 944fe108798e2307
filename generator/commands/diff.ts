import { existsSync, readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { withEntry } from '../diff/changelog.js';
import { CLASSES, type Class } from '../diff/changes.js';
import { diffMarkdown, diffReport, diffText, summaryLine } from '../diff/report.js';
import { readSides } from '../diff/sides.js';
import { suggestVersion } from '../diff/version.js';
import { parseListing } from '../registry/listing.js';
import { jsonLine } from '../text/visible.js';
import { writeNamed } from '../write.js';
import { withFormat } from './format.js';
import type { Terminal } from './terminal.js';

interface DiffOptions {
  provider?: string;
  format: 'text' | 'json' | 'markdown';
  failOn?: Class;
  date?: string;
  index?: string;
  changelog?: string;
}

export function diffCommand(command: Command, terminal: Terminal): void {
  withFormat(command, ['text', 'json', 'markdown'])
    .option('--provider <name>', "the provider's name, where specs are compared")
    .addOption(
      new Option('--fail-on <class>', 'exit 1 when there is a change of this class, or a worse one').choices(CLASSES),
    )
    .option('--date <month>', 'YYYY-MM, for the version to suggest (default: the month of the last one)')
    .option(
      '--index <file>',
      "a registry's providers.yaml, for the versions there are (default: those that the providers name)",
    )
    .option('--changelog <file>', 'write what changed into this file, as the entry of the suggested version')
    .action((before: string, after: string | undefined, options: DiffOptions) => run(before, after, options, terminal));
}

async function run(before: string, after: string | undefined, options: DiffOptions, terminal: Terminal): Promise<void> {
  const [old, now] = await readSides(before, after, options.provider);
  const report = diffReport(
    old,
    now,
    suggestVersion(old.provider, now.provider, {
      ...options,
      versions: listedVersions(options.index, now.provider.id),
    }),
  );
  if (options.changelog !== undefined && report.changes.length > 0) {
    const known = existsSync(options.changelog) ? readFileSync(options.changelog, 'utf8') : undefined;
    writeNamed(options.changelog, withEntry(known, report));
  }
  if (options.format === 'json') terminal.print(jsonLine(report));
  else if (options.format === 'markdown') terminal.print(diffMarkdown(report));
  else {
    terminal.print(diffText(report));
    terminal.say(summaryLine(report));
  }
  const { failOn } = options;
  const failing = failOn === undefined ? [] : CLASSES.slice(0, CLASSES.indexOf(failOn) + 1);
  if (failing.some((of) => report.summary[of] > 0)) terminal.exitWith(1);
}

/** The versions that a registry's index lists for a provider. */
function listedVersions(index: string | undefined, provider: string): readonly string[] {
  return index === undefined ? [] : (parseListing(readFileSync(index, 'utf8')).get(provider) ?? []);
}

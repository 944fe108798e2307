import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { pageFiles } from '../doc-pages/pages.js';
import type { OutputFile } from '../model.js';
import { materialFrom } from '../pipeline/verify-material.js';
import { jsonLine } from '../text/visible.js';
import { reportHtml } from '../verify/html.js';
import { readProviderFolder } from '../verify/provider.js';
import { countsOf, type Report, reportJson, reportText } from '../verify/report.js';
import { isFailure } from '../verify/verdicts.js';
import {
  type Material,
  type VerifyOptions as VerifyProviderOptions,
  verifyProvider,
} from '../verify/verify-provider.js';
import { writeNamed } from '../write.js';
import { withFormat } from './format.js';
import { type SourceOptions, sourcesOf } from './source.js';
import type { Terminal } from './terminal.js';

interface VerifyOptions extends SourceOptions {
  docs?: string;
  service?: string[];
  engine?: string;
  json?: boolean;
  html?: string;
  record?: string;
  limit?: number;
}

export function verifyCommand(command: Command, terminal: Terminal): void {
  withFormat(command)
    .option(
      '--config <file>',
      'verify what this config generates (default, without a folder: every spec/*.config.yaml)',
    )
    .option('--spec <file>', "the API's own description, to compare with; without a folder, the one to generate from")
    .option('--provider <name>', 'which provider of the folder; with --spec alone, the name to generate under')
    .option(
      '--docs <dir>',
      'the pages whose statements are run (default for a folder: statements made from SHOW METHODS)',
    )
    .option('--service <name...>', 'only these services')
    .option('--engine <file>', 'the stackql to run (default: $STACKQL, then the PATH)')
    .option('--limit <n>', 'stop after this many statements', positive)
    .option('--html <file>', 'write the report as a page')
    .option('--record <dir>', 'write what the engine did, for tests that replay it without one')
    .action((dir: string | undefined, options: VerifyOptions) => run(dir, options, terminal));
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a positive number.');
  return number;
}

async function run(dir: string | undefined, options: VerifyOptions, terminal: Terminal): Promise<void> {
  if (dir !== undefined && options.config !== undefined)
    throw new ProblemsError([{ code: 'usage', message: 'a folder and --config exclude each other' }]);
  const verifyOptions: VerifyProviderOptions = {
    engine: options.engine ?? terminal.env.STACKQL ?? 'stackql',
    environment: terminal.env,
    onInterrupt: terminal.onInterrupt,
    onService: (provider, service, results) =>
      terminal.progress(`${provider}.${service}: ${countsOf(results).failed} of ${results.length} failed`),
    ...(options.service && { services: options.service }),
    ...(options.limit !== undefined && { limit: options.limit }),
    ...(options.record !== undefined && { onRecorded: (files) => writeRecording(options.record as string, files) }),
  };
  const reports: Report[] = [];
  for (const material of await materialOf(dir, options)) reports.push(await verifyProvider(material, verifyOptions));
  terminal.progress('');
  terminal.print(options.json ? jsonLine({ reports: reports.map(reportJson) }) : reports.map(reportText).join('\n\n'));
  if (options.html !== undefined) writeNamed(options.html, reportHtml(reports));
  terminal.exitWith(reports.some(({ results }) => results.some(({ verdict }) => isFailure(verdict))) ? 1 : 0);
}

function writeRecording(folder: string, files: readonly OutputFile[]): void {
  for (const file of files) writeNamed(path.join(folder, file.path), file.text);
}

async function materialOf(dir: string | undefined, options: VerifyOptions): Promise<Material[]> {
  const docs = options.docs === undefined ? undefined : pageFiles(options.docs);
  if (dir !== undefined) {
    return [
      {
        provider: readProviderFolder(dir, options.provider),
        ...(docs && { pages: docs }),
        specs: options.spec === undefined ? [] : [{ file: options.spec }],
      },
    ];
  }
  const material: Material[] = [];
  for (const source of sourcesOf(options))
    material.push({ ...(await materialFrom(source)), ...(docs && { pages: docs }) });
  return material;
}

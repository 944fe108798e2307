import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint, type OutputFile } from '../model.js';
import { generate } from '../pipeline/generate.js';
import { emitPackage } from '../pipeline/target.js';
import { readConfig } from '../read/config.js';
import { readSpec } from '../read/spec.js';
import { credentialOf } from '../verify/credential.js';
import { engineVersion } from '../verify/engine.js';
import { reportHtml } from '../verify/html.js';
import { onEngines } from '../verify/live.js';
import { operationsOf } from '../verify/operations.js';
import { readPages } from '../verify/pages.js';
import { providerPackage, readProviderFolder } from '../verify/provider.js';
import { recorder } from '../verify/recording.js';
import { countsOf, type Report, reportJson, reportText } from '../verify/report.js';
import { type PagedStatement, type Stage, type Verification, verify } from '../verify/run.js';
import { isFailure } from '../verify/verdicts.js';
import { writeNamed } from '../write.js';
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

export function verifyCommand(program: Command, terminal: Terminal): void {
  program
    .command('verify [dir]')
    .description('run every documented statement on the real engine, against a mock of the API on this machine')
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
    .option('--json', 'print the report as JSON')
    .option('--html <file>', 'write the report as a page')
    .option('--record <dir>', 'write what the engine did, for tests that replay it without one')
    .action((dir: string | undefined, options: VerifyOptions) => run(dir, options, terminal));
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a positive number.');
  return number;
}

/** A provider, its pages and the descriptions of its API, wherever they come from. */
interface Material {
  readonly provider: readonly OutputFile[];
  readonly pages: readonly OutputFile[] | undefined;
  readonly specs: readonly string[];
}

async function run(dir: string | undefined, options: VerifyOptions, terminal: Terminal): Promise<void> {
  if (dir !== undefined && options.config !== undefined)
    throw new ProblemsError([{ code: 'usage', message: 'a folder and --config exclude each other' }]);
  const named = options.engine ?? terminal.env.STACKQL ?? 'stackql';
  // The engine runs in a folder of its own.
  const engine = /[\\/]/.test(named) ? path.resolve(named) : named;
  const version = await engineVersion(named, { environment: terminal.env, onInterrupt: terminal.onInterrupt });
  const reports: Report[] = [];
  for (const material of await materialOf(dir, options))
    reports.push(await report(material, engine, version, options, terminal));
  terminal.progress('');
  terminal.print(
    options.json ? JSON.stringify({ reports: reports.map(reportJson) }) : reports.map(reportText).join('\n\n'),
  );
  if (options.html !== undefined) writeNamed(options.html, reportHtml(reports));
  terminal.exitWith(reports.some(({ results }) => results.some(({ verdict }) => isFailure(verdict))) ? 1 : 0);
}

/** Pages of the list that shows where the engine stops by default: more than its 20 (ENGINE E6.10). */
const MANY_PAGES = 22;

async function report(
  material: Material,
  engine: string,
  version: string,
  options: VerifyOptions,
  terminal: Terminal,
): Promise<Report> {
  const provider = providerPackage(material.provider, options.service);
  const credential = credentialOf(provider.name, provider.auth);
  const shared =
    material.specs.length > 0
      ? (await Promise.all(material.specs.map((spec) => readSpec(spec)))).flatMap(operationsOf)
      : undefined;
  const resources = material.pages && readPages(material.pages, provider.name);
  if (provider.services.every((service) => service.resources.length === 0))
    throw new ProblemsError([{ code: 'provider-missing', message: `${provider.name} has no resources` }]);
  const { env: environment, onInterrupt } = terminal;
  // With a limit, which statements are run must not depend on which engine is faster.
  return onEngines(
    { engine, environment, provider, credential, onInterrupt, ...(options.limit !== undefined && { lanes: 1 }) },
    async (live) => {
      const recording = recorder(live.stages, provider, version);
      const paged: PagedStatement[] = [];
      const verification: Verification = {
        provider,
        resources,
        credential,
        operations: async ({ file }) => {
          if (shared) return shared;
          const document = provider.files.find((each) => each.path === file);
          return document ? operationsOf(await readSpec(live.original(document))) : [];
        },
        ...(options.limit !== undefined && { limit: options.limit }),
        onService: (service, results) =>
          terminal.progress(`${provider.name}.${service}: ${countsOf(results).failed} of ${results.length} failed`),
        onPaged: (statement) => paged.push(statement),
      };
      const results = await verify(verification, options.record === undefined ? live.stages : recording.stages);
      if (options.record !== undefined)
        for (const file of recording.files()) writeNamed(path.join(options.record, file.path), file.text);
      const example = paged.sort((a, b) => byCodePoint(a.id, b.id))[0];
      const [stage] = live.stages;
      const pages = async (on: Stage, { sql, answering }: PagedStatement) =>
        (await on.run(sql, { ...answering, mock: on.mock, pages: MANY_PAGES })).requests.length;
      return {
        provider: provider.name,
        engine: version,
        unchecked: [
          ...provider.missing.map((service) => `the service ${service}, because its file is not there.`),
          ...(shared
            ? []
            : [
                'the API’s own description, because no --spec was given: requests were compared with the provider’s copy of it.',
              ]),
          ...(resources
            ? []
            : ['pages, because no --docs were given: the statements were made from what SHOW METHODS lists.']),
          ...(credential.checked ? [] : [`authentication, because ${String(provider.auth.type)} needs a third party.`]),
        ],
        ...(example &&
          stage && {
            paging: {
              statement: example.id,
              pages: MANY_PAGES,
              followed: await pages(stage, example),
              byDefault: await pages(await live.byDefault(), example),
            },
          }),
        results,
      };
    },
  );
}

async function materialOf(dir: string | undefined, options: VerifyOptions): Promise<Material[]> {
  const docs = options.docs === undefined ? undefined : pagesBelow(options.docs);
  if (dir !== undefined) {
    return [
      {
        provider: readProviderFolder(dir, options.provider),
        pages: docs,
        specs: options.spec === undefined ? [] : [options.spec],
      },
    ];
  }
  const material: Material[] = [];
  for (const source of sourcesOf(options)) {
    const { provider: model, outputs } = await generate(source, { skipSlow: true });
    const provider = emitPackage(model, model.version).map(({ path: file, text }) => ({
      path: file.slice('provider/src/'.length),
      text,
    }));
    const emitted = outputs.filter(({ contents }) => contents === 'pages').flatMap(({ files }) => files);
    const pages = docs ?? (emitted.length > 0 ? emitted : undefined);
    material.push({ provider, pages, specs: readConfig(source).specs.map(({ file }) => file) });
  }
  return material;
}

function pagesBelow(folder: string): OutputFile[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ProblemsError([{ code: 'usage', message: `--docs ${folder} is no folder` }]);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.mdx?$/.test(file) && !file.split(path.sep).includes('node_modules'))
    .sort(byCodePoint)
    .map((file) => ({ path: path.join(folder, file), text: readFileSync(path.join(folder, file), 'utf8') }));
}

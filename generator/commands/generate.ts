import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { type Problem, ProblemsError, severityOf } from '../diagnostics/problem.js';
import { emitLock } from '../emit/lock.js';
import type { OutputFile } from '../model.js';
import { cacheFolder, openCache } from '../pipeline/cache.js';
import { PROFILES } from '../pipeline/generate.js';
import { type Made, regenerate } from '../pipeline/incremental.js';
import { regenerateAll } from '../pipeline/workspace.js';
import { packedVersion } from '../text/version.js';
import { applyPlan, type Plan, planWrite, recover, writeNamed } from '../write.js';
import { type SourceOptions, sourcesOf, withSource } from './source.js';
import { printJson, sayProblems, type Terminal } from './terminal.js';
import { watch } from './watch.js';

interface GenerateOptions extends SourceOptions {
  out: string;
  profile?: string;
  stubs: boolean;
  accept?: string | true;
  strict?: boolean;
  check?: boolean;
  watch?: boolean;
  json?: boolean;
  cache: string | boolean;
}

export function generateCommand(program: Command, terminal: Terminal): void {
  withSource(
    program.command('generate [configs...]').description('write the provider, its stubs and its documentation'),
  )
    .option('--out <dir>', 'where provider/ and docs/ go; {provider} in it is the name of each', '.')
    .option(
      '--profile <name>',
      `write only the documentation, as another tool made it: ${Object.keys(PROFILES).join(', ')}`,
    )
    .option('--no-stubs', 'make no TypeScript stubs')
    .option(
      '--accept [version]',
      'write the names and verbs into the lock file beside the config; new ones count as published since the version',
    )
    .option('--strict', 'take warnings for errors')
    .option('--check', 'write nothing; exit 1 if the files on disk differ')
    .option('--watch', 'go on, and write again on every change of spec or config')
    .option(
      '--cache <dir>',
      'where unchanged work is kept (default: $STACKQL_PROVIDER_GEN_CACHE, node_modules/.cache, ~/.cache)',
    )
    .option('--no-cache', 'make everything anew')
    .option('--json', 'print the result as JSON')
    .action((configs: string[], options: GenerateOptions) => run({ ...options, configs }, terminal));
}

/** What goes together with what is said here, and not found out halfway. */
function refuse(options: GenerateOptions): void {
  const fail = (message: string) => new ProblemsError([{ code: 'usage', message }]);
  if (options.accept !== undefined && (options.check || options.profile !== undefined))
    throw fail('--accept goes neither with --check nor with --profile');
  if (options.watch && (options.check || options.json || options.accept !== undefined || options.profile !== undefined))
    throw fail('--watch goes with none of --check, --json, --accept, --profile');
  if (statSync(path.resolve(options.out), { throwIfNoEntry: false })?.isFile())
    throw new ProblemsError([{ code: 'output-no-folder', message: `${options.out} is a file` }]);
}

/** A folder that is written, and the providers that go there. */
interface Destination {
  readonly root: string;
  /** Before the paths of its files where there are several. */
  readonly prefix: string;
  readonly runs: ReadonlyMap<string, Made>;
  readonly plan: Plan;
}

async function run(options: GenerateOptions, terminal: Terminal): Promise<void> {
  refuse(options);
  const folder =
    options.cache === false ? undefined : cacheFolder(options.cache === true ? undefined : options.cache, terminal.env);
  const cache = folder === undefined ? undefined : openCache(folder);
  const wanted = {
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(!options.stubs && { stubs: false }),
  };
  const sources = sourcesOf(options);

  // Threads are for several; what is accepted needs the Model, which stays in its thread.
  const isSpread = sources.length > 1 && options.accept === undefined;
  const made: Awaited<ReturnType<typeof regenerate>>[] = isSpread
    ? await regenerateAll(sources, { ...wanted, ...(folder !== undefined && { cache: folder }) }, terminal.progress)
    : [];
  if (!isSpread)
    for (const source of sources)
      made.push(await regenerate(source, { ...wanted, progress: terminal.progress }, cache));
  const accept = options.accept;
  const locks = accept === undefined ? [] : made.map((one) => acceptedLock(one, accept));
  const warnings = made.flatMap((one) => one.warnings);
  const strict = options.strict ? warnings.filter((problem) => severityOf(problem) === 'warning') : [];
  if (strict.length > 0) throw new ProblemsError(strict.map((warning) => ({ ...warning, severity: 'error' })));

  const destinations = destinationsOf(made, options);
  if (!options.check) {
    terminal.progress(`writing ${destinations.flatMap(({ plan }) => plan.written).length} files`);
    // The lock first: killed in between, the next run makes the same provider of it.
    for (const [file, text] of locks)
      if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeNamed(file, text);
    for (const { root, plan } of destinations) applyPlan(root, plan);
  }
  sum(destinations, warnings, options, terminal);
  if (!options.watch) return;
  const watched = sources.map((source, index) => ({ source, last: made[index] as Made }));
  await watch(watched, { rootOf: (one) => path.resolve(outOf(one, options)), stubs: options.stubs, cache }, terminal);
}

/** `--out` may hold the name of the provider: `out/{provider}`. */
function outOf({ id }: Made, { out }: GenerateOptions): string {
  return out.replaceAll('{provider}', id);
}

/** What is written where. Everything is planned before anything is written. */
function destinationsOf(made: readonly Made[], options: GenerateOptions): Destination[] {
  const folders = new Map<string, Map<string, Made>>();
  for (const one of made) {
    const out = outOf(one, options);
    const runs = folders.get(out) ?? new Map<string, Made>();
    const owner = options.profile === undefined ? one.id : `${one.id}@${options.profile}`;
    if (runs.has(owner))
      throw new ProblemsError([{ code: 'usage', message: `two configs make the provider ${one.id}` }]);
    folders.set(out, runs.set(owner, one));
  }
  return [...folders].map(([out, runs]) => {
    const root = path.resolve(out);
    if (!options.check) recover(root);
    const outputs = Object.fromEntries([...runs].map(([owner, { files }]) => [owner, files]));
    return {
      root,
      prefix: out === options.out ? '' : out,
      runs,
      plan: planWrite(root, outputs),
    };
  });
}

/** One summary, whatever it was made of. */
function sum(
  destinations: readonly Destination[],
  warnings: readonly Problem[],
  options: GenerateOptions,
  terminal: Terminal,
): void {
  const runs = destinations.flatMap((one) => [...one.runs]);
  const problems = [
    ...warnings,
    ...destinations.flatMap(({ root, plan }) => (options.check ? driftProblems(root, plan) : plan.warnings)),
  ];
  const written = destinations.flatMap(({ prefix, plan }) =>
    plan.written.map((file) => path.posix.join(prefix, file.path)),
  );
  const removed = destinations.flatMap(({ prefix, plan }) => plan.removed.map((file) => path.posix.join(prefix, file)));
  if (options.json) {
    const providers = runs.map(([owner, { services, methods, files }]) => ({
      owner,
      services,
      methods,
      files: files.length,
    }));
    printJson(
      terminal,
      { providers, ...(options.check ? { drift: [...written, ...removed] } : { written, removed }) },
      problems,
    );
    return;
  }
  sayProblems(terminal, problems);
  for (const [owner, { methods, files }] of runs) terminal.say(`${owner}: ${methods} methods, ${files.length} files`);
  const differing = written.length + removed.length;
  if (!options.check) terminal.say(`${written.length} written, ${removed.length} removed`);
  else terminal.say(differing === 0 ? 'everything is up to date' : `${differing} files differ`);
}

/** The lock file with what was decided now. */
function acceptedLock(
  { provider, lock }: Awaited<ReturnType<typeof regenerate>>,
  accept: string | true,
): [file: string, text: string] {
  if (!provider || !lock)
    throw new ProblemsError([
      { code: 'usage', message: '--accept needs a config, beside which it writes the lock file; `init` makes one' },
    ]);
  return [lock.file, emitLock(provider, accept === true ? provider.version : packedVersion(accept))];
}

/** What is on disk and is not what would be generated. */
export function driftProblems(root: string, plan: Plan): Problem[] {
  const stale = plan.removed.map((file): Problem => ({ code: 'drift', message: `${file} is no longer generated` }));
  return [...plan.written.map((file) => driftProblem(root, file)), ...stale];
}

/** The first lines in which a file differs from what would be generated. */
function driftProblem(root: string, { path: file, text }: OutputFile): Problem {
  const onDisk = path.join(root, file);
  if (!existsSync(onDisk)) return { code: 'drift', message: `${file} is missing` };
  const before = readFileSync(onDisk, 'utf8').split('\n');
  const after = text.split('\n');
  const first = after.findIndex((line, index) => line !== before[index]);
  const line = first === -1 ? after.length : first;
  return {
    code: 'drift',
    message: `${file} differs from line ${line + 1} on`,
    hint: `- ${before[line] ?? '(end of file)'}\n  + ${after[line] ?? '(end of file)'}`,
  };
}

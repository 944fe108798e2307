import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { exitCode, type Problem, ProblemsError, severityOf } from '../diagnostics/problem.js';
import { emitLock } from '../emit/lock.js';
import type { OutputFile } from '../model.js';
import { openCache } from '../pipeline/cache.js';
import { accessCache, type CacheAccess } from '../pipeline/cache-access.js';
import { type RunResult, regenerate } from '../pipeline/incremental.js';
import { PROFILES } from '../pipeline/target.js';
import { regenerateAll } from '../pipeline/workspace.js';
import { packedVersion } from '../text/version.js';
import { applyPlans, type Plan, planWrite, recover, writeNamed } from '../write.js';
import { withFormat } from './format.js';
import { isOpenApi, type SourceOptions, sourcesOf, withSource } from './source.js';
import { type Detail, printJson, sayProblems, type Terminal } from './terminal.js';
import { Watch } from './watch.js';

interface GenerateOptions extends SourceOptions {
  out: string;
  profile?: string;
  stubs: boolean;
  accept?: string | true;
  strict?: boolean;
  check?: boolean;
  watch?: boolean;
  json?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  cache: string | boolean;
}

export function generateCommand(command: Command, terminal: Terminal): void {
  withFormat(withSource(command))
    .option('--out <dir>', 'where provider/ and docs/ go; {provider} in it is the name of each', '.')
    .option(
      '--profile <name>',
      `write only the documentation, as another tool made it: ${Object.keys(PROFILES).join(', ')}`,
    )
    .option('--no-stubs', 'emit no TypeScript stubs')
    .option(
      '--accept [version]',
      'write the names and verbs into the lock file beside the config; new ones count as published since the version',
    )
    .option('--strict', 'treat warnings as errors')
    .option('--check', 'write nothing; exit 1 if the files on disk differ')
    .option('--watch', 'keep running, and write again on every change of what a run reads')
    .option(
      '--cache <dir>',
      'where results are cached (default: $STACKQL_PROVIDER_GEN_CACHE, node_modules/.cache, ~/.cache)',
    )
    .option('--no-cache', 'regenerate everything')
    .option('--quiet', 'print errors only')
    .option('--verbose', 'print every warning, not only the first three of each kind')
    .action((configs: string[], options: GenerateOptions) => run({ ...options, configs }, terminal));
}

/** Refuses options that exclude each other, before anything is done. */
function refuse(options: GenerateOptions): void {
  const fail = (message: string) => new ProblemsError([{ code: 'usage', message }]);
  const document = options.configs?.find((file) => isOpenApi(file));
  if (document !== undefined)
    throw fail(
      `${document} is an OpenAPI document: use --spec ${document} --provider NAME, or write a config with init`,
    );
  if (options.quiet && options.verbose) throw fail('--quiet excludes --verbose');
  if (options.accept !== undefined && (options.check || options.profile !== undefined))
    throw fail('--accept excludes --check and --profile');
  if (options.watch && (options.check || options.json || options.accept !== undefined || options.profile !== undefined))
    throw fail('--watch excludes --check, --json, --accept and --profile');
  if (statSync(path.resolve(options.out), { throwIfNoEntry: false })?.isFile())
    throw new ProblemsError([{ code: 'output-no-folder', message: `${options.out} is a file` }]);
}

/** An output folder, and the runs whose files go there, by owner: a provider, with its profile if there is one. */
interface Destination {
  readonly root: string;
  /** Before the paths of its files where there are several. */
  readonly prefix: string;
  readonly runs: ReadonlyMap<string, RunResult>;
  readonly plan: Plan;
}

/** The cache of a run. What --check says of the files on disk must not depend on one. */
function cacheOf(
  { cache, check }: GenerateOptions,
  { env }: Terminal,
  warn: (problem: Problem) => void,
): CacheAccess | undefined {
  if (cache === false || check) return undefined;
  return accessCache(cache === true ? undefined : cache, env, warn);
}

async function run(options: GenerateOptions, terminal: Terminal): Promise<void> {
  refuse(options);
  const refused: Problem[] = [];
  const access = cacheOf(options, terminal, (problem) => refused.push(problem));
  const cache = access && openCache(access);
  const runOptions = {
    ...(options.profile !== undefined && { profile: options.profile }),
    ...(!options.stubs && { stubs: false }),
  };
  const sources = sourcesOf(options);

  // Threads are for several sources; --accept needs the Model, which stays in its thread.
  const isThreaded = sources.length > 1 && options.accept === undefined;
  const results: Awaited<ReturnType<typeof regenerate>>[] = isThreaded
    ? await regenerateAll(sources, { ...runOptions, ...(access && { cache: access }) }, terminal.progress)
    : [];
  if (!isThreaded)
    for (const source of sources)
      results.push(await regenerate(source, { ...runOptions, progress: terminal.progress }, cache));
  const accept = options.accept;
  const locks = accept === undefined ? [] : results.map((result) => acceptedLock(result, accept));
  const warnings = results.flatMap((result) => result.warnings);
  const strict = options.strict ? warnings.filter((problem) => severityOf(problem) === 'warning') : [];
  if (strict.length > 0) throw new ProblemsError(strict.map((warning) => ({ ...warning, severity: 'error' })));

  const destinations = destinationsOf(results, options);
  if (!options.check) {
    terminal.progress(`writing ${destinations.flatMap(({ plan }) => plan.written).length} files`);
    // The lock first: killed in between, the next run makes the same provider of it.
    applyPlans(destinations, () => {
      for (const [file, text] of locks)
        if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
          writeNamed(file, text);
          if (!options.quiet && !options.json) terminal.say(`${file} written: the names and verbs of this run`);
        }
    });
  }
  printSummary(destinations, [...refused, ...warnings], options, terminal);
  if (!options.watch) return;
  const watched = sources.map((source, index) => ({ source, last: results[index] as RunResult }));
  const rootOf = (result: RunResult) => path.resolve(outOf(result, options));
  await new Watch(watched, { rootOf, runOptions, cache }, terminal).untilStopped();
}

/** `--out` may hold the name of the provider: `out/{provider}`. */
function outOf({ id }: RunResult, { out }: GenerateOptions): string {
  return out.replaceAll('{provider}', id);
}

/**
 * Plans what is written where, before anything is written. Throws `usage` for two configs with one provider in one
 * folder.
 */
function destinationsOf(results: readonly RunResult[], options: GenerateOptions): Destination[] {
  const folders = new Map<string, Map<string, RunResult>>();
  for (const result of results) {
    const out = outOf(result, options);
    const runs = folders.get(out) ?? new Map<string, RunResult>();
    const owner = options.profile === undefined ? result.id : `${result.id}@${options.profile}`;
    if (runs.has(owner))
      throw new ProblemsError([{ code: 'usage', message: `two configs name the provider ${result.id}` }]);
    folders.set(out, runs.set(owner, result));
  }
  return [...folders].map(([out, runs]) => {
    const root = path.resolve(out);
    const outputs = Object.fromEntries([...runs].map(([owner, { files }]) => [owner, files]));
    if (!options.check) recover(root, outputs);
    return {
      root,
      prefix: out === options.out ? '' : out,
      runs,
      plan: planWrite(root, outputs),
    };
  });
}

/** Prints one summary for all sources, and sets the exit code. */
function printSummary(
  destinations: readonly Destination[],
  warnings: readonly Problem[],
  options: GenerateOptions,
  terminal: Terminal,
): void {
  const problemsOf = ({ root, plan }: Destination) => (options.check ? driftProblems(root, plan) : plan.warnings);
  const problems = [...warnings, ...destinations.flatMap(problemsOf)];
  if (options.json) {
    destinations.forEach((destination, index) => {
      printLines(destination, [...(index === 0 ? warnings : []), ...problemsOf(destination)], options, terminal);
    });
    terminal.exitWith(exitCode(problems));
    return;
  }
  sayProblems(terminal, problems, detailOf(options));
  if (options.quiet) return;
  const runs = destinations.flatMap((destination) => [...destination.runs]);
  for (const [owner, { methods, files }] of runs) terminal.say(`${owner}: ${methods} methods, ${files.length} files`);
  const count = (of: (plan: Plan) => readonly unknown[]) => destinations.flatMap(({ plan }) => of(plan)).length;
  const [written, removed] = [count((plan) => plan.written), count((plan) => plan.removed)];
  if (!options.check) terminal.say(`${written} written, ${removed} removed`);
  else terminal.say(written + removed === 0 ? 'everything is up to date' : `${written + removed} files differ`);
}

/**
 * Prints a line of JSON for each provider of a folder. What is removed, and problems of the folder, are in the first
 * one.
 */
function printLines(
  { prefix, plan, runs }: Destination,
  problems: readonly Problem[],
  { check }: GenerateOptions,
  terminal: Terminal,
): void {
  const inFolder = (file: string) => path.posix.join(prefix, file);
  [...runs].forEach(([owner, { services, methods, files }], index) => {
    const own = new Set(files.map((file) => file.path));
    const written = plan.written.filter((file) => own.has(file.path)).map((file) => inFolder(file.path));
    const removed = index === 0 ? plan.removed.map(inFolder) : [];
    printJson(
      terminal,
      {
        provider: owner,
        services,
        methods,
        files: files.length,
        ...(check ? { drift: [...written, ...removed] } : { written, removed }),
      },
      index === 0 ? problems : [],
    );
  });
}

function detailOf({ quiet, verbose, check }: GenerateOptions): Detail {
  if (quiet) return 'errors';
  return verbose || check ? 'all' : 'first';
}

/** Returns the lock file's path and its text with the names and verbs of this run. */
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

/** So many files that differ are said one by one; more have one cause, and one problem. */
const FEW_DRIFTS = 5;

/** Returns a problem for each file on disk that is not what would be generated; where there are many, for the first. */
export function driftProblems(root: string, { written, removed }: Plan): Problem[] {
  const stale = removed.map((file): Problem => ({ code: 'drift', message: `${file} is no longer generated` }));
  const count = written.length + removed.length;
  if (count <= FEW_DRIFTS) return [...written.map((file) => driftProblem(root, file)), ...stale];
  const [, ...others] = [...written.map((file) => file.path), ...removed];
  const [file] = written;
  const problem = file ? driftProblem(root, file) : (stale[0] as Problem);
  const names = others.slice(0, FEW_DRIFTS).join(', ');
  return [{ ...problem, message: `${count} files differ; ${problem.message}. Others: ${names}, …` }];
}

/** Returns the first line in which a file differs from what would be generated, in both versions. */
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

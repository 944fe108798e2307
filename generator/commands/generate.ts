import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { cacheFolder, openCache } from '../cache.js';
import { type Problem, ProblemsError, severityOf } from '../diagnostics.js';
import { emitLock } from '../emit/lock.js';
import { type Made, regenerate } from '../incremental.js';
import type { OutputFile } from '../model.js';
import { PROFILES } from '../pipeline.js';
import { packedVersion } from '../registry/version.js';
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
  withSource(program.command('generate').description('write the provider, its stubs and its documentation'))
    .option('--out <dir>', 'where provider/ and docs/ go', '.')
    .option('--profile <name>', `write only the documentation, as another tool made it: ${Object.keys(PROFILES).join(', ')}`)
    .option('--no-stubs', 'make no TypeScript stubs')
    .option('--accept [version]', 'write the names and verbs into the lock file beside the config; new ones count as published since the version')
    .option('--strict', 'take warnings for errors')
    .option('--check', 'write nothing; exit 1 if the files on disk differ')
    .option('--watch', 'go on, and write again on every change of spec or config')
    .option('--cache <dir>', 'where unchanged work is kept (default: $STACKQL_PROVIDER_GEN_CACHE, node_modules/.cache, ~/.cache)')
    .option('--no-cache', 'make everything anew')
    .option('--json', 'print the result as JSON')
    .action((options: GenerateOptions) => run(options, terminal));
}

async function run(options: GenerateOptions, terminal: Terminal): Promise<void> {
  const root = path.resolve(options.out);
  if (options.accept !== undefined && (options.check || options.profile !== undefined))
    throw new ProblemsError([{ code: 'usage', message: '--accept goes neither with --check nor with --profile' }]);
  if (options.watch && (options.check || options.json || options.accept !== undefined || options.profile !== undefined))
    throw new ProblemsError([{ code: 'usage', message: '--watch goes with none of --check, --json, --accept, --profile' }]);
  if (statSync(root, { throwIfNoEntry: false })?.isFile()) throw new ProblemsError([{ code: 'output-no-folder', message: `${options.out} is a file` }]);
  const cache = options.cache === false ? undefined : openCache(cacheFolder(options.cache === true ? undefined : options.cache, terminal.env));
  const runs = new Map<string, Made>();
  const locks: [file: string, text: string][] = [];
  const sources = sourcesOf(options);
  for (const source of sources) {
    const wanted = {
      ...(options.profile !== undefined && { profile: options.profile }),
      ...(!options.stubs && { stubs: false }),
      progress: terminal.progress,
    };
    const generated = await regenerate(source, wanted, cache);
    if (options.accept !== undefined) locks.push(acceptedLock(generated, options.accept));
    runs.set(options.profile === undefined ? generated.id : `${generated.id}@${options.profile}`, generated);
  }
  const warnings = [...runs.values()].flatMap((generated) => generated.warnings);
  const strict = options.strict ? warnings.filter((problem) => severityOf(problem) === 'warning') : [];
  if (strict.length > 0) throw new ProblemsError(strict.map((warning) => ({ ...warning, severity: 'error' })));
  if (!options.check) recover(root);
  const plan = planWrite(root, Object.fromEntries([...runs].map(([owner, { files }]) => [owner, files])));
  if (!options.check) {
    terminal.progress(`writing ${plan.written.length} files`);
    // The lock first: killed in between, the next run makes the same provider of it.
    for (const [file, text] of locks) if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeNamed(file, text);
    applyPlan(root, plan);
  }
  const problems: Problem[] = [...warnings, ...(options.check ? driftProblems(root, plan) : plan.warnings)];
  const written = plan.written.map(({ path: file }) => file);
  if (options.json) {
    const result = options.check ? { drift: [...written, ...plan.removed] } : { written, removed: plan.removed };
    const providers = [...runs].map(([owner, { services, methods, files }]) => ({ owner, services, methods, files: files.length }));
    printJson(terminal, { providers, ...result }, problems);
    return;
  }
  sayProblems(terminal, problems);
  for (const [owner, { methods, files }] of runs) terminal.say(`${owner}: ${methods} methods, ${files.length} files`);
  const differing = written.length + plan.removed.length;
  if (!options.check) terminal.say(`${written.length} written, ${plan.removed.length} removed`);
  else terminal.say(differing === 0 ? 'everything is up to date' : `${differing} files differ`);
  if (!options.watch) return;
  const made = [...runs.values()];
  const watched = sources.map((source, index) => ({ source, last: made[index] as Made }));
  await watch(root, watched, { stubs: options.stubs, cache }, terminal);
}

/** The lock file with what was decided now. */
function acceptedLock({ provider, lock }: Awaited<ReturnType<typeof regenerate>>, accept: string | true): [file: string, text: string] {
  if (!provider || !lock)
    throw new ProblemsError([{ code: 'usage', message: '--accept needs a config, beside which it writes the lock file; `init` makes one' }]);
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

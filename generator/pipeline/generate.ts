import path from 'node:path';
import { type Problem, ProblemsError, severityOf } from '../diagnostics/problem.js';
import type { LeftOut } from '../map/provider.js';
import { byCodePoint, methodsOf, type OutputFile, type Provider } from '../model.js';
import { readConfig } from '../read/config.js';
import type { Config, Lock, Source } from '../read/config-types.js';
import type { Spec } from '../read/spec.js';
import type { Cache } from './cache.js';
import { type Emission, emitTargets, type TargetOutput } from './emission.js';
import { refusedOperations } from './refused.js';
import { type SelectedTarget, selectTargets, type TargetOptions } from './select-targets.js';

export interface GenerateOptions extends TargetOptions {
  /** Hears of each step. */
  progress?(text: string): void;
}

export interface Generated {
  readonly provider: Provider;
  /** Of all targets, in path order. */
  readonly files: readonly OutputFile[];
  /** The same files by target, in the order in which the targets ran. */
  readonly outputs: readonly TargetOutput[];
  readonly warnings: readonly Problem[];
  /** Names in use; none without a config. */
  readonly lock?: Lock;
  /** The files and URLs that were read or looked for: config, specs, templates, the code of targets. */
  readonly inputs: readonly string[];
}

/** Reads a config and its specs, or a spec alone, and maps them. Throws ProblemsError with everything that is wrong. */
export async function mapSource(
  source: Source,
  progress: (text: string) => void = () => {},
  leftOut: LeftOut = new Map(),
): Promise<{ provider: Provider; warnings: Problem[]; config: Config; inputs: string[] }> {
  // 1. Read.
  const config = readConfig(source);
  // What follows is loaded when it is needed: an error in a config, or a run from the cache, waits for nothing else.
  const [{ readSpec }, { mapProvider }] = await Promise.all([import('../read/spec.js'), import('../map/provider.js')]);
  progress(`${config.provider}: reading ${config.specs.map(({ file }) => path.basename(file)).join(', ')}`);
  const specs = await Promise.all(
    config.specs.map(({ file, at, ...options }) =>
      readSpec(file, { ...config.references, ...(at && { namedAt: at }), ...options }),
    ),
  );
  progress(`${config.provider}: mapping`);
  // 2. Map: the only step that knows OpenAPI and StackQL.
  const { provider, warnings } = mapProvider(specs, config, leftOut);
  return {
    config,
    provider,
    warnings: [...config.warnings, ...readingWarnings(specs), ...warnings],
    inputs: [...config.files, ...specs.flatMap(({ files }) => files)],
  };
}

/** What was odd while reading; an action of an overlay that changes one of the specs may find nothing in the others. */
function readingWarnings(specs: readonly Spec[]): Problem[] {
  const isUnmatched = ({ code }: Problem) => code === 'overlay-unmatched';
  const warnings = specs.flatMap((spec) => spec.warnings);
  const misses = (at: Problem['at']) => warnings.filter((each) => isUnmatched(each) && each.at === at);
  return warnings.filter(
    (warning) =>
      !isUnmatched(warning) || (misses(warning.at).length === specs.length && misses(warning.at)[0] === warning),
  );
}

/**
 * Makes every file of a provider, or of one profile of its documentation; reads, and writes nothing. Throws
 * ProblemsError with what is wrong.
 */
export async function generate(source: Source, options: GenerateOptions = {}): Promise<Generated> {
  const { findings, parts, ...generated } = await runTargets(source, options);
  refuseErrors(findings, generated.warnings);
  return generated;
}

/** A provider that the engine cannot run is not written. */
export function refuseErrors(findings: readonly Problem[], warnings: readonly Problem[]): void {
  const errors = findings.filter((problem) => severityOf(problem) === 'error');
  if (errors.length > 0) throw new ProblemsError([...errors, ...warnings]);
}

/** A run whose findings nobody has judged yet. */
export interface TargetsRun extends Generated {
  /** What `check` says of the provider and its pages. */
  readonly findings: readonly Problem[];
  readonly parts: Emission['parts'];
}

/** Reads, maps, emits and checks; again without the operations at whose methods the check finds errors. */
export async function runTargets(source: Source, options: GenerateOptions, cache?: Cache): Promise<TargetsRun> {
  for (let leftOut: LeftOut = new Map(); ; ) {
    const run = await runOnce(source, options, cache, leftOut);
    const refused = refusedOperations(run.provider, run.findings);
    if (refused.size === 0) return run;
    leftOut = new Map([...leftOut, ...refused]);
  }
}

async function runOnce(
  source: Source,
  options: GenerateOptions,
  cache: Cache | undefined,
  leftOut: LeftOut,
): Promise<TargetsRun> {
  const { profile, progress = () => {} } = options;
  const { provider, warnings, config, inputs } = await mapSource(source, progress, leftOut);
  progress(`${provider.id}: writing out ${methodsOf(provider).length} methods in ${provider.services.length} services`);
  const { targets, close } = await selectTargets(config, options);
  try {
    // 3. Emit: pure functions of the Model.
    const { outputs, fresh, modules, parts, ...emitted } = await emitWith(config, targets, provider, cache);
    // 4. Check: the documents as values, and the statements of the pages.
    const pages = outputs.filter(({ contents }) => contents === 'pages').flatMap(({ files }) => files);
    const freshPages = fresh.files.filter((file) => pages.includes(file));
    return {
      provider,
      files: outputs.flatMap(({ files }) => files).sort((a, b) => byCodePoint(a.path, b.path)),
      outputs,
      warnings: [...warnings, ...emitted.warnings],
      inputs: [...inputs, ...modules],
      findings:
        profile === undefined
          ? (await import('../check/generated.js')).checkSome(provider, fresh.services, freshPages)
          : [],
      parts,
      ...(config.lock && { lock: config.lock }),
    };
  } finally {
    await close();
  }
}

/** An error in a template of the user's own is theirs to fix. */
async function emitWith(
  config: Config,
  targets: readonly SelectedTarget[],
  provider: Provider,
  cache: Cache | undefined,
): Promise<Emission> {
  try {
    return await emitTargets(targets, provider, config, cache);
  } catch (error) {
    const { templates } = config;
    const { TemplateError } = await import('../emit/docs/templates.js');
    if (!(error instanceof TemplateError) || !templates) throw error;
    const { template, line, column, message } = error;
    const file = path.join(templates.folder, `${template}.hbs`);
    throw new ProblemsError([{ code: 'template-broken', message, at: { file, line, column } }]);
  }
}

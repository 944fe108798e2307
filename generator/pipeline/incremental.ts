import { byCodePoint, methodsOf } from '../model.js';
import type { Source } from '../read/config-types.js';
import { positionOf } from '../read/place.js';
import { type Cache, hashOf, type InputFile, inputFile, isUnchanged, toolHash } from './cache.js';
import type { CachedPart, TargetOutput } from './emission.js';
import { type Generated, type GenerateOptions, generate, refuseErrors, runTargets } from './generate.js';

/** The result of a run without the Model, which a cached run does not have. */
export interface RunResult extends Pick<Generated, 'files' | 'outputs' | 'warnings' | 'inputs'> {
  readonly id: string;
  readonly services: number;
  readonly methods: number;
}

/** The cache entry of a run: what it read, and the keys of what it emitted. */
interface CachedRun extends Pick<RunResult, 'id' | 'services' | 'methods' | 'warnings'> {
  readonly inputs: readonly InputFile[];
  readonly targets: readonly Omit<TargetOutput, 'files'>[];
  readonly parts: readonly string[];
}

/**
 * The same as `generate`, in less time where little changed: a run whose inputs are all as they were comes from the
 * cache, and of another one only the services that changed are emitted. A spec from the network, a profile and `accept`
 * are not cached.
 */
export async function regenerate(
  source: Source,
  options: GenerateOptions,
  cache: Cache | undefined,
): Promise<RunResult & Partial<Pick<Generated, 'provider' | 'lock'>>> {
  const isCached = cache && options.profile === undefined && !(typeof source === 'object' && source.accept);
  if (!isCached) return withoutModel(await generate(source, options));
  const key = hashOf(toolHash(), process.cwd(), source, options.stubs ?? null, options.skipSlow ?? false);
  const cached = cachedRun(cache, key);
  if (cached) return cached;
  const { findings, parts, ...generated } = await runTargets(source, options, cache);
  refuseErrors(findings, generated.warnings);
  // Only now: files that did not pass the check are not cached.
  for (const [part, value] of parts) if (cache.get(part) === undefined) cache.set(part, value);
  const warnings = generated.warnings.map((problem) => ({
    ...problem,
    ...(problem.at !== undefined && { at: positionOf(problem.at) }),
  }));
  const result = { ...withoutModel(generated), warnings };
  const { id, services, methods } = result;
  if (generated.inputs.every((file) => !/^https?:/i.test(file)))
    cache.set(key, {
      id,
      services,
      methods,
      warnings,
      inputs: generated.inputs.map(inputFile),
      targets: generated.outputs.map(({ files, ...target }) => target),
      parts: parts.map(([part]) => part),
    } satisfies CachedRun);
  return result;
}

function withoutModel(generated: Generated): RunResult & Pick<Generated, 'provider' | 'lock'> {
  const { provider, files, outputs, warnings, inputs, lock } = generated;
  return {
    id: provider.id,
    services: provider.services.length,
    methods: methodsOf(provider).length,
    files,
    outputs,
    warnings,
    inputs,
    provider,
    ...(lock && { lock }),
  };
}

function cachedRun(cache: Cache, key: string): RunResult | undefined {
  const run = cache.get(key) as CachedRun | undefined;
  if (!run?.inputs.every(isUnchanged)) return undefined;
  const parts = run.parts.map((part) => cache.get(part) as CachedPart | undefined);
  if (parts.includes(undefined)) return undefined;
  const outputs = (parts as CachedPart[]).flatMap((part) => part.outputs);
  const filesOf = (name: string) => outputs.flatMap(({ target, files }) => (target === name ? files : []));
  const { id, services, methods, warnings } = run;
  return {
    id,
    services,
    methods,
    files: outputs.flatMap(({ files }) => files).sort((a, b) => byCodePoint(a.path, b.path)),
    outputs: run.targets.map((target) => ({ ...target, files: filesOf(target.target) })),
    warnings,
    inputs: run.inputs.map(({ file }) => file),
  };
}

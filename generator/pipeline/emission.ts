import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { OutputFile, Provider, Service } from '../model.js';
import type { Config } from '../read/config-types.js';
import { type Cache, hashOf, type InputFile, inputFile, isUnchanged, toolHash } from './cache.js';
import type { SelectedTarget } from './select-targets.js';

/** The files of one target. */
export interface TargetOutput {
  readonly target: string;
  readonly contents?: 'provider' | 'pages';
  readonly isSlow?: boolean;
  readonly files: readonly OutputFile[];
}

/** What is cached under one key: files of one or more targets. */
export interface CachedPart {
  readonly outputs: readonly TargetOutput[];
  readonly warnings: readonly Problem[];
  /** The code of the target that emitted it. */
  readonly modules: readonly InputFile[];
}

export interface Emission {
  /** In the order of the targets. */
  readonly outputs: readonly TargetOutput[];
  readonly warnings: readonly Problem[];
  /** The files of code of the targets that are modules. */
  readonly modules: readonly string[];
  /** What was emitted now, and is not from the cache. */
  readonly fresh: { readonly services: readonly Service[]; readonly files: readonly OutputFile[] };
  /** To be cached when the files have passed the check. */
  readonly parts: readonly (readonly [key: string, part: CachedPart])[];
}

/**
 * Emits the files of all targets, or takes them from the cache. A target with files by service has them in one part per
 * service, over all such targets: it depends on the service, on the objects that its columns and bodies hold, and on
 * what the other services are called and take, not on what they say. Any other target is one part, which depends on the
 * whole Model, on what the target reads beside it, and on its code.
 */
export async function emitTargets(
  targets: readonly SelectedTarget[],
  provider: Provider,
  config: Config,
  cache: Cache | undefined,
): Promise<Emission> {
  const sources = new Map(targets.map((target) => [target, target.sources?.(config)]));
  const services = partsByService(
    targets.filter((target) => target.serviceFiles),
    provider,
    sources,
    cache,
  );
  const stale = new Set(services.filter(({ cached }) => !cached).map(({ service }) => service));
  const outputs = new Map<string, TargetOutput>();
  const parts: [key: string, part: CachedPart][] = [];
  const freshFiles: OutputFile[] = [];
  const bySharing: TargetOutput[] = [];
  const warnings: Problem[] = [];
  const modules = new Set<string>();
  for (const target of targets) {
    const files = (target.dependsOn ?? []).flatMap((name) => outputs.get(name)?.files ?? []);
    const emit = () =>
      target.emit(provider, { files, sources: sources.get(target), isWanted: (service) => stale.has(service) });
    if (target.serviceFiles) {
      const emitted = (await emit()).files;
      freshFiles.push(...emitted);
      const own = services.map((each) => filesOf(target, each, provider, emitted));
      const shared = emitted.filter((file) => !own.some((each) => each.includes(file)));
      bySharing.push(outputOf(target, shared));
      outputs.set(target.name, outputOf(target, [...shared, ...own.flat()]));
      continue;
    }
    const key = hashOf(toolHash(), target.name, provider, sources.get(target) ?? null, files, hashesOf(target));
    const cached = cache?.get(key) as CachedPart | undefined;
    const isCached = cached?.modules.every(isUnchanged);
    const part = cached && isCached ? cached : await emittedPart(target, emit);
    if (!isCached) freshFiles.push(...(part.outputs[0]?.files ?? []));
    parts.push([key, part]);
    warnings.push(...part.warnings);
    for (const { file } of part.modules) modules.add(file);
    outputs.set(target.name, part.outputs[0] as TargetOutput);
  }
  const shared: CachedPart = { outputs: bySharing, warnings: [], modules: [] };
  for (const { key, service, cached } of services)
    parts.push([key, cached ?? partOf(service, targets, provider, outputs)]);
  parts.push([hashOf(toolHash(), shared), shared]);
  refuseSharedPaths(targets, outputs);
  return {
    outputs: targets.map(({ name }) => outputs.get(name) as TargetOutput),
    warnings,
    modules: [...modules],
    fresh: { services: [...stale], files: freshFiles },
    parts,
  };
}

function outputOf({ name, contents, isSlow }: SelectedTarget, files: readonly OutputFile[]): TargetOutput {
  return { target: name, ...(contents && { contents }), ...(isSlow && { isSlow }), files };
}

/** The code of a target that is a module, as it was loaded. */
function hashesOf({ modules = [] }: SelectedTarget): readonly InputFile[] {
  return modules.map(inputFile);
}

async function emittedPart(
  target: SelectedTarget,
  emit: () => ReturnType<SelectedTarget['emit']>,
): Promise<CachedPart> {
  const { files, warnings = [], modules = target.modules ?? [] } = await emit();
  return { outputs: [outputOf(target, files)], warnings, modules: modules.map(inputFile) };
}

interface ServicePart {
  readonly service: Service;
  readonly key: string;
  readonly cached?: CachedPart;
}

function partsByService(
  targets: readonly SelectedTarget[],
  provider: Provider,
  sources: ReadonlyMap<SelectedTarget, unknown>,
  cache: Cache | undefined,
): ServicePart[] {
  if (!cache) return provider.services.map((service) => ({ service, key: '' }));
  const { services, objects, ...own } = provider;
  const read = targets.map((target) => [target.name, sources.get(target) ?? null]);
  const around = hashOf(toolHash(), own, read, services.map(surfaceOf));
  return services.map((service) => {
    const key = hashOf(around, service, reachable(service, objects));
    const cached = cache.get(key) as CachedPart | undefined;
    return { service, key, ...(cached && { cached }) };
  });
}

/** The files of a target about one service, from the cache or as they were emitted now. */
function filesOf(
  target: SelectedTarget,
  { service, cached }: ServicePart,
  provider: Provider,
  emitted: readonly OutputFile[],
): readonly OutputFile[] {
  if (cached) return cached.outputs.find((output) => output.target === target.name)?.files ?? [];
  const start = target.serviceFiles?.(service, provider) ?? '';
  return emitted.filter((file) => file.path.startsWith(start));
}

function partOf(
  service: Service,
  targets: readonly SelectedTarget[],
  provider: Provider,
  outputs: ReadonlyMap<string, TargetOutput>,
): CachedPart {
  const own = targets.flatMap((target) => {
    const start = target.serviceFiles?.(service, provider);
    const files = outputs.get(target.name)?.files ?? [];
    return start === undefined
      ? []
      : [
          outputOf(
            target,
            files.filter((file) => file.path.startsWith(start)),
          ),
        ];
  });
  return { outputs: own, warnings: [], modules: [] };
}

/** Each file belongs to one target: two that emit the same path would overwrite each other. Throws `target-output`. */
function refuseSharedPaths(targets: readonly SelectedTarget[], outputs: ReadonlyMap<string, TargetOutput>): void {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const { name, at } of targets)
    for (const { path } of outputs.get(name)?.files ?? []) {
      const owner = owners.get(path);
      if (owner === undefined) owners.set(path, name);
      else
        problems.push({
          code: 'target-output',
          message: owner === name ? `${name} emits ${path} twice` : `${path} belongs to the target ${owner}`,
          ...(at !== undefined && { at }),
        });
    }
  if (problems.length > 0) throw new ProblemsError(problems);
}

/** What the pages of other services may show of one: names, verbs, inputs and columns. */
function surfaceOf({ name, title, resources }: Service): unknown {
  return [
    name,
    title,
    resources.map((resource) => [
      resource.name,
      resource.routes,
      resource.methods.map(({ name: method, verb, http, limit, parameters, body, response }) => [
        [method, verb, http, limit ?? null, response.row?.objectKey ?? null],
        [...parameters, ...(body?.fields ?? [])].map(({ name: input, required, type }) => [input, required, type]),
        response.row?.columns.map(({ name: column, type }) => [column, type]) ?? null,
      ]),
    ]),
  ];
}

/** The objects that a service's columns, bodies and inputs hold, and those that these hold. */
function reachable({ resources }: Service, objects: Provider['objects']): [string, unknown][] {
  const found = new Map<string, unknown>();
  const waiting: unknown[] = [resources];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && !found.has(value) && Object.hasOwn(objects, value)) {
      found.set(value, objects[value]);
      waiting.push(objects[value]);
    } else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) waiting.push(inner);
  }
  return [...found];
}

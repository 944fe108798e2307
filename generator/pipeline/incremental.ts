import { readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { checkSome } from '../check/generated.js';
import type { Problem } from '../diagnostics/problem.js';
import { emitDocs } from '../emit/docs/default.js';
import { emitProvider } from '../emit/provider.js';
import {
  byCodePoint,
  methodsOf,
  type OutputFile,
  type Provider,
  type Service,
  type TemplateSources,
} from '../model.js';
import type { Source } from '../read/config-types.js';
import { positionOf } from '../read/place.js';
import { type Cache, contentHash, hashOf, toolHash } from './cache.js';
import { type Generated, generate, type Wanted } from './generate.js';
import type { Emitter } from './target.js';

/** What a run made, without the Model. */
export interface Made {
  readonly id: string;
  readonly services: number;
  readonly methods: number;
  /** In path order. */
  readonly files: readonly OutputFile[];
  readonly warnings: readonly Problem[];
  /** The files and URLs that were looked at, there or not. */
  readonly inputs: readonly string[];
}

/** What the cache knows of a run: what it read, and the keys of what it made. */
interface Run extends Omit<Made, 'files' | 'inputs'> {
  readonly inputs: readonly Input[];
  readonly parts: readonly string[];
}

interface Input {
  readonly file: string;
  readonly real: string;
  readonly hash: string;
}

/**
 * The same as `generate`, in less time where little changed: a run whose inputs are all as they were is not made again, and of another one only the
 * services that changed are written out. A spec from the network, a profile and `accept` are made anew.
 */
export async function regenerate(
  source: Source,
  wanted: Wanted,
  cache: Cache | undefined,
): Promise<Made & Partial<Pick<Generated, 'provider' | 'lock'>>> {
  const isKept = cache && wanted.profile === undefined && !(typeof source === 'object' && source.accept);
  if (!isKept) return withoutModel(await generate(source, wanted));
  const key = hashOf(toolHash(), process.cwd(), source, wanted.stubs ?? null);
  const known = knownRun(cache, key);
  if (known) return known;
  let made: Parts | undefined;
  const emitter: Emitter = {
    pages(provider, templates) {
      made = partsOf(provider, templates, cache);
      return made.parts.flatMap(([, files]) => files);
    },
    check(provider, files) {
      const services = made?.stale ?? provider.services;
      const isStale = (file: string) =>
        !provider.services.some((service) => !services.includes(service) && isOf(service, provider, file));
      return checkSome(
        provider,
        services,
        files.filter((file) => isStale(file.path)),
      );
    },
    async once(what, of, make) {
      const part = hashOf(toolHash(), what, ...of);
      const known = cache.get(part) ?? (await make());
      cache.set(part, known);
      return known as Awaited<ReturnType<typeof make>>;
    },
  };
  const generated = await generate(source, { ...wanted, emitter });
  const { parts = [] } = made ?? {};
  const inPages = new Set(parts.flatMap(([, files]) => files.map((file) => file.path)));
  const rest = generated.files.filter((file) => !inPages.has(file.path));
  const all: readonly Part[] = [...parts, [hashOf(toolHash(), rest), rest]];
  // Only now: what did not pass the check is not known.
  for (const [part, files] of all) if (cache.get(part) === undefined) cache.set(part, files);
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
      inputs: generated.inputs.map(inputOf),
      parts: all.map(([part]) => part),
    } satisfies Run);
  return result;
}

function withoutModel(generated: Generated): Made & Pick<Generated, 'provider' | 'lock'> {
  const { provider, files, warnings, inputs, lock } = generated;
  return {
    id: provider.id,
    services: provider.services.length,
    methods: methodsOf(provider).length,
    files,
    warnings,
    inputs,
    provider,
    ...(lock && { lock }),
  };
}

function knownRun(cache: Cache, key: string): Made | undefined {
  const run = cache.get(key) as Run | undefined;
  if (!run?.inputs.every((input) => hashOf(inputOf(input.file)) === hashOf(input))) return undefined;
  const parts = run.parts.map((part) => cache.get(part) as OutputFile[] | undefined);
  if (parts.includes(undefined)) return undefined;
  const files = (parts as OutputFile[][]).flat().sort((a, b) => byCodePoint(a.path, b.path));
  const { id, services, methods, warnings } = run;
  return { id, services, methods, files, warnings, inputs: run.inputs.map(({ file }) => file) };
}

/** A link may lead elsewhere by now. */
function inputOf(file: string): Input {
  let real = '';
  try {
    real = realpathSync(file);
  } catch {
    // It is not there: that may change, too.
  }
  return {
    file,
    real,
    hash: isFolder(file) ? hashOf(...filesIn(file).flatMap((inner) => [inner, contentHash(inner)])) : contentHash(file),
  };
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
}

type Part = readonly [key: string, files: readonly OutputFile[]];

interface Parts {
  readonly parts: readonly Part[];
  /** Services that had to be written out. */
  readonly stale: readonly Service[];
}

/**
 * Every file of a provider, a part for each service and one for what concerns all. A service's part depends on the service, on the objects that its
 * columns and bodies hold, and on what the others are called and take; not on what they say.
 */
function partsOf(provider: Provider, templates: TemplateSources, cache: Cache): Parts {
  const { services, objects, ...own } = provider;
  const around = hashOf(toolHash(), own, templates, services.map(surfaceOf));
  const keys = new Map(services.map((service) => [service, hashOf(around, service, reachable(service, objects))]));
  const known = new Map(
    services.map((service) => [service, cache.get(keys.get(service) as string) as OutputFile[] | undefined]),
  );
  const stale = services.filter((service) => known.get(service) === undefined);
  const isStale = (service: Service) => stale.includes(service);
  const shared: OutputFile[] = [];
  const fresh = new Map<Service, OutputFile[]>(stale.map((service) => [service, []]));
  for (const file of [...emitProvider(provider, isStale), ...emitDocs(provider, templates, isStale)]) {
    const owner = stale.find((service) => isOf(service, provider, file.path));
    (owner ? (fresh.get(owner) as OutputFile[]) : shared).push(file);
  }
  const made = services.map(
    (service): Part => [keys.get(service) as string, known.get(service) ?? (fresh.get(service) as OutputFile[])],
  );
  return { stale, parts: [[hashOf(toolHash(), shared), shared], ...made] };
}

/** Is a file about this service alone? */
function isOf({ name }: Service, { id, version }: Provider, file: string): boolean {
  return (
    ['services', 'static/services'].some((folder) => file.startsWith(`docs/${folder}/${name}/`)) ||
    file === `provider/src/${id}/${version}/services/${name}.yaml`
  );
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
  const walk = (value: unknown): void => {
    if (typeof value === 'string') {
      if (found.has(value) || !Object.hasOwn(objects, value)) return;
      found.set(value, objects[value]);
      walk(objects[value]);
    } else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) walk(inner);
  };
  walk(resources);
  return [...found];
}

import { realpathSync } from 'node:fs';
import { type Cache, contentHash, hashOf, toolHash } from './cache.js';
import type { Problem } from './diagnostics.js';
import { emitDocs } from './emit/docs/default.js';
import { emitProvider } from './emit/provider.js';
import { methodsOf, type OutputFile, type Provider, type Service, type TemplateSources } from './model.js';
import { type Emitter, type Generated, generate, type Wanted } from './pipeline.js';
import type { Source } from './read/config.js';
import { positionOf } from './read/place.js';
import { byCodePoint } from './text/names.js';

/** What a run made, without the Model. */
export interface Made {
  readonly id: string;
  readonly services: number;
  readonly methods: number;
  /** In path order. */
  readonly files: readonly OutputFile[];
  readonly warnings: readonly Problem[];
}

/** What the cache knows of a run: what it read, and the keys of what it made. */
interface Run extends Omit<Made, 'files'> {
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
export async function regenerate(source: Source, wanted: Wanted, cache: Cache | undefined): Promise<Made & Partial<Pick<Generated, 'provider' | 'lock'>>> {
  const isKept = cache && wanted.profile === undefined && !(typeof source === 'object' && source.accept);
  if (!isKept) return made(await generate(source, wanted));
  const key = hashOf(toolHash(), process.cwd(), source, wanted.stubs ?? null);
  const known = knownRun(cache, key);
  if (known) return known;
  const parts: string[] = [];
  const emitter: Emitter = {
    pages(provider, templates) {
      const made = partsOf(provider, templates, cache);
      parts.push(...made.map(([part]) => part));
      return made.flatMap(([, files]) => files);
    },
    async once(what, of, make) {
      const part = hashOf(toolHash(), what, ...of);
      const known = cache.get(part) ?? (await make());
      cache.set(part, known);
      return known as Awaited<ReturnType<typeof make>>;
    },
  };
  const generated = await generate(source, { ...wanted, emitter });
  const inPages = new Set(parts.flatMap((part) => (cache.get(part) as OutputFile[]).map((file) => file.path)));
  const rest = generated.files.filter((file) => !inPages.has(file.path));
  parts.push(hashOf(toolHash(), rest));
  cache.set(parts.at(-1) as string, rest);
  const warnings = generated.warnings.map((problem) => ({ ...problem, ...(problem.at !== undefined && { at: positionOf(problem.at) }) }));
  const result = { ...made(generated), warnings };
  const { id, services, methods } = result;
  if (generated.inputs.every((file) => !/^https?:/i.test(file)))
    cache.set(key, { id, services, methods, warnings, inputs: generated.inputs.map(inputOf), parts } satisfies Run);
  return result;
}

function made(generated: Generated): Made & Pick<Generated, 'provider' | 'lock'> {
  const { provider, files, warnings, lock } = generated;
  return { id: provider.id, services: provider.services.length, methods: methodsOf(provider).length, files, warnings, provider, ...(lock && { lock }) };
}

function knownRun(cache: Cache, key: string): Made | undefined {
  const run = cache.get(key) as Run | undefined;
  if (!run?.inputs.every((input) => hashOf(inputOf(input.file)) === hashOf(input))) return undefined;
  const parts = run.parts.map((part) => cache.get(part) as OutputFile[] | undefined);
  if (parts.includes(undefined)) return undefined;
  const files = (parts as OutputFile[][]).flat().sort((a, b) => byCodePoint(a.path, b.path));
  const { id, services, methods, warnings } = run;
  return { id, services, methods, files, warnings };
}

/** A link may lead elsewhere by now. */
function inputOf(file: string): Input {
  let real = '';
  try {
    real = realpathSync(file);
  } catch {
    // It is not there: that may change, too.
  }
  return { file, real, hash: contentHash(file) };
}

type Part = readonly [key: string, files: readonly OutputFile[]];

/**
 * Every file of a provider, a part for each service and one for what concerns all. A service's part depends on the service, on the objects that its
 * columns and bodies hold, and on what the others are called and take; not on what they say.
 */
function partsOf(provider: Provider, templates: TemplateSources, cache: Cache): Part[] {
  const { services, objects, ...own } = provider;
  const around = hashOf(toolHash(), own, templates, services.map(surfaceOf));
  const keys = new Map(services.map((service) => [service, hashOf(around, service, reachable(service, objects))]));
  const stale = new Set(services.filter((service) => cache.get(keys.get(service) as string) === undefined));
  const fresh = [...emitProvider(provider, (service) => stale.has(service)), ...emitDocs(provider, templates, (service) => stale.has(service))];
  const ownerOf = (file: string) =>
    services.find(({ name }) => file.startsWith(`docs/services/${name}/`) || file === `provider/src/${provider.id}/${provider.version}/services/${name}.yaml`);
  const shared: OutputFile[] = [];
  const byOwner = new Map<Service, OutputFile[]>([...stale].map((service) => [service, []]));
  for (const file of fresh) (byOwner.get(ownerOf(file.path) as Service) ?? shared).push(file);
  for (const [service, files] of byOwner) cache.set(keys.get(service) as string, files);
  const rest = hashOf(toolHash(), ...shared.flatMap(({ path, text }) => [path, text]));
  if (cache.get(rest) === undefined) cache.set(rest, shared);
  return [[rest, shared], ...services.map((service): Part => [keys.get(service) as string, cache.get(keys.get(service) as string) as OutputFile[]])];
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

import { createHash } from 'node:crypto';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import { type DocumentedResource, documentedResources } from '../doc-pages/resources.js';
import { byCodePoint, type OutputFile } from '../model.js';
import type { Config } from '../read/config-types.js';
import { readSpec } from '../read/spec.js';
import { type Credential, credentialOf } from './credential.js';
import { engineVersion } from './engine.js';
import { readJoin } from './joins.js';
import { type Live, onEngines } from './live.js';
import { type ApiOperation, operationsOf } from './operations.js';
import { type ProviderPackage, providerPackage, type RegistryFile } from './provider.js';
import { recorder } from './recording.js';
import type { Report } from './report.js';
import { type PagedStatement, type Stage, type Verification, verify } from './run.js';
import type { Result } from './verdicts.js';

/** A provider, its pages and the descriptions of its API. */
export interface Material {
  /** Paths relative to the registry's `src/`. */
  readonly provider: readonly RegistryFile[];
  /** Without pages, statements are made from SHOW METHODS. */
  readonly pages?: readonly OutputFile[];
  /** Without specs, requests are compared with the provider's own documents. */
  readonly specs: Config['specs'];
  /** Servers that the config names instead of the specs'. */
  readonly servers?: Config['servers'];
}

export interface VerifyOptions {
  /** The stackql to run: a path, or a name on the PATH. */
  readonly engine: string;
  /** The environment, of which the engine gets the PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Only these services. */
  readonly services?: readonly string[];
  /** Stop after this many statements. */
  readonly limit?: number;
  /** Look at so many methods only; the same ones for the same seed. */
  readonly sample?: { readonly methods: number; readonly seed: number };
  /** How many engines run side by side (2). */
  readonly engines?: number;
  /** Hears of each service that is done. */
  onService?(provider: string, service: string, results: readonly Result[]): void;
  /** Gets what the engine did, as files that can be replayed without it. */
  onRecorded?(files: readonly OutputFile[]): void;
  /** Registers what to do when the program is interrupted, and returns a function that takes it back. */
  onInterrupt?(stop: () => Promise<void>): () => void;
}

/** Pages of the list that shows where the engine stops by default: more than its 20 (ENGINE E6.10). */
const MANY_PAGES = 22;

/**
 * Runs every documented statement of a provider on the engine, against a mock of the API. Throws `engine-missing`,
 * `provider-missing`.
 */
export async function verifyProvider(material: Material, options: VerifyOptions): Promise<Report> {
  // The engine runs in a folder of its own.
  const engine = /[\\/]/.test(options.engine) ? path.resolve(options.engine) : options.engine;
  const version = await engineVersion(engine, options);
  const { name } = providerPackage(material.provider, []);
  const resources = material.pages && documentedResources(material.pages, name);
  const provider = providerPackage(material.provider, options.services, joinedServices(resources, options.services));
  const credential = credentialOf(provider.name, provider.auth);
  const operations = await operationsIn(material);
  if (provider.services.every((service) => service.resources.length === 0))
    throw new ProblemsError([{ code: 'provider-missing', message: `${provider.name} has no resources` }]);
  const { environment, limit, onService, onRecorded, onInterrupt = () => () => {} } = options;
  // With a limit, which statements are run must not depend on which engine is faster.
  const lanes = limit === undefined ? options.engines : 1;
  return onEngines(
    { engine, environment, provider, credential, onInterrupt, ...(lanes && { lanes }) },
    async (live) => {
      const recording = recorder(live.stages, provider, version);
      const paged: PagedStatement[] = [];
      const verification: Verification = {
        provider,
        resources,
        credential,
        operations: async ({ file }) => {
          if (operations) return operations;
          const document = provider.files.find((each) => each.path === file);
          return document ? operationsOf(await readSpec(live.original(document))) : [];
        },
        ...(limit !== undefined && { limit }),
        ...(options.sample && { isChosen: sampled(provider, options.sample) }),
        ...(onService && { onService: (service, results) => onService(provider.name, service, results) }),
        onPaged: (statement) => paged.push(statement),
      };
      const results = await verify(verification, onRecorded ? recording.stages : live.stages);
      onRecorded?.(recording.files());
      const paging = await pagingOf(paged, live);
      return {
        provider: provider.name,
        engine: version,
        unchecked: unchecked(provider, credential, {
          hasSpecs: operations !== undefined,
          hasPages: resources !== undefined,
        }),
        ...(paging && { paging }),
        results,
      };
    },
  );
}

/** So many methods of a provider, by the digests of their names and the seed: they are spread over all services. */
function sampled(
  { services }: ProviderPackage,
  { methods, seed }: NonNullable<VerifyOptions['sample']>,
): NonNullable<Verification['isChosen']> {
  const names = services.flatMap((service) =>
    service.resources.flatMap((resource) =>
      resource.methods.map(({ name }) => [service.name, resource.name, name].join('.')),
    ),
  );
  const rank = (name: string) => createHash('sha256').update(`${seed} ${name}`).digest('hex');
  const ranked = names.map((name) => [rank(name), name] as const).sort(([a], [b]) => byCodePoint(a, b));
  const chosen = new Set(ranked.slice(0, methods).map(([, name]) => name));
  return (...name) => chosen.has(name.join('.'));
}

/** The services whose lists the JOINs of some services start from. */
function joinedServices(
  resources: readonly DocumentedResource[] = [],
  services: readonly string[] | undefined,
): string[] {
  const isAsked = ({ service }: DocumentedResource) => services?.includes(service);
  const statements = resources.filter(isAsked).flatMap((each) => each.statements);
  return statements.flatMap(({ sql }) => readJoin(sql)?.list.split('.')[1] ?? []);
}

async function operationsIn({ specs, servers }: Material): Promise<ApiOperation[] | undefined> {
  if (specs.length === 0) return undefined;
  const read = await Promise.all(specs.map(({ file, at: _at, ...options }) => readSpec(file, options)));
  return read.flatMap((spec) => operationsOf(spec, servers && [...servers]));
}

/** Follows the first list that has pages, with and without the engine's own end. */
async function pagingOf(paged: readonly PagedStatement[], live: Live): Promise<Report['paging']> {
  const [example] = paged.toSorted((a, b) => byCodePoint(a.id, b.id));
  const [stage] = live.stages;
  if (!example || !stage) return undefined;
  const pages = async (on: Stage, { sql, api }: PagedStatement) =>
    (await on.run(sql, { ...api, mock: on.mock, pages: MANY_PAGES })).requests.length;
  const followed = await pages(stage, example);
  return {
    statement: example.id,
    pages: MANY_PAGES,
    followed,
    byDefault: await pages(await live.byDefault(), example),
  };
}

function unchecked(
  { missing, auth }: ProviderPackage,
  { checked }: Credential,
  { hasSpecs, hasPages }: { readonly hasSpecs: boolean; readonly hasPages: boolean },
): string[] {
  const ownCopy = 'requests were compared with the provider’s copy of it.';
  return [
    ...missing.map((service) => `the service ${service}, because its file is not there.`),
    ...(hasSpecs ? [] : [`the API’s own description, because no --spec was given: ${ownCopy}`]),
    ...(hasPages
      ? []
      : ['pages, because no --docs were given: the statements were made from what SHOW METHODS lists.']),
    ...(checked ? [] : [`authentication, because ${String(auth.type)} needs a third party.`]),
  ];
}

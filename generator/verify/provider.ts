import path from 'node:path';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint, type OutputFile, type SqlVerb } from '../model.js';
import { packageFolders, packageTexts, parsePackage, type TextFile } from '../provider-package/files.js';
import { asText, child, children, listed } from '../provider-package/positions.js';
import { repeatsComponent } from '../provider-package/schema.js';
import { isFile, structureOf } from '../provider-package/structure.js';
import type {
  Document,
  ListedService,
  Located,
  MethodEntry,
  ResourceEntry,
  ServiceFile,
} from '../provider-package/types.js';
import { isObject } from '../read/objects.js';
import { step, tokens } from '../read/pointer.js';
import { nodesOnWay, yamlNodes } from '../read/yaml-nodes.js';

/**
 * What `verify` needs of a provider package: a view over `provider-package/`, and its files with their servers moved
 * to the mock.
 */
/** A provider as its files say it, of whatever tool made them. */
export interface ProviderPackage {
  /** The name in SQL. */
  readonly name: string;
  readonly auth: Readonly<Record<string, unknown>>;
  /** provider.yaml and the services' documents, paths relative to the registry's `src/`. */
  readonly files: readonly ProviderFile[];
  readonly services: readonly ServicePackage[];
  /** Services that were not asked for, and are read because a JOIN needs their rows. */
  readonly joined: readonly ServicePackage[];
  /** Services that were not asked for, and those whose file is not there. */
  readonly left: readonly string[];
  readonly missing: readonly string[];
}

export interface ProviderFile extends OutputFile {
  /** The offsets of every server URL in the text, and the URL. */
  readonly urls: readonly (readonly [start: number, end: number, url: string])[];
}

export interface ServicePackage {
  readonly name: string;
  /** The path of its document in `files`. */
  readonly file: string;
  readonly resources: readonly ResourcePackage[];
}

export interface ResourcePackage {
  readonly name: string;
  readonly methods: readonly MethodPackage[];
  /** Methods under `sqlVerbs.select`, in the order the engine tries them. */
  readonly selects: readonly string[];
}

export interface MethodPackage {
  readonly name: string;
  readonly verb: SqlVerb;
  /** Absent when `operation.$ref` names no operation of the document. */
  readonly operation?: { readonly method: string; readonly path: string; readonly server: string };
  readonly status?: string;
  readonly pagination?: PaginationClaim;
  /** Are its rows made from the response by a template? */
  readonly transformed: boolean;
  /** Do body columns have plain names (ENGINE E4.1)? */
  readonly naive: boolean;
  /**
   * The response's component, or where it stands, if two of its properties have the same `$ref`: RETURNING and EXEC
   * then die now and then (fact N5).
   */
  readonly unsteady?: string;
}

/** What a provider says about paging (ENGINE E6.8). */
export interface PaginationClaim {
  readonly requestToken?: { readonly key?: string; readonly location?: string };
  readonly responseToken?: { readonly key?: string; readonly location?: string };
  readonly responseTerminator?: { readonly key?: string; readonly location?: string };
}

/** A file of a registry. */
export interface RegistryFile extends OutputFile {
  /** The file it was read from; absent for one that is not on disk. */
  readonly file?: string;
}

/**
 * The files of the provider at or below a folder: a registry root, `src/`, a provider's folder or one version of it.
 * Of several versions, the highest. Throws `provider-missing` when there is none, or more than one provider and no
 * name to choose by.
 */
export function readProviderFolder(folder: string, name?: string): RegistryFile[] {
  const found = packageFolders(path.resolve(folder)).filter(
    (each) => name === undefined || path.basename(path.dirname(each)) === name,
  );
  const latest = new Map(found.map((each) => [path.dirname(each), each]));
  if (latest.size === 0)
    throw new ProblemsError([{ code: 'provider-missing', message: `no provider.yaml in or below ${folder}` }]);
  if (latest.size > 1) {
    const names = [...latest.keys()].map((each) => path.basename(each)).sort();
    throw new ProblemsError([
      {
        code: 'provider-missing',
        message: `${folder} holds several providers: ${names.join(', ')}`,
        hint: 'Name one of their folders.',
      },
    ]);
  }
  const root = [...latest.values()][0] as string;
  const [main, ...services] = packageTexts(root) as [TextFile, ...TextFile[]];
  const prefix = registryPath(parsed([{ ...main, path: main.file }])) ?? root.split(path.sep).slice(-2).join('/');
  return [main, ...services].map(({ file, text }) => ({
    path: `${prefix}/${path.relative(root, file).split(path.sep).join('/')}`,
    text,
    file,
  }));
}

/** `<provider>/<version>` as provider.yaml says it in its references; the folders themselves may be called anything. */
function registryPath(documents: readonly Document[]): string | undefined {
  const refs = structureOf(documents).provider?.services.flatMap(({ ref }) => ref ?? []) ?? [];
  return /^[\w.-]+\/[\w.-]+(?=\/)/.exec(refs[0] ?? '')?.[0];
}

/**
 * Parses files under their paths in the registry. Throws `provider-syntax` for each that is not YAML, or not a
 * mapping.
 */
function parsed(files: readonly RegistryFile[]): readonly Document[] {
  const { documents, problems } = parsePackage(files.map(({ path: file, text }) => ({ file, text })));
  const onDisk = new Map(files.map(({ path: name, file }) => [name, file]));
  const unreadable = problems.map(({ message, at }): Problem => {
    const { file, line, column } = at as { file: string; line: number; column: number };
    const real = onDisk.get(file);
    // A file that is not on disk has no text to point into.
    return real === undefined
      ? { code: 'provider-syntax', message: `${file}:${line}:${column}: ${message}` }
      : { code: 'provider-syntax', message, at: { file: real, line, column } };
  });
  const noMapping = documents
    .filter(({ value }) => value !== undefined && !isObject(value))
    .map(({ file }): Problem => ({ code: 'provider-syntax', message: `${onDisk.get(file) ?? file} is not a mapping` }));
  if (unreadable.length + noMapping.length > 0) throw new ProblemsError([...unreadable, ...noMapping]);
  return documents;
}

/**
 * Reads what the files say. `only`: the services to look at; `joined`: others that their JOINs need. Throws
 * `provider-missing`, `provider-syntax` or `unknown-name`.
 */
export function providerPackage(
  files: readonly RegistryFile[],
  only?: readonly string[],
  joined: readonly string[] = [],
): ProviderPackage {
  const main = files.find((file) => /^[^/]+\/[^/]+\/provider\.yaml$/.test(file.path));
  if (!main) throw new ProblemsError([{ code: 'provider-missing', message: 'no provider.yaml' }]);
  const fileOf = ({ ref }: ListedService) => files.find((file) => ref !== undefined && isFile(file.path, ref));
  const [document] = parsed([main]) as readonly [Document];
  const listedServices = structureOf([document]).provider?.services ?? [];
  const isAsked = ({ key }: ListedService) => only === undefined || only.includes(key);
  const isJoined = (service: ListedService) => !isAsked(service) && joined.includes(service.key);
  const isRead = (service: ListedService) => isAsked(service) || isJoined(service);
  const documents = parsed([...new Set(listedServices.filter(isRead).flatMap((service) => fileOf(service) ?? []))]);
  const { provider } = structureOf([document, ...documents]);
  const packagesOf = (isWanted: (service: ListedService) => boolean) =>
    (provider?.services ?? [])
      .filter(isWanted)
      .flatMap(({ key, file }) => (file ? [{ name: key, file: file.document.file, resources: resourcesOf(file) }] : []))
      .sort((a, b) => byCodePoint(a.name, b.name));
  const services = packagesOf(isAsked);
  const unknown = only?.filter((name) => !services.some((service) => service.name === name)) ?? [];
  const value = provider?.value ?? {};
  const name = asText(value.name ?? value.id);
  if (unknown.length > 0)
    throw new ProblemsError([{ code: 'unknown-name', message: `no service "${unknown.join('", "')}" in ${name}` }]);
  return {
    name,
    auth: child(provider?.config ?? NOTHING, 'auth').value,
    files: [withUrls(document, tokenUrl), ...documents.map((each) => withUrls(each, serverUrls))],
    services,
    joined: packagesOf(isJoined),
    left: listedServices.filter((service) => !isAsked(service)).map(({ key }) => key),
    missing: listedServices.filter((service) => isAsked(service) && !fileOf(service)).map(({ key }) => key),
  };
}

const NOTHING: Located = { value: {}, at: '#' };

function resourcesOf({ resources }: ServiceFile): ResourcePackage[] {
  return resources.map(({ name, methods, routes }: ResourceEntry) => ({
    name,
    selects: routes.select.map((route) => route.name),
    methods: methods.map(methodOf),
  }));
}

function methodOf(method: MethodEntry): MethodPackage {
  const { operation, pagination, naive } = method;
  const { openAPIDocKey: status, transform } = child(method, 'response').value;
  const unsteady = operation && unsteadyResponse(method.resource.service, operation, asText(status) || '200');
  return {
    name: method.name,
    verb: method.verbs[0] ?? 'exec',
    ...(operation && {
      operation: {
        method: operation.httpMethod.toUpperCase(),
        path: operation.path,
        server: asText(operation.server?.value.url),
      },
    }),
    ...(status !== undefined && { status: asText(status) }),
    ...(pagination && { pagination: pagination as PaginationClaim }),
    transformed: transform !== undefined,
    naive,
    ...(unsteady !== undefined && { unsteady }),
  };
}

function unsteadyResponse(service: ServiceFile, operation: Located, status: string): string | undefined {
  const response = service.follow(child(operation, 'responses', status));
  const contents = response ? children(child(response, 'content')) : [];
  const found = contents.map(([, media]) => child(media, 'schema')).find((schema) => repeatsComponent(service, schema));
  return found && (asText(found.value.$ref) || found.at);
}

/** A file, and where it has the URLs that `pointersOf` names. */
function withUrls(
  { file, text = '', trace = [], value }: Document,
  pointersOf: (root: Located) => string[],
): ProviderFile {
  const root = yamlNodes(text, trace);
  const urls = pointersOf({ value: isObject(value) ? value : {}, at: '' }).flatMap((pointer) => {
    const path = tokens(pointer);
    const way = nodesOnWay(text, root, path);
    const node = way.length === path.length ? way.at(-1)?.value : undefined;
    const url = path.reduce<unknown>((here, key) => (here as Record<string, unknown>)[key], value);
    if (typeof url !== 'string' || node?.kind !== 'scalar') return [];
    // The end of a node may lie behind the line break after it.
    return [[node.start, node.start + text.slice(node.start, node.end).trimEnd().length, url] as const];
  });
  return { path: file, text, urls };
}

function tokenUrl(root: Located): string[] {
  const auth = child(root, 'config', 'auth');
  return typeof auth.value.token_url === 'string' ? [step(auth.at, 'token_url')] : [];
}

/** The URLs of every `servers` list: of the document, of path items and operations, of resources and methods. */
function serverUrls(root: Located): string[] {
  const inside = (located: Located) => children(located).map(([, each]) => each);
  const items = inside(child(root, 'paths'));
  const resources = inside(child(root, 'components', 'x-stackQL-resources'));
  const methods = resources.flatMap((resource) => inside(child(resource, 'methods')));
  return [root, ...items, ...items.flatMap(inside), ...resources, ...methods].flatMap((holder) =>
    listed(holder, 'servers').map(({ at }) => step(at, 'url')),
  );
}

/**
 * A file with every server moved to the mock on loopback, and not a byte else changed: a rewritten copy would hide
 * what is wrong with the original. `https://{sub}.example.com/v1` becomes
 * `http://127.0.0.1:PORT/https/{sub}.example.com/v1`, so that the mock sees the whole URL.
 */
export function pointAtMock({ path: file, text, urls }: ProviderFile, port: number): OutputFile {
  const fromTheEnd = [...urls].sort(([a], [b]) => b - a);
  return {
    path: file,
    text: fromTheEnd.reduce(
      (changed, [start, end, url]) =>
        changed.slice(0, start) + JSON.stringify(movedUrl(url, port)) + changed.slice(end),
      text,
    ),
  };
}

/** A relative URL keeps its path behind a host that is none. */
export function movedUrl(url: string, port: number): string {
  return `http://127.0.0.1:${port}/${meantUrl(url).replace('://', '/')}`;
}

/** A server's URL as the mock reports it: always with a scheme and a host. */
export function meantUrl(url: string): string {
  return /^[\w+.-]*(?:\{[^}]*\})?:\/\//.test(url) ? url : `-://-${url.startsWith('/') || url === '' ? '' : '/'}${url}`;
}

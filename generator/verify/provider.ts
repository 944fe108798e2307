import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint, type OutputFile, type SqlVerb } from '../model.js';
import { childOf, type Read, readYaml, type YamlNode, yamlNodes } from '../provider-package/yaml.js';
import { isObject } from '../read/objects.js';

/** A provider as its files say it, of whatever tool made them. */
export interface ProviderPackage {
  /** The name in SQL. */
  readonly name: string;
  readonly auth: Readonly<Record<string, unknown>>;
  /** provider.yaml and the services' documents, paths relative to the registry's `src/`. */
  readonly files: readonly ProviderFile[];
  readonly services: readonly ServicePackage[];
  /** Services that were not asked for, and those whose file is not there. */
  readonly left: readonly string[];
  readonly missing: readonly string[];
}

export interface ProviderFile extends OutputFile {
  /** Where the file names a server: from, to, and the URL. */
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
  /** Are its rows made from the answer by a template? */
  readonly transformed: boolean;
  /** Do body columns have plain names (ENGINE E4.1)? */
  readonly naive: boolean;
  /** Do two properties of its answer have the same `$ref`? RETURNING and EXEC then die now and then (fact N5). */
  readonly unsteady: boolean;
}

/** What a provider says about paging (ENGINE E6.8). */
export interface PaginationClaim {
  readonly requestToken?: { readonly key?: string; readonly location?: string };
  readonly responseToken?: { readonly key?: string; readonly location?: string };
  readonly responseTerminator?: { readonly key?: string; readonly location?: string };
}

/**
 * The files of the provider at or below a folder: a registry root, `src/`, a provider's folder or one version of it. Throws
 * `provider-missing` when there is none, or more than one and no name to choose by.
 */
export function readProviderFolder(folder: string, name?: string): OutputFile[] {
  const found = providerFolders(path.resolve(folder)).filter(
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
  const main = { path: path.join(root, 'provider.yaml'), text: readFileSync(path.join(root, 'provider.yaml'), 'utf8') };
  const { providerServices } = parsed<ProviderDocument>(main, () => []).value;
  // Registries keep `<provider>/<version>/`, and the document says which; the folder itself may be called anything.
  const reference = Object.values(providerServices ?? {}).find((service) => service.service?.$ref)?.service?.$ref ?? '';
  const prefix =
    /^[\w.-]+\/[\w.-]+(?=\/)/.exec(reference)?.[0] ?? `${path.basename(path.dirname(root))}/${path.basename(root)}`;
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(ya?ml|json)$/i.test(file) && statSync(path.join(root, file)).isFile(),
  );
  return files.sort(byCodePoint).map((file) => ({
    path: `${prefix}/${file.split(path.sep).join('/')}`,
    text: readFileSync(path.join(root, file), 'utf8'),
  }));
}

/** Folders with a provider.yaml, at most four levels down, in path order: the highest version comes last. */
function providerFolders(folder: string, depth = 4): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  if (existsSync(path.join(folder, 'provider.yaml'))) return [folder];
  if (depth === 0) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .sort((a, b) => byCodePoint(a.name, b.name))
    .flatMap((entry) => providerFolders(path.join(folder, entry.name), depth - 1));
}

interface ProviderDocument {
  id?: string;
  name?: string;
  providerServices?: Record<string, { service?: { $ref?: string } }>;
  config?: { auth?: Record<string, unknown> };
}

interface ServiceDocument {
  servers?: { url?: string }[];
  paths?: Record<string, Record<string, OperationDocument | undefined> & { servers?: { url?: string }[] }>;
  components?: { schemas?: Record<string, SchemaDocument>; 'x-stackQL-resources'?: Record<string, ResourceDocument> };
  'x-stackQL-config'?: Config;
}

interface OperationDocument {
  servers?: { url?: string }[];
  responses?: Record<string, { content?: Record<string, { schema?: SchemaDocument } | undefined> } | undefined>;
}

interface SchemaDocument {
  $ref?: string;
  properties?: Record<string, SchemaDocument>;
  allOf?: SchemaDocument[];
  oneOf?: SchemaDocument[];
  anyOf?: SchemaDocument[];
}

interface Config {
  pagination?: PaginationClaim;
  requestBodyTranslate?: { algorithm?: string };
}

interface ResourceDocument {
  methods?: Record<string, MethodDocument>;
  sqlVerbs?: Record<string, { $ref?: string }[] | undefined>;
  config?: Config;
}

interface MethodDocument {
  operation?: { $ref?: string };
  response?: { openAPIDocKey?: string; transform?: unknown };
  config?: Config;
}

/** Reads what the files say. `only`: the services to look at. */
export function providerPackage(files: readonly OutputFile[], only?: readonly string[]): ProviderPackage {
  const main = files.find((file) => /^[^/]+\/[^/]+\/provider\.yaml$/.test(file.path));
  if (!main) throw new ProblemsError([{ code: 'provider-missing', message: 'no provider.yaml' }]);
  const { value, urls } = parsed<ProviderDocument>(main, (root, step) => [
    step(step(step(root, 'config'), 'auth'), 'token_url'),
  ]);
  const services: ServicePackage[] = [];
  const read: ProviderFile[] = [{ ...main, urls }];
  const [left, missing]: [string[], string[]] = [[], []];
  for (const [name, { service }] of Object.entries(value.providerServices ?? {})) {
    const file = files.find((each) => each.path === service?.$ref);
    if (only && !only.includes(name)) left.push(name);
    else if (!file) missing.push(name);
    if (!file || left.includes(name)) continue;
    const document = parsed<ServiceDocument>(file, serverUrls);
    services.push({ name, file: file.path, resources: resourcesOf(document.value) });
    read.push({ ...file, urls: document.urls });
  }
  const unknown = only?.filter((name) => !services.some((service) => service.name === name)) ?? [];
  if (unknown.length > 0)
    throw new ProblemsError([
      { code: 'unknown-name', message: `no service "${unknown.join('", "')}" in ${value.name}` },
    ]);
  return {
    name: value.name ?? value.id ?? '',
    auth: value.config?.auth ?? {},
    files: read,
    services: services.sort((a, b) => byCodePoint(a.name, b.name)),
    left,
    missing,
  };
}

function resourcesOf(document: ServiceDocument): ResourcePackage[] {
  return Object.entries(document.components?.['x-stackQL-resources'] ?? {}).map(
    ([name, { methods = {}, sqlVerbs = {}, config }]) => {
      const names = (verb: string) => (sqlVerbs[verb] ?? []).map(({ $ref = '' }) => $ref.split('/').at(-1) ?? '');
      const verbOf = (method: string) =>
        (['select', 'insert', 'update', 'replace', 'delete'] as const).find((verb) => names(verb).includes(method)) ??
        'exec';
      return {
        name,
        selects: names('select'),
        methods: Object.entries(methods).map(([method, written]): MethodPackage => {
          const operation = operationNamed(document, written.operation?.$ref ?? '');
          const pagination =
            written.config?.pagination ?? config?.pagination ?? document['x-stackQL-config']?.pagination;
          return {
            name: method,
            verb: verbOf(method),
            ...(operation && { operation }),
            ...(written.response?.openAPIDocKey !== undefined && { status: String(written.response.openAPIDocKey) }),
            ...(pagination && { pagination }),
            transformed: written.response?.transform !== undefined,
            naive: written.config?.requestBodyTranslate?.algorithm === 'naive',
            unsteady:
              operation !== undefined &&
              answersTwice(document, operation, String(written.response?.openAPIDocKey ?? '200')),
          };
        }),
      };
    },
  );
}

/** `#/paths/~1a~1{b}/get`, of which the engine decodes only `~1` (ENGINE E6.5). */
function operationNamed(document: ServiceDocument, $ref: string): MethodPackage['operation'] {
  const [, route = '', method = ''] = /#\/paths\/([^/]+)\/(\w+)$/.exec($ref) ?? [];
  const plain = route.replaceAll('~1', '/');
  const key = [plain, plain.replaceAll('~0', '~')].find((each) => document.paths?.[each]?.[method]);
  if (key === undefined) return undefined;
  const item = document.paths?.[key];
  const servers = [item?.[method]?.servers, item?.servers, document.servers].find(
    (each) => each !== undefined && each.length > 0,
  );
  return { method: method.toUpperCase(), path: key, server: servers?.[0]?.url ?? '' };
}

/** Does the answer use one component for two properties, at any depth but in lists? */
function answersTwice(
  { paths, components }: ServiceDocument,
  { method, path: route }: NonNullable<MethodPackage['operation']>,
  status: string,
): boolean {
  const content = Object.values(paths?.[route]?.[method.toLowerCase()]?.responses?.[status]?.content ?? {});
  const seen = new Set<string>();
  // An alias may stand for the same schema again and again.
  const walked = new Set<SchemaDocument>();
  const twice = (schema: SchemaDocument | undefined, isProperty: boolean): boolean => {
    if (typeof schema !== 'object' || schema === null) return false;
    if (typeof schema.$ref !== 'string' && walked.has(schema)) return false;
    walked.add(schema);
    if (typeof schema.$ref === 'string') {
      if (seen.has(schema.$ref)) return isProperty;
      seen.add(schema.$ref);
      return twice(components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''], false);
    }
    const parts = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
    return (
      Object.values(schema.properties ?? {}).some((property) => twice(property, true)) ||
      parts.some((part) => twice(part, false))
    );
  };
  return content.some((each) => twice(each?.schema, false));
}

/** A value and the node that it was written as. */
interface Placed {
  readonly value: unknown;
  readonly node: YamlNode | undefined;
}

/** A file's value as the engine reads it, and where it has the URLs that `urlsOf` finds. */
function parsed<Value>(
  { path: file, text }: OutputFile,
  urlsOf: (root: Placed, step: Step) => readonly Placed[],
): { value: Value; urls: ProviderFile['urls'] } {
  let read: Read;
  try {
    read = readYaml(text);
  } catch (error) {
    throw new ProblemsError([{ code: 'provider-syntax', message: `${file}: ${(error as Error).message}` }]);
  }
  if (!isObject(read.value)) throw new ProblemsError([{ code: 'provider-syntax', message: `${file}: not a mapping` }]);
  const step: Step = ({ value, node }, key) => ({
    value: (value as Record<string, unknown> | undefined)?.[key],
    node: node && childOf(text, node, key)[1],
  });
  const urls = urlsOf({ value: read.value, node: yamlNodes(text, read.trace) }, step).flatMap(({ value, node }) => {
    if (typeof value !== 'string' || node?.kind !== 'scalar') return [];
    // The end of a node may lie behind the line break after it.
    return [[node.start, node.start + text.slice(node.start, node.end).trimEnd().length, value] as const];
  });
  return { value: read.value as Value, urls };
}

type Step = (placed: Placed, key: string) => Placed;

/** The URLs of every `servers` list: of the document, of path items and operations, and of methods. */
function serverUrls(root: Placed, step: Step): Placed[] {
  const items = (placed: Placed) =>
    typeof placed.value === 'object' && placed.value !== null
      ? Object.keys(placed.value).map((key) => step(placed, key))
      : [];
  const paths = items(step(root, 'paths'));
  const resources = items(step(step(root, 'components'), 'x-stackQL-resources'));
  const methods = resources.flatMap((resource) => items(step(resource, 'methods')));
  return [root, ...paths, ...paths.flatMap(items), ...resources, ...methods].flatMap((holder) =>
    items(step(holder, 'servers')).map((server) => step(server, 'url')),
  );
}

/**
 * A file with every server moved to the mock on loopback, and not a byte else changed: a rewritten copy would hide what is wrong with the
 * original. `https://{sub}.example.com/v1` becomes `http://127.0.0.1:PORT/https/{sub}.example.com/v1`, so that the mock sees the whole URL.
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

import path from 'node:path';
import type { At, SqlVerb } from '../model.js';
import { HTTP_METHODS } from '../read/openapi.js';
import { decodeFragment, step, tokens } from '../read/pointer.js';
import type { Document } from './package.js';
import type { Page } from './pages.js';
import { propertiesOf, type Rows, rowsAt } from './schema.js';
import { inspect, type Misfit, type Ref } from './shape.js';

/** A provider package as the engine understands it. Made once; every rule reads it. */

export type Json = Readonly<Record<string, unknown>>;

/** An object with its place. */
export interface Located {
  readonly value: Json;
  readonly at: At;
}

export interface Package {
  readonly documents: readonly Document[];
  readonly provider?: ProviderFile;
  readonly services: readonly ServiceFile[];
  readonly pages: readonly Page[];
}

/** `provider.yaml`. */
export interface ProviderFile extends Located {
  /** The folder above the version's: the name that SQL uses. */
  readonly folder: string;
  readonly version: string;
  readonly config: Located;
  readonly services: readonly ListedService[];
}

/** An entry of `providerServices`. */
export interface ListedService extends Located {
  readonly key: string;
  /** The file that it names, relative to the registry's `src`. */
  readonly ref?: string;
  readonly file?: ServiceFile;
}

export interface ServiceFile extends Located {
  readonly document: Document;
  /** The service's name in SQL. */
  readonly name: string;
  readonly providerName?: string;
  readonly config: Located;
  readonly resources: readonly ResourceEntry[];
  readonly refs: readonly Ref[];
  readonly misfits: readonly Misfit[];
  /** What an internal `$ref` points at. */
  target(ref: string): Located | undefined;
  /** The value behind a chain of `$ref`s; nothing when one is broken or leads back. */
  follow(located: Located): Located | undefined;
}

export type RoutedVerb = Exclude<SqlVerb, 'exec'>;
export const ROUTED_VERBS: readonly RoutedVerb[] = ['select', 'insert', 'update', 'delete', 'replace'];

export interface ResourceEntry extends Located {
  readonly name: string;
  readonly service: ServiceFile;
  readonly config: Located;
  readonly methods: readonly MethodEntry[];
  /** Per verb what is listed, in order. */
  readonly routes: Readonly<Record<RoutedVerb, readonly Route[]>>;
}

export interface Route {
  readonly at: At;
  readonly ref: string;
  readonly method?: MethodEntry;
}

export interface MethodEntry extends Located {
  readonly name: string;
  readonly resource: ResourceEntry;
  /** By which verbs a statement reaches it; none: by EXEC only. */
  readonly verbs: readonly RoutedVerb[];
  readonly config: Located;
  /** Absent when its `$ref` leads nowhere. */
  readonly operation?: Operation;
}

export interface Operation extends Located {
  readonly path: string;
  readonly httpMethod: string;
  readonly item: Located;
  /** Its own parameters, references followed. */
  readonly parameters: readonly Parameter[];
  /** Those of its path item that it does not override. */
  readonly itemParameters: readonly Parameter[];
  /** The one server that counts for it. */
  readonly server?: Located;
  readonly body?: Body;
  readonly answer: Answer;
  /** What SHOW METHODS lists as required (ENGINE E1.4), server variables apart: they have defaults. */
  readonly required: ReadonlySet<string>;
}

export interface Parameter extends Located {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema?: Located;
}

export interface Body {
  /** As the method or, if it is silent, the engine chooses; absent when there is none that the engine takes. */
  readonly mediaType?: string;
  readonly contentAt: At;
  readonly mediaTypes: readonly string[];
  readonly schema?: Located;
  readonly naive: boolean;
  /** The body's columns, by the names that SQL uses. */
  readonly fields: ReadonlyMap<string, Located>;
  readonly required: readonly string[];
}

export interface Answer extends Located {
  readonly mediaType?: string;
  /** Absent when the answer has no body that the engine reads. */
  readonly schema?: Located;
  readonly objectKey: string;
  /** Does the method bend it (`schema_override`, a transform)? Then its schema is not the API's. */
  readonly bent: boolean;
  /** Does a transform make it, and no schema says what? */
  readonly isOpaque: boolean;
  /** Of a JSON answer that is not opaque; absent when its objectKey leads nowhere. */
  readonly rows?: Rows;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in a message or where a text should be: files may hold anything there. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value).slice(0, 60);
}

/** A child that is an object; an empty one where there is none. */
export function child({ value, at }: Located, ...keys: string[]): Located {
  let here: unknown = value;
  for (const key of keys) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return { value: isObject(here) ? here : {}, at: step(at, ...keys) };
}

/** The children that are objects, by key. */
export function children(located: Located): [string, Located][] {
  return Object.entries(located.value).flatMap(([key, value]) =>
    isObject(value) ? [[key, { value, at: step(located.at, key) }] satisfies [string, Located]] : [],
  );
}

function listed({ value, at }: Located, key: string): Located[] {
  const list = value[key];
  return Array.isArray(list) ? list.flatMap((item, index) => (isObject(item) ? [{ value: item, at: step(at, key, index) }] : [])) : [];
}

/** Puts the documents of one version of one provider together. */
export function structureOf(documents: readonly Document[], pages: readonly Page[] = []): Package {
  const readable = documents.filter(({ value }) => value !== undefined);
  const providerDocument = readable.find(({ file }) => path.basename(file) === 'provider.yaml');
  const version = providerDocument && path.basename(path.dirname(providerDocument.file));
  const folder = providerDocument && path.basename(path.dirname(path.dirname(path.resolve(providerDocument.file))));
  const at = `${providerDocument?.file}#`;
  const value = isObject(providerDocument?.value) ? providerDocument.value : {};
  const entries = children(child({ value, at }, 'providerServices')).map(([key, entry]) => ({ key, entry, ref: child(entry, 'service').value.$ref }));

  const services = readable
    .filter((document) => document !== providerDocument)
    .map((document) => {
      const named = entries.find(({ ref }) => typeof ref === 'string' && isFile(document.file, ref))?.key;
      return serviceFile(document, named ?? path.basename(document.file).replace(/\.ya?ml$/i, ''), typeof value.name === 'string' ? value.name : folder);
    });
  if (!providerDocument) return { documents, services, pages };
  const provider: ProviderFile = {
    value,
    at,
    folder: folder ?? '',
    version: version ?? '',
    config: child({ value, at }, 'config'),
    services: entries.map(({ key, entry, ref }) => {
      const file = typeof ref === 'string' ? services.find(({ document }) => isFile(document.file, ref)) : undefined;
      return { ...entry, key, ...(typeof ref === 'string' && { ref }), ...(file && { file }) };
    }),
  };
  return { documents, services, provider, pages };
}

/** Does a path end in what a `$ref` names, relative to the registry's `src`? */
export function isFile(file: string, ref: string): boolean {
  return (
    path.basename(file) === path.posix.basename(ref) &&
    path
      .resolve(file)
      .split(path.sep)
      .join('/')
      .endsWith(`/${path.posix.normalize(ref)}`)
  );
}

function serviceFile(document: Document, name: string, providerName: string | undefined): ServiceFile {
  const root: Located = { value: isObject(document.value) ? document.value : {}, at: `${document.file}#` };
  const targets = new Map<string, Located | undefined>();
  const target = (ref: string): Located | undefined => {
    if (!targets.has(ref)) targets.set(ref, resolve(root, ref));
    return targets.get(ref);
  };
  const follow = (located: Located): Located | undefined => {
    let here: Located | undefined = located;
    for (let hops = 0; here && typeof here.value.$ref === 'string'; hops++) here = hops < 50 ? target(here.value.$ref) : undefined;
    return here;
  };
  const resources: ResourceEntry[] = [];
  const service: ServiceFile = {
    ...root,
    document,
    name,
    ...(providerName !== undefined && { providerName }),
    config: child(root, 'x-stackQL-config'),
    resources,
    ...inspect(root.value, root.at),
    target,
    follow,
  };
  for (const [key, resource] of children(child(root, 'components', 'x-stackQL-resources'))) resources.push(resourceEntry(service, key, resource));
  return service;
}

function resolve(root: Located, ref: string): Located | undefined {
  if (!ref.startsWith('#/')) return undefined;
  let here: unknown = root.value;
  const pointer = decodeFragment(ref.slice(1));
  for (const token of tokens(pointer)) here = typeof here === 'object' && here !== null && Object.hasOwn(here, token) ? (here as Json)[token] : undefined;
  return isObject(here) ? { value: here, at: `${root.at}${pointer}` } : undefined;
}

function resourceEntry(service: ServiceFile, name: string, resource: Located): ResourceEntry {
  const verbs = child(resource, 'sqlVerbs');
  const methods: MethodEntry[] = [];
  const routed = ROUTED_VERBS.map((verb): [RoutedVerb, { at: At; ref: string; names: string }[]] => [
    verb,
    listed(verbs, verb).map(({ value, at }) => ({ at, ref: asText(value.$ref), names: asText(value.$ref).split('/').at(-1) ?? '' })),
  ]);
  const routes = {} as Record<RoutedVerb, Route[]>;
  const entry: ResourceEntry = { ...resource, name, service, config: child(resource, 'config'), methods, routes };
  for (const [key, method] of children(child(resource, 'methods'))) {
    const verbsOf = ROUTED_VERBS.filter((_, index) => routed[index]?.[1].some(({ names }) => names === key));
    methods.push(methodEntry(entry, key, method, verbsOf));
  }
  for (const [verb, list] of routed)
    routes[verb] = list.map(({ at, ref, names }) => {
      const method = methods.find(({ name: other }) => other === names);
      return { at, ref, ...(method && { method }) };
    });
  return entry;
}

function methodEntry(resource: ResourceEntry, name: string, method: Located, verbs: readonly RoutedVerb[]): MethodEntry {
  const config = child(method, 'config');
  const operation = operationOf(resource.service, method, config);
  return { ...method, name, resource, verbs, config, ...(operation && { operation }) };
}

/** An `operation.$ref` as the engine reads it: `#/paths/` + path with `~1` for `/` + verb, nothing else decoded (ENGINE E6.5). */
export function operationPlace(ref: string): { path: string; verb: string } {
  const parts = ref
    .slice(ref.indexOf('#') + 1)
    .replace(/^\/paths\//, '')
    .split('/');
  return { path: parts.slice(0, -1).join('/').replaceAll('~1', '/'), verb: (parts.at(-1) ?? '').toLowerCase() };
}

function operationOf(service: ServiceFile, method: Located, config: Located): Operation | undefined {
  const written = child(method, 'operation').value.$ref;
  // The deprecated form names path and verb apart.
  const inPath = child(method, 'path').value.$ref;
  if (typeof written !== 'string') return undefined;
  const { path: pathKey, verb } = typeof inPath === 'string' ? { path: inPath, verb: written.toLowerCase() } : operationPlace(written);
  const paths = child(service, 'paths');
  if (!(HTTP_METHODS as readonly string[]).includes(verb) || !isObject(paths.value[pathKey])) return undefined;
  const item = child(paths, pathKey);
  if (!isObject(item.value[verb])) return undefined;
  const operation = child(item, verb);

  const parameters = parametersOf(service, operation);
  const itemParameters = parametersOf(service, item).filter((one) => !parameters.some((own) => own.name === one.name && own.in === one.in));
  const body = bodyOf(service, operation, method, config);
  const server = [operation, item, service].map((one) => listed(one, 'servers')[0]).find((one) => one !== undefined);
  const requires = [...parameters, ...itemParameters].filter(({ required, value }) => required && value.allowEmptyValue !== true).map((one) => one.name);
  return {
    ...operation,
    path: pathKey,
    httpMethod: verb,
    item,
    parameters,
    itemParameters,
    ...(server && { server }),
    ...(body && { body }),
    answer: answerOf(service, operation, method),
    required: new Set([...requires, ...(body?.required ?? [])]),
  };
}

function parametersOf(service: ServiceFile, owner: Located): Parameter[] {
  return listed(owner, 'parameters').flatMap((written) => {
    const followed = service.follow(written);
    if (!followed) return [];
    const { name, in: location, required } = followed.value;
    const schema = isObject(followed.value.schema) ? service.follow(child(followed, 'schema')) : undefined;
    return [{ value: followed.value, at: written.at, name: asText(name), in: asText(location), required: required === true, ...(schema && { schema }) }];
  });
}

/** The media types among which the engine chooses when a method names none. */
const CHOSEN = ['application/json', 'application/xml', 'application/octet-stream'];

function bodyOf(service: ServiceFile, operation: Located, method: Located, config: Located): Body | undefined {
  if (!isObject(operation.value.requestBody)) return undefined;
  const content = child(service.follow(child(operation, 'requestBody')) ?? { value: {}, at: operation.at }, 'content');
  const named = child(method, 'request').value.mediaType;
  const mediaTypes = Object.keys(content.value);
  const mediaType = typeof named === 'string' ? named : CHOSEN.find((type) => mediaTypes.includes(type));
  const override = child(method, 'request', 'schema_override').value.$ref;
  const written =
    typeof override === 'string' ? { value: { $ref: override }, at: method.at } : mediaType === undefined ? undefined : schemaIn(content, mediaType);
  const schema = written && service.follow(written);
  const naive = asText(child(config, 'requestBodyTranslate').value.algorithm).startsWith('naive');
  const columnName = (name: string) => (naive ? name : `data__${name}`);
  const properties = schema ? propertiesOf(service, schema) : new Map<string, Located>();
  // Only the schema's own `required` counts, and only what is a property (ENGINE E4.2).
  const required = Array.isArray(schema?.value.required) ? schema.value.required.filter((name) => properties.has(name)).map(columnName) : [];
  return {
    ...(mediaType !== undefined && { mediaType }),
    contentAt: content.at,
    mediaTypes,
    ...(schema && { schema }),
    naive,
    fields: new Map([...properties].map(([name, property]) => [columnName(name), property])),
    required,
  };
}

function schemaIn(content: Located, mediaType: string): Located | undefined {
  const media = content.value[mediaType];
  return isObject(media) && isObject(media.schema) ? child(content, mediaType, 'schema') : undefined;
}

function answerOf(service: ServiceFile, operation: Located, method: Located): Answer {
  const response = child(method, 'response');
  const { mediaType: named, openAPIDocKey: status, objectKey, overrideMediaType } = response.value;
  const override = child(response, 'schema_override').value.$ref;
  const responses = child(operation, 'responses');
  let mediaType = typeof named === 'string' ? named : undefined;
  let schema: Located | undefined;
  if (typeof override === 'string') {
    schema = service.follow({ value: { $ref: override }, at: response.at });
    mediaType = typeof overrideMediaType === 'string' ? overrideMediaType : mediaType;
  } else {
    const key = mediaType !== undefined && status !== undefined && status !== '' ? asText(status) : bestStatus(responses);
    const content = isObject(responses.value[key]) ? child(service.follow(child(responses, key)) ?? { value: {}, at: responses.at }, 'content') : undefined;
    mediaType = mediaType !== undefined && status !== undefined ? mediaType : content && CHOSEN.find((type) => schemaIn(content, type));
    const written = content && mediaType !== undefined ? schemaIn(content, mediaType) : undefined;
    schema = written && service.follow(written);
  }
  const key = asText(objectKey);
  const isOpaque = isObject(response.value.transform) && typeof override !== 'string';
  const rows = schema && !isOpaque && (mediaType === undefined || /json/i.test(mediaType)) ? rowsAt(service, schema, key) : undefined;
  return {
    ...response,
    ...(mediaType !== undefined && { mediaType }),
    ...(schema && { schema }),
    objectKey: key,
    bent: typeof override === 'string' || isOpaque,
    isOpaque,
    ...(rows && { rows }),
  };
}

/** The status that the engine takes when a method names none. */
function bestStatus({ value }: Located): string {
  return (
    Object.keys(value)
      .filter((status) => /^\d+$/.test(status) && Number(status) < 300)
      .sort()[0] ?? 'default'
  );
}

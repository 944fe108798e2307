import { isObject } from '../read/objects.js';
import { step } from '../read/pointer.js';
import type { Located } from '../read/spec.js';
import { words } from '../text/names.js';
import { type MockResponse, NOT_FOUND, type Request } from './mock.js';
import { type ApiOperation, isJson, operationFor } from './operations.js';
import type { PaginationClaim } from './provider.js';
import { ROW_DEPTH } from './rows.js';
import { fieldsOf, type Schema, sample, typeOf } from './sample.js';

/** How an operation gives out its pages. */
export interface Paging {
  /** The query parameter that says which page. */
  readonly parameter: string;
  /** Is the page a number from 1 on, or a token? */
  readonly numbered: boolean;
  readonly link: boolean;
  /** The path to the next page in the response, and how it is given. */
  readonly next?: { readonly path: readonly string[]; readonly as: 'url' | 'token' };
  /** The paths to the number of this page in the response, and to that of the last. */
  readonly page?: readonly string[];
  readonly pages?: readonly string[];
}

/** Pages that a paged operation has. */
export const PAGES = 3;

const TOKEN_PARAMETER =
  /^(after|cursor|page_?token|next_?token|starting_?after|continuation_?token|marker|skip_?token)$/i;
const PAGE_PARAMETER = /^page(_?(number|no|num))?$/i;
const NEXT_URL = /(^|\.)(_?links?(\.pages)?\.next(\.href)?|next_?(page_?)?(url|uri|link|href)|@odata\.nextLink)$/i;
const NEXT_TOKEN = /(^|\.)(next_?(page_?)?(token|cursor)|next_?page|end_?cursor)$/i;

/**
 * How the API pages an operation: what its description shows, and where that is silent (few specs declare their Link
 * header), what the provider claims, as far as the description has the parameters and properties it names. `hidden`:
 * query parameters that a statement does not give. `isOne`: the documentation says that one page is read, or
 * has the whole response as its row; rows of other pages are then looked for only where the response shows the way to
 * them.
 */
export function pagingOf(
  operation: ApiOperation,
  status: string | undefined,
  claim: PaginationClaim | undefined,
  hidden: (name: string) => boolean,
  isOne = false,
): Paging | undefined {
  const { value: response, key } = responseOf(operation, status) ?? {};
  if (!response || key === undefined || !hasList(operation, status, claim ? 2 : 1)) return undefined;
  const keys = bodyKeys(operation, status);
  const query = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const token = query.find((name) => TOKEN_PARAMETER.test(name) && hidden(name));
  const declaresLink = Object.keys(response.headers ?? {}).some((name) => name.toLowerCase() === 'link');
  const nextUrl = keys.find((path) => NEXT_URL.test(path.join('.')));
  const nextToken = keys.find((path) => NEXT_TOKEN.test(path.join('.')));
  const has = (path: readonly string[]) => keys.some((each) => each.join('\0') === path.join('\0'));
  const shown = nextUrl ?? (token && nextToken);
  const parameter = token ?? 'page-token';

  const requestToken = claim?.requestToken;
  const responseToken = claim?.responseToken;
  const responseKey = pathOf(responseToken?.key ?? '');
  const byUrl = requestToken?.location === 'request' || requestToken?.key === '';
  if (responseToken?.location === 'header' && byUrl && (declaresLink || shown === undefined))
    return { parameter, numbered: false, link: true };
  if (responseToken?.location === 'body' && has(responseKey)) {
    if (byUrl) return { parameter, numbered: false, link: false, next: { path: responseKey, as: 'url' } };
    if (query.includes(requestToken?.key ?? '')) {
      const total = pathOf(claim?.responseTerminator?.key ?? '');
      if (claim?.responseTerminator && has(total))
        return { parameter: requestToken?.key ?? '', numbered: true, link: false, page: responseKey, pages: total };
      return {
        parameter: requestToken?.key ?? '',
        numbered: false,
        link: false,
        next: { path: responseKey, as: 'token' },
      };
    }
  }
  if (declaresLink) return { parameter, numbered: false, link: true };
  if (nextUrl) return { parameter, numbered: false, link: false, next: { path: nextUrl, as: 'url' } };
  if (token && nextToken)
    return { parameter: token, numbered: false, link: false, next: { path: nextToken, as: 'token' } };
  // A parameter that asks for a page, and nothing says how to come by its value.
  if (operation.method !== 'GET' || isOne) return undefined;
  const number = query.find((name) => PAGE_PARAMETER.test(name) && hidden(name));
  if (token !== undefined) return { parameter: token, numbered: false, link: true };
  return number === undefined ? undefined : { parameter: number, numbered: true, link: false };
}

/** Does the response hold a list at its root, or one of objects so many steps below? */
function hasList(operation: ApiOperation, status: string | undefined, depth: number): boolean {
  const { spec } = operation;
  const isWithin = (located: Located<Schema>, steps: number): boolean =>
    [...(fieldsOf(spec, located)?.all.values() ?? [])].some((field) => {
      const value = typeOf(spec, field) === 'array' ? sample(spec, field) : undefined;
      return (Array.isArray(value) && isObject(value[0])) || (steps > 1 && isWithin(field, steps - 1));
    });
  const schema = schemaOf(operation, status);
  return schema !== undefined && (typeOf(spec, schema) === 'array' || isWithin(schema, depth));
}

/** `$.a.b`, `a.b`, `$["a.b"]` */
function pathOf(key: string): string[] {
  const steps = key.replace(/^\$\.?/, '').matchAll(/\["((?:[^"\\]|\\.)*)"\]|[^.[\]]+/g);
  return [...steps].map(([bare, quoted]) => quoted?.replace(/\\(.)/g, '$1') ?? bare);
}

/** The paths of a response's properties, outside its lists. */
function bodyKeys(operation: ApiOperation, status: string | undefined): string[][] {
  const schema = schemaOf(operation, status);
  if (!schema) return [];
  const keys: string[][] = [];
  const walk = (located: { value: Schema; at: string }, prefix: readonly string[], depth: number): void => {
    for (const [name, field] of fieldsOf(operation.spec, located)?.all ?? []) {
      const path = [...prefix, name];
      keys.push(path);
      if (depth < 3 && typeOf(operation.spec, field) === 'object') walk(field, path, depth + 1);
    }
  };
  if (typeOf(operation.spec, schema) === 'object') walk(schema, [], 0);
  return keys;
}

/** The success that a method expects if the operation documents it, else the first. */
export function responseOf(operation: ApiOperation, status: string | undefined) {
  const found = Object.keys(operation.responses);
  const key = status !== undefined && found.includes(status) ? status : found.sort()[0];
  return key === undefined ? undefined : { key, ...(operation.responses[key] as (typeof operation.responses)[string]) };
}

function schemaOf(operation: ApiOperation, status: string | undefined) {
  const response = responseOf(operation, status);
  const mediaType = Object.keys(response?.value.content ?? {}).find(isJson);
  const schema = mediaType === undefined ? undefined : response?.value.content?.[mediaType]?.schema;
  return response && mediaType !== undefined && schema
    ? { value: schema as Schema, at: step(response.at, 'content', mediaType, 'schema') }
    : undefined;
}

/** The samples so far, as JSON: each request gets a copy of its own, in which it may change what it likes. */
const samples = new WeakMap<ApiOperation, Map<string, string | undefined>>();

/** The JSON body of an operation's response on page `page`, from 0; `undefined`: no JSON. */
export function sampleBody(operation: ApiOperation, status: string | undefined, page: number): unknown {
  const known = samples.get(operation) ?? new Map<string, string | undefined>();
  samples.set(operation, known);
  const key = `${status} ${page}`;
  if (!known.has(key)) {
    const schema = schemaOf(operation, status);
    known.set(key, schema && JSON.stringify(sample(operation.spec, schema, page)));
  }
  const text = known.get(key);
  return text === undefined ? undefined : JSON.parse(text);
}

/** What the mock plays: an API, of which one operation is in question. */
export interface MockedApi {
  readonly operations: readonly ApiOperation[];
  /** The operation in question, the success its method expects, its paging. */
  readonly operation: ApiOperation;
  readonly status?: string;
  readonly paging?: Paging;
  readonly pages: number;
  /**
   * Do objects have ids of their own, so that those of two resources are never equal by chance? A JOIN compares them.
   */
  readonly hasIdentities?: boolean;
  /** What the provider says of the paging of other operations. */
  readonly claims?: ReadonlyMap<ApiOperation, PaginationClaim>;
  /** `http://127.0.0.1:PORT` */
  readonly mock: string;
}

/**
 * What the API answers. Every other operation answers its first success, so that a request gone astray looks like a
 * success, as it would.
 */
export function responseTo(request: Request, api: MockedApi): MockResponse {
  const { operations, mock } = api;
  const operation = operationFor(operations, request.method, request.path, api.operation);
  if (request.escaped || !operation) return NOT_FOUND;
  const isAsked = operation === api.operation;
  const status = isAsked ? api.status : undefined;
  const found = responseOf(operation, status);
  const code = /^\d{3}$/.test(found?.key ?? '') ? Number(found?.key) : 200;
  // The others have one page, and say so: a token of the sample would be followed.
  const paging = isAsked ? api.paging : pagingOf(operation, status, api.claims?.get(operation), () => true);
  const pages = isAsked ? api.pages : 1;
  const page = isAsked && paging ? pageOf(request, paging) : 0;
  const value = atMost(sampleBody(operation, status, page), limitOf(request, operation));
  if (isAsked && api.hasIdentities) identify(value, operation, request);
  if (value === undefined) return { status: code };
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (paging) {
    const next = paging.numbered ? String(page + 2) : `page-${page + 1}`;
    const token = page + 1 < pages ? next : undefined;
    const url = token === undefined ? undefined : nextUrl(request, paging.parameter, token, mock);
    if (paging.link && url !== undefined) headers.link = `<${url}>; rel="next"`;
    if (paging.next) put(value, paging.next.path, paging.next.as === 'url' ? url : token);
    if (paging.page) put(value, paging.page, page + 1);
    if (paging.pages) put(value, paging.pages, pages);
  }
  return { status: code, headers, body: JSON.stringify(value) };
}

const LIMIT_PARAMETER = /^(limit|max|top|\$top|count|(page|batch)_?size|per_?page|max_?(results|items|page_?size))$/i;

/** How many rows a request asks for at most. */
function limitOf({ query }: Request, { parameters }: ApiOperation): number {
  const name = parameters.find((parameter) => parameter.in === 'query' && LIMIT_PARAMETER.test(parameter.name))?.name;
  const value = Number(name === undefined ? Number.NaN : new URLSearchParams(query).get(name) || Number.NaN);
  return Number.isInteger(value) && value > 0 ? value : Number.POSITIVE_INFINITY;
}

/** The list at a response's root or a step below, cut to so many rows. */
function atMost(value: unknown, limit: number): unknown {
  if (Array.isArray(value)) return value.slice(0, limit);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, Array.isArray(inner) ? inner.slice(0, limit) : inner]),
  );
}

/** The page that a request asks for; an unknown token asks for the first, as does none. */
function pageOf({ query }: Request, { parameter, numbered }: Paging): number {
  const value = new URLSearchParams(query).get(parameter) ?? '';
  const [, number] = (numbered ? /^(\d{1,3})$/ : /^page-(\d{1,3})$/).exec(value) ?? [];
  return number === undefined ? 0 : Math.max(0, Number(number) - (numbered ? 1 : 0));
}

function nextUrl({ origin, path, query }: Request, parameter: string, token: string, mock: string): string {
  const search = new URLSearchParams(query);
  search.set(parameter, token);
  return `${mock}/${origin.replace('://', '/')}${path}?${search}`;
}

function put(value: unknown, path: readonly string[], what: unknown): void {
  let here = value;
  for (const key of path.slice(0, -1)) here = isObject(here) ? here[key] : undefined;
  const last = path.at(-1);
  if (!isObject(here) || last === undefined) return;
  if (what === undefined) delete here[last];
  else here[last] = what;
}

/**
 * Gives the objects of a response the values that their path names them by. `/things/{id}` responds with the thing of
 * that id; below it a `thingId` is the thing's, and a plain `id` is the id of something else.
 */
function identify(body: unknown, operation: ApiOperation, { path }: Request): void {
  const values = operation.pattern.exec(path)?.slice(1).map(decodeURIComponent) ?? [];
  for (const object of objectsWithin(body))
    for (const [index, name] of operation.names.entries()) {
      const sampled = object[name];
      const isSame = operation.path.endsWith(`{${name}}`) || words(name).length > 1;
      if (typeof sampled === 'string') object[name] = isSame ? values[index] : `own-${sampled}`;
      if (typeof sampled === 'number') object[name] = isSame ? Number(values[index]) : sampled + 1000;
    }
}

/** The objects at a response's root and below it, as deep as rows are looked for. */
function objectsWithin(value: unknown, depth = ROW_DEPTH): Record<string, unknown>[] {
  const here = (Array.isArray(value) ? value : [value]).filter(isObject);
  return depth === 0
    ? here
    : [...here, ...here.flatMap(Object.values).flatMap((inner) => objectsWithin(inner, depth - 1))];
}

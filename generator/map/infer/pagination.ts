import type { Because, OnePage, PageSize, Pagination } from '../../model.js';
import type { PaginationOverride } from '../../read/config-types.js';
import type { ParameterObject, SchemaObject } from '../../read/openapi.js';
import type { Located } from '../../read/spec.js';
import { words } from '../../text/names.js';
import type { Hint } from '../operations/hints.js';
import type { LenientSpec, Written } from '../operations/lenient.js';
import { type DeclaredParameter, schemaLocation } from '../operations/parameters.js';
import type { Success } from '../operations/rows.js';
import { objectShape } from '../operations/schema.js';

/** Names are compared as their words: `pageToken`, `page_token` and `page[token]` are one. */
const nameOf = (name: string) => words(name).join('_');

/** Query parameters that carry an opaque page token; those like `page_token` are known by the two sets below. */
const TOKENS = new Set([
  'after',
  'after_cursor',
  'after_id',
  'after_token',
  'bookmark',
  'continuation',
  'continue',
  'cursor',
  'marker',
  'next',
  'next_marker',
  'start_after',
  'start_cursor',
  'start_key',
  'starting_after',
]);
const TOKEN_FIRST = new Set(['continuation', 'next', 'page', 'pagination', 'paging', 'scroll', 'sync']);
const TOKEN_LAST = new Set(['after', 'cursor', 'id', 'key', 'token']);

const PAGE_NUMBERS = new Set(['current_page', 'p', 'page', 'page_index', 'page_no', 'page_num', 'page_number']);

/** Query parameters that say how many rows to skip, or after which one to start. */
const OFFSETS = new Set([
  'first_result',
  'from_index',
  'offset',
  'page_offset',
  'skip',
  'start',
  'start_at',
  'start_index',
]);

const PAGE_SIZES = new Set([
  'count',
  'first',
  'items_per_page',
  'limit',
  'max_items',
  'max_results',
  'maxresults',
  'page_limit',
  'page_per',
  'page_size',
  'pagelen',
  'per_page',
  'results_per_page',
  'size',
  'top',
]);

/** Properties that hold the next token, besides those called like the parameter or `next_` and its name. */
const NEXT_TOKENS = new Set([
  'after',
  'after_cursor',
  'after_key',
  'after_token',
  'continuation',
  'continuation_token',
  'continue',
  'cursor',
  'end_cursor',
  'next',
  'next_cursor',
  'next_id',
  'next_key',
  'next_marker',
  'next_page',
  'next_page_cursor',
  'next_page_token',
  'next_start',
  'next_token',
  'page_token',
  'pagination_token',
  'scroll_id',
]);

/** Properties that hold the next URL if they hold a URL. */
const NEXT_URLS = new Set([
  'next',
  'next_href',
  'next_link',
  'next_page',
  'next_page_link',
  'next_page_uri',
  'next_page_url',
  'next_results_url',
  'next_uri',
  'next_url',
  'odata_next_link',
]);

/** Properties that hold the number of the page that it is, and of the last one. */
const THIS_PAGES = new Set(['current', 'current_page', 'number', 'page', 'page_index', 'page_num', 'page_number']);
const LAST_PAGES = new Set([
  'last_page',
  'num_pages',
  'number_of_pages',
  'page_count',
  'page_total',
  'pages',
  'pages_count',
  'total_page',
  'total_pages',
]);

/** What the whole API says about paging: one operation that declares a `Link` header speaks for its siblings. */
export interface PagingStyle {
  readonly linkHeader: boolean;
}

export interface Paging {
  readonly pagination?: Pagination;
  readonly pageSize?: PageSize;
  readonly onePage?: OnePage;
}

/**
 * How the engine gets the next page of a list (MAPPING 15; the exact forms of ENGINE E6.8): a token that the response
 * holds, a URL that it holds, a `Link` header, or a page number with the number of pages. Written per method, because
 * newer engines read nothing else (ENGINE E6.9). Where the engine cannot follow, `onePage` names the input that
 * moves the page.
 */
export function pagingOf(
  spec: LenientSpec,
  declared: readonly DeclaredParameter[],
  success: Success,
  style: PagingStyle,
  hasBody: boolean,
  override?: Hint<PaginationOverride>,
): Paging {
  if (!success.rows?.isList && !override) return {};
  const query = declared.filter(({ value }) => value.in === 'query');
  const named = (isRight: (name: string) => boolean) => query.find(({ value }) => isRight(nameOf(value.name)));
  const inputs: Inputs = {
    // The engine's first request has no token: one that must be given is the user's.
    token: named(isTokenName)?.value.required ? undefined : named(isTokenName)?.value,
    page: named((name) => PAGE_NUMBERS.has(name))?.value,
    offset: named((name) => OFFSETS.has(name))?.value,
  };
  const size = named((name) => PAGE_SIZES.has(name));
  // A method that has a body sends it with the first page only, and stops there (ENGINE N25).
  const inferred = hasBody || override ? undefined : paginationOf(inputs, besideRows(spec, success), success, style);
  const pagination = override ? chosenPagination(override) : inferred;
  const moving = named(isTokenName)?.value ?? inputs.page ?? inputs.offset;
  return {
    ...(pagination && { pagination }),
    ...(size && { pageSize: { parameter: size.value.name, ...maximumOf(spec, size) } }),
    ...(!pagination && moving && { onePage: { parameter: moving.name } }),
  };
}

/** Returns what a person decided about the pages of a list. */
function chosenPagination({ value, because }: Hint<PaginationOverride>): Pagination | undefined {
  if (value === 'none') return undefined;
  if (value === 'link_header')
    return { requestToken: ANYWHERE, responseToken: { key: 'Link', location: 'header' }, because };
  const { request, response, last } = value;
  return {
    ...(last !== undefined && { algorithm: 'page_number' as const }),
    requestToken: request === undefined ? ANYWHERE : { key: request, location: 'query' },
    responseToken: { key: response, location: 'body' },
    ...(last !== undefined && { responseTerminator: { key: last, location: 'body' } }),
    because,
  };
}

/** Returns why a list cannot page as a person decided: an input that it does not have, or nothing to page. */
export function paginationObstacle(
  { request }: Exclude<PaginationOverride, string>,
  declared: readonly DeclaredParameter[],
): string | undefined {
  const names = declared.filter(({ value }) => value.in === 'query').map(({ value }) => value.name);
  if (request === undefined || names.includes(request)) return undefined;
  return `${request} is not a query parameter${names.length > 0 ? `; there are ${names.join(', ')}` : ''}`;
}

/** Does a query parameter of this name carry an opaque page token? */
export function isPageToken(name: string): boolean {
  return isTokenName(nameOf(name));
}

function isTokenName(name: string): boolean {
  const [first = '', ...rest] = name.split('_');
  return TOKENS.has(name) || (rest.length > 0 && TOKEN_FIRST.has(first) && TOKEN_LAST.has(rest.at(-1) ?? ''));
}

/** The query parameters that may move the page. */
interface Inputs {
  readonly token: ParameterObject | undefined;
  readonly page: ParameterObject | undefined;
  readonly offset: ParameterObject | undefined;
}

const ANYWHERE = { key: '', location: 'request' };

function paginationOf(
  { token, page, offset }: Inputs,
  beside: readonly Beside[],
  success: Success,
  style: PagingStyle,
): Pagination | undefined {
  const how = (saw: string): { because: Because } => ({ because: { rule: 'pagination', saw } });
  const fromBody = (path: string) => ({ key: path, location: 'body' });
  const toQuery = ({ name }: ParameterObject) => ({ key: name, location: 'query' });
  const nextUrl = beside.find((one) => NEXT_URLS.has(one.name) && isUrl(one, beside, token !== undefined));
  const tokenFor = (parameter: ParameterObject | undefined, names: ReadonlySet<string>) =>
    parameter &&
    beside.find((one) => one !== nextUrl && isTokenFor(nameOf(parameter.name), one, names) && !saysUrl(one));

  const next = tokenFor(token, NEXT_TOKENS);
  if (token && next)
    return {
      requestToken: toQuery(token),
      responseToken: fromBody(next.path),
      ...how(`${next.path} of the response goes to ${token.name}`),
    };
  if (nextUrl)
    return {
      requestToken: ANYWHERE,
      responseToken: fromBody(nextUrl.path),
      ...how(`${nextUrl.path} of the response is the next URL`),
    };
  const link = saysLink(success, token, style);
  if (link) return { requestToken: ANYWHERE, responseToken: { key: 'Link', location: 'header' }, ...how(link) };
  const opaque = tokenFor(offset, new Set());
  if (offset && opaque)
    return {
      requestToken: toQuery(offset),
      responseToken: fromBody(opaque.path),
      ...how(`${opaque.path} of the response goes to ${offset.name}`),
    };
  const current = page && beside.find((one) => THIS_PAGES.has(one.name) && one.isNumber);
  const last = page && beside.find((one) => LAST_PAGES.has(one.name) && one.isNumber);
  if (page && current && last)
    return {
      algorithm: 'page_number',
      requestToken: toQuery(page),
      responseToken: fromBody(current.path),
      responseTerminator: fromBody(last.path),
      ...how(`${page.name} counts up to ${last.path} of the response`),
    };
  return undefined;
}

/** Is it a string that goes to a parameter: under its name, `next_` and its name, or its name inside `next…`? */
function isTokenFor(parameter: string, { name, isText, parents }: Beside, names: ReadonlySet<string>): boolean {
  if (!isText) return false;
  const isNext = nameOf(parents.at(-1) ?? '').startsWith('next') && name === parameter;
  const isOwn = name === parameter && !OFFSETS.has(parameter);
  return names.has(name) || isNext || isOwn || name === `next_${parameter}`;
}

function saysLink(
  { response, rows }: Success,
  cursor: ParameterObject | undefined,
  { linkHeader }: PagingStyle,
): string | undefined {
  if (declaresLink(response)) return 'the response declares a Link header';
  if (!cursor || rows?.keys.length) return undefined;
  if (/\blink\b.{0,20}\bheader|`?next`? link/i.test(String(cursor.description)))
    return `the description of ${cursor.name} names a Link header`;
  if (linkHeader) return 'other lists of this API answer with a Link header';
  return `the answer is a bare list, so the next ${cursor.name} can only come in a Link header`;
}

export function declaresLink(response: { readonly headers?: Record<string, unknown> }): boolean {
  return Object.keys(response.headers ?? {}).some((header) => header.toLowerCase() === 'link');
}

/** A scalar that stands beside the rows, or inside an object there. */
interface Beside {
  /** In words joined by `_`; of `next.href` it is `next`. */
  readonly name: string;
  /** JSONPath from the root of the response. */
  readonly path: string;
  readonly isText: boolean;
  readonly isNumber: boolean;
  readonly schema: SchemaObject;
  readonly parents: readonly string[];
}

/** Last steps of a path to a URL. */
const URL_NAMES = new Set(['href', 'link', 'uri', 'url']);

/** The scalars around the rows, nearest to the root first; the rows themselves are not entered. */
function besideRows(spec: LenientSpec, { schema, rows }: Success): Beside[] {
  const found: Beside[] = [];
  const walk = (written: Located<Written>, parents: readonly string[]) => {
    const inner: [Located<Written>, string[]][] = [];
    for (const [key, property] of objectShape(spec, written.value, written.at)?.properties ?? []) {
      const { value } = spec.schema(property.value, property.at);
      const keys = [...parents, key];
      if (value.type === 'array' || keys.join('.') === rows?.keys.join('.')) continue;
      if (value.type === 'object' || objectShape(spec, property.value, property.at)) inner.push([property, keys]);
      else
        found.push({
          name: nameOf(URL_NAMES.has(key) && parents.length > 0 ? (parents.at(-1) as string) : key),
          path: `$${keys.map(jsonPathStep).join('')}`,
          isText: value.type === 'string' || value.type === undefined,
          isNumber: value.type === 'integer' || value.type === 'number',
          schema: value,
          parents,
        });
    }
    if (parents.length < 3) for (const [property, path] of inner) walk(property, path);
  };
  if (schema && rows?.keys.length) walk(schema, []);
  return found;
}

/** The engine takes `$["@odata.nextLink"]`, and no other spelling (tried). */
function jsonPathStep(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** Does a property called `next` or the like hold a URL? It says so, or no parameter could take a token. */
function isUrl(property: Beside, beside: readonly Beside[], hasToken: boolean): boolean {
  if (!property.isText) return false;
  if (saysUrl(property)) return true;
  if (property.name !== 'next') return false;
  const isBesidePrevious = beside.some(
    ({ name, parents }) => parents.join() === property.parents.join() && (name === 'previous' || name === 'prev'),
  );
  return isBesidePrevious || !hasToken;
}

/** By its name, what holds it, its format, or what is written about it; a link to documentation says nothing. */
function saysUrl({ path, parents, schema }: Beside): boolean {
  const text = `${schema.description ?? ''} ${JSON.stringify(schema.example ?? '')}`.replace(/\]\([^)]*\)/g, ']');
  return (
    /^(uri|url)/.test(schema.format ?? '') ||
    /(url|link|uri|href)s?("\])?$/i.test(path) ||
    parents.some((parent) => /^_?(links?|urls?|pages)$/i.test(parent)) ||
    /\b(URL|URI|hyperlink)\b|"https?:/.test(text)
  );
}

function maximumOf(spec: LenientSpec, parameter: DeclaredParameter): { maximum?: number } {
  const { schema } = parameter.value;
  const { maximum } = schema ? spec.schema(schema, schemaLocation(parameter)).value : {};
  return typeof maximum === 'number' ? { maximum } : {};
}

import type { Because, PageSize, Pagination } from '../../model.js';
import type { ParameterObject, SchemaObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import type { LenientSpec, Written } from '../operations/lenient.js';
import { type DeclaredParameter, nameOf, PAGE_TOKEN } from '../operations/parameters.js';
import type { Success } from '../operations/rows.js';
import { objectShape } from '../operations/schema.js';

const PAGE_NUMBER = /^(page|page_(number|num|no|index)|current_page|p)$/;
const PAGE_SIZE =
  /^(limit|per_page|page_(size|limit)|size|max_results|max_items|maxresults|pagelen|top|count|results_per_page|items_per_page|first|page_per)$/;

/** Properties of an answer that hold the next token, the next URL, the page that it is, and how many there are. */
const NEXT_CURSOR =
  /^(next_(cursor|token|page|page_token|page_cursor|marker|key|id|start)|next|cursor|after|(page|continuation|scroll|pagination|end|after|starting_after)_?(token|cursor|key)?|continuation)$/;
const NEXT_URL =
  /^(next|next_(url|link|uri|href|page|page_url|page_link|page_uri|results_url)|odata_next_link|next_href)$/;
const THIS_PAGE = /^(page|page_(number|num|index)|current_page|number|current)$/;
const LAST_PAGE =
  /^(total_pages|pages|page_count|pages_count|last_page|num_pages|total_page|page_total|number_of_pages)$/;

/** What the whole API says about paging: one operation that declares a `Link` header speaks for its siblings. */
export interface PagingStyle {
  readonly linkHeader: boolean;
}

export interface Paging {
  readonly pagination?: Pagination;
  readonly pageSize?: PageSize;
}

/**
 * How the engine gets the next page of a list (MAPPING 15; the exact forms of ENGINE E6.8): a cursor that the answer holds, a URL that it holds, a
 * `Link` header, or a page number with the number of pages. Written per method, because newer engines read nothing else (ENGINE E6.9).
 */
export function pagingOf(
  spec: LenientSpec,
  declared: readonly DeclaredParameter[],
  success: Success,
  style: PagingStyle,
): Paging {
  if (!success.rows?.isList) return {};
  const query = declared.map(({ value }) => value).filter((parameter) => parameter.in === 'query');
  const named = (pattern: RegExp) => query.find(({ name }) => pattern.test(nameOf(name)));
  const cursor = named(PAGE_TOKEN);
  const page = named(PAGE_NUMBER);
  const size = declared.find(({ value }) => value.in === 'query' && PAGE_SIZE.test(nameOf(value.name)));
  const pageSize = size && { parameter: size.value.name, ...maximumOf(spec, size) };
  const pagination = paginationOf(spec, cursor, page, success, style);
  return { ...(pagination && { pagination }), ...(pageSize && { pageSize }) };
}

function paginationOf(
  spec: LenientSpec,
  cursor: ParameterObject | undefined,
  page: ParameterObject | undefined,
  success: Success,
  style: PagingStyle,
): Pagination | undefined {
  const answer = besideRows(spec, success);
  const found = (pattern: RegExp, isRight: (property: Beside) => boolean) =>
    answer.find((property) => pattern.test(nameOf(property.name)) && isRight(property));
  const next = found(NEXT_URL, isUrl);
  const how = (saw: string): { because: Because } => ({ because: { rule: 'pagination', saw } });
  const anywhere = { key: '', location: 'request' };

  const token = cursor && found(NEXT_CURSOR, (property) => property.isText && !isUrl(property));
  if (cursor && token)
    return {
      requestToken: { key: cursor.name, location: 'query' },
      responseToken: { key: token.path, location: 'body' },
      ...how(`${token.path} of the answer goes to ${cursor.name}`),
    };
  if (next)
    return {
      requestToken: anywhere,
      responseToken: { key: next.path, location: 'body' },
      ...how(`${next.path} of the answer is the next URL`),
    };
  const link = saysLink(success, cursor, style);
  if (link) return { requestToken: anywhere, responseToken: { key: 'Link', location: 'header' }, ...how(link) };
  const current = page && found(THIS_PAGE, ({ isNumber }) => isNumber);
  const last = page && found(LAST_PAGE, ({ isNumber }) => isNumber);
  if (page && current && last)
    return {
      algorithm: 'page_number',
      requestToken: { key: page.name, location: 'query' },
      responseToken: { key: current.path, location: 'body' },
      responseTerminator: { key: last.path, location: 'body' },
      ...how(`${page.name} counts up to ${last.path} of the answer`),
    };
  return undefined;
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
  readonly name: string;
  /** JSONPath from the root of the answer. */
  readonly path: string;
  readonly isText: boolean;
  readonly isNumber: boolean;
  readonly schema: SchemaObject;
  readonly parents: readonly string[];
}

/** The scalars around the rows, nearest to the root first; the rows themselves are not entered. */
function besideRows(spec: LenientSpec, { schema, rows }: Success): Beside[] {
  const found: Beside[] = [];
  const walk = (written: Located<Written>, parents: readonly string[]) => {
    const inner: [Located<Written>, string[]][] = [];
    for (const [name, property] of objectShape(spec, written.value, written.at)?.properties ?? []) {
      if (!/^[A-Za-z_]\w*$/.test(name)) continue;
      const { value } = spec.schema(property.value, property.at);
      const path = [...parents, name];
      if (value.type === 'array' || path.join('.') === rows?.keys.join('.')) continue;
      if (value.type === 'object' || objectShape(spec, property.value, property.at)) inner.push([property, path]);
      else
        found.push({
          name,
          path: `$.${path.join('.')}`,
          isText: value.type === 'string' || value.type === undefined,
          isNumber: value.type === 'integer' || value.type === 'number',
          schema: value,
          parents,
        });
    }
    if (parents.length < 3) for (const [property, path] of inner) walk(property, path);
  };
  if (schema && rows?.keys.length) walk(schema, []);
  // HAL: `_links.next.href`.
  return found.map((property) =>
    property.name === 'href' && property.parents.length > 0
      ? { ...property, name: property.parents.at(-1) as string }
      : property,
  );
}

function isUrl({ name, path, parents, isText, schema }: Beside): boolean {
  if (!isText) return false;
  const text = `${schema.description ?? ''} ${JSON.stringify(schema.example ?? '')}`;
  return (
    /^(uri|url)/.test(schema.format ?? '') ||
    path.endsWith('.href') ||
    /(url|link|uri|href)s?$/i.test(name) ||
    parents.some((parent) => /^_?(links?|urls?|pages)$/i.test(parent)) ||
    /\b(URL|URI|https?:|hyperlink)/.test(text)
  );
}

function maximumOf(spec: LenientSpec, { value, at }: DeclaredParameter): { maximum?: number } {
  const { maximum } = value.schema ? spec.schema(value.schema, step(at, 'schema')).value : {};
  return typeof maximum === 'number' ? { maximum } : {};
}

import { byCodePoint, type Column, type Location } from '../../model.js';
import { isObject } from '../../read/objects.js';
import { isReference, type OperationObject, type Reference, type ResponseObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import { preferredMediaType, withoutParameters } from './bodies.js';
import { fieldOf } from './fields.js';
import type { LenientSpec, Written } from './lenient.js';
import { dataType, isMarked, objectShape } from './schema.js';

/** An operation's documented success and the rows in it. */
export interface Success {
  readonly status: string;
  readonly response: ResponseObject;
  readonly mediaType?: string;
  readonly schema?: Located<Written>;
  readonly rows?: Rows;
}

export interface Rows {
  /** Is the answer a list of rows, rather than one? */
  readonly isList: boolean;
  /** The properties from the answer to the rows; empty when the answer is the row or an array of rows. */
  readonly keys: readonly string[];
  readonly row: Located<Written>;
  readonly columns: readonly Column[];
  /** Properties of a row that are no columns, although the schema has them. */
  readonly without?: readonly string[];
  /** The Go template that makes rows of an answer whose rows no JSONPath of the engine reaches. */
  readonly transform?: string;
}

/** Names under which APIs wrap their rows. */
const WRAPPERS =
  /^(data|results?|items|values?|records|entries|list|content|objects|elements|rows|response|payload|_?embedded_items)$/i;
/** Names of what stands beside the rows: links, paging, totals, errors. HAL's `_links` and `_embedded` are never rows. */
const METADATA =
  /^(_.*|links?|paging|pagination|page(_?info|_?number|_?size|_?token|s|_?count)?|pagina.*|per_?page|next.*|prev.*|previous.*|first|last|self|total.*|count|size|limit|offset|cursors?|has_?(more|next.*|prev.*)|meta(_?data)?|result_?info|errors?|error_?(message|code)|messages?|success|status|code|object|kind|etag|warnings?|included|more|query|truncated|is_?(truncated|last).*|response_?metadata|request_?id|incomplete_?results|api_?version|odata.*|@odata.*|schemas|start_?index|items_?per_?page)$/i;
/** Single objects that wrap an item: `{"data": {…}}`. */
const ITEM_WRAPPERS = /^(data|result|item|record|response|payload)$/i;

/** Names of what a row is known by. */
const IDENTITY = /^(id|uuid|guid|name)$/i;

/** The success of an operation that documents none, and what it is taken for. */
function assumed(spec: LenientSpec, operation: OperationObject, at: Location, id: string): Success {
  const only = operation.responses?.default;
  const what = only ? 'only a default response, taken for the success' : 'no 2xx response; an empty one is assumed';
  spec.report({ code: 'response-missing', message: `${id}: ${what}`, at: step(at, 'responses') });
  return only ? readAnswer(spec, 'default', only, step(at, 'responses', 'default')) : { status: '200', response: {} };
}

/** The first 2xx with a JSON body, else the first 2xx (OpenAPI 3.0.3, 4.7.16). */
export function successOf(
  spec: LenientSpec,
  operation: OperationObject,
  at: Location,
  id: string,
  objectKey?: string,
): Success {
  const answers = Object.entries(operation.responses ?? {})
    .filter(([status]) => /^2/.test(status))
    .map(([status, written]) => readAnswer(spec, status, written, step(at, 'responses', status)));
  const answer =
    answers.find(({ mediaType, schema }) => schema && isJson(mediaType)) ??
    answers[0] ??
    assumed(spec, operation, at, id);
  const rows = answer.schema && isJson(answer.mediaType) ? rowsOf(spec, answer.schema, objectKey) : undefined;
  return rows ? { ...answer, rows } : answer;
}

function readAnswer(spec: LenientSpec, status: string, written: ResponseObject | Reference, at: Location): Success {
  const { value: response, at: responseAt } = spec.follow<ResponseObject>(written, at);
  const mediaType = preferredMediaType(response.content);
  const schema = mediaType === undefined ? undefined : response.content?.[mediaType]?.schema;
  return {
    // The engine wants a status, not a range or `default`.
    status: /^\d{3}$/.test(status) ? status : '200',
    response,
    ...(mediaType && { mediaType: withoutParameters(mediaType) }),
    ...(isObject(schema) && {
      schema: { value: schema, at: step(responseAt, 'content', mediaType as string, 'schema') },
    }),
  };
}

function isJson(mediaType: string | undefined): boolean {
  return /[/+]json$/i.test(mediaType ?? '');
}

/** Finds the rows in an answer: itself, its items, or inside a wrapper (MAPPING 13). */
function rowsOf(spec: LenientSpec, answer: Located<Written>, objectKey: string | undefined): Rows | undefined {
  const keys =
    objectKey === undefined
      ? wrapperKeys(spec, answer)
      : objectKey
          .replace(/^\$\.?/, '')
          .split('.')
          .filter(Boolean);
  let here: Located<Written> | undefined = answer;
  for (const key of keys) here = here && objectShape(spec, here.value, here.at)?.properties.get(key);
  if (!here) return undefined;
  const isList = dataType(spec, here.value, here.at).type === 'array';
  const row = itemsOf(spec, here);
  const columns = columnsOf(spec, row);
  if (columns) {
    const transform = transformOf(keys, isList, columns);
    const hidden = [...(objectShape(spec, row.value, row.at)?.properties.keys() ?? [])].filter(
      (name) => !columns.some((column) => column.name === name),
    );
    return {
      keys,
      row,
      columns,
      isList,
      ...(transform && { transform }),
      ...(hidden.length > 0 && { without: hidden }),
    };
  }
  if (!isList) return undefined;
  // A list of scalars crashes the engine (ENGINE E5.5): each becomes a row with one column.
  const value = fieldOf(spec, 'value', row);
  const transform = `[{{range $i, $e := ${pick(keys)}}}{{if $i}},{{end}}{"value":{{toJson $e}}}{{end}}]`;
  return { keys, row, columns: [value], isList, transform };
}

/** Why rows with columns of their own may still need a template: a key that is no JSONPath step, or `items`, which the engine takes for the rows (tried). */
function transformOf(keys: readonly string[], isList: boolean, columns: readonly Column[]): string | undefined {
  if (isBareKey(keys, isList)) return undefined;
  if (!keys.every((key) => IDENTIFIER.test(key)))
    return isList ? `{{toJson (${pick(keys)})}}` : `[{{toJson (${pick(keys)})}}]`;
  return keys.length === 0 && !isList && columns.some(({ name }) => name === 'items') ? '[{{toJson .}}]' : undefined;
}

/** One key that JSONPath does not take leads to a list all the same when it stands bare, without `$.` (tried). */
function isBareKey(keys: readonly string[], isList: boolean): boolean {
  const [key = ''] = keys;
  return isList && keys.length === 1 && !IDENTIFIER.test(key) && /^[\w-]+$/.test(key);
}

/** The objectKey of rows inside an answer; none when the answer is the rows, or when a template makes them. */
export function objectKeyOf({ keys, isList, transform }: Rows): string | undefined {
  if (keys.length === 0 || transform !== undefined) return undefined;
  return isBareKey(keys, isList) ? keys[0] : `$.${keys.join('.')}`;
}

const IDENTIFIER = /^[A-Za-z_]\w*$/;

/** The rows inside an answer as a Go template expression; `index` takes names that JSONPath does not (tried: `$["a-b"]` is refused). */
function pick(keys: readonly string[]): string {
  return keys.length === 0 ? '.' : `index . ${keys.map((key) => JSON.stringify(key)).join(' ')}`;
}

function itemsOf(spec: LenientSpec, located: Located<Written>): Located<Written> {
  const { value: schema, at } = spec.schema(located.value, located.at);
  return schema.type === 'array' ? { value: schema.items ?? {}, at: step(at, 'items') } : located;
}

/** The properties that lead from an answer to its rows. */
function wrapperKeys(spec: LenientSpec, answer: Located<Written>, depth = 0): string[] {
  if (dataType(spec, answer.value, answer.at).type === 'array') return [];
  const properties = [...(objectShape(spec, answer.value, answer.at)?.properties ?? [])];
  const payload = properties.filter(([name]) => !METADATA.test(name));
  const isRows = ([, property]: [string, Located<Written>]) => {
    const items = itemsOf(spec, property);
    return (
      dataType(spec, property.value, property.at).type === 'array' &&
      objectShape(spec, items.value, items.at) !== undefined
    );
  };
  const holdsRow = ([, { value, at }]: [string, Located<Written>]) =>
    dataType(spec, value, at).type === 'object' && objectShape(spec, value, at) !== undefined;
  // Nothing but a list: it is the rows under any name.
  const [sole] = properties;
  if (properties.length === 1 && sole && isRows(sole)) return [sole[0]];
  // What has an identity of its own is a row, whatever it holds.
  if (properties.some(([name]) => IDENTITY.test(name))) return [];
  const lists = payload.filter(isRows);
  const only = payload.length === 1 ? payload[0] : undefined;
  // Beside a list under a wrapper's name, a few scalars are metadata under names of the API's own.
  const isPlain = ([, { value, at }]: [string, Located<Written>]) =>
    !['array', 'object'].includes(dataType(spec, value, at).type);
  const list =
    lists.find(
      (found) =>
        WRAPPERS.test(found[0]) &&
        (payload.length <= 2 || (payload.length <= 4 && payload.every((one) => one === found || isPlain(one)))),
    ) ?? (only && lists.includes(only) ? only : undefined);
  if (list) return [list[0]];
  if (depth > 0) return [];
  const wrapper =
    payload.find((property) => ITEM_WRAPPERS.test(property[0]) && payload.length <= 2 && holdsRow(property)) ??
    (only && holdsRow(only) ? only : undefined);
  return wrapper ? [wrapper[0], ...wrapperKeys(spec, wrapper[1], depth + 1)] : [];
}

/** The columns of a row schema in page order; a field that is only written is none. */
function columnsOf(spec: LenientSpec, row: Located<Written>): Column[] | undefined {
  const shape = objectShape(spec, row.value, row.at);
  if (!shape) return undefined;
  const columns = [...shape.properties]
    .filter(([, { value, at }]) => !isMarked(spec, value, at, 'writeOnly'))
    .map(([name, located]) => fieldOf(spec, name, located));
  return columns.length > 0
    ? columns.sort((a, b) => columnRank(a.name) - columnRank(b.name) || byCodePoint(a.name, b.name))
    : undefined;
}

/** ENGINE E5.6. */
function columnRank(name: string): number {
  return name === 'id' ? 0 : name === 'name' ? 1 : name.endsWith('_id') ? 2 : name.endsWith('_name') ? 3 : 4;
}

/** A column and a parameter that differ in case only make every SELECT fail (tried): the parameter stays. */
export function withoutNamesakes(
  spec: LenientSpec,
  success: Success,
  parameters: readonly { name: string }[],
): Success {
  const { rows } = success;
  const isNamesake = ({ name }: Column) =>
    parameters.some((parameter) => parameter.name !== name && parameter.name.toLowerCase() === name.toLowerCase());
  const dropped = rows?.columns.filter(isNamesake) ?? [];
  if (!rows || dropped.length === 0) return success;
  for (const { name, at } of dropped)
    spec.report({ code: 'column-dropped', message: `${name} differs from a parameter in case only`, at });
  return {
    ...success,
    rows: {
      ...rows,
      columns: rows.columns.filter((column) => !dropped.includes(column)),
      without: [...(rows.without ?? []), ...dropped.map(({ name }) => name)],
    },
  };
}

/** What one row is, for comparing operations: the place of its schema once references are followed. */
export function rowIdentity(spec: LenientSpec, success: Success): Location | undefined {
  const row = success.rows?.row;
  return row && isReference(row.value) ? spec.schema(row.value, row.at).at : row?.at;
}

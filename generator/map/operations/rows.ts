import { byCodePoint, type Column, type Location } from '../../model.js';
import { isObject } from '../../read/objects.js';
import { isReference, type OperationObject, type Reference, type ResponseObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import { engineMediaType, preferredMediaType } from './bodies.js';
import { type Endpoint, envelopeKeys, itemsOf } from './envelope.js';
import { fieldOf } from './fields.js';
import type { LenientSpec, Written } from './lenient.js';
import { dataType, isMarked, type ObjectShape, objectShape } from './schema.js';

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
  endpoint: Endpoint,
  objectKey?: string,
): Success {
  const answers = Object.entries(operation.responses ?? {})
    .filter(([status]) => /^2/.test(status))
    .map(([status, written]) => readAnswer(spec, status, written, step(at, 'responses', status)));
  const answer =
    answers.find(({ mediaType, schema }) => schema && isJson(mediaType)) ??
    answers[0] ??
    assumed(spec, operation, at, id);
  const rows = answer.schema && isJson(answer.mediaType) ? rowsOf(spec, answer.schema, endpoint, objectKey) : undefined;
  return rows ? { ...answer, rows } : answer;
}

function readAnswer(spec: LenientSpec, status: string, written: ResponseObject | Reference, at: Location): Success {
  const { value: response, at: responseAt } = spec.follow<ResponseObject>(written, at, 'response');
  const mediaType = preferredMediaType(response.content);
  const schema = mediaType === undefined ? undefined : response.content?.[mediaType]?.schema;
  const located = {
    value: isObject(schema) ? schema : {},
    at: step(responseAt, 'content', mediaType ?? '', 'schema'),
  };
  return {
    // The engine wants a status, not a range or `default`.
    status: /^\d{3}$/.test(status) ? status : '200',
    response,
    ...(mediaType && { mediaType: engineMediaType(spec, mediaType, located) }),
    ...(isObject(schema) && { schema: located }),
  };
}

function isJson(mediaType: string | undefined): boolean {
  return /[/+]json$/i.test(mediaType ?? '');
}

/** Finds the rows in an answer: itself, its items, or inside a wrapper (MAPPING 13). */
function rowsOf(
  spec: LenientSpec,
  answer: Located<Written>,
  endpoint: Endpoint,
  objectKey: string | undefined,
): Rows | undefined {
  const keys =
    objectKey === undefined
      ? envelopeKeys(spec, answer, endpoint)
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

/**
 * Why rows with columns of their own may still need a template: a key that is no JSONPath step, or `items`, which the
 * engine takes for the rows (tried).
 */
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

/**
 * The rows inside an answer as a Go template expression; `index` takes names that JSONPath does not (tried: `$["a-b"]`
 * is refused).
 */
function pick(keys: readonly string[]): string {
  return keys.length === 0 ? '.' : `index . ${keys.map((key) => JSON.stringify(key)).join(' ')}`;
}

/** The columns of a row schema in page order; a field that is only written is none. */
function columnsOf(spec: LenientSpec, row: Located<Written>): readonly Column[] | undefined {
  const shape = objectShape(spec, row.value, row.at);
  if (!shape) return undefined;
  const known = columnsByShape.get(shape) ?? { found: columnsIn(spec, shape) };
  columnsByShape.set(shape, known);
  return known.found;
}

/** Operations that answer with the same schema have the same columns. */
const columnsByShape = new WeakMap<ObjectShape, { readonly found: readonly Column[] | undefined }>();

function columnsIn(spec: LenientSpec, shape: ObjectShape): readonly Column[] | undefined {
  const columns = [...shape.properties]
    .filter(([name, { value, at }]) => !isMarked(spec, value, at, 'writeOnly') && isNameable(spec, name, at))
    .map(([name, located]) => fieldOf(spec, name, located));
  return columns.length > 0
    ? columns.sort((a, b) => columnRank(a.name) - columnRank(b.name) || byCodePoint(a.name, b.name))
    : undefined;
}

/** No statement can name a column with a quotation mark: the engine does not read a doubled one as one (tried). */
function isNameable({ report }: LenientSpec, name: string, at: Location): boolean {
  if (name !== '' && !name.includes('"')) return true;
  report({ code: 'column-dropped', message: name === '' ? 'its name is empty' : `${name} holds a quotation mark`, at });
  return false;
}

/** ENGINE E5.6. */
function columnRank(name: string): number {
  if (name === 'id') return 0;
  if (name === 'name') return 1;
  if (name.endsWith('_id')) return 2;
  return name.endsWith('_name') ? 3 : 4;
}

/**
 * A column and an input that differ in case only make every SELECT fail, and RETURNING where the input is a required
 * field of the body (tried): the input stays.
 */
export function withoutNamesakes(spec: LenientSpec, success: Success, inputs: readonly string[]): Success {
  const { rows } = success;
  const isNamesake = ({ name }: Column) =>
    inputs.some((input) => input !== name && input.toLowerCase() === name.toLowerCase());
  const dropped = rows?.columns.filter(isNamesake) ?? [];
  if (!rows || dropped.length === 0) return success;
  for (const { name, at } of dropped)
    spec.report({ code: 'column-dropped', message: `${name} differs from an input in case only`, at });
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

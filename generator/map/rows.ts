import type { At, Column } from '../model.js';
import { isReference, type MediaTypeObject, type OperationObject, type Reference, type ResponseObject, type SchemaObject } from '../read/openapi.js';
import { step } from '../read/pointer.js';
import type { Located, Spec } from '../read/spec.js';
import { byCodePoint } from '../text/names.js';
import { dataType, descriptionOf, enumOf, isMarked, objectShape } from './schema.js';

type Written = SchemaObject | Reference;

/** An operation's documented success and the rows in it. */
export interface Success {
  readonly status: string;
  readonly response: ResponseObject;
  readonly mediaType?: string;
  readonly schema?: Located<Written>;
  readonly rows?: Rows;
}

export interface Rows {
  /** The properties from the answer to the rows; empty when the answer is the row or an array of rows. */
  readonly keys: readonly string[];
  readonly row: Located<Written>;
  readonly columns: readonly Column[];
}

/** Names under which APIs wrap their rows, and names of what they put beside them. */
const WRAPPERS = ['data', 'result', 'results', 'items', 'value', 'values', 'records', 'entries'];
const METADATA =
  /^(_?links?|paging|pagination|page.*|next.*|prev.*|previous|total.*|count|size|limit|offset|cursor|has_?more|meta(data)?|errors?|messages?|success|object|kind|etag|warnings?)$/i;

/** JSON first, then whatever else there is: the engine binds to the first media type (ENGINE E8.8). */
export function preferredMediaType(content: Record<string, MediaTypeObject> | undefined): string | undefined {
  const types = Object.keys(content ?? {});
  return types.find((type) => /^application\/json\b/i.test(type)) ?? types.find((type) => /[/+]json\b/i.test(type)) ?? types[0];
}

/** `application/json; charset=utf-8` → `application/json`: the engine sends no other form (ENGINE E4.3). */
export function withoutParameters(mediaType: string): string {
  return mediaType.split(';')[0]?.trim() ?? mediaType;
}

/** The first 2xx with a JSON body, else the first 2xx. */
export function successOf(spec: Spec, operation: OperationObject, at: At, objectKey?: string): Success | undefined {
  const answers = Object.entries(operation.responses ?? {})
    .filter(([status]) => /^2/.test(status))
    .map(([status, written]) => {
      const { value: response, at: responseAt } = spec.follow<ResponseObject>(written, step(at, 'responses', status));
      const mediaType = preferredMediaType(response.content);
      const schema = mediaType === undefined ? undefined : response.content?.[mediaType]?.schema;
      return { status, response, mediaType, schema: schema && { value: schema, at: step(responseAt, 'content', mediaType as string, 'schema') } };
    });
  const answer = answers.find(({ mediaType, schema }) => schema && /json/i.test(mediaType ?? '')) ?? answers[0];
  if (!answer) return undefined;
  const { status, response, mediaType, schema } = answer;
  const rows = schema && /json/i.test(mediaType ?? '') ? rowsOf(spec, schema, objectKey) : undefined;
  return { status, response, ...(mediaType && { mediaType }), ...(schema && { schema }), ...(rows && { rows }) };
}

/** Finds the rows in an answer: itself, its items, or inside one wrapper (MAPPING 13). Arrays of scalars have none (ENGINE E5.5). */
function rowsOf(spec: Spec, answer: Located<Written>, objectKey: string | undefined): Rows | undefined {
  const keys =
    objectKey === undefined
      ? wrapperKeys(spec, answer)
      : objectKey
          .replace(/^\$\.?/, '')
          .split('.')
          .filter(Boolean);
  let here: Located<Written> | undefined = answer;
  for (const key of keys) here = here && objectShape(spec, here.value, here.at)?.properties.get(key);
  const row = here && itemsOf(spec, here);
  const columns = row && columnsOf(spec, row);
  return row && columns && { keys, row, columns };
}

function itemsOf(spec: Spec, located: Located<Written>): Located<Written> {
  const { value: schema, at } = spec.follow<SchemaObject>(located.value, located.at);
  return schema.type === 'array' && schema.items ? { value: schema.items, at: step(at, 'items') } : located;
}

function wrapperKeys(spec: Spec, answer: Located<Written>): string[] {
  if (dataType(spec, answer.value, answer.at).type === 'array') return [];
  const properties = [...(objectShape(spec, answer.value, answer.at)?.properties ?? [])].filter(([name]) => !name.startsWith('_'));
  const payload = properties.filter(([name]) => !METADATA.test(name));
  const arrays = payload.filter(([, { value, at }]) => dataType(spec, value, at).type === 'array');
  const named = arrays.find(([name]) => WRAPPERS.includes(name.toLowerCase()) && payload.length <= 2);
  const only = payload.length === 1 ? payload[0] : undefined;
  const wrapper = named ?? (only && (arrays.includes(only) || (WRAPPERS.includes(only[0].toLowerCase()) && properties.length > 1)) ? only : undefined);
  if (!wrapper) return [];
  const [name, property] = wrapper;
  // Rows are objects; an array of scalars is a column.
  return objectShape(spec, itemsOf(spec, property).value, itemsOf(spec, property).at) ? [name] : [];
}

/** The columns of a row schema in page order; a field that is only written is none. */
function columnsOf(spec: Spec, row: Located<Written>): Column[] | undefined {
  const shape = objectShape(spec, row.value, row.at);
  if (!shape) return undefined;
  const columns = [...shape.properties]
    .filter(([, { value, at }]) => !isMarked(spec, value, at, 'writeOnly'))
    .map(([name, { value, at }]): Column => {
      const enumeration = enumOf(spec.follow<SchemaObject>(value, at).value);
      return { name, type: dataType(spec, value, at), description: descriptionOf(spec, value, at), at, ...(enumeration && { enum: enumeration }) };
    });
  return columns.length > 0 ? columns.sort((a, b) => columnRank(a.name) - columnRank(b.name) || byCodePoint(a.name, b.name)) : undefined;
}

/** ENGINE E5.6. */
function columnRank(name: string): number {
  return name === 'id' ? 0 : name === 'name' ? 1 : name.endsWith('_id') ? 2 : name.endsWith('_name') ? 3 : 4;
}

/** What one row is, for comparing operations: the place of its schema once references are followed. */
export function rowIdentity(spec: Spec, success: Success | undefined): At | undefined {
  const row = success?.rows?.row;
  return row && isReference(row.value) ? spec.follow(row.value, row.at).at : row?.at;
}

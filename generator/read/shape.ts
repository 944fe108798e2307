import type { Location } from '../model.js';
import { isObject, type Json, type Kind } from './objects.js';
import { step } from './pointer.js';

/** What a value can be read as, `undefined` if not at all: `"1"` is a number where OpenAPI wants one, and 1 a text. */
const text = (value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : typeof value === 'string'
      ? value
      : undefined;
const flag = (value: unknown) =>
  value === 'true' || value === 'false' ? value === 'true' : typeof value === 'boolean' ? value : undefined;
const list = (value: unknown) => (Array.isArray(value) ? value : undefined);
const map = (value: unknown) => (isObject(value) ? value : undefined);
const schema = (value: unknown) => map(value) ?? flag(value);

function number(value: unknown): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

function count(value: unknown): number | undefined {
  const read = number(value);
  return read !== undefined && Number.isSafeInteger(read) && read >= 0 ? read : undefined;
}

function type(value: unknown): string | undefined {
  const name = String(value).toLowerCase();
  return ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null', 'file'].includes(name)
    ? name
    : undefined;
}

/** A list of what can be read of its items; the list itself if all are as they should be. */
const listOf = (read: (item: unknown) => unknown) => (value: unknown) => {
  const items = list(value)?.map(read);
  return items?.every((item, index) => item === list(value)?.[index])
    ? value
    : items?.filter((item) => item !== undefined);
};
const oneOr = (many: (value: unknown) => unknown, one: (value: unknown) => unknown) => (value: unknown) =>
  Array.isArray(value) ? many(value) : one(value);

const FORMS = {
  ...{ text, number, count, flag, list, map, schema },
  bound: (value: unknown) => flag(value) ?? number(value),
  texts: listOf(text),
  schemas: listOf(schema),
  schemaOrSchemas: oneOr(listOf(schema), schema),
  type: oneOr(listOf(type), type),
};

type Form = keyof typeof FORMS;

function forms(of: { readonly [form in Form]?: string }): Map<string, Form> {
  return new Map(
    Object.entries(of).flatMap(([form, keys]) => keys.split(' ').map((key): [string, Form] => [key, form as Form])),
  );
}

const SCHEMA = {
  type: 'type',
  text: 'title description format pattern',
  number: 'minimum maximum multipleOf',
  count: 'minLength maxLength minItems maxItems minProperties maxProperties',
  bound: 'exclusiveMinimum exclusiveMaximum',
  list: 'enum',
  schemas: 'allOf anyOf oneOf prefixItems',
  schema: 'not additionalProperties',
  schemaOrSchemas: 'items',
} as const;

/** The keys that a wrong value of makes the engine refuse a whole service (ENGINE E6.3), or that are walked without looking. */
const KEYS: { readonly [kind in Kind]?: Map<string, Form> } = {
  info: forms({ text: 'title description version' }),
  tag: forms({ text: 'name description' }),
  pathItem: forms({ text: 'summary description', list: 'parameters servers' }),
  operation: forms({
    text: 'operationId summary description',
    flag: 'deprecated',
    texts: 'tags consumes produces',
    list: 'parameters servers',
    map: 'responses',
  }),
  parameter: forms({
    ...SCHEMA,
    text: `name in description style ${SCHEMA.text}`,
    flag: 'required deprecated explode uniqueItems',
    map: 'content',
  }),
  requestBody: forms({ text: 'description', flag: 'required', map: 'content' }),
  response: forms({ text: 'description', map: 'content headers' }),
  schema: forms({
    ...SCHEMA,
    flag: 'nullable readOnly writeOnly deprecated uniqueItems',
    texts: 'required',
    map: 'properties patternProperties',
  }),
};

/**
 * Mends values of the wrong type: what can be read as the right one is, the rest is left out; `report` hears of both.
 * A key without a value is as good as none.
 */
export function mend(object: Json, kind: Kind, at: Location, report: (message: string, at: Location) => void): void {
  const keys = KEYS[kind];
  if (!keys) return;
  for (const [key, value] of Object.entries(object)) {
    const form = keys.get(key);
    const read = form && value !== null ? FORMS[form](value) : undefined;
    if (!form || read === value) continue;
    if (read === undefined) delete object[key];
    else object[key] = read;
    if (value !== null)
      report(
        `${key}: ${shown(value)} is ${read === undefined ? 'left out' : `taken as ${shown(read)}`}`,
        step(at, key),
      );
  }
}

function shown(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}

import type { Location } from '../model.js';
import { isObject, type Json, type Kind } from './objects.js';
import { step } from './pointer.js';

/**
 * Each reads a value as one of its form, and gives `undefined` where it cannot: `"1"` is a number where OpenAPI wants
 * one, and 1 a string.
 */
function string(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : undefined;
}

function flag(value: unknown): boolean | undefined {
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'boolean' ? value : undefined;
}

const list = (value: unknown) => (Array.isArray(value) ? value : undefined);
const map = (value: unknown) => (isObject(value) ? value : undefined);
const schema = (value: unknown) => map(value) ?? flag(value);
/** A reference that is none would be taken for one by whoever reads what is generated. */
const reference = (value: unknown) => (typeof value === 'string' ? value : undefined);

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

/** 2.0 has the name of a property where 3.0 has an object. */
function discriminator(value: unknown): unknown {
  return typeof value === 'string' ? value : map(value);
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
  ...{ string, number, count, flag, list, map, schema, reference, discriminator },
  bound: (value: unknown) => flag(value) ?? number(value),
  strings: listOf(string),
  maps: listOf(map),
  schemas: listOf(schema),
  schemaOrSchemas: oneOr(listOf(schema), schema),
  type: oneOr(listOf(type), type),
};

type Form = keyof typeof FORMS;

function forms(of: { readonly [form in Form]?: string }): Map<string, Form> {
  const all = { reference: '$ref', ...of };
  return new Map(
    Object.entries(all).flatMap(([form, keys]) => keys.split(' ').map((key): [string, Form] => [key, form as Form])),
  );
}

const SCHEMA = {
  type: 'type',
  string: 'title description format pattern',
  number: 'minimum maximum multipleOf',
  count: 'minLength maxLength minItems maxItems minProperties maxProperties',
  bound: 'exclusiveMinimum exclusiveMaximum',
  list: 'enum',
  schemas: 'allOf anyOf oneOf prefixItems',
  schema: 'not additionalProperties',
  schemaOrSchemas: 'items',
} as const;

/**
 * The keys that a wrong value of makes the engine refuse a whole service (ENGINE E6.3), or that are read without
 * looking.
 */
const KEYS: { readonly [kind in Kind]?: Map<string, Form> } = {
  document: forms({
    map: 'info paths components definitions parameters responses securityDefinitions',
    maps: 'servers tags security',
  }),
  info: forms({ string: 'title description version' }),
  tag: forms({ string: 'name description' }),
  server: forms({ string: 'url description', map: 'variables' }),
  serverVariable: forms({ string: 'default description', strings: 'enum' }),
  components: forms({ map: 'schemas parameters requestBodies responses headers pathItems securitySchemes' }),
  securityScheme: forms({ string: 'type scheme in name' }),
  pathItem: forms({ string: 'summary description', list: 'parameters', maps: 'servers' }),
  operation: forms({
    string: 'operationId summary description',
    flag: 'deprecated',
    strings: 'tags consumes produces',
    list: 'parameters',
    maps: 'servers security',
    map: 'responses',
  }),
  parameter: forms({
    ...SCHEMA,
    string: `name in description style ${SCHEMA.string}`,
    flag: 'required deprecated explode uniqueItems',
    map: 'content',
  }),
  requestBody: forms({ string: 'description', flag: 'required', map: 'content' }),
  response: forms({ string: 'description', map: 'content headers' }),
  schema: forms({
    ...SCHEMA,
    flag: 'nullable readOnly writeOnly deprecated uniqueItems',
    strings: 'required',
    map: 'properties patternProperties',
    discriminator: 'discriminator',
  }),
};

/**
 * Repairs values of the wrong type: what can be read as the right one is, the rest is left out; `report` hears of both.
 * A key without a value counts as a missing one.
 */
export function repair(object: Json, kind: Kind, at: Location, report: (message: string, at: Location) => void): void {
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

import type { Location } from '../model.js';
import { heldBy, isMap, isObject, type Json, type Kind } from './objects.js';
import { step } from './pointer.js';

/** Notes where an object stands in the text that a conversion puts elsewhere. */
export type Move = (value: unknown, from: Location) => void;

/**
 * Turns a schema of OpenAPI 3.1 (JSON Schema 2020-12), or of 2.0, into one of OpenAPI 3.0
 * (https://spec.openapis.org/oas/v3.0.3#schema-object), in place; the schemas it holds have been turned before.
 * Documents of 3.0 use words of 3.1 too, so every schema comes through here. What 3.0 cannot say and neither a column
 * nor a type needs is left out: a schema may become more permissive, never stricter.
 */
export function toSchema30(schema: Json, at: Location, move: Move): void {
  for (const convert of [
    identifiers,
    dropped,
    tuples,
    openProperties,
    constants,
    examples,
    bounds,
    contents,
    swagger2,
    types,
    nullBranches,
    nullInEnum,
  ])
    convert(schema, at, move);
}

/**
 * JSON Schema Core 8: references have been followed by now. `$dynamicRef` starts at what it names like any reference
 * (8.2.3.2) and stays there.
 */
function identifiers(schema: Json): void {
  if (typeof schema.$dynamicRef === 'string') schema.$ref ??= schema.$dynamicRef;
  for (const key of [
    '$id',
    '$schema',
    '$vocabulary',
    '$comment',
    '$anchor',
    '$dynamicAnchor',
    '$dynamicRef',
    '$defs',
    'definitions',
  ])
    delete schema[key];
}

/**
 * Assertions without a counterpart: Core 10.2.2 (conditions), 10.3.1.3 and 11 (unevaluated, contains); Validation 6.4,
 * 6.5.4 (dependentRequired).
 */
function dropped(schema: Json): void {
  for (const key of ['if', 'then', 'else', 'dependentSchemas', 'dependentRequired', 'dependencies', 'propertyNames'])
    delete schema[key];
  for (const key of ['contains', 'minContains', 'maxContains', 'unevaluatedItems', 'additionalItems'])
    delete schema[key];
}

/** Core 10.3.1: `prefixItems` (a list under `items` before 2020-12) → items that are any of them. */
function tuples(schema: Json, at: Location, move: Move): void {
  const key = Array.isArray(schema.items) ? 'items' : 'prefixItems';
  const tuple = schema[key];
  if (!Array.isArray(tuple)) return;
  const rest = key === 'prefixItems' && isObject(schema.items) && !('not' in schema.items) ? [schema.items] : [];
  tuple.forEach((item, index) => {
    move(item, step(at, key, index));
  });
  move(rest[0], step(at, 'items'));
  delete schema.prefixItems;
  schema.items = oneOrAny([...tuple, ...rest]);
}

/** Core 10.3.2.2, 11.3: properties known by a pattern of their name, or by nothing else → `additionalProperties`. */
function openProperties(schema: Json, at: Location, move: Move): void {
  const { patternProperties, unevaluatedProperties, additionalProperties } = schema;
  const patterns = isObject(patternProperties) ? Object.entries(patternProperties) : [];
  for (const [pattern, value] of patterns) move(value, step(at, 'patternProperties', pattern));
  delete schema.patternProperties;
  delete schema.unevaluatedProperties;
  if (patterns.length > 0 && additionalProperties !== true) {
    const others = isObject(additionalProperties) ? [additionalProperties] : [];
    move(others[0], step(at, 'additionalProperties'));
    schema.additionalProperties = oneOrAny([...patterns.map(([, value]) => value), ...others]);
  } else if (
    additionalProperties === undefined &&
    isObject(unevaluatedProperties) &&
    !('not' in unevaluatedProperties)
  ) {
    move(unevaluatedProperties, step(at, 'unevaluatedProperties'));
    schema.additionalProperties = unevaluatedProperties;
  }
}

/** Validation 6.1.3. */
function constants(schema: Json): void {
  if (schema.const === undefined) return;
  schema.enum = [schema.const];
  if (schema.const !== null) schema.type ??= typeOf(schema.const);
  delete schema.const;
}

/** Validation 9.5. */
function examples(schema: Json): void {
  if (Array.isArray(schema.examples) && schema.examples.length > 0) schema.example ??= schema.examples[0];
  delete schema.examples;
}

/** Validation 6.2.3, 6.2.5: a bound of its own → a mark on `minimum`, `maximum`; the stricter of two wins. */
function bounds(schema: Json): void {
  for (const [exclusive, inclusive, isStricter] of [
    ['exclusiveMinimum', 'minimum', (a: number, b: number) => a >= b],
    ['exclusiveMaximum', 'maximum', (a: number, b: number) => a <= b],
  ] as const) {
    const bound = schema[exclusive];
    if (typeof bound !== 'number') continue;
    const other = schema[inclusive];
    delete schema[exclusive];
    if (typeof other === 'number' && !isStricter(bound, other)) continue;
    schema[inclusive] = bound;
    schema[exclusive] = true;
  }
}

/** Validation 8; OpenAPI 3.1.0, 4.7.14.2: what a string encodes → `format`. */
function contents(schema: Json): void {
  const { contentEncoding, contentMediaType } = schema;
  if (typeof contentEncoding === 'string' && /^base64/.test(contentEncoding)) schema.format ??= 'byte';
  else if (contentMediaType === 'application/octet-stream') schema.format ??= 'binary';
  for (const key of ['contentEncoding', 'contentMediaType', 'contentSchema']) delete schema[key];
}

/**
 * OpenAPI 2.0: a discriminator is the name of a property, a file is a type; `x-nullable` is what its tools write for
 * null.
 */
function swagger2(schema: Json): void {
  delete schema.collectionFormat;
  if (typeof schema.discriminator === 'string') schema.discriminator = { propertyName: schema.discriminator };
  if (schema['x-nullable'] === true) schema.nullable ??= true;
  if (schema.type === 'file') {
    schema.type = 'string';
    schema.format = 'binary';
  }
}

/** Keywords that belong to one type: they go where their type goes. */
const OF_TYPE: Record<string, readonly string[]> = {
  object: ['properties', 'additionalProperties', 'required', 'minProperties', 'maxProperties'],
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
};

/** Validation 6.1.1: `null` in a list of types → `nullable`; several others → `anyOf`, one branch a type. */
function types(schema: Json, at: Location, move: Move): void {
  if (schema.type === undefined) return;
  const list = Array.isArray(schema.type) ? [...new Set(schema.type)] : [schema.type];
  const named = list.filter((type) => type !== 'null');
  if (named.length < list.length) {
    schema.nullable = true;
    // Nothing but null.
    if (named.length === 0 && !schema.enum) schema.enum = [null];
  }
  if (named.length === 1) schema.type = named[0];
  else delete schema.type;
  if (named.length < 2 || schema.anyOf) return;
  moveHeld(schema, 'schema', at, move);
  schema.anyOf = named.map((type) => {
    const branch: Json = { type };
    for (const key of OF_TYPE[String(type)] ?? []) {
      if (schema[key] !== undefined) branch[key] = schema[key];
      delete schema[key];
    }
    return branch;
  });
}

/** Keywords that say something about a value without restricting it. */
const ANNOTATION = /^(title|description|default|example|deprecated|readOnly|writeOnly|nullable|externalDocs|xml|x-.*)$/;

/**
 * OpenAPI 3.0 has no null type: a branch that is only null → `nullable`. One branch that remains is the schema itself.
 */
function nullBranches(schema: Json, at: Location, move: Move): void {
  for (const key of ['anyOf', 'oneOf'] as const) {
    const branches = schema[key];
    if (!Array.isArray(branches)) continue;
    const kept = branches.filter((branch) => !isNull(branch));
    if (kept.length === branches.length || kept.length === 0) continue;
    branches.forEach((branch, index) => {
      move(branch, step(at, key, index));
    });
    schema.nullable = true;
    schema[key] = kept;
    const [only] = kept;
    const mayMerge =
      kept.length === 1 && isObject(only) && Object.keys(schema).every((name) => name === key || ANNOTATION.test(name));
    if (!mayMerge) continue;
    delete schema[key];
    if (typeof only.$ref === 'string') schema.allOf = kept;
    else {
      moveHeld(only, 'schema', step(at, key, branches.indexOf(only)), move);
      Object.assign(schema, { ...only, ...schema });
    }
  }
}

/** Notes where the schemas stand that a schema holds. */
function moveHeld(object: Json, kind: Kind, at: Location, move: Move): void {
  for (const { holder, key, kind: heldKind, at: heldAt } of heldBy(object, kind, at)) {
    const held = holder[key];
    if (!isMap(heldKind)) move(held, heldAt);
    else if (isObject(held)) moveHeld(held, heldKind, heldAt, move);
  }
}

function isNull(branch: unknown): boolean {
  return isObject(branch) && Array.isArray(branch.enum) && branch.enum.length === 1 && branch.enum[0] === null;
}

/** OpenAPI 3.0.3, 4.7.24.2: a value of an enumeration is allowed only as its type and `nullable` allow it. */
function nullInEnum(schema: Json): void {
  if (Array.isArray(schema.enum) && schema.enum.includes(null)) schema.nullable ??= true;
}

function oneOrAny(schemas: readonly unknown[]): unknown {
  if (schemas.length === 0) return {};
  return schemas.length === 1 ? schemas[0] : { anyOf: schemas };
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

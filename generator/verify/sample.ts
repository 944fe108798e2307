import { ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import { isObject } from '../read/objects.js';
import type { Reference } from '../read/openapi.js';
import { step } from '../read/pointer.js';
import type { Located, Spec } from '../read/spec.js';

/** What sampling reads of a schema, OpenAPI 3.1's lists of types included. */
export interface SchemaObject {
  type?: string | string[];
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  enum?: unknown[];
  default?: unknown;
  writeOnly?: boolean;
  additionalProperties?: boolean | Schema;
  discriminator?: { propertyName?: string; mapping?: Record<string, string> };
}
export type Schema = SchemaObject | Reference;

/** The top-level fields of an object schema. */
export interface Fields {
  readonly all: ReadonlyMap<string, Located<Schema>>;
  readonly required: ReadonlySet<string>;
}

const COMPOSITIONS = ['allOf', 'oneOf', 'anyOf'] as const;
/** Deeper than any column's value is looked at. */
const DEPTH = 8;

/** The schema in one word, `null` aside; `any` when it does not say. */
export function typeOf(spec: Spec, { value, at }: Located<Schema>, within: readonly Location[] = []): string {
  const { schema, at: here } = follow(spec, value, at);
  const named = Array.isArray(schema.type) ? schema.type.find((type) => type !== 'null') : schema.type;
  if (named !== undefined) return named;
  if (schema.properties || schema.additionalProperties) return 'object';
  if (schema.items) return 'array';
  if (within.includes(here)) return 'any';
  for (const kind of COMPOSITIONS) {
    const types = (schema[kind] ?? []).map((branch, index) =>
      typeOf(spec, { value: branch, at: step(here, kind, index) }, [...within, here]),
    );
    const found = types.find((type) => type !== 'any' && type !== 'null');
    // Branches of several types: any of them will do.
    if (found !== undefined)
      return kind === 'allOf' || types.every((type) => type === found || type === 'null') ? found : 'any';
  }
  return schema.enum?.every((value) => typeof value === 'string') ? 'string' : 'any';
}

/** May the value be a text as well as a number or boolean? A statement gives all of them as texts. */
export function isAnyScalar(spec: Spec, located: Located<Schema>): boolean {
  const { type } = follow(spec, located.value, located.at).schema;
  const named = Array.isArray(type) ? type.filter((each) => each !== 'null') : [];
  return named.length > 1 ? named.includes('string') : typeOf(spec, located) === 'any';
}

function isPlain(spec: Spec, located: Located<Schema>): boolean {
  return !['object', 'array'].includes(typeOf(spec, located));
}

/** Is it any object? Another part of an `allOf` then says which, perhaps that it is a list. */
function isFree(spec: Spec, { value, at }: Located<Schema>): boolean {
  const { type, properties, additionalProperties, allOf, oneOf, anyOf } = follow(spec, value, at).schema;
  return type === 'object' && !properties && !additionalProperties && !allOf && !oneOf && !anyOf;
}

/**
 * What a discriminator maps its values to, where no branches say it: schemas that extend this one (OpenAPI 3.0.3,
 * 4.7.25).
 */
function mappedTo(spec: Spec, schema: SchemaObject, at: Location): Located<Schema>[] {
  const { discriminator, oneOf, anyOf } = schema;
  if (!oneOf && !anyOf && isObject(discriminator) && !discriminator.mapping) return subtypesOf(spec, schema);
  const mapping =
    !oneOf && !anyOf && isObject(discriminator) && isObject(discriminator.mapping) ? discriminator.mapping : {};
  return Object.entries(mapping).map(([name, target]) => ({
    value: { $ref: /[#/.]/.test(String(target)) ? String(target) : `#/components/schemas/${target}` },
    at: step(at, 'discriminator', 'mapping', name),
  }));
}

const subtypes = new WeakMap<object, Map<object, Located<Schema>[]>>();

/** The named schemas that extend one: without a mapping, their names are the discriminator's values. */
function subtypesOf(spec: Spec, schema: SchemaObject): Located<Schema>[] {
  let known = subtypes.get(spec.document);
  if (!known) {
    known = new Map();
    subtypes.set(spec.document, known);
    for (const [name, written] of Object.entries((spec.document.components?.schemas ?? {}) as Record<string, Schema>)) {
      const at = step(spec.at, 'components', 'schemas', name);
      for (const [index, part] of ((written as SchemaObject | null)?.allOf ?? []).entries()) {
        const { schema: base } = follow(spec, part, step(at, 'allOf', index));
        known.set(base, [...(known.get(base) ?? []), { value: written, at }]);
      }
    }
  }
  return known.get(schema) ?? [];
}

/**
 * The fields of an object: its own and those of every part, branch and mapped schema. None: it is no object, or a free
 * map.
 */
export function fieldsOf(spec: Spec, located: Located<Schema>): Fields | undefined {
  const all = new Map<string, Located<Schema>>();
  const required = new Set<string>();
  const seen = new Set<Location>();
  const says = (now: Located<Schema>, before: Located<Schema>, always: boolean) =>
    isFree(spec, before) ? !isFree(spec, now) : !always && isPlain(spec, before) && !isPlain(spec, now);
  const collect = ({ value, at }: Located<Schema>, always: boolean, isWhole = true) => {
    const { schema, at: here } = follow(spec, value, at);
    if (seen.has(here)) return;
    seen.add(here);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const located = { value: property, at: step(here, 'properties', name) };
      const known = all.get(name);
      // Of several alternatives, what holds most: one may say that it does not use the property.
      if (!known || says(located, known, always)) all.set(name, located);
    }
    if (always) for (const name of schema.required ?? []) required.add(name);
    for (const kind of COMPOSITIONS)
      schema[kind]?.forEach((branch, index) => {
        collect(
          { value: branch, at: step(here, kind, index) },
          always && kind === 'allOf',
          isWhole && (kind !== 'allOf' || (schema[kind]?.length === 1 && !schema.properties)),
        );
      });
    if (isWhole) for (const mapped of mappedTo(spec, schema, here)) collect(mapped, false);
  };
  collect(located, true);
  return all.size > 0 ? { all, required } : undefined;
}

/**
 * A value of the schema, always the same: every property, all branches at once so that each column has a value, two
 * items in an array. Texts name their property and `row`, so that a swapped column or a lost row shows. A schema
 * inside itself is null.
 */
export function sample(
  spec: Spec,
  { value, at }: Located<Schema>,
  row = 0,
  name = 'value',
  within: readonly Location[] = [],
  isWhole = true,
): unknown {
  const { schema, at: here } = follow(spec, value, at);
  if (within.includes(here) || within.length > DEPTH) return null;
  const inside = [...within, here];
  const parts = COMPOSITIONS.flatMap((kind) =>
    (schema[kind] ?? []).map((branch, index) => ({
      value: branch,
      at: step(here, kind, index),
      isWhole: kind !== 'allOf' || (schema[kind]?.length === 1 && !schema.properties),
    })),
  );
  const branches = [
    ...parts,
    ...(isWhole ? mappedTo(spec, schema, here) : []).map((mapped) => ({ ...mapped, isWhole: true })),
  ];
  const type = typeOf(spec, { value: schema, at: here });
  const values = branches
    .map((branch) => sample(spec, branch, row, name, inside, branch.isWhole))
    .filter((each) => each !== null && each !== undefined);
  if (type === 'object' || schema.properties || (type === 'any' && values.some(isObject))) {
    const merged: Record<string, unknown> = {};
    for (const each of values.filter(isObject))
      for (const [key, inner] of Object.entries(each)) if (holdsMore(inner, merged[key])) merged[key] = inner;
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      const located = { value: property, at: step(here, 'properties', key) };
      if (follow(spec, located.value, located.at).schema.writeOnly !== true)
        merged[key] = sample(spec, located, row, key, inside);
    }
    if (Object.keys(merged).length === 0 && typeof schema.additionalProperties === 'object')
      merged.key = sample(
        spec,
        { value: schema.additionalProperties, at: step(here, 'additionalProperties') },
        row,
        name,
        inside,
      );
    return merged;
  }
  if (type === 'array') {
    const items = schema.items && { value: schema.items, at: step(here, 'items') };
    if (!items) return values.find(Array.isArray) ?? [];
    return [0, 1].map((index) => sample(spec, items, row * 2 + index, name, inside));
  }
  if (values.length > 0) return values[0];
  if (schema.enum && schema.enum.length > 0) return schema.enum[row % schema.enum.length];
  return scalar(type, schema.format, name, row);
}

/** Of two values of a property: an object more than a scalar, what has content more than an empty object. */
function holdsMore(now: unknown, before: unknown): boolean {
  if (before === undefined) return true;
  if (isObject(before) && Object.keys(before).length === 0) return typeof now === 'object' && now !== null;
  return typeof before !== 'object' && isObject(now);
}

function scalar(type: string, format: string | undefined, name: string, row: number): unknown {
  // Of the name, so that two numbers or dates of one row differ.
  const sum = [...name].reduce((total, character) => total + (character.codePointAt(0) ?? 0), 0);
  const two = (number: number) => String(number).padStart(2, '0');
  if (type === 'integer' || type === 'number') return (sum % 900) + row + 1;
  if (type === 'boolean') return true;
  if (format === 'date-time') return `2026-01-01T${two(sum % 24)}:${two(Math.floor(sum / 24) % 60)}:${two(row % 60)}Z`;
  if (format === 'date') return `2026-${two((sum % 12) + 1)}-${two((row % 28) + 1)}`;
  return `${name}-${row}`;
}

function follow(spec: Spec, value: Schema, at: Location): { schema: SchemaObject; at: Location } {
  // A boolean schema allows anything, or nothing.
  if (typeof value === 'boolean') return { schema: {}, at };
  // A reference that leads nowhere says nothing about the value.
  const found = followed<SchemaObject>(spec, value as SchemaObject, at);
  return found ? { schema: found.value, at: found.at } : { schema: {}, at };
}

/**
 * The value behind a reference; nothing where it leads nowhere, or back to itself. `generate` warns of such references
 * and does without what they stand for, and so does the oracle.
 */
export function followed<T>(spec: Spec, value: T | Reference, at: Location): Located<T> | undefined {
  try {
    return spec.follow<T>(value, at);
  } catch (error) {
    if (error instanceof ProblemsError) return undefined;
    throw error;
  }
}

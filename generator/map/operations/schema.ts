import type { DataType, Location } from '../../model.js';
import { isObject } from '../../read/objects.js';
import { isReference, type Reference, type SchemaObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import type { LenientSpec, Written } from './lenient.js';

/** The top level of an object schema: what of it becomes columns or body fields. */
export interface ObjectShape {
  readonly properties: ReadonlyMap<string, Located<Written>>;
  readonly required: ReadonlySet<string>;
  /** Must the properties be written out, because the engine would not see all of them (ENGINE E4.2, E5.2)? */
  readonly composed: boolean;
}

const COMPOSITIONS = ['allOf', 'oneOf', 'anyOf'] as const;

/**
 * The properties of an object schema: its own, those of every `allOf` part, and the union over `oneOf` and `anyOf`
 * branches, or over what a discriminator maps to. A property of an alternative is never required. `undefined`: not an
 * object with properties.
 */
export function objectShape(spec: LenientSpec, written: Written, at: Location): ObjectShape | undefined {
  const { at: place } = spec.schema(written, at);
  if (!spec.shapes.has(place)) spec.shapes.set(place, readShape(spec, written, at));
  return spec.shapes.get(place) as ObjectShape | undefined;
}

function readShape(spec: LenientSpec, written: Written, at: Location): ObjectShape | undefined {
  const properties = new Map<string, Located<Written>>();
  const folded = new Map<string, string>();
  const required = new Set<string>();
  let composed = false;
  const seen = new Set<SchemaObject>();
  const families = new Set<string>();
  // What extends says more than what is extended: an object's own properties go before those of `allOf`, a later part
  // before an earlier one. What extends a schema with a discriminator is one of its alternatives, and not all of them.
  const collect = (part: Written, partAt: Location, always: boolean, isWhole = true) => {
    const { value: schema, at: schemaAt } = spec.schema(part, partAt);
    if (seen.has(schema)) return;
    seen.add(schema);
    // What calls itself an array has no properties, whatever it lists.
    if (schema.type !== undefined && schema.type !== 'object') return;
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const propertyAt = step(schemaAt, 'properties', name);
      const namesake = folded.get(name.toLowerCase());
      const known = properties.get(name);
      // Of several alternatives, what holds most: one may say that it does not use the property.
      if (
        namesake === undefined ||
        (known && !always && isPlain(spec, known) && !isPlain(spec, { value: property, at: propertyAt }))
      )
        properties.set(name, { value: property, at: propertyAt });
      else if (namesake !== name) {
        // The engine's tables do not tell case apart (tried: it cannot make one with Id and id).
        composed = true;
        spec.report({
          code: 'column-dropped',
          message: `${name} differs from ${namesake} in case only`,
          at: propertyAt,
        });
      }
      folded.set(name.toLowerCase(), namesake ?? name);
    }
    if (always) for (const name of schema.required ?? []) required.add(name);
    for (const kind of COMPOSITIONS) {
      const branches = [...(schema[kind] ?? []).entries()];
      for (const [index, branch] of kind === 'allOf' ? branches.reverse() : branches) {
        composed = true;
        collect(
          branch,
          step(schemaAt, kind, index),
          always && kind === 'allOf',
          isWhole && (kind !== 'allOf' || (branches.length === 1 && !schema.properties)),
        );
      }
    }
    if (!isWhole || schema.oneOf || schema.anyOf) return;
    const { mapped, family } = mappingOf(spec, schema, schemaAt);
    if (mapped.length > 0) composed = true;
    if (families.has(family)) return;
    families.add(family);
    for (const { value, at: mappedAt } of mapped) collect(value, mappedAt, false);
  };
  collect(written, at, true);
  for (const name of required) if (!properties.has(name)) required.delete(name);
  return properties.size > 0 ? { properties, required, composed } : undefined;
}

/** Neither an object nor a list. */
function isPlain(spec: LenientSpec, { value, at }: Located<Written>): boolean {
  return !['object', 'array'].includes(dataType(spec, value, at).type);
}

/** What a discriminator maps a value to. */
export interface Mapped extends Located<Reference> {
  readonly name: string;
}

interface Mapping {
  readonly mapped: readonly Mapped[];
  /** The schemas that map to one another, this one included: equal for each of them. */
  readonly family: string;
}

/** The mappings read so far: one reference per target, so that each is followed once. */
const MAPPINGS = new WeakMap<SchemaObject, Mapping>();

/**
 * What a discriminator maps its values to: references, or the bare names of schemas. Without a mapping, its values are
 * the names of the schemas that extend this one (OpenAPI 3.0.3, 4.7.25).
 */
export function mappedSchemas(spec: LenientSpec, schema: SchemaObject, at: Location): readonly Mapped[] {
  return mappingOf(spec, schema, at).mapped;
}

function mappingOf(spec: LenientSpec, schema: SchemaObject, at: Location): Mapping {
  const known = MAPPINGS.get(schema);
  if (known) return known;
  const { discriminator } = schema;
  const written = isObject(discriminator) && isObject(discriminator.mapping) ? discriminator.mapping : {};
  const isImplied = isObject(discriminator) && !discriminator.mapping && typeof discriminator.propertyName === 'string';
  const implied = isImplied ? (extendingSchemas(spec).get(schema) ?? []) : [];
  const targets = isImplied
    ? implied.map((name) => [name, `#/components/schemas/${escaped(name)}`] as const)
    : Object.entries(written);
  const mapped = once(spec, at, targets, () =>
    targets.flatMap(([name, target]): Mapped[] => {
      if (typeof target !== 'string') return [];
      const value = { $ref: /[#/.]/.test(target) ? target : `#/components/schemas/${target}` };
      return [{ name, value, at: isImplied ? spec.at : step(at, 'discriminator', 'mapping', name) }];
    }),
  );
  const members = new Set([at.slice(at.indexOf('#')), ...mapped.map(({ value }) => value.$ref)]);
  const mapping = { mapped, family: mapped.length > 0 ? [...members].sort().join(' ') : '' };
  MAPPINGS.set(schema, mapping);
  return mapping;
}

const listed = new WeakMap<LenientSpec, Map<string, readonly Mapped[]>>();

/** Subtypes that map one another repeat the mapping: the same one in the same file is one list, of the first. */
function once(spec: LenientSpec, at: Location, targets: unknown, list: () => readonly Mapped[]): readonly Mapped[] {
  const lists = listed.get(spec) ?? new Map<string, readonly Mapped[]>();
  listed.set(spec, lists);
  const key = `${at.slice(0, at.indexOf('#'))} ${JSON.stringify(targets)}`;
  const found = lists.get(key) ?? list();
  lists.set(key, found);
  return found;
}

function escaped(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

const extending = new WeakMap<object, Map<SchemaObject, string[]>>();

/** Of each schema that others extend by `allOf`, the names of those. */
function extendingSchemas(spec: LenientSpec): ReadonlyMap<SchemaObject, readonly string[]> {
  const known = extending.get(spec.document);
  if (known) return known;
  const found = new Map<SchemaObject, string[]>();
  extending.set(spec.document, found);
  const schemas = spec.document.components?.schemas;
  for (const [name, written] of Object.entries(isObject(schemas) ? schemas : {})) {
    const at = step(spec.at, 'components', 'schemas', name);
    const parts = isObject(written) && Array.isArray(written.allOf) ? (written.allOf as Written[]) : [];
    for (const [index, part] of parts.entries()) {
      if (!isReference(part)) continue;
      const { value } = spec.schema(part, step(at, 'allOf', index));
      if (isObject(value.discriminator)) found.set(value, [...(found.get(value) ?? []), name]);
    }
  }
  return found;
}

/** The schema and, again and again, the first branch of its composition: they may go round in a circle. */
function* firstBranches(
  spec: LenientSpec,
  written: Written,
  at: Location,
  kinds: readonly (typeof COMPOSITIONS)[number][],
): Generator<Located<Written>> {
  const seen = new Set<SchemaObject>();
  for (let here: Located<Written> | undefined = { value: written, at }; here; ) {
    const { value: schema, at: schemaAt }: Located<SchemaObject> = spec.schema(here.value, here.at);
    if (seen.has(schema)) return;
    seen.add(schema);
    yield here;
    const kind = kinds.find((name) => schema[name]?.[0] !== undefined);
    here = kind && { value: schema[kind]?.[0] as Written, at: step(schemaAt, kind, 0) };
  }
}

/** The schema in one word. Compositions have the type of their first branch that has one. */
export function dataType(spec: LenientSpec, written: Written, at: Location): DataType {
  const { value: schema, at: place } = spec.schema(written, at);
  const known = types.get(spec) ?? new WeakMap<SchemaObject, DataType>();
  types.set(spec, known);
  const type = known.get(schema) ?? typeOf(spec, schema, place);
  known.set(schema, type);
  return type;
}

/** Every operation asks for the types of the same schemas. */
const types = new WeakMap<LenientSpec, WeakMap<SchemaObject, DataType>>();

function typeOf(spec: LenientSpec, written: SchemaObject, at: Location): DataType {
  for (const located of firstBranches(spec, written, at, COMPOSITIONS)) {
    const { value: schema } = spec.schema(located.value, located.at);
    const type = schema.type ?? impliedType(schema);
    if (type !== undefined) return { type: type as DataType['type'], ...(schema.format && { format: schema.format }) };
  }
  return { type: 'string' };
}

function impliedType(schema: SchemaObject): DataType['type'] | undefined {
  if (schema.properties || schema.additionalProperties) return 'object';
  if (schema.items) return 'array';
  const values = schema.enum?.filter((value) => value !== null) ?? [];
  if (values.length === 0) return undefined;
  if (values.every((value) => typeof value === 'boolean')) return 'boolean';
  if (values.every((value) => typeof value !== 'number')) return undefined;
  return values.every(Number.isInteger) ? 'integer' : undefined;
}

/**
 * The description beside a `$ref` if there is one, else that of what it leads to, else that of the first `allOf` part.
 */
export function descriptionOf(spec: LenientSpec, written: Written, at: Location): string {
  for (const { value, at: partAt } of firstBranches(spec, written, at, ['allOf'])) {
    const beside: (Reference & { description?: unknown }) | undefined = isReference(value) ? value : undefined;
    if (typeof beside?.description === 'string') return beside.description;
    const { description } = spec.schema(value, partAt).value;
    if (description !== undefined) return description;
  }
  return '';
}

/** The values that a schema names. */
export interface NamedValues {
  readonly enum: readonly string[];
  /** Are others allowed, too? */
  readonly enumIsOpen?: true;
}

/** How deep lists and alternatives are looked into for their values. */
const DEEPEST_VALUES = 4;

/**
 * The values that a schema names: its own, those of a part, of all alternatives together, or of the items of a list.
 */
export function namedValues(spec: LenientSpec, written: Written, at: Location, depth = 0): NamedValues | undefined {
  const { value: schema, at: schemaAt } = spec.schema(written, at);
  const own = enumOf(schema);
  if (own) return { enum: own };
  if (depth === DEEPEST_VALUES) return undefined;
  const inside = (part: Written, ...keys: (string | number)[]) =>
    namedValues(spec, part, step(schemaAt, ...keys), depth + 1);
  if (schema.items) return inside(schema.items, 'items');
  for (const [index, part] of (schema.allOf ?? []).entries()) {
    const found = inside(part, 'allOf', index);
    if (found) return found;
  }
  const kind = schema.oneOf ? 'oneOf' : 'anyOf';
  const isNull = ({ enum: values }: SchemaObject) => values?.every((value) => value === null) ?? false;
  const branches = [...(schema[kind] ?? []).entries()].filter(
    ([index, branch]) => !isNull(spec.schema(branch, step(schemaAt, kind, index)).value),
  );
  const found = branches.map(([index, branch]) => inside(branch, kind, index));
  const named = found.flatMap((each) => each?.enum ?? []);
  if (named.length === 0) return undefined;
  const isOpen = found.some((each) => !each || each.enumIsOpen);
  return { enum: [...new Set(named)], ...(isOpen && { enumIsOpen: true }) };
}

export function enumOf(schema: SchemaObject): string[] | undefined {
  const values = schema.enum?.filter((value) => value !== null).map(String);
  return values && values.length > 0 ? values : undefined;
}

/** Is it marked `readOnly`, `deprecated` and the like, itself, beside its `$ref`, or where that leads? */
export function isMarked(spec: LenientSpec, written: Written, at: Location, mark: string): boolean {
  return (written as SchemaObject | null)?.[mark] === true || spec.schema(written, at).value[mark] === true;
}

/**
 * Every property name and whether an array occurs anywhere beneath a schema: what the engine's EXEC looks for (ENGINE
 * E8.1).
 */
export function deepContents(
  spec: LenientSpec,
  written: Written,
  at: Location,
): { names: Set<string>; hasArray: boolean } {
  const names = new Set<string>();
  let hasArray = false;
  const seen = new Set<SchemaObject>();
  const walk = (part: Written, partAt: Location) => {
    const { value: schema, at: schemaAt } = spec.schema(part, partAt);
    if (seen.has(schema)) return;
    seen.add(schema);
    if (schema.type === 'array') hasArray = true;
    if (schema.items) walk(schema.items, step(schemaAt, 'items'));
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      names.add(name);
      walk(property, step(schemaAt, 'properties', name));
    }
    // Alternatives do not count: the engine does not look into them.
    schema.allOf?.forEach((branch, index) => {
      walk(branch, step(schemaAt, 'allOf', index));
    });
  };
  walk(written, at);
  return { names, hasArray };
}

/** Is there an alternative (`oneOf`, `anyOf`) beneath a schema that leads back to a schema around it? */
export function hasRecursiveAlternative(spec: LenientSpec, { value, at }: Located<Written>): boolean {
  const { value: root } = spec.schema(value, at);
  const known = recursive.get(root) ?? findsRecursiveAlternative(spec, { value, at });
  recursive.set(root, known);
  return known;
}

/** Each is asked for at every mention. */
const recursive = new WeakMap<SchemaObject, boolean>();

function findsRecursiveAlternative(spec: LenientSpec, { value, at }: Located<Written>): boolean {
  const done = new Set<SchemaObject>();
  const around: { readonly schema: SchemaObject; readonly isAlternative: boolean }[] = [];
  const walk = (part: Written, partAt: Location, isAlternative: boolean): boolean => {
    const { value: schema, at: schemaAt } = spec.schema(part, partAt);
    const back = around.findIndex((one) => one.schema === schema);
    if (back !== -1) return isAlternative || around.slice(back + 1).some((one) => one.isAlternative);
    if (done.has(schema)) return false;
    around.push({ schema, isAlternative });
    const found =
      Object.entries(schema.properties ?? {}).some(([name, property]) =>
        walk(property, step(schemaAt, 'properties', name), false),
      ) ||
      (schema.items !== undefined && walk(schema.items, step(schemaAt, 'items'), false)) ||
      COMPOSITIONS.some((kind) =>
        (schema[kind] ?? []).some((branch, index) => walk(branch, step(schemaAt, kind, index), kind !== 'allOf')),
      );
    around.pop();
    done.add(schema);
    return found;
  };
  return walk(value, at, false);
}

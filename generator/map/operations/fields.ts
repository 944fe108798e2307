import type { DataType, Field, Location, ObjectType, Variants } from '../../model.js';
import { isObject } from '../../read/objects.js';
import { isReference } from '../../read/openapi.js';
import { step, tokens } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import type { LenientSpec, Written } from './lenient.js';
import { dataType, descriptionOf, isMarked, mappedSchemas, namedValues, objectShape } from './schema.js';

/** A named property as a field of the Model. */
export function fieldOf(spec: LenientSpec, name: string, located: Located<Written>): Field {
  const known = spec.fields.get(located.at);
  if (known?.name === name) return known;
  const field = readField(spec, name, located);
  spec.fields.set(located.at, field);
  return field;
}

function readField(spec: LenientSpec, name: string, { value, at }: Located<Written>): Field {
  const { value: schema } = spec.schema(value, at);
  const marked = (mark: string) => isMarked(spec, value, at, mark);
  const inner = valuesOf(spec, { value, at });
  const object = objectAt(spec, inner?.located ?? { value, at });
  return {
    name,
    type: dataType(spec, value, at),
    description: descriptionOf(spec, value, at),
    at,
    ...namedValues(spec, value, at),
    ...(schema.default !== undefined && { default: scalarText(schema.default) }),
    ...(schema.example !== undefined && { example: scalarText(schema.example) }),
    ...(marked('nullable') && { nullable: true }),
    ...(marked('readOnly') && { readOnly: true }),
    ...(marked('writeOnly') && { writeOnly: true }),
    ...(marked('deprecated') && { deprecated: true }),
    ...(inner && { values: inner.type }),
    ...(object !== undefined && { object }),
  };
}

/** A value as one line of text. */
export function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const DEEPEST = 4;

/** The items of an array, lists in lists included, or the values of a map. */
function valuesOf(
  spec: LenientSpec,
  { value, at }: Located<Written>,
  depth = 0,
): { type: DataType; located: Located<Written> } | undefined {
  const { value: schema, at: schemaAt } = spec.schema(value, at);
  const isMap = !schema.properties && isObject(schema.additionalProperties);
  if (!schema.items && !isMap) return undefined;
  const held = schema.items ? 'items' : 'additionalProperties';
  const located = { value: schema[held] as Written, at: step(schemaAt, held) };
  const type = dataType(spec, located.value, located.at);
  // A list may hold itself.
  const inner = type.type === 'array' && depth < DEEPEST ? valuesOf(spec, located, depth + 1) : undefined;
  return { type, located: inner?.located ?? located };
}

/**
 * Enters an object with properties in the spec's objects, with all that it holds, and says where: what `Field.object`
 * names.
 */
export function objectAt(spec: LenientSpec, { value, at }: Located<Written>): Location | undefined {
  const place = spec.schema(value, at).at;
  if (spec.objects.has(place)) return spec.objects.get(place) && place;
  // Known before its fields are read: it may hold itself.
  spec.objects.set(place, undefined);
  const shape = objectShape(spec, value, at);
  if (!shape) return undefined;
  const type = { ...named(spec, value, at, place), fields: [] };
  spec.objects.set(place, type);
  spec.nested(() => {
    const fields = [...shape.properties].map(([name, located]) => ({
      ...fieldOf(spec, name, located),
      required: shape.required.has(name),
    }));
    const variants = variantsOf(spec, value, at);
    spec.objects.set(place, { ...type, fields, ...(variants && { variants }) });
  });
  return place;
}

function named(spec: LenientSpec, value: Written, at: Location, place: Location): Pick<ObjectType, 'name'> {
  const [kind, last] = tokens(place.slice(place.indexOf('#') + 1)).slice(-2);
  if (last !== undefined && (kind === 'schemas' || kind === 'definitions')) return { name: last };
  const { title } = spec.schema(value, at).value;
  return typeof title === 'string' && title.trim() !== '' ? { name: title.trim() } : {};
}

/** The branches of `oneOf` and `anyOf`, or what a discriminator maps its values to. */
function variantsOf(spec: LenientSpec, value: Written, at: Location): Variants | undefined {
  const { value: schema, at: place } = spec.schema(value, at);
  const mapped = mappedSchemas(spec, schema, place).map(({ name, ...located }) => ({ value: name, located }));
  const kind = schema.oneOf ? 'oneOf' : 'anyOf';
  const isNamed = isObject(schema.discriminator) && !schema.discriminator.mapping;
  const branches = (schema[kind] ?? []).map((branch, index) => ({
    // Without a mapping, the name of a schema is its value.
    value: isNamed && isReference(branch) ? tokens(branch.$ref.slice(branch.$ref.indexOf('#') + 1)).at(-1) : undefined,
    located: { value: branch as Written, at: step(place, kind, index) },
  }));
  const of = (mapped.length > 0 ? mapped : branches).flatMap(({ value: name, located }, index) => {
    const object = objectAt(spec, located);
    if (object === undefined || object === place) return [];
    const type = spec.objects.get(object);
    return [{ name: type?.name ?? `variant ${index + 1}`, object, ...(name !== undefined && { value: name }) }];
  });
  const propertyName = isObject(schema.discriminator) ? schema.discriminator.propertyName : undefined;
  return of.length > 1 ? { of, ...(typeof propertyName === 'string' && { discriminator: propertyName }) } : undefined;
}

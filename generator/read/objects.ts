import type { Location } from '../model.js';
import { HTTP_METHODS, isReference } from './openapi.js';
import { step } from './pointer.js';

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What each object of OpenAPI 2.0, 3.0 and 3.1 holds that is or contains a schema or a reference, and under which keys:
 * one object or a list of them, or (`{}`) a map of anybody's names, which are no keywords. What is not listed is data:
 * examples, defaults, enums, extensions.
 */
const HOLDS: Record<ObjectKind, { readonly [held: string]: readonly string[] }> = {
  document: {
    info: ['info'],
    server: ['servers'],
    tag: ['tags'],
    'pathItem{}': ['paths'],
    components: ['components'],
    'schema{}': ['definitions'],
    'securityScheme{}': ['securityDefinitions'],
    'parameter{}': ['parameters'],
    'response{}': ['responses'],
  },
  components: {
    'schema{}': ['schemas'],
    'parameter{}': ['parameters'],
    'requestBody{}': ['requestBodies'],
    'response{}': ['responses'],
    'header{}': ['headers'],
    'pathItem{}': ['pathItems'],
    'securityScheme{}': ['securitySchemes'],
  },
  pathItem: { parameter: ['parameters'], server: ['servers'], operation: HTTP_METHODS },
  operation: {
    parameter: ['parameters'],
    requestBody: ['requestBody'],
    'response{}': ['responses'],
    server: ['servers'],
  },
  server: { 'serverVariable{}': ['variables'] },
  parameter: { schema: ['schema', 'items'], 'mediaType{}': ['content'] },
  requestBody: { 'mediaType{}': ['content'] },
  response: { schema: ['schema'], 'mediaType{}': ['content'], 'header{}': ['headers'] },
  header: { schema: ['schema', 'items'], 'mediaType{}': ['content'] },
  mediaType: { schema: ['schema'] },
  schema: {
    'schema{}': ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'],
    schema: [
      ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'],
      ...['items', 'prefixItems', 'contains', 'unevaluatedItems', 'contentSchema'],
      ...['additionalProperties', 'unevaluatedProperties', 'propertyNames'],
    ],
  },
  ...{ info: {}, tag: {}, securityScheme: {}, serverVariable: {} },
};

export type ObjectKind =
  | 'document'
  | 'info'
  | 'server'
  | 'serverVariable'
  | 'tag'
  | 'components'
  | 'pathItem'
  | 'operation'
  | 'parameter'
  | 'requestBody'
  | 'response'
  | 'header'
  | 'mediaType'
  | 'schema'
  | 'securityScheme';

/** What an object is, or (`{}`) what its every entry is. */
export type Kind = ObjectKind | `${ObjectKind}{}`;

const HELD_UNDER = new Map(
  Object.entries(HOLDS).map(([kind, held]) => [
    kind,
    new Map(Object.entries(held).flatMap(([what, keys]) => keys.map((key) => [key, what as Kind]))),
  ]),
);

/** A place that holds an object of a kind. */
export interface Held {
  readonly holder: Json;
  readonly key: string;
  readonly kind: Kind;
  readonly at: Location;
}

/** What an object of a kind holds directly. */
export function heldBy(object: Json, kind: Kind, at: Location): Held[] {
  const held: Held[] = [];
  for (const [key, value] of Object.entries(object)) {
    const what = isMap(kind) ? entryKind(kind, key) : HELD_UNDER.get(kind)?.get(key);
    if (!what) continue;
    if (Array.isArray(value))
      for (const index of value.keys())
        held.push({ holder: value as never, key: String(index), kind: what, at: step(at, key, index) });
    else held.push({ holder: object, key, kind: what, at: step(at, key) });
  }
  return held;
}

export function isMap(kind: Kind): kind is `${ObjectKind}{}` {
  return kind.endsWith('{}');
}

/** `x-…` beside paths and statuses is an extension; everywhere else it is a name like any. */
function entryKind(kind: `${ObjectKind}{}`, name: string): Kind | undefined {
  return name.startsWith('x-') && (kind === 'pathItem{}' || kind === 'response{}')
    ? undefined
    : (kind.slice(0, -2) as ObjectKind);
}

interface Visitor {
  /** Returns where an object is written, if not where it stands. */
  locationOf(object: Json, at: Location): Location;
  /** Every object that is no reference, and every schema, once, before what it holds. */
  object(object: Json, kind: Kind, at: Location): void;
  reference($ref: string, at: Location, kind: Kind): void;
  /** A reference where OpenAPI has a map, such as `properties: {$ref: …}`. */
  mapReference(held: Held): void;
}

/**
 * Visits what is beneath an object and may be, or hold, a schema. Boolean schemas (JSON Schema Core 4.3.2) become
 * objects on the way.
 */
export function walk(value: unknown, kind: Kind, standsAt: Location, seen: Set<object>, visitor: Visitor): void {
  if (!isObject(value) || seen.has(value)) return;
  seen.add(value);
  const at = visitor.locationOf(value, standsAt);
  if (isReference(value)) visitor.reference(value.$ref, at, kind);
  // What stands beside a reference counts for schemas only.
  if (isReference(value) && kind !== 'schema') return;
  visitor.object(value, kind, at);
  if (kind === 'schema') for (const target of otherReferences(value)) visitor.reference(target, at, kind);
  for (const held of heldBy(value, kind, at)) {
    const found = held.holder[held.key];
    if (isMap(held.kind) && isReference(found)) visitor.mapReference(held);
    // Only additionalProperties may be a boolean in 3.0.
    const mayBeBoolean = kind === 'schema' && held.key === 'additionalProperties';
    if (held.kind === 'schema' && typeof found === 'boolean' && !mayBeBoolean)
      held.holder[held.key] = booleanSchema(found);
    else walk(found, held.kind, held.at, seen, visitor);
  }
}

export function booleanSchema(value: boolean): Json {
  return value ? {} : { not: {} };
}

/** `$dynamicRef`, and discriminator mappings that are no names of components (OpenAPI 3.0.3, 4.7.25). */
function otherReferences({ $dynamicRef, discriminator }: Json): string[] {
  const mapping =
    isObject(discriminator) && isObject(discriminator.mapping) ? Object.values(discriminator.mapping) : [];
  return [$dynamicRef, ...mapping].filter(
    (target): target is string => typeof target === 'string' && /[#/.]/.test(target),
  );
}

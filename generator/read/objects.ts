import type { At } from '../model.js';
import { HTTP_METHODS, isReference } from './openapi.js';
import { step } from './pointer.js';

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What each object of OpenAPI 2.0, 3.0 and 3.1 holds that is or contains a schema or a reference, and under which keys: one object or a list
 * of them, or (`{}`) a map of anybody's names, which are no keywords. What is not listed is data: examples, defaults, enums, extensions.
 */
const HOLDS: Record<Kind, { readonly [held: string]: readonly string[] }> = {
  document: { 'pathItem{}': ['paths'], components: ['components'], 'schema{}': ['definitions'], 'parameter{}': ['parameters'], 'response{}': ['responses'] },
  components: {
    'schema{}': ['schemas'],
    'parameter{}': ['parameters'],
    'requestBody{}': ['requestBodies'],
    'response{}': ['responses'],
    'header{}': ['headers'],
    'pathItem{}': ['pathItems'],
    'securityScheme{}': ['securitySchemes'],
  },
  pathItem: { parameter: ['parameters'], operation: HTTP_METHODS },
  operation: { parameter: ['parameters'], requestBody: ['requestBody'], 'response{}': ['responses'] },
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
  securityScheme: {},
};

export type Kind =
  | 'document'
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

interface Slot {
  readonly kind: Kind;
  /** Does the key lead to a map of names? */
  readonly named: boolean;
}

const SLOTS = new Map(
  Object.entries(HOLDS).map(([kind, slots]) => [
    kind,
    new Map(
      Object.entries(slots).flatMap(([held, keys]) =>
        keys.map((key): [string, Slot] => [key, { kind: held.replace('{}', '') as Kind, named: held.endsWith('{}') }]),
      ),
    ),
  ]),
);

/** A key of an object, or an item or entry beneath it, that holds an object of a kind. */
interface Held extends Slot {
  readonly holder: Json;
  readonly key: string;
  readonly at: At;
}

/** The objects that an object of a kind holds directly, with where each stands. */
export function heldBy(object: Json, kind: Kind, at: At): Held[] {
  const held: Held[] = [];
  for (const [key, value] of Object.entries(object)) {
    const slot = SLOTS.get(kind)?.get(key);
    if (!slot) continue;
    if (!slot.named && !Array.isArray(value)) held.push({ ...slot, holder: object, key, at: step(at, key) });
    else if (typeof value === 'object' && value !== null)
      for (const name of Object.keys(value)) held.push({ ...slot, holder: value as Json, key: name, at: step(at, key, name) });
  }
  return held;
}

interface Visitor {
  /** Every object that is no reference, and every schema, once, before what it holds. */
  object(object: Json, kind: Kind, at: At): void;
  reference($ref: string, at: At, kind: Kind): void;
}

/** Visits what is beneath an object and may be, or hold, a schema. Boolean schemas (JSON Schema Core 4.3.2) become objects on the way. */
export function walk(value: unknown, kind: Kind, at: At, seen: Set<object>, visitor: Visitor): void {
  if (!isObject(value) || seen.has(value)) return;
  seen.add(value);
  if (isReference(value)) visitor.reference(value.$ref, at, kind);
  // What stands beside a reference counts for schemas only.
  if (isReference(value) && kind !== 'schema') return;
  visitor.object(value, kind, at);
  if (kind === 'schema') for (const target of otherReferences(value)) visitor.reference(target, at, kind);
  for (const { holder, key, kind: heldKind, named, at: heldAt } of heldBy(value, kind, at)) {
    const held = holder[key];
    if (heldKind === 'schema' && typeof held === 'boolean' && (named || key !== 'additionalProperties')) holder[key] = booleanSchema(held);
    // `x-…` beside paths and statuses is an extension.
    else if (!(named && key.startsWith('x-') && (heldKind === 'pathItem' || heldKind === 'response'))) walk(held, heldKind, heldAt, seen, visitor);
  }
}

export function booleanSchema(value: boolean): Json {
  return value ? {} : { not: {} };
}

/** `$dynamicRef`, and discriminator mappings that are no names of components (OpenAPI 3.0.3, 4.7.25). */
function otherReferences({ $dynamicRef, discriminator }: Json): string[] {
  const mapping = isObject(discriminator) && isObject(discriminator.mapping) ? Object.values(discriminator.mapping) : [];
  return [$dynamicRef, ...mapping].filter((target): target is string => typeof target === 'string' && /[#/.]/.test(target));
}

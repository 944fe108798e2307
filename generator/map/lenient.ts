import { type Problem, ProblemsError, severityOf } from '../diagnostics.js';
import type { At } from '../model.js';
import { isReference, type Reference, type SchemaObject } from '../read/openapi.js';
import { step } from '../read/pointer.js';
import type { Located, Spec } from '../read/spec.js';

export type Written = SchemaObject | Reference;
export type Report = (problem: Problem) => void;

/** A spec as the mapper reads it: one broken schema is no reason to lose the API. */
export interface LenientSpec extends Spec {
  /** The schema behind a chain of `$ref`s. What cannot be followed or has the wrong shape is taken as a schema that allows anything, and reported once. */
  schema(written: Written, at: At): Located<SchemaObject>;
  readonly report: Report;
}

/** Schema keywords with the shape that JSON Schema gives them; any other value is left out. */
const SHAPES: readonly [keyword: string, isRight: (value: unknown) => boolean][] = [
  ...['properties', 'items', 'not', 'discriminator'].map((keyword) => [keyword, isRecord] as [string, typeof isRecord]),
  ...['allOf', 'oneOf', 'anyOf'].map((keyword): [string, (value: unknown) => boolean] => [keyword, (value) => Array.isArray(value) && value.every(isRecord)]),
  ['required', (value) => Array.isArray(value) && value.every((name) => typeof name === 'string')],
  ['enum', Array.isArray],
  ['type', (value) => TYPES.includes(value as string)],
  ['format', (value) => typeof value === 'string'],
  ['description', (value) => typeof value === 'string'],
];
const TYPES = ['string', 'integer', 'number', 'boolean', 'array', 'object'];

export function lenient(spec: Spec, report: Report): LenientSpec {
  const targets = new Map<string, Located<SchemaObject>>();
  // By the schema itself, not by its place: a conversion may put two schemas at one place.
  const shaped = new Map<SchemaObject, SchemaObject>();
  const schema = (written: Written, at: At): Located<SchemaObject> => {
    const key = isReference(written) ? `${at} ${written.$ref}` : undefined;
    const known = key === undefined ? undefined : targets.get(key);
    if (known) return known;
    let found: Located<SchemaObject>;
    try {
      const { value, at: place } = spec.follow<SchemaObject>(written, at);
      if (!shaped.has(value)) shaped.set(value, rightlyShaped(value, place, report));
      found = { value: shaped.get(value) as SchemaObject, at: place };
    } catch (error) {
      for (const problem of recoverable(error)) report({ ...problem, message: `${problem.message}; taken as a schema that allows anything` });
      found = { value: {}, at };
    }
    if (key !== undefined) targets.set(key, found);
    return found;
  };
  return { ...spec, schema, report };
}

/** The problems of an error that a warning can settle; rethrows every other one. */
export function recoverable(error: unknown): readonly Problem[] {
  if (!(error instanceof ProblemsError) || error.problems.some((problem) => severityOf(problem) !== 'warning')) throw error;
  return error.problems;
}

function rightlyShaped(value: SchemaObject, at: At, report: Report): SchemaObject {
  const wrong = SHAPES.filter(([keyword, isRight]) => value[keyword] !== undefined && !isRight(value[keyword])).map(([keyword]) => keyword);
  const wrongProperties = isRecord(value.properties) ? Object.keys(value.properties).filter((name) => !isRecord(value.properties?.[name])) : [];
  if (wrong.length + wrongProperties.length === 0) return value;
  for (const keyword of wrong)
    report({ code: 'spec-shape', message: `\`${keyword}\` of a schema is ${JSON.stringify(value[keyword])?.slice(0, 60)}; left out`, at: step(at, keyword) });
  for (const name of wrongProperties) report({ code: 'spec-shape', message: `property ${name} is no schema; left out`, at: step(at, 'properties', name) });
  const kept = Object.fromEntries(Object.entries(value).filter(([keyword]) => !wrong.includes(keyword))) as SchemaObject;
  if (wrongProperties.length > 0)
    kept.properties = Object.fromEntries(Object.entries(value.properties ?? {}).filter(([name]) => !wrongProperties.includes(name)));
  return kept;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list as OpenAPI wants it there; anything else is reported and taken as none. */
export function listAt<Item>(value: readonly Item[] | undefined, at: At, report: Report): readonly Item[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  report({ code: 'spec-shape', message: 'this is no list; left out', at });
  return [];
}

/** An object's entries as OpenAPI wants it there; anything else is reported and taken as none. */
export function entriesAt<Value>(value: Readonly<Record<string, Value>> | undefined, at: At, report: Report): [string, Value][] {
  if (value === undefined || value === null) return [];
  if (isRecord(value)) return Object.entries(value) as [string, Value][];
  report({ code: 'spec-shape', message: 'this is no object; left out', at });
  return [];
}

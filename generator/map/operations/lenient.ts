import { type Problem, ProblemsError, severityOf } from '../../diagnostics/problem.js';
import type { Field, Location, ObjectType } from '../../model.js';
import { isReference, type Reference, type SchemaObject } from '../../read/openapi.js';
import type { Located, Spec } from '../../read/spec.js';

export type Written = SchemaObject | Reference;
export type Report = (problem: Problem) => void;

/** A spec as the mapper reads it: one broken schema is no reason to lose the API. */
export interface LenientSpec extends Spec {
  /**
   * The schema behind a chain of `$ref`s. What cannot be followed is taken as a schema that allows anything, and
   * reported.
   */
  schema(written: Written, at: Location): Located<SchemaObject>;
  readonly report: Report;
  /** The objects found so far, by the location of their schema; `undefined` for a schema that is not an object. */
  readonly objects: Map<Location, ObjectType | undefined>;
  /** The fields read so far, by the location of their schema: each is a property of every schema that extends its own. */
  readonly fields: Map<Location, Field>;
  /** The shapes computed so far, by the location of their schema: one that maps to hundreds is asked for at every mention. */
  readonly shapes: Map<Location, unknown>;
  /** Reads what an object holds: at once, or later where objects are nested too deep. */
  readonly nested: Nested;
}

/** Runs work that leads to more work of its kind. */
export type Nested = (work: () => void) => void;

/** So many calls inside one another are run at once; no spec that is written by hand nests objects deeper. */
const DEEPEST = 100;

/**
 * Runs work at once, but what is nested too deep when the outermost has returned: a chain of ten thousand schemas
 * overflows no stack.
 */
export function nesting(): Nested {
  const waiting: (() => void)[] = [];
  let depth = 0;
  const run = (work: () => void) => {
    depth++;
    try {
      work();
    } finally {
      depth--;
    }
  };
  return (work) => {
    if (depth >= DEEPEST) waiting.push(work);
    else run(work);
    if (depth === 0) for (let next = waiting.pop(); next; next = waiting.pop()) run(next);
  };
}

export function lenient(spec: Spec, report: Report): LenientSpec {
  const targets = new WeakMap<Written, Located<SchemaObject>>();
  const schema = (written: Written, at: Location): Located<SchemaObject> => {
    const known = targets.get(written);
    if (known) return known;
    let found: Located<SchemaObject>;
    try {
      found = spec.follow<SchemaObject>(written, at, 'schema');
    } catch (error) {
      for (const problem of recoverable(error))
        report({ ...problem, message: `${problem.message}; taken as a schema that allows anything` });
      found = { value: {}, at };
    }
    if (isReference(written)) targets.set(written, found);
    return found;
  };
  return { ...spec, schema, report, objects: new Map(), fields: new Map(), shapes: new Map(), nested: nesting() };
}

/** The problems of an error that a warning can settle; rethrows every other one. */
export function recoverable(error: unknown): readonly Problem[] {
  if (!(error instanceof ProblemsError) || error.problems.some((problem) => severityOf(problem) !== 'warning'))
    throw error;
  return error.problems;
}

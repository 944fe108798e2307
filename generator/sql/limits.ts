import type { LimitCode } from '../model.js';

/** Something that the engine cannot do whatever a provider says. */
export interface Limit {
  /** The thing that cannot be done, in the words of a page. */
  readonly title: string;
  /** The engine's behavior when it is tried. */
  readonly engine: string;
  /** `method`: no statement can call it. `value`: the statement runs, and one value arrives changed or is left out. */
  readonly reach: 'method' | 'value';
  /** The facts that show it on the engine: numbers of the tables in `test/engine/facts`. */
  readonly evidence: readonly string[];
}

/**
 * The closed catalogue of the engine's limits. A page names the code instead of a statement that fails, and `verify`
 * then counts the method as explained.
 */
export const LIMITS: Readonly<Record<LimitCode, Limit>> = {
  'body-media-type': {
    title: 'the request body is neither JSON nor XML',
    engine: 'a form is refused (`media type not supported`), every other body is left out of the request',
    reach: 'method',
    evidence: ['L1', 'E4.3', 'E8.6'],
  },
  'body-array': {
    title: 'the request body is a JSON array',
    engine: 'columns and `@name` send `null`, `@@json` takes objects only',
    reach: 'method',
    evidence: ['L2'],
  },
  'body-scalar': {
    title: 'the request body is a single JSON value',
    engine: '`@@json` takes objects only',
    reach: 'method',
    evidence: ['L3'],
  },
  'body-map': {
    title: 'the request body is an object with free keys',
    engine: '`@@json` refuses keys that the schema does not declare',
    reach: 'method',
    evidence: ['L4'],
  },
  'value-as-text': {
    title: 'UPDATE, REPLACE and a SELECT with a body send numbers and booleans as strings',
    engine: '`SET num = 5` sends `"5"`, and so does `WHERE num = 5` into a body',
    reach: 'value',
    evidence: ['E8.2'],
  },
};

export function isLimitCode(code: string): code is LimitCode {
  return Object.hasOwn(LIMITS, code);
}

import { CORE_SCHEMA, type LoadOptions, load, Type, YAMLException } from 'js-yaml';
import { type Position, type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import { MAX_DEPTH } from './place.js';
import { rootOf } from './pointer.js';
import { wellFormed } from './well-formed.js';

export const MAX_BYTES = 100_000_000;
/** What aliases may multiply to: a text of a kilobyte can stand for a billion values. */
const MAX_VALUES = 5_000_000;
const HALF = 'half of a surrogate pair is no character';
const TOO_DEEP = `values are nested more than ${MAX_DEPTH} deep`;

/** YAML 1.2 with the merge key of 1.1, which specs use; dates and `yes` stay text. */
const schema = CORE_SCHEMA.extend({
  implicit: [new Type('tag:yaml.org,2002:merge', { kind: 'scalar', resolve: (text) => text === '<<' })],
});

/**
 * A YAML or JSON text as a value, whatever its file is called. Aliases stay shared objects. A key that is written twice
 * counts as its last, and half of a surrogate pair is replaced by U+FFFD; `report` hears of both. Throws `spec-syntax`
 * with line and column, `spec-too-large`, or `spec-not-openapi` for HTML.
 */
export function parseDocument(file: string, text: string, report: (problem: Problem) => void): unknown {
  if (/^\s*<[!?a-z]/i.test(text))
    throw new ProblemsError([{ code: 'spec-not-openapi', message: 'it looks like HTML or XML', at: rootOf(file) }]);
  const value = jsonIn(text) ?? yamlIn(file, text, report);
  weigh(value, file, 0, new Map());
  const halves: Location[] = [];
  const whole = wellFormed(value, text, rootOf(file), (at) => halves.push(at));
  const [first, ...others] = halves;
  if (first === undefined) return whole;
  const more = others.length > 0 ? `, here and at ${others.length} other locations` : '';
  report({ code: 'spec-value', message: `${HALF}; it is replaced by U+FFFD${more}`, at: first });
  return whole;
}

/** A config as a value; stricter than a spec: a key that is written twice and half of a surrogate pair are errors. */
export function parseConfig(
  file: string,
  text: string,
  code: 'config-syntax' | 'lock-broken' = 'config-syntax',
): unknown {
  let value: unknown;
  try {
    value = load(text, { schema });
  } catch (error) {
    throw new ProblemsError([syntaxProblem(file, error, code)]);
  }
  return wellFormed(value, text, rootOf(file), (at) => {
    throw new ProblemsError([{ code, message: HALF, at }]);
  });
}

/** JSON is read several times faster as what it is; what only looks like JSON is YAML's business. */
function jsonIn(text: string): unknown {
  if (!/^\s*[[{/]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return jsonWithComments(text);
  }
}

/** A string, a comment, or a comma behind the last item. */
const STRING_OR_COMMENT = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const STRING_OR_LAST_COMMA = /"(?:[^"\\]|\\.)*"|,(?=\s*[\]}])/g;

/** JSON with comments, as editors write it. They become blanks, so that every other character stays where it is. */
function jsonWithComments(text: string): unknown {
  if (!/\/[/*]/.test(text)) return undefined;
  const blank = (token: string) => (token.startsWith('"') ? token : token.replace(/[^\n]/g, ' '));
  try {
    return JSON.parse(text.replace(STRING_OR_COMMENT, blank).replace(STRING_OR_LAST_COMMA, blank));
  } catch {
    return undefined;
  }
}

function yamlIn(file: string, text: string, report: (problem: Problem) => void): unknown {
  const options = { schema, maxDepth: MAX_DEPTH, maxTotalMergeKeys: MAX_VALUES } as LoadOptions;
  try {
    return load(text, options);
  } catch (error) {
    const problem = syntaxProblem(file, error, 'spec-syntax');
    if (!problem.message.startsWith('duplicated mapping key')) throw new ProblemsError([problem]);
    report({ ...problem, code: 'spec-duplicate-key', message: 'this key stands here for the second time' });
  }
  try {
    return load(text, { ...options, json: true });
  } catch (error) {
    throw new ProblemsError([syntaxProblem(file, error, 'spec-syntax')]);
  }
}

function syntaxProblem(file: string, error: unknown, code: 'spec-syntax' | 'config-syntax' | 'lock-broken'): Problem {
  const { reason = String(error), mark }: Partial<YAMLException> = error instanceof YAMLException ? error : {};
  const at = { file, line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
  const isTooDeep = code === 'spec-syntax' && reason.startsWith('nesting exceeded');
  return isTooDeep ? tooLarge(TOO_DEEP, at) : { code, message: reason, at };
}

function tooLarge(message: string, at: Location | Position): Problem {
  return { code: 'spec-too-large', message, at };
}

/**
 * Measures a document as it would be without aliases, and refuses what nobody could walk: too many values, too deep,
 * endless. Takes `__proto__` keys out on its way: copied by assignment, such a key would change what an object
 * inherits.
 */
function weigh(value: unknown, file: string, depth: number, known: Map<object, Weight>): Weight {
  if (typeof value !== 'object' || value === null) return SCALAR;
  const fail = (message: string) => new ProblemsError([tooLarge(message, rootOf(file))]);
  const before = known.get(value);
  if (before === OPEN) throw fail('an alias stands inside what it is an alias of');
  if (before) return before;
  if (depth >= MAX_DEPTH) throw fail(TOO_DEEP);
  if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
  known.set(value, OPEN);
  const weight = { values: 1, height: 1 };
  for (const child of Object.values(value)) {
    const { values, height } = weigh(child, file, depth + 1, known);
    weight.values += values;
    weight.height = Math.max(weight.height, height + 1);
  }
  if (weight.height > MAX_DEPTH) throw fail(TOO_DEEP);
  if (weight.values > MAX_VALUES)
    throw fail(`it holds more than ${MAX_VALUES} values once its aliases are written out`);
  known.set(value, weight);
  return weight;
}

interface Weight {
  readonly values: number;
  readonly height: number;
}
const SCALAR: Weight = { values: 1, height: 0 };
/** The mark of a value that is being weighed. */
const OPEN: Weight = { values: 0, height: 0 };

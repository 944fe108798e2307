import { DEFAULT_SCHEMA, dump, Type } from 'js-yaml';

/**
 * Plain text that a YAML 1.1 reader, Go's among them, takes for a number and this library does not (tried: `1_000`,
 * `+.5`).
 */
const looksLikeNumber = new Type('tag:yaml.org,2002:number', {
  kind: 'scalar',
  resolve: (text: string) => /^[-+]?(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)(e[-+]?\d+)?$/i.test(text),
});
const schema = DEFAULT_SCHEMA.extend({ implicit: [looksLikeNumber] });
const OPTIONS = { schema, lineWidth: -1, noRefs: true, quotingType: '"' } as const;

/**
 * YAML that a YAML 1.1 reader understands as meant: no aliases, no folding, words like `on` and dates quoted (ENGINE
 * E6.1), and controls, line separators, byte-order marks escaped (ENGINE E6.2). From `flowLevel` on, a value stands on
 * one line.
 */
export function toYaml(value: unknown, { flowLevel = -1 } = {}): string {
  const options = { ...OPTIONS, flowLevel };
  const text = (flowLevel < 0 ? printed(value) : undefined) ?? dump(value, options);
  // Looking at every value costs as much as printing it: only where one is written as an escape.
  return ESCAPED_SURROGATE.test(text)
    ? dump(value, { ...options, replacer: (_key, inner: unknown) => wellFormed(inner) })
    : text;
}

/** Thrown at a value or a key that only the library prints. */
class Unusual extends Error {}

/**
 * Prints what a document is made of, as `dump` would (a property test compares them): it leaves each text to the
 * library, once. Documents repeat their texts, and choosing the quotes of one is most of the work of printing it.
 */
function printed(value: unknown): string | undefined {
  try {
    return `${node(value, '\n', true)}\n`;
  } catch (error) {
    if (error instanceof Unusual) return undefined;
    throw error;
  }
}

/** `line`: a line break with the indentation of the value's lines; `isCompact`: does it begin on the line it is on? */
function node(value: unknown, line: string, isCompact: boolean): string {
  if (typeof value === 'string') return scalar(value, line);
  if (value === null || typeof value === 'boolean') return String(value);
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) return String(value);
  if (typeof value === 'number') return dump(value, OPTIONS).trimEnd();
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value) text += `${line}- ${node(item ?? null, `${line}  `, true)}`;
    if (text === '') return '[]';
  } else {
    if (Object.prototype.toString.call(value) !== '[object Object]') throw new Unusual();
    for (const [name, inner] of Object.entries(value as object)) {
      if (inner === undefined) continue;
      const shown = node(inner, `${line}  `, false);
      text += `${line}${key(name)}:${shown.startsWith('\n') ? '' : ' '}${shown}`;
    }
    if (text === '') return '{}';
  }
  return isCompact ? text.slice(line.length) : text;
}

/** So many texts are remembered. */
const MOST_TEXTS = 50_000;
const scalars = new Map<string, string>();
const keys = new Map<string, string>();

function scalar(text: string, line: string): string {
  const known = scalars.get(text) ?? remember(scalars, text, dump([text], OPTIONS).slice(2, -1));
  // The lines of a block were indented as those of the first level.
  return known.includes('\n') ? known.replace(/\n {2}/g, line === '\n' ? '\n  ' : line) : known;
}

function key(name: string): string {
  const known = keys.get(name) ?? remember(keys, name, dump({ [name]: 0 }, OPTIONS).slice(0, -4));
  if (known.length > 1024) throw new Unusual();
  return known;
}

function remember(known: Map<string, string>, text: string, shown: string): string {
  if (known.size >= MOST_TEXTS) known.clear();
  known.set(text, shown);
  return shown;
}

const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;

/** Lone surrogates become U+FFFD, in keys too. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    Object.keys(value).every((key) => key.isWellFormed())
  )
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), inner]));
}

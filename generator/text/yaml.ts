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

/**
 * YAML that a YAML 1.1 reader understands as meant: no aliases, no folding, words like `on` and dates quoted (ENGINE
 * E6.1), and controls, line separators, byte-order marks escaped (ENGINE E6.2). From `flowLevel` on, a value stands on
 * one line.
 */
export function toYaml(value: unknown, { flowLevel = -1 } = {}): string {
  const options = { schema, flowLevel, lineWidth: -1, noRefs: true, quotingType: '"' } as const;
  const text = dump(value, options);
  // Looking at every value costs as much as printing it: only where one is written as an escape.
  return ESCAPED_SURROGATE.test(text)
    ? dump(value, { ...options, replacer: (_key, inner: unknown) => wellFormed(inner) })
    : text;
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

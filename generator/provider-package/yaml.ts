import yaml, { type State } from 'js-yaml';
import { tokens } from '../read/pointer.js';
import {
  afterBlanks,
  type LineColumn,
  lineColumns,
  nodesOnWay,
  offsetOf,
  type Trace,
  traceStep,
  yamlNodes,
} from '../read/yaml-nodes.js';

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const NUMBER = /^[-+]?(0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+|[1-9][\d_]*|(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?)$/;

const scalar = (tag: string, matches: (text: string) => boolean, construct: (text: string) => unknown) =>
  new yaml.Type(`tag:yaml.org,2002:${tag}`, {
    kind: 'scalar',
    resolve: (text: string | null) => matches(text ?? ''),
    construct,
  });
const ignored = (['scalar', 'sequence', 'mapping'] as const).flatMap((kind) =>
  ['!', 'tag:'].map((prefix) => new yaml.Type(prefix, { kind, multi: true })),
);

/**
 * Plain scalars as the engine's reader resolves them, Go's yaml.v2 (ENGINE E6.1, tried): the booleans and the octal
 * numbers of YAML 1.1, but dates and base 60 stay text, and unknown tags are ignored.
 */
const ENGINE_SCHEMA = yaml.FAILSAFE_SCHEMA.extend({
  implicit: [
    scalar(
      'bool',
      (text) => text.length <= 5 && (TRUE.has(text) || FALSE.has(text)),
      (text) => TRUE.has(text),
    ),
    scalar('int', (text) => text.charCodeAt(0) < 58 && NUMBER.test(text), numberOf),
    scalar(
      'null',
      (text) => text.length <= 4 && NULL.has(text),
      () => null,
    ),
    scalar(
      'merge',
      (text) => text === '<<',
      (text) => text,
    ),
  ],
  explicit: ignored,
});

function numberOf(text: string): number {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const size = Number(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits);
  return text.startsWith('-') ? -size : size;
}

/** What a plain scalar is to the engine. */
export function plainScalar(text: string): string | number | boolean | null {
  if (TRUE.has(text) || FALSE.has(text)) return TRUE.has(text);
  if (NULL.has(text)) return null;
  return NUMBER.test(text) ? numberOf(text) : text;
}

export interface Read {
  readonly value: unknown;
  /** Where the nodes are, for `yamlNodes`. */
  readonly trace: Trace;
  readonly duplicateKeys: boolean;
  readonly hasAnchors: boolean;
  /** Is there a scalar, perhaps a key, whose value is not written like that: `on`, `010`, `~`? */
  readonly hasOddScalars: boolean;
}

/** A text as the engine reads it: its first document, and of two equal keys the last. Throws YAMLException. */
export function readYaml(text: string): Read {
  const read = (json: boolean): Read => {
    const trace: number[] = [];
    let [hasAnchors, hasOddScalars] = [false, false];
    const listener = (event: 'open' | 'close', state: State & { anchor?: string | null }) => {
      const { kind, result, anchor } = state;
      if (event === 'close') {
        hasAnchors ||= typeof anchor === 'string';
        hasOddScalars ||=
          kind === 'scalar' &&
          typeof result !== 'string' &&
          !text.startsWith(String(result), afterBlanks(text, offsetOf(trace.at(-1) ?? 0)));
      }
      trace.push(traceStep(event, state));
    };
    const value: unknown = yaml.loadAll(text, null, { schema: ENGINE_SCHEMA, json, listener })[0] ?? null;
    return { value, trace, duplicateKeys: json, hasAnchors, hasOddScalars };
  };
  try {
    return read(false);
  } catch (error) {
    if (error instanceof yaml.YAMLException && error.reason === 'duplicated mapping key') return read(true);
    throw error;
  }
}

/**
 * Finds positions in a text by JSON Pointer: of the key if the last step names one, else of the value. A pointer that
 * leads nowhere gives the deepest position on its way. The text is walked once, however many positions are asked.
 */
export function positionsIn(text: string, trace: Trace = readYaml(text).trace): (pointer: string) => LineColumn {
  const root = yamlNodes(text, trace);
  const toLineColumn = lineColumns(text);
  return (pointer) => toLineColumn((nodesOnWay(text, root, tokens(pointer)).at(-1)?.key ?? root)?.start ?? 0);
}

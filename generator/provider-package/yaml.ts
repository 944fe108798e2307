import yaml, { type State } from 'js-yaml';
import { tokens } from '../read/pointer.js';

/** A place in a text, 1-based. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

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
 * Plain scalars as the engine's reader resolves them, Go's yaml.v2 (ENGINE E6.1, tried): the booleans and the octal numbers of YAML 1.1,
 * but dates and base 60 stay text, and unknown tags are ignored.
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

/** The parser's way through a text: an offset where it came to a node, one where it left it; the lowest bits say which, and the kind. */
type Trace = readonly number[];
const CAME = 0;
const KINDS = ['', 'mapping', 'sequence', 'scalar'] as const;

/** A text as the engine reads it: its first document, and of two equal keys the last. Throws YAMLException. */
export function readYaml(text: string): Read {
  const read = (json: boolean): Read => {
    const trace: number[] = [];
    let [hasAnchors, hasOddScalars] = [false, false];
    const listener = (
      event: 'open' | 'close',
      { position, kind, result, anchor }: State & { anchor?: string | null },
    ) => {
      if (event === 'close') {
        hasAnchors ||= typeof anchor === 'string';
        hasOddScalars ||=
          kind === 'scalar' &&
          typeof result !== 'string' &&
          !text.startsWith(String(result), afterBlanks(text, Math.floor((trace.at(-1) ?? 0) / 4)));
      }
      trace.push(position * 4 + (event === 'open' ? CAME : kind === 'mapping' ? 1 : kind === 'sequence' ? 2 : 3));
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

/** A node of a text: from its first character that is not blank or comment. */
export interface YamlNode {
  readonly start: number;
  readonly end: number;
  readonly kind: 'mapping' | 'sequence' | 'scalar' | 'alias';
  /** Of a sequence, or the keys and values of a mapping in turn; a key without a value has undefined. */
  readonly children: readonly (YamlNode | undefined)[];
}

/** The nodes of a text with their places. Made only for what is printed, and for rules about the text. */
export function yamlNodes(text: string, trace: Trace): YamlNode | undefined {
  const open: { start: number; children: YamlNode[] }[] = [];
  for (const step of trace) {
    const [offset, event] = [Math.floor(step / 4), step % 4];
    if (event === CAME) {
      open.push({ start: offset, children: [] });
      continue;
    }
    const { start, children } = open.pop() as { start: number; children: YamlNode[] };
    const first = afterBlanks(text, start);
    const read = KINDS[event] as 'mapping' | 'sequence' | 'scalar';
    const kind = read === 'scalar' && text[first] === '*' ? 'alias' : read;
    const [only] = children;
    // The parser first takes a node for the first key of a block mapping: it may turn out to be only that.
    const isOnly = children.length === 1 && only?.start === first;
    const node: YamlNode = {
      start: first,
      end: offset,
      kind,
      children: isOnly ? only.children : kind === 'mapping' ? paired(text, children) : children,
    };
    const parent = open.at(-1);
    // The first document is the one that counts.
    if (!parent) return node;
    parent.children.push(node);
  }
  return undefined;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    if (text[at] === '#') while (at < text.length && text[at] !== '\n') at++;
    else if (text.charCodeAt(at) > 32) break;
    else at++;
  }
  return at;
}

/** A flow mapping may hold keys without values: the parser comes to no node for them. */
function paired(text: string, children: readonly YamlNode[]): (YamlNode | undefined)[] {
  const pairs: (YamlNode | undefined)[] = [];
  for (let index = 0; index < children.length; index++) {
    const key = children[index] as YamlNode;
    const hasValue = text[afterBlanks(text, key.end)] === ':';
    pairs.push(key, hasValue ? children[++index] : undefined);
  }
  return pairs;
}

/** What a node's text says, without its quotes. */
export function wording(text: string, { start, end }: YamlNode): string {
  const written = text.slice(start, end).trimEnd();
  if (written[0] === "'") return written.slice(1, -1).replaceAll("''", "'");
  if (written[0] !== '"') return written;
  try {
    return JSON.parse(written) as string;
  } catch {
    return written.slice(1, -1);
  }
}

/**
 * Finds places in a text by JSON Pointer: of the key if the last step names one, else of the value. A pointer that leads nowhere gives the
 * deepest place on its way. The text is walked once, however many places are asked.
 */
export function placesIn(text: string, trace: Trace = readYaml(text).trace): (pointer: string) => LineColumn {
  const root = yamlNodes(text, trace);
  const toLineColumn = lineColumns(text);
  return (pointer) => {
    let offset = root?.start ?? 0;
    let node = root;
    for (const token of tokens(pointer)) {
      const [named, value] = node ? childOf(text, node, token) : [];
      if (!named) break;
      offset = named.start;
      node = value;
    }
    return toLineColumn(offset);
  };
}

/** The node that stands for a step (a key, or an item) and the value that it leads to. */
export function childOf(
  text: string,
  { kind, children }: YamlNode,
  token: string,
): [named?: YamlNode, value?: YamlNode] {
  if (kind === 'sequence') return [children[Number(token)], children[Number(token)]];
  // Of two equal keys the last counts.
  const index = children.findLastIndex(
    (child, at) => at % 2 === 0 && child !== undefined && wording(text, child) === token,
  );
  return index === -1 ? [] : [children[index], children[index + 1]];
}

/** Offsets of a text as lines and columns. */
export function lineColumns(text: string): (offset: number) => LineColumn {
  const starts = [0];
  return (offset) => {
    // Most texts are never asked.
    if (starts.length === 1)
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 };
  };
}

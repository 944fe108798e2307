import type { State } from 'js-yaml';

/** The nodes of a YAML (or JSON) text with their offsets, and the offsets as lines and columns. */

/** A position in a text, 1-based. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/**
 * The parser's way through a text: an offset where it entered a node, one where it left it; the lowest bits say which,
 * and the kind.
 */
export type Trace = readonly number[];
const ENTERED = 0;
const KINDS = ['', 'mapping', 'sequence', 'scalar'] as const;

/** A step of the trace, of what the parser's `listener` hears. */
export function traceStep(event: 'open' | 'close', { position, kind }: State): number {
  if (event === 'open') return position * 4 + ENTERED;
  // The parser gives aliases and empty values no kind.
  return position * 4 + KINDS.indexOf(kind === 'mapping' || kind === 'sequence' ? kind : 'scalar');
}

/** The offset that a step of a trace stands for. */
export function offsetOf(step: number): number {
  return Math.floor(step / 4);
}

/** A node of a text: from its first character after blanks, comments, anchor and tag. */
export interface YamlNode {
  readonly start: number;
  readonly end: number;
  readonly kind: 'mapping' | 'sequence' | 'scalar' | 'alias';
  /** Of a sequence, or the keys and values of a mapping in turn; a key without a value has undefined. */
  readonly children: readonly (YamlNode | undefined)[];
}

/**
 * The root node of a text's first document. Of a text that the parser could not read to its end, the nodes it came to.
 * Made only for what is printed, and for rules about the text.
 */
export function yamlNodes(text: string, trace: Trace): YamlNode | undefined {
  const open: { start: number; children: YamlNode[] }[] = [];
  const close = (end: number, event: number): YamlNode => {
    const { start, children } = open.pop() as { start: number; children: YamlNode[] };
    const node = nodeOf(text, start, end, event, children);
    open.at(-1)?.children.push(node);
    return node;
  };
  for (const step of trace) {
    const event = step % 4;
    if (event === ENTERED) open.push({ start: offsetOf(step), children: [] });
    else {
      const node = close(offsetOf(step), event);
      if (open.length === 0) return node;
    }
  }
  let root: YamlNode | undefined;
  while (open.length > 0) root = close(text.length, KINDS.indexOf('mapping'));
  return root;
}

function nodeOf(text: string, from: number, end: number, event: number, children: readonly YamlNode[]): YamlNode {
  const start = afterProperties(text, from);
  const read = KINDS[event] as 'mapping' | 'sequence' | 'scalar';
  const kind = read === 'scalar' && text[start] === '*' ? 'alias' : read;
  const [only] = children;
  // The parser first takes a node for the first key of a block mapping: it may turn out to be only that.
  if (only && children.length === 1 && only.start === start) return { start, end, kind, children: only.children };
  return { start, end, kind, children: kind === 'mapping' ? paired(text, children) : children };
}

/** What may stand before a node: blanks, comments, an anchor, a tag. */
const BEFORE = /(?:\s+|#[^\n]*|[&!][^\s,[\]{}]*)*/y;
const BLANKS = /(?:\s+|#[^\n]*)*/y;

function afterProperties(text: string, from: number): number {
  BEFORE.lastIndex = from;
  BEFORE.test(text);
  return BEFORE.lastIndex;
}

/** The offset of the first character that is not blank or comment. */
export function afterBlanks(text: string, from: number): number {
  BLANKS.lastIndex = from;
  BLANKS.test(text);
  return BLANKS.lastIndex;
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

/** The wording of a scalar's text, without its quotes. */
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
 * The nodes on the way that keys and indices lead, from the root on: of each step its key (of a sequence, its item) and
 * its value.
 */
export function nodesOnWay(
  text: string,
  root: YamlNode | undefined,
  path: readonly string[],
): { key: YamlNode; value: YamlNode | undefined }[] {
  const way: { key: YamlNode; value: YamlNode | undefined }[] = [];
  let node = root;
  for (const token of path) {
    const entry = node && childOf(text, node, token);
    if (!entry) break;
    way.push(entry);
    node = entry.value;
  }
  return way;
}

function childOf(
  text: string,
  { kind, children }: YamlNode,
  token: string,
): { key: YamlNode; value: YamlNode | undefined } | undefined {
  if (kind === 'sequence') {
    const item = children[Number(token)];
    return item && { key: item, value: item };
  }
  // Of two equal keys the last counts; half of a surrogate pair is U+FFFD in pointers.
  const index = children.findLastIndex(
    (child, at) => at % 2 === 0 && child !== undefined && wording(text, child).toWellFormed() === token,
  );
  const key = children[index];
  return key && { key, value: children[index + 1] };
}

/** Converts offsets of a text into lines and columns. */
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

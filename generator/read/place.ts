import { readFileSync, statSync } from 'node:fs';
import { FAILSAFE_SCHEMA, type LoadOptions, load } from 'js-yaml';
import type { Position } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import { offsetInBlocks } from './blocks.js';
import { fileOf, pointerOf, tokens } from './pointer.js';

/** How deep values may be nested: more would overflow the stack of whoever walks them. */
export const MAX_DEPTH = 400;

/** The texts of documents from the network, which cannot be read again. */
const fetched = new Map<string, string>();

export function keepText(url: string, text: string): void {
  fetched.set(url, withoutMark(text));
}

/** The file that was read last, as long as nobody writes it: every problem that is printed asks for its text. */
let lastFile = { file: '', written: 0n, text: '' };

/** The text of a document, without the byte-order mark that some editors write. */
export function textOf(file: string): string {
  const known = fetched.get(file);
  if (known !== undefined) return known;
  const { mtimeNs: written } = statSync(file, { bigint: true });
  if (lastFile.file !== file || lastFile.written !== written)
    lastFile = { file, written, text: withoutMark(readFileSync(file, 'utf8')) };
  return lastFile.text;
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** A node of a YAML text: where it starts and ends, and what it holds; a mapping holds its keys and values in turn. */
interface TextNode {
  readonly start: number;
  readonly end: number;
  readonly kind: string | null;
  /** What a scalar says. */
  readonly key?: string;
  readonly holds: TextNode[];
}

/** What is printed is mostly of one file: what was made of the last text is kept. */
let last: { readonly text: string; readonly lines: readonly string[]; root?: TextNode; asked: number } = {
  text: '',
  lines: [''],
  asked: 0,
};
/** Whoever asks for more places than this is faster with the whole text parsed. */
const FEW = 40;

function lastOf(text: string): typeof last {
  if (last.text !== text) last = { text, lines: text.split('\n'), asked: 0 };
  return last;
}

/** The lines of a text, for a frame around a place in it. */
export function linesOf(text: string): readonly string[] {
  return lastOf(text).lines;
}

/** What may stand before a node: blanks, comments, an anchor, a tag. */
const BEFORE = /(?:\s+|#[^\n]*|[&!][^\s,[\]{}]*)*/y;

function rootIn(text: string): TextNode {
  const kept = lastOf(text);
  if (kept.root) return kept.root;
  const root: TextNode = { start: 0, end: 0, kind: 'sequence', holds: [] };
  const open = [root];
  const listener: LoadOptions['listener'] = (event, { position, kind, result }) => {
    if (event === 'open') {
      BEFORE.lastIndex = position;
      BEFORE.test(text);
      const node: TextNode = { start: BEFORE.lastIndex, end: 0, kind: null, holds: [] };
      open.at(-1)?.holds.push(node);
      open.push(node);
    } else {
      const node = open.pop() as TextNode;
      const [first, second] = node.holds;
      // A node that might have been a mapping was read as its first key, and turned out to be only that.
      const holds = first && !second && first.start === node.start ? first.holds : node.holds;
      Object.assign(node, { end: position, kind, holds, ...(kind === 'scalar' && { key: String(result) }) });
    }
  };
  try {
    load(text, { listener, schema: FAILSAFE_SCHEMA, json: true, maxDepth: MAX_DEPTH } as LoadOptions);
  } catch {
    // A text that is no YAML has places as far as it could be read; its syntax error brings a position of its own.
  }
  kept.root = root;
  return root;
}

/**
 * The position of a pointer in a YAML or JSON text: of the key if the last step names one, else of the value.
 * A pointer that leads nowhere gives the deepest place on its way.
 */
export function positionIn(
  text: string,
  pointer: string,
  of: 'key' | 'value' = 'key',
): { line: number; column: number } {
  const kept = lastOf(text);
  const found = of === 'key' && !kept.root && kept.asked++ < FEW ? offsetInBlocks(text, tokens(pointer)) : undefined;
  return found === undefined ? parsedPositionIn(text, pointer, of) : lineColumnOf(text, found);
}

/** The same by parsing the text. */
export function parsedPositionIn(
  text: string,
  pointer: string,
  of: 'key' | 'value' = 'key',
): { line: number; column: number } {
  let node = rootIn(text).holds[0];
  let offset = node?.start ?? 0;
  for (const token of tokens(pointer)) {
    const entry = node && entryOf(text, node, token);
    if (!entry) break;
    node = entry.value;
    offset = of === 'key' ? entry.key.start : entry.value.start;
  }
  return lineColumnOf(text, offset);
}

function lineColumnOf(text: string, at: number): { line: number; column: number } {
  let [line, offset] = [0, at];
  for (const { length } of linesOf(text)) {
    line++;
    if (offset <= length) break;
    offset -= length + 1;
  }
  return { line, column: offset + 1 };
}

/** An entry of a mapping, the last of its name as the reader takes it; an item of a list is its own key. */
function entryOf(
  text: string,
  { kind, holds }: TextNode,
  token: string,
): { key: TextNode; value: TextNode } | undefined {
  if (kind === 'sequence')
    return holds[Number(token)] && { key: holds[Number(token)] as TextNode, value: holds[Number(token)] as TextNode };
  const index = kind === 'mapping' ? holds.findLastIndex((node) => node.key === token && isKey(text, node)) : -1;
  return index === -1
    ? undefined
    : { key: holds[index] as TextNode, value: holds[index + 1] ?? (holds[index] as TextNode) };
}

function isKey(text: string, { end }: TextNode): boolean {
  COLON.lastIndex = end;
  return COLON.test(text);
}
const COLON = /\s*:/y;

/** A place as file, line and column (1-based). */
export function positionOf(at: Location | Position): Position {
  if (typeof at !== 'string') return at;
  const file = fileOf(at);
  return { file, ...positionIn(textOf(file), pointerOf(at)) };
}

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { FAILSAFE_SCHEMA, type LoadOptions, load, type State } from 'js-yaml';
import type { Position } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import { offsetInBlocks } from './blocks.js';
import { fileOf, pointerOf, tokens } from './pointer.js';
import { type LineColumn, lineColumns, nodesOnWay, traceStep, type YamlNode, yamlNodes } from './yaml-nodes.js';

/** How deep values may be nested: more would overflow the stack of whoever walks them. */
export const MAX_DEPTH = 400;

/** The texts of documents from the network, which cannot be read again. */
const fetched = new Map<string, string>();

/** The beginning of the URL of a document that the caller has in memory. */
export const MEMORY = 'memory://';

/** So many documents in memory are kept for the positions of their problems; a program may read any number of them. */
const MOST_IN_MEMORY = 100;

export function keepText(url: string, text: string): void {
  fetched.set(url, withoutMark(text));
  const inMemory = url.startsWith(MEMORY) ? [...fetched.keys()].filter((each) => each.startsWith(MEMORY)) : [];
  if (inMemory.length > MOST_IN_MEMORY) fetched.delete(inMemory[0] as string);
}

/** The file that was read last, as long as nobody writes it: every problem that is printed asks for its text. */
let lastFile = { file: '', written: 0n, text: '' };

/** The text of a document, without the byte-order mark that some editors write. */
export function textOf(file: string): string {
  const absolute = path.resolve(file);
  const known = fetched.get(file) ?? fetched.get(absolute);
  if (known !== undefined) return known;
  const { mtimeNs: written } = statSync(absolute, { bigint: true });
  if (lastFile.file !== absolute || lastFile.written !== written)
    lastFile = { file: absolute, written, text: withoutMark(decoded(readFileSync(absolute))) };
  return lastFile.text;
}

/** UTF-8, or UTF-16 where its byte-order mark says so. */
function decoded(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe') return bytes.toString('utf16le');
  if (mark !== 'feff') return bytes.toString('utf8');
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
    .swap16()
    .toString('utf16le');
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/** What is printed is mostly of one file: what was made of the last text is kept. */
interface Kept {
  readonly text: string;
  readonly lines: readonly string[];
  readonly toLineColumn: (offset: number) => LineColumn;
  /** The root, once the text was parsed; null: it holds no node. */
  root?: YamlNode | null;
  asked: number;
}
let last: Kept = { text: '', lines: [''], toLineColumn: lineColumns(''), asked: 0 };
/** Whoever asks for more positions than this is faster with the whole text parsed. */
const FEW = 40;

function lastOf(text: string): Kept {
  if (last.text !== text) last = { text, lines: text.split('\n'), toLineColumn: lineColumns(text), asked: 0 };
  return last;
}

/** The lines of a text, for a frame around a position in it. */
export function linesOf(text: string): readonly string[] {
  return lastOf(text).lines;
}

function rootIn(text: string): YamlNode | undefined {
  const kept = lastOf(text);
  if (kept.root === undefined) {
    const trace: number[] = [];
    const listener = (event: 'open' | 'close', state: State) => {
      trace.push(traceStep(event, state));
    };
    try {
      load(text, { listener, schema: FAILSAFE_SCHEMA, json: true, maxDepth: MAX_DEPTH } as LoadOptions);
    } catch {
      // A text that is not YAML has positions as far as it could be read; its syntax error brings a position of its
      // own.
    }
    kept.root = yamlNodes(text, trace) ?? null;
  }
  return kept.root ?? undefined;
}

/**
 * The position of a pointer in a YAML or JSON text: of the key if the last step names one, else of the value.
 * A pointer that leads nowhere gives the deepest position on its way.
 */
export function positionIn(text: string, pointer: string, of: 'key' | 'value' = 'key'): LineColumn {
  const kept = lastOf(text);
  const isFew = of === 'key' && kept.root === undefined && kept.asked++ < FEW;
  // A hundred times faster than parsing, for the few positions that most runs print; `blocks.test.ts` holds both ways
  // together.
  const found = isFew ? offsetInBlocks(text, tokens(pointer)) : undefined;
  return found === undefined ? parsedPositionIn(text, pointer, of) : kept.toLineColumn(found);
}

/** The same by parsing the text. */
export function parsedPositionIn(text: string, pointer: string, of: 'key' | 'value' = 'key'): LineColumn {
  const root = rootIn(text);
  const deepest = nodesOnWay(text, root, tokens(pointer)).at(-1);
  const node = deepest && (of === 'key' ? deepest.key : (deepest.value ?? deepest.key));
  return lastOf(text).toLineColumn((node ?? root)?.start ?? 0);
}

/** A location as file, line and column (1-based). */
export function positionOf(at: Location | Position): Position {
  if (typeof at !== 'string') return at;
  const file = fileOf(at);
  return { file, ...positionIn(textOf(file), pointerOf(at)) };
}

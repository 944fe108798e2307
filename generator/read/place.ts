import { readFileSync } from 'node:fs';
import { isCollection, isMap, isNode, isPair, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Position, Problem } from '../diagnostics.js';
import type { At } from '../model.js';
import { tokens } from './pointer.js';

/** A parsed YAML or JSON text with its positions. Made only for what is printed: it costs more than reading. */
function positioned(text: string, uniqueKeys = false) {
  const lines = new LineCounter();
  return { document: parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys }), lines };
}

/** The position of a pointer in a text: of the key if the last step names one, else of the value. A pointer that leads nowhere gives the deepest place on its way. */
export function positionIn(text: string, pointer: string, of: 'key' | 'value' = 'key'): { line: number; column: number } {
  const { document, lines } = positioned(text);
  let offset = document.contents?.range?.[0] ?? 0;
  let node: unknown = document.contents;
  for (const token of tokens(pointer)) {
    if (!isCollection(node)) break;
    const pair = isMap(node) ? node.items.find((item) => keyText(item) === token) : undefined;
    const next: unknown = pair ? pair.value : node.get(Number.isInteger(Number(token)) ? Number(token) : token, true);
    if (!pair && !isNode(next)) break;
    const start = of === 'key' && pair ? pair.key : next;
    offset = (start as Node | null)?.range?.[0] ?? offset;
    node = next;
  }
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

function keyText(item: Pair): string {
  return isPair(item) ? String((item.key as { value?: unknown } | null)?.value ?? item.key) : '';
}

/** A place as file, line and column (1-based). */
export function positionOf(at: At | Position): Position {
  if (typeof at !== 'string') return at;
  const hash = at.indexOf('#');
  const file = at.slice(0, hash);
  return { file, ...positionIn(readFileSync(file, 'utf8'), at.slice(hash + 1)) };
}

/** The first syntax error of a YAML or JSON file, if it has one. */
export function syntaxProblem(file: string): Problem | undefined {
  return syntaxProblemIn(file, readFileSync(file, 'utf8'), 'spec-syntax');
}

export function syntaxProblemIn(file: string, text: string, code: 'spec-syntax' | 'config-syntax'): Problem | undefined {
  const { document, lines } = positioned(text, code === 'config-syntax');
  const error = document.errors[0];
  if (!error) return undefined;
  const { line, col } = lines.linePos(error.pos[0]);
  return { code, message: error.message, at: { file, line, column: col } };
}

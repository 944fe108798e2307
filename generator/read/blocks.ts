/**
 * Finds where a pointer leads in a YAML text of plain block mappings and sequences, as specs are written: by its lines
 * and their indentation, in a hundredth of the time that parsing takes. `undefined` where anything else stands on the
 * way: flow, anchors, tags, block scalars, unusual keys, a pointer that leads nowhere.
 */
export function offsetInBlocks(text: string, path: readonly string[]): number | undefined {
  if (path.length === 0 || !/^(?:\s*(?:#[^\n]*)?\n|---[ \t]*\n)*[\w"'/$-]/.test(text)) return undefined;
  let block: Block | undefined = { from: 0, to: text.length, indent: 0 };
  let at: number | undefined;
  for (const token of path) {
    const entry: Entry | undefined =
      block && (isSequence(text, block) ? itemOf(text, block, token) : keyOf(text, block, token));
    if (!entry) return undefined;
    at = entry.at;
    block = blockIn(text, entry);
  }
  return at;
}

/** A mapping or sequence: where its first entry begins, where it ends, and how far its entries are indented. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly indent: number;
}

/** An entry: where its key or item begins, and what it holds. */
interface Entry {
  readonly at: number;
  /** Where its value may begin, and how far it may reach. */
  readonly value: number;
  readonly to: number;
  /** How far it is indented itself. */
  readonly indent: number;
  /** An item's value stands on its own line: `- name: x`. */
  readonly isItem: boolean;
}

function isSequence(text: string, { from, indent }: Block): boolean {
  return /-[ \n]/y.test(text.slice(from + (atLineStart(text, from) ? indent : 0), from + indent + 2));
}

function atLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n';
}

/** The last entry of that name counts. */
function keyOf(text: string, block: Block, token: string): Entry | undefined {
  if (!/^[\w/{}.$~@ ()=+;,-]+$/.test(token) || token.trim() !== token) return undefined;
  let last: { key: string; at: number } | undefined;
  for (const key of [token, `'${token}'`, `"${token}"`]) {
    // A first key may stand behind the dash of its item.
    const inline = !atLineStart(text, block.from) && text.startsWith(`${key}:`, block.from) ? block.from : undefined;
    const at = lastLine(text, `${' '.repeat(block.indent)}${key}:`, block) ?? inline;
    if (at !== undefined && at >= (last?.at ?? 0)) last = { key, at };
  }
  if (!last) return undefined;
  const { key, at } = last;
  return { at, value: at + key.length + 1, to: endOf(text, at, block), indent: block.indent, isItem: false };
}

/** Where the key begins in the last line that begins so. */
function lastLine(text: string, begin: string, { from, to, indent }: Block): number | undefined {
  const first =
    atLineStart(text, from) && text.startsWith(begin, from) && /\s/.test(text[from + begin.length] ?? '\n')
      ? from
      : undefined;
  // A search in the whole text would go back to its beginning.
  const block = text.slice(from, to);
  let at = block.lastIndexOf(`\n${begin}`);
  // A search that starts before the text finds what begins it, again and again.
  while (at >= 0 && !/\s/.test(text[from + at + 1 + begin.length] ?? '\n'))
    at = at === 0 ? -1 : block.lastIndexOf(`\n${begin}`, at - 1);
  if (at >= 0) return from + at + 1 + indent;
  return first === undefined ? undefined : first + indent;
}

function itemOf(text: string, block: Block, token: string): Entry | undefined {
  if (!/^\d+$/.test(token)) return undefined;
  const dash = new RegExp(`^ {${block.indent}}-(?= )`, 'gm');
  dash.lastIndex = block.from;
  for (let count = Number(token); ; count--) {
    const found = dash.exec(text);
    if (!found || found.index >= block.to) return undefined;
    if (count > 0) continue;
    const start = found.index + block.indent + 1;
    const at = start + (/^ */.exec(text.slice(start, start + 80))?.[0].length ?? 0);
    if (/[\s#]/.test(text[at] ?? '\n')) return undefined;
    return {
      at,
      value: at,
      to: endOf(text, found.index + block.indent, block),
      indent: at - found.index,
      isItem: true,
    };
  }
}

/** An entry ends where a line is indented as it is, or less; the items of a key may be. */
function endOf(text: string, at: number, { indent, to }: Block): number {
  const next = new RegExp(`^ {0,${indent}}(?![ \\n#])`, 'gm');
  const isItem = text[at] === '-' && /[ \n]/.test(text[at + 1] ?? '');
  next.lastIndex = lineEnd(text, at);
  for (let found = next.exec(text); found && found.index < to; found = next.exec(text)) {
    const start = found.index + found[0].length;
    if (start >= text.length) return to;
    if (isItem || found[0].length !== indent || !/^-[ \n]/.test(text.slice(start, start + 2))) return found.index;
    // At column 0 the match is empty: the next search would find it again.
    next.lastIndex = start + 1;
  }
  return to;
}

/** The mapping or sequence that an entry holds; nothing where it is another kind of value. */
function blockIn(text: string, { value, to, indent, isItem }: Entry): Block | undefined {
  if (isItem) return /[\w"'/]/.test(text[value] ?? '') ? { from: value, to, indent } : undefined;
  const end = lineEnd(text, value);
  if (!/^[ \t]*(?:#.*)?$/.test(text.slice(value, end).replace(/\r$/, ''))) return undefined;
  const line = /^( *)([^\s#])/gm;
  line.lastIndex = end;
  const first = line.exec(text);
  if (!first || first.index >= to || !/[\w"'/$-]/.test(first[2] as string)) return undefined;
  return { from: first.index, to, indent: (first[1] as string).length };
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

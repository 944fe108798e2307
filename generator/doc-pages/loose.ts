import { SQL_VERBS, type SqlVerb } from '../model.js';
import { type Token, tokensOf } from './tokens.js';

/** A name in a statement, and where it stands. */
export interface Name {
  readonly name: string;
  readonly quoted: boolean;
  readonly offset: number;
}

/** A documented statement, read tolerantly for `check`: what is not understood is left out. */
export interface LooseStatement {
  readonly verb: SqlVerb;
  readonly offset: number;
  /** `provider.service.resource`, and of EXEC the method. */
  readonly target: readonly Name[];
  /** The names that WHERE, SET, the column list of INSERT and the `@` of EXEC give a value. */
  readonly inputs: readonly Name[];
  /** The names that SELECT and RETURNING list; expressions are left out. */
  readonly columns: readonly Name[];
  /** Joins, unions and subqueries: inputs and columns may be another table's. */
  readonly isComplex: boolean;
  /** Comments that hold the terminator or a comma of their line. */
  readonly swallowed: readonly { readonly offset: number; readonly what: string }[];
  /** Why the engine cannot parse it, if that is plain. */
  readonly broken?: Fault;
}

interface Fault {
  readonly offset: number;
  readonly why: string;
}

/** Tokens that stand together: a name with its dots, a value, a sign. */
interface Chunk {
  readonly kind: 'name' | 'value' | 'sign';
  /** As written, in lower case. */
  readonly text: string;
  readonly offset: number;
  /** The parts of a name between its dots. */
  readonly parts: readonly Name[];
}

/** Reads the statements of an SQL block. Offsets count from the block's first character. */
export function readLoosely(sql: string): LooseStatement[] {
  const statements: Token[][] = [[]];
  const tokens = tokensOf(sql);
  for (const token of tokens) {
    if (token.kind === 'symbol' && token.text === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.flatMap((each, index) => readStatement(each, index < statements.length - 1) ?? []);
}

function readStatement(tokens: readonly Token[], isTerminated: boolean): LooseStatement | undefined {
  const chunks = chunksOf(tokens.filter(({ kind }) => kind !== 'comment'));
  const verb = SQL_VERBS.find((each) => each === chunks[0]?.text);
  return verb && new LooseReader(verb, chunks, swallowedBy(tokens, isTerminated)).read();
}

/** Comments that hold what should end their line: the engine reads neither (ENGINE E3.1). */
function swallowedBy(tokens: readonly Token[], isTerminated: boolean): LooseStatement['swallowed'] {
  const comments = tokens.filter(({ kind, sql }) => kind === 'comment' && sql.startsWith('--'));
  return comments.flatMap(({ sql, offset }) => {
    if (!isTerminated && sql.includes(';')) return [{ offset, what: ';' }];
    return /,\s*$/.test(sql) ? [{ offset, what: ',' }] : [];
  });
}

/** Symbols that end a name; all others may be part of one that should be quoted. */
const SEPARATORS = new Set([...',;()=\'"{}<>!+*|/%']);

function chunksOf(tokens: readonly Token[]): Chunk[] {
  const chunks: Token[][] = [];
  let end = -1;
  for (const token of tokens) {
    const before = chunks.at(-1)?.at(-1);
    if (token.offset === end && before && !standsAlone(before) && !standsAlone(token)) chunks.at(-1)?.push(token);
    else chunks.push([token]);
    end = token.offset + token.sql.length;
  }
  return chunks.map(chunkOf);
}

function standsAlone({ kind, text }: Token): boolean {
  return kind === 'string' || kind === 'placeholder' || (kind === 'symbol' && SEPARATORS.has(text));
}

function chunkOf(tokens: readonly Token[]): Chunk {
  const [first] = tokens as readonly [Token, ...Token[]];
  const text = tokens.map(({ sql }) => sql.toLowerCase()).join('');
  const isName = tokens.some(({ kind }) => kind === 'word' || kind === 'quoted');
  if (!isName) return { kind: first.kind === 'symbol' ? 'sign' : 'value', text, offset: first.offset, parts: [] };
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'symbol' && token.text === '.') parts.push([]);
    else if (!/^@@?$/.test(token.sql)) parts.at(-1)?.push(token);
  }
  return { kind: 'name', text, offset: first.offset, parts: parts.flatMap(nameOf) };
}

function nameOf(tokens: readonly Token[]): Name[] {
  const [first] = tokens;
  if (!first) return [];
  const name = tokens.map(({ text }) => text).join('');
  return [{ name, quoted: first.kind === 'quoted', offset: first.offset }];
}

class LooseReader {
  private readonly inputs: Name[] = [];
  private readonly columns: Name[] = [];
  private broken: Fault | undefined;

  constructor(
    private readonly verb: SqlVerb,
    private readonly chunks: readonly Chunk[],
    private readonly swallowed: LooseStatement['swallowed'],
  ) {}

  read(): LooseStatement {
    const { verb, chunks, swallowed } = this;
    const targetAt = this.targetAt();
    this.readAssignments('where', ['returning']);
    if (verb === 'select') this.columns.push(...plainItems(this.clause('select', ['from'])));
    this.columns.push(...plainItems(this.clause('returning', [])));
    if (verb === 'update' || verb === 'replace') this.readSet();
    if (verb === 'insert') this.readColumnList(targetAt + 1);
    if (verb === 'exec') this.readArguments();
    const from = chunks.slice(this.find('from') + 1);
    const isComplex =
      from.some(({ text }) => text === 'join' || text === 'union' || text === 'select') ||
      chunks[targetAt + 1]?.text === ',';
    return {
      verb,
      offset: chunks[0]?.offset ?? 0,
      target: chunks[targetAt]?.parts ?? [],
      inputs: this.inputs,
      columns: this.columns,
      isComplex: verb === 'select' && isComplex,
      swallowed,
      ...(this.broken && { broken: this.broken }),
    };
  }

  private find(keyword: string): number {
    return this.chunks.findIndex(({ kind, text }) => kind === 'name' && text === keyword);
  }

  /** The index of the resource's name; out of range where there is none. */
  private targetAt(): number {
    if (this.verb !== 'select' && this.verb !== 'delete') return this.chunks[1]?.text === 'into' ? 2 : 1;
    const from = this.find('from');
    return from === -1 ? this.chunks.length : from + 1;
  }

  /** The chunks after a keyword, up to the first of those that may follow it. */
  private clause(keyword: string, next: readonly string[]): readonly Chunk[] {
    const start = this.find(keyword);
    const ends = next.map((each) => this.find(each)).filter((end) => end > start);
    return start === -1 ? [] : this.chunks.slice(start + 1, Math.min(this.chunks.length, ...ends));
  }

  private readAssignments(keyword: string, next: readonly string[]): void {
    const chunks = this.clause(keyword, next);
    for (const [index, { parts }] of chunks.entries()) {
      const after = chunks[index + 1]?.text;
      if (after === '=' || after === 'in') this.inputs.push(...parts.slice(-1));
    }
  }

  private readSet(): void {
    const before = this.inputs.length;
    this.readAssignments('set', ['where', 'returning']);
    if (this.inputs.length === before)
      this.broken = { offset: this.chunks[Math.max(0, this.find('set'))]?.offset ?? 0, why: 'nothing is set' };
  }

  private readColumnList(at: number): void {
    const open = this.chunks[at];
    if (open?.text !== '(') return;
    const end = this.chunks.findIndex(({ text }) => text === ')');
    const names = this.chunks.slice(at + 1, end).flatMap(({ parts }) => parts.slice(-1));
    if (names.length === 0) this.broken = { offset: open.offset, why: 'no column is inserted' };
    this.inputs.push(...names);
  }

  private readArguments(): void {
    for (const [index, { text, parts, offset }] of this.chunks.entries()) {
      if (!text.startsWith('@') || text.startsWith('@@')) continue;
      this.inputs.push(...parts.slice(-1));
      if (this.inputs.length > 1 && this.chunks[index - 1]?.text !== ',' && this.swallowed.length === 0)
        this.broken ??= { offset, why: 'a comma is missing before it' };
    }
  }
}

/** The items of a list that are nothing but a name. */
function plainItems(chunks: readonly Chunk[]): Name[] {
  const items: Chunk[][] = [[]];
  let depth = 0;
  for (const chunk of chunks) {
    if (chunk.text === '(') depth++;
    if (chunk.text === ')') depth--;
    if (chunk.text === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(chunk);
  }
  return items.flatMap((item) => (item.length === 1 ? (item[0]?.parts.slice(-1) ?? []) : []));
}

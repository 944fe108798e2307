import type { SqlVerb } from '../model.js';

/** A name in a statement, and where it stands. */
export interface Name {
  readonly name: string;
  readonly quoted: boolean;
  readonly offset: number;
}

/** What a documented statement says. Read tolerantly: what is not understood is left out. */
export interface Statement {
  readonly verb: SqlVerb;
  readonly offset: number;
  /** `provider.service.resource`, and of EXEC the method. */
  readonly target: readonly Name[];
  /** What WHERE, SET, the column list of INSERT and the `@` of EXEC give. */
  readonly inputs: readonly Name[];
  /** What SELECT and RETURNING name; expressions are left out. */
  readonly columns: readonly Name[];
  /** Joins, unions and subqueries: inputs and columns may be another table's. */
  readonly isComplex: boolean;
  /** Comments that hold the terminator or a comma of their line. */
  readonly swallowed: readonly { readonly offset: number; readonly what: string }[];
  /** Why it cannot be parsed by the engine, if that is plain. */
  readonly broken?: { readonly offset: number; readonly why: string };
}

type Token = { readonly kind: 'word' | 'quoted' | 'text' | 'symbol'; readonly text: string; readonly offset: number };

const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|\{\{[\s\S]*?\}\}|[^\s,;()='"{}<>!+]+|\S/g;

/** Reads the statements of a text; `at` is where the text begins in its page. */
export function readStatements(sql: string, at: number): Statement[] {
  const statements: Statement[] = [];
  let tokens: Token[] = [];
  let comments: { text: string; offset: number }[] = [];
  const close = (isTerminated: boolean) => {
    const statement = readStatement(tokens, comments, isTerminated);
    if (statement) statements.push(statement);
    tokens = [];
    comments = [];
  };
  for (const match of sql.matchAll(TOKEN)) {
    const [text] = match;
    const offset = at + match.index;
    if (text.startsWith('--')) comments.push({ text, offset });
    else if (text === ';') close(true);
    else if (!text.startsWith('/*')) {
      const kind =
        /^['{]/.test(text) && text.length > 1
          ? 'text'
          : text[0] === '"'
            ? 'quoted'
            : /^[,()=<>!+'"{}]/.test(text)
              ? 'symbol'
              : 'word';
      tokens.push({ kind, text, offset });
    }
  }
  close(false);
  return statements;
}

function readStatement(
  tokens: readonly Token[],
  comments: readonly { text: string; offset: number }[],
  isTerminated: boolean,
): Statement | undefined {
  const first = tokens[0];
  const verb = first && verbOf(first.text);
  if (!verb) return undefined;
  const swallowed = comments.flatMap(({ text, offset }) => {
    if (!isTerminated && text.includes(';')) return [{ offset, what: ';' }];
    return /,\s*$/.test(text) ? [{ offset, what: ',' }] : [];
  });
  const word = (text: string, from = 0) =>
    tokens.findIndex((token, index) => index >= from && token.kind === 'word' && token.text.toLowerCase() === text);
  const [from, where, returning, set] = ['from', 'where', 'returning', 'set'].map((keyword) => word(keyword)) as [
    number,
    number,
    number,
    number,
  ];
  const end = tokens.length;
  const upTo = (...marks: number[]) => Math.min(end, ...marks.filter((mark) => mark > 0));
  const targetAt = verb === 'select' || verb === 'delete' ? from + 1 : tokens[1]?.text.toLowerCase() === 'into' ? 2 : 1;
  const target =
    verb !== 'exec' && from === -1 && (verb === 'select' || verb === 'delete') ? [] : namesIn(tokens[targetAt], '.');

  const inputs: Name[] = [];
  const columns: Name[] = [];
  let broken: Statement['broken'];
  const assigned = (start: number, stop: number) => {
    for (let index = start; index < stop - 1; index++) {
      const next = tokens[index + 1];
      if (isName(tokens[index]) && (next?.text === '=' || next?.text.toLowerCase() === 'in'))
        inputs.push(...namesIn(tokens[index]));
    }
  };
  if (where !== -1) assigned(where + 1, upTo(returning));
  if (verb === 'select' && from > 0) columns.push(...plainItems(tokens.slice(1, from)));
  if (returning !== -1) columns.push(...plainItems(tokens.slice(returning + 1, end)));
  if (verb === 'update' || verb === 'replace') {
    const before = inputs.length;
    if (set !== -1) assigned(set + 1, upTo(where, returning));
    if (inputs.length === before) broken = { offset: (tokens[set] ?? first).offset, why: 'nothing is set' };
  }
  if (verb === 'insert') {
    const [open, shut] = [tokens.findIndex(({ text }) => text === '('), tokens.findIndex(({ text }) => text === ')')];
    const list = tokens.slice(open + 1, shut).filter(isName);
    if (open === targetAt + 1 && list.length === 0)
      broken = { offset: (tokens[open] as Token).offset, why: 'no column is inserted' };
    if (open === targetAt + 1) inputs.push(...list.flatMap((token) => namesIn(token)));
  }
  if (verb === 'exec') {
    for (const [index, token] of tokens.entries()) {
      if (token.kind !== 'word' || !token.text.startsWith('@') || token.text.startsWith('@@')) continue;
      const quoted = token.text === '@' ? tokens[index + 1] : undefined;
      inputs.push(...(quoted ? namesIn(quoted) : [{ name: token.text.slice(1), quoted: false, offset: token.offset }]));
      const before = tokens[index - 1];
      if (inputs.length > 1 && before?.text !== ',' && swallowed.length === 0)
        broken ??= { offset: token.offset, why: 'a comma is missing before it' };
    }
  }
  const rest = tokens.slice(from + 1).map(({ text }) => text.toLowerCase());
  const isComplex =
    verb === 'select' &&
    (rest.includes('join') || rest.includes('union') || rest.includes('select') || tokens[targetAt + 1]?.text === ',');
  return { verb, offset: first.offset, target, inputs, columns, isComplex, swallowed, ...(broken && { broken }) };
}

function verbOf(word: string): SqlVerb | undefined {
  const verb = word.toLowerCase();
  return verb === 'select' ||
    verb === 'insert' ||
    verb === 'update' ||
    verb === 'replace' ||
    verb === 'delete' ||
    verb === 'exec'
    ? verb
    : undefined;
}

function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}

/** The names of one token: `a.b."c"` is three where dots part them. */
function namesIn(token: Token | undefined, parting?: '.'): Name[] {
  if (!isName(token)) return [];
  if (token.kind === 'quoted')
    return [{ name: token.text.slice(1, -1).replaceAll('""', '"'), quoted: true, offset: token.offset }];
  return (parting ? token.text.split('.') : [token.text]).map((name) => ({
    name,
    quoted: false,
    offset: token.offset,
  }));
}

/** The items of a list that are nothing but a name. */
function plainItems(tokens: readonly Token[]): Name[] {
  const items: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (token.text === ',' && depth === 0) items.push([]);
    else items.at(-1)?.push(token);
  }
  return items.flatMap((item) =>
    item.length === 1 && isName(item[0]) && item[0].text !== '*' ? namesIn(item[0]) : [],
  );
}

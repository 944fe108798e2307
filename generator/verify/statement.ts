import type { SqlVerb } from '../model.js';
import { literal } from '../sql/sql.js';

/** A documented statement as read: what it gives and what it asks for. Written for any page, so it knows nothing of `emit/sql.ts`. */
export interface ReadStatement {
  readonly verb: SqlVerb;
  /** `provider.service.resource`, as written. */
  readonly resource: string;
  /** Only EXEC names it. */
  readonly method?: string;
  /** Inputs of WHERE, of INSERT's columns, of EXEC's `@name`. */
  readonly inputs: readonly Given[];
  /** Inputs of SET. */
  readonly set: readonly Given[];
  /** The text of EXEC's `@@json`. */
  readonly json?: string;
  /** What SELECT or RETURNING lists; none: `*`, or no RETURNING. */
  readonly columns: readonly string[];
  readonly returning: boolean;
  /** Is there a `;` that no comment swallows (ENGINE E3.1)? */
  readonly terminated: boolean;
}

export interface Given {
  readonly name: string;
  /** As written. */
  readonly sql: string;
  readonly value: string | number | boolean | null;
}

interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  /** Unquoted. */
  readonly text: string;
  readonly sql: string;
}

const TOKENS =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"]|"")*"|[A-Za-z_][\w$]*|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|@@|[\s\S]/g;

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const [text] of sql.matchAll(TOKENS)) {
    if (/^(\s|--|\/\*)/.test(text)) continue;
    if (text.startsWith("'") && text.length > 1)
      tokens.push({ kind: 'text', text: unescaped(text.slice(1, -1)), sql: text });
    else if (text.startsWith('"') && text.length > 1)
      tokens.push({ kind: 'name', text: text.slice(1, -1).replaceAll('""', '"'), sql: text });
    else
      tokens.push({ kind: /^[A-Za-z_]/.test(text) ? 'word' : /^-?\d/.test(text) ? 'number' : 'sign', text, sql: text });
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', b: '\b', Z: '\u001a' };

/** Both the quote and the backslash escape (ENGINE E3.4). */
function unescaped(text: string): string {
  return text.replace(/''|\\([\s\S])/g, (pair, escaped: string | undefined) =>
    escaped === undefined ? (pair[0] as string) : (ESCAPES[escaped] ?? escaped),
  );
}

/** Reads a statement of the forms that documentation prints; `undefined` for any other. */
export function readStatement(sql: string): ReadStatement | undefined {
  const tokens = tokensOf(sql);
  let at = 0;
  const peek = (ahead = 0): Token | undefined => tokens[at + ahead];
  const is = (word: string, ahead = 0) =>
    peek(ahead)?.kind !== 'text' && peek(ahead)?.kind !== 'name' && peek(ahead)?.text.toUpperCase() === word;
  const take = (word: string): boolean => {
    if (!is(word)) return false;
    at++;
    return true;
  };
  const must = (word: string): void => {
    if (!take(word)) throw new Unreadable();
  };
  const name = (): string => {
    const token = tokens[at++];
    if (token?.kind !== 'word' && token?.kind !== 'name') throw new Unreadable();
    return token.text;
  };
  const dotted = (): string[] => {
    const part = () => {
      const written = peek()?.sql ?? '';
      name();
      return written;
    };
    const parts = [part()];
    while (take('.')) parts.push(part());
    return parts;
  };
  const table = () => dotted().join('.');
  const value = (): Omit<Given, 'name'> => {
    const token = tokens[at++];
    if (token?.kind === 'text') return { sql: token.sql, value: token.text };
    if (token?.kind === 'number') return { sql: token.sql, value: Number(token.text) };
    const word = token?.kind === 'word' ? token.text.toLowerCase() : '';
    if (word === 'true' || word === 'false') return { sql: word, value: word === 'true' };
    if (word === 'null') return { sql: word, value: null };
    throw new Unreadable();
  };
  const list = <Item>(item: () => Item): Item[] => {
    const items = [item()];
    while (take(',')) items.push(item());
    return items;
  };
  const assignment = (): Given => {
    const named = name();
    must('=');
    return { name: named, ...value() };
  };
  const where = (): Given[] => {
    if (!take('WHERE')) return [];
    const given = [assignment()];
    while (take('AND')) given.push(assignment());
    return given;
  };
  const columns = (): string[] => (take('*') ? [] : list(name));
  const returning = () =>
    take('RETURNING') ? { columns: columns(), returning: true } : { columns: [], returning: false };

  const body = (): Omit<ReadStatement, 'terminated'> => {
    if (take('SELECT')) {
      const wanted = columns();
      must('FROM');
      const resource = table();
      return { verb: 'select', resource, inputs: where(), set: [], columns: wanted, returning: false };
    }
    if (take('INSERT')) {
      must('INTO');
      const resource = table();
      must('(');
      const names = list(name);
      must(')');
      const isSelect = take('SELECT');
      if (!isSelect) {
        must('VALUES');
        must('(');
      }
      const values = list(value);
      if (!isSelect) must(')');
      if (values.length !== names.length) throw new Unreadable();
      return {
        verb: 'insert',
        resource,
        inputs: names.map((each, index) => ({ name: each, ...(values[index] as Omit<Given, 'name'>) })),
        set: [],
        ...returning(),
      };
    }
    if (is('UPDATE') || is('REPLACE')) {
      const verb = take('UPDATE') ? 'update' : 'replace';
      if (verb === 'replace') at++;
      const resource = table();
      must('SET');
      return { verb, resource, set: list(assignment), inputs: where(), ...returning() };
    }
    if (take('DELETE')) {
      must('FROM');
      return { verb: 'delete', resource: table(), inputs: where(), set: [], columns: [], returning: false };
    }
    must('EXEC');
    const parts = dotted();
    const inputs: Given[] = [];
    while (is('@')) {
      at++;
      inputs.push(assignment());
      if (!take(',')) break;
    }
    let json: string | undefined;
    if (take('@@')) {
      const given = assignment();
      json = String(given.value);
    }
    return {
      verb: 'exec',
      resource: parts.slice(0, -1).join('.'),
      method: parts.at(-1) ?? '',
      inputs,
      set: [],
      ...(json !== undefined && { json }),
      columns: [],
      returning: false,
    };
  };

  try {
    const read = body();
    const terminated = take(';');
    return at === tokens.length ? { ...read, terminated } : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

/** What a placeholder is filled with: a text, or a number or boolean where the page prints it bare. */
export type Fill = (name: string) => string | number | boolean;

/** Fills `{{ name }}`. A quoted placeholder becomes a literal; one inside a longer literal, the JSON of a page of 2025, its text. */
export function fillStatement(sql: string, fill: Fill): string {
  return sql.replace(
    /'\{\{\s*([^{}]+?)\s*\}\}'|(["']?)\{\{\s*([^{}]+?)\s*\}\}/g,
    (_whole, alone: string | undefined, before: string, within: string) => {
      if (alone !== undefined) return literal(String(fill(alone)));
      const value = fill(within);
      // Inside a JSON string.
      if (before === '"') return before + literal(JSON.stringify(String(value)).slice(1, -1)).slice(1, -1);
      return (
        before +
        (before === '' && typeof value === 'string' && !/^[[{]/.test(value)
          ? value
          : literal(String(value)).slice(1, -1))
      );
    },
  );
}

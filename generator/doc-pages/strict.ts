import type { SqlVerb } from '../model.js';
import { type Token, tokensOf } from './tokens.js';

/** A documented statement, read completely for `verify`: its inputs with their values. */
export interface StrictStatement {
  readonly verb: SqlVerb;
  /** `provider.service.resource`, without quotes. */
  readonly resource: string;
  /** Only EXEC names it. */
  readonly method?: string;
  /** Inputs of WHERE, of INSERT's columns, of EXEC's `@name`. */
  readonly inputs: readonly StatementInput[];
  /** Inputs of SET. */
  readonly set: readonly StatementInput[];
  /** The text of EXEC's `@@json`. */
  readonly json?: string;
  /** The columns that SELECT or RETURNING lists; empty for `*`, or without RETURNING. */
  readonly columns: readonly string[];
  /** Of a column that is `json_extract(source, '$.a.b') AS name`: where its value comes from. */
  readonly extracts: ReadonlyMap<string, Extract>;
  readonly returning: boolean;
  /** Whether there is a `;` that no comment swallows (ENGINE E3.1). */
  readonly terminated: boolean;
}

/** A value inside a column that holds JSON, and the keys that lead to it. */
export interface Extract {
  readonly column: string;
  readonly path: readonly string[];
}

export interface StatementInput {
  readonly name: string;
  /** The value as written. */
  readonly sql: string;
  readonly value: string | number | boolean | null;
}

/** Reads one statement of the forms that documentation prints; `undefined` for any other. */
export function readStrictly(sql: string): StrictStatement | undefined {
  try {
    return new StrictReader(tokensOf(sql).filter(({ kind }) => kind !== 'comment')).read();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

type Body = Omit<StrictStatement, 'terminated' | 'extracts'>;

const NOTHING = { inputs: [], set: [], columns: [], returning: false } as const;

/** A recursive-descent parser. Each method reads on from the current token, or throws Unreadable. */
class StrictReader {
  private next = 0;
  private readonly extracts = new Map<string, Extract>();

  constructor(private readonly tokens: readonly Token[]) {}

  read(): StrictStatement {
    const body = this.body();
    const terminated = this.take(';');
    if (this.next < this.tokens.length) throw new Unreadable();
    return { ...body, extracts: this.extracts, terminated };
  }

  private body(): Body {
    if (this.take('SELECT')) return this.select();
    if (this.take('INSERT')) return this.insert();
    if (this.take('UPDATE')) return this.update('update');
    if (this.take('REPLACE')) return this.update('replace');
    if (this.take('DELETE')) return this.delete();
    this.must('EXEC');
    return this.exec();
  }

  private select(): Body {
    const columns = this.columns();
    this.must('FROM');
    return { ...NOTHING, verb: 'select', resource: this.resource(), inputs: this.where(), columns };
  }

  private insert(): Body {
    this.must('INTO');
    const resource = this.resource();
    this.must('(');
    const names = this.list(() => this.name());
    this.must(')');
    const isSelect = this.take('SELECT');
    if (!isSelect) {
      this.must('VALUES');
      this.must('(');
    }
    const values = this.list(() => this.value());
    if (!isSelect) this.must(')');
    if (values.length !== names.length) throw new Unreadable();
    const inputs = values.map((value, index) => ({ name: names[index] as string, ...value }));
    return { ...NOTHING, verb: 'insert', resource, inputs, ...this.returning() };
  }

  private update(verb: 'update' | 'replace'): Body {
    const resource = this.resource();
    this.must('SET');
    const set = this.list(() => this.assignment());
    return { verb, resource, set, inputs: this.where(), ...this.returning() };
  }

  private delete(): Body {
    this.must('FROM');
    return { ...NOTHING, verb: 'delete', resource: this.resource(), inputs: this.where() };
  }

  private exec(): Body {
    const parts = this.dotted();
    const inputs: StatementInput[] = [];
    while (this.take('@')) {
      inputs.push(this.assignment());
      if (!this.take(',')) break;
    }
    const json = this.take('@@') ? { json: String(this.assignment().value) } : {};
    const [resource, method] = [parts.slice(0, -1).join('.'), parts.at(-1) ?? ''];
    return { ...NOTHING, verb: 'exec', resource, method, inputs, ...json };
  }

  private where(): StatementInput[] {
    if (!this.take('WHERE')) return [];
    const inputs = [this.assignment()];
    while (this.take('AND')) inputs.push(this.assignment());
    return inputs;
  }

  private returning() {
    return this.take('RETURNING') ? { columns: this.columns(), returning: true } : { columns: [], returning: false };
  }

  private columns(): string[] {
    return this.take('*') ? [] : this.list(() => this.column());
  }

  private column(): string {
    const name = this.name();
    if (name.toLowerCase() !== 'json_extract' || !this.take('(')) return name;
    const column = this.name();
    this.must(',');
    const path = /^\$\.(\w+(?:\.\w+)*)$/.exec(String(this.value().value))?.[1]?.split('.');
    this.must(')');
    this.must('AS');
    const alias = this.name();
    if (!path) throw new Unreadable();
    this.extracts.set(alias, { column, path });
    return alias;
  }

  private assignment(): StatementInput {
    const name = this.name();
    this.must('=');
    return { name, ...this.value() };
  }

  private value(): Omit<StatementInput, 'name'> {
    const token = this.tokens[this.next++];
    if (token?.kind === 'string') return { sql: token.sql, value: token.text };
    if (token?.kind === 'number') return { sql: token.sql, value: Number(token.text) };
    const word = token?.kind === 'word' ? token.text.toLowerCase() : '';
    if (word === 'true' || word === 'false') return { sql: word, value: word === 'true' };
    if (word === 'null') return { sql: word, value: null };
    throw new Unreadable();
  }

  private resource(): string {
    return this.dotted().join('.');
  }

  private dotted(): string[] {
    const parts = [this.name()];
    while (this.take('.')) parts.push(this.name());
    return parts;
  }

  private name(): string {
    const token = this.tokens[this.next++];
    if (token?.kind !== 'word' && token?.kind !== 'quoted') throw new Unreadable();
    return token.text;
  }

  private list<Item>(item: () => Item): Item[] {
    const items = [item()];
    while (this.take(',')) items.push(item());
    return items;
  }

  private must(word: string): void {
    if (!this.take(word)) throw new Unreadable();
  }

  /** Reads a keyword or a symbol if it comes next. */
  private take(word: string): boolean {
    const token = this.tokens[this.next];
    const isNext =
      token !== undefined && token.kind !== 'string' && token.kind !== 'quoted' && token.text.toUpperCase() === word;
    if (isNext) this.next++;
    return isNext;
  }
}

import { type Fill, fillStatement } from '../doc-pages/fill.js';
import { readStrictly, type StatementInput, type StrictStatement } from '../doc-pages/strict.js';
import type { SqlVerb } from '../model.js';
import type { Located } from '../read/spec.js';
import { allGiven } from '../sql/routing.js';
import { identifier, literal, placeholderLabel, render, selectable } from '../sql/sql.js';
import { compare, type Input, inputOf, line, type Observation, type Wanted } from './compare.js';
import type { Credential } from './credential.js';
import { type ApiOperation, operationFor, placeholdersOf } from './operations.js';
import type { MethodPackage } from './provider.js';
import { type MockedApi, PAGES, pagingOf, sampleBody } from './responses.js';
import { rowsIn, wireText } from './rows.js';
import { type Schema, sample } from './sample.js';
import type { Finding } from './verdicts.js';

/** A statement to run, the API that responds to it, and a judge of what it did. */
export interface Case {
  readonly sql: string;
  readonly api: MockedApi;
  readonly judge: (seen: Observation) => Finding[];
}

export interface Subject {
  readonly method: MethodPackage;
  readonly operations: readonly ApiOperation[];
  readonly operation: ApiOperation;
  /** Operations of the methods under the same verb of the same resource. */
  readonly siblings: readonly ApiOperation[];
  /** The documented columns of a row, where the statement does not list them. */
  readonly columns: readonly string[];
  /** The input of which the page says that it moves the one page which is read. */
  readonly onePage?: string;
  readonly credential: Credential;
  readonly mock: string;
}

/**
 * Fills placeholders so that every value tells which input it is: strings name their input, numbers count from 101 on.
 * Bodies are sampled from their schema.
 */
export function fillerFor(operation: ApiOperation): Fill {
  const given = new Map<string, string | number | boolean>();
  const typeOfField = (field: Located<Schema>) => {
    const value = sample(operation.spec, field);
    if (Array.isArray(value)) return 'array';
    return value === null ? 'string' : typeof value;
  };
  const make = (name: string): string | number | boolean => {
    const field = operation.body?.fields?.all.get(name.replace(/^data__/, ''));
    const parameter = operation.parameters.find((each) => placeholderLabel(each.name) === name);
    const type = parameter?.type ?? (field && typeOfField(field));
    if (type === 'integer' || type === 'number') return 101 + given.size;
    if (type === 'boolean') return true;
    if (!parameter && field && (type === 'object' || type === 'array'))
      return JSON.stringify(sample(operation.spec, field, 0, name));
    const text = `v_${name.replace(/\W/g, '_')}`;
    return [...given.values()].includes(text) ? `${text}_${given.size}` : text;
  };
  return (name) => {
    if (!given.has(name)) given.set(name, make(name));
    return given.get(name) as string | number | boolean;
  };
}

/**
 * The documented statement first, then LIMIT with a condition, then bad input: one required input left out at a time.
 */
export function casesOf(documented: string, subject: Subject): Case[] {
  return new StatementCases(documented, subject).all();
}

const spelled = ({ name, sql }: StatementInput) => ({ name, value: sql });

/** The cases of one documented statement, and what they share: how it reads, and what the API does. */
class StatementCases {
  private readonly sql: string;
  private readonly read: StrictStatement | undefined;
  private readonly verb: SqlVerb;
  private readonly given: readonly StatementInput[];
  private readonly api: MockedApi;
  /** The JSON bodies of the response, page by page. */
  private readonly bodies: readonly unknown[];
  private readonly columns: readonly string[];

  constructor(
    private readonly documented: string,
    private readonly subject: Subject,
  ) {
    const { operation, operations, method, mock } = subject;
    this.sql = fillStatement(documented, fillerFor(operation));
    this.read = readStrictly(this.sql);
    // Without a verb key the engine may give a method another verb than its files do (ENGINE E1.5).
    this.verb = this.read?.verb ?? method.verb;
    this.given = [...(this.read?.inputs ?? []), ...(this.read?.set ?? [])];
    const isHidden = (name: string) => !this.given.some((each) => each.name === name);
    const listed = this.read?.columns ?? [];
    this.columns = listed.length > 0 ? listed : subject.columns;
    const columns = [...new Set([...this.columns, ...subject.columns])];
    // A sampled list has two items.
    const isOne =
      subject.onePage !== undefined || rowsIn(sampleBody(operation, method.status, 0), columns).length === 1;
    const paging = this.verb === 'select' && pagingOf(operation, method.status, method.pagination, isHidden, isOne);
    this.api = {
      operations,
      operation,
      ...(method.status !== undefined && { status: method.status }),
      ...(paging && { paging }),
      pages: PAGES,
      mock,
    };
    this.bodies = Array.from({ length: paging ? PAGES : 1 }, (_, page) => sampleBody(operation, method.status, page));
  }

  all(): Case[] {
    const wanted = this.wanted();
    const judge = (seen: Observation): Finding[] => [...compare(wanted, seen), ...this.termination()];
    const documented = { sql: this.sql, api: this.api, judge };
    if (!this.read) return [documented];
    const limited = this.verb === 'select' ? this.limited(this.read) : undefined;
    return [documented, ...(limited ? [limited] : []), ...this.withMissingInput(this.read)];
  }

  private wanted(): Wanted {
    const { operations, operation, method, credential } = this.subject;
    const { paging } = this.api;
    const fixedByMethod = new URLSearchParams(method.operation?.path.split('?')[1]);
    return {
      operations,
      operation,
      inputs: this.read ? inputsOf(this.read, this.subject) : [],
      server: method.operation?.server ?? '',
      credential,
      bodyAsText: ['update', 'replace', 'select'].includes(this.verb),
      added: (name) => {
        if ([paging?.parameter, credential.queryParameter, ...operation.fixed].includes(name)) return true;
        const known = operation.parameters.find((parameter) => parameter.in === 'query' && parameter.name === name);
        return known !== undefined && (known.hasDefault || fixedByMethod.has(name));
      },
      ...((this.verb === 'select' || this.read?.returning) && {
        rows: {
          pages: this.bodies,
          columns: this.columns,
          documented: this.subject.columns,
          ...(this.read && { extracts: this.read.extracts }),
          exactly: (this.read?.columns ?? []).length > 0,
          inputs: this.given.map(({ name }) => name),
          transformed: method.transformed,
          unstable: [paging?.next?.path, paging?.page, paging?.pages].flatMap((path) => path?.[0] ?? []),
        },
      }),
    };
  }

  private termination(): Finding[] {
    if (!this.read || this.read.terminated) return [];
    const last = this.documented.trimEnd().split('\n').at(-1) ?? '';
    return [{ verdict: 'unterminated', seen: last, wanted: 'a `;` outside comments' }];
  }

  /**
   * The last row, asked for by a value that only it has, with LIMIT 1: a LIMIT that reaches the API loses it (ENGINE
   * E6.11).
   */
  private limited(read: StrictStatement): Case | undefined {
    const columns = this.columns.filter((name) => !read.extracts.has(name));
    const rows = this.bodies.flatMap((body) => rowsIn(body, [...new Set([...columns, ...this.subject.columns])]));
    const last = rows.at(-1);
    const column = columns.find((name) => this.isDistinctive(name, rows));
    if (rows.length < 2 || column === undefined) return undefined;
    const value = wireText(last?.[column]) ?? '';
    const condition = { name: column, value: literal(value) };
    const sql = render({
      verb: 'select',
      resource: read.resource,
      method: '',
      parameters: [...read.inputs.map(spelled), condition],
      columns: [column],
      limit: 1,
    });
    const wanted = `the row with ${column} = ${value}`;
    const judge = ({ outcome }: Observation): Finding[] => {
      if (outcome.ended !== 'rows')
        return [{ verdict: `engine-${outcome.ended}`, seen: outcome.message, wanted, statement: sql }];
      if (outcome.count === 1) return [];
      return [{ verdict: 'limit-loses-rows', seen: `${outcome.count} rows`, wanted, statement: sql }];
    };
    return { sql, api: this.api, judge };
  }

  /** Does only the last row have its value of a column? An input's name would be sent, or choose another method. */
  private isDistinctive(name: string, rows: readonly Readonly<Record<string, unknown>>[]): boolean {
    const { operation, siblings } = this.subject;
    const value = rows.at(-1)?.[name];
    const isInput = [operation, ...siblings].some(({ parameters }) =>
      parameters.some((parameter) => parameter.name.toLowerCase() === name.toLowerCase()),
    );
    const hasValue = typeof value === 'string' && rows.filter((row) => row[name] === value).length === 1;
    return selectable(name) && !isInput && hasValue;
  }

  private withMissingInput(read: StrictStatement): Case[] {
    const { operation } = this.subject;
    const fields = operation.body?.fields?.required ?? new Set<string>();
    const required = requiredParameters(operation);
    return this.given
      .filter(({ name }) => required.includes(name) || fields.has(name.replace(/^data__/, '')))
      .flatMap(({ name }) => this.without(name, read) ?? []);
  }

  /**
   * A request without a required input may be the own operation's, whole, or that of a method that wants no more than
   * was given.
   */
  private without(name: string, read: StrictStatement): Case | undefined {
    const { operation, operations, siblings } = this.subject;
    const others = (given: readonly StatementInput[]) => given.filter((each) => each.name !== name).map(spelled);
    const [parameters, body] = [others(read.inputs), others(read.set)];
    // A statement of nothing cannot be written.
    if ((read.set.length > 0 && body.length === 0) || (read.verb === 'insert' && parameters.length === 0))
      return undefined;
    const sql = render({ verb: read.verb, resource: read.resource, method: read.method ?? '', parameters, body });
    const names = new Set([...parameters, ...body].map((each) => each.name));
    const mayReach = (hit: ApiOperation) =>
      hit === operation || (siblings.includes(hit) && allGiven(requiredParameters(hit), names));
    const judge = ({ requests }: Observation): Finding[] => {
      const astray = requests.find((request) => {
        const hit = request.escaped ? undefined : operationFor(operations, request.method, request.path, operation);
        const values = hit?.pattern.exec(request.path)?.slice(1) ?? [];
        const isWhole = values.every((value) => value !== '' && !/[{}]|%7B|%7D/i.test(value));
        return !(hit && mayReach(hit) && isWhole);
      });
      const wanted = `no request, or one that needs no ${identifier(name)}`;
      return astray ? [{ verdict: 'missing-input-strays', seen: line(astray), wanted, statement: sql }] : [];
    };
    return { sql, api: this.api, judge };
  }
}

function requiredParameters({ parameters }: ApiOperation): string[] {
  return parameters.filter(({ required, in: location }) => required && location !== 'cookie').map(({ name }) => name);
}

function inputsOf(read: StrictStatement, { method, operation }: Subject): Input[] {
  const server = method.operation?.server ?? '';
  const json = read.json === undefined ? {} : jsonObject(read.json);
  // A provider may call the placeholders of a path otherwise; their order tells which is which.
  const placeholders = placeholdersOf(method.operation?.path ?? '');
  const named = (given: StatementInput): StatementInput => ({
    ...given,
    name: operation.names[placeholders.indexOf(given.name)] ?? given.name,
  });
  return [
    ...read.inputs.map((given) => inputOf(named(given), operation, server, false)),
    ...read.set.map((given) => inputOf(given, operation, server, true)),
    ...Object.entries(json).map(([name, value]): Input => ({ name, value, in: 'body' })),
  ];
}

function jsonObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

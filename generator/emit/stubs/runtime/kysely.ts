import { chosenMethod } from '../../../sql/routing.js';
import { dotted } from '../../../sql/sql.js';
import { type Columns, decodeValue, type Kind, type WireRow } from './codec.js';
import { type PgPool, type PgPoolClient, watched } from './pg.js';
import {
  locationOf,
  type MethodTable,
  methodFor,
  type ResourceTable,
  requiredBy,
  sqlValue,
  tableOf,
} from './resource.js';
import { InputError, type Verb } from './statement.js';

type Keys<U> = U extends unknown ? keyof U & string : never;
type Value<U, K> = U extends unknown ? (K extends keyof U ? U[K] : undefined) : never;

/** A resource as Kysely sees it: its columns, and the inputs of its methods, which WHERE and VALUES give. */
export type Table<Row, Where, Insert, Update> = {
  readonly [K in Keys<Row> | Keys<Where> | Keys<Insert> | Keys<Update>]: {
    readonly __select__: Exclude<Value<Row, K>, undefined> | (K extends Keys<Row> ? never : Given<Where | Insert, K>);
    readonly __insert__: K extends Keys<Insert> ? Value<Insert, K> : never;
    readonly __update__: K extends Keys<Update> ? Value<Update, K> : never;
  };
};

type Given<U, K> = Exclude<Value<U, K>, undefined>;

/** A node of Kysely's syntax tree, of which only this is read. */
interface Node {
  readonly kind: string;
  readonly name?: string | Node;
  readonly table?: Node;
  readonly schema?: Node;
  readonly identifier?: Node;
  readonly column?: Node;
  readonly node?: Node;
  readonly alias?: Node;
  readonly from?: Node;
  readonly froms?: readonly Node[];
  readonly joins?: readonly Node[];
  readonly into?: Node;
  readonly columns?: readonly Node[];
  readonly values?: unknown;
  readonly value?: unknown;
  readonly updates?: readonly Node[];
  readonly where?: Node;
  readonly on?: Node;
  readonly left?: Node;
  readonly right?: Node;
  readonly leftOperand?: Node;
  readonly rightOperand?: Node;
  readonly operator?: Node | string;
  readonly selections?: readonly Node[];
  readonly selection?: Node;
  readonly returning?: Node;
  readonly with?: Node;
  readonly expressions?: readonly Node[];
  readonly expression?: Node;
  readonly frontModifiers?: readonly Node[];
  readonly modifier?: string;
  readonly orderBy?: Node;
  readonly limit?: Node | undefined;
  readonly offset?: Node | undefined;
  readonly func?: string;
  readonly aggregated?: readonly Node[];
  readonly immediate?: boolean;
}

/** What a name in FROM stands for; without a method, the rows of a subquery. */
interface Source {
  readonly columns: Columns;
  readonly method?: MethodTable;
}

type Scope = ReadonlyMap<string, Source>;

/** What the rows of a statement need once they came. */
interface Outcome {
  readonly columns: Columns;
  readonly offset: number;
  readonly limit: number;
}

/**
 * A plugin for Kysely. It gives tables their names in the engine, escapes values as the engine wants them, and gives
 * rows their types. What the engine would do otherwise than it is written is refused with an InputError, and nothing is
 * sent: OR, DISTINCT, subqueries in WHERE, an input in another condition than `=` and `in`. Where rows are sorted,
 * LIMIT and OFFSET are applied to those that came, because the engine loses the order of a statement with a LIMIT.
 * @param tables the builders of each resource, by `service.resource`
 */
export function kyselyTables(provider: string, tables: Readonly<Record<string, object>>) {
  const outcomes = new WeakMap<object, Outcome>();
  // Kysely gives a subquery to its plugins by itself, and once more inside the statement.
  const done = new WeakMap<object, Outcome>();
  return {
    transformQuery<N extends object>({ node, queryId }: { readonly node: N; readonly queryId: object }): N {
      const rewriter = new Rewriter(provider, tables, done);
      const statement = rewriter.statement(node as unknown as Node, true);
      const outcome = { ...rewriter.cut, columns: statement.columns };
      done.set(statement.node, outcome);
      outcomes.set(queryId, outcome);
      return statement.node as unknown as N;
    },
    async transformResult<R extends { readonly rows: WireRow[] }>(args: {
      readonly result: R;
      readonly queryId: object;
    }): Promise<R> {
      const { columns, offset, limit } = outcomes.get(args.queryId) ?? { columns: {}, ...UNCUT };
      const rows = args.result.rows.slice(offset, offset + limit).map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => {
            const kind = Object.hasOwn(columns, name) ? columns[name] : undefined;
            return [name, kind === undefined || value === null ? value : (decodeValue(kind, value) ?? value)];
          }),
        ),
      );
      return { ...args.result, rows };
    },
  };
}

const SORTED_SUBQUERY = 'LIMIT of a sorted subquery: the engine loses the order';
const UNCUT = { offset: 0, limit: Number.POSITIVE_INFINITY };

/** Rewrites one statement. */
class Rewriter {
  cut = UNCUT;
  /** Every input of a table that the statement names: the engine takes them wherever they stand. */
  private readonly inputs = new Set<string>();
  private readonly subqueries = new Map<string, Columns>();

  constructor(
    private readonly provider: string,
    private readonly tables: Readonly<Record<string, object>>,
    private readonly done: WeakMap<object, Outcome>,
  ) {}

  statement(node: Node, isRoot: boolean): { node: Node; columns: Columns } {
    const before = this.done.get(node);
    if (before && (before.offset > 0 || before.limit < Number.POSITIVE_INFINITY)) throw new InputError(SORTED_SUBQUERY);
    if (before) return { node, columns: before.columns };
    switch (node.kind) {
      case 'SelectQueryNode':
        return this.select(node, isRoot);
      case 'InsertQueryNode':
        return this.insert(node);
      case 'UpdateQueryNode':
        return this.change(node, 'update', node.table);
      case 'DeleteQueryNode':
        return this.change(node, 'delete', node.from?.froms?.[0]);
      default:
        return { node: this.rewritten(node, new Map()), columns: {} };
    }
  }

  private select(node: Node, isRoot: boolean): { node: Node; columns: Columns } {
    if (node.frontModifiers?.some(({ modifier }) => modifier === 'Distinct'))
      throw new InputError('DISTINCT: the engine ignores it; use groupBy');
    const expressions = node.with?.expressions?.map((each) =>
      this.subquery(each, nameOf(each.name as Node), 'expression'),
    );
    const named = [...(node.from?.froms ?? []), ...(node.joins ?? []).map(({ table }) => table as Node)];
    const sources = named.map((each) => this.source(each, node));
    const scope: Scope = new Map(sources.map(({ name, source }) => [name, source]));
    const froms = sources.slice(0, node.from?.froms?.length ?? 0).map((source) => source.node);
    const joins = node.joins?.map((join, index) => ({
      ...join,
      table: sources[froms.length + index]?.node,
      ...(join.on && { on: this.rewritten(join.on, scope) }),
    }));
    const cut = this.cutOf(node, isRoot);
    const { where, from: _from, joins: _joins, with: _with, limit, offset, selections, ...others } = node;
    const shown = selections?.flatMap((selection) => this.expanded(selection, scope));
    const rest = this.parts({ ...others, ...(shown && { selections: shown }) }, scope);
    return {
      node: {
        ...rest,
        ...(node.with && { with: { ...node.with, expressions } as Node }),
        ...(node.from && { from: { ...node.from, froms } }),
        ...(joins && { joins: joins as unknown as readonly Node[] }),
        ...(where && { where: { ...where, where: this.condition(where.where as Node, scope) } }),
        ...(!cut && limit && { limit: this.rewritten(limit, scope) }),
        ...(!cut && offset && { offset: this.rewritten(offset, scope) }),
      },
      columns: columnsOf(shown ?? [], scope),
    };
  }

  /** Takes LIMIT and OFFSET away where the engine would read them otherwise, for the rows that come. */
  private cutOf({ limit, offset, orderBy }: Node, isRoot: boolean): boolean {
    const count = (part: Node | undefined) =>
      (part as { limit?: Node; offset?: Node } | undefined)?.[part?.kind === 'LimitNode' ? 'limit' : 'offset']?.value;
    if (!(offset || (limit && orderBy))) return false;
    if (!isRoot) throw new InputError(SORTED_SUBQUERY);
    this.cut = { offset: Number(count(offset) ?? 0), limit: Number(count(limit) ?? Number.POSITIVE_INFINITY) };
    return true;
  }

  private subquery<Key extends 'expression' | 'node'>(holder: Node, name: string, key: Key): Node {
    const inner = holder[key] as Node;
    const { node, columns } = this.statement(inner, false);
    this.subqueries.set(name, columns);
    return { ...holder, [key]: node };
  }

  /** A member of FROM or JOIN, and the name by which the others refer to it. */
  private source(node: Node, statement: Node): { name: string; node: Node; source: Source } {
    const [inner, alias] =
      node.kind === 'AliasNode' ? [node.node as Node, nameOf(node.alias as Node)] : [node, undefined];
    if (inner.kind !== 'TableNode') {
      const name = alias ?? '';
      const rewritten = this.subquery(node, name, 'node');
      return { name, node: rewritten, source: { columns: this.subqueries.get(name) ?? {} } };
    }
    const id = tableName(inner);
    const columns = this.subqueries.get(id);
    if (columns) return { name: alias ?? id, node, source: { columns } };
    const name = alias ?? id.replace('.', '_');
    const table = this.table(id);
    const method = selectedMethod(table, name, statement);
    const aliased = { kind: 'AliasNode', node: raw(dotted(table.id)), alias: identifierNode(name) };
    return { name, node: aliased, source: { columns: method.columns ?? {}, method } };
  }

  private table(id: string): ResourceTable {
    const builders = Object.hasOwn(this.tables, id) ? this.tables[id] : undefined;
    const table = builders && tableOf(builders);
    if (!table) throw new InputError(`${this.provider} has no table ${id}`);
    for (const methods of Object.values(table.methods))
      for (const { inputs } of Object.values(methods)) for (const input of Object.keys(inputs)) this.inputs.add(input);
    return table;
  }

  /** Writes `u.*` as its columns: the engine does not know it. */
  private expanded(selection: Node, scope: Scope): Node[] {
    const { selection: inner } = selection;
    const isAll = inner?.kind === 'SelectAllNode' || inner?.column?.kind === 'SelectAllNode';
    if (!inner || !isAll) return [selection];
    const of = inner.table && scopeName(inner.table);
    return [...scope].flatMap(([name, { columns }]) =>
      of !== undefined && of !== name
        ? []
        : Object.keys(columns).map((column) => ({ kind: 'SelectionNode', selection: reference(column, name) })),
    );
  }

  /** WHERE: conditions joined by AND. */
  private condition(node: Node, scope: Scope): Node {
    if (node.kind === 'ParensNode') return { ...node, node: this.condition(node.node as Node, scope) };
    if (node.kind === 'AndNode')
      return {
        ...node,
        left: this.condition(node.left as Node, scope),
        right: this.condition(node.right as Node, scope),
      };
    const { leftOperand, rightOperand } = node;
    const input = leftOperand && this.inputOf(leftOperand, scope);
    if (!input || !rightOperand) return this.rewritten(node, scope, true);
    const values = valuesOf(node);
    if (!values) throw new InputError(`${input.name} is an input: give its value with = or in`);
    const given = values.map((value) => this.value(input.name, value, input.location, 'select'));
    return {
      ...node,
      leftOperand: this.rewritten(leftOperand, scope),
      rightOperand: rightOperand.kind === 'ValueNode' ? (given[0] as Node) : { kind: 'ValueListNode', values: given },
    };
  }

  /** The input that a reference names; nothing for a column. */
  private inputOf(node: Node, scope: Scope): { name: string; location: ReturnType<typeof locationOf> } | undefined {
    if (node.kind !== 'ReferenceNode' || node.column?.kind !== 'ColumnNode') return undefined;
    const name = nameOf(node.column.column as Node);
    const of = node.table && scopeName(node.table);
    const sources = [...scope].filter(([each]) => of === undefined || of === each).map(([, source]) => source);
    for (const { method } of sources) {
      const location = method && Object.hasOwn(method.inputs, name) ? method.inputs[name] : undefined;
      if (location !== undefined) return { name, location: locationOf(location) };
    }
    if (sources.some(({ method }) => !method) && this.inputs.has(name))
      throw new InputError(`${name} is an input: give the column of the subquery another name (as)`);
    return undefined;
  }

  private insert(node: Node): { node: Node; columns: Columns } {
    const table = this.table(tableName(node.into as Node));
    const rows = (node.values as Node | undefined)?.values as readonly Node[] | undefined;
    if (rows?.length !== 1) throw new InputError(`INSERT INTO ${table.id}: one row for a statement`);
    const names = (node.columns ?? []).map((column) => nameOf(column.column as Node));
    const values = new Map(listed(rows[0] as Node).map((value, index) => [names[index] ?? '', value]));
    const [, method] = methodFor(table.id, 'insert', table.methods.insert ?? {}, values);
    const list = [...values].map(([name, value]) => this.inputValue(name, value, method, 'insert'));
    return this.returning(
      {
        ...node,
        into: raw(dotted(table.id)),
        values: { kind: 'ValuesNode', values: [{ kind: 'ValueListNode', values: list }] },
      },
      method,
    );
  }

  /** UPDATE and DELETE, whose conditions are inputs and nothing else. */
  private change(node: Node, verb: 'update' | 'delete', target: Node | undefined): { node: Node; columns: Columns } {
    if (target?.kind !== 'TableNode') throw new InputError(`${verb.toUpperCase()}: no alias and no other tables`);
    const table = this.table(tableName(target));
    const conditions = node.where ? equalities(node.where.where as Node) : new Map<string, unknown>();
    if (!conditions) throw new InputError(`${verb.toUpperCase()} ${table.id}: WHERE gives inputs with = and AND only`);
    const updates = new Map(
      (node.updates ?? []).map(({ column, value }) => [nameOf(column?.column as Node), (value as Node).value]),
    );
    const [, method] = methodFor(table.id, verb, table.methods[verb] ?? {}, new Map([...conditions, ...updates]));
    const where = [...conditions].map(([name, value]) => ({
      kind: 'BinaryOperationNode',
      leftOperand: reference(name),
      operator: { kind: 'OperatorNode', operator: '=' },
      rightOperand: this.inputValue(name, value, method, verb),
    }));
    const all = where.reduce(
      (left: Node | undefined, right: Node): Node => (left ? { kind: 'AndNode', left, right } : right),
      undefined,
    );
    const changed = {
      ...node,
      ...(verb === 'update'
        ? { table: raw(dotted(table.id)) }
        : { from: { kind: 'FromNode', froms: [raw(dotted(table.id))] } }),
      ...(node.updates && {
        updates: node.updates.map((update) => {
          const name = nameOf(update.column?.column as Node);
          return { ...update, value: this.inputValue(name, updates.get(name), method, verb) };
        }),
      }),
      ...(node.where && all && { where: { ...node.where, where: all } }),
    };
    return this.returning(changed, method);
  }

  private returning(node: Node, { columns = {} }: MethodTable): { node: Node; columns: Columns } {
    if (!node.returning) return { node, columns: {} };
    const scope: Scope = new Map([['', { columns }]]);
    const selections = (node.returning.selections ?? []).flatMap((selection) =>
      selection.selection?.kind === 'SelectAllNode'
        ? Object.keys(columns).map((column) => ({ kind: 'SelectionNode', selection: reference(column) }))
        : [selection],
    );
    return { node: { ...node, returning: { ...node.returning, selections } }, columns: columnsOf(selections, scope) };
  }

  private inputValue(name: string, value: unknown, method: MethodTable, verb: Verb): Node {
    return this.value(name, value, locationOf(method.inputs[name] ?? 'query'), verb);
  }

  private value(name: string, value: unknown, location: ReturnType<typeof locationOf>, verb: Verb): Node {
    let text: string | undefined;
    const bare = sqlValue(name, value, location, verb, (parameter) => {
      text = parameter;
      return '';
    });
    return text === undefined ? raw(bare) : { kind: 'ValueNode', value: text };
  }

  /** Everything else, node by node. */
  private rewritten(node: Node, scope: Scope, isCondition = false): Node {
    switch (node.kind) {
      case 'OrNode':
        throw new InputError('OR: the engine reads it as no rows; use in, a UNION, or filter the rows');
      case 'SelectQueryNode':
        if (isCondition) throw new InputError('a subquery in a condition: the engine does not run it; use a join');
        return this.statement(node, false).node;
      case 'ReferenceNode': {
        if (isCondition && this.inputOf(node, scope))
          throw new InputError(`${nameOf(node.column?.column as Node)} is an input: give its value with = or in`);
        const table = node.table && identifierTable(scopeName(node.table));
        return { ...node, ...(table && { table }) };
      }
      case 'ValueNode':
        return node.immediate ? node : plainValue(node.value);
      case 'PrimitiveValueListNode':
        return { kind: 'ValueListNode', values: listed(node).map(plainValue) };
      default:
        return this.parts(node, scope, isCondition);
    }
  }

  private parts(node: Node, scope: Scope, isCondition = false): Node {
    const entries = Object.entries(node).map(([key, inner]) => [key, this.inside(inner, scope, isCondition)]);
    return Object.fromEntries(entries) as Node;
  }

  private inside(value: unknown, scope: Scope, isCondition: boolean): unknown {
    if (Array.isArray(value)) return value.map((each) => this.inside(each, scope, isCondition));
    return typeof value === 'object' && value !== null && 'kind' in value
      ? this.rewritten(value as Node, scope, isCondition)
      : value;
  }
}

/** The method that the engine runs for a member of FROM: by the inputs of WHERE, else by those of JOIN, too. */
function selectedMethod(table: ResourceTable, alias: string, { where, joins }: Node): MethodTable {
  const methods = Object.entries(table.methods.select ?? {});
  const given = new Set(where ? givenNames(where.where as Node, alias) : []);
  const joined = new Set([
    ...given,
    ...(joins ?? []).flatMap(({ on }) => (on ? givenNames(on.on as Node, alias) : [])),
  ]);
  const chosen = (names: ReadonlySet<string>) => chosenMethod(methods, ([, method]) => requiredBy(method), names);
  const found = chosen(given) ?? chosen(joined);
  if (found) return found[1];
  const needs = methods.map(([name, method]) => `${name} needs ${requiredBy(method).join(', ')}`);
  throw new InputError(`SELECT ${table.id}: an input is missing in WHERE; ${needs.join('; ')}`);
}

function givenNames(node: Node, alias: string): string[] {
  if (node.kind === 'ParensNode') return givenNames(node.node as Node, alias);
  if (node.kind === 'AndNode') return [node.left, node.right].flatMap((side) => givenNames(side as Node, alias));
  return [node.leftOperand, node.rightOperand].flatMap((side) =>
    side?.kind === 'ReferenceNode' && (!side.table || scopeName(side.table) === alias)
      ? [nameOf(side.column?.column as Node)]
      : [],
  );
}

/** The conditions of UPDATE and DELETE by name; nothing where one is another than `name = value`. */
function equalities(node: Node): Map<string, unknown> | undefined {
  if (node.kind === 'AndNode') {
    const [left, right] = [equalities(node.left as Node), equalities(node.right as Node)];
    return left && right && new Map([...left, ...right]);
  }
  const { leftOperand, rightOperand, operator } = node;
  const isEqual = typeof operator === 'object' && operator.operator === '=' && rightOperand?.kind === 'ValueNode';
  if (!isEqual || leftOperand?.kind !== 'ReferenceNode') return undefined;
  return new Map([[nameOf(leftOperand.column?.column as Node), rightOperand.value]]);
}

/** The values that a condition compares with, where the engine can give them to an input. */
function valuesOf({ operator, rightOperand }: Node): readonly unknown[] | undefined {
  const symbol = typeof operator === 'object' ? operator.operator : operator;
  if (symbol === '=' && rightOperand?.kind === 'ValueNode') return [rightOperand.value];
  return symbol === 'in' && rightOperand?.kind.endsWith('ValueListNode') ? listed(rightOperand) : undefined;
}

function listed({ kind, values }: Node): readonly unknown[] {
  if (!Array.isArray(values)) return [];
  return kind === 'PrimitiveValueListNode' ? values : values.map((each: Node) => each.value);
}

/** A value that the engine compares itself, with its SQLite: it cannot escape there (tried). */
function plainValue(value: unknown): Node {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return raw(String(value));
  if (value === null) return raw('null');
  const text = value instanceof Date ? value.toISOString() : value;
  if (typeof text !== 'string') throw new InputError(`a ${typeof value} cannot be compared with a column`);
  if (/['\\\0]|\{\{/.test(text))
    throw new InputError(`${JSON.stringify(text)}: the engine cannot compare a text with a quote or a backslash`);
  return { kind: 'ValueNode', value: text };
}

/** The kinds of the columns that come, by the name they come with. */
function columnsOf(selections: readonly Node[], scope: Scope): Columns {
  return Object.fromEntries(
    selections.flatMap(({ selection }) => {
      const name = selection && outputName(selection);
      const kind = selection && kindOf(selection, scope);
      return name !== undefined && kind !== undefined ? [[name, kind]] : [];
    }),
  );
}

function outputName(node: Node): string | undefined {
  if (node.kind === 'AliasNode') return nameOf(node.alias as Node);
  return node.column?.column && nameOf(node.column.column);
}

function kindOf(node: Node, scope: Scope): Kind | undefined {
  if (node.kind === 'AliasNode') return kindOf(node.node as Node, scope);
  if (node.kind === 'AggregateFunctionNode' && (node.func === 'min' || node.func === 'max'))
    return node.aggregated?.[0] && kindOf(node.aggregated[0], scope);
  if (node.kind !== 'ReferenceNode' || !node.column?.column) return undefined;
  const name = nameOf(node.column.column);
  const of = node.table && scopeName(node.table);
  for (const [each, { columns }] of scope)
    if ((of === undefined || of === each) && Object.hasOwn(columns, name)) return columns[name];
  return undefined;
}

const raw = (text: string): Node => ({ kind: 'RawNode', sqlFragments: [text], parameters: [] }) as Node;
const identifierNode = (name: string): Node => ({ kind: 'IdentifierNode', name });
const identifierTable = (name: string): Node => ({
  kind: 'TableNode',
  table: { kind: 'SchemableIdentifierNode', identifier: identifierNode(name) },
});
const reference = (column: string, table?: string): Node => ({
  kind: 'ReferenceNode',
  column: { kind: 'ColumnNode', column: identifierNode(column) },
  ...(table !== undefined && { table: identifierTable(table) }),
});

/** The text of an identifier, or of what holds one. */
function nameOf(node: Node): string {
  if (typeof node.name === 'string') return node.name;
  const inner = node.table ?? node.identifier ?? node.column;
  return inner ? nameOf(inner) : '';
}

/** `service.resource`, or a name without a dot. */
function tableName({ table }: Node): string {
  const name = nameOf(table?.identifier as Node);
  return table?.schema ? `${nameOf(table.schema)}.${name}` : name;
}

/** The name that a table has in a statement where it has no alias. */
function scopeName(table: Node): string {
  return tableName(table).replace('.', '_');
}

/** A pool for Kysely's PostgresDialect, which throws an EngineError where the API refused a statement. */
export function kyselyPool(pool: PgPool & { end(): Promise<void> }): KyselyPool {
  const clients = new WeakMap<PgPoolClient, KyselyClient>();
  return {
    connect: async () => {
      const client = await pool.connect();
      const known = clients.get(client) ?? new KyselyClient(client);
      clients.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}

/** As Kysely describes a pool. */
export interface KyselyPool {
  connect(): Promise<KyselyClient>;
  end(): Promise<void>;
}

interface Cursor<R> {
  read(rows: number): Promise<R[]>;
  close(): Promise<void>;
}

interface Sent<R> {
  command: 'UPDATE' | 'DELETE' | 'INSERT' | 'SELECT' | 'MERGE';
  rowCount: number;
  rows: R[];
}

/** A client of a pool as Kysely describes it. */
export class KyselyClient {
  private readonly send: ReturnType<typeof watched>;

  constructor(private readonly client: PgPoolClient) {
    this.send = watched(client);
  }

  query<R>(sql: string, parameters: readonly unknown[]): Promise<Sent<R>>;
  query<R>(cursor: Cursor<R>): Cursor<R>;
  query(sql: string | Cursor<unknown>, parameters: readonly unknown[] = []): unknown {
    if (typeof sql !== 'string') throw new InputError('the engine has no cursors');
    return this.send(sql, parameters.map(String));
  }

  release(): void {
    this.client.release();
  }
}

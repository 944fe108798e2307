import { chosenMethod } from '../../../sql/routing.js';
import { type Assignment, parameterText, pathText, render } from '../../../sql/sql.js';
import { type Columns, decode, mayBeCut, PAGE_LIMIT, type Paging } from './codec.js';
import { InputError, type Statement, type Verb } from './statement.js';

/** Where a request holds an input; with a `?`, it may be left out. */
export type InputLocation =
  | 'path'
  | 'server'
  | 'query'
  | 'header'
  | 'body'
  | 'path?'
  | 'server?'
  | 'query?'
  | 'header?'
  | 'body?';

export interface MethodTable {
  readonly inputs: Readonly<Record<string, InputLocation>>;
  /** The columns of its response; none: it returns no rows. */
  readonly columns?: Columns;
  /** Whether the API does without a body; the engine then sends `null`. */
  readonly optionalBody?: true;
  /** Of a list that the API gives in pages. */
  readonly paging?: Paging;
}

/** The methods of a resource by verb, in the order in which the engine tries them. */
export interface ResourceTable {
  /** `provider.service.resource` */
  readonly id: string;
  readonly methods: Readonly<Partial<Record<Verb, Readonly<Record<string, MethodTable>>>>>;
}

type Values = Readonly<Record<string, unknown>>;
interface Options {
  readonly columns?: readonly string[] | undefined;
  readonly returning?: readonly string[] | undefined;
  readonly limit?: number | undefined;
}

/** The statement builders of a resource: one for each SQL verb, and one for each method that EXEC calls. */
export function resource<Builders>(table: ResourceTable): Builders {
  const { select, exec, ...others } = table.methods;
  const builders: { select?: unknown; exec?: unknown; [verb: string]: unknown } = {};
  if (select)
    builders.select = (params: Values, options?: Options) => build(table, 'select', select, params, {}, options);
  for (const [verb, methods] of Object.entries(others))
    builders[verb] = (params: Values, body?: Values, options?: Options) =>
      build(table, verb as Verb, methods, params, body ?? {}, options);
  if (exec)
    builders.exec = Object.fromEntries(
      Object.entries(exec).map(([name, method]) => [
        name,
        (params: Values, body?: Values) => build(table, 'exec', { [name]: method }, params, body ?? {}),
      ]),
    );
  TABLES.set(builders, table);
  return builders as Builders;
}

const TABLES = new WeakMap<object, ResourceTable>();

/** The methods behind statement builders. */
export function tableOf(builders: object): ResourceTable | undefined {
  return TABLES.get(builders);
}

/** @throws InputError for what the engine would take for something else, or would refuse */
function build<R>(
  { id }: ResourceTable,
  verb: Verb,
  methods: Readonly<Record<string, MethodTable>>,
  params: Values,
  body: Values,
  { columns, returning, limit }: Options = {},
): Statement<R> {
  const values = new Map(Object.entries({ ...params, ...body }).filter(([, value]) => value !== undefined));
  const [name, method] = methodFor(id, verb, methods, values);
  const inputs = [...values].map(([input, value]) => ({
    name: input,
    value,
    location: locationOf(method.inputs[input] ?? 'query'),
  }));
  const rows = method.columns ?? {};
  const selected = selectedColumns(verb, rows, { columns, returning });
  for (const column of selected)
    if (!Object.hasOwn(rows, column)) throw new InputError(`${id} has no column ${column}`);
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0))
    throw new InputError(`limit: ${limit} is not a number of rows`);
  // SET must give something: where the body has no fields, the last part of the path (ENGINE E3.8).
  const sets = verb === 'update' || verb === 'replace';
  const inBody = inputs.filter(({ location }) => location === 'body' && verb !== 'select' && verb !== 'delete');
  const hasFields = Object.values(method.inputs).some((location) => locationOf(location) === 'body');
  if (sets && inBody.length === 0 && hasFields && !method.optionalBody)
    throw new InputError(`${verb.toUpperCase()} ${id}: nothing to set`);
  const set =
    sets && inBody.length === 0
      ? [
          inputs.filter(({ location }) => location === 'path').at(-1) ??
            inputs.filter(({ location }) => location !== 'server').at(-1),
        ]
      : inBody;

  const texts: string[] = [];
  const assignment = ({ name: input, value, location }: (typeof inputs)[number]): Assignment => ({
    name: input,
    value: sqlValue(input, value, location, verb, (text) => `$${texts.push(text)}`),
  });
  const sql = render({
    verb,
    resource: id,
    method: name,
    body: set.flatMap((input) => (input ? [assignment(input)] : [])),
    parameters: inputs.filter((input) => !set.includes(input)).map(assignment),
    columns: selected,
    ...(limit !== undefined && { limit }),
  });
  return {
    verb,
    sql,
    params: texts,
    hasRows: selected.length > 0,
    decode: (wire, { nullText, pageLimit = PAGE_LIMIT } = {}) => {
      const decoded = decode<R>(rows, selected, wire, nullText);
      const { paging } = method;
      // A LIMIT that is reached is the caller's cut, not the engine's.
      const isCut =
        paging !== undefined &&
        !(limit !== undefined && wire.length >= limit) &&
        mayBeCut(paging, wire.length, values.get(paging.size ?? ''), pageLimit);
      return isCut ? { ...decoded, mayBeCut: true } : decoded;
    },
  };
}

/** Returns what SELECT or RETURNING lists. */
function selectedColumns(verb: Verb, rows: Columns, { columns, returning }: Options): readonly string[] {
  if (verb === 'select') return columns ?? Object.keys(rows);
  return verb === 'delete' || verb === 'exec' ? [] : (returning ?? []);
}

export const locationOf = (location: InputLocation) =>
  location.replace('?', '') as 'path' | 'server' | 'query' | 'header' | 'body';

/**
 * Returns the method that the engine runs, with its name.
 * @throws InputError when an input is missing, and for one that the method does not take
 */
export function methodFor(
  id: string,
  verb: Verb,
  methods: Readonly<Record<string, MethodTable>>,
  values: ReadonlyMap<string, unknown>,
): [string, MethodTable] {
  const required = ({ inputs }: MethodTable) =>
    requiredBy({ inputs }).filter((input) => !(verb === 'exec' && inputs[input] === 'body'));
  const found = chosenMethod(Object.entries(methods), ([, method]) => required(method), values);
  const call = `${verb.toUpperCase()} ${id}`;
  if (!found) {
    const sets = Object.entries(methods).map(([name, method]) => `${name} needs ${required(method).join(', ')}`);
    throw new InputError(`${call}: an input is missing; ${sets.join('; ')}`);
  }
  const unknown = [...values.keys()].filter((input) => !Object.hasOwn(found[1].inputs, input));
  if (unknown.length > 0) throw new InputError(`${call}: ${found[0]} takes no ${unknown.join(', ')}`);
  return found;
}

/** Returns the inputs that a method cannot do without. */
export function requiredBy({ inputs }: MethodTable): string[] {
  return Object.keys(inputs).filter((input) => !inputs[input]?.endsWith('?'));
}

/**
 * Returns the SQL text of a value. Strings go to `$1`, `$2`, …: over the wire a `;` ends a statement even inside a
 * literal (fact N14).
 */
export function sqlValue(
  name: string,
  value: unknown,
  location: ReturnType<typeof locationOf>,
  verb: Verb,
  parameter: (text: string) => string,
): string {
  // INSERT alone keeps a bare number or boolean what it is (ENGINE E3.10, E8.2).
  if (location === 'body' && verb === 'insert' && (typeof value === 'number' || typeof value === 'boolean'))
    return bare(name, value);
  if (value === null && location !== 'body')
    throw new InputError(`${name}: null is not a value of a ${location} input`);
  const text = textOf(name, value);
  if (location === 'server' && !/^(?!\.\.?$)[\w.~-]+(:\d+)?$/.test(text))
    throw new InputError(`${name}: ${JSON.stringify(text)} cannot be a part of a host`);
  if (location === 'header' && /[^\t\x20-\x7E]/.test(text))
    throw new InputError(`${name}: a header holds printable ASCII only`);
  if (location === 'body' && typeof value === 'string' && readsAsJson(value))
    throw new InputError(`${name}: the engine would send this text as JSON, not as a string`);
  return parameter(parameterText(location === 'path' ? pathValue(name, text) : text));
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new InputError(`${name}: ${value} is not JSON`);
  const whole = (text: unknown) => {
    if (typeof text === 'string' && HALF.test(text)) throw new InputError(`${name}: half a surrogate pair is not text`);
  };
  whole(value);
  const inside = (key: string, inner: unknown) => {
    whole(key);
    whole(inner);
    return inner;
  };
  const text = typeof value === 'string' ? value : JSON.stringify(value, inside);
  if (text === undefined) throw new InputError(`${name}: a ${typeof value} is not JSON`);
  return text;
}

/** It would arrive as another character. */
const HALF = /[\uD800-\uDFFF]/u;

/** A number or boolean without quotes (fact N8). */
function bare(name: string, value: number | boolean): string {
  if (typeof value === 'boolean') return String(value);
  if (!Number.isFinite(value) || (value < 0 && !Number.isSafeInteger(value)))
    throw new InputError(`${name}: the engine cannot insert ${value}`);
  // `+ 0` makes -0 a 0.
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value + 0);
}

function pathValue(name: string, text: string): string {
  try {
    return pathText(text);
  } catch (error) {
    throw new InputError(`${name}: ${(error as Error).message}`);
  }
}

/** Whether a string parses as a JSON array, object or null: it reaches even a string field as that (ENGINE E3.5). */
function readsAsJson(text: string): boolean {
  if (!/^[ \t\r\n]*([[{]|null[ \t\r\n]*$)/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

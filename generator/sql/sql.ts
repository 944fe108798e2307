/**
 * The one place that writes SQL for the StackQL engine. Docs, examples and tests print its statements, and a copy of it
 * travels with the typed stubs, so it imports nothing but its list of words, which travels too.
 */
import { isBare, isBareBetweenDots } from './words.js';

export { selectable } from './words.js';

/** A name and the SQL text of its value. */
export interface Assignment {
  readonly name: string;
  /** A literal made by `literal`, or a placeholder. */
  readonly value: string;
  /** Marks the line in a documented statement. */
  readonly required?: boolean;
}

export interface Statement {
  readonly verb: 'select' | 'insert' | 'update' | 'replace' | 'delete' | 'exec';
  /** `provider.service.resource`. */
  readonly resource: string;
  /** Only EXEC names its method. */
  readonly method: string;
  /** Path, query, header and server parameters. */
  readonly parameters: readonly Assignment[];
  /** Top-level properties of the request body. */
  readonly body?: readonly Assignment[];
  /** The columns of SELECT and RETURNING; none: `*`, or no RETURNING. */
  readonly columns?: readonly (string | Expression)[];
  readonly limit?: number;
}

/** A value inside a column that holds JSON. */
export interface Expression {
  readonly column: string;
  /** The keys on the way to it, each a plain word. */
  readonly path: readonly string[];
  /** The name of the column that it becomes. */
  readonly as: string;
}

function selected(column: string | Expression): string {
  if (typeof column === 'string') return identifier(column);
  return `json_extract(${identifier(column.column)}, '$.${column.path.join('.')}') AS ${identifier(column.as)}`;
}

/** A name as it stands in a statement: quoted when it is reserved or not a plain identifier. */
export function identifier(name: string): string {
  return isBare(name) ? name : quoted(name);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Whether a name can stand in a statement at all: quotes make any character safe but the null byte (tried). */
export function isNameable(name: string): boolean {
  return !name.includes('\0');
}

/**
 * The placeholder `{{ name }}` of an input's value, for a literal or on its own. What could end a token or begin a
 * comment there is `_`: the name is a stranger's text.
 */
export function placeholder(name: string): string {
  return `{{ ${placeholderLabel(name)} }}`;
}

export function placeholderLabel(name: string): string {
  return name.replace(/(?:[^\p{L}\p{M}\p{N}_.:@$[\]-]|-{2,})+/gu, '_');
}

/** `provider.service.resource`, or with a method, as it stands in a statement. */
export function dotted(id: string): string {
  return id
    .split('.')
    .map((part) => (isBareBetweenDots(part) ? part : quoted(part)))
    .join('.');
}

/** Escapes a string for the inside of a literal, quotes aside. A null byte would end a command line. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\0', '\\0');
}

/**
 * Writes a value as a literal. Both the quote and the backslash escape in every literal of the engine (ENGINE E3.4).
 */
export function literal(value: string | number | boolean): string {
  return typeof value === 'string' ? `'${escaped(value).replaceAll("'", "''")}'` : String(value);
}

/**
 * Escapes a string as the value of `$1`: the engine pastes it into the statement and doubles its quotes only (ENGINE
 * E3.4). NULL in capitals would not be a string there (fact N7), and `stackql exec` reads `{{` as a template (fact N9).
 */
export function parameterText(text: string): string {
  return text === 'NULL' ? 'NUL\\L' : escaped(text).replace(/\{(?=\{)/g, '{\\');
}

/**
 * Percent-encodes a path value, because the engine pastes it into the URL as it is (ENGINE E3.5).
 * @throws RangeError for `.` and `..`, which climb the path however they are encoded, and for the empty string
 */
export function pathText(value: string): string {
  if (value === '.' || value === '..' || value === '') throw new RangeError(`"${value}" cannot be a path value`);
  return encodeURIComponent(value);
}

/**
 * Writes a statement. Its terminator has a line of its own, and commas stand before comments: a comment swallows the
 * rest of its line (ENGINE E3.1).
 */
export function render(statement: Statement): string {
  const { verb, method, parameters, body = [], columns = [], limit } = statement;
  const resource = dotted(statement.resource);
  const lines: string[] = [];
  switch (verb) {
    case 'select':
      lines.push(
        'SELECT',
        ...list(columns.length > 0 ? columns.map(selected) : ['*']),
        `FROM ${resource}`,
        ...where(parameters),
      );
      break;
    case 'insert':
      lines.push(
        `INSERT INTO ${resource} (`,
        ...list([...body, ...parameters].map(({ name }) => identifier(name))),
        ')',
        'SELECT',
      );
      lines.push(
        ...list(
          [...body, ...parameters].map(({ value }) => value),
          [...body, ...parameters],
        ),
      );
      break;
    case 'update':
    case 'replace': {
      // SET must give something (ENGINE E3.8); without a body it is the last parameter.
      const set = body.length > 0 ? body : parameters.slice(-1);
      lines.push(
        `${verb.toUpperCase()} ${resource}`,
        'SET',
        ...list(
          set.map(({ name, value }) => `${identifier(name)} = ${value}`),
          set,
        ),
        ...where(parameters.filter((parameter) => !set.includes(parameter))),
      );
      break;
    }
    case 'delete':
      lines.push(`DELETE FROM ${resource}`, ...where(parameters));
      break;
    case 'exec': {
      const inputs = [...parameters, ...body];
      lines.push(
        `EXEC ${dotted(`${statement.resource}.${method}`)}`,
        ...list(
          inputs.map(({ name, value }) => `@${identifier(name)}=${value}`),
          inputs,
        ),
      );
    }
  }
  if (verb !== 'select' && verb !== 'exec' && verb !== 'delete' && columns.length > 0)
    lines.push('RETURNING', ...list(columns.map(selected)));
  if (limit !== undefined) lines.push(`LIMIT ${Math.max(0, Math.trunc(limit))}`);
  return `${lines.join('\n')}\n;`;
}

/** Rows of a list, and for each of them a SELECT that takes an input from it. */
export interface Join {
  readonly list: { readonly resource: string; readonly parameters: readonly Assignment[] };
  /** The SELECT for each row: its resource, other inputs and columns. */
  readonly each: {
    readonly resource: string;
    readonly parameters: readonly Assignment[];
    readonly columns: readonly string[];
  };
  /** The column of the list that gives the input. */
  readonly column: string;
  readonly input: string;
}

/**
 * Writes a join: `l` is the list, `t` the resource that is selected for each of its rows. Inputs of a JOIN are given by
 * alias, and `t.*` is not a column list there (ENGINE N6, tried).
 */
export function renderJoin({ list: rows, each, column, input }: Join): string {
  const qualified = (alias: string, parameters: readonly Assignment[]) =>
    parameters.map((parameter) => ({ ...parameter, name: `${alias}.${identifier(parameter.name)}` }));
  const columns = [
    `l.${column} AS ${input}`,
    ...each.columns.filter((name) => name !== input).map((name) => `t.${identifier(name)}`),
  ];
  const conditions = [...qualified('l', rows.parameters), ...qualified('t', each.parameters)];
  const lines = [
    'SELECT',
    ...list(columns),
    `FROM ${dotted(rows.resource)} l`,
    `JOIN ${dotted(each.resource)} t`,
    `ON t.${input} = l.${column}`,
  ];
  return `${[...lines, ...where(conditions, (name) => name)].join('\n')}\n;`;
}

function where(parameters: readonly Assignment[], written: (name: string) => string = identifier): string[] {
  return parameters.map(
    ({ name, value, required }, index) =>
      `${index === 0 ? 'WHERE' : 'AND'} ${written(name)} = ${value}${comment(required)}`,
  );
}

function list(items: readonly string[], marks: readonly { required?: boolean }[] = []): string[] {
  return items.map((item, index) => `${item}${index < items.length - 1 ? ',' : ''}${comment(marks[index]?.required)}`);
}

function comment(required: boolean | undefined): string {
  return required ? ' -- required' : '';
}

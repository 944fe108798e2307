import { allGiven } from '../sql/routing.js';
import { identifier, literal, placeholderLabel, render, selectable } from '../sql/sql.js';
import { type Answering, answerValue, PAGES, pagingOf } from './answers.js';
import { compare, type Input, inputOf, line, type Observation, type Wanted } from './compare.js';
import type { Credential } from './credential.js';
import { type Operation, operationFor, placeholdersOf } from './operations.js';
import type { MethodPackage } from './provider.js';
import { rowsIn, wireText } from './rows.js';
import { sample } from './sample.js';
import { type Fill, fillStatement, type Given, type ReadStatement, readStatement } from './statement.js';
import type { Finding } from './verdicts.js';

/** A statement to run, the API that answers it, and what speaks against what it did. */
export interface Case {
  readonly sql: string;
  readonly answering: Answering;
  readonly judge: (seen: Observation) => Finding[];
}

export interface Subject {
  readonly method: MethodPackage;
  readonly operations: readonly Operation[];
  readonly operation: Operation;
  /** Operations of the methods under the same verb of the same resource. */
  readonly siblings: readonly Operation[];
  /** The documented columns of a row, where the statement does not list them. */
  readonly columns: readonly string[];
  readonly credential: Credential;
  readonly mock: string;
}

/** A text that names its input, numbers from 101 on: every value tells which input it is. Bodies are sampled from their schema. */
export function fillerFor(operation: Operation): Fill {
  const given = new Map<string, string | number | boolean>();
  const make = (name: string): string | number | boolean => {
    const field = operation.body?.fields?.all.get(name.replace(/^data__/, ''));
    const parameter = operation.parameters.find((each) => placeholderLabel(each.name) === name);
    const { spec } = operation;
    const type = parameter?.type ?? (field && sampledType(field));
    if (type === 'integer' || type === 'number') return 101 + given.size;
    if (type === 'boolean') return true;
    if (!parameter && field && (type === 'object' || type === 'array'))
      return JSON.stringify(sample(spec, field, 0, name));
    const text = `v_${name.replace(/\W/g, '_')}`;
    return [...given.values()].includes(text) ? `${text}_${given.size}` : text;
  };
  const sampledType = (field: Parameters<typeof sample>[1]) => {
    const value = sample(operation.spec, field);
    return Array.isArray(value) ? 'array' : value === null ? 'string' : typeof value;
  };
  return (name) => {
    if (!given.has(name)) given.set(name, make(name));
    return given.get(name) as string | number | boolean;
  };
}

/** The documented statement first, then LIMIT with a condition, then bad input: one required input left out at a time. */
export function casesOf(documented: string, subject: Subject): Case[] {
  const { operation, method } = subject;
  const sql = fillStatement(documented, fillerFor(operation));
  const read = readStatement(sql);
  // Without a verb key the engine may give a method another verb than its files do (ENGINE E1.5).
  const verb = read?.verb ?? method.verb;
  const server = method.operation?.server ?? '';
  const given = [...(read?.inputs ?? []), ...(read?.set ?? [])];
  const inputs = read ? inputsOf(read, subject) : [];
  const paging =
    verb !== 'select'
      ? undefined
      : pagingOf(operation, method.status, method.pagination, (name) => !given.some((each) => each.name === name));
  const answering: Answering = {
    operations: subject.operations,
    operation,
    ...(method.status !== undefined && { status: method.status }),
    ...(paging && { paging }),
    pages: PAGES,
    mock: subject.mock,
  };
  const answers = Array.from({ length: paging ? PAGES : 1 }, (_, page) => answerValue(operation, method.status, page));
  const listed = read?.columns ?? [];
  const columns = listed.length > 0 ? listed : subject.columns;
  const wanted: Wanted = {
    operations: subject.operations,
    operation,
    inputs,
    server,
    credential: subject.credential,
    updates: verb === 'update' || verb === 'replace',
    added: (name) => {
      if (name === paging?.parameter || operation.fixed.includes(name)) return true;
      const known = operation.parameters.find((parameter) => parameter.in === 'query' && parameter.name === name);
      return (
        known !== undefined && (known.hasDefault || new URLSearchParams(method.operation?.path.split('?')[1]).has(name))
      );
    },
    ...((verb === 'select' || read?.returning) && {
      rows: {
        pages: answers,
        columns,
        exactly: listed.length > 0,
        inputs: given.map(({ name }) => name),
        transformed: method.transformed,
        unstable: [paging?.next?.path, paging?.page, paging?.pages].flatMap((path) => path?.[0] ?? []),
      },
    }),
  };
  const judge = (seen: Observation): Finding[] => {
    const findings = compare(wanted, seen);
    if (read && !read.terminated)
      findings.push({
        verdict: 'unterminated',
        seen: documented.trimEnd().split('\n').at(-1) ?? '',
        wanted: 'a `;` outside comments',
      });
    return findings;
  };
  const documentedCase = { sql, answering, judge };
  if (!read) return [documentedCase];
  const limited = verb === 'select' ? limitCase(read, subject, answers, columns, answering) : undefined;
  return [documentedCase, ...(limited ? [limited] : []), ...missingInputCases(read, subject, answering)];
}

function inputsOf(read: ReadStatement, { method, operation }: Subject): Input[] {
  const server = method.operation?.server ?? '';
  const json = read.json === undefined ? {} : jsonObject(read.json);
  // A provider may call the placeholders of a path otherwise; their order tells which is which.
  const placeholders = placeholdersOf(method.operation?.path ?? '');
  const named = (given: Given): Given => ({
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

const spelled = ({ name, sql }: Given) => ({ name, value: sql });

/** The last row, asked for by a value that only it has, with LIMIT 1: a LIMIT that reaches the API loses it (ENGINE E6.11). */
function limitCase(
  read: ReadStatement,
  { operation, siblings }: Subject,
  answers: readonly unknown[],
  columns: readonly string[],
  answering: Answering,
): Case | undefined {
  const rows = answers.flatMap((answer) => rowsIn(answer, columns));
  const last = rows.at(-1);
  // An input's name would be sent, or choose another method.
  const taken = new Set(
    [operation, ...siblings].flatMap(({ parameters }) => parameters.map(({ name }) => name.toLowerCase())),
  );
  const column = columns.find(
    (name) =>
      selectable(name) &&
      !taken.has(name.toLowerCase()) &&
      typeof last?.[name] === 'string' &&
      rows.filter((row) => row[name] === last[name]).length === 1,
  );
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
    return outcome.count === 1
      ? []
      : [{ verdict: 'limit-loses-rows', seen: `${outcome.count} rows`, wanted, statement: sql }];
  };
  return { sql, answering, judge };
}

/** A request without a required input may be the own operation's, whole, or that of a method that wants no more than was given. */
function missingInputCases(read: ReadStatement, subject: Subject, answering: Answering): Case[] {
  const { operation, operations, siblings } = subject;
  const required = (each: Operation) =>
    each.parameters.filter((parameter) => parameter.required && parameter.in !== 'cookie').map(({ name }) => name);
  const fields = operation.body?.fields?.required ?? new Set<string>();
  const all = [...read.inputs, ...read.set];
  const left = all.filter(({ name }) => required(operation).includes(name) || fields.has(name.replace(/^data__/, '')));
  return left.flatMap(({ name }) => {
    const without = (given: readonly Given[]) => given.filter((each) => each.name !== name).map(spelled);
    const [parameters, body] = [without(read.inputs), without(read.set)];
    // A statement of nothing cannot be written.
    if ((read.set.length > 0 && body.length === 0) || (read.verb === 'insert' && parameters.length === 0)) return [];
    const sql = render({ verb: read.verb, resource: read.resource, method: read.method ?? '', parameters, body });
    const names = new Set([...parameters, ...body].map((each) => each.name));
    const judge = ({ requests }: Observation): Finding[] => {
      const wanted = `no request, or one that needs no ${identifier(name)}`;
      const astray = requests.find((request) => {
        const hit = request.escaped ? undefined : operationFor(operations, request.method, request.path);
        const values = hit?.pattern.exec(request.path)?.slice(1) ?? [];
        const whole = values.every((value) => value !== '' && !/[{}]|%7B|%7D/i.test(value));
        const isOwn =
          hit === operation || (hit !== undefined && siblings.includes(hit) && allGiven(required(hit), names));
        return !(isOwn && whole);
      });
      return astray ? [{ verdict: 'missing-input-strays', seen: line(astray), wanted, statement: sql }] : [];
    };
    return [{ sql, answering, judge }];
  });
}

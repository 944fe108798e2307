import type { Problem } from '../diagnostics/problem.js';
import {
  type Because,
  type Method,
  type Provider,
  type Resource,
  requiredInputs,
  type Service,
  SQL_VERBS,
  type SqlVerb,
} from '../model.js';
import { visible } from '../text/visible.js';
import { problemJson } from './problems.js';

/** The result of mapping an API: every operation, and what was left out or assumed. `report --json` prints it. */
export interface Report {
  readonly provider: string;
  readonly services: readonly ServiceReport[];
  readonly operations: readonly OperationReport[];
  /** Warnings: what was left out, and what was assumed where the spec says nothing. */
  readonly notes: readonly ReturnType<typeof problemJson>[];
}

export interface ServiceReport {
  readonly name: string;
  readonly because: Because;
  readonly resources: number;
  readonly methods: number;
  /** Methods by SQL verb. */
  readonly verbs: Readonly<Record<SqlVerb, number>>;
}

export interface OperationReport {
  readonly operationId: string;
  /** `GET /api/v1/things`. */
  readonly http: string;
  readonly service: string;
  readonly resource: string;
  readonly method: string;
  readonly verb: SqlVerb;
  /**
   * Where the rows are in the response: a JSONPath, `template` where only one reaches them, empty where the response is
   * the rows; absent without rows.
   */
  readonly rows?: string;
  /** Where the next page comes from: `Link`, a JSONPath. */
  readonly pages?: string;
  readonly pageSize?: string;
  /** The input that moves the page of a list that the engine reads one page of. */
  readonly onePage?: string;
  readonly required: readonly string[];
  /** Per path parameter the column that has its values: `acme.users.users.id`. */
  readonly sources: Readonly<Record<string, string>>;
  readonly deprecated?: true;
  readonly stage?: string;
  readonly limit?: string;
  /** The provider version that the lock file has its name from. */
  readonly since?: string;
  readonly because: { readonly resource: Because; readonly method: Because; readonly verb: Because };
}

export function reportOf(provider: Provider, warnings: readonly Problem[]): Report {
  return {
    provider: provider.id,
    services: provider.services.map(serviceReport),
    operations: provider.services.flatMap((service) =>
      service.resources.flatMap((resource) =>
        resource.methods.map((method) => operationReport(service, resource, method)),
      ),
    ),
    notes: warnings.map(problemJson),
  };
}

function serviceReport({ name, because, resources }: Service): ServiceReport {
  const methods = resources.flatMap((resource) => resource.methods);
  const verbs = Object.fromEntries(
    SQL_VERBS.map((verb) => [verb, methods.filter((method) => method.verb === verb).length]),
  ) as ServiceReport['verbs'];
  return { name, because, resources: resources.length, methods: methods.length, verbs };
}

function operationReport(service: Service, resource: Resource, method: Method): OperationReport {
  const { row } = method.response;
  return {
    operationId: method.operationId,
    http: `${method.http.method} ${method.http.path}`,
    service: service.name,
    resource: resource.name,
    method: method.name,
    verb: method.verb,
    ...(row && { rows: row.transform ? 'template' : (row.objectKey ?? '') }),
    ...(method.pagination && { pages: method.pagination.responseToken.key }),
    ...(method.pageSize && { pageSize: method.pageSize.parameter }),
    ...(method.onePage && { onePage: method.onePage.parameter }),
    required: requiredInputs(method),
    sources: Object.fromEntries(
      method.parameters.flatMap(({ name, source }) => (source ? [[name, `${source.resource}.${source.column}`]] : [])),
    ),
    ...(method.deprecated && { deprecated: true as const }),
    ...(method.stage !== undefined && { stage: method.stage }),
    ...(method.limit && { limit: method.limit }),
    ...(method.since !== undefined && { since: method.since }),
    because: { resource: resource.because, method: method.because.name, verb: method.because.verb },
  };
}

/** Returns what a line and a row of the table say of rows, pages and limits. */
export function factsOf({ rows, pages, pageSize, onePage, limit, deprecated, stage }: OperationReport): string[] {
  return [
    rows !== undefined && (rows === '' ? 'rows: the response' : `rows: ${rows}`),
    pages !== undefined && `pages: ${pages}`,
    pageSize !== undefined && `page size: ${pageSize}`,
    onePage !== undefined && `one page is read; ${onePage} moves it`,
    limit !== undefined && `cannot be called: ${limit}`,
    deprecated && 'deprecated',
    stage,
  ].filter((fact) => typeof fact === 'string');
}

/** The required inputs, a path parameter with the column that has its values. */
export function inputsOf({ required, sources }: OperationReport): string[] {
  return required.map((name) => (sources[name] === undefined ? name : `${name} (from ${sources[name]})`));
}

/** Why the operation has its verb, its resource and its name. */
export function reasonsOf({ because: { verb, resource, method } }: OperationReport): string[] {
  return [...new Set([verb, resource, method].map(({ saw }) => saw))];
}

/**
 * Prints the report for a terminal or a pipe: totals per service, then a line an operation, then what was left out or
 * assumed.
 */
export function reportText({ provider, services, operations, notes }: Report): string {
  const totals = table([
    ['service', 'resources', 'methods', ...SQL_VERBS],
    ...services.map(({ name, resources, methods, verbs }) => [
      name,
      String(resources),
      String(methods),
      ...SQL_VERBS.map((verb) => String(verbs[verb])),
    ]),
  ]);
  const lines = table(
    operations.map((operation) => [
      `${provider}.${operation.service}.${operation.resource}.${operation.method}`,
      operation.verb,
      operation.http,
      factsOf(operation).join(', ') || '-',
      inputsOf(operation).join(', ') || '-',
      reasonsOf(operation).join('; '),
    ]),
  );
  const left = notes.map(
    ({ file, line, column, code, message }) =>
      `${file === undefined ? '' : `${file}:${line}:${column}  `}${code}  ${message}`,
  );
  return [
    ...totals,
    '',
    ...lines,
    ...(left.length > 0 ? ['', `left out or assumed: ${left.length}`, ...left.map(visible)] : []),
  ].join('\n');
}

/** A cell that is longer pushes what follows it, and not every other line. */
const WIDEST = 100;

/** Rows with their columns aligned; the last one is as long as it is. */
function table(written: readonly (readonly string[])[]): string[] {
  const rows = written.map((row) => row.map(visible));
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.min(
      WIDEST,
      rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0),
    ),
  );
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
  );
}

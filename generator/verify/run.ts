import { fillStatement } from '../doc-pages/fill.js';
import type { DocumentedResource, DocumentedStatement } from '../doc-pages/resources.js';
import { identifier } from '../sql/sql.js';
import { type Case, casesOf, fillerFor } from './cases.js';
import type { Observation } from './compare.js';
import type { Credential } from './credential.js';
import { judgeJoin, type ReadJoin, readJoin } from './joins.js';
import { type ApiOperation, basePath, shapeOf } from './operations.js';
import type { MethodPackage, PaginationClaim, ProviderPackage, ResourcePackage, ServicePackage } from './provider.js';
import { type MockedApi, pagingOf } from './responses.js';
import { describeFindings, madeStatement, showFindings, type Table, tableOf } from './tables.js';
import { type Finding, type Result, verdictOf } from './verdicts.js';

/** Where statements are run: on the engine, or in a recording of it. */
export interface Stage {
  /** The service whose statements come next. */
  enter(service: string): void;
  /** `api`: the API behind it; absent for a statement that must send nothing. `values`: those of `$1`, `$2`. */
  run(sql: string, api?: MockedApi, values?: readonly string[]): Promise<Observation>;
  /** A fresh session. */
  renew(): Promise<void>;
  /** `http://127.0.0.1:PORT` */
  readonly mock: string;
}

export interface Verification {
  readonly provider: ProviderPackage;
  /** What the documentation says; without pages, statements are made from what SHOW METHODS says is required. */
  readonly resources: readonly DocumentedResource[] | undefined;
  /** The operations of the API, for a service. */
  readonly operations: (service: ServicePackage) => Promise<readonly ApiOperation[]>;
  readonly credential: Credential;
  /** Documented statements to run at most. */
  readonly limit?: number;
  /** Is a method looked at? All are, where this is absent. */
  readonly isChosen?: (service: string, resource: string, method: string) => boolean;
  readonly onService?: (service: string, results: readonly Result[]) => void;
  /** Called for every statement that was followed through all its pages. */
  readonly onPaged?: (paged: PagedStatement) => void;
}

export interface PagedStatement {
  /** `service.resource.method` */
  readonly id: string;
  readonly sql: string;
  readonly api: MockedApi;
}

/**
 * Runs every documented statement of a provider and compares what it does with the API's description. Services are
 * shared out among the stages, the largest first, so that none is left to the end; the results stand in the provider's
 * order.
 */
export async function verify(verification: Verification, stages: readonly Stage[]): Promise<Result[]> {
  const { services } = verification.provider;
  const results: Result[][] = [];
  let left = verification.limit ?? Number.POSITIVE_INFINITY;
  // With a limit, the first statements are run.
  const size = ({ resources }: ServicePackage) => resources.reduce((sum, { methods }) => sum + methods.length, 0);
  const waiting = [...services.entries()];
  if (verification.limit === undefined) waiting.sort(([, a], [, b]) => size(b) - size(a));
  const work = async (stage: Stage) => {
    while (left > 0) {
      const [index, service] = waiting.shift() ?? [];
      if (index === undefined || service === undefined) return;
      const done = (await verifyService(verification, service, stage, left)).slice(0, left);
      left -= done.length;
      results[index] = done;
      verification.onService?.(service.name, done);
    }
  };
  await Promise.all(stages.map(work));
  const known = [...services.map(({ name }) => name), ...verification.provider.left];
  const strangers = verification.resources?.filter((page) => !known.includes(page.service)) ?? [];
  return [
    ...results.flat(),
    ...strangers.flatMap((page) =>
      page.statements.map((statement) => unknownMethod(page.service, page.resource, statement)),
    ),
  ];
}

/** What stands around a method while it is verified. */
interface Surroundings {
  readonly verification: Verification;
  readonly stage: Stage;
  readonly service: ServicePackage;
  readonly operations: readonly ApiOperation[];
  readonly resource: ResourcePackage;
  readonly page?: DocumentedResource;
  readonly shown: Table;
  readonly described?: Table;
  /** How often a statement is run whose response may kill the engine now and then. */
  readonly chances: (method: MethodPackage) => number;
}

async function verifyService(
  verification: Verification,
  service: ServicePackage,
  stage: Stage,
  limit: number,
): Promise<Result[]> {
  stage.enter(service.name);
  const operations = await verification.operations(service);
  const pages = verification.resources?.filter((page) => page.service === service.name) ?? [];
  const results: Result[] = [];
  const chances = chancesIn(service, pages);
  for (const resource of service.resources) {
    if (results.length >= limit) break;
    const methods = resource.methods.filter(
      ({ name }) => verification.isChosen?.(service.name, resource.name, name) ?? true,
    );
    if (methods.length === 0) continue;
    const page = pages.find((each) => each.resource === resource.name);
    const id = idOf(verification, service, resource);
    const shown = tableOf(await stage.run(`SHOW METHODS IN ${id}`));
    const described = resource.selects.length > 0 ? tableOf(await stage.run(`DESCRIBE ${id}`)) : undefined;
    const around = {
      verification,
      stage,
      service,
      operations,
      resource,
      shown,
      chances,
      ...(page && { page }),
      ...(described && { described }),
    };
    for (const method of methods) results.push(...(await verifyMethod(method, around)));
  }
  // Statements of methods and resources that the provider has not.
  const isThere = (resource: string, method: string) =>
    service.resources.some((each) => each.name === resource && each.methods.some(({ name }) => name === method));
  for (const { resource, statements } of pages)
    results.push(
      ...statements
        .filter(({ method }) => !isThere(resource, method))
        .map((statement) => unknownMethod(service.name, resource, statement)),
    );
  return results;
}

function idOf({ provider }: Verification, service: ServicePackage, resource: ResourcePackage): string {
  return [provider.name, service.name, resource.name].map(identifier).join('.');
}

async function verifyMethod(method: MethodPackage, around: Surroundings): Promise<Result[]> {
  const { verification, service, resource, operations, page, shown, described } = around;
  const common = { service: service.name, resource: resource.name, method: method.name, verb: method.verb };
  const agreement = page
    ? [...showFindings(page, method, shown), ...describeFindings(page, resource, method, described)]
    : [];
  const statements = verification.resources
    ? (page?.statements.filter((statement) => statement.method === method.name) ?? [])
    : [{ sql: madeStatement(idOf(verification, service, resource), method, operationOf(method, operations), shown) }];
  if (statements.length === 0) {
    const limit = page?.limits.get(method.name);
    const finding: Finding = {
      verdict: 'undocumented',
      seen: 'no statement',
      wanted: 'a statement, or the code of the limit that forbids one',
      ...(limit && { limit }),
    };
    return [{ ...common, verdict: verdictOf([finding]), findings: [finding] }];
  }
  const results: Result[] = [];
  for (const statement of statements) {
    const { sql, findings, api } = await verifyStatement(method, statement.sql, around);
    if (results.length === 0) findings.push(...agreement);
    if (api?.paging && findings.length === 0)
      verification.onPaged?.({ id: `${service.name}.${resource.name}.${method.name}`, sql, api });
    const place = 'file' in statement && { page: { file: statement.file, line: statement.line } };
    results.push({ ...common, verdict: verdictOf(findings), findings, statement: sql, ...place });
  }
  return results;
}

interface Verified {
  readonly sql: string;
  readonly findings: Finding[];
  readonly api?: MockedApi;
}

async function verifyStatement(method: MethodPackage, documented: string, around: Surroundings): Promise<Verified> {
  const operation = operationOf(method, around.operations);
  if (!operation) {
    const seen = method.operation
      ? `${method.operation.method} ${method.operation.path}`
      : 'operation.$ref names nothing';
    return { sql: documented, findings: [{ verdict: 'unknown-operation', seen, wanted: 'an operation of the API' }] };
  }
  const join = readJoin(documented);
  if (join) return verifyJoin(join, method, operation, documented, around);
  const { verification, stage, resource, operations, page } = around;
  const siblings = resource.methods
    .filter(({ verb }) => verb === method.verb && verb !== 'exec')
    .flatMap((each) => operationOf(each, operations) ?? []);
  const onePage = page?.onePages.get(method.name);
  const [first, ...others] = casesOf(documented, {
    method,
    operations,
    operation,
    siblings,
    columns: page?.fields.get(method.name) ?? [],
    ...(onePage !== undefined && { onePage }),
    credential: verification.credential,
    mock: stage.mock,
  }) as [Case, ...Case[]];
  const findings = await verifyInSession(first, stage);
  // What may die now and then is run until it does, or has had every chance.
  const chances = around.chances(method);
  const hasCrashed = () => findings.some(({ verdict }) => verdict === 'engine-crash');
  for (let times = 1; times < chances && !hasCrashed(); times++) {
    const again = first.judge(await stage.run(first.sql, first.api));
    findings.push(...again.filter(({ verdict }) => verdict === 'engine-crash'));
  }
  // What goes astray or is refused tells nothing more with less.
  if (findings.every(({ verdict }) => GOES_ON.has(verdict)))
    for (const { sql, api, judge } of others) findings.push(...judge(await stage.run(sql, api)));
  return { sql: first.sql, findings, api: first.api };
}

/** Runs a case; what fails is run alone, too: it may fail only after another method of the resource. */
async function verifyInSession({ sql, api, judge }: Case, stage: Stage): Promise<Finding[]> {
  const findings = judge(await stage.run(sql, api));
  const failed = findings.find(({ verdict }) => verdict === 'engine-error');
  if (!failed) return findings;
  await stage.renew();
  const alone = judge(await stage.run(sql, api));
  return alone.some(({ verdict }) => verdict === 'engine-error')
    ? findings
    : [...alone, { ...failed, verdict: 'session-clash' }];
}

async function verifyJoin(
  join: ReadJoin,
  method: MethodPackage,
  operation: ApiOperation,
  documented: string,
  { verification, stage, service, operations }: Surroundings,
): Promise<Verified> {
  const [, serviceName, resourceName] = join.list.split('.');
  const { services, joined } = verification.provider;
  const listService = [...services, ...joined].find(({ name }) => name === serviceName);
  const listOperations =
    listService === undefined || listService === service ? operations : await verification.operations(listService);
  const list = listService?.resources.find(({ name }) => name === resourceName);
  const lists: ApiOperation[] = [];
  const claims = new Map<ApiOperation, PaginationClaim>();
  for (const each of list?.methods ?? []) {
    const found = operationOf(each, listOperations);
    if (found) lists.push(found);
    if (found && each.pagination) claims.set(found, each.pagination);
  }
  const all = listOperations === operations ? operations : [...new Set([...operations, ...listOperations])];
  const sql = fillStatement(documented, fillerFor(operation));
  const paging = pagingOf(operation, method.status, method.pagination, () => true);
  const observation = await stage.run(sql, {
    operations: all,
    operation,
    pages: 1,
    // The response says that there is no other page: the engine would wait for one that its sample names.
    ...(paging && { paging }),
    hasIdentities: true,
    claims,
    mock: stage.mock,
    ...(method.status !== undefined && { status: method.status }),
  });
  return { sql, findings: judgeJoin(join, operation, lists, all, observation) };
}

/**
 * A death that comes once in twenty times is missed by 100 chances in six runs of a thousand. The statements of a
 * service whose response is the same component share them, those of EXEC and those with RETURNING.
 */
const CHANCES = 100;

const NEVER_UNSTEADY: ReadonlySet<string> = new Set(['select', 'delete']);

function chancesIn(service: ServicePackage, pages: readonly DocumentedResource[]): Surroundings['chances'] {
  const keyOf = ({ unsteady, verb }: MethodPackage) => `${verb === 'exec'} ${unsteady}`;
  const isOpen = ({ unsteady, verb }: MethodPackage) => unsteady !== undefined && !NEVER_UNSTEADY.has(verb);
  const statements = new Map<string, number>();
  for (const resource of service.resources) {
    const page = pages.find((each) => each.resource === resource.name);
    for (const method of resource.methods.filter(isOpen)) {
      const count = page?.statements.filter((statement) => statement.method === method.name).length ?? 1;
      statements.set(keyOf(method), (statements.get(keyOf(method)) ?? 0) + count);
    }
  }
  return (method) => (isOpen(method) ? Math.ceil(CHANCES / (statements.get(keyOf(method)) || 1)) : 1);
}

const GOES_ON: ReadonlySet<Finding['verdict']> = new Set([
  'session-clash',
  'unterminated',
  'body-differs',
  'auth-missing',
  'columns-differ',
  'parameter-added',
]);

/**
 * The operation that a method's `$ref` means in the API's description: same method, same full path, whatever its
 * placeholders are called.
 */
function operationOf({ operation }: MethodPackage, operations: readonly ApiOperation[]): ApiOperation | undefined {
  if (!operation) return undefined;
  const { full, plain } = shapesOf(operations);
  const { method, server, path } = operation;
  const found = full.get(`${method} ${shapeOf(basePath(server) + path)}`) ?? plain.get(`${method} ${shapeOf(path)}`);
  return found?.find((each) => each.path === path) ?? found?.[0];
}

interface Shapes {
  /** By method and path, the server's base path before it. */
  readonly full: ReadonlyMap<string, readonly ApiOperation[]>;
  /** By method and path. */
  readonly plain: ReadonlyMap<string, readonly ApiOperation[]>;
}

const indexed = new WeakMap<readonly ApiOperation[], Shapes>();

function grouped(entries: readonly (readonly [string, ApiOperation])[]): Map<string, ApiOperation[]> {
  const groups = new Map<string, ApiOperation[]>();
  for (const [key, operation] of entries) {
    const group = groups.get(key);
    if (group) group.push(operation);
    else groups.set(key, [operation]);
  }
  return groups;
}

/** The operations by their shapes. */
function shapesOf(operations: readonly ApiOperation[]): Shapes {
  const known = indexed.get(operations);
  if (known) return known;
  const found: Shapes = {
    full: grouped(operations.flatMap((each) => each.shapes.map((shape) => [`${each.method} ${shape}`, each] as const))),
    plain: grouped(operations.map((each) => [`${each.method} ${shapeOf(each.path)}`, each] as const)),
  };
  indexed.set(operations, found);
  return found;
}

function unknownMethod(service: string, resource: string, { method, sql, file, line }: DocumentedStatement): Result {
  const finding: Finding = { verdict: 'unknown-method', seen: method, wanted: 'a method of the provider' };
  return {
    service,
    resource,
    method,
    verb: 'exec',
    verdict: finding.verdict,
    findings: [finding],
    statement: sql,
    page: { file, line },
  };
}

import { identifier, render } from '../emit/sql.js';
import type { SqlVerb } from '../model.js';
import { byCodePoint } from '../text/names.js';
import type { Answering } from './answers.js';
import { type Case, casesOf, type Subject } from './cases.js';
import type { Observation } from './compare.js';
import type { Credential } from './credential.js';
import { basePath, type Operation, shapeOf } from './operations.js';
import type { DocumentedResource, DocumentedStatement } from './pages.js';
import type { MethodPackage, ProviderPackage, ResourcePackage, ServicePackage } from './provider.js';
import { type Finding, type Result, verdictOf } from './verdicts.js';

/** Where statements are run: on the engine, or in a recording of it. */
export interface Stage {
  /** The service whose statements come next. */
  enter(service: string): void;
  /** `answering`: the API behind it; absent for a statement that must send nothing. */
  run(sql: string, answering?: Answering): Promise<Observation>;
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
  readonly operations: (service: ServicePackage) => Promise<readonly Operation[]>;
  readonly credential: Credential;
  /** Documented statements to run at most. */
  readonly limit?: number;
  readonly onService?: (service: string, results: readonly Result[]) => void;
  /** Called for every statement that was followed through all its pages. */
  readonly onPaged?: (paged: PagedStatement) => void;
}

export interface PagedStatement {
  /** `service.resource.method` */
  readonly id: string;
  readonly sql: string;
  readonly answering: Answering;
}

/**
 * Runs every documented statement of a provider and compares what it does with the API's description. Services are shared out among the
 * stages; the results stand in the provider's order.
 */
export async function verify(verification: Verification, stages: readonly Stage[]): Promise<Result[]> {
  const { services } = verification.provider;
  const results: Result[][] = [];
  let next = 0;
  let left = verification.limit ?? Number.POSITIVE_INFINITY;
  const work = async (stage: Stage) => {
    while (next < services.length && left > 0) {
      const index = next++;
      const service = services[index] as ServicePackage;
      const done = (await verifyService(verification, service, stage, left)).slice(0, left);
      left -= done.length;
      results[index] = done;
      verification.onService?.(service.name, done);
    }
  };
  await Promise.all(stages.map(work));
  const strangers = verification.resources?.filter((page) => !verification.provider.named.includes(page.service)) ?? [];
  return [...results.flat(), ...strangers.flatMap((page) => page.statements.map((statement) => unknownMethod(page.service, page.resource, statement)))];
}

async function verifyService(verification: Verification, service: ServicePackage, stage: Stage, limit: number): Promise<Result[]> {
  stage.enter(service.name);
  const operations = await verification.operations(service);
  const pages = verification.resources?.filter((page) => page.service === service.name);
  const results: Result[] = [];
  for (const resource of service.resources) {
    if (results.length >= limit) break;
    const page = pages?.find((each) => each.resource === resource.name);
    results.push(...(await verifyResource(verification, service, resource, page, operations, stage)));
  }
  // Pages of resources that the provider has not.
  for (const page of pages ?? []) {
    if (service.resources.some(({ name }) => name === page.resource)) continue;
    results.push(...page.statements.map((statement) => unknownMethod(service.name, page.resource, statement)));
  }
  return results;
}

async function verifyResource(
  verification: Verification,
  service: ServicePackage,
  resource: ResourcePackage,
  page: DocumentedResource | undefined,
  operations: readonly Operation[],
  stage: Stage,
): Promise<Result[]> {
  const id = [verification.provider.name, service.name, resource.name].map(identifier).join('.');
  const shown = tableOf(await stage.run(`SHOW METHODS IN ${id}`));
  const described = resource.selects.length > 0 ? tableOf(await stage.run(`DESCRIBE ${id}`)) : undefined;
  const results: Result[] = [];
  for (const method of resource.methods) {
    const documented = verification.resources
      ? (page?.statements.filter((statement) => statement.method === method.name) ?? [])
      : [madeStatement(id, method, operationOf(method, operations), shown)];
    const common = { service: service.name, resource: resource.name, method: method.name, verb: method.verb };
    const limit = page?.limits.get(method.name);
    if (documented.length === 0) {
      const finding: Finding = {
        verdict: 'undocumented',
        seen: 'no statement',
        wanted: 'a statement, or the code of the limit that forbids one',
        ...(limit && { limit }),
      };
      results.push({ ...common, verdict: verdictOf([finding]), findings: [finding] });
    }
    const agreement = page ? [...showFindings(page, method, shown), ...describeFindings(page, resource, method, described)] : [];
    for (const [index, statement] of documented.entries()) {
      const outcome = await verifyStatement(verification, resource, page, method, statement.sql, operations, stage);
      const findings = [...outcome.findings, ...(index === 0 ? agreement : [])];
      const { answering } = outcome;
      if (answering?.paging && findings.length === 0)
        verification.onPaged?.({ id: `${service.name}.${resource.name}.${method.name}`, sql: outcome.sql, answering });
      results.push({
        ...common,
        verdict: verdictOf(findings),
        findings,
        statement: outcome.sql,
        ...(statement.file !== '' && { page: { file: statement.file, line: statement.line } }),
      });
    }
  }
  const strangers = page?.statements.filter((statement) => !resource.methods.some(({ name }) => name === statement.method)) ?? [];
  return [...results, ...strangers.map((statement) => unknownMethod(service.name, resource.name, statement))];
}

async function verifyStatement(
  { credential }: Verification,
  resource: ResourcePackage,
  page: DocumentedResource | undefined,
  method: MethodPackage,
  documented: string,
  operations: readonly Operation[],
  stage: Stage,
): Promise<{ sql: string; findings: Finding[]; answering?: Answering }> {
  const operation = operationOf(method, operations);
  if (!operation) {
    const seen = method.operation ? `${method.operation.method} ${method.operation.path}` : 'operation.$ref names nothing';
    return { sql: documented, findings: [{ verdict: 'unknown-operation', seen, wanted: 'an operation of the API' }] };
  }
  const siblings = resource.methods.filter(({ verb }) => verb === method.verb && verb !== 'exec').flatMap((each) => operationOf(each, operations) ?? []);
  const subject: Subject = {
    method,
    operations,
    operation,
    siblings,
    columns: page?.fields.get(method.name) ?? [],
    credential,
    mock: stage.mock,
  };
  const [first, ...others] = casesOf(documented, subject) as [Case, ...Case[]];
  let findings = first.judge(await stage.run(first.sql, first.answering));
  const failed = findings.find(({ verdict }) => verdict === 'engine-error');
  if (failed) {
    // Does it fail alone, too, or only after another method of the resource?
    await stage.renew();
    const alone = first.judge(await stage.run(first.sql, first.answering));
    if (!alone.some(({ verdict }) => verdict === 'engine-error')) findings = [...alone, { ...failed, verdict: 'session-clash' }];
  }
  // What goes astray or is refused tells nothing more with less.
  if (findings.every(({ verdict }) => GOES_ON.has(verdict)))
    for (const { sql, answering, judge } of others) findings.push(...judge(await stage.run(sql, answering)));
  return { sql: first.sql, findings, answering: first.answering };
}

const GOES_ON: ReadonlySet<Finding['verdict']> = new Set([
  'session-clash',
  'unterminated',
  'body-differs',
  'auth-missing',
  'columns-differ',
  'parameter-added',
]);

/** The operation that a method's `$ref` means in the API's description: same method, same full path, whatever its placeholders are called. */
function operationOf({ operation }: MethodPackage, operations: readonly Operation[]): Operation | undefined {
  if (!operation) return undefined;
  const same = operations.filter(({ method }) => method === operation.method);
  const full = shapeOf(basePath(operation.server) + operation.path);
  return same.find(({ shapes }) => shapes.includes(full)) ?? same.find(({ path }) => shapeOf(path) === shapeOf(operation.path));
}

type Table = readonly Readonly<Record<string, string | null>>[] | { readonly failed: string };

function tableOf({ outcome }: Observation): Table {
  if (outcome.ended !== 'rows') return { failed: outcome.message };
  return (outcome.rows ?? []).map((row) => Object.fromEntries(outcome.columns.map((column, index) => [column, row[index] ?? null])));
}

const inputsOf = (text: string | null | undefined) => (text ?? '').split(', ').filter((name) => name !== '');

function showFindings(page: DocumentedResource, method: MethodPackage, shown: Table): Finding[] {
  const documented = page.methods.get(method.name);
  if (!documented) return [];
  const fail = (seen: string, wanted: string): Finding[] => [{ verdict: 'show-methods-differs', seen, wanted, statement: 'SHOW METHODS' }];
  if (!Array.isArray(shown)) return fail((shown as { failed: string }).failed, documented.verb);
  const row = shown.find(({ MethodName }) => MethodName === method.name);
  const line = (verb: string, required: readonly string[]) => `${verb.toLowerCase()} (${[...required].sort(byCodePoint).join(', ')})`;
  const seen = row ? line(row.SQLVerb ?? '', inputsOf(row.RequiredParams)) : 'no such method';
  const wanted = line(documented.verb, documented.required);
  return seen === wanted ? [] : fail(seen, wanted);
}

/** DESCRIBE tells the columns of the first method that SELECT tries. */
function describeFindings(page: DocumentedResource, resource: ResourcePackage, method: MethodPackage, described: Table | undefined): Finding[] {
  const documented = page.fields.get(method.name);
  if (!documented || !described || resource.selects[0] !== method.name) return [];
  const seen = Array.isArray(described) ? described.map(({ name }) => name ?? '').sort(byCodePoint) : [(described as { failed: string }).failed];
  const wanted = [...documented].sort(byCodePoint);
  return seen.join() === wanted.join() ? [] : [{ verdict: 'describe-differs', seen: seen.join(', '), wanted: wanted.join(', '), statement: 'DESCRIBE' }];
}

function unknownMethod(service: string, resource: string, { method, sql, file, line }: DocumentedStatement): Result {
  const finding: Finding = { verdict: 'unknown-method', seen: method, wanted: 'a method of the provider' };
  return { service, resource, method, verb: 'exec', verdict: finding.verdict, findings: [finding], statement: sql, page: { file, line } };
}

/** For a provider without pages: a statement of what SHOW METHODS says is required, and one field to set. */
function madeStatement(resource: string, method: MethodPackage, operation: Operation | undefined, shown: Table): DocumentedStatement {
  const row = Array.isArray(shown) ? shown.find(({ MethodName }) => MethodName === method.name) : undefined;
  const fields = operation?.body?.fields?.all;
  const column = (field: string) => (method.naive ? field : `data__${field}`);
  const isField = (name: string) => fields?.has(name.replace(/^data__/, '')) === true && !operation?.parameters.some((parameter) => parameter.name === name);
  const required = inputsOf(row?.RequiredParams);
  const sets: SqlVerb[] = ['update', 'replace'];
  const placeholder = (name: string) => ({ name, value: `'{{ ${name} }}'` });
  const body = sets.includes(method.verb) ? required.filter(isField) : [];
  const first = [...(fields?.keys() ?? [])][0];
  // SET and INSERT need at least one column.
  const isBare = sets.includes(method.verb) ? body.length === 0 : method.verb === 'insert' && required.length === 0;
  if (isBare && first !== undefined) body.push(column(first));
  const sql = render({
    verb: method.verb,
    resource,
    method: method.name,
    parameters: required.filter((name) => !body.includes(name)).map(placeholder),
    body: body.map(placeholder),
  });
  return { method: method.name, sql, file: '', line: 0 };
}

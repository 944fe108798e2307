import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DocumentedResource, DocumentedStatement } from '../../../generator/doc-pages/resources.js';
import { inputsOf } from '../../../generator/emit/stubs/inputs.js';
import { inline, type Statement } from '../../../generator/emit/stubs/runtime/statement.js';
import { generate, type Method, type Resource, type SqlVerb } from '../../../generator/index.js';
import type { Source } from '../../../generator/read/config-types.js';
import { readSpec } from '../../../generator/read/spec.js';
import { selectable } from '../../../generator/sql/sql.js';
import { fillerFor } from '../../../generator/verify/cases.js';
import { credentialOf } from '../../../generator/verify/credential.js';
import { onEngines } from '../../../generator/verify/live.js';
import { type ApiOperation, operationsOf } from '../../../generator/verify/operations.js';
import { providerPackage } from '../../../generator/verify/provider.js';
import { PAGES, sampleBody } from '../../../generator/verify/responses.js';
import { canonical, rowsIn } from '../../../generator/verify/rows.js';
import { type Stage, verify } from '../../../generator/verify/run.js';
import { isFailure, type Result } from '../../../generator/verify/verdicts.js';
import { ENGINE, hasEngine, hasShared, ROOT, SHARED } from '../../places.js';
import { loadStubs, type Stubs } from './load.js';

/** Every method of an API as the stubs call it, values chosen so that each tells which input it is. */
function statementFor(
  stubs: Stubs,
  service: string,
  resource: Resource,
  method: Method,
  operation: ApiOperation,
): Statement<Readonly<Record<string, unknown>>> {
  const fill = fillerFor(operation);
  const { params, body } = inputsOf(method, resource);
  const value = (name: string) => {
    const given = fill(name);
    // What is sampled from a schema comes as JSON text.
    return typeof given === 'string' && /^[[{]/.test(given) ? JSON.parse(given) : given;
  };
  const [given, fields] = [params, body].map((inputs) =>
    Object.fromEntries(inputs.map(({ name }) => [name, value(name)])),
  );
  const returning = method.response.row?.columns.map(({ name }) => name).filter(selectable) ?? [];
  const builders = stubs[service]?.[resource.name] ?? stubs[service]?.[`${resource.name}_`];
  const builder = method.verb === 'exec' ? builders?.exec[method.name] : builders?.[method.verb];
  if (!builder) throw new Error(`the stubs have no ${resource.id}.${method.name}`);
  if (method.verb === 'select' || method.verb === 'delete' || method.verb === 'exec')
    return builder(given ?? {}, method.verb === 'exec' ? fields : undefined);
  return builder(given ?? {}, fields, { returning });
}

/**
 * Runs what the stubs make of every method through the machinery of `verify`, and compares each row that is decoded
 * with what the API answered.
 */
async function checkStubs(source: Source, spec: string) {
  const { provider: model, files } = await generate(source);
  const stubs = await loadStubs(files.filter((file) => file.path.startsWith('provider/stubs/')));
  const provider = providerPackage(
    files.flatMap(({ path: file, text }) =>
      file.startsWith('provider/src/') ? [{ path: file.slice('provider/src/'.length), text }] : [],
    ),
  );
  const operations = operationsOf(await readSpec(spec));
  const made = new Map<
    string,
    { id: string; statement: Statement<Readonly<Record<string, unknown>>>; method: Method }
  >();
  const called: Partial<Record<SqlVerb, number>> = {};
  const resources = model.services.flatMap((service) =>
    service.resources.map((resource): DocumentedResource => {
      const statements = resource.methods.flatMap((method): DocumentedStatement[] => {
        const operation = operations.find(
          (each) => each.method === method.http.method && each.path === method.http.path.replace(/[?#].*/, ''),
        );
        if (method.limit || !operation) return [];
        const statement = statementFor(stubs, service.name, resource, method, operation);
        const sql = inline(statement);
        made.set(sql, { id: `${resource.id}.${method.name}`, statement, method });
        called[method.verb] = (called[method.verb] ?? 0) + 1;
        return [{ method: method.name, sql, file: 'stubs', line: 1 }];
      });
      const limits = new Map(resource.methods.flatMap((method) => (method.limit ? [[method.name, method.limit]] : [])));
      return {
        service: service.name,
        resource: resource.name,
        methods: new Map(),
        fields: new Map(),
        statements,
        limits,
        onePages: new Map(),
      };
    }),
  );
  let decoded = 0;
  const undecoded: unknown[] = [];
  // The text with its `$1`, as the adapter for `pg` sends it, and its rows decoded.
  const through = (stage: Stage): Stage => ({
    ...stage,
    run: async (sql, api) => {
      const known = made.get(sql);
      if (!known) return stage.run(sql, api);
      const { statement, id, method } = known;
      const seen = await stage.run(statement.sql, api, statement.params);
      if (seen.outcome.ended !== 'rows' || !statement.hasRows || !api || method.response.row?.transform) return seen;
      const { columns, rows: sent = [] } = seen.outcome;
      const { rows, problems } = statement.decode(
        sent.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
      );
      const pages = Array.from({ length: api.paging ? PAGES : 1 }, (_, page) =>
        sampleBody(api.operation, api.status, page),
      );
      // The engine takes the text "null" for null (ENGINE E3.10; Okta has it in an enumeration).
      const sentAs = (value: unknown) => (value === 'null' ? null : (value ?? null));
      const wanted = pages.flatMap((page) => rowsIn(page, columns));
      // Where a whole answer is the row, its own next link is in it.
      const stable = columns.filter((column) => column !== api.paging?.next?.path[0]);
      const differing = stable.filter(
        (column) => canonical(rows.map((row) => row[column])) !== canonical(wanted.map((row) => sentAs(row[column]))),
      );
      decoded += rows.length;
      const [first = ''] = differing;
      if (problems.length > 0 || differing.length > 0 || rows.length !== wanted.length)
        undecoded.push([id, problems, differing, rows.map((row) => row[first]), wanted.map((row) => row[first])]);
      return seen;
    },
  });
  const credential = credentialOf(provider.name, provider.auth);
  const results = await onEngines(
    { engine: ENGINE, environment: process.env, provider, credential, onInterrupt: () => () => {} },
    (live) => verify({ provider, resources, operations: async () => operations, credential }, live.stages.map(through)),
  );
  return { results, called, decoded, undecoded };
}

function failuresOf(results: readonly Result[]): unknown[] {
  const failed = results.filter(({ verdict }) => isFailure(verdict));
  return failed.map(({ service, resource, method, findings, statement }) => [
    `${service}.${resource}.${method}`,
    findings,
    statement,
  ]);
}

describe.skipIf(!hasEngine)('every method as the stubs call it, on the real engine against the mock of the API', () => {
  it('of the sessions', async () => {
    const { results, undecoded, decoded } = await checkStubs(
      path.join(ROOT, 'spec/okta.config.yaml'),
      path.join(ROOT, 'spec/okta-sessions.yaml'),
    );
    expect(results.map(({ method, findings }) => [method, findings])).toEqual(
      results.map(({ method }) => [method, []]),
    );
    expect(results.length).toBe(7);
    expect([decoded, undecoded]).toEqual([3, []]);
  });

  it('of an API with everything', async () => {
    const spec = path.join(ROOT, 'test/types/zoo.yaml');
    const { results, undecoded } = await checkStubs({ spec, provider: 'zoo' }, spec);
    expect(
      results.flatMap(({ method, verdict, findings }) =>
        verdict === 'ok' ? [] : [[method, verdict, findings.map(({ limit }) => limit)]],
      ),
    ).toEqual([['upload_photo', 'limit', ['body-media-type']]]);
    expect(undecoded).toEqual([]);
  });

  it
    .skipIf(!hasShared)
    .each([
      'museum-3.1.yaml',
      'petstore-3.1.yaml',
      'polymorphism-3.0.yaml',
      'schema-types-3.0.yaml',
      'parameters-style-3.1.yaml',
      'server-variables-3.0.yaml',
      'parameters-extreme-3.0.yaml',
      'circular-3.0.yaml',
      'circular-paths-3.0.yaml',
    ])('of %s (needs ../shared/specs)', async (file) => {
    const spec = path.join(SHARED, 'specs/small', file);
    const { results, undecoded } = await checkStubs({ spec, provider: 'p' }, spec);
    expect(failuresOf(results)).toEqual([]);
    expect(undecoded).toEqual([]);
  });

  it.skipIf(!hasShared)('of the whole Okta API (needs ../shared/specs)', { timeout: 900_000 }, async () => {
    const spec = path.join(SHARED, 'specs/okta-management-2026.06.3.yaml');
    const { results, called, decoded, undecoded } = await checkStubs({ spec, provider: 'okta' }, spec);
    expect(failuresOf(results)).toEqual([]);
    console.log(`stubs: ${JSON.stringify(called)} statements, ${decoded} rows decoded`);
    expect(called.select).toBeGreaterThan(250);
    expect(undecoded).toEqual([]);
  });
});

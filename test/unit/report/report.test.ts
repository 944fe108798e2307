import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../../generator/diagnostics/problem.js';
import { emitMapping } from '../../../generator/emit/mapping.js';
import { emitProvider } from '../../../generator/emit/provider.js';
import { mapSource, type ProblemsError } from '../../../generator/index.js';
import type { Method, Resource, Service } from '../../../generator/model.js';
import { reportHtml } from '../../../generator/report/html.js';
import { reportOf, reportText } from '../../../generator/report/report.js';
import { CONFIG, hasShared, SHARED, scratch } from '../../places.js';

const okta = await mapSource(CONFIG);

describe('report', () => {
  it('names every operation with what it became and why, and every warning', () => {
    const report = reportOf(okta.provider, [{ code: 'operation-skipped', message: 'GET /x' }]);
    expect(report.services).toMatchObject([
      {
        name: 'sessions',
        resources: 1,
        methods: 7,
        verbs: { select: 2, insert: 1, update: 0, replace: 0, delete: 2, exec: 2 },
      },
    ]);
    expect(report.operations[0]).toMatchObject({
      http: 'GET /api/v1/sessions/me',
      method: 'get_current_session',
      verb: 'select',
      rows: '',
      required: ['subdomain'],
      because: { verb: { rule: 'verb.get' } },
    });
    expect(report.notes).toMatchObject([{ code: 'operation-skipped', severity: 'warning' }]);
  });

  it('as a page needs nothing else, runs nothing of the spec and has each operation once', () => {
    const hostile = '<script>alert(1)</script>"\'&';
    const provider = {
      ...okta.provider,
      services: okta.provider.services.map((service) => ({
        ...service,
        because: { rule: 'hint' as const, saw: hostile },
      })),
    };
    const html = reportHtml(reportOf(provider, [{ code: 'spec-value', message: hostile }]));
    expect(html).not.toContain('<script>alert');
    expect(html).not.toMatch(/(src|href)="(?!#)/);
    expect(html.match(/<tr[^>]*data-verb/g)).toHaveLength(7);
    // Each link of the picture leads to a row.
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(` id="${target}"`);
  });
});

describe('report as text', () => {
  const line = (text: string, method: string) => text.split('\n').find((each) => each.includes(`.${method} `)) ?? '';

  it('says an operation in a line: name, verb, request, rows and pages, inputs, reasons', () => {
    const text = reportText(reportOf(okta.provider, []));
    expect(line(text, 'get_session').split(/ {2,}/)).toEqual([
      'okta.sessions.sessions.get_session',
      'select',
      'GET /api/v1/sessions/{sessionId}',
      'rows: the response',
      'subdomain, sessionId',
      'GET that responds with rows; ' +
        'the last static path segment and most operationIds say sessions; operationId getSession',
    ]);
    expect(line(text, 'revoke_session')).toContain('  -  ');
    expect(text.split('\n')).toHaveLength(2 + 1 + 7);
  });

  it('says where ids come from, how lists page, what is a template', () => {
    const [service] = okta.provider.services as [Service];
    const [resource] = service.resources as [Resource];
    const method = resource.methods.find(({ name }) => name === 'get_session') as Method;
    const source = { resource: 'okta.a.b', method: 'list', column: 'id' };
    const changed: Method = {
      ...method,
      parameters: method.parameters.map((parameter) =>
        parameter.in === 'path' ? { ...parameter, source } : parameter,
      ),
      pagination: {
        requestToken: { key: 'after', location: 'query' },
        responseToken: { key: '$.next', location: 'body' },
        because: { rule: 'pagination', saw: 'x' },
      },
      pageSize: { parameter: 'limit' },
      response: {
        ...method.response,
        row: { mediaType: 'application/json', columns: [], transform: { template: '{{}}', component: 'X' } },
      },
      limit: 'body-map',
      deprecated: true,
      stage: 'beta',
    };
    const text = reportText(
      reportOf({ ...okta.provider, services: [{ ...service, resources: [{ ...resource, methods: [changed] }] }] }, []),
    );
    expect(line(text, 'get_session')).toContain(
      'rows: template, pages: $.next, page size: limit, cannot be called: body-map, deprecated, beta',
    );
    expect(line(text, 'get_session')).toContain('subdomain, sessionId (from okta.a.b.id)');
  });

  it('text of the spec breaks no line and steers no terminal', () => {
    const [service] = okta.provider.services as [Service];
    const [resource] = service.resources as [Resource];
    const methods = resource.methods.map((method) => ({ ...method, stage: 'be\n\u001b[31mta\u202e' }));
    const provider = { ...okta.provider, services: [{ ...service, resources: [{ ...resource, methods }] }] };
    const text = reportText(reportOf(provider, [{ code: 'spec-value', message: 'a\r\nb' }]));
    expect(text.split('\n')).toHaveLength(2 + 1 + 7 + 3);
    expect(text).not.toMatch(/[^\P{C}\n]/u);
  });
});

describe('the mapping file of the public tool', () => {
  const header =
    'filename,path,operationId,formatted_op_id,verb,response_object,tags,formatted_tags,stackql_resource_name,' +
    'stackql_method_name,stackql_verb,stackql_object_key,op_description\n';
  const withRows = async (rows: string) => {
    const file = path.join(scratch(), 'all_services.csv');
    writeFileSync(file, `\ufeff${header}${rows}`.replaceAll(/\r?\n/g, '\r\n'));
    return mapSource({ config: unlocked(), references: {}, mapping: file });
  };
  /** The committed config without its lock: published names would not move. */
  const unlocked = () => {
    const folder = scratch();
    for (const file of ['okta.config.yaml', 'okta-sessions.yaml'])
      cpSync(path.join(path.dirname(CONFIG), file), path.join(folder, file));
    return path.join(folder, 'okta.config.yaml');
  };

  it('what is exported is read back to the same provider', async () => {
    const file = path.join(scratch(), 'all.csv');
    writeFileSync(file, emitMapping(okta.provider));
    const { provider } = await mapSource({ config: CONFIG, references: {}, mapping: file });
    expect(emitProvider(provider)).toEqual(emitProvider(okta.provider));
  });

  it('to the same bytes, where inference made a resource of what could not be reached', async () => {
    const rows = 'type: array, items: {$ref: "#/components/schemas/Check"}';
    const answer = `responses: {"200": {description: ok, content: {application/json: {schema: {${rows}}}}}}`;
    const one = (path: string, id: string) => `  ${path}:\n    get: {operationId: ${id}, ${answer}}\n`;
    const spec = path.join(scratch(), 'api.yaml');
    const paths =
      one('/checks', 'listChecks') + one('/checks/default', 'listDefaultChecks') + one('/checks/{id}', 'getCheck');
    writeFileSync(
      spec,
      `openapi: 3.0.3\ninfo: {title: t, version: "1"}\nservers: [{url: "https://x.com"}]\n` +
        `components: {schemas: {Check: {type: object, properties: {id: {type: string}}}}}\npaths:\n${paths}`,
    );
    const before = await mapSource({ spec, provider: 'acme' });
    expect(before.provider.services[0]?.resources.map(({ name }) => name)).toEqual(['checks', 'default_checks']);
    const file = path.join(path.dirname(spec), 'all.csv');
    writeFileSync(file, emitMapping(before.provider));
    const after = await mapSource({ spec, provider: 'acme', mapping: file });
    expect(emitProvider(after.provider)).toEqual(emitProvider(before.provider));
  });

  it.skipIf(!hasShared)('so is the whole Okta API (needs ../shared)', async () => {
    const spec = { spec: path.join(SHARED, 'specs/okta-management-2026.06.3.yaml'), provider: 'okta' };
    const before = await mapSource(spec);
    const file = path.join(scratch(), 'all.csv');
    writeFileSync(file, emitMapping(before.provider));
    const after = await mapSource({ ...spec, mapping: file });
    expect(after.warnings.filter(({ code }) => code.startsWith('mapping-'))).toEqual([]);
    expect(emitProvider(after.provider)).toEqual(emitProvider(before.provider));
  });

  it('gives names and verbs; quotes, CRLF and a byte-order mark are understood', async () => {
    const { provider } = await withRows(
      '"logins.yaml",/api/v1/sessions/me,getCurrentSession,x,get,,"a, b",,logins,who_am_i,select,,"says ""hi"""\r\n',
    );
    const method = provider.services.find(({ name }) => name === 'logins')?.resources[0]?.methods[0];
    expect([method?.name, method?.verb, method?.because.verb]).toEqual([
      'who_am_i',
      'select',
      { rule: 'mapping', saw: 'line 2 of the mapping file' },
    ]);
  });

  const ROW = 's.yaml,/api/v1/sessions/me,a,a,get';
  it.each<[name: string, rows: string, problems: string[]]>([
    ['a row without a name', `${ROW},,,,,,,,\n`, ['2:39 mapping-unnamed 1 row names no resource; this is the first']],
    [
      'a verb that cannot be had',
      `${ROW},,,,sessions,get_current_session,UPDATE,,\n`,
      ['2:8 override-impossible getCurrentSession cannot be update: there is nothing to SET'],
    ],
    [
      'a stale row',
      's.yaml,/gone,gone,gone,get,,,,gone,get_gone,select,,\n',
      ['2:8 mapping-stale "GET /gone" matches no operation'],
    ],
    [
      'a stale key',
      `${ROW},,,,sessions,get_current_session,select,$.nowhere,\n`,
      ['2:8 mapping-stale $.nowhere leads to no rows in the response of getCurrentSession'],
    ],
    [
      'a row that comes twice',
      `${ROW},,,,a,b,select,,\n${ROW},,,,c,d,select,,\n`,
      ['3:8 mapping-repeated GET /api/v1/sessions/me is on line 2 too'],
    ],
    [
      'broken names, verbs and keys, after a cell of two lines and an empty line',
      `${ROW},,,,,,,,"two\nlines, ""quoted"""\n\n${ROW},,"t,""u",,Not A Name,x-y,choose,a key,\n` +
        `../x y.yaml,/a,a,a,fetch,,,,r,m,exec,,\n`,
      [
        '5:46 mapping-broken stackql_resource_name "Not A Name" is no name',
        '5:57 mapping-broken stackql_method_name "x-y" is no name',
        '5:61 mapping-broken stackql_verb "choose" is none of select, insert, update, replace, delete, exec',
        '5:68 mapping-broken stackql_object_key "a key" is no path',
        '6:1 mapping-broken filename "x y" is no name',
        '6:20 mapping-broken verb "fetch" is no HTTP method',
      ],
    ],
    [
      'a quote that never ends',
      `${ROW},"`,
      ['2:1 mapping-broken Quote Not Closed: the parsing is finished with an opening quote at line 2'],
    ],
    [
      'a row that is too short',
      's.yaml,/x\n',
      ['2:1 mapping-broken Invalid Record Length: expect 13, got 2 on line 2'],
    ],
  ])('%s is said, with its place', async (_, rows, problems) => {
    const found = await withRows(rows).then(
      ({ warnings }) => warnings.filter(({ code }) => code !== 'mapping-passing'),
      (thrown: unknown) => (thrown as ProblemsError).problems,
    );
    expect(
      found.map(({ at, code, message }) => `${(at as Position).line}:${(at as Position).column} ${code} ${message}`),
    ).toEqual(problems);
  });

  it('what has no row or no name is inferred', async () => {
    const { provider } = await withRows(`${ROW},,,,,,,,\ns.yaml,/api/v1/sessions,a,a,post,,,,,,,,\n`);
    expect(emitProvider(provider)).toEqual(emitProvider(okta.provider));
  });

  it('a row to be skipped leaves its operation out, a blank one counts for nothing', async () => {
    const { provider, warnings } = await withRows(`${ROW},,,,skip_this_resource,,,,\n,,,,,,,,,,,,\n`);
    expect(provider.services.flatMap(({ resources }) => resources.flatMap(({ methods }) => methods)).length).toBe(6);
    expect(warnings.map(({ code, message }) => `${code} ${message}`.split(' has its')[0])).toEqual([
      'mapping-passing okta',
      'operation-excluded getCurrentSession: line 2 of the mapping file',
    ]);
  });

  it.each([';', '\t'])('cells may be separated by %j', async (delimiter) => {
    const file = path.join(scratch(), 'all.csv');
    const cells = ROW.concat(',,,,logins,who_am_i,Select,,');
    writeFileSync(file, `${header}${cells}\n`.replaceAll(',', delimiter));
    const { provider, warnings } = await mapSource({ config: unlocked(), mapping: file });
    expect(provider.services.flatMap(({ resources }) => resources.map(({ name }) => name))).toContain('logins');
    expect(warnings.map(({ code }) => code)).toEqual(['mapping-passing']);
  });

  it('an empty file is broken', async () => {
    const file = path.join(scratch(), 'empty.csv');
    writeFileSync(file, '');
    await expect(mapSource({ config: CONFIG, mapping: file })).rejects.toMatchObject({
      problems: [{ code: 'mapping-broken', at: { line: 1 } }],
    });
  });

  it('what the config overrides wins, value by value', async () => {
    const config = unlocked();
    const overrides = 'overrides: [{ operation: GET /api/v1/sessions/me, method: me }]';
    writeFileSync(config, readFileSync(config, 'utf8').replace('overrides: []', overrides));
    const mapping = path.join(path.dirname(config), 'm.csv');
    writeFileSync(mapping, `${header}${ROW},,,,logins,who_am_i,exec,,\n`);
    const { provider } = await mapSource({ config, mapping });
    const [method] = provider.services.find(({ name }) => name === 's')?.resources[0]?.methods ?? [];
    expect([method?.name, method?.verb]).toEqual(['me', 'exec']);
  });

  it('text that a spreadsheet would run is exported as text', () => {
    const [service] = okta.provider.services as [Service];
    const [resource] = service.resources as [Resource];
    const [method] = resource.methods as [Method];
    const hostile = { ...method, operationId: '=1+1', summary: '@SUM(A1)' };
    const text = emitMapping({
      ...okta.provider,
      services: [{ ...service, resources: [{ ...resource, methods: [hostile] }] }],
    });
    expect(text).toContain(",'=1+1,");
    expect(text).toMatch(/,'@SUM\(A1\)\n$/);
  });
});

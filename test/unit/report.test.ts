import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { emitMapping } from '../../generator/emit/mapping.js';
import { emitProvider } from '../../generator/emit/provider.js';
import { mapSource, type ProblemsError } from '../../generator/index.js';
import { reportHtml } from '../../generator/report/html.js';
import { reportOf } from '../../generator/report/report.js';
import { CONFIG, hasShared, SHARED, scratch } from '../places.js';

const okta = await mapSource(CONFIG);

describe('report', () => {
  it('names every operation with what it became and why, and every warning', () => {
    const report = reportOf(okta.provider, [{ code: 'operation-skipped', message: 'GET /x' }]);
    expect(report.services).toMatchObject([
      { name: 'sessions', resources: 1, methods: 7, verbs: { select: 2, insert: 1, update: 0, replace: 0, delete: 2, exec: 2 } },
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
    const provider = { ...okta.provider, services: okta.provider.services.map((service) => ({ ...service, because: { rule: 'x', saw: hostile } })) };
    const html = reportHtml(reportOf(provider, [{ code: 'spec-value', message: hostile }]));
    expect(html).not.toContain('<script>alert');
    expect(html).not.toMatch(/(src|href)="(?!#)/);
    expect(html.match(/<tr[^>]*data-verb/g)).toHaveLength(7);
    // Each link of the picture leads to a row.
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(` id="${target}"`);
  });
});

describe('the mapping file of the public tool', () => {
  const header =
    'filename,path,operationId,formatted_op_id,verb,response_object,tags,formatted_tags,stackql_resource_name,stackql_method_name,stackql_verb,stackql_object_key,op_description\n';
  const withRows = async (rows: string) => {
    const file = path.join(scratch(), 'all_services.csv');
    writeFileSync(file, `\ufeff${header}${rows}`.replaceAll(/\r?\n/g, '\r\n'));
    return mapSource({ config: CONFIG, references: {}, mapping: file });
  };

  it('what is exported is read back to the same provider', async () => {
    const file = path.join(scratch(), 'all.csv');
    writeFileSync(file, emitMapping(okta.provider));
    const { provider } = await mapSource({ config: CONFIG, references: {}, mapping: file });
    expect(emitProvider(provider)).toEqual(emitProvider(okta.provider));
  });

  it.skipIf(!hasShared)('so is the whole Okta API (needs ../shared)', async () => {
    const spec = { spec: path.join(SHARED, 'specs/okta-management-2026.06.3.yaml'), provider: 'okta' };
    const before = await mapSource(spec);
    const file = path.join(scratch(), 'all.csv');
    writeFileSync(file, emitMapping(before.provider));
    const after = await mapSource({ ...spec, mapping: file });
    expect(after.warnings.filter(({ code }) => code === 'mapping-stale')).toEqual([]);
    // Groups may come in another order; what they hold is the same.
    const values = ({ provider }: typeof before) => emitProvider(provider).map(({ path: file, text }) => [file, load(text)]);
    expect(values(after)).toEqual(values(before));
  });

  it('gives names and verbs; quotes, CRLF and a byte-order mark are understood', async () => {
    const { provider } = await withRows('"logins.yaml",/api/v1/sessions/me,getCurrentSession,x,get,,"a, b",,logins,who_am_i,select,,"says ""hi"""\r\n');
    const method = provider.services.find(({ name }) => name === 'logins')?.resources[0]?.methods[0];
    expect([method?.name, method?.verb, method?.because.verb]).toEqual(['who_am_i', 'select', { rule: 'mapping', saw: 'line 2 of the mapping file' }]);
  });

  it('a row without a name, or to be skipped, is left to inference', async () => {
    const { provider } = await withRows('s.yaml,/api/v1/sessions/me,a,a,get,,,,,,,,\ns.yaml,/api/v1/sessions,a,a,post,,,,skip_this_resource,,,,\n');
    expect(provider.services.map(({ name }) => name)).toEqual(['sessions']);
  });

  it('a stale row is a warning with its line, a broken one an error', async () => {
    const { warnings } = await withRows('s.yaml,/gone,gone,gone,get,,,,gone,get_gone,select,,\n');
    expect(warnings).toMatchObject([{ code: 'mapping-stale', at: { line: 2 } }]);
    const error = await withRows('s.yaml,/api/v1/sessions/me,a,a,get,,,,Not A Name,x,choose,a key,\n').catch((thrown: unknown) => thrown);
    expect((error as ProblemsError).problems.map(({ code, message }) => `${code} ${message.split(' ')[0]}`)).toEqual([
      'mapping-broken stackql_resource_name',
      'mapping-broken stackql_verb',
      'mapping-broken stackql_object_key',
    ]);
  });
});

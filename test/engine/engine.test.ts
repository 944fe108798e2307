import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Method, mapSource } from '../../generator/index.js';
import { requiredInputs } from '../../generator/model.js';
import { exampleStatement } from '../../generator/sql/example.js';
import { CONFIG, hasShared, ROOT, SHARED, scratch } from '../places.js';
import { ENGINE, engineRun, hasEngine } from './stackql.js';

interface Request {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const { provider } = await mapSource(CONFIG);
const resource = provider.services[0]?.resources[0];
if (!resource) throw new Error('no resource');
const session = { id: 's1', login: "o'hara", status: 'ACTIVE', amr: ['pwd'], idp: { id: 'i1', type: 'OKTA' } };
const registry = scratch();
const requests: Request[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk));
  request.on('end', () => {
    // The engine writes the `?` of an empty query.
    requests.push({
      method: request.method ?? '',
      url: (request.url ?? '').replace(/\?$/, ''),
      headers: request.headers,
      body,
    });
    if (request.method === 'DELETE') response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(session));
  });
});

const run = (sql: string) => engineRun(registry, sql);

describe.skipIf(!hasEngine)('on the real engine', () => {
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    cpSync(path.join(ROOT, 'provider'), registry, { recursive: true });
    const file = path.join(registry, 'src/okta/v00.00.00000/services/sessions.yaml');
    const document = parse(readFileSync(file, 'utf8'));
    document.servers[0].url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{subdomain}/`;
    writeFileSync(file, stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }));
  });
  afterAll(() => server.close());

  const WANT: Record<string, { method: string; url: string; body?: unknown; cookie?: string }> = {
    get_current_session: { method: 'GET', url: '/v_subdomain/api/v1/sessions/me', cookie: 'v_Cookie' },
    get_session: { method: 'GET', url: '/v_subdomain/api/v1/sessions/v_sessionId' },
    create_session: { method: 'POST', url: '/v_subdomain/api/v1/sessions', body: { sessionToken: 'v_sessionToken' } },
    close_current_session: { method: 'DELETE', url: '/v_subdomain/api/v1/sessions/me', cookie: 'v_Cookie' },
    revoke_session: { method: 'DELETE', url: '/v_subdomain/api/v1/sessions/v_sessionId' },
    refresh_current_session: {
      method: 'POST',
      url: '/v_subdomain/api/v1/sessions/me/lifecycle/refresh',
      cookie: 'v_Cookie',
    },
    refresh_session: { method: 'POST', url: '/v_subdomain/api/v1/sessions/v_sessionId/lifecycle/refresh' },
  };

  it.each(resource.methods.map((method): [string, Method] => [method.name, method]))(
    'the documented statement of %s sends its request, and only that',
    async (name, method) => {
      requests.length = 0;
      const { rows, messages } = await run(
        (exampleStatement(resource, method) ?? '').replace(/\{\{ (\w+) \}\}/g, 'v_$1'),
      );
      const want = WANT[name];
      expect(
        requests.map((request) => [request.method, request.url]),
        messages,
      ).toEqual([[want?.method, want?.url]]);
      expect(requests[0]?.headers.authorization).toBe('SSWS secret');
      expect(requests[0]?.headers.cookie).toBe(want?.cookie);
      if (want?.body) expect(JSON.parse(requests[0]?.body ?? '')).toEqual(want.body);
      // RETURNING and SELECT answer the documented columns with the API's values.
      if (method.verb === 'select' || method.verb === 'insert') {
        expect(Object.keys(rows[0] ?? {}).sort()).toEqual(
          method.response.row?.columns.map((column) => column.name).sort(),
        );
        expect(rows[0]).toMatchObject({ id: 's1', login: "o'hara", status: 'ACTIVE' });
      }
    },
  );

  it('SHOW EXTENDED METHODS agrees with the page: name, SQL verb, required parameters', async () => {
    const { rows } = await run('SHOW EXTENDED METHODS IN okta.sessions.sessions');
    const shown = rows.map((row) => [
      row.MethodName,
      String(row.SQLVerb).toLowerCase(),
      String(row.RequiredParams).split(', ').sort(),
    ]);
    expect(shown).toEqual(resource.methods.map((method) => [method.name, method.verb, requiredInputs(method).sort()]));
    const page = readFileSync(path.join(ROOT, 'docs/services/sessions/sessions/index.md'), 'utf8');
    const table = [
      ...(page.split('## Methods')[1] ?? '').matchAll(
        /<td><a [^>]*><code>([^<]+)<\/code><\/a><\/td>\n {4}<td><code>(\w+)<\/code><\/td>\n {4}<td>(.*)<\/td>/g,
      ),
    ];
    expect(shown).toEqual(
      table.map(([, name = '', verb, required = '']) => [
        name.replaceAll('&#95;', '_'),
        verb,
        [...required.matchAll(/<code>([^<]+)<\/code>/g)].map(([, parameter]) => parameter).sort(),
      ]),
    );
  });

  it('DESCRIBE EXTENDED agrees with the page: column, base type, description', async () => {
    const { rows } = await run('DESCRIBE EXTENDED okta.sessions.sessions');
    const described = rows.map((row) => [row.name, row.type, row.description]).sort();
    for (const method of resource.methods) {
      if (method.response.row && method.verb !== 'exec')
        expect(
          method.response.row.columns.map(({ name, type, description }) => [name, type.type, description]).sort(),
        ).toEqual(described);
    }
  });

  it.skipIf(!hasShared || !existsSync(path.join(SHARED, 'tools/conformance.mjs')))(
    'the independent yardstick agrees: 7 of 7 (needs ../shared/tools)',
    () => {
      const args = [
        path.join(SHARED, 'tools/conformance.mjs'),
        '--registry',
        'provider',
        '--provider',
        'okta',
        '--docs',
        'docs',
        '--api',
        'spec/okta-sessions.yaml',
      ];
      const result = JSON.parse(
        execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', env: { ...process.env, STACKQL: ENGINE } }),
      );
      expect(result).toMatchObject({ statements: 7, ok: 7, methods: 7, methodsDocumented: 7 });
    },
  );
});

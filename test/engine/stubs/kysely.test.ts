import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emitProvider } from '../../../generator/emit/provider.js';
import { kyselyPool } from '../../../generator/emit/stubs/runtime/kysely.js';
import { emitStubs } from '../../../generator/emit/stubs/stubs.js';
import { mapSource, type OutputFile } from '../../../generator/index.js';
import { compileErrors } from '../../../generator/pipeline/compile-stubs.js';
import { readRuntime } from '../../../generator/read/templates.js';
import { pointAtMock, providerPackage } from '../../../generator/verify/provider.js';
import { hasEngine, hasShared, SHARED } from '../../places.js';
import { CHECKERS, project } from '../../types/check.js';
import { pgServer } from '../pg.js';
import { registryOf } from './boxes.js';
import { loadStubs } from './load.js';

/** A program: what Kysely is asked. Then the rows, and the requests. */
type Row = readonly [name: string, program: string, rows: unknown, requests?: readonly string[]];

const USERS = [0, 1, 2, 3].map((number) => ({
  id: `u${number}`,
  status: number % 2 === 0 ? 'STAGED' : 'ACTIVE',
  created: `2026-01-0${number + 1}T00:00:00Z`,
  profile: { login: `user${number}` },
}));
const GROUPS = [
  { id: 'g1', type: 'OKTA_GROUP' },
  { id: 'g2', type: 'BUILT_IN' },
];
const SESSION = { id: 's1', status: 'ACTIVE', login: 'user1', userId: 'u1', amr: ['pwd'] };

/** The API: users, groups, and a session. */
function respond(method: string, url: string): unknown {
  const [, user] = /^\/api\/v1\/users\/([^/?]+)$/.exec(url) ?? [];
  if (url.includes('no-such')) return undefined;
  if (method === 'DELETE') return null;
  if (method === 'POST' && url === '/api/v1/groups') return { id: 'g3', type: 'OKTA_GROUP' };
  if (user) return USERS.find(({ id }) => id === user);
  if (/\/groups$/.test(url)) return GROUPS;
  return url.startsWith('/api/v1/sessions') ? SESSION : USERS;
}

const users = (more: string) => `db.selectFrom('users.users').where('yourOktaDomain', '=', 'o')${more}`;
const list = 'GET /api/v1/users';

const STATEMENTS: readonly Row[] = [
  ['chosen columns', users(".select(['id', 'status']).limit(1)"), [{ id: 'u0', status: 'STAGED' }], [list]],
  [
    'an object is an object',
    users(".where('id', '=', 'u1').select(['id', 'profile'])"),
    [{ id: 'u1', profile: { login: 'user1' } }],
    ['GET /api/v1/users/u1'],
  ],
  [
    'a filter of the API',
    users(".where('search', '=', `it's \\\\ \"x\"`).select('id').limit(1)"),
    [{ id: 'u0' }],
    [`GET /api/v1/users?search=it's \\ "x"`],
  ],
  ['WHERE on a column', users(".where('status', '=', 'ACTIVE').select('id')"), [{ id: 'u1' }, { id: 'u3' }], [list]],
  ['comparison', users(".where('created', '>', '2026-01-03').select('id')"), [{ id: 'u2' }, { id: 'u3' }], [list]],
  [
    'IN on a column',
    users(".where('status', 'in', ['ACTIVE', 'LOCKED_OUT']).select('id')"),
    [{ id: 'u1' }, { id: 'u3' }],
  ],
  ['LIKE', users(".where('created', 'like', '%-03T%').select('id')"), [{ id: 'u2' }]],
  [
    'IS NULL',
    users(".where('activated', 'is', null).where('status', '!=', 'STAGED').select('id')"),
    [{ id: 'u1' }, { id: 'u3' }],
  ],
  [
    'IN on an input: a request for each',
    users(".where('id', 'in', ['u1', 'u2']).select('id').orderBy('id')"),
    [{ id: 'u1' }, { id: 'u2' }],
    ['GET /api/v1/users/u1', 'GET /api/v1/users/u2'],
  ],
  [
    'ORDER BY',
    users(".select('id').orderBy('status').orderBy('created', 'desc')"),
    [{ id: 'u3' }, { id: 'u1' }, { id: 'u2' }, { id: 'u0' }],
  ],
  ['ORDER BY with LIMIT', users(".select('id').orderBy('created', 'desc').limit(2)"), [{ id: 'u3' }, { id: 'u2' }]],
  ['OFFSET', users(".select('id').orderBy('id').offset(1).limit(2)"), [{ id: 'u1' }, { id: 'u2' }]],
  ['count', users('.select(({ fn }) => fn.countAll<string>().as("n"))'), [{ n: '4' }], [list]],
  [
    'GROUP BY and HAVING',
    users(
      ".select(['status', ({ fn }) => fn.count<string>('id').as('n')]).groupBy('status')" +
        ".having(({ fn }) => fn.count('id'), '>', 1).orderBy('status')",
    ),
    [
      { status: 'ACTIVE', n: '2' },
      { status: 'STAGED', n: '2' },
    ],
  ],
  ['max', users(".select(({ fn }) => fn.max('created').as('latest'))"), [{ latest: '2026-01-04T00:00:00Z' }]],
  [
    'a join on columns',
    "db.selectFrom('users.users as u').innerJoin('sessions.sessions as s', 's.userId', 'u.id')" +
      ".where('u.yourOktaDomain', '=', 'o').where('s.yourOktaDomain', '=', 'o').where('s.sessionId', '=', 's1')" +
      ".select(['u.id', 's.login', 's.amr'])",
    [{ id: 'u1', login: 'user1', amr: ['pwd'] }],
  ],
  [
    'a left join without aliases',
    "db.selectFrom('users.users').leftJoin('sessions.sessions', 'sessions.sessions.userId', 'users.users.id')" +
      ".where('users.users.yourOktaDomain', '=', 'o').where('sessions.sessions.yourOktaDomain', '=', 'o')" +
      ".where('sessions.sessions.sessionId', '=', 's1').select(['users.users.id', 'login'])" +
      ".orderBy('users.users.id').limit(2)",
    [
      { id: 'u0', login: null },
      { id: 'u1', login: 'user1' },
    ],
  ],
  [
    'a join that gives an input: a request for each row',
    "db.selectFrom('users.users as u').innerJoin('users.groups as g', 'g.id', 'u.id')" +
      ".where('u.yourOktaDomain', '=', 'o').where('g.yourOktaDomain', '=', 'o').select('u.id')",
    [],
    [list, ...USERS.map(({ id }) => `GET /api/v1/users/${id}/groups`)],
  ],
  [
    'WITH',
    "db.with('t', (db) => db.selectFrom('users.users').where('yourOktaDomain', '=', 'o')" +
      ".select(['id as user', 'profile'])).selectFrom('t').where('t.user', '=', 'u1')" +
      ".select(['t.user', 't.profile'])",
    [{ user: 'u1', profile: { login: 'user1' } }],
    [list],
  ],
  [
    'a subquery in FROM',
    "db.selectFrom(db.selectFrom('groups.groups').where('yourOktaDomain', '=', 'o').select(['id', 'type'])" +
      ".as('t')).select('t.type').orderBy('t.type')",
    [{ type: 'BUILT_IN' }, { type: 'OKTA_GROUP' }],
  ],
  [
    'a value that is escaped once only',
    "db.selectFrom(db.selectFrom('users.users').where('yourOktaDomain', '=', 'o').where('q', '=', `it's \\\\`)" +
      ".select('id').as('t')).select('t.id').limit(1)",
    [{ id: 'u0' }],
    [`GET /api/v1/users?q=it's \\`],
  ],
  [
    'UNION',
    "db.selectFrom('groups.groups').where('yourOktaDomain', '=', 'o').select('id')" +
      ".union(db.selectFrom('users.users').where('yourOktaDomain', '=', 'o').where('id', '=', 'u1')" +
      ".select('id')).orderBy('id')",
    [{ id: 'g1' }, { id: 'g2' }, { id: 'u1' }],
  ],
  [
    'all columns of one table',
    "db.selectFrom('groups.groups as g').where('g.yourOktaDomain', '=', 'o').where('type', '=', 'BUILT_IN')" +
      ".selectAll('g')",
    [
      {
        id: 'g2',
        type: 'BUILT_IN',
        created: null,
        lastMembershipUpdated: null,
        lastUpdated: null,
        objectClass: null,
        profile: null,
        _embedded: null,
        _links: null,
      },
    ],
  ],
  [
    'SQL of one\u2019s own',
    users(".select(sql<string>`json_extract(profile, '$.login')`.as('login')).limit(1)"),
    [{ login: 'user0' }],
  ],
  [
    'INSERT',
    "db.insertInto('groups.groups').values({ yourOktaDomain: 'o', profile: { name: `it's` } })" +
      ".returning(['id', 'type'])",
    [{ id: 'g3', type: 'OKTA_GROUP' }],
    [`POST /api/v1/groups {"profile":{"name":"it's"}}`],
  ],
  [
    'UPDATE',
    "db.updateTable('users.users').set({ profile: { firstName: 'a' } }).where('yourOktaDomain', '=', 'o')" +
      ".where('id', '=', 'u1').returning('id')",
    [{ id: 'u1' }],
    ['POST /api/v1/users/u1 {"profile":{"firstName":"a"}}'],
  ],
  [
    'DELETE, with a path value that is encoded',
    "db.deleteFrom('groups.groups').where('yourOktaDomain', '=', 'o').where('groupId', '=', 'a/b')",
    expect.anything(),
    ['DELETE /api/v1/groups/a%2Fb'],
  ],
];

/** What is refused, by whom, before anything is sent. */
const REFUSED: readonly (readonly [name: string, program: string, message: RegExp])[] = [
  [
    'OR',
    users(".where(({ or, eb }) => or([eb('status', '=', 'ACTIVE'), eb('created', '>', '2026')])).select('id')"),
    /OR/,
  ],
  ['DISTINCT', users(".select('status').distinct()"), /groupBy/],
  [
    'a subquery in WHERE',
    users(
      ".where('created', 'in', (db) => db.selectFrom('groups.groups').where('yourOktaDomain', '=', 'o')" +
        ".select('created')).select('id')",
    ),
    /subquery/,
  ],
  ['an input that is compared', users(".where('limit', '>', 2).select('id')"), /limit is an input/],
  [
    'an input inside a function',
    users(".where((eb) => eb(eb.fn<string>('lower', ['search']), '=', 'x')).select('id')"),
    /search is an input/,
  ],
  ['a quote in a value of a column', users(".where('created', '=', \"' or 1=1\").select('id')"), /quote/],
  ['a backslash there', users(".where('created', '=', 'x\\\\').select('id')"), /backslash/],
  ['an input is missing', "db.selectFrom('users.users').select('id')", /yourOktaDomain/],
  [
    'a DELETE by a column',
    "db.deleteFrom('groups.groups').where('yourOktaDomain', '=', 'o').where('groupId', '=', 'g')" +
      ".where('type', '=', 'BUILT_IN')",
    /takes no type/,
  ],
  ['a path value that climbs', users(".where('id', '=', '..').select('id')"), /path value/],
  [
    'two rows at once',
    "db.insertInto('groups.groups').values([{ yourOktaDomain: 'o' }, { yourOktaDomain: 'o' }])",
    /one row/,
  ],
];

/** What the compiler says. */
const TYPES: readonly (readonly [name: string, program: string, refused?: RegExp])[] = [
  ['no such table', "db.selectFrom('users.cats')", /users\.cats/],
  ['no such column', users(".select('name')"), /name/],
  ['a status of the enumeration only', users(".where('status', '=', 'ASLEEP')"), /ASLEEP/],
  ['a number where the API takes one', users(".where('limit', '=', 'x')"), /"x"/],
  ['what only the server sets', "db.insertInto('groups.groups').values({ yourOktaDomain: 'o', id: 'g' })", /id/],
  [
    'a row has its types',
    users(".select(['id', 'profile']).executeTakeFirstOrThrow().then(({ profile }) => profile?.login)"),
  ],
];

describe.skipIf(!hasShared)('Kysely on the stubs of Okta (needs ../shared/specs)', async () => {
  if (!hasShared) return;
  const { provider: whole } = await mapSource({
    spec: path.join(SHARED, 'specs/okta-management-2026.06.3.yaml'),
    provider: 'okta',
  });
  const services = whole.services.filter(({ name }) => ['users', 'groups', 'sessions'].includes(name));
  const provider = { ...whole, services };
  const { files } = await emitStubs(provider, readRuntime(), compileErrors);

  describe.each(CHECKERS)('%s', (checker) => {
    const programs = [...STATEMENTS, ...REFUSED.map(([name, program]) => [name, program, []] as const)];
    const all = [...programs.map(([name, program]): (typeof TYPES)[number] => [name, program]), ...TYPES];
    const head =
      "import { Kysely, PostgresDialect, sql } from 'kysely';\nimport pg from 'pg';\n" +
      "import { type DB, kyselyPlugin, kyselyPool } from '../provider/stubs/okta/index.js';\nsql;\n" +
      'const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: kyselyPool(new pg.Pool()) }), ' +
      'plugins: [kyselyPlugin] });\n';
    const found = (async () => {
      const texts = all.map(([, program], index) => ({ path: `programs/${index}.ts`, text: `${head}${program};\n` }));
      return project([...files, ...texts], ['node']).check(checker);
    })();
    it.each(all.map(([name, program, refused], index) => [name, index, program, refused] as const))(
      '%s',
      async (_name, index, program, refused) => {
        const errors = (await found).get(`programs/${index}.ts`) ?? [];
        if (refused) expect(errors.join('\n'), program).toMatch(refused);
        else expect(errors, program).toEqual([]);
      },
    );
    it('nothing else', async () =>
      expect([...(await found)].filter(([file]) => !file.startsWith('programs/'))).toEqual([]));
  });

  describe.skipIf(!hasEngine)('on the real engine', () => {
    const requests: string[] = [];
    const api = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => (body += chunk));
      incoming.on('end', () => {
        const url = (incoming.url ?? '').replace(/^\/https\/[^/]*/, '').replace(/\?$/, '');
        const method = incoming.method ?? '';
        const shown = url.replace(/\?.*/, (query) => `?${decodeURIComponent(query.slice(1)).replaceAll('+', ' ')}`);
        requests.push(`${method} ${shown} ${body}`.trim());
        const answer = respond(method, url.replace(/\?.*/, ''));
        response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer ?? {}));
      });
    });
    let server: Awaited<ReturnType<typeof pgServer>>;
    let db: Kysely<never>;
    beforeAll(async () => {
      await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
      const { port } = api.address() as AddressInfo;
      const sources = emitProvider(provider, () => true).map(({ path: file, text }) => ({
        path: file.slice('provider/src/'.length),
        text,
      }));
      const atMock = (file: OutputFile) => ({ path: `provider/src/${file.path}`, text: file.text });
      const registry = registryOf(providerPackage(sources).files.map((file) => atMock(pointAtMock(file, port))));
      server = await pgServer(registry, ['--pgsrv.debug.enable'], { OKTA_TOKEN: 'secret' });
      const stubs = (await loadStubs(files)) as unknown as { kyselyPlugin: never };
      const dialect = new PostgresDialect({ pool: kyselyPool(new pg.Pool({ ...server.connection, max: 2 })) });
      db = new Kysely({ dialect, plugins: [stubs.kyselyPlugin] });
    }, 60_000);
    afterAll(async () => {
      await db.destroy();
      await server.stop();
      api.close();
      api.closeAllConnections();
    });
    const ask = (program: string): { execute(): Promise<unknown> } =>
      new Function('db', 'sql', ts.transpile(`return ${program}`, { target: ts.ScriptTarget.ES2022 }))(db, sql);

    it('there are twenty statements at least', () => expect(STATEMENTS.length).toBeGreaterThanOrEqual(20));
    it.each(STATEMENTS.map(([...row]) => row))('%s', async (_name, program, rows, sent) => {
      requests.length = 0;
      expect(await ask(program).execute()).toEqual(rows);
      if (sent) expect([...requests].sort()).toEqual([...sent].sort());
    });
    it.each(REFUSED)('refuses %s, and sends nothing', async (_name, program, message) => {
      requests.length = 0;
      const work = async () => ask(program).execute();
      await expect(work()).rejects.toThrow(message);
      await expect(work()).rejects.toMatchObject({ name: 'InputError' });
      expect(requests).toEqual([]);
    });
    it('an HTTP error is thrown with its status', () =>
      expect(ask(users(".where('id', '=', 'no-such').select('id')")).execute()).rejects.toMatchObject({
        name: 'EngineError',
        status: 404,
      }));
  });
});

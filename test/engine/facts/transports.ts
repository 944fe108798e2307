import { writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { expect } from 'vitest';
import { mcpServer } from '../mcp.js';
import { pgServer } from '../pg.js';
import { exec, type Fact, FIELDS, NAIVE, THING, THINGS, type Tiny } from './tiny.js';

/** What the three ways to the engine do with a statement and its answer: the stubs' adapters lean on this. */
const BODY = { type: 'object', properties: { ...FIELDS, f: { type: 'number' } } } as const;
const LIST = { verb: 'select', op: 'GET /things', with: ['{name: q, in: query}'], answers: THINGS } as const;
const MAKE = { verb: 'insert', op: 'POST /things', body: BODY, answers: THING, config: NAIVE } as const;
const SET = { verb: 'update', op: 'PATCH /things/{id}', body: BODY, answers: THING, config: NAIVE } as const;
const DELETE = { verb: 'delete', op: 'DELETE /things/{id}' } as const;
const ACT = { op: 'POST /act/{id}', body: BODY, config: NAIVE } as const;
const TYPED = {
  i: { type: 'integer' },
  big: { type: 'integer' },
  f: { type: 'number' },
  u: { oneOf: [{ type: 'string' }, { type: 'integer' }] },
  s: { type: 'string' },
};

/** An API whose requests with `bad` in their URL end in 404. */
const API: Tiny = {
  methods: { list: LIST, make: MAKE, delete: DELETE, act: ACT },
  answer: ({ method, url }) => {
    if (url.includes('bad')) return { status: 404, body: { error: 'none' } };
    if (method === 'DELETE') return { status: 204 };
    return { body: method === 'GET' ? [{ id: 'i', name: null }] : { id: 'i' } };
  },
};

export const TRANSPORTS: readonly Fact[] = [
  [
    'E3.4',
    'the value of `$1` is pasted: its quotes are doubled, its backslashes escape',
    { methods: { make: MAKE, list: LIST } },
    [
      ['INSERT INTO X (name) SELECT $1', { values: ["it's"], sends: [`POST /things {"name":"it's"}`] }],
      ['INSERT INTO X (name) SELECT $1', { values: ['a\\tb'], sends: ['POST /things {"name":"a\\tb"}'] }],
      ['INSERT INTO X (name) SELECT $1', { values: ['a\\\\b'], sends: ['POST /things {"name":"a\\\\b"}'] }],
      ['SELECT id FROM X WHERE q = $1', { values: ['$1; x'], sends: ['GET /things?q=%241%3B+x'] }],
    ],
  ],
  [
    'E3.10',
    'the value of `$1` is text, whatever it looks like',
    { methods: { make: MAKE } },
    [
      [
        'INSERT INTO X (name, f) SELECT $1, $2',
        { values: ['true', '5'], sends: ['POST /things {"f":"5","name":"true"}'] },
      ],
    ],
  ],
  [
    'N14',
    'over the wire a `;` ends a statement even inside a literal, and what follows does not run; in the value ' +
      'of `$1` it is text',
    { methods: { make: MAKE, delete: DELETE } },
    [
      ["INSERT INTO X (name) SELECT 'a;b'", { fails: /syntax error/, sends: [] }],
      ["INSERT INTO X (name) SELECT 'a'; DELETE FROM X WHERE id = '1';", { sends: ['POST /things {"name":"a"}'] }],
      ['INSERT INTO X (name) SELECT $1\n;', { values: ['a;b'], sends: ['POST /things {"name":"a;b"}'] }],
    ],
  ],
  [
    'N7',
    'a `$1` that is NULL in capitals is no text but NULL; a backslash in it keeps it text',
    { methods: { make: MAKE, list: LIST, set: SET } },
    [
      ['INSERT INTO X (name) SELECT $1', { values: ['NULL'], fails: /zero data/, sends: [] }],
      ['SELECT id FROM X WHERE q = $1', { values: ['NULL'], sends: ['GET /things'] }],
      ["UPDATE X SET name = $1 WHERE id = '1'", { values: ['NULL'], fails: /NullVal/, sends: [] }],
      ['INSERT INTO X (name) SELECT $1', { values: ['NUL\\L'], sends: ['POST /things {"name":"NULL"}'] }],
      ['SELECT id FROM X WHERE q = $1', { values: ['NUL\\L'], sends: ['GET /things?q=NULL'] }],
    ],
  ],
  [
    'N8',
    'INSERT takes no negative number with decimals, and no integer beyond 64 bits but with an exponent',
    { methods: { make: MAKE } },
    [
      ['INSERT INTO X (f) SELECT -5', { sends: ['POST /things {"f":-5}'] }],
      ['INSERT INTO X (f) SELECT 1.5', { sends: ['POST /things {"f":1.5}'] }],
      ['INSERT INTO X (f) SELECT -1.5', { fails: /zero data/, sends: [] }],
      ['INSERT INTO X (f) SELECT -1e30', { fails: /zero data/, sends: [] }],
      ['INSERT INTO X (f) SELECT 100000000000000000000', { fails: /zero data/, sends: [] }],
      ['INSERT INTO X (f) SELECT 1e+20', { sends: ['POST /things {"f":100000000000000000000}'] }],
    ],
  ],
  [
    'E3.10',
    'numbers come as the engine prints them, integers beyond 2^53 rounded; the text "null" comes as null',
    {
      methods: { get: { verb: 'select', op: 'GET /things/{id}', answers: { $ref: '#/components/schemas/Typed' } } },
      schemas: { Typed: { type: 'object', properties: TYPED } },
      answer: () => ({ body: '{"i": 5.0, "big": 9007199254740993, "f": 1e21, "u": 7, "s": "null"}' }),
    },
    [
      [
        "SELECT i, big, f, u, s FROM X WHERE id = '1'",
        { rows: [{ i: '5', big: '9007199254740992', f: '1.0e+21', u: '7.0', s: null }] },
      ],
    ],
  ],
  [
    'N23',
    'an integer beyond 2^53 is rounded to the next that a double holds',
    {
      methods: { get: { verb: 'select', op: 'GET /things/{id}', answers: { $ref: '#/components/schemas/Big' } } },
      schemas: {
        Big: { type: 'object', properties: { big: { type: 'integer', format: 'int64' }, last: { type: 'integer' } } },
      },
      answer: () => ({ body: '{"big": 9007199254740993, "last": 9007199254740991}' }),
    },
    [["SELECT big, last FROM X WHERE id = '1'", { rows: [{ big: '9007199254740992', last: '9007199254740991' }] }]],
  ],
  [
    'N13',
    'a text where the API describes a number comes as 0, and the columns after it as null; where it describes ' +
      'a list it comes as it is',
    {
      methods: { get: { verb: 'select', op: 'GET /things/{id}', answers: { $ref: '#/components/schemas/Wrong' } } },
      schemas: {
        Wrong: {
          type: 'object',
          properties: {
            i: { type: 'integer' },
            f: { type: 'number' },
            a: { type: 'array', items: { type: 'string' } },
          },
        },
      },
      answer: () => ({ body: { i: 'many', f: 'much', a: 'none' } }),
    },
    [
      ["SELECT i, f, a FROM X WHERE id = '1'", { rows: [{ i: '0', f: null, a: null }] }],
      ["SELECT a, i FROM X WHERE id = '1'", { rows: [{ a: 'none', i: '0' }] }],
    ],
  ],
  [
    'E3.9',
    'an HTTP error is an error of the statement, without its answer, where no rows are asked for; RETURNING ' +
      'has no rows then',
    {
      methods: { make: MAKE, set: SET, delete: DELETE, act: ACT },
      answer: () => ({ status: 404, body: { error: 'none' } }),
    },
    [
      ["INSERT INTO X (name) SELECT 'n'", { fails: /HTTP error: 404/ }],
      ["UPDATE X SET name = 'n' WHERE id = '1'", { fails: /HTTP error: 404/ }],
      ["EXEC X.act @id = '1'", { fails: /HTTP error: 404/ }],
      ["DELETE FROM X WHERE id = '1'", { fails: /no response body/ }],
      ["INSERT INTO X (name) SELECT 'n' RETURNING id", { count: 0 }],
    ],
  ],
  [
    'N9',
    '`stackql exec` fills `{{ }}` as a template before it reads the SQL; `{\\{` it leaves alone',
    API,
    async ({ folder, sent }) => {
      const name = async (text: string) => {
        sent();
        const file = path.join(folder, 'script.sql');
        writeFileSync(file, `INSERT INTO p.s.things (name) SELECT '${text}';`);
        const { code } = await exec(folder, ['-i', file, '--output', 'json']);
        return [code, ...sent()];
      };
      expect(await name('{{1}}')).toEqual([0, 'POST /things {"name":"1"}']);
      expect(await name('{{x}}')).toEqual([1]);
      expect(await name('{\\{1}}')).toEqual([0, 'POST /things {"name":"{{1}}"}']);
    },
  ],
  [
    'N10',
    '`stackql exec` says on stderr how a statement ended: the HTTP error, nothing for rows, a sentence for ' +
      'what has no rows',
    API,
    async ({ folder }) => {
      for (const [sql, want] of [
        [
          "SELECT id FROM p.s.things WHERE q = 'bad'",
          { stdout: 'null', stderr: 'http response status code: 404, response body: {"error":"none"}\n' },
        ],
        ["SELECT id FROM p.s.things WHERE q = '1' AND name = 'other'", { stdout: 'null', stderr: '' }],
        [
          "DELETE FROM p.s.things WHERE id = '1'",
          { stdout: '', stderr: 'The operation was despatched successfully\n' },
        ],
      ] as const)
        expect(await exec(folder, [sql, '--output', 'json'])).toEqual({ code: 0, ...want });
    },
  ],
  [
    'N11',
    'with --pgsrv.debug.enable the wire reports HTTP errors in notices, all of the connection so far, each time again',
    API,
    async ({ folder }) => {
      const server = await pgServer(folder, ['--pgsrv.debug.enable']);
      try {
        const heard: string[] = [];
        const client = new pg.Client(server.connection);
        client.on('notice', ({ detail }) => heard.push(detail ?? ''));
        await client.connect();
        await client.query("SELECT id FROM p.s.things WHERE q = '1'");
        const error = 'http response status code: 404, response body: {"error":"none"}\n';
        expect(heard).toEqual([]);
        await client.query("SELECT id FROM p.s.things WHERE q = 'bad'");
        expect(heard).toEqual([error]);
        await client.query("SELECT id FROM p.s.things WHERE q = '1'");
        await client.query('SELECT id FROM p.s.things WHERE q = $1', ['bad']);
        expect(heard).toEqual([error, error, error + error]);
        // A statement that fails has no notice: the next one has it.
        await client.query("DELETE FROM p.s.things WHERE id = 'bad'").catch(() => {});
        expect(heard.length).toBe(3);
        await client.query('SELECT 1');
        expect(heard[3]).toMatch(/^(http response status code: 404.*\n){3}/);
        await client.end();
      } finally {
        await server.stop();
      }
    },
  ],
  [
    'N12',
    'the MCP server gives rows as text, null as "null"; a mutation that was done says so, and has no rows',
    API,
    async ({ folder }) => {
      const mcp = await mcpServer(folder);
      try {
        const call = async (name: string, sql: string) =>
          (await mcp.callTool({ name, arguments: { sql } })).structuredContent;
        const done = { messages: ['The operation was despatched successfully'] };
        expect(await call('run_select_query', "SELECT id, name FROM p.s.things WHERE q = '1'")).toEqual({
          rows: [{ id: 'i', name: 'null' }],
        });
        expect(await call('run_select_query', "SELECT id, name FROM p.s.things WHERE q = 'bad'")).toEqual({ rows: [] });
        expect(await call('run_mutation_query', "DELETE FROM p.s.things WHERE id = 'a;b'")).toMatchObject(done);
        expect(await call('run_mutation_query', "DELETE FROM p.s.things WHERE id = 'bad'")).toMatchObject({
          messages: [],
        });
        expect(await call('run_mutation_query', "INSERT INTO p.s.things (name) SELECT 'n' RETURNING id")).toMatchObject(
          {
            messages: [],
          },
        );
        expect(await call('run_lifecycle_operation', "EXEC p.s.things.act @id = '1'")).toMatchObject(done);
        expect(await mcp.callTool({ name: 'run_select_query', arguments: { sql: 'SELEC 1' } })).toMatchObject({
          isError: true,
        });
      } finally {
        await mcp.stop();
      }
    },
  ],
];

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { exec, type Fact, FIELDS, NAIVE, THING, THINGS, type Tiny, writeProvider } from './tiny.js';

const GET = { verb: 'select', op: 'GET /things/{id}', answers: THING } as const;
const LIST = { verb: 'select', op: 'GET /things', answers: THINGS } as const;
const MAKE = {
  verb: 'insert',
  op: 'POST /things',
  body: { type: 'object', properties: FIELDS },
  answers: THING,
  config: NAIVE,
} as const;
const ACT = { op: 'POST /act/{a}/{b}' } as const;
/** For `stackql exec`: one thing, whose name is null. */
const ONE: Tiny = { methods: { get: GET }, answer: () => ({ body: { id: 'i', name: null } }) };

export const STATEMENTS: readonly Fact[] = [
  [
    'E3.1',
    'a line comment swallows its line: a comma in it is lost',
    { methods: { act: ACT } },
    [
      ["EXEC X.act\n@a = '1', -- required\n@b = '2' -- required\n;", { sends: ['POST /act/1/2'] }],
      ["EXEC X.act\n@a = '1' -- required,\n@b = '2'\n;", { fails: /syntax error/, sends: [] }],
    ],
  ],
  [
    'E3.2',
    'EXEC takes parameters as @name=value and a JSON body as @@json after them',
    { methods: { act: { op: 'POST /things/{id}', body: { type: 'object', properties: FIELDS }, config: NAIVE } } },
    [
      [`EXEC X.act @id = '1' @@json = '{"name": "n"}'`, { sends: ['POST /things/1 {"name":"n"}'] }],
      ["EXEC X.act @id = '1', @name = 'n'", { sends: ['POST /things/1 {"name":"n"}'] }],
    ],
  ],
  [
    'E3.3',
    'INSERT … SELECT and INSERT … VALUES work, RETURNING answers from the body; RETURNING an unknown column panics',
    { methods: { make: MAKE } },
    [
      ["INSERT INTO X (name) SELECT 'n'", { sends: ['POST /things {"name":"n"}'] }],
      ["INSERT INTO X (name) VALUES ('n')", { sends: ['POST /things {"name":"n"}'] }],
      ["INSERT INTO X (name) SELECT 'n' RETURNING id, name", { rows: [{ id: 'i1', name: 'n1' }] }],
      ["INSERT INTO X (name) SELECT 'n' RETURNING nothing", { crashes: true }],
    ],
  ],
  [
    'E3.4',
    'in a literal a doubled quote is a quote and a backslash escapes; backticks and brackets quote no name',
    { methods: { make: MAKE, list: { ...LIST, with: ['{name: limit, in: query}'] } } },
    [
      ["INSERT INTO X (name) SELECT 'it''s'", { sends: [`POST /things {"name":"it's"}`] }],
      ["INSERT INTO X (name) SELECT 'a\\\\b'", { sends: ['POST /things {"name":"a\\\\b"}'] }],
      ["INSERT INTO X (name) SELECT 'a\\'b'", { sends: [`POST /things {"name":"a'b"}`] }],
      ["SELECT id FROM X WHERE `limit` = '1'", { fails: /syntax error/, sends: [] }],
      ["SELECT id FROM X WHERE [limit] = '1'", { fails: /syntax error/, sends: [] }],
    ],
  ],
  [
    'E3.5',
    'path values are sent as they are: ? and # cut, a bare % fails, .. climbs; percent-encoded they arrive',
    { methods: { get: GET } },
    [
      ["SELECT id FROM X WHERE id = 'a?b=c'", { sends: ['GET /things/a?b=c'] }],
      ["SELECT id FROM X WHERE id = 'a#b'", { sends: ['GET /things/a'] }],
      ["SELECT id FROM X WHERE id = '50%'", { fails: /invalid URL escape/, sends: [] }],
      ["SELECT id FROM X WHERE id = '../users/u1'", { sends: ['GET /things/../users/u1'] }],
      ["SELECT id FROM X WHERE id = 'a%3Fb%2Fc'", { sends: ['GET /things/a%3Fb%2Fc'] }],
    ],
  ],
  [
    'E3.5',
    'text that reads as JSON reaches even a string body field as JSON',
    { methods: { make: MAKE } },
    [
      [`INSERT INTO X (name) SELECT '{"a": [1]}'`, { sends: ['POST /things {"name":{"a":[1]}}'] }],
      [`INSERT INTO X (name) SELECT '[1]'`, { sends: ['POST /things {"name":[1]}'] }],
      [`INSERT INTO X (name) SELECT 'null'`, { sends: ['POST /things {"name":null}'] }],
      [`INSERT INTO X (name) SELECT '5'`, { sends: ['POST /things {"name":"5"}'] }],
    ],
  ],
  [
    'E3.7',
    'a column named by an SQLite keyword cannot be selected by name, even quoted; `SELECT *` brings it',
    {
      methods: { get: { verb: 'select', op: 'GET /things/{id}', answers: { $ref: '#/components/schemas/Odd' } } },
      schemas: {
        Odd: {
          type: 'object',
          properties: { id: { type: 'string' }, default: { type: 'string' }, primary: { type: 'string' } },
        },
      },
      answer: () => ({ body: { id: 'i', default: 'd', primary: 'p' } }),
    },
    [
      [`SELECT "default" FROM X WHERE id = '1'`, { fails: /./ }],
      [`SELECT "primary" FROM X WHERE id = '1'`, { fails: /./ }],
      ["SELECT * FROM X WHERE id = '1'", { rows: [{ id: 'i', default: 'd', primary: 'p' }] }],
    ],
  ],
  [
    'E3.8',
    'UPDATE and REPLACE without SET are syntax errors; of a body field in both SET and WHERE one value is ' +
      'sent, now this, now that',
    {
      methods: {
        set: {
          verb: 'update',
          op: 'PATCH /things/{id}',
          body: { type: 'object', properties: { name: { type: 'string' } } },
          answers: THING,
          config: NAIVE,
        },
      },
    },
    [
      ["UPDATE X WHERE id = '1'", { fails: /syntax error/ }],
      ["REPLACE X WHERE id = '1'", { fails: /syntax error/ }],
      ["UPDATE X SET name = 'a' WHERE id = '1' AND name = 'b'", { sendsOne: /^PATCH \/things\/1 \{"name":"[ab]"\}$/ }],
    ],
  ],
  [
    'E3.9',
    'SHOW INSERT INTO cannot handle server variables; an HTTP error is no error of the statement, and brings no rows',
    {
      servers: [{ url: 'http://MOCK/{sub}', variables: { sub: { default: 'my' } } }],
      methods: { make: MAKE, get: GET },
      answer: () => ({ status: 404, body: { error: 'none' } }),
    },
    [
      ['SHOW INSERT INTO X', { fails: /error creating insert statement/ }],
      ["SELECT id FROM X WHERE id = '1'", { count: 0 }],
    ],
  ],
  [
    'E3.10',
    "INSERT keeps 5 a number and '5' a string; over the wire every value is text, null is null",
    {
      methods: {
        make: {
          ...MAKE,
          body: {
            type: 'object',
            properties: {
              n: { type: 'integer' },
              s: { type: 'string' },
              b: { type: 'boolean' },
              o: { type: 'object' },
            },
          },
        },
        get: { verb: 'select', op: 'GET /things/{id}', answers: { $ref: '#/components/schemas/Typed' } },
      },
      schemas: {
        Typed: {
          type: 'object',
          properties: {
            i: { type: 'integer' },
            f: { type: 'number' },
            b: { type: 'boolean' },
            o: { type: 'object', properties: FIELDS },
            z: { type: 'string' },
          },
        },
      },
      answer: () => ({ body: { i: 5, f: 1.5, b: true, o: { id: 'x' }, z: null } }),
    },
    [
      [
        `INSERT INTO X (n, s, b, o) SELECT 5, '5', true, '{"k": 1}'`,
        { sends: ['POST /things {"b":true,"n":5,"o":{"k":1},"s":"5"}'] },
      ],
      [
        "SELECT i, f, b, o, z FROM X WHERE id = '1'",
        { rows: [{ i: '5', f: '1.5', b: 'true', o: '{"id":"x"}', z: null }] },
      ],
    ],
  ],
  [
    'E3.1',
    'in a script a terminator inside a comment is lost: the next statement is read as part of this one',
    ONE,
    async ({ folder }) => {
      const lost = await script(folder, 'SELECT 1 AS one -- required;\nSELECT 2 AS two;\n');
      expect(lost.stderr).toMatch(/syntax error at position \d+ near 'SELECT'/);
      expect((await script(folder, 'SELECT 1 AS one -- required\n;\nSELECT 2 AS two;\n')).stderr).toBe('');
    },
  ],
  [
    'E3.6',
    '`stackql exec -i` takes from a file what is too long for an argument',
    ONE,
    async ({ folder }) => {
      const values = Array.from({ length: 20_000 }, (_, index) => `'value-${index}'`);
      const sql = `SELECT 1 AS one WHERE 'value-7' IN (${values.join(', ')});`;
      expect(sql.length).toBeGreaterThan(128 * 1024);
      expect((await script(folder, sql)).stdout).toContain('"one"');
    },
  ],
  [
    'E3.9',
    '`stackql exec` exits 0 after a syntax error, an unknown table, a missing input and a server that does not respond',
    ONE,
    async ({ folder }) => {
      writeProvider(folder, 'nobody', { methods: { get: GET } }, '127.0.0.1:9');
      for (const sql of [
        'SELEC 1',
        'SELECT id FROM p.s.nothing',
        'SELECT id FROM p.s.things',
        "SELECT id FROM nobody.s.things WHERE id = '1'",
      ]) {
        const { code, stderr, stdout } = await exec(folder, [sql, '--output', 'json']);
        expect({ code, said: (stderr + stdout).trim() !== '' }, sql).toEqual({ code: 0, said: true });
      }
    },
  ],
  [
    'E3.10',
    '`stackql exec --output json` prints null as the string "null"',
    ONE,
    async ({ folder }) => {
      const { stdout } = await exec(folder, ["SELECT id, name FROM p.s.things WHERE id = '1'", '--output', 'json']);
      expect(stdout.trim()).toBe('[{"id":"i","name":"null"}]');
    },
  ],
  [
    'E3.8',
    'SET may give a parameter of the path: a PUT without a body is REPLACE … SET of its last one',
    { methods: { put: { verb: 'replace', op: 'PUT /things/{id}/users/{userId}' } } },
    [["REPLACE X SET userId = 'u' WHERE id = '1'", { sends: ['PUT /things/1/users/u'] }]],
  ],
];

function script(folder: string, sql: string) {
  const file = path.join(folder, 'script.sql');
  writeFileSync(file, sql);
  return exec(folder, ['-i', file, '--output', 'json']);
}

import { type Fact, THING, THINGS } from './tiny.js';

const GET = { verb: 'select', op: 'GET /things/{id}', answers: THING } as const;
const LIST = { verb: 'select', op: 'GET /things', answers: THINGS } as const;

export const PARAMETERS: readonly Fact[] = [
  [
    'E2.1',
    'a parameter of the path item is listed as required but not put into the path',
    {
      methods: { get: { ...GET, operation: { parameters: [] } } },
      paths: {
        '/things/{id}': { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] },
      },
    },
    [
      ['SHOW METHODS IN X', { lines: ['get SELECT id'] }],
      ["SELECT id FROM X WHERE id = '7'", { sends: ['GET /things/%7Bid%7D'] }],
    ],
  ],
  [
    'E2.2',
    'a cookie parameter, even an optional one, breaks the method',
    { methods: { list: { ...LIST, with: ['{name: sid, in: cookie}'] } } },
    [['SELECT id FROM X', { fails: /./, sends: [] }]],
  ],
  [
    'E2.2',
    'a header parameter works, `Cookie` too',
    { methods: { list: { ...LIST, with: ['{name: Cookie, in: header}', '{name: X-Tenant, in: header}'] } } },
    [
      [
        `SELECT id FROM X WHERE Cookie = 'sid=1' AND "X-Tenant" = 't'`,
        { sends: ['GET /things'], headers: { cookie: 'sid=1', 'x-tenant': 't' } },
      ],
    ],
  ],
  [
    'E2.3',
    'in quotes a name may hold anything but a null byte; a backslash escapes nothing there',
    {
      methods: {
        list: {
          ...LIST,
          with: ["q'; DROP TABLE x; --", 'a\\', 'b\n{{ c }}'].map((name) => JSON.stringify({ name, in: 'query' })),
        },
      },
    },
    [
      [
        `SELECT id FROM X WHERE "q'; DROP TABLE x; --" = '1' AND "a\\" = '2' AND "b\n{{ c }}" = '3'`,
        { sends: ['GET /things?a%5C=2&b%0A%7B%7B+c+%7D%7D=3&q%27%3B+DROP+TABLE+x%3B+--=1'] },
      ],
    ],
  ],
  [
    'E2.3',
    'names are case-sensitive; reserved words and other than word characters must be quoted, in EXEC too',
    {
      methods: {
        list: {
          ...LIST,
          with: [
            '{name: limit, in: query}',
            '{name: from, in: query}',
            '{name: a-b, in: query}',
            '{name: pageSize, in: query}',
          ],
        },
        act: { op: 'POST /act', with: ['{name: limit, in: query}'] },
      },
    },
    [
      [
        `SELECT id FROM X WHERE "limit" = '20' AND "from" = '1' AND "a-b" = '2'`,
        { sends: ['GET /things?a-b=2&from=1&limit=20'] },
      ],
      ["SELECT id FROM X WHERE limit = '20'", { fails: /syntax error/ }],
      ["SELECT id FROM X WHERE a-b = '20'", { fails: /./, sends: [] }],
      ["SELECT id FROM X WHERE pagesize = '20'", { fails: /could not locate symbol pagesize/ }],
      [`EXEC X.act @"limit" = '20'`, { sends: ['POST /act?limit=20'] }],
      // Bare works there, too: EXEC's grammar takes any word after `@`.
      ["EXEC X.act @limit = '20'", { sends: ['POST /act?limit=20'] }],
    ],
  ],
  [
    'E2.4',
    'an array parameter is one string, an enum is not enforced, a header with a default is always sent',
    {
      methods: {
        list: {
          ...LIST,
          with: [
            '{name: ids, in: query, schema: {type: array, items: {type: string}}}',
            '{name: kind, in: query, schema: {type: string, enum: [a, b]}}',
            '{name: Version, in: header, schema: {type: string, default: v1}}',
          ],
        },
      },
    },
    [
      [
        "SELECT id FROM X WHERE ids = '1,2' AND kind = 'zzz'",
        { sends: ['GET /things?ids=1%2C2&kind=zzz'], headers: { version: 'v1' } },
      ],
      ["SELECT id FROM X WHERE Version = 'v2'", { sends: ['GET /things'], headers: { version: 'v2' } }],
    ],
  ],
  [
    'E2.5',
    'a column of WHERE that is a parameter and a result column is sent and not filtered again',
    { methods: { list: { ...LIST, with: ['{name: name, in: query}'] } } },
    [
      ["SELECT id, name FROM X WHERE name = 'n1'", { sends: ['GET /things?name=n1'], count: 2 }],
      ["SELECT id, name FROM X WHERE id = 'i2'", { sends: ['GET /things'], rows: [{ id: 'i2', name: 'n2' }] }],
    ],
  ],
  [
    'E2.6',
    'a value in the path may hold a slash, except where two placeholders adjoin',
    { methods: { two: { ...GET, op: 'GET /pairs/{a}/{b}', with: [] }, get: GET } },
    [
      ["SELECT id FROM X WHERE id = '1/2'", { sends: ['GET /things/1/2'] }],
      ["SELECT id FROM X WHERE a = '1/2' AND b = '3'", { fails: /no matching operation/, sends: [] }],
    ],
  ],
  [
    'E2.7',
    'a plain server variable in the host takes no dot, one in the path does',
    {
      servers: [{ url: 'http://{host}/{sub}', variables: { host: { default: 'localhost' }, sub: { default: 'my' } } }],
      methods: { list: LIST },
    },
    [["SELECT id FROM X WHERE host = 'MOCK'", { fails: /./, sends: [] }]],
  ],
  [
    'E2.7',
    'only the first server counts',
    {
      servers: [{ url: 'http://MOCK/{sub}', variables: { sub: { default: 'my' } } }, { url: 'http://MOCK/second' }],
      methods: { list: LIST },
    },
    [
      ['SELECT id FROM X', { sends: ['GET /my/things'] }],
      ["SELECT id FROM X WHERE sub = 'a.b'", { sends: ['GET /a.b/things'] }],
    ],
  ],
  [
    'E2.7',
    '`{sub:[^/]+}` takes hosts with dots and ports',
    {
      servers: [{ url: 'http://{host:[^/]+}/', variables: { host: { default: 'MOCK' } } }],
      methods: {
        list: LIST,
        set: {
          verb: 'update',
          op: 'PATCH /things/{id}',
          body: THING,
          answers: THING,
          config: { requestBodyTranslate: { algorithm: 'naive' } },
        },
      },
    },
    [
      ['SELECT id FROM X', { sends: ['GET /things'] }],
      ["SELECT id FROM X WHERE host = 'MOCK'", { sends: ['GET /things'] }],
      ["UPDATE X SET name = 'n' WHERE host = 'MOCK' AND id = '7'", { sends: ['PATCH /things/7 {"name":"n"}'] }],
    ],
  ],
  [
    'E2.7',
    'servers of an operation and of a path item work, servers of a method do not',
    {
      methods: {
        a: { ...GET, op: 'GET /a/{a}', operation: { servers: [{ url: 'http://MOCK/op' }] } },
        b: { ...GET, op: 'GET /b/{b}' },
        c: { ...GET, op: 'GET /c/{c}', method: { servers: [{ url: 'http://MOCK/method' }] } },
      },
      paths: { '/b/{b}': { servers: [{ url: 'http://MOCK/item' }] } },
    },
    [
      ["SELECT id FROM X WHERE a = '1'", { sends: ['GET /op/a/1'] }],
      ["SELECT id FROM X WHERE b = '1'", { sends: ['GET /item/b/1'] }],
      ["SELECT id FROM X WHERE c = '1'", { fails: /no matching operation was found/, sends: [] }],
    ],
  ],
  [
    'E2.8',
    '`IN` on a required parameter sends one request each',
    { methods: { get: GET } },
    [["SELECT id FROM X WHERE id IN ('1', '2')", { sends: ['GET /things/1', 'GET /things/2'], inAnyOrder: true }]],
  ],
  [
    'E8.11',
    '`x-stackQL-envVar` of a server variable is ignored: its default is sent, whatever the environment holds',
    {
      servers: [{ url: 'http://MOCK/{sub}', variables: { sub: { default: 'my', 'x-stackQL-envVar': 'TINY_SUB' } } }],
      methods: { list: LIST },
    },
    [
      ['SELECT id FROM X', { sends: ['GET /my/things'] }],
      ["SELECT id FROM X WHERE sub = 'your'", { sends: ['GET /your/things'] }],
    ],
  ],
  [
    'N20',
    'a parameter whose name holds brackets is given quoted and sent as it is called',
    { methods: { list: { ...LIST, with: ['{name: "filter[status]", in: query}'] } } },
    [[`SELECT id FROM X WHERE "filter[status]" = 'a'`, { sends: ['GET /things?filter%5Bstatus%5D=a'] }]],
  ],
  [
    'N28',
    'a query parameter that is an object is sent as the text that is given, whatever its style',
    {
      methods: {
        list: {
          ...LIST,
          with: ['{name: filter, in: query, style: deepObject, explode: true, schema: {type: object}}'],
        },
      },
    },
    [[`SELECT id FROM X WHERE filter = '{"a":"b"}'`, { sends: ['GET /things?filter=%7B%22a%22%3A%22b%22%7D'] }]],
  ],
];

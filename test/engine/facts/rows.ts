import { type Fact, FIELDS, NAIVE, THING, THINGS, type Tiny } from './tiny.js';

const GET = { verb: 'select', op: 'GET /things/{id}', answers: THING } as const;
const LIST = { verb: 'select', op: 'GET /things', answers: THINGS } as const;
const OBJECT = { type: 'object', properties: FIELDS } as const;
const rows = [
  { id: 'a', name: 'x' },
  { id: 'b', name: 'y' },
];

const MAKE = { verb: 'insert', op: 'POST /things', body: OBJECT, config: NAIVE, answers: THING } as const;
const PART = { $ref: '#/components/schemas/Part' };
const TWINS = {
  Part: { type: 'object', properties: { k: { type: 'string' } } },
  Twins: { type: 'object', properties: { id: { type: 'string' }, a: PART, b: PART } },
  Nested: {
    type: 'object',
    properties: { id: { type: 'string' }, links: { type: 'object', properties: { a: PART, b: PART } } },
  },
  Listed: {
    type: 'object',
    properties: {
      id: { type: 'string' },
      a: PART,
      b: PART,
      more: { type: 'object', properties: { list: { type: 'array', items: { type: 'string' } } } },
    },
  },
  Wrapped: { type: 'object', properties: { id: { type: 'string' }, a: { allOf: [PART] }, b: { allOf: [PART] } } },
};

/** A resource each for two UPDATEs of different paths; the second one answers `component`. */
const TWO_RESOURCES = (component: string): Tiny => {
  const body = { content: { 'application/json': { schema: OBJECT } } };
  const operation = (parameter: string, $ref: string) => ({
    patch: {
      operationId: parameter,
      parameters: [{ name: parameter, in: 'path', required: true, schema: { type: 'string' } }],
      requestBody: body,
      responses: { 200: { description: 'fine', content: { 'application/json': { schema: { $ref } } } } },
    },
  });
  const resource = (name: string, parameter: string) => ({
    id: `p.s.${name}`,
    name,
    title: name,
    methods: {
      set: {
        operation: { $ref: `#/paths/~1${parameter}~1{${parameter}}/patch` },
        response: { mediaType: 'application/json', openAPIDocKey: '200' },
        config: NAIVE,
      },
    },
    sqlVerbs: {
      select: [],
      insert: [],
      update: [{ $ref: `#/components/x-stackQL-resources/${name}/methods/set` }],
      delete: [],
      replace: [],
    },
  });
  return {
    paths: { '/a/{a}': operation('a', '#/components/schemas/Thing'), '/b/{b}': operation('b', component) },
    document: {
      components: {
        schemas: { Thing: OBJECT, Other: OBJECT },
        'x-stackQL-resources': { first: resource('first', 'a'), second: resource('second', 'b') },
      },
    },
  };
};

export const ROWS: readonly Fact[] = [
  [
    'E5.1',
    'objectKey leads to the rows: `$.a.b`, `$.d[*].inner`; a root array or object needs none',
    {
      methods: {
        deep: {
          ...LIST,
          op: 'GET /deep/{a}',
          answers: { type: 'object', properties: { a: { type: 'object', properties: { b: THINGS } } } },
          response: { objectKey: '$.a.b' },
        },
        star: {
          ...LIST,
          op: 'GET /star/{b}',
          answers: {
            type: 'object',
            properties: { d: { type: 'array', items: { type: 'object', properties: { inner: THING } } } },
          },
          response: { objectKey: '$.d[*].inner' },
        },
      },
      answer: ({ url }) => ({
        body: url.startsWith('/deep') ? { a: { b: rows } } : { d: rows.map((inner) => ({ inner })) },
      }),
    },
    [
      ["SELECT id, name FROM X WHERE a = '1'", { rows }],
      ["SELECT id, name FROM X WHERE b = '1'", { rows }],
    ],
  ],
  [
    'E5.1',
    'a key that the schema does not have gives no rows; the rows behind an envelope need their key',
    {
      methods: {
        wrong: {
          ...LIST,
          op: 'GET /wrong/{a}',
          answers: { type: 'object', properties: { data: THINGS } },
          response: { objectKey: '$.nothing' },
        },
        none: { ...LIST, op: 'GET /none/{b}', answers: { type: 'object', properties: { data: THINGS } } },
      },
      answer: () => ({ body: { data: rows } }),
    },
    [
      ["SELECT id FROM X WHERE a = '1'", { fails: /./ }],
      ["SELECT id FROM X WHERE b = '1'", { fails: /./ }],
    ],
  ],
  [
    'E5.1',
    '`$.*` on an object and `$[*].x` on a root array lead nowhere',
    {
      methods: {
        map: {
          ...LIST,
          op: 'GET /map/{a}',
          answers: { type: 'object', additionalProperties: THING },
          response: { objectKey: '$.*' },
        },
        root: {
          ...LIST,
          op: 'GET /root/{b}',
          answers: { type: 'array', items: { type: 'object', properties: { x: THING } } },
          response: { objectKey: '$[*].x' },
        },
      },
      answer: ({ url }) => ({ body: url.startsWith('/map') ? { k: rows[0] } : rows.map((x) => ({ x })) }),
    },
    [
      ["SELECT id FROM X WHERE a = '1'", { fails: /./ }],
      ["SELECT id FROM X WHERE b = '1'", { fails: /./ }],
    ],
  ],
  [
    'E5.2',
    'the columns of an allOf with nothing beside it are the union of its parts',
    {
      methods: {
        pure: { verb: 'select', op: 'GET /pure', answers: { $ref: '#/components/schemas/Pure' } },
      },
      schemas: {
        Pure: { allOf: [THING, { type: 'object', properties: { more: { type: 'string' } } }] },
      },
      answer: () => ({ body: { id: 'i', name: 'n', more: 'm' } }),
    },
    [
      ['DESCRIBE X', { lines: ['id: string', 'name: string', 'more: string'] }],
      ['SELECT id, more FROM X', { rows: [{ id: 'i', more: 'm' }] }],
    ],
  ],
  [
    'E5.2',
    'a property of two branches gives an extra column, always null',
    {
      methods: { one: { verb: 'select', op: 'GET /one', answers: { $ref: '#/components/schemas/One' } } },
      schemas: {
        Cat: { type: 'object', properties: { id: { type: 'string' }, claws: { type: 'string' } } },
        Dog: { type: 'object', properties: { id: { type: 'string' }, bark: { type: 'string' } } },
        One: { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] },
      },
      answer: () => ({ body: { id: 'i', bark: 'w' } }),
    },
    [
      ['DESCRIBE X', { lines: ['id: string', 'Dog_id: string', 'bark: string', 'claws: string'] }],
      ['SELECT * FROM X', { rows: [{ id: 'i', Dog_id: null, bark: 'w', claws: null }] }],
    ],
  ],
  [
    'E5.2',
    'properties beside allOf hide the parts of allOf',
    {
      methods: { both: { verb: 'select', op: 'GET /both', answers: { $ref: '#/components/schemas/Both' } } },
      schemas: { Both: { type: 'object', properties: { own: { type: 'string' } }, allOf: [THING] } },
      answer: () => ({ body: { id: 'i', own: 'o' } }),
    },
    [
      ['DESCRIBE X', { lines: ['own: string'] }],
      ['SELECT * FROM X', { rows: [{ own: 'o' }] }],
    ],
  ],
  [
    'E5.3',
    'what stands beside a `$ref` is dropped; around an allOf it shows',
    {
      methods: { get: { verb: 'select', op: 'GET /things/{id}', answers: { $ref: '#/components/schemas/Row' } } },
      schemas: {
        Text: { type: 'string', description: 'inner' },
        Row: {
          type: 'object',
          properties: {
            beside: { $ref: '#/components/schemas/Text', description: 'outer' },
            wrapped: { description: 'outer', allOf: [{ $ref: '#/components/schemas/Text' }] },
          },
        },
      },
    },
    [
      [
        'DESCRIBE EXTENDED X',
        {
          rows: [
            { name: 'beside', type: 'string', description: 'inner' },
            { name: 'wrapped', type: 'string', description: 'outer' },
          ],
        },
      ],
    ],
  ],
  [
    'E5.4',
    'properties without `type: object` are one column, column_anon',
    {
      methods: { get: { ...GET, answers: { $ref: '#/components/schemas/Row' } } },
      schemas: { Row: { properties: FIELDS } },
    },
    [['DESCRIBE X', { lines: ['column_anon:'] }]],
  ],
  [
    'E5.5',
    'an array of numbers under select segfaults',
    {
      methods: { list: { ...LIST, answers: { type: 'array', items: { type: 'integer' } } } },
      answer: () => ({ body: [1, 2] }),
    },
    [['SELECT * FROM X', { crashes: true }]],
  ],
  [
    'E5.5',
    'an array of anything, `items: {}`, under select segfaults',
    { methods: { list: { ...LIST, answers: { type: 'array', items: {} } } }, answer: () => ({ body: [1] }) },
    [['SELECT * FROM X', { crashes: true }]],
  ],
  [
    'E5.5',
    'an array without `items` panics in DESCRIBE',
    { methods: { list: { ...LIST, answers: { type: 'array' } } } },
    [['DESCRIBE X', { crashes: true }]],
  ],
  [
    'E5.5',
    'a scalar response is not selectable',
    { methods: { list: { ...LIST, answers: { type: 'string' } } }, answer: () => ({ body: '"s"' }) },
    [['SELECT * FROM X', { fails: /./ }]],
  ],
  [
    'E5.5',
    'an object with free keys is not selectable',
    {
      methods: { list: { ...LIST, answers: { type: 'object', additionalProperties: { type: 'string' } } } },
      answer: () => ({ body: { k: 'v' } }),
    },
    [['SELECT * FROM X', { fails: /./ }]],
  ],
  [
    'E5.5',
    'an object without properties is not selectable',
    { methods: { list: { ...LIST, answers: { type: 'object' } } }, answer: () => ({ body: {} }) },
    [['SELECT * FROM X', { fails: /./ }]],
  ],
  [
    'E5.5',
    'a 204 is not selectable',
    { methods: { list: { ...LIST, answers: undefined } }, answer: () => ({ status: 204 }) },
    [['SELECT * FROM X', { fails: /./ }]],
  ],
  [
    'E5.6',
    'DESCRIBE lists id and name first, then in code-point order',
    {
      methods: { get: { ...GET, answers: { $ref: '#/components/schemas/Row' } } },
      schemas: {
        Row: {
          type: 'object',
          properties: {
            zeta: { type: 'string' },
            a_name: { type: 'string' },
            name: { type: 'string' },
            b_id: { type: 'string' },
            id: { type: 'string' },
          },
        },
      },
    },
    [['DESCRIBE X', { lines: ['id: string', 'name: string', 'a_name: string', 'b_id: string', 'zeta: string'] }]],
  ],
  [
    'N1',
    'in one session, methods of a resource with inline rows share a table: the second one fails',
    {
      methods: {
        a: { verb: 'select', op: 'GET /a/{a}', answers: OBJECT },
        b: { verb: 'select', op: 'GET /b/{b}', answers: OBJECT },
      },
    },
    [
      ["SELECT id FROM X WHERE a = '1'", { count: 1 }],
      ["SELECT id FROM X WHERE b = '1'", { fails: /has no column named b/, sends: ['GET /b/1'] }],
    ],
  ],
  [
    'N1',
    'methods of a resource whose rows stand behind one `$ref` do not clash',
    {
      methods: {
        a: { verb: 'select', op: 'GET /a/{a}', answers: THING },
        b: { verb: 'select', op: 'GET /b/{b}', answers: THING },
      },
    },
    [
      ["SELECT id FROM X WHERE a = '1'", { count: 1 }],
      ["SELECT id FROM X WHERE b = '1'", { count: 1 }],
    ],
  ],
  [
    'N2',
    'RETURNING of two resources of a service with one component shares a table, too: the second one fails',
    TWO_RESOURCES('#/components/schemas/Thing'),
    [
      ["UPDATE PROVIDER.s.first SET name = 'n' WHERE a = '1' RETURNING id", { count: 1 }],
      [
        "UPDATE PROVIDER.s.second SET name = 'n' WHERE b = '1' RETURNING id",
        { fails: /has no column named b/, sends: ['PATCH /b/1 {"name":"n"}'] },
      ],
    ],
  ],
  [
    'N2',
    'RETURNING of two resources with a component each works in one session',
    TWO_RESOURCES('#/components/schemas/Other'),
    [
      ["UPDATE PROVIDER.s.first SET name = 'n' WHERE a = '1' RETURNING id", { count: 1 }],
      ["UPDATE PROVIDER.s.second SET name = 'n' WHERE b = '1' RETURNING id", { count: 1 }],
    ],
  ],
  [
    'N3',
    'an allOf with `type: object` beside it has no columns in DESCRIBE, though SELECT finds them',
    { methods: { get: { ...GET, answers: { type: 'object', allOf: [THING] } } } },
    [
      ['DESCRIBE X', { count: 0 }],
      ["SELECT id FROM X WHERE id = '1'", { rows: [{ id: 'i1' }] }],
    ],
  ],
  [
    'N4',
    'an objectKey with a hyphen gives no rows as `$.my-things`, and works as `my-things`',
    {
      methods: {
        path: {
          ...LIST,
          op: 'GET /path/{a}',
          answers: { type: 'object', properties: { 'my-things': THINGS } },
          response: { objectKey: '$.my-things' },
        },
        bare: {
          ...LIST,
          op: 'GET /bare/{b}',
          answers: { type: 'object', properties: { 'my-things': THINGS } },
          response: { objectKey: 'my-things' },
        },
      },
      answer: () => ({ body: { 'my-things': rows } }),
    },
    [
      ["SELECT id FROM X WHERE a = '1'", { count: 0 }],
      ["SELECT id, name FROM X WHERE b = '1'", { rows }],
    ],
  ],
  [
    'N5',
    'RETURNING a property whose `$ref` another property has, too, crashes now and then',
    {
      methods: { make: { ...MAKE, answers: { $ref: '#/components/schemas/Twins' } } },
      schemas: TWINS,
      answer: () => ({ body: { id: 'i', a: { k: 'x' }, b: { k: 'y' } } }),
    },
    [["INSERT INTO X (name) SELECT 'n' RETURNING a", { crashes: true, within: 400 }]],
  ],
  [
    'N5',
    'RETURNING such properties works when each stands behind an allOf of its own',
    {
      methods: { make: { ...MAKE, answers: { $ref: '#/components/schemas/Wrapped' } } },
      schemas: TWINS,
      answer: () => ({ body: { id: 'i', a: { k: 'x' }, b: { k: 'y' } } }),
    },
    [["INSERT INTO X (name) SELECT 'n' RETURNING a", { rows: [{ a: '{"k":"x"}' }], within: 100 }]],
  ],
  [
    'N5',
    'RETURNING works where the same `$ref` stands twice below the first level only',
    {
      methods: { make: { ...MAKE, answers: { $ref: '#/components/schemas/Nested' } } },
      schemas: TWINS,
      answer: () => ({ body: { id: 'i', links: { a: { k: 'x' }, b: { k: 'y' } } } }),
    },
    [["INSERT INTO X (name) SELECT 'n' RETURNING id", { rows: [{ id: 'i' }], within: 100 }]],
  ],
  [
    'N5',
    'RETURNING works where the response has an array at any depth',
    {
      methods: { make: { ...MAKE, answers: { $ref: '#/components/schemas/Listed' } } },
      schemas: TWINS,
      answer: () => ({ body: { id: 'i', a: { k: 'x' }, b: { k: 'y' } } }),
    },
    [["INSERT INTO X (name) SELECT 'n' RETURNING a", { rows: [{ a: '{"k":"x"}' }], within: 100 }]],
  ],
  [
    'E3.3',
    'UPDATE and REPLACE answer RETURNING, too',
    {
      methods: {
        set: { verb: 'update', op: 'PATCH /things/{id}', body: OBJECT, answers: THING, config: NAIVE },
        put: { verb: 'replace', op: 'PUT /things/{id}', body: OBJECT, answers: THING, config: NAIVE },
      },
    },
    [
      ["UPDATE X SET name = 'n' WHERE id = '1' RETURNING id, name", { rows: [{ id: 'i1', name: 'n1' }] }],
      ["REPLACE X SET name = 'n' WHERE id = '1' RETURNING id, name", { rows: [{ id: 'i1', name: 'n1' }] }],
    ],
  ],
  [
    'N21',
    'INSERT … RETURNING of a response with an empty schema crashes',
    { methods: { make: { ...MAKE, answers: {} } } },
    [["INSERT INTO X (name) SELECT 'n' RETURNING id", { crashes: true }]],
  ],
  [
    'N22',
    'a template of the response makes rows of a list of scalars',
    {
      methods: {
        list: {
          ...LIST,
          response: {
            overrideMediaType: 'application/json',
            schema_override: { $ref: '#/components/schemas/Values' },
            transform: {
              type: 'golang_template_json_v0.3.0',
              body: '[{{range $i, $e := .}}{{if $i}},{{end}}{"value":{{toJson $e}}}{{end}}]',
            },
          },
        },
      },
      schemas: {
        Values: { type: 'array', items: { type: 'object', properties: { value: { type: 'string' } } } },
      },
      answer: () => ({ body: ['a', 'b'] }),
    },
    [['SELECT value FROM X', { rows: [{ value: 'a' }, { value: 'b' }] }]],
  ],
];

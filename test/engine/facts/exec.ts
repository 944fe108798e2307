import { type Fact, FIELDS, NAIVE, THING } from './tiny.js';

const OBJECT = { type: 'object', properties: FIELDS } as const;
const ACT = { op: 'POST /act/{a}', answers: OBJECT } as const;
const SENT = { sends: ['POST /act/1'] };
const RUN = [["EXEC X.act @a = '1'", SENT]] as const;

export const EXEC: readonly Fact[] = [
  [
    'E8.1',
    'EXEC segfaults when a required parameter has no property of its name in the response and the response no array',
    { methods: { act: ACT } },
    [["EXEC X.act @a = '1'", { crashes: true, sends: [] }]],
  ],
  [
    'E8.1',
    'EXEC runs when the response has a property with the name of the required parameter',
    { methods: { act: { ...ACT, answers: { type: 'object', properties: { a: { type: 'string' } } } } } },
    RUN,
  ],
  [
    'E8.1',
    'EXEC runs when that property stands deeper in the response',
    {
      methods: {
        act: {
          ...ACT,
          answers: { type: 'object', properties: { deep: { type: 'object', properties: { a: { type: 'string' } } } } },
        },
      },
    },
    RUN,
  ],
  [
    'E8.1',
    'EXEC runs when the response has an array at any depth',
    {
      methods: {
        act: {
          ...ACT,
          answers: {
            type: 'object',
            properties: {
              deep: { type: 'object', properties: { list: { type: 'array', items: { type: 'string' } } } },
            },
          },
        },
      },
    },
    RUN,
  ],
  [
    'E8.1',
    'EXEC runs when the response has no content',
    { methods: { act: { ...ACT, answers: undefined, responses: { 200: { description: 'fine' } } } } },
    RUN,
  ],
  [
    'E8.1',
    'EXEC segfaults for a server variable, too: it counts as a required parameter',
    {
      servers: [{ url: 'http://MOCK/{sub}', variables: { sub: { default: 'my' } } }],
      methods: {
        act: { op: 'POST /act', answers: OBJECT },
      },
    },
    [["EXEC X.act @sub = 'my'", { crashes: true }]],
  ],
  [
    'E8.1',
    'EXEC runs with optional parameters and body fields of other names',
    {
      methods: {
        act: {
          op: 'POST /act',
          with: ['{name: q, in: query}'],
          body: { type: 'object', properties: { note: { type: 'string' } } },
          answers: OBJECT,
          config: NAIVE,
        },
      },
    },
    [["EXEC X.act @q = '1', @note = 'n'", { sends: ['POST /act?q=1 {"note":"n"}'] }]],
  ],
  [
    'E8.1',
    'UPDATE … RETURNING of a response that would crash EXEC works',
    { methods: { set: { verb: 'update', op: 'PATCH /set/{a}', body: OBJECT, answers: THING, config: NAIVE } } },
    [
      [
        "UPDATE X SET name = 'n' WHERE a = '1' RETURNING id",
        { sends: ['PATCH /set/1 {"name":"n"}'], rows: [{ id: 'i1' }] },
      ],
    ],
  ],
  [
    'E8.3',
    'an EXEC-only method named like a verb claims that verb in SHOW METHODS and cannot be routed',
    {
      methods: {
        create: { op: 'POST /act/{a}', responses: { 204: { description: 'x' } } },
        act: { op: 'PUT /act/{a}' },
      },
    },
    [
      ['SHOW METHODS IN X', { lines: ['create INSERT a', 'act EXEC a'] }],
      ["INSERT INTO X (a) SELECT '1'", { fails: /cannot find matching operation/ }],
    ],
  ],
  [
    'E8.6',
    'EXEC of a method whose 2xx is not an object fails: no schema found for method',
    {
      methods: {
        act: {
          ...ACT,
          answers: undefined,
          responses: { 200: { description: 'x', content: { 'application/json': { schema: { type: 'string' } } } } },
        },
      },
    },
    [["EXEC X.act @a = '1'", { fails: /no schema found for method/ }]],
  ],
  [
    'E8.7',
    'EXEC refuses parameters that are not plainly strings',
    {
      methods: {
        act: {
          op: 'POST /act',
          with: [
            '{name: flag, in: query, schema: {type: boolean}}',
            '{name: num, in: query, schema: {type: integer}}',
            '{name: any, in: query, schema: {oneOf: [{type: string}]}}',
          ],
        },
      },
    },
    [
      ["EXEC X.act @flag = 'true'", { fails: /does NOT match SQL type/, sends: [] }],
      ['EXEC X.act @flag = true', { fails: /syntax error/ }],
      ["EXEC X.act @num = '3'", { fails: /does NOT match SQL type/ }],
      ['EXEC X.act @num = 3', { fails: /does NOT match SQL type/ }],
      ["EXEC X.act @any = 'a'", { fails: /./ }],
    ],
  ],
  [
    'E8.7',
    'SELECT takes parameters of type boolean and integer, quoted or not',
    {
      methods: {
        get: {
          verb: 'select',
          op: 'GET /things',
          with: ['{name: flag, in: query, schema: {type: boolean}}', '{name: num, in: query, schema: {type: integer}}'],
          answers: { type: 'array', items: THING },
        },
      },
    },
    [
      ['SELECT id FROM X WHERE flag = true AND num = 3', { sends: ['GET /things?flag=true&num=3'] }],
      ["SELECT id FROM X WHERE flag = 'true' AND num = '3'", { sends: ['GET /things?flag=true&num=3'] }],
    ],
  ],
  [
    'E8.9',
    'Content-Type, Accept and Authorization as parameters are not sent: the engine\u2019s own stand',
    {
      methods: {
        act: {
          op: 'POST /act',
          with: ['{name: Content-Type, in: header}', '{name: Accept, in: header}', '{name: Authorization, in: header}'],
          body: OBJECT,
          config: NAIVE,
        },
      },
      provider: { config: { auth: { type: 'bearer', credentialsenvvar: 'TINY_SECRET' } } },
    },
    [
      [
        `EXEC X.act @name = 'n', @"Content-Type" = 'a/b', @Accept = 'c/d', @Authorization = 'mine'`,
        { headers: { 'content-type': 'application/json', accept: 'application/json', authorization: 'Bearer secret' } },
      ],
    ],
  ],
  [
    'E8.10',
    'a bare array of objects is rows as it is',
    { methods: { list: { verb: 'select', op: 'GET /things', answers: { type: 'array', items: OBJECT } } } },
    [
      [
        'SELECT id, name FROM X',
        {
          rows: [
            { id: 'i1', name: 'n1' },
            { id: 'i2', name: 'n2' },
          ],
        },
      ],
    ],
  ],
  [
    'N17',
    'the response of EXEC is lost, unless the hint SHOWRESULTS asks for its rows',
    { methods: { act: { op: 'POST /act/{id}', answers: OBJECT } } },
    [
      ["EXEC X.act @id = '1'", { sends: ['POST /act/1'], count: 0 }],
      ["EXEC /*+ SHOWRESULTS */ X.act @id = '1'", { sends: ['POST /act/1'], rows: [{ id: 'i1', name: 'n1' }] }],
    ],
  ],
  [
    'N17',
    'with the hint SHOWRESULTS, EXEC of a method whose response has no content panics',
    { methods: { act: { op: 'POST /act/{id}' } } },
    [["EXEC /*+ SHOWRESULTS */ X.act @id = '1'", { crashes: true }]],
  ],
  [
    'N24',
    'EXEC segfaults for a required input of another method, too, where the rows of both are of one component',
    {
      schemas: { Other: { type: 'object', properties: { id: { type: 'string' } } } },
      methods: {
        list: {
          verb: 'select',
          op: 'GET /things',
          with: ['{name: project, in: query, required: true}'],
          answers: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
        },
        act: { op: 'POST /act/{id}', answers: { $ref: '#/components/schemas/Thing' } },
        other: { op: 'POST /other/{id}', answers: { $ref: '#/components/schemas/Other' } },
      },
    },
    [
      ["EXEC X.act @id = '1'", { crashes: true }],
      ["EXEC X.other @id = '1'", { sends: ['POST /other/1'] }],
    ],
  ],
];

import { type Fact, FIELDS, NAIVE, THING, THINGS } from './tiny.js';

const BODY = { type: 'object', properties: FIELDS } as const;
const MAKE = { verb: 'insert', op: 'POST /things', body: BODY, answers: THING, config: NAIVE } as const;
const NAMED = { ...BODY, required: ['name'] };
const DOTTED = {
  type: 'object',
  properties: {
    'a.b': { type: 'string' },
    'a.c.d': { type: 'string' },
    'a..b': { type: 'string' },
    name: { type: 'string' },
  },
};
const PLAIN = { ...MAKE, config: undefined } as const;

export const BODIES: readonly Fact[] = [
  [
    'E4.1',
    'with naive, body columns have plain names; without it they are data__name; mixing the two sends null',
    { methods: { make: MAKE } },
    [
      ["INSERT INTO X (name) SELECT 'n'", { sends: ['POST /things {"name":"n"}'] }],
      ["INSERT INTO X (data__name) SELECT 'n'", { sends: ['POST /things null'] }],
    ],
  ],
  [
    'E4.1',
    'without naive, EXEC with a required @data__x panics',
    { methods: { make: PLAIN, act: { op: 'POST /act', body: { ...BODY, required: ['name'] }, answers: THING } } },
    [
      ["INSERT INTO X (data__name) SELECT 'n'", { sends: ['POST /things {"name":"n"}'] }],
      ["INSERT INTO X (name) SELECT 'n'", { sends: ['POST /things null'] }],
      ["EXEC X.act @data__name = 'n'", { crashes: true }],
    ],
  ],
  [
    'E4.1',
    'without naive, every verb sends a field beside a parameter of its name, EXEC of a response without content too',
    {
      methods: {
        put: { verb: 'replace', op: 'PUT /things/{name}', body: NAMED, answers: THING },
        make: { verb: 'insert', op: 'POST /things/{name}', body: NAMED, answers: THING },
        find: { verb: 'select', op: 'POST /find/{name}', body: NAMED, answers: THINGS },
        drop: { verb: 'delete', op: 'DELETE /things/{name}', body: NAMED },
        act: { op: 'POST /act/{name}', body: NAMED },
      },
      answer: ({ url }) => ({ body: url.includes('find') ? [{ id: 'i' }] : { id: 'i' } }),
    },
    [
      ["REPLACE X SET data__name = 'n' WHERE name = '1'", { sends: ['PUT /things/1 {"name":"n"}'] }],
      ["INSERT INTO X (data__name, name) SELECT 'n', '1'", { sends: ['POST /things/1 {"name":"n"}'] }],
      ["SELECT id FROM X WHERE name = '1' AND data__name = 'n'", { sends: ['POST /find/1 {"name":"n"}'], count: 1 }],
      ["DELETE FROM X WHERE name = '1' AND data__name = 'n'", { sends: ['DELETE /things/1 {"name":"n"}'] }],
      ["EXEC X.act @name = '1', @data__name = 'n'", { sends: ['POST /act/1 {"name":"n"}'] }],
    ],
  ],
  [
    'N27',
    'a body field with a dot in its name is sent as an object in an object',
    { methods: { make: { ...MAKE, body: DOTTED }, act: { op: 'POST /act', body: DOTTED, config: NAIVE } } },
    [
      [
        `INSERT INTO X (name, "a.b", "a.c.d") SELECT 'n', 'b', 'd'`,
        { sends: ['POST /things {"a":{"b":"b","c":{"d":"d"}},"name":"n"}'] },
      ],
      [`EXEC X.act @"a.b" = 'b'`, { sends: ['POST /act {"a":{"b":"b"}}'] }],
      [`EXEC X.act @"a..b" = 'b'`, { fails: /cannot have empty key/, sends: [] }],
    ],
  ],
  [
    'N27',
    'a request transform takes it out again',
    {
      methods: {
        make: {
          ...MAKE,
          body: DOTTED,
          method: {
            request: {
              mediaType: 'application/json',
              transform: {
                type: 'golang_template_json_v0.3.0',
                body:
                  '{ {{- $v := (safeIndex (safeIndex . "a") "b")}}' +
                  '{{if ne (kindOf $v) "invalid"}}"a.b":{{toJson $v}}{{end}} }',
              },
            },
          },
        },
      },
    },
    [
      [`INSERT INTO X ("a.b") SELECT 'b'`, { sends: ['POST /things {"a.b":"b" }'] }],
      [`INSERT INTO X (name) SELECT 'n'`, { sends: ['POST /things { }'] }],
    ],
  ],
  [
    'E4.1',
    'naive is read on the method only',
    { methods: { make: PLAIN }, resource: { config: NAIVE }, document: { 'x-stackQL-config': NAIVE } },
    [["INSERT INTO X (name) SELECT 'n'", { sends: ['POST /things null'] }]],
  ],
  [
    'E4.2',
    'required body columns come from the top level: allOf loses them, readOnly does not take them out',
    {
      methods: {
        own: { ...MAKE, op: 'POST /own', body: { ...BODY, required: ['name'] } },
        lost: { ...MAKE, op: 'POST /lost', body: { allOf: [{ ...BODY, required: ['name'] }] } },
        read: {
          ...MAKE,
          op: 'POST /read',
          body: { type: 'object', properties: { id: { type: 'string', readOnly: true } }, required: ['id'] },
        },
      },
    },
    [['SHOW METHODS IN X', { lines: ['lost INSERT', 'own INSERT name', 'read INSERT id'] }]],
  ],
  [
    'E4.3',
    'form and multipart bodies are refused',
    {
      methods: {
        form: {
          ...MAKE,
          op: 'POST /form',
          body: undefined,
          requestBody: { content: { 'application/x-www-form-urlencoded': { schema: BODY } } },
          method: { request: { mediaType: 'application/x-www-form-urlencoded' } },
        },
      },
    },
    [["INSERT INTO X (name) SELECT 'n'", { fails: /media type .* not supported/, sends: [] }]],
  ],
  [
    'L1',
    'EXEC leaves a body out that is neither JSON nor XML',
    {
      methods: {
        part: {
          op: 'POST /part',
          requestBody: { content: { 'multipart/form-data': { schema: BODY } } },
          method: { request: { mediaType: 'multipart/form-data' } },
        },
        bytes: {
          op: 'POST /bytes',
          requestBody: { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
        },
      },
    },
    [
      ["EXEC X.part @name = 'n'", { sends: ['POST /part'] }],
      ["EXEC X.bytes @body = 'n'", { sends: ['POST /bytes'] }],
      ['EXEC X.bytes', { sends: ['POST /bytes'] }],
    ],
  ],
  [
    'L2',
    'an array as body: columns send null, @@json takes objects only',
    {
      methods: {
        make: { ...MAKE, body: { type: 'array', items: BODY } },
        act: { op: 'POST /act', body: { type: 'array', items: BODY }, config: NAIVE },
      },
    },
    [
      ["INSERT INTO X (name) SELECT 'n'", { sends: ['POST /things null'] }],
      ["EXEC X.act @name = 'n'", { sends: ['POST /act null'] }],
      [`EXEC X.act @@json = '[{"name": "n"}]'`, { fails: /cannot unmarshal array/, sends: [] }],
    ],
  ],
  [
    'L3',
    'a single value as body: @@json takes objects only',
    { methods: { act: { op: 'POST /act', body: { type: 'string' }, config: NAIVE } } },
    [[`EXEC X.act @@json = '"n"'`, { fails: /cannot unmarshal string/, sends: [] }]],
  ],
  [
    'L4',
    'an object with free keys as body: @name sends null, @@json refuses keys that the schema does not declare',
    {
      methods: {
        act: { op: 'POST /act', body: { type: 'object', additionalProperties: { type: 'string' } }, config: NAIVE },
      },
    },
    [
      ["EXEC X.act @k = 'v'", { sends: ['POST /act null'] }],
      [`EXEC X.act @@json = '{"k": "v"}'`, { fails: /schema does not possess payload key/, sends: [] }],
    ],
  ],
  [
    'E4.4',
    'a body property with the name of a parameter shares its column',
    { methods: { make: { ...MAKE, op: 'POST /things/{name}' } } },
    [["INSERT INTO X (name, id) SELECT 'n', 'i'", { sends: ['POST /things/n {"id":"i"}'] }]],
  ],
  [
    'E4.5',
    'a POST used as SELECT sends its required body fields; an optional one is unknown; without any the body is null',
    {
      methods: {
        search: {
          verb: 'select',
          op: 'POST /search',
          body: {
            type: 'object',
            properties: { query: { type: 'string' }, more: { type: 'string' } },
            required: ['query'],
          },
          answers: THINGS,
          config: NAIVE,
        },
        all: {
          verb: 'select',
          op: 'POST /all',
          body: { type: 'object', properties: { more: { type: 'string' } } },
          answers: THINGS,
          config: NAIVE,
        },
      },
      answer: () => ({ body: [{ id: 'i' }] }),
    },
    [
      ["SELECT id FROM X WHERE query = 'abc'", { sends: ['POST /search {"query":"abc"}'], rows: [{ id: 'i' }] }],
      ["SELECT id FROM X WHERE query = 'abc' AND more = 'm'", { fails: /could not locate symbol more/ }],
      ['SELECT id FROM X', { sends: ['POST /all null'] }],
    ],
  ],
  [
    'E8.2',
    'UPDATE and REPLACE send literals as strings, and refuse a bare true',
    {
      methods: {
        set: {
          verb: 'update',
          op: 'PATCH /things/{id}',
          body: { type: 'object', properties: { num: { type: 'integer' }, flag: { type: 'boolean' } } },
          answers: THING,
          config: NAIVE,
        },
        put: {
          verb: 'replace',
          op: 'PUT /things/{id}',
          body: { type: 'object', properties: { num: { type: 'integer' }, flag: { type: 'boolean' } } },
          answers: THING,
          config: NAIVE,
        },
      },
    },
    [
      ["UPDATE X SET num = 5 WHERE id = '1'", { sends: ['PATCH /things/1 {"num":"5"}'] }],
      ["UPDATE X SET flag = 'true' WHERE id = '1'", { sends: ['PATCH /things/1 {"flag":"true"}'] }],
      ["UPDATE X SET flag = true WHERE id = '1'", { fails: /./, sends: [] }],
      ["REPLACE X SET num = 5 WHERE id = '1'", { sends: ['PUT /things/1 {"num":"5"}'] }],
    ],
  ],
  [
    'E8.2',
    'a request transform that prints the known keys raw sends numbers and booleans',
    {
      methods: {
        set: {
          verb: 'update',
          op: 'PATCH /things/{id}',
          body: {
            type: 'object',
            properties: { num: { type: 'integer' }, flag: { type: 'boolean' }, name: { type: 'string' } },
          },
          answers: THING,
          config: NAIVE,
          method: {
            request: {
              mediaType: 'application/json',
              transform: {
                type: 'golang_template_json_v0.3.0',
                body:
                  '{ {{- $first := true -}} {{- range $k, $v := . -}} {{- if not $first }}, {{ end -}} {{- ' +
                  '$first = false -}} "{{ $k }}": {{ if or (eq $k "num") (eq $k "flag") }}{{ $v }}{{ else }}' +
                  '{{ printf "%q" $v }}{{ end }} {{- end -}} }',
              },
            },
          },
        },
      },
    },
    [
      [
        "UPDATE X SET num = 5, flag = 'true', name = 'n' WHERE id = '1'",
        { sends: ['PATCH /things/1 {"flag": true, "name": "n", "num": 5}'] },
      ],
    ],
  ],
  [
    'E8.4',
    'an EXEC body: @field of text or JSON works; @@json refuses nested keys that the schema does not declare',
    {
      methods: {
        act: {
          op: 'POST /act',
          body: {
            type: 'object',
            properties: { name: { type: 'string' }, o: { type: 'object', properties: { k: { type: 'string' } } } },
          },
          config: NAIVE,
        },
      },
    },
    [
      [`EXEC X.act @name = 'n', @o = '{"k": "v"}'`, { sends: ['POST /act {"name":"n","o":{"k":"v"}}'] }],
      [`EXEC X.act @@json = '{"o": {"k": "v"}}'`, { sends: ['POST /act {"o":{"k":"v"}}'] }],
      [`EXEC X.act @@json = '{"o": {"other": "v"}}'`, { fails: /./, sends: [] }],
    ],
  ],
  [
    'E8.5',
    'with @@json every required key must be inside it, and be given as @key, too',
    { methods: { act: { op: 'POST /act', body: { ...BODY, required: ['name'] }, config: NAIVE } } },
    [
      [`EXEC X.act @@json = '{"name": "n"}'`, { fails: /required param not supplied/, sends: [] }],
      [`EXEC X.act @name = 'n' @@json = '{"id": "i"}'`, { fails: /the following keys are missing: name/, sends: [] }],
      [`EXEC X.act @name = 'n' @@json = '{"name": "m"}'`, { sends: ['POST /act {"name":"m"}'] }],
    ],
  ],
  [
    'E8.6',
    'a body without a JSON or XML media type is none',
    {
      methods: { act: { op: 'POST /act', requestBody: { content: { 'text/plain': { schema: { type: 'string' } } } } } },
    },
    [["EXEC X.act @body = 'n'", { fails: /no request body for operation/, sends: [] }]],
  ],
  [
    'E8.8',
    'of several media types the JSON one is taken, first or not',
    {
      methods: {
        first: {
          ...MAKE,
          op: 'POST /first',
          body: undefined,
          requestBody: {
            content: { 'application/json': { schema: BODY }, 'text/plain': { schema: { type: 'string' } } },
          },
        },
        second: {
          op: 'POST /second',
          config: NAIVE,
          requestBody: {
            content: { 'text/plain': { schema: { type: 'string' } }, 'application/json': { schema: BODY } },
          },
        },
      },
    },
    [
      ["INSERT INTO X (name) SELECT 'n'", { sends: ['POST /first {"name":"n"}'] }],
      ["EXEC X.second @name = 'n'", { sends: ['POST /second {"name":"n"}'] }],
    ],
  ],
];

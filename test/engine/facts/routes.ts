import { type Fact, FIELDS, NAIVE, THING, THINGS } from './tiny.js';

const GET = { verb: 'select', op: 'GET /things/{id}', answers: THING } as const;
const LIST = { verb: 'select', op: 'GET /things', answers: THINGS } as const;

export const ROUTES: readonly Fact[] = [
  [
    'E1.1',
    'the first method listed whose required inputs are all given is run: most specific first',
    { methods: { get: GET, list: LIST } },
    [
      ["SELECT id FROM X WHERE id = '7'", { sends: ['GET /things/7'] }],
      ['SELECT id FROM X', { sends: ['GET /things'], count: 2 }],
    ],
  ],
  [
    'E1.1',
    'listed first, the less specific method takes every statement',
    { methods: { list: LIST, get: GET } },
    [["SELECT id FROM X WHERE id = '7'", { sends: ['GET /things'] }]],
  ],
  [
    'E1.2',
    'of two methods with the same required inputs the second is never reached',
    { methods: { a: { ...GET, op: 'GET /a/{id}' }, b: { ...GET, op: 'GET /b/{id}' } } },
    [["SELECT id FROM X WHERE id = '7'", { sends: ['GET /a/7'] }]],
  ],
  [
    'E1.3',
    'in the wrong order DELETE ends something else',
    {
      methods: {
        close_current: { verb: 'delete', op: 'DELETE /things/me' },
        revoke: { verb: 'delete', op: 'DELETE /things/{id}' },
      },
    },
    [["DELETE FROM X WHERE id = '7'", { sends: ['DELETE /things/me'] }]],
  ],
  [
    'E1.4',
    'required: path, required query and header parameters, server variables, required top-level body ' +
      'properties; a default answers for a server variable',
    {
      servers: [{ url: 'http://MOCK/{sub}', variables: { sub: { default: 'my' } } }],
      methods: {
        make: {
          verb: 'insert',
          op: 'POST /things/{id}',
          with: [
            '{name: q, in: query, required: true}',
            '{name: H, in: header, required: true}',
            '{name: o, in: query}',
          ],
          body: { type: 'object', properties: FIELDS, required: ['name'] },
          answers: THING,
          config: NAIVE,
        },
        get: GET,
      },
    },
    [
      ['SHOW METHODS IN X', { lines: ['get SELECT id sub', 'make INSERT H id name q sub'] }],
      ["SELECT id FROM X WHERE id = '7'", { sends: ['GET /my/things/7'] }],
      ["SELECT id FROM X WHERE id = '7' AND sub = 'your'", { sends: ['GET /your/things/7'] }],
    ],
  ],
  [
    'E1.5',
    'without a verb key, methods of certain names are given that verb; with `[]` they are EXEC-only',
    {
      methods: { list: { ...LIST, verb: undefined }, remove: { op: 'DELETE /things/{id}' } },
      resource: { sqlVerbs: { insert: [], update: [], delete: [], replace: [] } },
    },
    [
      ['SHOW METHODS IN X', { lines: ['list SELECT', 'remove EXEC id'] }],
      ['SELECT id FROM X', { sends: ['GET /things'] }],
      ["DELETE FROM X WHERE id = '7'", { fails: /cannot find matching operation/, sends: [] }],
      ["EXEC X.remove @id = '7'", { sends: ['DELETE /things/7'] }],
    ],
  ],
  [
    'N15',
    'methods of a resource with one row component share their required inputs: of two types, every SELECT of ' +
      'them fails',
    {
      methods: {
        get: GET,
        other: {
          ...GET,
          op: 'GET /others/{id}/{more}',
          operation: {
            parameters: [
              { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
              { name: 'more', in: 'path', required: true, schema: { type: 'string' } },
            ],
          },
        },
      },
    },
    [["SELECT id FROM X WHERE id = '7'", { fails: /conflicting types/, sends: [] }]],
  ],
];

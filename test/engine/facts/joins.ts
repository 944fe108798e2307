import { type Fact, THING, THINGS } from './tiny.js';

const ORG = ['{name: org, in: query}'];
const GET = { verb: 'select', op: 'GET /things/{thingId}', answers: THING, with: ORG } as const;
const LIST = { verb: 'select', op: 'GET /things', answers: THINGS, with: ORG } as const;

/** The list of the first fact's provider, which the others join. */
const THE_LIST = 'f0_n6.s.things';
const EACH = ['GET /things/i1?org=a', 'GET /things/i2?org=a', 'GET /things?org=a'];

export const JOINS: readonly Fact[] = [
  [
    'N6',
    'a list is selected on its own',
    { methods: { list: LIST } },
    [['SELECT id FROM X', { sends: ['GET /things'] }]],
  ],
  [
    'N6',
    'JOIN takes a path parameter from the rows of another resource: one request a row, other inputs by alias',
    { methods: { get: GET } },
    [
      [
        `SELECT t.id, t.name FROM ${THE_LIST} l JOIN X t ON t.thingId = l.id WHERE l.org = 'a' AND t.org = 'a'`,
        { sends: EACH, inAnyOrder: true, count: 2 },
      ],
      [
        `SELECT t.id, t.name FROM X t JOIN ${THE_LIST} l ON l.id = t.thingId WHERE l.org = 'a' AND t.org = 'a'`,
        { sends: EACH, inAnyOrder: true, count: 2 },
      ],
    ],
  ],
  [
    'N6',
    'in a JOIN columns may be renamed, and t.* is refused',
    { methods: { get: GET } },
    [
      [
        `SELECT\nl.id AS thingId,\nt.name\nFROM ${THE_LIST} l\nJOIN X t\nON t.thingId = l.id\n` +
          `WHERE l.org = 'a' -- required\nAND t.org = 'a' -- required\n;`,
        { sends: EACH, inAnyOrder: true, count: 2, columns: ['thingId', 'name'] },
      ],
      [
        `SELECT\nl.id,\nt.name\nFROM ${THE_LIST} l\nJOIN X t\nON t.thingId = l.id\n` +
          `WHERE l.org = 'a' AND t.org = 'a'\nLIMIT 1;`,
        { sends: EACH, inAnyOrder: true, count: 1 },
      ],
      [
        `SELECT\nl.id,\nt.*\nFROM ${THE_LIST} l\nJOIN X t\nON t.thingId = l.id\nWHERE l.org = 'a' AND t.org = 'a'`,
        { fails: /could not locate table/ },
      ],
    ],
  ],
  [
    'N6',
    'what ON gives does not choose the method: one that needs less is run, and no row matches',
    { methods: { get: GET, list: LIST } },
    [
      [
        `SELECT t.id FROM ${THE_LIST} l JOIN X t ON t.thingId = l.id WHERE l.org = 'a' AND t.org = 'a'`,
        { sends: ['GET /things?org=a', 'GET /things?org=a'] },
      ],
    ],
  ],
  [
    'N6',
    'a subquery gives no parameter',
    { methods: { get: GET } },
    [[`SELECT id FROM X WHERE thingId IN (SELECT id FROM ${THE_LIST})`, { fails: /no appropriate method/, sends: [] }]],
  ],
];

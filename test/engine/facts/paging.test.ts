import { type Answer, type Fact, facts, type Request, THING, THINGS, type TinyMethod } from './tiny.js';

const LIST = { verb: 'select', op: 'GET /things', answers: THINGS } as const satisfies TinyMethod;
const ENVELOPE = {
  type: 'object',
  properties: {
    data: THINGS,
    next_page: { type: 'string' },
    links: { type: 'object', properties: { pages: { type: 'object', properties: { next: { type: 'string' } } } } },
    page: { type: 'integer' },
    pages: { type: 'integer' },
  },
};
const ENVELOPED = {
  ...LIST,
  answers: ENVELOPE,
  response: { objectKey: '$.data' },
  with: ['{name: page, in: query}'],
} as const satisfies TinyMethod;
const LINK = { requestToken: { key: '', location: 'request' }, responseToken: { key: 'Link', location: 'header' } };

/** Page `page` of `pages`, one thing a page, with every way to the next. */
function page({ query, headers }: Request, pages: number): Answer {
  const here = Number(query.get('page') ?? 1);
  const next = here < pages ? `http://${headers.host}/things?page=${here + 1}` : undefined;
  const things = [{ id: `i${here}`, name: 'n' }];
  return {
    headers: next ? { link: `<${next}>; rel="next"` } : {},
    body: { data: things, page: here, pages, ...(next && { next_page: String(here + 1), links: { pages: { next } } }) },
  };
}
const bare = (pages: number) => (request: Request) => {
  const { headers, body } = page(request, pages);
  return { headers, body: (body as { data: unknown }).data };
};
const three = (request: Request) => ({ ...page(request, 3), headers: {} });
const followed = (pages: number) => [
  'GET /things',
  ...Array.from({ length: pages - 1 }, (_, index) => `GET /things?page=${index + 2}`),
];
const rows = [{ id: 'i1' }, { id: 'i2' }, { id: 'i3' }];

const TABLE: readonly Fact[] = [
  [
    'E6.8',
    'paging by Link header',
    { methods: { list: { ...LIST, config: { pagination: LINK } } }, answer: bare(3) },
    [['SELECT id FROM X', { sends: followed(3), rows }]],
  ],
  [
    'E6.8',
    'by a cursor in the body',
    {
      methods: {
        list: {
          ...ENVELOPED,
          config: {
            pagination: {
              requestToken: { key: 'page', location: 'query' },
              responseToken: { key: '$.next_page', location: 'body' },
            },
          },
        },
      },
      answer: three,
    },
    [['SELECT id FROM X', { sends: followed(3), rows }]],
  ],
  [
    'E6.8',
    'by an absolute URL in the body',
    {
      methods: {
        list: {
          ...ENVELOPED,
          config: {
            pagination: {
              requestToken: { key: '', location: 'request' },
              responseToken: { key: '$.links.pages.next', location: 'body' },
            },
          },
        },
      },
      answer: three,
    },
    [['SELECT id FROM X', { sends: followed(3), rows }]],
  ],
  [
    'E6.8',
    'by page number',
    {
      methods: {
        list: {
          ...ENVELOPED,
          config: {
            pagination: {
              algorithm: 'page_number',
              requestToken: { key: 'page', location: 'query' },
              responseToken: { key: '$.page', location: 'body' },
              responseTerminator: { key: '$.pages', location: 'body' },
            },
          },
        },
      },
      answer: three,
    },
    [['SELECT id FROM X', { sends: followed(3), rows }]],
  ],
  [
    'E6.8',
    'it works on the resource',
    { methods: { list: LIST }, resource: { config: { pagination: LINK } }, answer: bare(3) },
    [['SELECT id FROM X', { rows }]],
  ],
  [
    'E6.8',
    'and on the document',
    { methods: { list: LIST }, document: { 'x-stackQL-config': { pagination: LINK } }, answer: bare(3) },
    [['SELECT id FROM X', { rows }]],
  ],
  [
    'E6.8',
    'on the provider it is ignored',
    {
      methods: { list: LIST },
      provider: { config: { auth: { type: 'null_auth' }, pagination: LINK } },
      answer: bare(3),
    },
    [['SELECT id FROM X', { sends: ['GET /things'] }]],
  ],
  [
    'E6.9',
    'on the method',
    { methods: { list: { ...LIST, config: { pagination: LINK } } }, answer: bare(3) },
    [['SELECT id FROM X', { rows }]],
  ],
  [
    'E6.10',
    'paging stops silently after 20 pages',
    { methods: { list: { ...LIST, config: { pagination: LINK } } }, answer: bare(25) },
    [['SELECT count(*) AS n FROM X', { sends: followed(20), rows: [{ n: '20' }] }]],
  ],
  [
    'E6.10',
    'unless the engine was started with --http.response.pageLimit 0',
    {
      methods: { list: { ...LIST, config: { pagination: LINK } } },
      answer: bare(25),
      flags: ['--http.response.pageLimit', '0'],
    },
    [['SELECT count(*) AS n FROM X', { sends: followed(25), rows: [{ n: '25' }] }]],
  ],
  [
    'E6.11',
    'LIMIT does not stop paging',
    { methods: { list: { ...LIST, config: { pagination: LINK } } }, answer: bare(3) },
    [['SELECT id FROM X LIMIT 1', { sends: followed(3), rows: [{ id: 'i1' }] }]],
  ],
  [
    'E6.11',
    'a pushed-down LIMIT loses rows that pages would have brought',
    {
      methods: {
        list: {
          ...LIST,
          with: ['{name: limit, in: query}'],
          config: { queryParamPushdown: { top: { dialect: 'custom', paramName: 'limit' } } },
        },
      },
      answer: ({ query }) => ({ body: [{ id: 'i1' }, { id: 'i2' }].slice(0, Number(query.get('limit') ?? 2)) }),
    },
    [
      ["SELECT id FROM X WHERE id = 'i2'", { rows: [{ id: 'i2' }] }],
      ["SELECT id FROM X WHERE id = 'i2' LIMIT 1", { sends: ['GET /things?limit=1'], count: 0 }],
    ],
  ],
  [
    'E6.11',
    'a query in the path key sets the page size',
    { methods: { list: { ...LIST, op: 'GET /things?limit=200' } } },
    [['SELECT id FROM X', { sends: ['GET /things?limit=200'] }]],
  ],
  [
    'E6.12',
    'retry works in the service document',
    {
      methods: { get: { verb: 'select', op: 'GET /things/{id}', answers: THING } },
      document: { 'x-stackQL-config': { retry: { max_retries: 3, initial_delay: 1, status_codes: [429] } } },
      answer: (() => {
        let asked = 0;
        return () => (asked++ === 0 ? { status: 429, body: {} } : { body: { id: 'i' } });
      })(),
    },
    [["SELECT id FROM X WHERE id = '1'", { sends: ['GET /things/1', 'GET /things/1'], rows: [{ id: 'i' }] }]],
  ],
];

facts('paging', TABLE);

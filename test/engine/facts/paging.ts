import { type Answer, type Fact, type Request, THING, THINGS, type TinyMethod } from './tiny.js';

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
const ODATA = {
  ...ENVELOPED,
  answers: { type: 'object', properties: { data: THINGS, '@odata.nextLink': { type: 'string' } } },
} as const;
const ODATA_PAGING = (key: string) => ({
  pagination: { requestToken: { key: '', location: 'request' }, responseToken: { key, location: 'body' } },
});
const odata = (request: Request): Answer => {
  const { data, links } = page(request, 3).body as { data: unknown; links?: { pages: { next: string } } };
  return { body: { data, ...(links && { '@odata.nextLink': links.pages.next }) } };
};

export const PAGING: readonly Fact[] = [
  [
    'E6.8',
    'the next page comes by a `Link` header: request token in `request`, response token `Link` in `header`',
    { methods: { list: { ...LIST, config: { pagination: LINK } } }, answer: bare(3) },
    [['SELECT id FROM X', { sends: followed(3), rows }]],
  ],
  [
    'E6.8',
    'the next page comes by a cursor in the body that goes into a query parameter',
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
    'the next page comes by an absolute URL in the body',
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
    'the next page comes by page number, with `responseTerminator` for the number of pages',
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
    'paging configured on the resource works',
    { methods: { list: LIST }, resource: { config: { pagination: LINK } }, answer: bare(3) },
    [['SELECT id FROM X', { rows }]],
  ],
  [
    'E6.8',
    'paging configured on the document works',
    { methods: { list: LIST }, document: { 'x-stackQL-config': { pagination: LINK } }, answer: bare(3) },
    [['SELECT id FROM X', { rows }]],
  ],
  [
    'E6.8',
    'paging configured in provider.yaml is ignored',
    {
      methods: { list: LIST },
      provider: { config: { auth: { type: 'null_auth' }, pagination: LINK } },
      answer: bare(3),
    },
    [['SELECT id FROM X', { sends: ['GET /things'] }]],
  ],
  [
    'E6.9',
    'paging configured on the method works',
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
    'with --http.response.pageLimit 0 paging goes to the end',
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
  [
    'E6.13',
    'a page token that a statement gives is sent with the first request: paging starts there, and earlier rows ' +
      'are missing',
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
    [
      [
        "SELECT id FROM X WHERE page = '2'",
        { sends: ['GET /things?page=2', 'GET /things?page=3'], rows: rows.slice(1) },
      ],
    ],
  ],
  [
    'N16',
    'LIMIT is applied before ORDER BY: of a list the first rows are kept, then sorted',
    { methods: { list: LIST } },
    [
      ['SELECT id FROM X ORDER BY id DESC', { rows: [{ id: 'i2' }, { id: 'i1' }] }],
      ['SELECT id FROM X ORDER BY id DESC LIMIT 1', { rows: [{ id: 'i1' }] }],
    ],
  ],
  [
    'N19',
    'a next URL under an odd key is found as `$["@odata.nextLink"]`, in double quotes',
    { methods: { list: { ...ODATA, config: ODATA_PAGING('$["@odata.nextLink"]') } }, answer: odata },
    [['SELECT id FROM X', { sends: followed(3), rows }]],
  ],
  [
    'N19',
    "in single quotes, `$['@odata.nextLink']`, it is not found: paging ends after the first page",
    { methods: { list: { ...ODATA, config: ODATA_PAGING("$['@odata.nextLink']") } }, answer: odata },
    [['SELECT id FROM X', { sends: ['GET /things'], rows: rows.slice(0, 1) }]],
  ],
  [
    'N25',
    'a SELECT that sends a body reads one page: what says the next one is ignored',
    {
      methods: {
        find: {
          verb: 'select',
          op: 'POST /find',
          body: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] },
          answers: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
          config: {
            requestBodyTranslate: { algorithm: 'naive' },
            pagination: {
              requestToken: { key: '', location: 'request' },
              responseToken: { key: 'Link', location: 'header' },
            },
          },
        },
      },
      answer: ({ headers }) => ({
        body: [{ id: 'i1' }],
        headers: { link: `<http://${headers.host}/find?page=2>; rel="next"` },
      }),
    },
    [["SELECT id FROM X WHERE q = 'a'", { sends: ['POST /find {"q":"a"}'], rows: [{ id: 'i1' }] }]],
  ],
];

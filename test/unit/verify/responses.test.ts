import { describe, expect, it } from 'vitest';
import type { Request } from '../../../generator/verify/mock.js';
import { type ApiOperation, operationsOf } from '../../../generator/verify/operations.js';
import type { PaginationClaim } from '../../../generator/verify/provider.js';
import { type Paging, pagingOf, responseTo, sampleBody } from '../../../generator/verify/responses.js';
import { answers, specOf } from './spec.js';

const text = { type: 'string' };
const number = { type: 'integer' };
const rows = { type: 'array', items: { type: 'object', properties: { id: text } } };
const list = (properties: object = {}) => ({ type: 'object', properties: { data: rows, ...properties } });
const link = { headers: { Link: { schema: text } } };

async function operation(schema: object, queries: readonly string[] = [], more: object = {}): Promise<ApiOperation> {
  const parameters = queries.map((name) => ({ name, in: 'query', schema: text }));
  const spec = await specOf({ paths: { '/things': { get: { parameters, responses: answers(schema, more) } } } });
  return operationsOf(spec)[0] as ApiOperation;
}

const LINK: PaginationClaim = {
  requestToken: { key: '', location: 'request' },
  responseToken: { key: 'Link', location: 'header' },
};
const CURSOR: PaginationClaim = {
  requestToken: { key: 'cursor', location: 'query' },
  responseToken: { key: '$.next', location: 'body' },
};
const URL_IN_BODY: PaginationClaim = {
  requestToken: { key: '', location: 'request' },
  responseToken: { key: '$.links.next', location: 'body' },
};
const NUMBER: PaginationClaim = {
  requestToken: { key: 'page', location: 'query' },
  responseToken: { key: '$.page', location: 'body' },
  responseTerminator: { key: '$.pages', location: 'body' },
};
const links = { links: { type: 'object', properties: { next: text } } };

describe('how the API pages', () => {
  it.each<[string, Promise<ApiOperation>, PaginationClaim | undefined, Partial<Paging> | undefined]>([
    ['a declared Link header', operation(rows, [], link), LINK, { link: true }],
    [
      'a declared Link header that the provider knows nothing of',
      operation(rows, ['after'], link),
      undefined,
      { link: true, parameter: 'after' },
    ],
    [
      'a claimed Link header, where the description is silent',
      operation(rows, ['after']),
      LINK,
      { link: true, parameter: 'after' },
    ],
    [
      'a claimed Link header where the description shows a URL in the body',
      operation(list(links), ['after']),
      LINK,
      { link: false, next: { path: ['links', 'next'], as: 'url' } },
    ],
    [
      'a cursor',
      operation(list({ next: text }), ['cursor']),
      CURSOR,
      { parameter: 'cursor', next: { path: ['next'], as: 'token' } },
    ],
    ['a cursor whose parameter the API has not', operation(list({ next: text })), CURSOR, undefined],
    [
      'a cursor whose property the API has not',
      operation(list(), ['cursor']),
      CURSOR,
      { parameter: 'cursor', link: true },
    ],
    ['a URL in the body', operation(list(links)), URL_IN_BODY, { next: { path: ['links', 'next'], as: 'url' } }],
    [
      'a URL in the body that the provider knows nothing of',
      operation(list(links)),
      undefined,
      { next: { path: ['links', 'next'], as: 'url' } },
    ],
    [
      'page numbers',
      operation(list({ page: number, pages: number }), ['page']),
      NUMBER,
      { parameter: 'page', numbered: true, page: ['page'], pages: ['pages'] },
    ],
    [
      'a token parameter, and nothing that says more',
      operation(rows, ['page_token']),
      undefined,
      { parameter: 'page_token', link: true },
    ],
    [
      'a cursor for a list two steps below',
      operation({ type: 'object', properties: { next: text, all: list() } }, ['cursor']),
      CURSOR,
      { parameter: 'cursor', next: { path: ['next'], as: 'token' } },
    ],
    ['nothing', operation(rows, ['q']), undefined, undefined],
    [
      'a claim for a service, and an answer that is no list',
      operation({ type: 'object', properties: { id: text } }),
      LINK,
      undefined,
    ],
  ])('%s', async (_name, given, claim, want) => {
    const paging = pagingOf(await given, '200', claim, () => true);
    if (want === undefined) expect(paging).toBeUndefined();
    else expect(paging).toMatchObject(want);
  });
  it('a token that a statement gives is an input like any other', async () => {
    expect(pagingOf(await operation(rows, ['after']), '200', undefined, () => false)).toBeUndefined();
  });
  it.each<[string, Promise<ApiOperation>, Partial<Paging> | undefined]>([
    ['nothing says how to come by the token', operation(rows, ['after']), undefined],
    ['nothing says how to come by the number', operation(rows, ['page']), undefined],
    ['the response shows the token', operation(list({ next_cursor: text }), ['after']), { parameter: 'after' }],
    ['the response has a Link header', operation(rows, ['after'], link), { link: true }],
  ])('where one page is read, and the documentation says so: %s', async (_name, given, want) => {
    const paging = pagingOf(await given, '200', undefined, () => true, true);
    if (want === undefined) expect(paging).toBeUndefined();
    else expect(paging).toMatchObject(want);
  });
});

const request = (url: string, method = 'GET'): Request => {
  const [path = '', query] = url.split('?');
  return {
    method,
    origin: 'https://api.example.com',
    path,
    query: query === undefined ? '' : `?${query}`,
    headers: {},
    body: '',
    escaped: false,
  };
};

describe('what the API answers', () => {
  const ask = async (given: ApiOperation, paging: Paging | undefined, url: string) => {
    const answer = responseTo(request(url), {
      operations: [given],
      operation: given,
      status: '200',
      ...(paging && { paging }),
      pages: 3,
      mock: 'http://m',
    });
    return { link: answer.headers?.link, value: JSON.parse(answer.body ?? 'null'), status: answer.status };
  };
  const ids = (...numbers: number[]) => numbers.map((each) => ({ id: `id-${each}` }));
  const MOCK = 'http://m/https/api.example.com/things';

  it.each<[string, Promise<ApiOperation>, PaginationClaim, [url: string, value: unknown, link?: string][]]>([
    [
      'Link',
      operation(rows, ['after', 'q'], link),
      LINK,
      [
        ['/things?q=1', ids(0, 1), `<${MOCK}?q=1&after=page-1>; rel="next"`],
        ['/things?q=1&after=page-1', ids(2, 3), `<${MOCK}?q=1&after=page-2>; rel="next"`],
        ['/things?q=1&after=page-2', ids(4, 5), undefined],
        ['/things?after=nonsense', ids(0, 1), `<${MOCK}?after=page-1>; rel="next"`],
      ],
    ],
    [
      'cursor',
      operation(list({ next: text }), ['cursor']),
      CURSOR,
      [
        ['/things', { data: ids(0, 1), next: 'page-1' }],
        ['/things?cursor=page-2', { data: ids(4, 5) }],
      ],
    ],
    [
      'URL',
      operation(list(links)),
      URL_IN_BODY,
      [
        ['/things', { data: ids(0, 1), links: { next: `${MOCK}?page-token=page-1` } }],
        ['/things?page-token=page-2', { data: ids(4, 5), links: {} }],
      ],
    ],
    [
      'number',
      operation(list({ page: number, pages: number }), ['page']),
      NUMBER,
      [
        ['/things', { data: ids(0, 1), page: 1, pages: 3 }],
        ['/things?page=3', { data: ids(4, 5), page: 3, pages: 3 }],
      ],
    ],
  ])('pages by %s', async (_name, given, claim, pages) => {
    const found = await given;
    const paging = pagingOf(found, '200', claim, () => true);
    for (const [url, value, next] of pages)
      expect(await ask(found, paging, url)).toEqual({ status: 200, value, link: next });
  });

  it('gives at most as many rows as it is asked for', async () => {
    expect((await ask(await operation(list(), ['limit']), undefined, '/things?limit=1')).value).toEqual({
      data: ids(0),
    });
  });
  it('takes the success that the method expects, else the first', async () => {
    const spec = await specOf({
      paths: { '/things': { get: { responses: { ...answers(list()), 202: { description: 'x' } } } } },
    });
    const [given] = operationsOf(spec) as [ApiOperation];
    expect(sampleBody(given, '202', 0)).toBeUndefined();
    expect(sampleBody(given, '204', 0)).toEqual({ data: ids(0, 1) });
  });
  it('gives objects ids of their own where a JOIN compares them', async () => {
    const row = { type: 'object', properties: { id: text, thingId: text, size: number } };
    const array = { type: 'array', items: row };
    const spec = await specOf({
      paths: {
        '/things/{id}': { get: { responses: answers(row) } },
        '/things/{id}/parts': { get: { responses: answers(array) } },
        '/of/{thingId}/parts': { get: { responses: answers(array) } },
        '/sizes/{size}': { get: { responses: answers(row) } },
        '/far/{thingId}/parts': {
          get: {
            responses: answers({
              type: 'object',
              properties: { page: { type: 'object', properties: { items: array } } },
            }),
          },
        },
      },
    });
    const operations = operationsOf(spec);
    const ids = (index: number, url: string) => {
      const given = operations[index] as ApiOperation;
      const api = { operations, operation: given, pages: 1, hasIdentities: true, mock: 'http://m' };
      const body = JSON.parse(responseTo(request(url), api).body ?? 'null');
      return [body.page?.items ?? body].flat().map(({ id, thingId, size }) => [id, thingId, size]);
    };
    const [first, second] = [
      ['thingId-0', 444],
      ['thingId-1', 445],
    ] as const;
    expect(ids(0, '/things/a')).toEqual([['a', ...first]]);
    expect(ids(1, '/things/a/parts')).toEqual([
      ['own-id-0', ...first],
      ['own-id-1', ...second],
    ]);
    expect(ids(2, '/of/a/parts')).toEqual([
      ['id-0', 'a', 444],
      ['id-1', 'a', 445],
    ]);
    expect(ids(4, '/far/a/parts')).toEqual([
      ['id-0', 'a', 444],
      ['id-1', 'a', 445],
    ]);
    expect(ids(3, '/sizes/7')).toEqual([['id-0', 'thingId-0', 7]]);
  });
  it('has one page of what is not asked for', async () => {
    const spec = await specOf({
      paths: {
        '/things': {
          get: {
            parameters: [{ name: 'cursor', in: 'query', schema: text }],
            responses: answers(list({ next_cursor: text })),
          },
        },
        '/others': { get: { responses: answers(rows) } },
      },
    });
    const operations = operationsOf(spec) as [ApiOperation, ApiOperation];
    const api = { operations, operation: operations[1], pages: 3, mock: 'http://m' };
    expect(JSON.parse(responseTo(request('/things'), api).body ?? '')).toEqual({ data: ids(0, 1) });
  });
  it('is 404 for what is no operation, and for what was meant for somebody else', async () => {
    const given = await operation(rows);
    const api = { operations: [given], operation: given, pages: 3, mock: 'http://m' };
    expect(responseTo(request('/nothing'), api).status).toBe(404);
    expect(responseTo({ ...request('/things'), escaped: true }, api).status).toBe(404);
  });
});

import { describe, expect, it } from 'vitest';
import { methodsOf, ok, map as read } from '../given.js';

const text = { type: 'string' };
const number = { type: 'integer' };
const object = (properties: object) => ({ type: 'object', properties });
const thing = object({ id: text, label: text });
const list = { type: 'array', items: thing };
const links = object({ next: object({ href: text }) });

/**
 * Where a response has its rows: the path of the operation, the schema, and the objectKey (`''`: the response itself).
 */
type Row = readonly [name: string, path: string, response: object, objectKey: string];

async function objectKeyOf(path: string, response: object): Promise<string | undefined> {
  const { provider } = await read({ [path]: { get: { operationId: 'op', responses: ok(response) } } });
  const [method] = methodsOf(provider);
  const row = method?.response.row;
  return row && (row.objectKey ?? row.transform?.template ?? '');
}

describe('where a list has its rows', () => {
  it.each<Row>([
    ['a bare list', '/things', list, ''],
    ['nothing but a list, under any name', '/stores', object({ warehouse: list }), '$.warehouse'],
    ['named like the path, beside a token', '/stores', object({ stores: list, continuation_token: text }), '$.stores'],
    [
      'named like the path, beside a flag and metadata',
      '/conversations.list',
      object({
        ok: { type: 'boolean' },
        conversations: list,
        cache_ts: number,
        response_metadata: object({ c: text }),
      }),
      '$.conversations',
    ],
    [
      'the only list, beside a flag and metadata',
      '/conversations.list',
      object({ ok: { type: 'boolean' }, channels: list, response_metadata: object({ next_cursor: text }) }),
      '$.channels',
    ],
    [
      'named like the path, beside another list and an object',
      '/orders',
      object({ orders: list, sort: object({ by: text }), facets: { type: 'array', items: object({ f: text }) } }),
      '$.orders',
    ],
    [
      'beside a summary and warnings',
      '/apps',
      object({ apps: list, list_info: object({ page: number }), warnings: list }),
      '$.apps',
    ],
    ['beside the name of its owner', '/projects', object({ name: text, projects: list }), '$.projects'],
    [
      'inside an object of its own',
      '/c',
      object({ status: number, error: text, meta: object({ components: list }) }),
      '$.meta.components',
    ],
    ['two objects down', '/c', object({ body: object({ page: object({ entries: list }) }) }), '$.body.page.entries'],
    [
      'beside the list of what failed',
      '/agents',
      object({
        data: object({ affected_items: list, total_affected_items: number, failed_items: list }),
        message: text,
        error: number,
      }),
      '$.data.affected_items',
    ],
    [
      'HAL',
      '/payments',
      object({ count: number, _embedded: object({ payments: list }), _links: links }),
      '$._embedded.payments',
    ],
    [
      'HAL with another list',
      '/payments',
      object({ _embedded: object({ payments: list, refunds: list }), _links: links }),
      '$._embedded.payments',
    ],
    [
      'Spring',
      '/things',
      object({
        content: list,
        pageable: object({ offset: number }),
        sort: object({ sorted: text }),
        totalPages: number,
        last: { type: 'boolean' },
        number,
      }),
      '$.content',
    ],
    ['JSON:API', '/things', object({ data: list, included: list, links, meta: object({ total: number }) }), '$.data'],
    ['OData', '/things', object({ '@odata.context': text, '@odata.nextLink': text, value: list }), '$.value'],
    [
      'a Kubernetes list',
      '/apis/demo.io/v1/machines',
      object({ apiVersion: text, kind: text, metadata: object({ continue: text }), items: list }),
      '$.items',
    ],
    [
      'one of several lists, by the metadata beside it',
      '/search',
      object({ a: list, b: object({ hits: list, total: number }) }),
      '$.b.hits',
    ],
    [
      'what could be either of two lists',
      '/usage',
      object({ rows: { anyOf: [list, list] }, next_page: text }),
      '$.rows',
    ],
  ])('%s', async (_name, path, response, want) => {
    expect(await objectKeyOf(path, response)).toBe(want);
  });
});

describe('where one thing is the row', () => {
  const path = '/things/{thingId}';
  it.each<Row>([
    ['itself', path, thing, ''],
    ['itself, with a list inside', path, object({ id: text, parts: list }), ''],
    ['itself, with a list that is named like the path', path, object({ id: text, things: list }), ''],
    ['inside data', path, object({ data: thing, links }), '$.data'],
    [
      'inside result, beside how long it took',
      path,
      object({ usage: object({ cpu: number }), time: number, result: thing }),
      '$.result',
    ],
    ['under its own name', path, object({ thing, request_id: text }), '$.thing'],
    ['under its own name, with a list inside', path, object({ thing: object({ id: text, parts: list }) }), '$.thing'],
    [
      'a Kubernetes object',
      '/apis/demo.io/v1/machines/{name}',
      object({
        apiVersion: text,
        kind: text,
        metadata: object({ name: text }),
        spec: object({ running: text }),
        status: object({ ready: text }),
      }),
      '',
    ],
    ['settings with a list among them', '/settings', object({ theme: text, zone: text, beta: text, rules: list }), ''],
    ['the one who asks', '/me', object({ user: thing, token: text }), '$.user'],
  ])('%s', async (_name, at, response, want) => {
    expect(await objectKeyOf(at, response)).toBe(want);
  });
});

import { describe, expect, it } from 'vitest';
import type { Provider } from '../../../generator/model.js';
import { body, list, map, methodsOf, names, ok, parameter } from './given.js';

const op = (operationId: string, more: object = {}) => ({ operationId, responses: ok(list), ...more });
const paged = {
  type: 'object',
  properties: { items: list, meta: { type: 'object', properties: { more: { type: 'string' } } } },
};
const PATHS = {
  '/things': {
    get: op('listThings', { parameters: [parameter('from', 'query')], responses: ok(paged) }),
    post: op('addThing', body()),
  },
  '/things/{thingId}': { get: op('getThing'), delete: op('dropThing') },
  '/admin/locks': { get: op('adminListLocks') },
};

async function mapped(...overrides: object[]): Promise<Provider> {
  return (await map(PATHS, {}, { overrides })).provider;
}

/** The codes and messages of what is refused. */
async function refused(...overrides: object[]): Promise<string[]> {
  const outcome = await map(PATHS, {}, { overrides }).then(
    () => [],
    (error: { problems: { code: string; message: string; at?: unknown }[] }) => error.problems,
  );
  for (const { at } of outcome) expect(String(at)).toContain('p.config.yaml#/overrides/0');
  return outcome.map(({ code, message }) => `${code} ${message}`);
}

const methodNamed = (provider: Provider, id: string) =>
  methodsOf(provider).find(({ operationId }) => operationId === id);

describe('an operation is meant by its operationId, its method and path, or a pattern', () => {
  const rest = ['things.things.get_thing select', 'things.things.add_thing insert', 'things.things.drop_thing delete'];
  const locks = 'admin.locks.admin_list_locks select';
  it.each<[string, string, string[]]>([
    ['operationId', 'listThings', [...rest, locks]],
    ['method and path', 'GET /things', [...rest, locks]],
    ['a pattern of operationIds', '*Things', [...rest, locks]],
    ['a pattern of paths', 'GET /admin/*', ['things.things.list_things select', ...rest]],
    ['any method', '* /things', [...rest.filter((name) => !name.includes('add')), locks]],
    ['a dot is a dot', '* /admin/locks', ['things.things.list_things select', ...rest]],
  ])('%s', async (_name, operation, want) => {
    expect(names(await mapped({ operation, exclude: true }))).toEqual(want);
  });

  it('the later one wins: all of a kind but one', async () => {
    const overrides = [
      { operation: '*Thing*', exclude: true },
      { operation: 'getThing', exclude: false },
    ];
    expect(names(await mapped(...overrides))).toEqual([
      'things.things.get_thing select',
      'admin.locks.admin_list_locks select',
    ]);
  });

  it('what is left out is said', async () => {
    const { warnings } = await map(PATHS, {}, { overrides: [{ operation: 'listThings', exclude: true }] });
    expect(warnings.map(({ code, message }) => `${code} ${message}`)).toContain(
      "operation-excluded listThings: the config's override of listThings",
    );
  });
});

describe('how a list pages', () => {
  const saw = { because: { rule: 'override', saw: "the config's override of listThings" } };
  const anywhere = { key: '', location: 'request' };
  it.each<[string, unknown, object | undefined]>([
    ['not at all', 'none', undefined],
    [
      'by the Link header',
      'link_header',
      { requestToken: anywhere, responseToken: { key: 'Link', location: 'header' }, ...saw },
    ],
    [
      'by a token',
      { request: 'from', response: '$.meta.more' },
      {
        requestToken: { key: 'from', location: 'query' },
        responseToken: { key: '$.meta.more', location: 'body' },
        ...saw,
      },
    ],
    [
      'by the next URL',
      { response: '$.meta.more' },
      { requestToken: anywhere, responseToken: { key: '$.meta.more', location: 'body' }, ...saw },
    ],
    [
      'by page numbers',
      { request: 'from', response: '$.meta.page', last: '$.meta.pages' },
      {
        algorithm: 'page_number',
        requestToken: { key: 'from', location: 'query' },
        responseToken: { key: '$.meta.page', location: 'body' },
        responseTerminator: { key: '$.meta.pages', location: 'body' },
        ...saw,
      },
    ],
  ])('%s', async (_name, pagination, want) => {
    const method = methodNamed(await mapped({ operation: 'listThings', pagination }), 'listThings');
    expect(method?.pagination).toEqual(want);
  });
});

describe('what the pages say', () => {
  it('another description, deprecated', async () => {
    const override = { operation: 'getThing', description: 'One *thing*.', deprecated: true };
    const provider = await mapped(override);
    expect(methodNamed(provider, 'getThing')).toMatchObject({ description: 'One *thing*.', deprecated: true });
    expect(JSON.stringify(provider.services[0]?.document)).toContain('"One *thing*."');
  });

  it('another type and description of a column, in the document too', async () => {
    const provider = await mapped({
      operation: 'listThings',
      columns: { name: { type: 'integer' }, id: { description: 'The key.' } },
    });
    const columns = methodNamed(provider, 'listThings')?.response.row?.columns;
    expect(columns).toMatchObject([
      { name: 'id', type: { type: 'string' }, description: 'The key.' },
      { name: 'name', type: { type: 'integer' } },
    ]);
    expect(JSON.stringify(provider.services[0]?.document)).toContain('"name":{"type":"integer"}');
  });

  it('where an id comes from', async () => {
    const provider = await mapped({ operation: 'getThing', sources: { thingId: 'admin.locks.name' } });
    expect(methodNamed(provider, 'getThing')?.parameters.at(-1)?.source).toEqual({
      resource: 'p.admin.locks',
      method: 'admin_list_locks',
      column: 'name',
    });
  });
});

describe('what cannot be had is an error, located in the config', () => {
  it.each<[string, object, string[]]>([
    [
      'a verb',
      { operation: 'adminListLocks', verb: 'insert' },
      ['override-impossible adminListLocks cannot be insert: there is no column to INSERT'],
    ],
    [
      'pages of what is no SELECT',
      { operation: 'addThing', pagination: 'link_header' },
      ['override-impossible addThing cannot page so: it is insert, and only a SELECT reads pages'],
    ],
    [
      'a token for a parameter that is not there',
      { operation: 'listThings', pagination: { request: 'cursor', response: '$.next' } },
      ['override-impossible listThings cannot page so: cursor is not a query parameter; there are from'],
    ],
    [
      'a column',
      { operation: 'listThings', columns: { none: { type: 'integer' } } },
      ['override-unmatched none is not a column of listThings'],
    ],
    [
      'a source',
      { operation: 'getThing', sources: { thingId: 'admin.locks.none', no: 'admin.locks.id' } },
      [
        'override-unmatched p.admin.locks.none is not a column of a resource',
        'override-unmatched no is not a parameter of getThing',
      ],
    ],
    [
      'a pattern that matches nothing',
      { operation: 'x*', exclude: true },
      ['override-unmatched "x*" matches no operation'],
    ],
  ])('%s', async (_name, override, want) => {
    expect(await refused(override)).toEqual(want);
  });
});

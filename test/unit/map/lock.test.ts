import { describe, expect, it } from 'vitest';
import { emitLock } from '../../../generator/emit/lock.js';
import { matchLock } from '../../../generator/map/infer/name-lock.js';
import type { Operation } from '../../../generator/map/operations/operations.js';
import { body, done, list, map, names, ok, type Paths, row } from './given.js';

const operation = (operationId: string, more: object = {}, tag = 'Things') => ({
  operationId,
  tags: [tag],
  responses: ok(row),
  ...more,
});
const component = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const document = { components: { schemas: { Thing: row, Other: row } } };
const thing = (operationId: string, more: object = {}) =>
  operation(operationId, { responses: ok(component('Thing')), ...more });

const things: Paths = {
  '/things': { get: operation('listThings', { responses: ok(list) }), post: operation('createThing', body()) },
  '/things/{id}': { get: operation('getThing'), delete: operation('deleteThing', { responses: done }) },
};
/** The same API after the vendor renamed all that can be renamed. */
const renamed: Paths = {
  '/things': {
    get: operation('things_list', { responses: ok(list) }, 'Stuff'),
    post: operation('things_add', body(), 'Stuff'),
  },
  '/things/{thingId}': {
    get: operation('things_get', {}, 'Stuff'),
    delete: operation('things_drop', { responses: done }, 'Stuff'),
  },
};
const NAMES = [
  'things.things.list_things select',
  'things.things.get_thing select',
  'things.things.create_thing insert',
  'things.things.delete_thing delete',
];

const regenerate = async (before: Paths, after: Paths, config: object = {}) => {
  const { provider } = await map(before, document);
  return map(after, document, config, emitLock(provider, 'v26.01.00001'));
};
const codes = (warnings: readonly { code: string; message: string }[]) =>
  warnings.filter(({ code }) => code.startsWith('lock-')).map(({ code, message }) => `${code}: ${message}`);

describe('with a lock file', () => {
  it.each<[what: string, before: Paths, after: Paths, want: string[], says: string[]]>([
    ['nothing changed', things, things, NAMES, []],
    [
      'the vendor renames tags, operationIds and parameters',
      things,
      renamed,
      NAMES,
      [
        expect.stringMatching(
          /^lock-moved: things\.things\.list_things was listThings; it is taken to be things_list$/,
        ),
        ...Array(3).fill(expect.stringMatching(/^lock-moved: /)),
      ] as string[],
    ],
    [
      'what is new goes where its siblings are published, and not under a name in use',
      things,
      {
        ...renamed,
        '/things/{thingId}/size': { get: operation('list_things', { responses: ok(list) }, 'Stuff') },
        '/things/{thingId}': { ...renamed['/things/{thingId}'], patch: operation('create_thing', body(), 'Stuff') },
      },
      [
        ...NAMES.slice(0, 3),
        'things.things.create_thing_things update',
        NAMES[3] as string,
        'things.things_sizes.list_things select',
      ],
      [...Array(4).fill(expect.stringMatching(/^lock-moved: /)), 'lock-new: 2 are new: create_thing, list_things'],
    ],
    [
      'an operationId and a path changed: the schemas and a similar path tell',
      { '/v1/shops/{shop}/things/{id}': { get: thing('getThing') } },
      { '/v2/shops/{shop}/items/{id}': { get: thing('fetchItem') } },
      ['shops.things.get_thing select'],
      [
        'lock-moved: shops.things.get_thing was getThing, GET /v1/shops/{shop}/things/{id}; it is taken to be ' +
          'fetchItem, GET /v2/shops/{shop}/items/{id}',
      ],
    ],
    [
      'two are as similar: neither is taken for it',
      { '/v1/shops/{shop}/things/{id}': { get: thing('getThing') } },
      {
        '/v2/shops/{shop}/items/{id}': { get: thing('fetchItem') },
        '/v2/shops/{shop}/goods/{id}': { get: thing('fetchGood') },
      },
      ['shops.items.fetch_item select', 'shops.goods.fetch_good select'],
      [
        'lock-removed: shops.things.get_thing (getThing, GET /v1/shops/{shop}/things/{id}) is gone',
        'lock-new: 2 are new: fetchItem, fetchGood',
      ],
    ],
    [
      'another schema is another operation',
      { '/v1/shops/{shop}/things/{id}': { get: thing('getThing') } },
      { '/v2/shops/{shop}/items/{id}': { get: operation('fetchItem', { responses: ok(component('Other')) }) } },
      ['shops.items.fetch_item select'],
      [
        'lock-removed: shops.things.get_thing (getThing, GET /v1/shops/{shop}/things/{id}) is gone',
        'lock-new: 1 is new: fetchItem',
      ],
    ],
    [
      'a new operation with the same inputs and a shorter path yields to the published one',
      { '/things/{id}': { get: operation('getThing') } },
      {
        '/things': {
          get: operation('findThing', {
            parameters: [{ name: 'id', in: 'query', required: true, schema: { type: 'string' } }],
          }),
        },
        '/things/{id}': { get: operation('getThing') },
      },
      ['things.things.get_thing select', 'things.things.find_thing exec'],
      ['lock-new: 1 is new: findThing'],
    ],
  ])('%s', async (_, before, after, want, says) => {
    const { provider, warnings } = await regenerate(before, after);
    expect(names(provider).sort()).toEqual([...want].sort());
    expect(codes(warnings)).toEqual(says);
  });

  it.each<[what: string, before: Paths, after: Paths, config: object, want: RegExp | string]>([
    [
      'the answer has no rows any more',
      things,
      { ...things, '/things/{id}': { get: operation('getThing', { responses: done }) } },
      {},
      /^lock-conflict: getThing is published as select, but by now it is exec: GET, whose response holds no rows/,
    ],
    [
      'two published methods take the same inputs by now',
      {
        '/things/{id}': { get: operation('getThing') },
        '/things': { get: operation('listThings', { responses: ok(list) }) },
      },
      {
        '/things/{id}': { get: operation('getThing') },
        '/things': {
          get: operation('listThings', {
            responses: ok(list),
            parameters: [{ name: 'id', in: 'query', required: true, schema: { type: 'string' } }],
          }),
        },
      },
      {},
      'lock-conflict: things.things.get_thing is published as select, but list_things takes the same required ' +
        'parameters',
    ],
    [
      'the config decides otherwise',
      things,
      things,
      { overrides: [{ operation: 'getThing', resource: 'items' }] },
      'lock-conflict: things.things.get_thing is published as select, but ' +
        "the config's override of getThing says resource items",
    ],
    [
      'the config merges services',
      things,
      things,
      { services: [{ match: 'thing.*', name: 'all' }] },
      /lock-conflict: listThings is published in things, but the config merges things into all/,
    ],
  ])('an error: %s', async (_, before, after, config, want) => {
    await expect(regenerate(before, after, config)).rejects.toThrow(want);
  });

  it('says the same of itself: what is accepted is in step', async () => {
    const first = await regenerate(things, renamed);
    const second = await map(renamed, document, {}, emitLock(first.provider, 'v26.02.00001'));
    expect(codes(second.warnings)).toEqual([]);
    expect(emitLock(second.provider, 'v26.03.00001')).toBe(emitLock(first.provider, 'v26.02.00001'));
    expect(emitLock(first.provider, 'v26.02.00001')).toContain('since: v26.01.00001');
  });
});

it('an API in which everything is renamed is compared in time', () => {
  const count = 1500;
  const rows = Array.from({ length: count }, (_, index) => index);
  const entries = rows.map((index) => ({
    ...{ service: 's', resource: `r${index}`, method: 'get', verb: 'select' as const, since: 'v26.01.00001' },
    ...{ operationId: `readOld${index}`, http: `GET /v1/old/${index}/things`, at: '#' },
  }));
  const operations = rows.map((index) => ({
    ...{ id: `fetchNew${index}`, httpMethod: 'get', path: `/v2/new/${index}/stuff`, success: {} },
  })) as unknown as Operation[];
  const start = process.cpuUsage();
  expect(matchLock(entries, operations).size).toBe(0);
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(2.5);
});

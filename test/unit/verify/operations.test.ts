import { describe, expect, it } from 'vitest';
import { basePath, operationFor, operationsOf, shapeOf } from '../../../generator/verify/operations.js';
import { answers, specOf } from './spec.js';

describe('basePath', () => {
  it.each([
    ['https://api.example.com', ''],
    ['https://api.example.com/', ''],
    ['https://api.example.com/v1/', '/v1'],
    ['https://{sub}.example.com/v1', '/v1'],
    ['https://{domain:[^/]+}/v1', '/v1'],
    ['{protocol}://{addr:^(?:[^.]+|[0-9]{1,3}(?:\\:[0-9]+)?)$}/', ''],
    ['https://api.example.com/{version}/x', '/{version}/x'],
    ['/v1', '/v1'],
    ['', ''],
  ])('%s has %s', (url, want) => expect(basePath(url)).toBe(want));
});

describe('operations', async () => {
  const text = { type: 'string' };
  const id = { name: 'id', in: 'path', required: true, schema: text };
  const spec = await specOf({
    servers: [{ url: 'https://{sub}.example.com/v1' }, { url: 'https://example.com/{stage}/v1' }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'key' }, token: { type: 'oauth2' } } },
    paths: {
      '/things': { get: { responses: answers({ type: 'array', items: text }) } },
      '/things/me': { get: { security: [{ token: [] }, {}], responses: {} } },
      '/things/{id}': {
        parameters: [id, { name: 'page', in: 'query', schema: text }],
        get: {
          parameters: [{ name: 'page', in: 'query', required: true, schema: { type: 'integer', default: 1 } }],
          responses: { default: { description: 'x' } },
        },
        delete: {
          servers: [{ url: 'https://other.example.com' }],
          security: [{ token: [] }],
          responses: { 204: { description: 'x' }, 404: { description: 'y' } },
        },
      },
      '/things/{id}/parts/{part}': { get: { responses: {} } },
    },
  });
  const operations = operationsOf(spec);
  const at = (method: string, path: string) => operationFor(operations, method, path)?.path;

  it.each([
    ['GET', '/v1/things', '/things'],
    ['GET', '/prod/v1/things', '/things'],
    ['GET', '/v1/things/', '/things'],
    ['GET', '/v1/things/me', '/things/me'],
    ['GET', '/v1/things/7', '/things/{id}'],
    ['GET', '/v1/things/7/parts/8', '/things/{id}/parts/{part}'],
    ['DELETE', '/things/7', '/things/{id}'],
    ['DELETE', '/v1/things/7', undefined],
    ['GET', '/things', undefined],
    ['POST', '/v1/things', undefined],
    ['GET', '/v1/things/7/parts', undefined],
  ])('%s %s reaches %s', (method, path, want) => expect(at(method, path)).toBe(want));

  it('lets the operation\u2019s parameters win over the path item\u2019s', () => {
    expect(operationFor(operations, 'GET', '/v1/things/7')?.parameters).toEqual([
      { name: 'page', in: 'query', required: true, hasDefault: true, type: 'integer' },
      { name: 'id', in: 'path', required: true, hasDefault: false, type: 'string' },
    ]);
  });

  const both = [
    { in: 'query', name: 'key' },
    { in: 'header', name: 'Authorization' },
  ];
  it.each([
    ['GET', '/v1/things', both],
    ['GET', '/v1/things/me', []],
    ['DELETE', '/things/7', both],
  ])('%s %s takes its secret at %j', (method, path, want) =>
    expect(operationFor(operations, method, path)?.secrets).toEqual(want),
  );

  it('is the one that is asked for, of two whose names alone differ', async () => {
    const paths = Object.fromEntries(
      ['/{a}/keys', '/{bb}/keys', '/{a}/keys/{id}'].map((path) => [path, { get: { responses: answers({}) } }]),
    );
    const [first, second, third] = operationsOf(await specOf({ paths }));
    const all = [first, second, third].flatMap((each) => each ?? []);
    for (const asked of [first, second]) expect(operationFor(all, 'GET', '/x/keys', asked)).toBe(asked);
    expect(operationFor(all, 'GET', '/x/keys', third)).not.toBe(third);
  });
  it('takes a placeholder for a parameter, declared or not', () =>
    expect(operationFor(operations, 'GET', '/v1/things/7/parts/8')?.parameters.map(({ name }) => name)).toEqual([
      'id',
      'part',
    ]));
  it('takes the servers of a config in place of the document’s', () => {
    const moved = operationsOf(spec, [{ url: 'https://config.example/v9' }]);
    expect(operationFor(moved, 'GET', '/v9/things')?.path).toBe('/things');
    expect(operationFor(moved, 'GET', '/v1/things')).toBeUndefined();
    expect(operationFor(moved, 'DELETE', '/things/7')?.path).toBe('/things/{id}');
  });
  it('leaves out what a dangling reference stands for', async () => {
    const lost = { $ref: '#/nowhere' };
    const [only, ...others] = operationsOf(
      await specOf({
        paths: {
          '/things': { post: { parameters: [lost], requestBody: lost, responses: { 200: lost } } },
          '/lost': lost,
        },
      }),
    );
    expect(only).toMatchObject({ path: '/things', parameters: [], responses: {} });
    expect([only?.body, others]).toEqual([undefined, []]);
  });
  it('keeps successes only', () =>
    expect(Object.keys(operationFor(operations, 'DELETE', '/things/7')?.responses ?? {})).toEqual(['204']));
  it('blanks names in shapes', () => expect(shapeOf('/a/{b}/c?limit=1')).toBe('/a/{}/c'));
});

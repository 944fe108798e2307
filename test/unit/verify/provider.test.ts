import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { toYaml } from '../../../generator/text/yaml.js';
import { movedUrl, pointAtMock, providerPackage, readProviderFolder } from '../../../generator/verify/provider.js';
import { ROOT, scratch } from '../../places.js';

describe('movedUrl', () => {
  it.each([
    ['https://api.example.com', 'http://127.0.0.1:9/https/api.example.com'],
    ['https://{sub}.example.com/v1/', 'http://127.0.0.1:9/https/{sub}.example.com/v1/'],
    ['{protocol}://{addr:^(?:[^.]+)$}/', 'http://127.0.0.1:9/{protocol}/{addr:^(?:[^.]+)$}/'],
    ['/v1', 'http://127.0.0.1:9/-/-/v1'],
    ['', 'http://127.0.0.1:9/-/-'],
  ])('%s', (url, want) => expect(movedUrl(url, 9)).toBe(want));
});

const SERVICE = `# a comment stays
servers:
  - url: https://{sub}.example.com   # and this one
    variables: {sub: {default: my}}
paths:
  /a:
    servers: [{url: 'https://item.example.com'}]
    get:
      servers:
        - url: >-
            https://operation.example.com
      responses: {'200': {description: on}}
      example: {servers: [{url: https://example.com/stays}]}
components:
  schemas: {A: {properties: {servers: {type: array}, on: {type: string}}}}
  x-stackQL-resources:
    r:
      methods:
        get:
          servers: [{url: https://method.example.com}]
          operation: {$ref: '#/paths/~1a/get'}
          response: {openAPIDocKey: '200', objectKey: $.x}
          config: {requestBodyTranslate: {algorithm: naive}, pagination: {responseToken: {key: Link, location: header}}}
        run: {operation: {$ref: '#/paths/~1b/post'}}
      sqlVerbs: {select: [{$ref: '#/components/x-stackQL-resources/r/methods/get'}]}
`;
const PROVIDER = `name: p
providerServices:
  s: {service: {$ref: p/v1/services/s.yaml}}
config: {auth: {type: oauth2, token_url: https://auth.example.com/token}}
`;
const files = [
  { path: 'p/v1/provider.yaml', text: PROVIDER },
  { path: 'p/v1/services/s.yaml', text: SERVICE },
];

describe('a provider', () => {
  it('is read: methods, verbs, operations, paging', () => {
    expect(providerPackage(files).services).toEqual([
      {
        name: 's',
        file: 'p/v1/services/s.yaml',
        resources: [
          {
            name: 'r',
            selects: ['get'],
            methods: [
              {
                name: 'get',
                verb: 'select',
                operation: { method: 'GET', path: '/a', server: 'https://operation.example.com' },
                status: '200',
                pagination: { responseToken: { key: 'Link', location: 'header' } },
                transformed: false,
                naive: true,
              },
              { name: 'run', verb: 'exec', transformed: false, naive: false },
            ],
          },
        ],
      },
    ]);
  });

  const part = { $ref: '#/components/schemas/Part' };
  const inner = (properties: object) => ({ type: 'object', properties });
  it.each<[string, object, boolean]>([
    ['two of its own properties', inner({ a: part, b: part }), true],
    ['one of its own and one below', inner({ a: part, links: inner({ b: part }) }), true],
    ['properties of two parts', { allOf: [inner({ a: part }), inner({ b: part })] }, true],
    ['two below the first level', inner({ links: inner({ a: part, b: part }) }), false],
    ['and an array below', inner({ a: part, b: part, c: inner({ d: { type: 'array', items: part } }) }), false],
    ['one of its own, and one in an allOf', inner({ a: { allOf: [inner({ b: part })] }, b: part }), true],
    ['one of its own, and a part of another', inner({ a: { allOf: [part] }, b: part }), false],
    ['an allOf for each', inner({ a: { allOf: [part] }, b: { allOf: [part] } }), false],
  ])('a response with a component twice, %s: is RETURNING of it unsteady?', (_name, schema, unsteady) => {
    const text = toYaml({
      openapi: '3.0.0',
      paths: {
        '/a': { post: { responses: { 200: { content: { 'application/json': { schema } } } } } },
      },
      components: {
        schemas: { Part: inner({ k: { type: 'string' } }) },
        'x-stackQL-resources': { r: { methods: { make: { operation: { $ref: '#/paths/~1a/post' } } } } },
      },
    });
    const [service] = providerPackage([
      files[0] as (typeof files)[number],
      { path: 'p/v1/services/s.yaml', text },
    ]).services;
    expect(service?.resources[0]?.methods[0]?.unsteady !== undefined).toBe(unsteady);
  });

  it('may lack a file, or have services that were not asked for', () => {
    expect(providerPackage(files.slice(0, 1)).missing).toEqual(['s']);
    const more = {
      path: 'p/v1/provider.yaml',
      text: PROVIDER.replace('providerServices:', 'providerServices:\n  t: {service: {$ref: p/v1/services/s.yaml}}'),
    };
    expect(providerPackage([more, ...files.slice(1)], ['s']).left).toEqual(['t']);
  });

  it('is pointed at the mock, and nothing else of it changes', () => {
    const [main, service] = providerPackage(files).files.map((file) => pointAtMock(file, 9).text);
    expect(main).toBe(
      PROVIDER.replace('https://auth.example.com/token', '"http://127.0.0.1:9/https/auth.example.com/token"'),
    );
    const want = SERVICE.replace('https://{sub}.example.com', '"http://127.0.0.1:9/https/{sub}.example.com"')
      .replace("'https://item.example.com'", '"http://127.0.0.1:9/https/item.example.com"')
      .replace('>-\n            https://operation.example.com', '"http://127.0.0.1:9/https/operation.example.com"')
      .replace('https://method.example.com', '"http://127.0.0.1:9/https/method.example.com"');
    expect(service).toBe(want);
  });

  it.each([
    ['a file that is not YAML', [{ path: 'p/v1/provider.yaml', text: 'a: [' }], undefined, 'provider-syntax'],
    ['a file that is no mapping', [{ path: 'p/v1/provider.yaml', text: '- a' }], undefined, 'provider-syntax'],
    ['no provider.yaml', [], undefined, 'provider-missing'],
    ['a service that is not there', files, ['nothing'], 'unknown-name'],
  ])('%s is a problem', (_name, given, only, code) => expect(() => providerPackage(given, only)).toThrow(code));
});

describe('the folder of a provider', () => {
  const root = scratch();
  for (const [file, text] of [
    ['src/p/v1/provider.yaml', PROVIDER],
    ['src/p/v1/services/s.yaml', SERVICE],
    ['src/p/v2/provider.yaml', PROVIDER.replaceAll('/v1/', '/v2/')],
    ['src/p/v2/services/s.yaml', SERVICE],
    ['renamed/provider.yaml', PROVIDER],
    ['several/a/v1/provider.yaml', PROVIDER],
    ['several/b/v1/provider.yaml', PROVIDER],
  ] as const) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  it.each([
    ['a registry root, the highest version', '', ['p/v2/provider.yaml', 'p/v2/services/s.yaml']],
    ['src', 'src', ['p/v2/provider.yaml', 'p/v2/services/s.yaml']],
    ['one version', 'src/p/v1', ['p/v1/provider.yaml', 'p/v1/services/s.yaml']],
    ['a folder of any name: the document says where it belongs', 'renamed', ['p/v1/provider.yaml']],
  ])('%s', (_name, folder, want) => {
    const given = folder === '' ? path.join(root, 'src', '..', 'src') : path.join(root, folder);
    expect(readProviderFolder(given).map((file) => file.path)).toEqual(want);
  });
  it('must be one provider', () => {
    expect(() => readProviderFolder(path.join(root, 'several'))).toThrow('several providers: a, b');
    expect(readProviderFolder(path.join(root, 'several'), 'a')).toHaveLength(1);
    expect(() => readProviderFolder(path.join(root, 'src/p/v1/services'))).toThrow('provider-missing');
  });
  it('says where a file on disk is not YAML', () => {
    const folder = path.join(root, 'broken/p/v1');
    mkdirSync(path.join(folder, 'services'), { recursive: true });
    writeFileSync(path.join(folder, 'provider.yaml'), PROVIDER);
    const file = path.join(folder, 'services/s.yaml');
    writeFileSync(file, 'a: 1\n b: 2\n');
    let thrown: unknown;
    try {
      providerPackage(readProviderFolder(folder));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ problems: [{ code: 'provider-syntax', at: { file, line: 2, column: 3 } }] });
  });
  it('the committed one', () =>
    expect(providerPackage(readProviderFolder(path.join(ROOT, 'provider'))).services.map(({ name }) => name)).toEqual([
      'sessions',
    ]));
});

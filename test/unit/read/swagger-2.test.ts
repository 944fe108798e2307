import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type {
  OperationObject,
  ParameterObject,
  PathItemObject,
  RequestBodyObject,
  ResponseObject,
  SchemaObject,
} from '../../../generator/read/openapi.js';
import { step } from '../../../generator/read/pointer.js';
import { readSpec } from '../../../generator/read/spec.js';
import { folderOf, lineAt } from './given.js';

const JSON_TYPE = 'application/json';
const pet = { $ref: '#/definitions/Pet' };
const swagger = (more: object) => ({ swagger: '2.0', info: { title: 'T', version: '1' }, paths: {}, ...more });
const read = async (more: object, others: Record<string, unknown> = {}) =>
  readSpec(path.join(folderOf({ 'spec.yaml': swagger(more), ...others }), 'spec.yaml'));
const inPost = (operation: object, more: object = {}) => ({ paths: { '/a': { post: operation } }, ...more });
const body = { name: 'b', in: 'body', description: 'D', required: true, schema: pet };
const field = (name: string, more: object = {}) => ({ name, in: 'formData', type: 'string', ...more });

describe('an operation of 2.0 in the shape of 3.0', () => {
  it.each<[string, object, object]>([
    [
      'a parameter has a schema',
      inPost({
        parameters: [
          {
            name: 'p',
            in: 'query',
            description: 'D',
            required: true,
            type: 'integer',
            format: 'int32',
            minimum: 1,
            exclusiveMinimum: true,
            default: 5,
            'x-a': 1,
          },
        ],
      }),
      {
        parameters: [
          {
            ...{ name: 'p', in: 'query', description: 'D', required: true, 'x-a': 1 },
            schema: { type: 'integer', format: 'int32', minimum: 1, exclusiveMinimum: true, default: 5 },
          },
        ],
        responses: {},
      },
    ],
    [
      'a list in a parameter',
      inPost({
        parameters: [
          ['query', undefined],
          ['query', 'multi'],
          ['query', 'ssv'],
          ['query', 'pipes'],
          ['query', 'tsv'],
          ['header', 'csv'],
        ].map(([location, collectionFormat], index) => ({
          ...{ name: `p${index}`, in: location, type: 'array', items: { type: 'string', collectionFormat: 'csv' } },
          ...(collectionFormat && { collectionFormat }),
        })),
      }),
      {
        parameters: [
          { in: 'query', style: 'form', explode: false },
          { in: 'query', style: 'form', explode: true },
          { in: 'query', style: 'spaceDelimited', explode: false },
          { in: 'query', style: 'pipeDelimited', explode: false },
          { in: 'query' },
          { in: 'header', style: 'simple', explode: false },
        ].map((want, index) => ({ name: `p${index}`, ...want, schema: { type: 'array', items: { type: 'string' } } })),
        responses: {},
      },
    ],
    [
      'a body is a request body of the types that the document consumes',
      inPost({ parameters: [body] }, { consumes: [JSON_TYPE, 'multipart/form-data', 'text/xml'] }),
      {
        requestBody: {
          description: 'D',
          required: true,
          content: { [JSON_TYPE]: { schema: pet }, 'text/xml': { schema: pet } },
        },
        responses: {},
      },
    ],
    [
      'or that the operation consumes',
      inPost({ consumes: ['text/xml'], parameters: [body] }, { consumes: [JSON_TYPE] }),
      { requestBody: { description: 'D', required: true, content: { 'text/xml': { schema: pet } } }, responses: {} },
    ],
    [
      'JSON where nobody says',
      inPost({
        parameters: [{ in: 'body', name: 'b', schema: pet }],
        responses: { 200: { description: '', schema: pet } },
      }),
      {
        requestBody: { content: { [JSON_TYPE]: { schema: pet } } },
        responses: { 200: { description: '', content: { [JSON_TYPE]: { schema: pet } } } },
      },
    ],
    [
      'JSON where anything will do',
      inPost({ consumes: ['*/*', JSON_TYPE], parameters: [{ in: 'body', name: 'b', schema: pet }] }),
      { requestBody: { content: { [JSON_TYPE]: { schema: pet } } }, responses: {} },
    ],
    [
      'the fields of a form are one request body',
      inPost({
        parameters: [
          field('a', { required: true, description: 'D' }),
          field('b', { type: 'array', items: { type: 'integer' } }),
        ],
      }),
      {
        requestBody: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: {
                type: 'object',
                required: ['a'],
                properties: {
                  a: { description: 'D', type: 'string' },
                  b: { type: 'array', items: { type: 'integer' } },
                },
              },
            },
          },
        },
        responses: {},
      },
    ],
    [
      'a form with a file',
      inPost({ consumes: ['application/x-www-form-urlencoded'], parameters: [field('f', { type: 'file' })] }),
      {
        requestBody: {
          content: {
            'multipart/form-data': {
              schema: { type: 'object', properties: { f: { type: 'string', format: 'binary' } } },
            },
          },
        },
        responses: {},
      },
    ],
    [
      'shared parameters become what they are, in each operation as it consumes',
      inPost(
        { parameters: [{ $ref: '#/parameters/limit' }, { $ref: '#/parameters/body' }], consumes: ['text/xml'] },
        { parameters: { limit: { name: 'limit', in: 'query', type: 'integer' }, body } },
      ),
      {
        parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
        requestBody: { description: 'D', required: true, content: { 'text/xml': { schema: pet } } },
        responses: {},
      },
    ],
    [
      'a body beside the path is that of every operation',
      { paths: { '/a': { parameters: [body, { name: 'id', in: 'query', type: 'string' }], post: {} } } },
      { requestBody: { description: 'D', required: true, content: { [JSON_TYPE]: { schema: pet } } }, responses: {} },
    ],
    [
      'responses with headers, shared ones in the types that the operation produces',
      inPost(
        {
          produces: ['application/hal+json'],
          responses: { 200: { $ref: '#/responses/ok' }, 204: { description: 'none' }, 'x-a': 1 },
        },
        {
          responses: {
            ok: {
              description: 'OK',
              headers: { Link: { type: 'string', description: 'D' } },
              schema: { type: 'file' },
              examples: {},
            },
          },
        },
      ),
      {
        responses: {
          200: {
            description: 'OK',
            headers: { Link: { description: 'D', schema: { type: 'string' } } },
            content: { 'application/hal+json': { schema: { type: 'string', format: 'binary' } } },
          },
          204: { description: 'none' },
          'x-a': 1,
        },
      },
    ],
    [
      'what leads nowhere is left to whoever follows it',
      inPost({ parameters: [{ $ref: '#/parameters/nope' }], responses: { 200: { $ref: '#/responses/nope' } } }),
      { parameters: [{ $ref: '#/parameters/nope' }], responses: { 200: { $ref: '#/responses/nope' } } },
    ],
    [
      'a scheme of its own is a server of its own',
      inPost({ schemes: ['http'] }, { host: 'e.com', schemes: ['https'] }),
      { servers: [{ url: 'http://e.com' }], responses: {} },
    ],
    [
      'what 3.0 has too stays',
      inPost({ operationId: 'o', deprecated: true, tags: ['t'], 'x-a': 1 }),
      { operationId: 'o', deprecated: true, tags: ['t'], 'x-a': 1, responses: {} },
    ],
  ])('%s', async (_name, more, want) => {
    const { document } = await read({ definitions: { Pet: { type: 'object' } }, ...more });
    const item = document.paths?.['/a'] as PathItemObject;
    expect(item.post).toEqual(want);
  });
});

describe('the rest of a document of 2.0', () => {
  it.each<[string, object, object]>([
    [
      'host, base path, schemes; https first',
      { host: 'e.com', basePath: '/v1/', schemes: ['http', 'https', 'wss'] },
      { servers: [{ url: 'https://e.com/v1' }, { url: 'http://e.com/v1' }] },
    ],
    ['a host alone', { host: 'e.com' }, { servers: [{ url: 'https://e.com' }] }],
    ['a base path alone is relative', { basePath: 'v1' }, { servers: [{ url: '/v1' }] }],
    ['neither', {}, { servers: undefined }],
    [
      'security',
      {
        securityDefinitions: {
          basic: { type: 'basic', description: 'D' },
          key: { type: 'apiKey', name: 'X-Key', in: 'header' },
          code: {
            type: 'oauth2',
            flow: 'accessCode',
            authorizationUrl: 'https://e.com/a',
            tokenUrl: 'https://e.com/t',
            scopes: { r: 'read' },
          },
          app: { type: 'oauth2', flow: 'application', tokenUrl: 'https://e.com/t' },
        },
      },
      {
        components: {
          schemas: {},
          securitySchemes: {
            basic: { description: 'D', type: 'http', scheme: 'basic' },
            key: { type: 'apiKey', name: 'X-Key', in: 'header' },
            code: {
              type: 'oauth2',
              flows: {
                authorizationCode: {
                  authorizationUrl: 'https://e.com/a',
                  tokenUrl: 'https://e.com/t',
                  scopes: { r: 'read' },
                },
              },
            },
            app: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://e.com/t', scopes: {} } } },
          },
        },
      },
    ],
    [
      'definitions',
      { definitions: { Pet: { type: 'object', properties: { a: { type: 'string', 'x-nullable': true } } } } },
      {
        components: {
          schemas: {
            Pet: { type: 'object', properties: { a: { type: 'string', 'x-nullable': true, nullable: true } } },
          },
        },
      },
    ],
    ['no paths', { paths: null }, { paths: undefined }],
  ])('%s', async (_name, more, want) => {
    const { document } = await read(more);
    expect(Object.fromEntries(Object.keys(want).map((key) => [key, document[key as never]]))).toEqual(want);
  });
});

describe('what a conversion moves keeps its line', async () => {
  const { document, at, follow } = await read(
    {
      parameters: {
        body: {
          name: 'b',
          in: 'body',
          schema: { type: 'object', properties: { shared: { type: 'string', description: 'of a shared body' } } },
        },
      },
      responses: {
        ok: {
          description: 'shared',
          schema: { type: 'object', properties: { id: { type: 'string', description: 'of a shared response' } } },
        },
      },
      paths: {
        '/a': {
          get: {
            parameters: [
              { name: 'first', in: 'query', type: 'string' },
              field('c', { description: 'of a field' }),
              { name: 'second', in: 'query', type: 'array', items: { type: 'string', description: 'of an item' } },
            ],
            responses: {
              200: { $ref: '#/responses/ok' },
              400: { description: 'own', schema: { type: 'object', description: 'of a response' } },
            },
          },
          post: { parameters: [{ $ref: '#/parameters/body' }] },
          put: {
            parameters: [
              {
                name: 'b',
                in: 'body',
                description: 'of a body',
                schema: { type: 'object', properties: { own: { type: 'string', description: 'of a property' } } },
              },
            ],
          },
        },
        '/b': { $ref: 'items/b.json#/item' },
      },
    },
    {
      'items/b.json': JSON.stringify({ item: { post: { parameters: [{ $ref: '../parameters.yaml#/p' }] } } }, null, 2),
      'parameters.yaml': { p: { name: 'p', in: 'body', schema: { description: 'of a body elsewhere' } } },
    },
  );
  const operation = (item: string, method: 'get' | 'post' | 'put') => {
    const found = follow(document.paths?.[item] as PathItemObject, step(at, 'paths', item));
    return follow(found.value[method] as OperationObject, step(found.at, method));
  };
  const bodySchema = (item: string, method: 'get' | 'post' | 'put') => {
    const { value, at: place } = operation(item, method);
    const found = follow(value.requestBody as RequestBodyObject, step(place, 'requestBody'));
    const [type = '', media] = Object.entries(found.value.content ?? {})[0] ?? [];
    return { body: found, schema: follow(media?.schema ?? {}, step(found.at, 'content', type, 'schema')) };
  };
  const parameter = (index: number) => {
    const { value, at: place } = operation('/a', 'get');
    return follow(value.parameters?.[index] as ParameterObject, step(place, 'parameters', index));
  };
  const responseSchema = (status: string) => {
    const { value, at: place } = operation('/a', 'get');
    const found = follow(value.responses?.[status] as ResponseObject, step(place, 'responses', status));
    return follow(found.value.content?.[JSON_TYPE]?.schema ?? {}, step(found.at, 'content', JSON_TYPE, 'schema'));
  };

  it.each<[string, () => string, string]>([
    ['a parameter after a field of a form', () => step(parameter(1).at, 'name'), '- name: second'],
    ['the schema of a parameter is the parameter', () => step(parameter(0).at, 'schema', 'type'), '- name: first'],
    [
      'its items',
      () =>
        step(
          follow((parameter(1).value.schema as SchemaObject).items, step(parameter(1).at, 'schema', 'items')).at,
          'description',
        ),
      'description: of an item',
    ],
    ['a body', () => step(bodySchema('/a', 'put').body.at, 'description'), 'description: of a body'],
    [
      'a property of a body',
      () => step(bodySchema('/a', 'put').schema.at, 'properties', 'own', 'description'),
      'description: of a property',
    ],
    [
      'a shared body',
      () => step(bodySchema('/a', 'post').schema.at, 'properties', 'shared', 'description'),
      'description: of a shared body',
    ],
    [
      'a field of a form',
      () => {
        const { schema } = bodySchema('/a', 'get');
        return step(follow(schema.value.properties?.c ?? {}, step(schema.at, 'properties', 'c')).at, 'description');
      },
      'description: of a field',
    ],
    ['a response', () => step(responseSchema('400').at, 'description'), 'description: of a response'],
    [
      'a shared response',
      () => step(responseSchema('200').at, 'properties', 'id', 'description'),
      'description: of a shared response',
    ],
    ['a path item in another file', () => operation('/b', 'post').at, '"post": {'],
    [
      'a body in a third file',
      () => step(bodySchema('/b', 'post').schema.at, 'description'),
      'description: of a body elsewhere',
    ],
  ])('%s', (_name, place, want) => expect(lineAt(place())).toBe(want));
});

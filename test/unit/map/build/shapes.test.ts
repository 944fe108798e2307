import { describe, expect, it } from 'vitest';

type Json = Record<string, unknown>;

import { exampleStatements, joinExample } from '../../../../generator/sql/example.js';
import { body, list, methodsOf, names, ok, type Paths, parameter, map as read, row } from '../given.js';

type Document = { paths: Record<string, Record<string, Json>>; components: { schemas: Record<string, Json> } };

async function documentOf(paths: Paths, components: object = {}): Promise<Document> {
  const { provider } = await read(paths, { components });
  return provider.services[0]?.document as unknown as Document;
}

const thing = { $ref: '#/components/schemas/Thing' };
const schemas = { Thing: row, Things: { type: 'array', items: row } };
const schemaOf = (document: Document, path: string, method: string): unknown => {
  const responses = document.paths[path]?.[method]?.responses as Record<string, { content?: Record<string, Json> }>;
  return Object.values(Object.values(responses)[0]?.content ?? {})[0]?.schema;
};

describe('rows have a component of their own, so that no two resources share a table', () => {
  it.each<[string, object, unknown]>([
    ['an inline object', row, { $ref: '#/components/schemas/opRow' }],
    ['an inline list', list, { type: 'array', items: { $ref: '#/components/schemas/opRow' } }],
    ['a component', thing, thing],
    ['a list of a component', { type: 'array', items: thing }, { type: 'array', items: thing }],
    [
      'a component that is a list of inline objects',
      { $ref: '#/components/schemas/Things' },
      { type: 'array', items: { $ref: '#/components/schemas/opRow' } },
    ],
    [
      'an inline object inside',
      { type: 'object', properties: { data: row } },
      { type: 'object', properties: { data: { $ref: '#/components/schemas/opRow' } } },
    ],
  ])('%s', async (_name, schema, want) => {
    const document = await documentOf(
      { '/things': { get: { operationId: 'op', responses: ok(schema) } } },
      { schemas },
    );
    expect(schemaOf(document, '/things', 'get')).toEqual(want);
  });
});

describe('what would crash the engine is left out or flattened', () => {
  it.each<[string, string, object, unknown]>([
    ['a DELETE whose response says nothing', 'delete', {}, undefined],
    ['a DELETE whose response only has a description', 'delete', { description: 'Done' }, undefined],
    ['a DELETE that returns rows', 'delete', thing, thing],
    [
      'an alternative that leads back to itself, in RETURNING',
      'put',
      { $ref: '#/components/schemas/Folder' },
      { $ref: '#/components/schemas/opRow' },
    ],
    ['the same in a SELECT', 'get', { $ref: '#/components/schemas/Folder' }, { $ref: '#/components/schemas/Folder' }],
  ])('%s', async (_name, method, schema, want) => {
    const folder = { $ref: '#/components/schemas/Folder' };
    const Folder = {
      type: 'object',
      properties: { id: { type: 'string' }, parent: { oneOf: [{ type: 'string' }, folder] } },
    };
    const more = method === 'put' ? body() : {};
    const paths = { '/things/{key}': { [method]: { operationId: 'op', responses: ok(schema), ...more } } };
    const document = await documentOf(paths, { schemas: { ...schemas, Folder } });
    expect(schemaOf(document, '/things/{key}', method)).toEqual(want);
    if (method === 'put')
      expect(document.components.schemas.opRow).toMatchObject({ properties: { parent: { type: 'object' } } });
  });
});

describe('media types that leave room for JSON are JSON', () => {
  it.each<[string, string, object, string]>([
    ['any type', '*/*', list, 'select'],
    ['any type of application', 'application/*', list, 'select'],
    ['a name without a type', 'vnd.acme.v1+json', list, 'select'],
    ['any type, a string', '*/*', { type: 'string' }, 'exec'],
    ['any type, a file', '*/*', { type: 'string', format: 'binary' }, 'exec'],
  ])('%s', async (_name, mediaType, schema, want) => {
    const responses = { 200: { description: 'OK', content: { [mediaType]: { schema } } } };
    const { provider } = await read({ '/things': { get: { operationId: 'op', responses } } });
    const [method] = methodsOf(provider);
    expect(method?.verb).toBe(want);
    expect(method?.response.row?.mediaType).toBe(want === 'select' ? 'application/json' : undefined);
  });
});

describe('one type per input in a resource', () => {
  const at = (schema: object, more: object = {}) => ({ parameters: [parameter('id', 'path', schema)], ...more });
  it.each<[string, Paths, string[]]>([
    [
      'an integer and a string become strings',
      {
        '/things/{id}': {
          get: { operationId: 'get', responses: ok(row), ...at({ type: 'integer' }) },
          put: { operationId: 'put', responses: ok(row), ...body(), ...at({ type: 'string' }) },
        },
      },
      ['string', 'string'],
    ],
    [
      'integers stay',
      {
        '/things/{id}': {
          get: { operationId: 'get', responses: ok(row), ...at({ type: 'integer' }) },
          put: { operationId: 'put', responses: ok(row), ...body(), ...at({ type: 'integer' }) },
        },
      },
      ['integer', 'integer'],
    ],
    [
      'one without a type is a string',
      { '/things/{id}': { get: { operationId: 'get', responses: ok(row), ...at({ title: 'Id' }) } } },
      ['string'],
    ],
  ])('%s', async (_name, paths, want) => {
    const { provider } = await read(paths);
    const document = provider.services[0]?.document as unknown as Document;
    const written = Object.values(document.paths['/things/{id}'] ?? {}).map(
      (operation) => (operation.parameters as { schema: { type: string } }[])[0]?.schema.type,
    );
    expect(methodsOf(provider).map(({ parameters }) => parameters[0]?.type.type)).toEqual(want);
    expect(written).toEqual(want);
  });
});

it("a header that is the API key is the engine's, any other one is an input", async () => {
  const parameters = [parameter('X-Key', 'header'), parameter('X-Trace', 'header')];
  const { provider } = await read(
    { '/things': { get: { operationId: 'op', parameters, responses: ok(list) } } },
    {
      security: [{ key: [] }],
      components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } } },
    },
  );
  expect(methodsOf(provider)[0]?.parameters.map(({ name }) => name)).toEqual(['X-Trace']);
});

it('every variant of a body has the fields that are in none of them', async () => {
  const variant = (name: string) => ({ type: 'object', required: [name], properties: { [name]: { type: 'string' } } });
  const schema = { anyOf: [variant('a'), variant('b')], required: ['kind'], properties: { kind: { type: 'string' } } };
  const operation = { operationId: 'createReport', responses: ok(row), ...body(schema) };
  const { provider } = await read({ '/reports': { post: operation } });
  const resource = provider.services[0]?.resources[0];
  const [method] = methodsOf(provider);
  const examples = resource && method ? exampleStatements(resource, method, provider.objects) : [];
  expect(examples.map(({ sql }) => sql.replace(/\s+/g, ' ').slice(0, 45))).toEqual([
    'INSERT INTO p.reports.reports ( kind, a ) SEL',
    'INSERT INTO p.reports.reports ( kind, b ) SEL',
  ]);
});

describe('paths with a query or a fragment', () => {
  it('a placeholder in the query is a parameter of the query', async () => {
    const parameters = [parameter('app', 'path')];
    const { provider } = await read({
      '/things/export?app={app}&full=1': { get: { operationId: 'op', parameters, responses: ok(list) } },
    });
    const [method] = methodsOf(provider);
    expect(method?.http.path).toBe('/things/export?full=1');
    expect(method?.parameters).toMatchObject([{ name: 'app', in: 'query', required: true }]);
  });

  it('an operation behind a fragment is left out, and the others stay', async () => {
    const { provider, warnings } = await read({
      '/things': { get: { operationId: 'listThings', responses: ok(list) } },
      '/things#stream': { get: { operationId: 'streamThings', responses: ok(list) } },
    });
    expect(names(provider)).toEqual(['things.things.list_things select']);
    expect(warnings).toMatchObject([{ code: 'operation-skipped' }]);
  });
});

describe('a JOIN is shown only where it finds rows', () => {
  it.each<[string, string, object, boolean]>([
    ['by the parent, named in full', 'userId', list, true],
    ['by an id that the rows have of their own', 'id', list, false],
    [
      'by an id that the rows do not have',
      'id',
      { type: 'array', items: { type: 'object', properties: { label: { type: 'string' } } } },
      true,
    ],
  ])('%s', async (_name, input, schema, want) => {
    const { provider } = await read({
      '/users': { get: { operationId: 'listUsers', responses: ok(list) } },
      [`/users/{${input}}/groups`]: { get: { operationId: 'listUserGroups', responses: ok(schema) } },
    });
    const resources = provider.services.flatMap((service) => service.resources);
    const groups = resources.find(({ methods }) => methods[0]?.name === 'list_user_groups');
    const method = groups?.methods[0];
    const join = groups && method && joinExample(groups, method, (id) => resources.find((one) => one.id === id));
    expect(join !== undefined).toBe(want);
  });

  it('values that the spec lists have no source', async () => {
    const { provider } = await read({
      '/states': { get: { operationId: 'listStates', responses: ok(list) } },
      '/states/{name}/users': {
        get: {
          operationId: 'listUsers',
          parameters: [parameter('name', 'path', { type: 'string', enum: ['ON', 'OFF'] })],
          responses: ok(list),
        },
      },
    });
    expect(methodsOf(provider).flatMap(({ parameters }) => parameters.map(({ source }) => source))).toEqual([
      undefined,
    ]);
  });
});

describe('an array of numbers or booleans has items of text, whose type RETURNING takes for other columns', () => {
  it.each<[string, object, object]>([
    ['numbers', { type: 'integer' }, { type: 'string' }],
    ['booleans', { type: 'boolean' }, { type: 'string' }],
    ['numbers of a component', { $ref: '#/components/schemas/Count' }, { type: 'string' }],
    ['text', { type: 'string', format: 'date' }, { type: 'string', format: 'date' }],
    ['objects', thing, thing],
  ])('%s', async (_name, items, want) => {
    const listing = { type: 'object', properties: { id: { type: 'string' }, list: { type: 'array', items } } };
    const document = await documentOf(
      { '/things': { post: { operationId: 'op', responses: ok({ $ref: '#/components/schemas/Listing' }) } } },
      { schemas: { ...schemas, Listing: listing, Count: { type: 'integer' } } },
    );
    const { properties } = document.components.schemas.Listing as { properties: { list: { items: object } } };
    expect(properties.list.items).toEqual(want);
  });
});

it.each<[string, Record<string, object>, Record<string, unknown>]>([
  [
    'an alternative that is the whole again',
    { Thing: { anyOf: [{ type: 'boolean' }, thing] } },
    { Thing: { anyOf: [{ type: 'boolean' }] } },
  ],
  ['nothing but itself', { Thing: { allOf: [thing] } }, { Thing: {} }],
])('a schema has no part that is itself: %s', async (_name, given, want) => {
  const document = await documentOf(
    {
      '/things': {
        get: { operationId: 'listThings', responses: ok(list) },
        post: { operationId: 'op', ...body(thing) },
      },
    },
    { schemas: given },
  );
  expect(document.components.schemas).toMatchObject(want);
});

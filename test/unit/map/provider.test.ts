import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { resourceView } from '../../../generator/emit/docs/resource-page.js';
import { emitProvider } from '../../../generator/emit/provider.js';
import { type Method, mapSource, ProblemsError, type Provider } from '../../../generator/index.js';
import { requiredInputs } from '../../../generator/model.js';
import { exampleStatement } from '../../../generator/sql/example.js';
import { scratch } from '../../places.js';

const row = { type: 'object', properties: { name: { type: 'string' }, id: { type: 'string' } } };
const ok = (schema: unknown) => ({ 200: { description: 'OK', content: { 'application/json': { schema } } } });
const done = { 204: { description: 'Done' } };
const body = (schema: unknown = { $ref: '#/components/schemas/Thing' }, mediaType = 'application/json') => ({
  requestBody: { content: { [mediaType]: { schema } } },
});
const thing = { $ref: '#/components/schemas/Thing' };
const id = { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] };
const op = (operationId: string, responses: unknown = ok(thing), more: object = {}) => ({
  operationId,
  responses,
  ...more,
});

function write(paths: unknown, components: object = {}, config: object = {}): string {
  const folder = scratch();
  const document = {
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://e.com' }],
    paths,
    components: { schemas: { Thing: row }, ...components },
  };
  writeFileSync(path.join(folder, 'spec.yaml'), stringify(document));
  writeFileSync(path.join(folder, 'p.config.yaml'), stringify({ provider: 'p', specs: ['spec.yaml'], ...config }));
  return path.join(folder, 'p.config.yaml');
}

const methodsOf = (provider: Provider): Method[] =>
  provider.services.flatMap(({ resources }) => resources.flatMap(({ methods }) => methods));
const summary = (provider: Provider) =>
  provider.services.flatMap(({ resources }) =>
    resources.flatMap((resource) =>
      resource.methods.map(
        (method) => `${resource.id}.${method.name} ${method.verb} (${requiredInputs(method).join(', ')})`,
      ),
    ),
  );

describe('operations become methods', () => {
  it.each<[string, unknown, string[]]>([
    [
      'a collection with items',
      {
        '/v1/things': {
          get: op('listThings', ok({ type: 'array', items: thing })),
          post: op('createThing', ok(thing), body()),
        },
        '/v1/things/{id}': {
          ...id,
          get: op('getThing'),
          put: op('replaceThing', ok(thing), body()),
          patch: op('updateThing', ok(thing), body()),
          delete: op('deleteThing', done),
        },
      },
      [
        'p.things.things.list_things select ()',
        'p.things.things.get_thing select (id)',
        'p.things.things.create_thing insert ()',
        'p.things.things.update_thing update (id)',
        'p.things.things.replace_thing replace (id)',
        'p.things.things.delete_thing delete (id)',
      ],
    ],
    [
      'an action under lifecycle, and one beside an item',
      {
        '/things/{id}': { ...id, get: op('getThing') },
        '/things/{id}/lifecycle/activate': { ...id, post: op('activateThing', done) },
        '/things/{id}/archive': { ...id, post: op('archiveThing', done) },
      },
      [
        'p.things.things.get_thing select (id)',
        'p.things.things.activate_thing exec (id)',
        'p.things.things.archive_thing exec (id)',
      ],
    ],
    [
      'a literal item reads the same rows as the items beside it',
      {
        '/things/{id}': { ...id, get: op('getThing') },
        '/things/me': { get: op('getMyThing') },
        '/things/stats': { get: op('getStats', ok({ type: 'object', properties: { total: { type: 'integer' } } })) },
      },
      [
        'p.things.things.get_thing select (id)',
        'p.things.things.get_my_thing select ()',
        'p.things.stats.get_stats select ()',
      ],
    ],
    [
      'what takes the same required parameters cannot be reached: a read with a name becomes a resource of its own',
      {
        '/things': { get: op('listThings', ok({ type: 'array', items: thing })) },
        '/things/me': { get: op('getMyThing') },
        '/things/{id}': { ...id, get: op('getThing') },
      },
      [
        'p.things.things.list_things select ()',
        'p.things.things.get_thing select (id)',
        'p.things.me_things.get_my_thing select ()',
      ],
    ],
    [
      'a scalar is not selectable; a list of scalars is, by a transform',
      {
        '/things': { get: op('listThings', ok({ type: 'array', items: thing })) },
        '/things/count': { get: op('countThings', ok({ type: 'integer' })) },
        '/things/names': { get: op('nameThings', ok({ type: 'array', items: { type: 'string' } })) },
      },
      [
        'p.things.things.list_things select ()',
        'p.things.things.count_things exec ()',
        'p.things.name_things.name_things select ()',
      ],
    ],
    [
      'a form body is EXEC-only, an EXEC method is not named like a verb',
      {
        '/things': {
          get: op('listThings', ok({ type: 'array', items: thing })),
          post: op('create', ok(thing), body(row, 'multipart/form-data')),
        },
      },
      ['p.things.things.list_things select ()', 'p.things.things.create_things exec ()'],
    ],
    [
      'what the service says already is not said again',
      {
        '/users/{id}/roles': { ...id, get: op('listUserRoles', ok({ type: 'array', items: thing })) },
        '/users/groups/roles': { get: op('listGroupRoles', ok({ type: 'array', items: thing })) },
      },
      ['p.users.roles.list_user_roles select (id)', 'p.users.group_roles.list_group_roles select ()'],
    ],
    [
      'required body fields of a DELETE are inputs',
      {
        '/things/{id}': {
          ...id,
          get: op('getThing'),
          delete: op(
            'deleteThing',
            done,
            body({
              type: 'object',
              required: ['reason'],
              properties: { reason: { type: 'string' }, note: { type: 'string' } },
            }),
          ),
        },
      },
      ['p.things.things.get_thing select (id)', 'p.things.things.delete_thing delete (id, reason)'],
    ],
    [
      'a body without fields cannot be inserted',
      {
        '/things': {
          get: op('listThings', ok({ type: 'array', items: thing })),
          post: op('createThings', ok(thing), body({ type: 'array', items: thing })),
        },
      },
      ['p.things.things.list_things select ()', 'p.things.things.create_things exec ()'],
    ],
    [
      'a media type with parameters can be sent',
      {
        '/things': {
          get: op('listThings', ok({ type: 'array', items: thing })),
          post: op('createThing', ok(thing), body(thing, 'application/json; charset=utf-8')),
        },
      },
      ['p.things.things.list_things select ()', 'p.things.things.create_thing insert ()'],
    ],
    [
      'actions beneath nothing stand for themselves',
      { '/jobs': { post: op('runJob', done) }, '/tasks': { post: op('runTask', done) } },
      ['p.jobs.jobs.run_job exec ()', 'p.tasks.tasks.run_task exec ()'],
    ],
    [
      'an undeclared placeholder is a required string',
      { '/things/{id}': { get: op('getThing') } },
      ['p.things.things.get_thing select (id)'],
    ],
    [
      'cookie parameters and the engine\u2019s own headers are left out',
      {
        '/things': {
          get: op('listThings', ok({ type: 'array', items: thing }), {
            parameters: ['cookie sid', 'header Accept', 'header X-Org'].map((text) => ({
              in: text.split(' ')[0],
              name: text.split(' ')[1],
              required: true,
              schema: { type: 'string' },
            })),
          }),
        },
      },
      ['p.things.things.list_things select (X-Org)'],
    ],
    [
      'an operation without operationId is named by verb and resource',
      { '/things': { get: { responses: ok({ type: 'array', items: thing }) } } },
      ['p.things.things.list_things select ()'],
    ],
  ])('%s', async (_name, paths, want) => expect(summary((await mapSource(write(paths))).provider)).toEqual(want));

  it('an operation\u2019s parameter replaces the path item\u2019s', async () => {
    const parameter = (description: string) => ({
      name: 'id',
      in: 'path',
      required: true,
      description,
      schema: { type: 'string' },
    });
    const { provider } = await mapSource(
      write({
        '/things/{id}': {
          parameters: [parameter('item')],
          get: op('getThing', ok(thing), { parameters: [parameter('own')] }),
        },
      }),
    );
    expect(methodsOf(provider)[0]?.parameters).toMatchObject([
      { name: 'id', description: 'own', declaredOn: 'operation' },
    ]);
  });

  it('routes list the most specific method first', async () => {
    const { provider } = await mapSource(
      write({
        '/things': { get: op('listThings', ok({ type: 'array', items: thing })) },
        '/things/{id}': { ...id, get: op('getThing') },
      }),
    );
    expect(provider.services[0]?.resources[0]?.routes.select).toEqual(['get_thing', 'list_things']);
  });
});

describe('rows', () => {
  const envelope = (properties: object) => ({ type: 'object', properties });
  it.each<[string, unknown, string | undefined, string[]]>([
    ['an array', { type: 'array', items: thing }, undefined, ['id', 'name']],
    ['an object', thing, undefined, ['id', 'name']],
    [
      'an array beside metadata',
      envelope({ things: { type: 'array', items: thing }, total: { type: 'integer' }, next: { type: 'string' } }),
      '$.things',
      ['id', 'name'],
    ],
    ['an object wrapped in data', envelope({ data: thing, meta: { type: 'object' } }), '$.data', ['id', 'name']],
    [
      'an object that has an array among other properties',
      envelope({ id: { type: 'string' }, tags: { type: 'array', items: thing } }),
      undefined,
      ['id', 'tags'],
    ],
    ['allOf', { allOf: [thing, envelope({ org_id: { type: 'string' } })] }, undefined, ['id', 'name', 'org_id']],
    [
      'oneOf: the union of its branches',
      { oneOf: [thing, envelope({ b: { type: 'string' } })] },
      undefined,
      ['id', 'name', 'b'],
    ],
    [
      'a write-only property is no column',
      envelope({ a: { type: 'string' }, secret: { type: 'string', writeOnly: true } }),
      undefined,
      ['a'],
    ],
  ])('%s', async (_name, schema, objectKey, columns) => {
    const { provider } = await mapSource(write({ '/things': { get: op('listThings', ok(schema)) } }));
    const shape = methodsOf(provider)[0]?.response.row;
    expect(shape?.objectKey).toBe(objectKey);
    expect(shape?.columns.map(({ name }) => name)).toEqual(columns);
  });
});

describe('the service document', () => {
  const documentOf = async (paths: unknown, components: object = {}) =>
    (await mapSource(write(paths, components))).provider.services[0]?.document as unknown as {
      paths: Record<string, Record<string, never>>;
      components: { schemas: Record<string, unknown> };
    };

  it('holds only what its operations use, and keeps the siblings of a $ref', async () => {
    const document = await documentOf(
      { '/things': { get: op('listThings') } },
      {
        schemas: {
          Thing: {
            properties: {
              state: {
                $ref: '#/components/schemas/State',
                description: 'now',
                example: { $ref: '#/definitions/custom' },
              },
            },
          },
          State: { type: 'string' },
          Unused: row,
        },
      },
    );
    expect(document.components.schemas).toEqual({
      State: { type: 'string' },
      Thing: {
        type: 'object',
        properties: { state: { description: 'now', allOf: [{ $ref: '#/components/schemas/State' }] } },
      },
    });
  });

  it('writes out a composed row, and leaves what the server sets out of a request', async () => {
    const composed = {
      allOf: [
        thing,
        {
          type: 'object',
          required: ['b'],
          properties: { b: { type: 'string', readOnly: true }, c: { type: 'string' } },
        },
      ],
    };
    const document = await documentOf({ '/things': { post: op('createThing', ok(composed), body(composed)) } });
    expect(document.paths['/things']?.post).toMatchObject({
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: { name: { type: 'string' }, id: { type: 'string' }, c: { type: 'string' } },
            },
          },
        },
      },
      responses: {
        200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/createThingRow' } } } },
      },
    });
    expect(document.components.schemas.createThingRow).toMatchObject({
      type: 'object',
      required: ['b'],
      properties: { b: {}, c: {}, id: {}, name: {} },
    });
  });

  it('gives RETURNING a row of its own where another method of the row has other inputs', async () => {
    const document = await documentOf({
      '/things': {
        get: op('listThings', ok({ type: 'array', items: thing })),
        post: op('createThing', ok(thing), body()),
      },
      '/things/{id}/copies': {
        ...id,
        post: op('createCopy', ok(thing), body({ type: 'object', properties: { a: { type: 'string' } } })),
      },
    });
    const rowOf = (path: string) =>
      JSON.stringify(document.paths[path]?.post).match(/components\/schemas\/(\w+Row|Thing)"}}}}}/)?.[1];
    expect([rowOf('/things'), rowOf('/things/{id}/copies')]).toEqual(['Thing', 'createCopyRow']);
  });

  it('tells methods of one name in two resources apart', async () => {
    const paths = {
      '/things': {
        get: op('listThings', ok({ type: 'array', items: thing })),
        post: op('createThing', ok(thing), body()),
      },
      '/things/{id}/copies': {
        ...id,
        get: op('listCopies', ok({ type: 'array', items: { type: 'object', properties: { c: {} } } })),
        post: op('createCopy', ok(thing), body({ type: 'object', properties: { a: { type: 'string' } } })),
      },
    };
    const { provider } = await mapSource(
      write(
        { '/things': { post: paths['/things'].post }, '/things/{id}/copies': paths['/things/{id}/copies'] },
        {},
        { methodNames: 'crud' },
      ),
    );
    expect(summary(provider).filter((line) => line.includes('.create '))).toHaveLength(2);
    expect(provider.services[0]?.document.components).toHaveProperty('schemas.createCopyRow');
  });

  it('keeps two properties of one $ref apart', async () => {
    const document = await documentOf({
      '/things': { get: op('listThings', ok({ type: 'object', properties: { a: thing, b: thing } })) },
    });
    expect(document.components.schemas.listThingsRow).toMatchObject({
      properties: { a: thing, b: { allOf: [thing] } },
    });
  });

  it('keeps a recursive schema', async () => {
    const document = await documentOf(
      { '/things': { get: op('listThings') } },
      { schemas: { Thing: { type: 'object', properties: { parent: thing, parts: { type: 'array', items: thing } } } } },
    );
    expect(document.components.schemas.Thing).toEqual({
      type: 'object',
      properties: { parent: thing, parts: { type: 'array', items: thing } },
    });
  });

  it('spares EXEC the answer that crashes it, and makes its parameters strings', async () => {
    const parameters = [...id.parameters, { name: 'force', in: 'query', schema: { type: 'boolean' } }];
    const document = await documentOf({
      '/things/{id}': { ...id, get: op('getThing') },
      '/things/{id}/stop': {
        post: op('stopThing', ok({ type: 'object', properties: { state: { type: 'string' } } }), { parameters }),
      },
    });
    expect(document.paths['/things/{id}/stop']?.post).toMatchObject({
      parameters: [{ name: 'id' }, { name: 'force', schema: { type: 'string', enum: ['true', 'false'] } }],
      responses: { 200: { description: 'OK' } },
    });
    expect(document.paths['/things/{id}/stop']?.post).not.toHaveProperty('responses.200.content');
  });
});

it('names without a letter fall back to the verb, the resource and the service', async () => {
  const { provider } = await mapSource(write({ '/日本': { get: op('取得') } }));
  expect(summary(provider)).toEqual(['p.root.roots.get_root select ()']);
});

it('a body field with the name of a parameter is left to the parameter, and said', async () => {
  const { provider, warnings } = await mapSource(
    write({ '/things/{id}': { ...id, get: op('getThing'), patch: op('updateThing', ok(thing), body()) } }),
  );
  expect(
    methodsOf(provider)
      .find(({ verb }) => verb === 'update')
      ?.body?.fields.map(({ name }) => name),
  ).toEqual(['name']);
  expect(warnings).toMatchObject([{ code: 'body-field-shadowed' }]);
});

const object = (names: readonly string[], required: readonly string[] = []) =>
  body({ type: 'object', required, properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });

it.each<[name: string, http: string, sent: object, fields: string[], isPrefixed: boolean, codes: string[]]>([
  ['an optional namesake', 'patch', object(['id', 'note']), ['note'], false, ['body-field-shadowed']],
  ['a required namesake', 'put', object(['id', 'note'], ['id']), ['data__id', 'data__note'], true, []],
  ['a required namesake of EXEC', 'post', object(['id'], ['id']), ['data__id'], true, []],
  [
    'a required field of another name',
    'put',
    object(['id', 'note'], ['note']),
    ['note'],
    false,
    ['body-field-shadowed'],
  ],
  [
    'names that no statement can give',
    'put',
    object(['', 'a"b', 'a..b', 'a.b']),
    ['a.b'],
    false,
    ['body-field-dropped'],
  ],
])('body fields beside the parameter id: %s', async (_name, http, sent, fields, isPrefixed, codes) => {
  const route = http === 'post' ? '/things/{id}/start' : '/things/{id}';
  const paths = { '/things/{id}': { ...id, get: op('getThing') } } as Record<string, object>;
  paths[route] = { ...paths[route], ...id, [http]: op('sendThing', ok(thing), sent) };
  const { provider, warnings } = await mapSource(write(paths));
  const method = methodsOf(provider).find(({ operationId }) => operationId === 'sendThing');
  expect(method?.body?.fields.map(({ name }) => name)).toEqual(fields);
  expect(method?.body?.prefixed ?? false).toBe(isPrefixed);
  expect([...new Set(warnings.map(({ code }) => code))]).toEqual(codes);
});

it('a method with a required field of another type than its siblings has rows of its own', async () => {
  const sized = body({ type: 'object', required: ['size'], properties: { size: { type: 'integer' } } });
  const { provider } = await mapSource(
    write({
      '/things': {
        get: op('listThings', ok({ type: 'array', items: thing })),
        post: op('createThing', ok(thing), sized),
      },
      '/things/{id}': { ...id, get: op('getThing') },
      // EXEC writes its fields as strings.
      '/things/{id}/grow': { ...id, post: op('growThing', ok(thing), sized) },
    }),
  );
  const [service] = emitProvider(provider).filter(({ path: file }) => file.includes('/services/'));
  const { paths } = parse(service?.text ?? '') as {
    paths: Record<string, Record<string, { responses: unknown }>>;
  };
  const rowOf = (route: string, http: string) =>
    /"\$ref":"#\/components\/schemas\/(\w+)"/.exec(JSON.stringify(paths[route]?.[http]?.responses ?? {}))?.[1];
  expect([rowOf('/things/{id}', 'get'), rowOf('/things', 'get')]).toEqual(['Thing', 'Thing']);
  expect(rowOf('/things/{id}/grow', 'post')).not.toBe(rowOf('/things', 'post'));
});

it('alternatives in a body that lead back to themselves are written by their type', async () => {
  const alternatives = { oneOf: [{ type: 'string' }, { $ref: '#/components/schemas/Node' }] };
  const node = { type: 'object', properties: { parent: alternatives, name: { type: 'string' } } };
  const { provider } = await mapSource(
    write(
      { '/nodes': { post: op('createNode', done, body({ $ref: '#/components/schemas/Node' })) } },
      { schemas: { Node: node } },
    ),
  );
  const [service] = emitProvider(provider).filter(({ path: file }) => file.includes('/services/'));
  const { paths } = parse(service?.text ?? '') as { paths: Record<string, { post: { requestBody: unknown } }> };
  expect(paths['/nodes']?.post.requestBody).toMatchObject({
    content: {
      'application/json': {
        schema: { type: 'object', properties: { parent: { type: 'string' }, name: { type: 'string' } } },
      },
    },
  });
});

it.each<[name: string, schema: string]>([
  ['a thing that lists others of its kind', 'Friend'],
  ['a thing that lists others of the kind that it extends', 'Boss'],
])('is one row: %s', async (_name, schema) => {
  const friends = { type: 'array', items: { $ref: '#/components/schemas/Friend' } };
  const friend = { type: 'object', properties: { friends, age: { type: 'integer' } } };
  const boss = {
    allOf: [{ $ref: '#/components/schemas/Friend' }, { type: 'object', properties: { pay: { type: 'integer' } } }],
  };
  const { provider } = await mapSource(
    write(
      { '/me/best_friend': { get: op('getBestFriend', ok({ $ref: `#/components/schemas/${schema}` })) } },
      { schemas: { Friend: friend, Boss: boss } },
    ),
  );
  const [method] = methodsOf(provider);
  expect(method?.response.row?.columns.map(({ name }) => name)).toContain('friends');
});

it('a property without a name is left out of the schema of a body: the engine would send none', async () => {
  const named = {
    type: 'object',
    properties: { '': { type: 'string' }, note: { type: 'string' } },
    required: ['', 'note'],
  };
  const { provider } = await mapSource(
    write(
      { '/things': { post: op('createThing', done, body({ $ref: '#/components/schemas/Note' })) } },
      { schemas: { Note: named } },
    ),
  );
  const [service] = emitProvider(provider).filter(({ path: file }) => file.includes('/services/'));
  expect(service?.text).toContain('note:');
  expect(service?.text).not.toContain('"":');
});

const asObject = (name: string, more: object) => ({
  name,
  in: 'query',
  schema: { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'integer' } } },
  ...more,
});

it.each<[name: string, parameter: object, want: string[]]>([
  ['a deepObject', asObject('filter', { style: 'deepObject' }), ['filter[a] string', 'filter[b] integer']],
  ['a required deepObject', asObject('f', { style: 'deepObject', required: true }), ['f[a] string!', 'f[b] integer']],
  ['a form that is taken apart', asObject('page', {}), ['a string', 'b integer']],
  ['a form that is not', asObject('page', { explode: false }), ['page object']],
  [
    'an object in a deepObject',
    { ...asObject('f', { style: 'deepObject' }), schema: { properties: { x: asObject('', {}).schema } } },
    ['f[x][a] string', 'f[x][b] integer'],
  ],
  [
    'a deepObject with free keys',
    { name: 'f', in: 'query', style: 'deepObject', schema: { type: 'object', additionalProperties: true } },
    ['f object'],
  ],
  [
    'JSON',
    { name: 'f', in: 'query', content: { 'application/json': { schema: asObject('', {}).schema } } },
    ['f string'],
  ],
])('parameters that are objects: %s', async (_name, parameter, want) => {
  const { provider } = await mapSource(
    write({ '/things': { get: op('listThings', ok({ type: 'array', items: thing }), { parameters: [parameter] }) } }),
  );
  const found = methodsOf(provider)[0]?.parameters.map(
    ({ name, type, required }) => `${name} ${type.type}${required ? '!' : ''}`,
  );
  expect(found).toEqual(want);
});

it.each<[name: string, sent: object, want: string | undefined]>([
  ['a form', body({ properties: { a: { type: 'string' } } }, 'application/x-www-form-urlencoded'), 'body-media-type'],
  ['a list', body({ type: 'array', items: { type: 'string' } }), 'body-array'],
  ['an object', body({ properties: { a: { type: 'string' } } }), undefined],
])('an optional body that is never sent is said: %s', async (_name, sent, want) => {
  const { provider } = await mapSource(write({ '/things/{id}/act': { ...id, post: op('actOnThing', done, sent) } }));
  expect(methodsOf(provider).map(({ limit, unsentBody }) => [limit, unsentBody])).toEqual([[undefined, want]]);
});

it('letters beyond ASCII in a path are percent-encoded, but not in its placeholders', async () => {
  const named = { name: 'größe', in: 'path', required: true, schema: { type: 'string' } };
  const { provider } = await mapSource(write({ '/straße/{größe}': { parameters: [named], get: op('getStreet') } }));
  expect(methodsOf(provider).map(({ http }) => http.path)).toEqual(['/stra%C3%9Fe/{größe}']);
});

it('a body whose columns have a prefix is not translated; a field with a dot is taken out again', async () => {
  const { provider } = await mapSource(
    write({
      '/things/{id}': { ...id, get: op('getThing'), put: op('putThing', ok(thing), object(['id', 'a.b'], ['id'])) },
    }),
  );
  const text = emitProvider(provider).at(-1)?.text ?? '';
  expect(text).not.toContain('naive');
  expect(text).toContain(JSON.stringify('{{$k := "a.b"}}{{$v := (safeIndex (safeIndex . "a") "b")}}').slice(1, -1));
});

it('a required body field of a DELETE is in its table row and in its statement', async () => {
  const reason = body({
    type: 'object',
    required: ['reason'],
    properties: { reason: { type: 'string' }, note: { type: 'string' } },
  });
  const { provider } = await mapSource(
    write({ '/things/{id}': { ...id, get: op('getThing'), delete: op('deleteThing', done, reason) } }),
  );
  const [service] = provider.services;
  const [resource] = service?.resources ?? [];
  if (!service || !resource) throw new Error('no resource');
  const method = resource.methods.find(({ verb }) => verb === 'delete');
  expect(method && exampleStatement(resource, method)).toBe(
    "DELETE FROM p.things.things\nWHERE id = '{{ id }}' -- required\nAND reason = '{{ reason }}' -- required\n;",
  );
  expect(
    resourceView(provider, service, resource, () => undefined)
      .methods.find(({ verb }) => verb === 'delete')
      ?.required.map(({ name }) => name),
  ).toEqual(['id', 'reason']);
});

describe('overrides', () => {
  it('win over inference, and say so', async () => {
    const override = { operation: 'GET /things', service: 's', resource: 'r', method: 'm', verb: 'exec' };
    const { provider } = await mapSource(
      write({ '/things': { get: op('listThings') } }, {}, { overrides: [override] }),
    );
    expect(summary(provider)).toEqual(['p.s.r.m exec ()']);
    expect(methodsOf(provider)[0]?.because.verb.rule).toBe('override');
  });
  it('with an objectKey that leads nowhere are an error', async () => {
    const config = write(
      { '/things': { get: op('listThings') } },
      {},
      { overrides: [{ operation: 'listThings', objectKey: '$.nope' }] },
    );
    await expect(mapSource(config)).rejects.toMatchObject({
      problems: [{ code: 'override-unmatched', at: expect.stringContaining('/overrides/0/objectKey') }],
    });
  });
  it('that match nothing are an error', async () => {
    const config = write(
      { '/things': { get: op('listThings') } },
      {},
      { overrides: [{ operation: 'nope', verb: 'exec' }] },
    );
    await expect(mapSource(config)).rejects.toMatchObject({ problems: [{ code: 'override-unmatched' }] });
  });
});

it('several specs make services of their own; one service in two of them is an error', async () => {
  const config = write({ '/things': { get: op('listThings') } }, {}, { specs: ['spec.yaml', 'other.yaml'] });
  const other = {
    openapi: '3.0.3',
    info: { title: 'O', version: '1' },
    servers: [{ url: 'https://o.com' }],
    paths: { '/others': { get: op('listOthers', ok(row)) } },
  };
  writeFileSync(path.join(path.dirname(config), 'other.yaml'), stringify(other));
  expect(summary((await mapSource(config)).provider)).toEqual([
    'p.things.things.list_things select ()',
    'p.others.others.list_others select ()',
  ]);
  writeFileSync(
    path.join(path.dirname(config), 'other.yaml'),
    stringify({ ...other, paths: { '/things': { get: op('listOthers', ok(row)) } } }),
  );
  await expect(mapSource(config)).rejects.toMatchObject({ problems: [{ code: 'name-clash' }] });
});

describe('problems of a spec', () => {
  const ref = ($ref: string) => ({ '/things': { get: op('listThings', ok({ $ref })) } });
  it.each<[string, unknown, string]>([
    ['a $ref above the folder', ref('../../etc/passwd'), 'ref-refused'],
    ['a $ref to the network', ref('https://e.com/a.yaml'), 'ref-refused'],
    ['no paths', {}, 'spec-empty'],
    ['only a path item that is null', { '/things': null }, 'spec-empty'],
  ])('an error: %s', async (_name, paths, code) => {
    const error = await mapSource(write(paths)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemsError);
    expect((error as ProblemsError).problems.map((problem) => problem.code)).toContain(code);
  });

  const more = { '/more': { get: op('listMore', ok({ type: 'array', items: thing })) } };
  const parameter = (extra: object) => ({ name: 'id', in: 'path', schema: { type: 'string' }, ...extra });
  it.each<[string, Record<string, unknown>, string[], string[]]>([
    ['a $ref to nothing', ref('#/components/schemas/Nope'), ['ref-dangling'], ['list_things exec ()']],
    ['a $ref to a missing file', ref('other.yaml#/A'), ['ref-dangling'], ['list_things exec ()']],
    [
      'a $ref to itself',
      ref('#/paths/~1things/get/responses/200/content/application~1json/schema'),
      ['ref-circular'],
      ['list_things exec ()'],
    ],
    ['a path item that is null', { '/things': null }, ['spec-shape', 'operation-skipped'], []],
    [
      'a property that is null',
      { '/things': { get: op('listThings', ok({ type: 'object', properties: { a: null, b: {} } })) } },
      ['spec-shape'],
      ['list_things select ()'],
    ],
    [
      'a parameter that is null',
      { '/things': { parameters: [null], get: op('listThings') } },
      ['spec-shape', 'operation-skipped'],
      [],
    ],
    [
      'parameters that are no list',
      { '/things': { parameters: {}, get: op('listThings') } },
      ['spec-value'],
      ['list_things select ()'],
    ],
    [
      'a parameter without a name',
      { '/things': { parameters: [{ in: 'query' }], get: op('listThings') } },
      ['spec-shape'],
      ['list_things select ()'],
    ],
    [
      'keywords of the wrong type',
      {
        '/things': {
          get: op('listThings', ok({ type: 'object', required: true, properties: { a: { enum: 'x', allOf: {} } } })),
        },
      },
      ['spec-value', 'spec-value', 'spec-value'],
      ['list_things select ()'],
    ],
    [
      'a path parameter that is not required',
      { '/things/{id}': { parameters: [parameter({})], get: op('getThing') } },
      ['parameter-not-required'],
      ['get_thing select (id)'],
    ],
    [
      'a path parameter that nothing declares',
      { '/things/{id}': { get: op('getThing') } },
      ['parameter-undeclared'],
      ['get_thing select (id)'],
    ],
    [
      'a path parameter that is not in the path',
      { '/things': { parameters: [parameter({ required: true })], get: op('getThing') } },
      ['parameter-dropped'],
      ['get_thing select ()'],
    ],
    [
      'an operation without operationId',
      { '/things': { get: { responses: ok(thing) } } },
      ['operation-id-missing'],
      ['get_thing select ()'],
    ],
    [
      'two operations with one operationId',
      { '/things': { get: op('getThing') }, '/things/{id}': { ...id, get: op('getThing') } },
      ['operation-id-duplicate'],
      ['get_thing select ()', 'get_thing_things select (id)'],
    ],
    [
      'no 2xx',
      { '/things': { delete: op('clear', { 301: { description: 'Moved' } }) } },
      ['response-missing'],
      ['clear exec ()'],
    ],
    [
      'only a default response',
      { '/things': { get: op('listThings', { default: ok(thing)[200] }) } },
      ['response-missing'],
      ['list_things select ()'],
    ],
    ['HEAD', { '/things': { head: op('h'), get: op('listThings') } }, ['operation-skipped'], ['list_things select ()']],
    ['a path without a slash', { things: { get: op('x') } }, ['operation-skipped'], []],
    [
      'responses of null',
      { '/things': { get: op('listThings', null) } },
      ['response-missing'],
      ['list_things exec ()'],
    ],
    [
      'columns that differ in case only',
      { '/things': { get: op('listThings', ok({ type: 'object', properties: { Id: {}, id: {}, b: {} } })) } },
      ['column-dropped'],
      ['list_things select ()'],
    ],
    [
      'a column and a required field of a body that differ in case only',
      {
        '/things': {
          get: op('listThings'),
          post: op('createThing', ok(thing), body({ type: 'object', required: ['Name'], properties: { Name: {} } })),
        },
      },
      ['column-dropped'],
      ['list_things select ()', 'create_thing insert (Name)'],
    ],
  ])('a warning: %s', async (_name, paths, codes, methods) => {
    const { provider, warnings } = await mapSource(write({ ...paths, ...more }));
    expect(warnings.map(({ code }) => code)).toEqual(codes);
    expect(summary(provider).map((line) => line.replace(/^p\.\w+\.\w+\./, ''))).toEqual([
      ...methods,
      'list_more select ()',
    ]);
  });

  it('a server without a host gets a server variable for it', async () => {
    const config = write({ '/things': { get: op('listThings') } });
    const file = path.join(path.dirname(config), 'spec.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('https://e.com', '/v1'));
    const { provider, warnings } = await mapSource(config);
    expect(warnings.map(({ code }) => code)).toEqual(['server-relative']);
    expect(summary(provider)).toEqual(['p.things.things.list_things select (host)']);
    expect(provider.services[0]?.document.servers).toMatchObject([{ url: 'https://{host:[^/]+}/v1' }]);
  });

  it('a server variable in two braces is one in one', async () => {
    const config = write({ '/things': { get: op('listThings') } });
    const file = path.join(path.dirname(config), 'spec.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('https://e.com', "'https://{{host}}/v1'"));
    const { provider, warnings } = await mapSource(config);
    expect(warnings.map(({ code }) => code)).toEqual(['spec-value']);
    expect(summary(provider)).toEqual(['p.things.things.list_things select (host)']);
    expect(provider.services[0]?.document.servers).toMatchObject([{ url: 'https://{host:[^/]+}/v1' }]);
  });

  it('what is odd about the servers of a config is located there', async () => {
    const config = write({ '/things': { get: op('listThings') } }, {}, { servers: [{ url: '/v1' }] });
    const { warnings } = await mapSource(config);
    expect(warnings.map(({ code, at }) => [code, at])).toEqual([['server-relative', `${config}#/servers/0`]]);
  });

  it('a quotation mark in the name of a server variable costs no statement', async () => {
    const variables = { 'reg"ion': { default: 'eu' } };
    const servers = [{ url: 'https://{reg"ion}.e.com', variables }];
    const { provider, warnings } = await mapSource(write({ '/things': { get: op('listThings') } }, {}, { servers }));
    expect(warnings).toEqual([]);
    expect(summary(provider)).toEqual(['p.things.things.list_things select (reg_ion)']);
    expect(provider.services[0]?.document.servers).toMatchObject([{ url: 'https://{reg_ion}.e.com' }]);
  });
});

it('pages by Link header when the answer declares one', async () => {
  const responses = {
    200: {
      description: 'OK',
      headers: { Link: { schema: { type: 'string' } } },
      content: { 'application/json': { schema: { type: 'array', items: thing } } },
    },
  };
  const { provider } = await mapSource(
    write({
      '/things': {
        get: op('listThings', responses, { parameters: [{ name: 'after', in: 'query', schema: { type: 'string' } }] }),
      },
    }),
  );
  expect(methodsOf(provider)[0]?.pagination).toMatchObject({
    requestToken: { key: '', location: 'request' },
    responseToken: { key: 'Link', location: 'header' },
  });
});

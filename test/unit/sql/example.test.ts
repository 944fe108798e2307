import { describe, expect, it } from 'vitest';
import type { Provider } from '../../../generator/model.js';
import { exampleStatements, joinExample } from '../../../generator/sql/example.js';
import { body, done, map, ok } from '../map/given.js';

const text = { type: 'string' };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function find({ services }: Provider, id: string) {
  return services.flatMap(({ resources }) => resources).find((resource) => resource.id === id);
}

/** The statements of the one method that takes a body. */
async function statements(schema: object, schemas: object = {}): Promise<string[]> {
  const { provider } = await map(
    { '/things': { post: { operationId: 'createThing', responses: done, ...body(schema) } } },
    { components: { schemas } },
  );
  const [resource] = provider.services[0]?.resources ?? [];
  const [method] = resource?.methods ?? [];
  if (!resource || !method) throw new Error('no method');
  return exampleStatements(resource, method, provider.objects).map(
    ({ sql }) => sql.split('SELECT\n')[1]?.replace('\n;', '') ?? sql,
  );
}

describe('values of a body', () => {
  it.each<[name: string, schema: object, schemas: object, want: string[]]>([
    [
      'scalars',
      { type: 'object', properties: { a: text, b: { type: 'integer' }, c: { type: 'boolean' } } },
      {},
      ["'{{ a }}',\n{{ b }},\n{{ c }}"],
    ],
    ['a constant', { type: 'object', properties: { a: { type: 'string', enum: ['only'] } } }, {}, ["'only'"]],
    [
      'an object is JSON, what is required first, what only the server sets left out',
      {
        type: 'object',
        properties: {
          o: {
            type: 'object',
            required: ['n'],
            properties: { a: text, n: { type: 'number' }, id: { ...text, readOnly: true } },
          },
        },
      },
      {},
      [`'{\n  "n": 0,\n  "a": "{{ a }}"\n}'`],
    ],
    [
      'a list of texts',
      { type: 'object', properties: { tags: { type: 'array', items: text } } },
      {},
      [`'[\n  "{{ tags }}"\n]'`],
    ],
    [
      'a map',
      { type: 'object', properties: { m: { type: 'object', additionalProperties: { type: 'boolean' } } } },
      {},
      [`'{\n  "{{ m }}": false\n}'`],
    ],
    ['a free object is for the user', { type: 'object', properties: { o: { type: 'object' } } }, {}, ["'{{ o }}'"]],
    [
      'an object inside itself ends',
      { type: 'object', properties: { n: ref('Node') } },
      { Node: { type: 'object', properties: { n: ref('Node') } } },
      [`'{\n  "n": {}\n}'`],
    ],
    [
      'a quote in a name',
      { type: 'object', properties: { o: { type: 'object', properties: { "it's": text } } } },
      {},
      [`'{\n  "it''s": "{{ it_s }}"\n}'`],
    ],
    [
      'one of several: a statement each, the discriminator told',
      ref('Pet'),
      {
        Pet: {
          type: 'object',
          discriminator: { propertyName: 'kind', mapping: { cat: ref('Cat').$ref, dog: 'Dog' } },
          properties: { kind: text },
        },
        Cat: { allOf: [ref('Pet'), { type: 'object', properties: { purrs: { type: 'boolean' } } }] },
        Dog: {
          allOf: [ref('Pet'), { type: 'object', properties: { barks: { type: 'object', properties: { at: text } } } }],
        },
      },
      ["'cat',\n{{ purrs }}", `'dog',\n'{\n  "at": "{{ at }}"\n}'`],
    ],
  ])('%s', async (_name, schema, schemas, want) => expect(await statements(schema, schemas)).toEqual(want));

  it('a long object is cut', async () => {
    const properties = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`p${index}`, text]));
    const [sql = ''] = await statements({ type: 'object', properties: { o: { type: 'object', properties } } });
    expect(Object.keys(JSON.parse(sql.slice(1, -1)))).toHaveLength(16);
  });
});

describe('a join with the list that an id comes from', () => {
  const thing = { type: 'object', properties: { id: text, name: text } };
  const list = (item: object) => ok({ type: 'array', items: item });
  const users = { '/users': { get: { operationId: 'listUsers', responses: list(thing) } } };
  const roles = {
    get: { operationId: 'listUserRoles', responses: list({ type: 'object', properties: { id: text, label: text } }) },
  };

  it('is written where the engine can run it', async () => {
    const { provider } = await map({ ...users, '/users/{userId}/roles': roles });
    const resource = find(provider, 'p.users.roles');
    const method = resource?.methods[0];
    if (!resource || !method) throw new Error('no method');
    expect(joinExample(resource, method, (id) => find(provider, id))?.sql).toBe(
      'SELECT\nl.id AS userId,\nt.id,\nt.label\nFROM p.users.users l\nJOIN p.users.roles t\nON t.userId = l.id\n;',
    );
  });

  it.each<[string, Parameters<typeof map>[0], string]>([
    [
      'the list is of the same resource',
      { ...users, '/users/{userId}': { get: { operationId: 'getUser', responses: ok(thing) } } },
      'get_user',
    ],
    [
      'a sibling needs less, and would be run',
      { ...users, '/users/{userId}/roles': roles, '/roles': { get: { ...roles.get, operationId: 'listRoles' } } },
      'list_user_roles',
    ],
  ])('and not where %s', async (_name, paths, name) => {
    const overrides = ['listUserRoles', 'listRoles'].map((operation) => ({
      operation,
      service: 'users',
      resource: 'roles',
    }));
    const { provider } = await map(paths, {}, '/roles' in paths ? { overrides } : {});
    const resource = provider.services
      .flatMap(({ resources }) => resources)
      .find(({ methods }) => methods.some((method) => method.name === name));
    const method = resource?.methods.find((each) => each.name === name);
    if (!resource || !method) throw new Error('no method');
    expect(method.parameters.find((parameter) => parameter.name === 'userId')?.source?.resource).toBe('p.users.users');
    expect(joinExample(resource, method, (id) => find(provider, id))).toBeUndefined();
  });
});

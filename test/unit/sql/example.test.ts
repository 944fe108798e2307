import { describe, expect, it } from 'vitest';
import type { Provider } from '../../../generator/model.js';
import { chiefColumns } from '../../../generator/sql/chief-columns.js';
import { exampleStatements, joinExample, longStatements, shortStatement } from '../../../generator/sql/example.js';
import { type Described, realValue } from '../../../generator/sql/example-values.js';
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
      'a constant of another type than its schema says',
      { type: 'object', properties: { ids: { type: 'array', items: { type: 'integer', enum: ['0123'] } } } },
      {},
      [`'[\n  "0123"\n]'`],
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

describe('the short statement of a method', () => {
  const string = { type: 'string' };
  const time = { type: 'string', format: 'date-time' };
  const users = {
    type: 'object',
    properties: {
      _links: { type: 'object' },
      lastLogin: time,
      created: time,
      id: string,
      profile: { type: 'object', properties: { login: string, email: string } },
      status: { type: 'string', enum: ['ACTIVE', 'GONE'] },
    },
  };
  const short = async (paths: Parameters<typeof map>[0], verb: string, schemas: object = {}) => {
    const { provider } = await map(paths, { components: { schemas } });
    const [resource] = provider.services[0]?.resources ?? [];
    const method = resource?.methods.find((each) => each.verb === verb);
    if (!resource || !method) throw new Error(`no ${verb}`);
    const long = longStatements(resource, method, provider.objects).map(({ sql }) => sql);
    return { sql: shortStatement(resource, method, provider.objects), long };
  };
  const parameter = (name: string, where: string, rest: object = {}) => ({ name, in: where, schema: string, ...rest });

  it('selects what says most, with what is required and values of the spec', async () => {
    const { sql, long } = await short(
      {
        '/orgs/{org}/users': {
          get: {
            operationId: 'listUsers',
            parameters: [
              parameter('org', 'path', { required: true, example: 'acme' }),
              parameter('kind', 'query', { required: true, schema: { type: 'string', enum: ['HUMAN', 'BOT'] } }),
              parameter('q', 'query'),
            ],
            responses: ok({ type: 'array', items: users }),
          },
        },
      },
      'select',
    );
    expect(sql).toBe(
      "SELECT\nid,\njson_extract(profile, '$.login') AS login,\nstatus,\ncreated\nFROM p.orgs.users\n" +
        "WHERE org = 'acme'\nAND kind = 'HUMAN'\n;",
    );
    expect(long).toHaveLength(1);
    expect(long[0]).toContain("AND q = '{{ q }}'");
  });

  it.each<[name: string, schema: object, values: string]>([
    [
      'what is required, and of an object what it requires',
      {
        type: 'object',
        required: ['name', 'owner'],
        properties: {
          name: { ...string, example: 'Sales' },
          note: string,
          owner: { type: 'object', required: ['name'], properties: { name: string, age: { type: 'integer' } } },
        },
      },
      `'Sales',\n'{\n  "name": "{{ owner.name }}"\n}'`,
    ],
    [
      'a few plain fields where nothing is required, names first, nothing that only a server sets',
      {
        type: 'object',
        properties: {
          id: { ...string, readOnly: true },
          _links: { type: 'object', properties: { self: string } },
          lastUpdated: time,
          o: { type: 'object', properties: { x: string } },
          a: string,
          b: { type: 'boolean', default: true },
          c: string,
          name: string,
        },
      },
      "'{{ name }}',\n'{{ a }}',\ntrue",
    ],
  ])('inserts %s', async (_name, schema, values) => {
    const paths = { '/things': { post: { operationId: 'createThing', responses: done, ...body(schema) } } };
    expect((await short(paths, 'insert')).sql?.split('SELECT\n')[1]).toBe(`${values}\n;`);
  });

  it('is all where there is no more to say', async () => {
    const paths = {
      '/things/{id}': {
        delete: {
          operationId: 'deleteThing',
          parameters: [parameter('id', 'path', { required: true })],
          responses: done,
        },
      },
    };
    expect(await short(paths, 'delete')).toEqual({
      sql: "DELETE FROM p.things.things\nWHERE id = '{{ id }}'\n;",
      long: [],
    });
  });

  it('has no placeholder twice', async () => {
    const named = {
      type: 'object',
      properties: { type: string, inner: { type: 'object', properties: { type: string } } },
    };
    const schema = { type: 'object', properties: { type: string, one: named, two: named } };
    const [sql = ''] = await statements(schema);
    const names = [...sql.matchAll(/\{\{ (.*?) \}\}/g)].map(([, name]) => name);
    expect(names).toHaveLength(5);
    expect(new Set(names).size).toBe(5);
  });
});

describe('realValue', () => {
  it.each<[name: string, given: Partial<Described>, want: string | undefined]>([
    ['the example before the default', { example: 'a', default: 'b' }, 'a'],
    ['the first of an enum', { enum: ['a', 'b'] }, 'a'],
    ['an example that the enum has not', { example: 'x', enum: ['a'] }, 'a'],
    ['nothing', {}, undefined],
    ['a word for a number', { type: { type: 'integer' }, example: 'many' }, undefined],
    ['a number', { type: { type: 'integer' }, example: '20' }, '20'],
    ['a path value that needs encoding', { in: 'path', example: 'a/b' }, undefined],
    ['a path value that climbs', { in: 'path', example: '..' }, undefined],
    ['a host', { in: 'server', default: 'my-org.example.com' }, 'my-org.example.com'],
    ['a host with a path', { in: 'server', default: 'my/org' }, undefined],
    ['JSON, which the engine would read', { example: '{"a":1}' }, undefined],
    ['null', { example: 'null' }, undefined],
    ['a placeholder of its own', { example: '{{ x }}' }, undefined],
    ['two lines', { example: 'a\nb' }, undefined],
    ['a long text', { example: 'a'.repeat(200) }, undefined],
  ])('%s', (_name, given, want) => expect(realValue({ name: 'n', type: { type: 'string' }, ...given })).toBe(want));
});

describe('chiefColumns', () => {
  const column = (name: string, type = 'string') =>
    ({ name, type: { type }, description: '', at: `#/${name}` }) as never;
  it.each<[name: string, columns: never[], want: string[]]>([
    [
      'id, name, status, type and times, whatever their order',
      ['updated_at', 'status', 'x', 'name', 'type', 'createdAt', 'id'].map((name) => column(name)),
      ['id', 'name', 'status', 'type', 'createdAt', 'updated_at'],
    ],
    ['others fill up', [column('a'), column('o', 'object'), column('b'), column('c')], ['a', 'b', 'c']],
    ['objects where there is nothing else', [column('o', 'object')], ['o']],
    ['none', [], []],
  ])('%s', (_name, columns, want) => expect(chiefColumns(columns, {})).toEqual(want));
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

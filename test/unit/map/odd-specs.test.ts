import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { generate, type Problem, ProblemsError } from '../../../generator/index.js';
import { methodsOf } from '../../../generator/model.js';
import { openCache } from '../../../generator/pipeline/cache.js';
import { regenerate } from '../../../generator/pipeline/incremental.js';
import { scratch, series } from '../../places.js';

const json = (schema: unknown) => ({ 200: { description: 'OK', content: { 'application/json': { schema } } } });
const things = (schema: unknown, more: object = {}) => ({
  get: { operationId: 'listThings', responses: json(schema), ...more },
});
const list = (properties: object) => ({ type: 'array', items: { type: 'object', properties } });
const id = { id: { type: 'string' } };
/** A chain of schemas, each in the one before it. */
const chain = (length: number, link: (next: object) => object) =>
  Object.fromEntries(
    Array.from({ length }, (_, index) => [
      `S${index}`,
      index + 1 < length ? link({ $ref: `#/components/schemas/S${index + 1}` }) : { type: 'object', properties: id },
    ]),
  );

async function generated(document: object): Promise<{ methods: string[]; problems: readonly Problem[]; spec: string }> {
  const spec = path.join(scratch(), 'spec.json');
  const head = { openapi: '3.0.3', info: { title: 'T', version: '1' }, servers: [{ url: 'https://e.com' }] };
  writeFileSync(spec, JSON.stringify({ ...head, ...document }));
  try {
    const { provider, warnings } = await generate({ spec, provider: 'p' }, { stubs: false });
    return { methods: methodsOf(provider).map(({ name }) => name), problems: warnings, spec };
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return { methods: [], problems: error.problems, spec };
  }
}

/** The number of methods of a run whose results are cached, and of the next one. */
async function regenerated(document: object): Promise<number[]> {
  const { spec } = await generated(document);
  const cache = openCache({ folder: scratch(), secret: 'x' });
  const run = () => regenerate({ spec, provider: 'p' }, { stubs: false }, cache);
  return [(await run()).methods, (await run()).methods];
}

const good = { '/others': { get: { operationId: 'listOthers', responses: json(list(id)) } } };
const S0 = { $ref: '#/components/schemas/S0' };
/** The parser of Markdown takes seconds for thousands. */
const DEEP = series(500, 2000);

it.each<[name: string, document: object, methods: string[], problems: string[]]>([
  [
    'servers that are not a list',
    { servers: {}, paths: good },
    ['list_others'],
    ['spec-value servers: {} is left out @/servers', 'server-relative the document names no server @'],
  ],
  [
    'security that is not a list',
    { security: true, paths: { '/things': things(list(id), { security: 'k' }) } },
    ['list_things'],
    [
      'spec-value security: true is left out @/security',
      'spec-value security: "k" is left out @/paths/~1things/get/security',
    ],
  ],
  [
    'a reference to a parameter where a schema stands',
    {
      paths: { '/things': things({ $ref: '#/components/parameters/P' }), ...good },
      components: { parameters: { P: { name: 'p', in: 'query', required: true } } },
    },
    ['list_things', 'list_others'],
    [
      'ref-wrong-kind "#/components/parameters/P" leads to a parameter, not to a schema; taken as a schema ' +
        'that allows anything ' +
        '@/paths/~1things/get/responses/200/content/application~1json/schema/$ref',
    ],
  ],
  [
    'allOf of each other',
    {
      paths: { '/things': things({ type: 'array', items: S0 }) },
      components: {
        schemas: {
          S0: { allOf: [{ $ref: '#/components/schemas/S1' }, { type: 'object', properties: id }] },
          S1: { allOf: [S0] },
        },
      },
    },
    ['list_things'],
    [],
  ],
  [
    'a chain of 3000 objects',
    {
      paths: { '/things': things({ type: 'array', items: S0 }) },
      components: { schemas: chain(3000, (next) => ({ type: 'object', properties: { next } })) },
    },
    ['list_things'],
    [],
  ],
  [
    'a chain of 300 allOf',
    {
      paths: { '/things': things({ type: 'array', items: S0 }) },
      components: { schemas: chain(300, (next) => ({ allOf: [next] })) },
    },
    ['list_things'],
    [],
  ],
  [
    `a list in a list, ${DEEP} times, in a description`,
    { paths: { '/things': things(list(id), { description: `${'- '.repeat(DEEP)}x` }) } },
    ['list_things'],
    [],
  ],
  [
    'properties that are their own',
    {
      paths: { '/things': things({ type: 'array', items: S0 }) },
      components: {
        schemas: {
          S0: {
            type: 'object',
            properties: { ...id, in: { type: 'object', properties: { $ref: '#/components/schemas/S0/properties' } } },
          },
        },
      },
    },
    ['list_things'],
    [],
  ],
  [
    'a file name that cannot be one',
    { paths: { '/things': things(list({ ...id, x: { $ref: 'x%00y.yaml' } })) } },
    ['list_things'],
    [
      'ref-dangling "x%00y.yaml" is not a file that can be read; taken as a schema that allows anything ' +
        '@/paths/~1things/get/responses/200/content/application~1json/schema/items/properties/x/$ref',
    ],
  ],
  [
    'an object that may be itself in three ways, which are more and more at each step',
    {
      paths: {
        ...good,
        '/things': {
          post: {
            operationId: 'createThing',
            requestBody: { content: { 'application/json': { schema: S0 } } },
            responses: { 204: { description: 'Done' } },
          },
        },
      },
      components: { schemas: { S0: { anyOf: [S0, S0, { $ref: '#/components/schemas/S1' }] }, S1: S0 } },
    },
    ['list_others', 'create_thing'],
    [],
  ],
  [
    'a server variable that the URL has no place for',
    { servers: [{ url: 'https://{region}.com', variables: { 'a"b': {}, region: {} } }], paths: good },
    ['list_others'],
    ['parameter-dropped the server\'s URL has no {a"b} @/servers/0/variables/a"b'],
  ],
  [
    'a method that the check refuses, of a service whose file has another name',
    {
      paths: {
        '/con': things(list(id), { parameters: [{ name: 'ID', in: 'query', schema: { type: 'string' } }] }),
        ...good,
      },
    },
    ['list_others'],
    [
      'column-dropped id differs from an input in case only ' +
        '@/paths/~1con/get/responses/200/content/application~1json/schema/items/properties/id',
      'operation-left-out select-no-rows: the response of things.list_things is object without columns ' +
        '@/paths/~1con/get',
    ],
  ],
  [
    'a list that may be itself',
    {
      paths: { '/things': { get: { operationId: 'readThings', responses: json(S0) } } },
      components: { schemas: { S0: { oneOf: [S0] } } },
    },
    ['read_things'],
    [],
  ],
  [
    'a method that the check refuses, because its only column is dropped',
    {
      paths: {
        '/things': things(list(id), { parameters: [{ name: 'ID', in: 'query', schema: { type: 'string' } }] }),
        ...good,
      },
    },
    ['list_others'],
    [
      'column-dropped id differs from an input in case only ' +
        '@/paths/~1things/get/responses/200/content/application~1json/schema/items/properties/id',
      'operation-left-out select-no-rows: the response of things.list_things is object without columns ' +
        '@/paths/~1things/get',
    ],
  ],
  [
    'a placeholder in the query of a path',
    { paths: { '/things?x={y}': things(list(id)), ...good } },
    ['list_things', 'list_others'],
    ['parameter-undeclared x of /things?x={y} has no parameter @/paths/~1things?x={y}/get'],
  ],
  [
    'inputs that differ in case only',
    { paths: { '/things/{Key}/{key}': things(list({ Key: id.id })), ...good } },
    ['list_others'],
    [
      'parameter-undeclared {Key} of /things/{Key}/{key} has no parameter @/paths/~1things~1{Key}~1{key}/get',
      'parameter-undeclared {key} of /things/{Key}/{key} has no parameter @/paths/~1things~1{Key}~1{key}/get',
      'column-dropped Key differs from an input in case only ' +
        '@/paths/~1things~1{Key}~1{key}/get/responses/200/content/application~1json/schema/items/properties/Key',
      'operation-left-out select-no-rows: the response of things.list_things is object without columns ' +
        '@/paths/~1things~1{Key}~1{key}/get',
    ],
  ],
  [
    'no method that passes the check',
    { paths: { '/things/{Key}/{key}': things(list({ Key: id.id })) } },
    [],
    [
      'spec-empty no operation to map @',
      'parameter-undeclared {Key} of /things/{Key}/{key} has no parameter @/paths/~1things~1{Key}~1{key}/get',
      'parameter-undeclared {key} of /things/{Key}/{key} has no parameter @/paths/~1things~1{Key}~1{key}/get',
      'column-dropped Key differs from an input in case only ' +
        '@/paths/~1things~1{Key}~1{key}/get/responses/200/content/application~1json/schema/items/properties/Key',
      'operation-left-out select-no-rows: the response of things.list_things is object without columns ' +
        '@/paths/~1things~1{Key}~1{key}/get',
    ],
  ],
  [
    'a blank in a path',
    { paths: { '/odd path': things(list(id)), ...good } },
    ['list_others'],
    ['operation-skipped /odd path holds a blank, which the reference of a method cannot @/paths/~1odd path'],
  ],
  [
    'a quotation mark in a property',
    { paths: { '/things': things(list({ ...id, 'a"b': { type: 'string' } })) } },
    ['list_things'],
    [
      'column-dropped a"b holds a quotation mark ' +
        '@/paths/~1things/get/responses/200/content/application~1json/schema/items/properties/a"b',
    ],
  ],
  [
    'an objectKey of the spec that leads nowhere',
    { paths: { '/things': things(list(id), { 'x-stackql-objectKey': '$.nope' }) } },
    ['list_things'],
    ['hint-invalid $.nope leads to no rows in the response of listThings @/paths/~1things/get/x-stackql-objectKey'],
  ],
])('%s: what can be had is, the rest is a problem with its location', async (_name, document, methods, problems) => {
  const found = await generated(document);
  expect(
    found.problems.map(({ code, message, at }) => `${code} ${message} @${String(at).replace(`${found.spec}#`, '')}`),
  ).toEqual(problems);
  expect(found.methods).toEqual(methods);
});

it.each<[string, (folder: string) => string]>([
  ['a folder', (folder) => folder],
  ['a device', () => '/dev/zero'],
])('%s is not a config or a spec', async (_name, file) => {
  const folder = scratch();
  for (const [source, code] of [
    [{ config: file(folder) }, 'config-missing'],
    [{ spec: file(folder), provider: 'p' }, 'spec-missing'],
  ] as const)
    await expect(generate(source)).rejects.toMatchObject({ problems: [{ code }] });
});

it('an operation of a document in memory is left out, too', async () => {
  const document = {
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://e.com' }],
    paths: {
      '/things': things(list(id), { parameters: [{ name: 'ID', in: 'query', schema: { type: 'string' } }] }),
      ...good,
    },
  };
  const { provider, warnings } = await generate({ document, provider: 'p' }, { stubs: false });
  expect(methodsOf(provider).map(({ name }) => name)).toEqual(['list_others']);
  expect(warnings.map(({ code }) => code)).toEqual(['column-dropped', 'operation-left-out']);
}, 10_000);

it('a name that no file could have is cut, the same in every run, and stays one of its own', async () => {
  const long = (end: string) => `${'x'.repeat(300)}${end}`;
  const paths = Object.fromEntries(
    ['a', 'b'].flatMap((end) => [
      [`/${long(end)}`, { get: { operationId: long(end), responses: json(list(id)) } }],
      [`/things/${long(end)}`, { post: { responses: { 204: { description: 'Done' } } } }],
    ]),
  );
  const { methods } = await generated({ paths });
  expect(new Set(methods).size).toBe(4);
  expect(methods.every((name) => name.length <= 202)).toBe(true);
  expect((await generated({ paths })).methods).toEqual(methods);
  expect((await generated({ paths: Object.fromEntries(Object.entries(paths).reverse()) })).methods.sort()).toEqual(
    [...methods].sort(),
  );
});

it.each<[string, object]>([
  [
    'a chain of 3000 objects',
    {
      paths: { '/things': things({ type: 'array', items: S0 }) },
      components: { schemas: chain(3000, (next) => ({ type: 'object', properties: { next } })) },
    },
  ],
  ['a file name that cannot be one', { paths: { '/things': things(list({ ...id, x: { $ref: 'x%00y.yaml' } })) } }],
])('%s is cached like any other', async (_name, document) => expect(await regenerated(document)).toEqual([1, 1]));

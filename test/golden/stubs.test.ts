import { readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inputsOf } from '../../generator/emit/stubs/inputs.js';
import { emitStubs } from '../../generator/emit/stubs/stubs.js';
import { mapSource, type OutputFile, type Problem, type Provider } from '../../generator/index.js';
import { requiredInputs } from '../../generator/model.js';
import { compileErrors } from '../../generator/pipeline/compile-stubs.js';
import type { Source } from '../../generator/read/config-types.js';
import { readRuntime } from '../../generator/read/templates.js';
import { hasShared, ROOT, SHARED } from '../places.js';
import { CHECKERS, project } from '../types/check.js';
import { list, map, ok, parameter, row } from '../unit/map/given.js';

interface Stubs {
  readonly files: OutputFile[];
  readonly warnings: Problem[];
}

async function stubsOf(mapped: Promise<{ provider: Provider }>): Promise<Stubs> {
  return emitStubs((await mapped).provider, readRuntime(), compileErrors);
}

const okta = (file: string): Source => ({ spec: path.join(SHARED, 'specs', file), provider: 'okta' });
const small = hasShared ? readdirSync(path.join(SHARED, 'specs/small')).filter((file) => file.endsWith('.yaml')) : [];
const whole = ['okta-management-2026.06.3.yaml', 'okta-management-2025.08.0.yaml'];

/** Services, resources, operations, inputs and columns with every name that may go wrong. */
function hostileNames(): Promise<Stubs> {
  const schema = {
    type: 'object',
    properties: {
      id: { type: 'string', description: 'ends */ here\n@deprecated' },
      default: { type: 'string' },
      __proto__x: { type: 'string' },
      'a"b\n*/': { type: 'string', enum: ["x'y", 'a\nb', '\u2028', '\\'] },
      'it\'s "': { type: 'array', items: { type: 'integer' } },
    },
  };
  const answer = { 200: { description: 'OK', content: { 'application/json': { schema } } } };
  const operation = (operationId: string, more: object = {}) => ({
    operationId,
    description: 'ends */ here\n@internal\u2028@x',
    responses: answer,
    ...more,
  });
  const requestBody = { content: { 'application/json': { schema } } };
  return stubsOf(
    map({
      '/sql/warehouses/{id}': {
        get: operation('select'),
        delete: operation('delete'),
        put: operation('a/b', { requestBody }),
      },
      '/index/components': {
        get: operation('getComponents', {
          parameters: [parameter('it\'s "', 'query'), parameter('$filter', 'query')],
        }),
      },
      '/runtime/rows': { get: operation('row') },
      '/runtime/statements': { get: operation('statement') },
      '/runtime/readables/{id}': { get: operation('Only'), post: operation('operations', { requestBody }) },
      '/things/classes': { get: operation('get `"$\u007bx}') },
      '/things/records': { get: operation('2fa'), post: operation('__proto__', { requestBody }) },
      '/things/locks/{id}': { get: operation('things#lock'), put: operation('things#set', { requestBody }) },
    }),
  );
}

/**
 * A service whose type refers to itself, which TypeScript refuses, beside one that is sound. The mapper makes no such
 * schema, so it is put into the document.
 */
function refusedSchema(): Promise<Stubs> {
  const self = { allOf: [{ $ref: '#/components/schemas/Self' }, row] };
  const listOfSelf = ok({ type: 'array', items: { $ref: '#/components/schemas/Self' } });
  return stubsOf(
    map(
      {
        '/things': { get: { operationId: 'list', responses: listOfSelf } },
        '/others': { get: { operationId: 'others', responses: ok(list) } },
      },
      { components: { schemas: { Self: row } } },
    ).then((mapped) => {
      const [{ document } = { document: {} }] = mapped.provider.services;
      const { schemas } = (document as { components: { schemas: Record<string, object> } }).components;
      schemas.Self = self;
      return mapped;
    }),
  );
}

const plain = [
  {
    code: 'stubs-without-schema',
    message: expect.stringMatching(/^p\.things: 'Self' is referenced .*in its own type annotation/),
    at: expect.stringMatching(/#\/paths\/~1things\/get$/),
  },
];
const ofSpec = (name: string, source: Source): [string, () => Promise<Stubs>, object[]] => [
  `${name} (needs ../shared/specs)`,
  () => stubsOf(mapSource(source)),
  [],
];
const CASES: readonly (readonly [name: string, stubs: () => Promise<Stubs>, warnings: object[]])[] = [
  ['names of every kind', hostileNames, []],
  ['a service whose schemas TypeScript refuses', refusedSchema, plain],
  ...small.map((file) => ofSpec(file, { spec: path.join(SHARED, 'specs/small', file), provider: 'p' })),
  ...(hasShared ? whole.map((file) => ofSpec(`the whole Okta API ${file}`, okta(file))) : []),
];

describe('stubs compile, as strict as can be, with TypeScript 5.9 and the newest', () => {
  const made: Stubs[] = [];
  const errors: [checker: string, file: string, message: string][] = [];
  // One project for all: a compiler reads the language's library once.
  beforeAll(async () => {
    for (const [, stubs] of CASES) made.push(await stubs());
    const placed = made.flatMap(({ files }, index) =>
      files.map((file) => ({ ...file, path: `${index}/${file.path}` })),
    );
    const written = project(placed);
    for (const checker of CHECKERS)
      for (const [file, messages] of await written.check(checker)) errors.push([checker, file, messages.join('\n')]);
  }, 300_000);

  it.each(CASES.map(([name, , warnings], index) => [name, warnings, index] as const))(
    '%s',
    (_name, warnings, index) => {
      const files = made[index]?.files.map((file) => file.path) ?? [];
      expect(files.length).toBeGreaterThan(0);
      expect(new Set(files).size).toBe(files.length);
      expect(errors.filter(([, file]) => file.startsWith(`${index}/`))).toEqual([]);
      expect(made[index]?.warnings).toEqual(warnings);
    },
  );
  it('the project itself', () => expect(errors.filter(([, file]) => !/^\d+\//.test(file))).toEqual([]));
  it.skipIf(!hasShared)('real specs are among them (needs ../shared/specs)', () =>
    expect(CASES.length).toBeGreaterThan(10),
  );

  it('schemas that are refused leave plain types, in their service only', () => {
    const files = made[1]?.files ?? [];
    expect(files.map((file) => file.path).filter((file) => file.endsWith('.schema.ts'))).toEqual([
      'provider/stubs/p/others.schema.ts',
    ]);
    expect(files.find((file) => file.path.endsWith('/things.ts'))?.text).toContain('id: string | null;');
  });
});

/**
 * The engine takes the first method whose required inputs are all there (ENGINE E1.1). More inputs can only make it an
 * earlier one, so it is enough to give all at once.
 */
function astray({ services }: Provider): string[] {
  return services.flatMap((service) =>
    service.resources.flatMap((resource) =>
      resource.methods.flatMap((method) => {
        if (method.verb === 'exec') return [];
        const { params, body } = inputsOf(method, resource);
        const given = new Set([...params, ...body].map(({ name }) => name));
        const route = resource.routes[method.verb].flatMap(
          (name) => resource.methods.find((each) => each.name === name) ?? [],
        );
        const taken = route.find((each) => requiredInputs(each).every((name) => given.has(name)));
        return taken === method ? [] : [`${resource.id}.${method.name} runs ${taken?.name}`];
      }),
    ),
  );
}

describe('whatever a call may give, the engine runs the method that its type says', () => {
  const specs = [...whole, ...small.map((file) => `small/${file}`)];
  it.skipIf(!hasShared).each(specs)('%s (needs ../shared/specs)', async (file) =>
    expect(astray((await mapSource(okta(file))).provider)).toEqual([]),
  );
  it('where a filter has the name of another method\u2019s input', async () => {
    const { provider } = await mapSource({ spec: path.join(ROOT, 'test/types/zoo.yaml'), provider: 'zoo' });
    expect(astray(provider)).toEqual([]);
  });
});

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputsOf } from '../../generator/emit/stubs/inputs.js';
import { emitStubs } from '../../generator/emit/stubs/stubs.js';
import { mapSource, type OutputFile, type Problem, type Provider } from '../../generator/index.js';
import { requiredInputs } from '../../generator/model.js';
import type { Source } from '../../generator/read/config-types.js';
import { readRuntime } from '../../generator/read/templates.js';
import { hasShared, ROOT, SHARED } from '../places.js';
import { CHECKERS, project } from '../types/check.js';
import { list, map, ok, parameter, row } from '../unit/map/given.js';

async function stubsOf({ provider }: { provider: Provider }): Promise<{ files: OutputFile[]; warnings: Problem[] }> {
  return emitStubs(provider, readRuntime());
}

/** What the compilers say to the stubs: nothing. */
function expectToCompile(files: readonly OutputFile[]): void {
  const written = project(files);
  for (const checker of CHECKERS) expect([...written.check(checker)], checker).toEqual([]);
}

const okta = (file: string): Source => ({ spec: path.join(SHARED, 'specs', file), provider: 'okta' });
const small = hasShared ? readdirSync(path.join(SHARED, 'specs/small')).filter((file) => file.endsWith('.yaml')) : [];

describe('stubs compile, as strict as can be, with TypeScript 5.9 and the newest', () => {
  it('whatever services, resources, operations, inputs and columns are called', async () => {
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
    const stubs = await stubsOf(
      await map({
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
    expect(new Set(stubs.files.map((file) => file.path)).size).toBe(stubs.files.length);
    expect(stubs.warnings).toEqual([]);
    expectToCompile(stubs.files);
  });

  it.skipIf(!hasShared).each(small)('of %s (needs ../shared/specs)', async (file) => {
    const { files, warnings } = await stubsOf(
      await mapSource({ spec: path.join(SHARED, 'specs/small', file), provider: 'p' }),
    );
    expectToCompile(files);
    expect(warnings).toEqual([]);
  });

  it.skipIf(!hasShared).each(['okta-management-2026.06.3.yaml', 'okta-management-2025.08.0.yaml'])(
    'of the whole Okta API %s (needs ../shared/specs)',
    async (file) => {
      const { files, warnings } = await stubsOf(await mapSource(okta(file)));
      expect(warnings).toEqual([]);
      expectToCompile(files);
    },
  );
});

/** The engine takes the first method whose required inputs are all there (ENGINE E1.1): more inputs can only make it an earlier one, so all at once is enough. */
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
  const specs = [
    'okta-management-2026.06.3.yaml',
    'okta-management-2025.08.0.yaml',
    ...small.map((file) => `small/${file}`),
  ];
  it.skipIf(!hasShared).each(specs)('%s (needs ../shared/specs)', async (file) =>
    expect(astray((await mapSource(okta(file))).provider)).toEqual([]),
  );
  it('where a filter has the name of another method\u2019s input', async () => {
    const { provider } = await mapSource({ spec: path.join(ROOT, 'test/types/zoo.yaml'), provider: 'zoo' });
    expect(astray(provider)).toEqual([]);
  });
});

it('a service whose schemas TypeScript refuses has plain types, and says so', async () => {
  const self = { allOf: [{ $ref: '#/components/schemas/Self' }, row] };
  const paths = {
    '/things': {
      get: { operationId: 'list', responses: ok({ type: 'array', items: { $ref: '#/components/schemas/Self' } }) },
    },
  };
  const { files, warnings } = await stubsOf(
    await map(
      { ...paths, '/others': { get: { operationId: 'others', responses: ok(list) } } },
      { components: { schemas: { Self: self } } },
    ),
  );
  expect(warnings).toEqual([
    {
      code: 'stubs-without-schema',
      message: expect.stringMatching(/^p\.things: 'Self' is referenced .*in its own type annotation/),
    },
  ]);
  expectToCompile(files);
  expect(files.map((file) => file.path).filter((file) => file.endsWith('.schema.ts'))).toEqual([
    'provider/stubs/p/others.schema.ts',
  ]);
  expect(files.find((file) => file.path.endsWith('/things.ts'))?.text).toContain('id: string | null;');
});

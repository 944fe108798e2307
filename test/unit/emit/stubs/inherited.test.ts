import { expect, it } from 'vitest';
import { emitStubs } from '../../../../generator/emit/stubs/stubs.js';
import { compileErrors } from '../../../../generator/pipeline/compile-stubs.js';
import { readRuntime } from '../../../../generator/read/templates.js';
import { body, map, ok, type Paths, parameter } from '../../map/given.js';

/** What every object of JavaScript inherits: names that a library may find where it only looks for its own. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);

/** A service in which everything that has a name is called so, schemas too. */
function pathsOf(name: string, index: number): Paths {
  const tags = [`s${index}`];
  const text = { type: 'string' };
  const thing = {
    type: 'object',
    properties: Object.fromEntries([
      [name, text],
      ['id', text],
      ['inner', { $ref: `#/components/schemas/Inner${index}` }],
    ]),
  };
  const list = { parameters: [parameter(name, 'query')], responses: ok({ type: 'array', items: thing }) };
  return {
    [`/s${index}/things`]: {
      get: { operationId: `listThings${index}`, tags, ...list },
      post: { operationId: `createThing${index}`, tags, responses: ok(thing), ...body(thing) },
    },
    [`/s${index}/things/{id}`]: { post: { operationId: name, tags, responses: ok(thing) } },
  };
}

it('stubs of fields, columns, inputs and methods called as what objects inherit compile', async () => {
  const schemas = INHERITED.map((name, index) => [
    `Inner${index}`,
    { type: 'object', properties: Object.fromEntries([[name, { type: 'string' }]]) },
  ]);
  const paths = Object.assign({}, ...INHERITED.map(pathsOf));
  const { provider } = await map(paths, { components: { schemas: Object.fromEntries(schemas) } });
  expect(provider.services.length).toBe(INHERITED.length);

  const { files, warnings } = await emitStubs(provider, readRuntime(), compileErrors);
  const local = files.map(({ path, text }) => ({ path: path.replace('provider/stubs/p/', ''), text }));
  const runtime = local.filter(({ path }) => path.startsWith('runtime/'));
  const modules = local.filter((file) => !runtime.includes(file));
  expect(Object.fromEntries(await compileErrors(modules, runtime))).toEqual({});
  expect(warnings).toEqual([]);
});

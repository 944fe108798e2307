import { expect, it } from 'vitest';
import { emitStubs } from '../../../../generator/emit/stubs/stubs.js';
import { compileErrors } from '../../../../generator/pipeline/compile-stubs.js';
import { readRuntime } from '../../../../generator/read/templates.js';
import { map, ok, parameter } from '../../map/given.js';

const mapped = (schema: object) => {
  const query = { parameters: [parameter('q', 'query', schema)], responses: ok({ type: 'array', items: schema }) };
  return map({
    '/a': { get: { operationId: 'listFirst', tags: ['things'], responses: ok({ type: 'array', items: {} }) } },
    '/things/~x': { get: { operationId: 'listThings', tags: ['things'], ...query } },
  });
};
const stubsOf = async (schema: object) => emitStubs((await mapped(schema)).provider, readRuntime(), compileErrors);

it.each<[name: string, values: unknown[]]>([
  ['numbers', [-1]],
  ['objects', [{ a: 1 }, { type: 'string' }]],
  ['every kind of value', [true, 'x', [], {}]],
])('%s in the enum of an object are no schemas', async (_name, values) => {
  const schema = { type: 'object', properties: { id: { type: 'string' } }, enum: values };
  const { files, warnings } = await stubsOf(schema);
  expect(warnings).toEqual([]);
  const { enum: _values, ...without } = schema;
  expect(files).toEqual((await stubsOf(without)).files);
});

it('a refused service is a warning at the operation that the error names, else at its first', async () => {
  const { provider } = await mapped({ type: 'object', properties: { id: { type: 'string' } } });
  const broken = (marked: RegExp, by: string) => {
    const services = JSON.parse(JSON.stringify(provider.services).replace(marked, by));
    return emitStubs({ ...provider, services }, readRuntime(), compileErrors);
  };
  expect((await broken(/"in":"query","schema":{/, '$&"oneOf":[1],')).warnings).toEqual([
    {
      code: 'stubs-without-schema',
      message: expect.stringContaining('#/paths/~1things~1~0x/get'),
      at: expect.stringMatching(/#\/paths\/~1things~1~0x\/get$/),
    },
  ]);
  expect((await broken(/"properties":{/, '$&"self":{"enum":[{}]},"other":{"oneOf":[1]},')).warnings).toEqual([
    {
      code: 'stubs-without-schema',
      message: expect.stringContaining('components'),
      at: expect.stringMatching(/#\/paths\/~1a\/get$/),
    },
  ]);
});

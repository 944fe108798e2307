import { expect, it } from 'vitest';
import { map, methodsOf, ok, type Paths } from '../given.js';

const COUNT = 60;
const name = (at: number) => `Type${at % COUNT}`;
const to = (at: number) => ({ $ref: `#/components/schemas/${name(at)}` });

/** A subtype for each number, which maps to all the others, or to the next one only. */
function family(mapsTo: (at: number) => number[]): object {
  const schemas = Array.from({ length: COUNT }, (_, at) => [
    name(at),
    {
      type: 'object',
      properties: { kind: { type: 'string' }, [`own${at}`]: { type: 'string' } },
      discriminator: {
        propertyName: 'kind',
        mapping: Object.fromEntries(mapsTo(at).map((target) => [`t${target}`, to(target).$ref])),
      },
    },
  ]);
  return { components: { schemas: Object.fromEntries(schemas) } };
}

const others = Array.from({ length: COUNT }, (_, at) => at);

it.each<[string, (at: number) => number[]]>([
  ['each maps to all', () => others],
  ['each maps to all but itself', (at) => others.filter((other) => other !== at)],
  ['each maps to the next', (at) => [(at + 1) % COUNT]],
])('the rows of a family of schemas have the columns of all its members: %s', async (_name, mapsTo) => {
  const paths: Paths = Object.fromEntries(
    [0, 7].map((at) => [`/things${at}`, { get: { operationId: `list${at}`, responses: ok(to(at)) } }]),
  );
  const { provider } = await map(paths, family(mapsTo));
  const want = ['kind', ...others.map((at) => `own${at}`)].sort();
  for (const { response } of methodsOf(provider))
    expect(response.row?.columns.map((column) => column.name).sort()).toEqual(want);
  expect(methodsOf(provider)).toHaveLength(2);
});

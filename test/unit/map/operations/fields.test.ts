import { describe, expect, it } from 'vitest';
import type { Field, Provider } from '../../../../generator/model.js';
import { map, methodsOf, ok } from '../given.js';

/** The provider of an API whose one row has a property `x`. */
async function providerWith(x: unknown, schemas: object = {}): Promise<Provider> {
  const schema = { type: 'object', properties: { id: { type: 'string' }, x } };
  return (
    await map(
      { '/things/{id}': { get: { operationId: 'getThing', responses: ok(schema) } } },
      { components: { schemas } },
    )
  ).provider;
}

/** A field in one line, what it holds in braces: `x object User {name string!}`. */
function line(provider: Provider, field: Field & { required?: boolean }, within: readonly string[] = []): string {
  const { name, type, values, object, at: _, description: __, required, ...rest } = field;
  const inner = object === undefined ? undefined : provider.objects[object];
  const marks = Object.entries(rest).map(([key, value]) => `${key}=${value}`);
  const holds = () => {
    if (object === undefined || !inner) return [];
    if (within.includes(object)) return ['…'];
    return [inner.name ?? '', `{${inner.fields.map((one) => line(provider, one, [...within, object])).join(', ')}}`];
  };
  const variants =
    inner?.variants?.of.map((variant) => `|${variant.name}${variant.value === undefined ? '' : `=${variant.value}`}`) ??
    [];
  return [
    name,
    type.type + (required ? '!' : ''),
    ...(values ? [`of ${values.type}`] : []),
    ...marks,
    ...holds(),
    ...variants,
  ]
    .filter(Boolean)
    .join(' ');
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const user = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };

describe('a field says what its value is', () => {
  it.each<[name: string, x: unknown, schemas: object, want: string]>([
    [
      'a scalar with facts',
      { type: 'integer', default: 5, example: 7, nullable: true, readOnly: true, deprecated: true },
      {},
      'x integer default=5 example=7 nullable=true readOnly=true deprecated=true',
    ],
    ['an enum', { type: 'string', enum: ['a', 'b'] }, {}, 'x string enum=a,b'],
    ['an enum of the items', { type: 'array', items: { enum: ['a', 'b'] } }, {}, 'x array of string enum=a,b'],
    ['numbers without a type', { enum: [0, 1] }, {}, 'x integer enum=0,1'],
    ['truth values without a type', { enum: [true] }, {}, 'x boolean enum=true'],
    ['one of several values', { oneOf: [{ enum: ['a'] }, { enum: ['b'] }] }, {}, 'x string enum=a,b'],
    [
      'values of several types, or null',
      { anyOf: [{ type: 'integer', enum: [5] }, { type: 'string', enum: ['all'] }, { enum: [null] }] },
      {},
      'x integer enum=5,all nullable=true',
    ],
    [
      'values beside a text of any form',
      { anyOf: [{ type: 'string', pattern: '^x' }, { enum: ['a'] }] },
      {},
      'x string enum=a enumIsOpen=true',
    ],
    ['the values of a part', { allOf: [ref('Kind')] }, { Kind: { type: 'string', enum: ['a'] } }, 'x string enum=a'],
    [
      'a discriminator without a mapping: the schemas that extend it',
      ref('Pet'),
      {
        Pet: { type: 'object', discriminator: { propertyName: 'kind' }, properties: { kind: { type: 'string' } } },
        Cat: { allOf: [ref('Pet'), { type: 'object', properties: { meow: { type: 'string' } } }] },
        Dog: { allOf: [ref('Pet'), { type: 'object', properties: { bark: { type: 'string' } } }] },
      },
      'x object Pet {kind string, meow string, bark string} |Cat=Cat |Dog=Dog',
    ],
    [
      'alternatives with a discriminator without a mapping',
      { oneOf: [ref('Cat'), ref('Dog')], discriminator: { propertyName: 'kind' } },
      {
        Cat: { type: 'object', properties: { kind: { type: 'string' } } },
        Dog: { type: 'object', properties: { kind: { type: 'string' } } },
      },
      'x object {kind string} |Cat=Cat |Dog=Dog',
    ],
    ['an object of its own', user, {}, 'x object {name string!}'],
    ['a component', ref('User'), { User: user }, 'x object User {name string!}'],
    ['a list of scalars', { type: 'array', items: { type: 'string' } }, {}, 'x array of string'],
    [
      'a list of objects',
      { type: 'array', items: ref('User') },
      { User: user },
      'x array of object User {name string!}',
    ],
    [
      'a list of lists',
      { type: 'array', items: { type: 'array', items: ref('User') } },
      { User: user },
      'x array of array User {name string!}',
    ],
    ['a list of itself', ref('L'), { L: { type: 'array', items: ref('L') } }, 'x array of array'],
    [
      'a map',
      { type: 'object', additionalProperties: ref('User') },
      { User: user },
      'x object of object User {name string!}',
    ],
    ['a free object', { type: 'object' }, {}, 'x object'],
    [
      'an object that holds itself',
      ref('Node'),
      { Node: { type: 'object', properties: { next: ref('Node') } } },
      'x object Node {next object …}',
    ],
    [
      'allOf',
      { allOf: [ref('User'), { type: 'object', properties: { age: { type: 'integer' } } }] },
      { User: user },
      'x object {age integer, name string!}',
    ],
    [
      'oneOf',
      { oneOf: [ref('A'), ref('B')] },
      { A: { ...user, title: 'T' }, B: { type: 'object', title: 'U', properties: { b: { type: 'string' } } } },
      'x object {name string, b string} |A |B',
    ],
    [
      'a discriminator that maps',
      { ...ref('Pet') },
      {
        Pet: {
          type: 'object',
          discriminator: { propertyName: 'kind', mapping: { cat: '#/components/schemas/Cat', dog: 'Dog' } },
          properties: { kind: { type: 'string' } },
        },
        Cat: { allOf: [ref('Pet'), { type: 'object', properties: { purrs: { type: 'boolean' } } }] },
        Dog: { allOf: [ref('Pet')] },
      },
      'x object Pet {kind string, purrs boolean} |Cat=cat |Dog=dog',
    ],
  ])('%s', async (_name, x, schemas, want) => {
    const provider = await providerWith(x, schemas);
    const column = methodsOf(provider)[0]?.response.row?.columns.find(({ name }) => name === 'x');
    expect(column && line(provider, column)).toBe(want);
  });
});

import { describe, expect, it } from 'vitest';
import { fieldsOf, type Schema, sample, typeOf } from '../../../generator/verify/sample.js';
import { specOf } from './spec.js';

const schemas = {
  Text: { type: 'string' },
  Loop: { $ref: '#/components/schemas/Loop' },
  Node: { type: 'object', properties: { id: { type: 'string' }, child: { $ref: '#/components/schemas/Node' } } },
  Animal: { type: 'object', required: ['id'], properties: { id: { type: 'string' } } },
  Cat: {
    allOf: [{ $ref: '#/components/schemas/Animal' }, { type: 'object', properties: { claws: { type: 'integer' } } }],
  },
};
const spec = await specOf({ components: { schemas } });
const of = (value: object) => ({ value: value as Schema, at: `${spec.at}/x` });
const object = (properties: object) => ({ type: 'object', properties });

describe('sample', () => {
  it.each<[string, object, unknown]>([
    [
      'texts name their property',
      object({ a: { type: 'string' }, b: { $ref: '#/components/schemas/Text' } }),
      { a: 'a-0', b: 'b-0' },
    ],
    [
      'numbers and dates differ by name',
      object({
        n: { type: 'integer' },
        m: { type: 'number' },
        at: { type: 'string', format: 'date-time' },
        by: { type: 'string', format: 'date' },
      }),
      { n: 111, m: 110, at: '2026-01-01T21:08:00Z', by: '2026-04-01' },
    ],
    [
      'a list has two items, told apart',
      { type: 'array', items: object({ id: { type: 'string' } }) },
      [{ id: 'id-0' }, { id: 'id-1' }],
    ],
    ['an enum gives one of its values', object({ e: { type: 'string', enum: ['on', 'off'] } }), { e: 'on' }],
    ['all parts of allOf', { $ref: '#/components/schemas/Cat' }, { id: 'id-0', claws: 539 }],
    [
      'all branches of oneOf',
      { oneOf: [object({ a: { type: 'string' } }), object({ b: { type: 'string' } })] },
      { a: 'a-0', b: 'b-0' },
    ],
    ['a schema inside itself is null', { $ref: '#/components/schemas/Node' }, { id: 'id-0', child: null }],
    [
      'what is only written is left out',
      object({ a: { type: 'string' }, secret: { type: 'string', writeOnly: true } }),
      { a: 'a-0' },
    ],
    ['a free map has one key', { type: 'object', additionalProperties: { type: 'string' } }, { key: 'value-0' }],
    ['OpenAPI 3.1: a list of types', object({ a: { type: ['null', 'boolean'] } }), { a: true }],
    [
      'a part of allOf that says which object another part means',
      { allOf: [object({ a: { type: 'object' } }), object({ a: { type: 'array', items: { type: 'string' } } })] },
      { a: ['a-0', 'a-1'] },
    ],
    ['a reference that dangles', object({ a: { $ref: '#/nowhere' } }), { a: 'a-0' }],
    ['a reference that leads back to itself', { $ref: '#/components/schemas/Loop' }, 'value-0'],
    ['nothing said', {}, 'value-0'],
  ])('%s', (_name, schema, want) => {
    expect(sample(spec, of(schema))).toEqual(want);
    expect(sample(spec, of(schema))).toEqual(sample(spec, of(schema)));
  });

  it('numbers the rows of later pages on', () => {
    expect(sample(spec, of({ type: 'array', items: object({ id: { type: 'string' } }) }), 2)).toEqual([
      { id: 'id-4' },
      { id: 'id-5' },
    ]);
  });
});

describe('typeOf', () => {
  it.each<[object, string]>([
    [{ type: 'integer' }, 'integer'],
    [{ type: ['string', 'null'] }, 'string'],
    [{ properties: {} }, 'object'],
    [{ items: {} }, 'array'],
    [{ allOf: [{ $ref: '#/components/schemas/Text' }] }, 'string'],
    [{ oneOf: [{ type: 'string' }, { type: 'integer' }] }, 'any'],
    [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string'],
    [{}, 'any'],
  ])('%j is %s', (schema, want) => expect(typeOf(spec, of(schema))).toBe(want));
});

describe('fieldsOf', () => {
  it('has the fields of every part, and requires those of allOf', () => {
    const fields = fieldsOf(spec, of({ $ref: '#/components/schemas/Cat' }));
    expect([...(fields?.all.keys() ?? [])]).toEqual(['id', 'claws']);
    expect([...(fields?.required ?? [])]).toEqual(['id']);
  });
  it('has none for a map or a list', () => {
    expect(fieldsOf(spec, of({ type: 'object', additionalProperties: true }))).toBeUndefined();
    expect(fieldsOf(spec, of({ type: 'array', items: { type: 'string' } }))).toBeUndefined();
  });
});

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PathItemObject, Reference, ResponseObject, SchemaObject } from '../../../generator/read/openapi.js';
import { step } from '../../../generator/read/pointer.js';
import { readSpec, type Spec } from '../../../generator/read/spec.js';
import { folderOf, lineAt, openapi, problemsOf } from './given.js';

const read = async (schemas: Record<string, unknown>, version = '3.1.0') => {
  const folder = folderOf({ 'spec.yaml': openapi({ openapi: version, components: { schemas } }) });
  return readSpec(path.join(folder, 'spec.yaml'));
};

const schemaIn = ({ document }: Spec) => document.components?.schemas?.S as SchemaObject;

const A = { type: 'string' };
const B = { type: 'integer' };
const NULL = { type: 'null' };
const ref = { $ref: '#/components/schemas/Other' };

describe('a schema of 3.1 in the shape of 3.0', () => {
  it.each<[string, unknown, unknown]>([
    ['one type in a list', { type: ['string'] }, { type: 'string' }],
    ['a type or null', { type: ['string', 'null'], minLength: 1 }, { type: 'string', nullable: true, minLength: 1 }],
    ['several types', { type: ['string', 'integer', 'null'] }, { nullable: true, anyOf: [A, B] }],
    [
      'keywords go with their type',
      { type: ['object', 'array', 'string'], properties: { a: A }, required: ['a'], items: B, minItems: 1, title: 'T' },
      {
        title: 'T',
        anyOf: [{ type: 'object', properties: { a: A }, required: ['a'] }, { type: 'array', items: B, minItems: 1 }, A],
      },
    ],
    ['nothing but null', NULL, { nullable: true, enum: [null] }],
    [
      'null in an enumeration',
      { type: ['string', 'null'], enum: ['a', null] },
      { type: 'string', nullable: true, enum: ['a', null] },
    ],
    ['an untyped enumeration with null', { enum: ['a', null] }, { nullable: true, enum: ['a', null] }],
    [
      'anyOf a schema and null',
      { title: 'T', anyOf: [{ type: 'string', format: 'uuid' }, NULL] },
      { title: 'T', nullable: true, type: 'string', format: 'uuid' },
    ],
    [
      'oneOf null and a reference',
      { description: 'D', oneOf: [NULL, ref] },
      { description: 'D', nullable: true, allOf: [ref] },
    ],
    ['anyOf two schemas and null', { anyOf: [A, NULL, B] }, { nullable: true, anyOf: [A, B] }],
    [
      'a schema that has more than the branch that remains',
      { type: 'object', properties: { a: A }, oneOf: [{ required: ['a'] }, NULL] },
      { type: 'object', properties: { a: A }, nullable: true, oneOf: [{ required: ['a'] }] },
    ],
    ['a null branch that is a constant', { anyOf: [A, { const: null }] }, { nullable: true, type: 'string' }],
    ['const', { const: 'user' }, { type: 'string', enum: ['user'] }],
    ['const: a number', { const: 1.5 }, { type: 'number', enum: [1.5] }],
    ['const with a type', { type: 'number', const: 1 }, { type: 'number', enum: [1] }],
    ['const: false', { const: false }, { type: 'boolean', enum: [false] }],
    ['examples', { type: 'string', examples: ['a', 'b'] }, { type: 'string', example: 'a' }],
    ['no examples', { type: 'string', examples: [] }, { type: 'string' }],
    [
      'exclusive bounds',
      { exclusiveMinimum: 0, exclusiveMaximum: 9 },
      { minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true },
    ],
    [
      'the stricter of two bounds',
      { minimum: 5, exclusiveMinimum: 1, maximum: 7, exclusiveMaximum: 7 },
      { minimum: 5, maximum: 7, exclusiveMaximum: true },
    ],
    [
      'bounds of 3.0',
      { minimum: 1, exclusiveMinimum: true, exclusiveMaximum: false },
      { minimum: 1, exclusiveMinimum: true, exclusiveMaximum: false },
    ],
    ['true', true, {}],
    ['false', false, { not: {} }],
    [
      'booleans wherever a schema may stand',
      { properties: { a: true, b: false }, items: true, allOf: [true], not: false },
      { properties: { a: {}, b: { not: {} } }, items: {}, allOf: [{}], not: { not: {} } },
    ],
    ['additionalProperties may be boolean in 3.0', { additionalProperties: false }, { additionalProperties: false }],
    ['a tuple', { type: 'array', prefixItems: [A, B], items: false }, { type: 'array', items: { anyOf: [A, B] } }],
    ['a tuple with a rest', { type: 'array', prefixItems: [A], items: B }, { type: 'array', items: { anyOf: [A, B] } }],
    ['a tuple of one', { type: 'array', prefixItems: [A] }, { type: 'array', items: A }],
    ['a tuple as before 2020', { type: 'array', items: [A, B] }, { type: 'array', items: { anyOf: [A, B] } }],
    [
      'patternProperties',
      { type: 'object', patternProperties: { '^x': A } },
      { type: 'object', additionalProperties: A },
    ],
    [
      'several patterns, and others',
      { patternProperties: { '^x': A, '^y': B }, additionalProperties: ref },
      { additionalProperties: { anyOf: [A, B, ref] } },
    ],
    [
      'patterns where anything goes',
      { patternProperties: { '^x': A }, additionalProperties: true },
      { additionalProperties: true },
    ],
    [
      'patterns and nothing else',
      { patternProperties: { '^x': A }, additionalProperties: false },
      { additionalProperties: A },
    ],
    [
      'unevaluatedProperties',
      { properties: { a: A }, unevaluatedProperties: B },
      { properties: { a: A }, additionalProperties: B },
    ],
    ['unevaluatedProperties: false', { properties: { a: A }, unevaluatedProperties: false }, { properties: { a: A } }],
    [
      'base64',
      { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' },
      { type: 'string', format: 'byte' },
    ],
    ['a file', { type: 'string', contentMediaType: 'application/octet-stream' }, { type: 'string', format: 'binary' }],
    [
      'JSON in a string',
      { type: 'string', contentMediaType: 'application/json', contentSchema: A },
      { type: 'string' },
    ],
    [
      'what 3.0 cannot say',
      {
        type: 'object',
        ...{
          if: A,
          ...Object.fromEntries([['then', A]]),
          else: A,
          dependentSchemas: { a: A },
          dependentRequired: { a: ['b'] },
          propertyNames: A,
        },
        ...{
          contains: A,
          minContains: 1,
          unevaluatedItems: false,
          $comment: 'c',
          $schema: 's',
          $id: 'i',
          $anchor: 'a',
          $defs: { D: A },
        },
      },
      { type: 'object' },
    ],
    [
      'names of properties are no keywords',
      {
        properties: {
          const: A,
          type: { type: ['string', 'null'] },
          examples: B,
          $ref: A,
          nullable: A,
          items: A,
          $defs: A,
          exclusiveMinimum: B,
        },
      },
      {
        properties: {
          const: A,
          type: { type: 'string', nullable: true },
          examples: B,
          $ref: A,
          nullable: A,
          items: A,
          $defs: A,
          exclusiveMinimum: B,
        },
      },
    ],
    [
      'data is no schema',
      {
        default: { const: 1, $ref: 'x' },
        enum: [{ type: ['a'] }],
        example: { $ref: 'nowhere.yaml' },
        'x-a': { $ref: 'nowhere.yaml', const: 1 },
      },
      {
        default: { const: 1, $ref: 'x' },
        enum: [{ type: ['a'] }],
        example: { $ref: 'nowhere.yaml' },
        'x-a': { $ref: 'nowhere.yaml', const: 1 },
      },
    ],
    [
      'the siblings of a $ref stay',
      { ...ref, description: 'D', examples: ['a'] },
      { ...ref, description: 'D', example: 'a' },
    ],
    ['$dynamicRef is a reference', { $dynamicRef: '#node' }, { $ref: '#node' }],
    [
      'a property of 2.0',
      { type: 'object', discriminator: 'kind', properties: { kind: A } },
      { type: 'object', discriminator: { propertyName: 'kind' }, properties: { kind: A } },
    ],
    [
      'deep inside',
      { allOf: [{ items: { properties: { a: { const: 1 } } } }] },
      { allOf: [{ items: { properties: { a: { type: 'integer', enum: [1] } } } }] },
    ],
  ])('%s', async (_name, given, want) => {
    for (const version of ['3.1.0', '3.0.3']) {
      const spec = await read({ S: given, Other: A }, version);
      expect(schemaIn(spec), version).toEqual(want);
      expect(spec.document.openapi).toBe('3.0.3');
    }
  });

  it('converts what stands outside of components too, behind references to anywhere', async () => {
    const given = {
      'spec.yaml': openapi({
        openapi: '3.1.0',
        paths: {
          '/a': {
            parameters: [{ name: 'p', in: 'query', schema: { type: ['string', 'null'] } }],
            $ref: '#/components/pathItems/a',
          },
        },
        components: {
          pathItems: {
            a: {
              get: {
                responses: {
                  200: {
                    description: '',
                    content: { 'application/json': { schema: { $ref: 'other.yaml#/deep/er' } } },
                  },
                },
              },
            },
          },
        },
        webhooks: { w: { $ref: 'nowhere.yaml' } },
      }),
      'other.yaml': { deep: { er: { $ref: '#/$defs/x' } }, $defs: { x: { const: 1 }, unreached: { const: 1 } } },
    };
    const { document, at, follow } = await readSpec(path.join(folderOf(given), 'spec.yaml'));
    const item = follow(document.paths?.['/a'] as PathItemObject, step(at, 'paths', '/a'));
    const answer = item.value.get?.responses?.[200] as ResponseObject;
    expect(follow(answer.content?.['application/json']?.schema, item.at).value).toEqual({ type: 'integer', enum: [1] });
  });
});

describe('what a conversion moves keeps its line', () => {
  const marked = (description: string) => ({ type: 'string', description });
  it.each<[string, unknown, (schema: SchemaObject) => unknown, (string | number)[]]>([
    [
      'a pattern',
      { patternProperties: { '^x': marked('here') } },
      (schema) => schema.additionalProperties,
      ['additionalProperties'],
    ],
    [
      'an item of a tuple',
      { prefixItems: [marked('first'), marked('here')] },
      ({ items }) => (items as SchemaObject).anyOf?.[1],
      ['items', 'anyOf', 1],
    ],
    [
      'a property of the only branch',
      { anyOf: [NULL, { properties: { a: marked('here') } }] },
      ({ properties }) => properties?.a,
      ['properties', 'a'],
    ],
    [
      'the items of one type of several',
      { type: ['array', 'string'], items: marked('here') },
      ({ anyOf = [] }) => (anyOf[0] as SchemaObject).items,
      ['anyOf', 0, 'items'],
    ],
  ])('%s', async (_name, given, pick, steps) => {
    const spec = await read({ S: given });
    const found = spec.follow(pick(schemaIn(spec)), step(spec.at, 'components', 'schemas', 'S', ...steps));
    expect(lineAt(step(found.at, 'description'))).toBe('description: here');
  });

  it('a reference after a null', async () => {
    const spec = await read({ S: { anyOf: [NULL, { $ref: '#/nowhere' }] } });
    const [branch] = schemaIn(spec).allOf as [Reference];
    const problems = await problemsOf(() =>
      spec.follow(branch, step(spec.at, 'components', 'schemas', 'S', 'allOf', 0)),
    );
    expect(problems).toEqual(['ref-dangling spec.yaml:11:11 "#/nowhere" points at nothing']);
  });

  it('what is made anew has the line of what it was made of', async () => {
    const { at } = await read({ S: { type: ['array', 'string'] } });
    expect(lineAt(step(at, 'components', 'schemas', 'S', 'anyOf', 0))).toBe('S:');
  });
});

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PathItemObject } from '../../../generator/read/openapi.js';
import { readSpec } from '../../../generator/read/spec.js';
import { folderOf, openapi } from './given.js';

const read = async (document: object) => readSpec(path.join(folderOf({ 'spec.yaml': openapi(document) }), 'spec.yaml'));

describe('a value of the wrong type is repaired or left out, and that is said', () => {
  it.each<[string, object, object, string[]]>([
    [
      'numbers in quotes',
      { minLength: '1', maximum: '2.5', multipleOf: ' 3 ' },
      { minLength: 1, maximum: 2.5, multipleOf: 3 },
      ['minLength: "1" is taken as 1', 'maximum: "2.5" is taken as 2.5', 'multipleOf: " 3 " is taken as 3'],
    ],
    [
      'no numbers',
      { minLength: -1, maxLength: 1.5, maximum: 'x', minimum: [] },
      {},
      [
        'minLength: -1 is left out',
        'maxLength: 1.5 is left out',
        'maximum: "x" is left out',
        'minimum: [] is left out',
      ],
    ],
    [
      'flags in quotes',
      { nullable: 'true', readOnly: 'false', deprecated: 'yes' },
      { nullable: true, readOnly: false },
      ['nullable: "true" is taken as true', 'readOnly: "false" is taken as false', 'deprecated: "yes" is left out'],
    ],
    [
      'texts',
      { title: 1, description: ['a'], format: true },
      { title: '1', format: 'true' },
      ['title: 1 is taken as "1"', 'description: ["a"] is left out', 'format: true is taken as "true"'],
    ],
    [
      'required as in drafts long ago',
      { type: 'string', required: true },
      { type: 'string' },
      ['required: true is left out'],
    ],
    [
      'required that names more than texts',
      { required: ['a', 1, {}] },
      { required: ['a', '1'] },
      ['required: ["a",1,{}] is taken as ["a","1"]'],
    ],
    ['types', { type: 'String' }, { type: 'string' }, ['type: "String" is taken as "string"']],
    ['types that are none', { type: 'any' }, {}, ['type: "any" is left out']],
    [
      'types in a list',
      { type: ['date', 'null', 'integer'] },
      { type: 'integer', nullable: true },
      ['type: ["date","null","integer"] is taken as ["null","integer"]'],
    ],
    [
      'schemas',
      { allOf: { type: 'string' }, items: 'x', properties: ['a'], not: 1 },
      {},
      [
        'allOf: {"type":"string"} is left out',
        'items: "x" is left out',
        'properties: ["a"] is left out',
        'not: 1 is left out',
      ],
    ],
    [
      'schemas in a list',
      { anyOf: [{ type: 'string' }, 'x', null] },
      { anyOf: [{ type: 'string' }] },
      ['anyOf: [{"type":"string"},"x",null] is taken as [{"type":"string"}]'],
    ],
    ['an enumeration', { enum: 'a' }, {}, ['enum: "a" is left out']],
    [
      'keys without a value',
      { type: 'object', properties: null, required: null, description: null, enum: null },
      { type: 'object' },
      [],
    ],
    [
      'values that may be anything',
      { default: 'x', example: null, enum: [1, null], 'x-a': 1 },
      { default: 'x', example: null, enum: [1, null], nullable: true, 'x-a': 1 },
      [],
    ],
  ])('%s', async (_name, given, want, messages) => {
    const { document, warnings } = await read({ components: { schemas: { S: given } } });
    expect(document.components?.schemas?.S).toEqual(want);
    expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual(
      messages.map((message) => `spec-value ${message}`),
    );
  });

  it('in operations, parameters and responses too', async () => {
    const { document, warnings } = await read({
      info: { title: 'T', version: 1, description: { $ref: 'description.md' } },
      tags: [{ name: 't', description: 6 }],
      paths: {
        '/a': {
          get: {
            ...{ operationId: 7, tags: ['t', 1], deprecated: 'true', parameters: {} },
            responses: { 200: { description: 5, content: [] } },
          },
          post: { parameters: [{ name: 1, in: 'query', required: 'true', description: null }], responses: [] },
        },
      },
    });
    expect(document.paths?.['/a'] as PathItemObject).toEqual({
      get: { operationId: '7', tags: ['t', '1'], deprecated: true, responses: { 200: { description: '5' } } },
      post: { parameters: [{ name: '1', in: 'query', required: true }] },
    });
    expect(document).toMatchObject({ info: { title: 'T', version: '1' }, tags: [{ name: 't', description: '6' }] });
    expect(warnings).toHaveLength(12);
  });

  it('the same one is said once', async () => {
    const property = { type: 'string', required: true };
    const { warnings, at } = await read({
      components: { schemas: { S: { properties: { a: property, b: { ...property }, c: { ...property } } } } },
    });
    expect(warnings).toEqual([
      {
        code: 'spec-value',
        message: 'required: true is left out, here and at 2 other locations',
        at: `${at}/components/schemas/S/properties/a/required`,
      },
    ]);
  });
});

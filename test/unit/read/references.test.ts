import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../generator/read/config.js';
import type { OperationObject, PathItemObject, SchemaObject } from '../../../generator/read/openapi.js';
import { fileOf, step } from '../../../generator/read/pointer.js';
import { readSpec, type Spec } from '../../../generator/read/spec.js';
import { cpuTime } from '../../places.js';
import { folderOf, lineAt, openapi, problemsOf } from './given.js';

/** Where `components.schemas.S` of a document leads in the end. */
const ends = async (
  files: Record<string, unknown>,
  options: Parameters<typeof readSpec>[1] = {},
  name = 'spec.yaml',
) => {
  const folder = folderOf(files);
  const spec = await readSpec(path.join(folder, name), {
    ...options,
    ...(options.root && { root: path.join(folder, options.root) }),
  });
  return end(spec);
};
const end = ({ document, at, follow }: Spec) =>
  follow(document.components?.schemas?.S, step(at, 'components', 'schemas', 'S'));
const to = ($ref: string, more: object = {}) => openapi({ components: { schemas: { S: { $ref }, ...more } } });
const string = { type: 'string', description: 'here' };

describe('a reference leads', () => {
  it.each<[string, Record<string, unknown>]>([
    ['into the document', { 'spec.yaml': to('#/components/schemas/T', { T: string }) }],
    [
      'through another',
      { 'spec.yaml': to('#/components/schemas/T', { T: { $ref: '#/components/schemas/U' }, U: string }) },
    ],
    [
      'to a name with / ~ % and blanks',
      { 'spec.yaml': to('#/components/schemas/a~1b~0c%25%20d', { 'a/b~c% d': string }) },
    ],
    ['to a name with #', { 'spec.yaml': to('#/components/schemas/a#b', { 'a#b': string }) }],
    ['into a list', { 'spec.yaml': to('#/components/schemas/T/allOf/1', { T: { allOf: [{}, string] } }) }],
    [
      'beyond a reference on its way',
      {
        'spec.yaml': to('#/components/schemas/T/properties/a', {
          T: { $ref: '#/components/schemas/U' },
          U: { properties: { a: string } },
        }),
      },
    ],
    [
      'to what a conversion takes away',
      {
        'spec.yaml': to('#/components/schemas/T/anyOf/1/$defs/d', {
          T: { anyOf: [{ type: 'null' }, { $defs: { d: string } }] },
        }),
      },
    ],
    ['to an anchor', { 'spec.yaml': to('#a', { T: { properties: { x: { $anchor: 'a', ...string } } } }) }],
    [
      'to a dynamic anchor',
      {
        'spec.yaml': openapi({
          components: { schemas: { S: { $dynamicRef: '#a' }, T: { $dynamicAnchor: 'a', ...string } } },
        }),
      },
    ],
    ['to an $id', { 'spec.yaml': to('https://e.com/t', { T: { $id: 'https://e.com/t', ...string } }) }],
    [
      'beneath an $id',
      { 'spec.yaml': to('https://e.com/t#/$defs/d', { T: { $id: 'https://e.com/t', $defs: { d: string } } }) },
    ],
    ['to a whole file', { 'spec.yaml': to('t.json'), 't.json': JSON.stringify(string, null, 2) }],
    ['to a file in a folder', { 'spec.yaml': to('./a%20b/t.yaml#/x'), 'a b/t.yaml': { x: string } }],
    [
      'there and back',
      {
        'spec.yaml': to('a/t.yaml#/x', { T: string }),
        'a/t.yaml': { x: { $ref: '../spec.yaml#/components/schemas/T' } },
      },
    ],
    [
      'to YAML in a file called json',
      { 'spec.yaml': to('t.json#/x'), 't.json': 'x:\n  type: string\n  description: here\n' },
    ],
  ])('%s', async (_name, files) => {
    const found = await ends(files);
    expect(found.value).toMatchObject(string);
    expect(lineAt(step(found.at, 'description'))).toMatch(/^"?description"?: "?here"?,?$/);
  });

  it('also where a folder is called a#b', async () => {
    const found = await ends({ 'a#b%23/spec.yaml': to('t.yaml'), 'a#b%23/t.yaml': string }, {}, 'a#b%23/spec.yaml');
    expect(lineAt(step(found.at, 'description'))).toBe('description: here');
  });

  it('to path items, operations and parameters in other files', async () => {
    const folder = folderOf({
      'spec.yaml': openapi({ paths: { '/a': { $ref: 'paths/a.yaml' } } }),
      'paths/a.yaml': { get: { $ref: 'get.yaml' } },
      'paths/get.yaml': { operationId: 'here', parameters: [{ $ref: '../parameters.yaml#/p' }] },
      'parameters.yaml': { p: { name: 'p', in: 'query', schema: { const: 1 } } },
    });
    const { document, at, follow } = await readSpec(path.join(folder, 'spec.yaml'));
    const item = follow(document.paths?.['/a'] as PathItemObject, step(at, 'paths', '/a'));
    const operation = follow(item.value.get as OperationObject, step(item.at, 'get'));
    expect(lineAt(step(operation.at, 'operationId'))).toBe('operationId: here');
    const parameter = follow(operation.value.parameters?.[0] ?? {}, step(operation.at, 'parameters', 0));
    expect(parameter.value).toEqual({ name: 'p', in: 'query', schema: { type: 'integer', enum: [1] } });
    expect(lineAt(step(parameter.at, 'name'))).toBe('name: p');
  });
});

it('a map of names may be a reference too', async () => {
  const folder = folderOf({
    'spec.yaml': openapi({
      openapi: '3.1.0',
      paths: { '/a': { get: { responses: { $ref: 'more.yaml#/responses' } } } },
      components: {
        schemas: { S: { properties: { $ref: 'more.yaml#/deep/map' } }, Lost: { properties: { $ref: '#/nope' } } },
      },
    }),
    'more.yaml': { deep: { map: { a: { const: 1 } } }, responses: { 200: { description: 'here' } } },
  });
  const { document, at, follow } = await readSpec(path.join(folder, 'spec.yaml'));
  const schemas = document.components?.schemas as Record<string, SchemaObject>;
  expect(schemas).toEqual({
    S: { properties: { a: { type: 'integer', enum: [1] } } },
    Lost: { properties: { $ref: '#/nope' } },
  });
  const a = follow(schemas.S?.properties?.a, step(at, 'components', 'schemas', 'S', 'properties', 'a'));
  expect([path.basename(fileOf(a.at)), lineAt(a.at)]).toEqual(['more.yaml', 'a:']);
  const item = document.paths?.['/a'] as PathItemObject;
  const answer = follow(item.get?.responses?.[200], step(at, 'paths', '/a', 'get', 'responses', 200));
  expect(lineAt(step(answer.at, 'description'))).toBe('description: here');
});

describe('a reference is refused, or leads nowhere', () => {
  it.each<[string, Record<string, unknown>, string]>([
    [
      'no such pointer',
      { 'spec.yaml': to('#/components/schemas/T') },
      'ref-dangling spec.yaml:9:7 "#/components/schemas/T" points at nothing',
    ],
    [
      'a pointer without its slash',
      { 'spec.yaml': to('#components/schemas/S') },
      'ref-dangling spec.yaml:9:7 "#components/schemas/S" points at nothing',
    ],
    [
      'no such file',
      { 'spec.yaml': to('t.yaml') },
      'ref-dangling spec.yaml:9:7 "t.yaml" is not a file that can be read',
    ],
    [
      'a folder',
      { 'spec.yaml': to('t'), 't/x.yaml': string },
      'ref-dangling spec.yaml:9:7 "t" is not a file that can be read',
    ],
    [
      'an inherited name',
      { 'spec.yaml': to('#/constructor') },
      'ref-dangling spec.yaml:9:7 "#/constructor" points at nothing',
    ],
    [
      'a file with a syntax error',
      { 'spec.yaml': to('t.yaml'), 't.yaml': 'a: [' },
      'spec-syntax t.yaml:2:1 unexpected end of the stream within a flow collection',
    ],
    [
      'itself',
      { 'spec.yaml': to('#/components/schemas/S') },
      'ref-circular spec.yaml:9:7 "#/components/schemas/S" leads back to itself',
    ],
    [
      'a ring',
      { 'spec.yaml': to('#/components/schemas/T', { T: { $ref: '#/components/schemas/S' } }) },
      'ref-circular spec.yaml:9:7 "#/components/schemas/T" leads back to itself',
    ],
    [
      'into itself',
      { 'spec.yaml': to('#/components/schemas/S/a') },
      'ref-circular spec.yaml:9:7 "#/components/schemas/S/a" leads back to itself',
    ],
    [
      'no object',
      { 'spec.yaml': to('#/info/title') },
      'spec-shape spec.yaml:3:3 "T" stands where OpenAPI wants an object',
    ],
    [
      'another scheme',
      { 'spec.yaml': to('file:///etc/passwd') },
      'ref-refused spec.yaml:9:7 "file:///etc/passwd" is not a file beside the spec',
    ],
    [
      'the network',
      { 'spec.yaml': to('https://e.com/t.yaml') },
      'ref-refused spec.yaml:9:7 "https://e.com/t.yaml" is on the network',
    ],
  ])('%s', async (_name, files, want) => expect(await problemsOf(() => ends(files))).toEqual([want]));

  it('references beyond references beyond references end, and soon', async () => {
    const links = Array.from({ length: 5000 }, (_, index) => [
      `T${index}`,
      { $ref: `#/components/schemas/T${index + 1}/x` },
    ]);
    const started = cpuTime();
    expect(
      await problemsOf(() =>
        ends(
          { 'spec.json': JSON.stringify(to('#/components/schemas/T0', Object.fromEntries(links))) },
          {},
          'spec.json',
        ),
      ),
    ).toEqual([expect.stringMatching(/^spec-too-large .* leads through more than 400 references$/)]);
    expect(cpuTime() - started).toBeLessThan(5000);
  });

  it('nobody hears of what nobody follows', async () => {
    const folder = folderOf({
      'spec.yaml': to('#/components/schemas/T', { T: string, Unused: { $ref: '../nowhere.yaml' } }),
    });
    const { warnings } = await readSpec(path.join(folder, 'spec.yaml'));
    expect(warnings).toEqual([]);
  });
});

describe('references stay in their folder', () => {
  const files = { 'a/b/spec.yaml': to('../t.yaml'), 'a/t.yaml': string, 't.yaml': string };
  const name = 'a/b/spec.yaml';
  it('the spec\u2019s own, by default', async () => {
    expect(await problemsOf(() => ends(files, {}, name))).toEqual([
      expect.stringMatching(/^ref-refused spec.yaml:9:7 "..\/t.yaml" is outside .*\/a\/b$/),
    ]);
  });
  it('or the one that is named', async () =>
    expect(await ends(files, { root: 'a' }, name)).toMatchObject({ value: string }));
  it('and no further', async () => {
    const further = { ...files, 'a/b/spec.yaml': to('../../t.yaml') };
    expect(await problemsOf(() => ends(further, { root: 'a' }, name))).toEqual([
      expect.stringMatching(/^ref-refused .* is outside .*\/a$/),
    ]);
  });
  it.each([
    ['a link to a file outside', '/etc/hostname', 'link'],
    ['a link to a folder outside', '/etc', 'link/hostname'],
  ])('%s is outside', async (_name, target, $ref) => {
    const folder = folderOf({ 'spec.yaml': to($ref) });
    symlinkSync(target, path.join(folder, 'link'));
    expect(await problemsOf(async () => end(await readSpec(path.join(folder, 'spec.yaml'))))).toEqual([
      expect.stringMatching(/^ref-refused /),
    ]);
  });
  it('a folder that is a link itself is as good as any', async () => {
    const folder = folderOf({ 'real/spec.yaml': to('t.yaml'), 'real/t.yaml': string });
    symlinkSync(path.join(folder, 'real'), path.join(folder, 'link'));
    expect(end(await readSpec(path.join(folder, 'link/spec.yaml')))).toMatchObject({ value: string });
  });
  it('a neighbour whose name begins the same is outside', async () => {
    expect(
      await problemsOf(() => ends({ 'a/spec.yaml': to('../ab/t.yaml'), 'ab/t.yaml': string }, {}, 'a/spec.yaml')),
    ).toEqual([expect.stringMatching(/^ref-refused /)]);
  });
  it('a link that leads back does not read for ever', async () => {
    const folder = folderOf({ 'spec.yaml': to('loop/spec.yaml#/components/schemas/S') });
    mkdirSync(path.join(folder, 'x'));
    symlinkSync(folder, path.join(folder, 'loop'));
    expect(await problemsOf(async () => end(await readSpec(path.join(folder, 'spec.yaml'))))).toEqual([
      expect.stringMatching(/^ref-dangling /),
    ]);
  });
});

describe('what references may reach is said in the config or beside it', () => {
  const config = (more: object) =>
    path.join(folderOf({ 'api/p.config.yaml': { provider: 'p', specs: ['spec.yaml'], ...more } }), 'api/p.config.yaml');
  it.each<[string, object, object, (file: string) => object]>([
    ['nothing', {}, {}, () => ({})],
    [
      'relative to the config',
      { references: { root: '..', allowRemote: true } },
      {},
      (file) => ({ root: path.resolve(file, '../..'), allowRemote: true }),
    ],
    ['the command line wins', { references: { root: '..' } }, { root: '/r' }, () => ({ root: '/r' })],
  ])('%s', (_name, more, references, want) => {
    const file = config(more);
    expect(readConfig({ config: file, references }).references).toEqual(want(file));
  });
  it('without a config', () =>
    expect(readConfig({ spec: 's.yaml', provider: 'p', references: { root: '/r' } }).references).toEqual({
      root: '/r',
    }));
});

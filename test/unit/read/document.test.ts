import { truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mapSource } from '../../../generator/index.js';
import { parseConfig } from '../../../generator/read/document.js';
import { keepText, positionOf } from '../../../generator/read/place.js';
import { step } from '../../../generator/read/pointer.js';
import { readSpec } from '../../../generator/read/spec.js';
import { folderOf, openapi, problemsOf } from './given.js';

const read = (text: unknown, name = 'spec.yaml') => readSpec(path.join(folderOf({ [name]: text }), name));
const head = 'openapi: 3.0.3\ninfo: {title: T, version: "1"}\n';

describe('texts that are read', () => {
  it.each<[string, string | Buffer, string?]>([
    ['YAML', `${head}paths: {}\n`],
    ['JSON', JSON.stringify(openapi()), 'spec.json'],
    ['JSON in a file called yaml', JSON.stringify(openapi(), null, '\t')],
    ['YAML in a file called json', `${head}paths: {}\n`, 'spec.json'],
    ['any other name', `${head}paths: {}\n`, 'api.txt'],
    ['a byte-order mark before YAML', `\ufeff${head}paths: {}\n`],
    ['a byte-order mark before JSON', `\ufeff${JSON.stringify(openapi())}`, 'spec.json'],
    ['UTF-16, the low byte first', Buffer.from(`\ufeff${head}paths: {}\n`, 'utf16le')],
    ['UTF-16, the high byte first', Buffer.from(`\ufeff${head}paths: {}\n`, 'utf16le').swap16()],
    [
      'JSON with comments',
      `// API\n${JSON.stringify(openapi()).replace('"info"', '/* "x */ "info"').replace(/}$/, ', // last\n}')}`,
      'spec.json',
    ],
    ['CRLF', `${head}paths: {}\n`.replaceAll('\n', '\r\n')],
    ['JSON with a comma too many', JSON.stringify(openapi()).replace(/}$/, ',}'), 'spec.json'],
    ['a document start and a comment', `# API\n---\n${head}paths: {}\n`],
    ['quoted text that goes on without indentation', `${head}paths: {}\nx:\n  a: "b\n  c"\n`],
    ['merge keys', `${head}x: &p\n  paths: {}\n<<: *p\n`],
  ])('%s', async (_name, text, name) =>
    expect((await read(text, name)).document).toMatchObject({ openapi: '3.0.3', info: { version: '1' }, paths: {} }),
  );

  it('dates, yes and no stay text', async () => {
    const { document } = await read(`${head}paths: {}\nx: [2020-01-01, yes, no, on, 12:30]\n`);
    expect(document).toMatchObject({ x: ['2020-01-01', 'yes', 'no', 'on', '12:30'] });
  });

  it('the last of two keys counts, and is said', async () => {
    const { document, warnings } = await read(`${head}paths: {}\nx-a: 1\nx-a: 2\n`);
    expect(document).toMatchObject({ 'x-a': 2 });
    expect(warnings).toMatchObject([{ code: 'spec-duplicate-key', at: { line: 5, column: 1 } }]);
  });

  it('an alias that is used often is one object, converted once', async () => {
    const { document } = await read(
      `${head}paths: {}\ncomponents:\n  schemas:\n    A: &a {exclusiveMinimum: 1, maximum: 2}\n` +
        `    B: {properties: {x: *a, y: *a}}\n`,
    );
    const a = { minimum: 1, exclusiveMinimum: true, maximum: 2 };
    expect(document.components?.schemas).toEqual({ A: a, B: { properties: { x: a, y: a } } });
  });

  it('__proto__ is no key', async () => {
    for (const text of [
      JSON.stringify(openapi()).replace('{', '{"__proto__": {"polluted": 1},'),
      `${head}paths: {}\n__proto__: {polluted: 1}\n`,
    ]) {
      const { document } = await read(text);
      expect(Object.keys(document)).not.toContain('__proto__');
      expect((document as Record<string, unknown>).polluted).toBeUndefined();
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('half of a surrogate pair, which no file can hold, is replaced by U+FFFD', () => {
  const warning = (line: number, column: number, more = '') => [
    `spec-value ${line}:${column} half of a surrogate pair is no character; it is replaced by U+FFFD${more}`,
  ];
  it.each<[name: string, text: string, x: unknown, warnings: string[]]>([
    ['in JSON', '{"openapi": "3.0.3",\n "paths": {},\n "x": "a\\ud800b"}', 'a\ufffdb', warning(3, 2)],
    ['in YAML', `${head}paths: {}\nx: "a\\uDFFF"\n`, 'a\ufffd', warning(4, 1)],
    ['in YAML, as eight digits', `${head}paths: {}\nx: "\\U0000D800"\n`, '\ufffd', warning(4, 1)],
    [
      'in keys and lists, which keep their order',
      `${head}paths: {}\nx: {a: 1, "\\ud800": ["\\udc00", b], c: 2}\n`,
      { a: 1, '\ufffd': ['\ufffd', 'b'], c: 2 },
      warning(4, 11, ', here and at 1 other locations'),
    ],
    ['in a text in memory', '{"openapi": "3.0.3", "paths": {},\n "x": "a\ud800"}', 'a\ufffd', warning(2, 2)],
    ['a pair in two escapes is whole', `${head}paths: {}\nx: "\\ud83d\\ude00"\n`, '😀', []],
    ['and so is a pair of keys', `${head}paths: {}\nx: {"\\ud83d\\ude00": 1}\n`, { '😀': 1 }, []],
  ])('%s', async (_name, text, x, warnings) => {
    const spec = await readSpec('memory://half', { text });
    expect((spec.document as Record<string, unknown>).x).toEqual(x);
    if (typeof x === 'object')
      expect(Object.keys((spec.document as Record<string, object>).x ?? {})).toEqual(Object.keys(x as object));
    const shown = spec.warnings.map(({ code, message, at = '' }) => {
      const { line, column } = positionOf(at);
      return `${code} ${line}:${column} ${message}`;
    });
    expect(shown).toEqual(warnings);
  });

  it('two names that become one are one: the last counts', async () => {
    const { document } = await readSpec('memory://half', { text: `${head}x: {"\\ud800": 1, "\\ud801": 2}\n` });
    expect(document).toMatchObject({ x: { '\ufffd': 2 } });
  });

  it('in a config it is an error', () => {
    const text = 'provider: p\ntitle: "a\\ud800"\n';
    keepText('p.config.yaml', text);
    expect(() => parseConfig('p.config.yaml', text)).toThrow(
      expect.objectContaining({
        problems: [
          { code: 'config-syntax', message: 'half of a surrogate pair is no character', at: 'p.config.yaml#/title' },
        ],
      }),
    );
  });
});

describe('texts that are refused, with the place', () => {
  const laughs = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...[...'bcdefghij'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefghij'[index]}`)}]`),
  ];
  const chain = [
    's0: &s0 {}',
    ...Array.from({ length: 500 }, (_, index) => `s${index + 1}: &s${index + 1} {a: *s${index}}`),
  ];
  const others: [string, string, string][] = [
    [
      'an unclosed bracket',
      'openapi: 3.0.3\npaths: {\n',
      'spec-syntax spec.yaml:3:1 unexpected end of the stream within a flow collection',
    ],
    [
      'a tab',
      'openapi: 3.0.3\npaths:\n\t/a: {}\n',
      'spec-syntax spec.yaml:3:1 tab characters must not be used in indentation',
    ],
    [
      'JSON without a colon',
      '{"openapi": "3.0.3",\n "paths" {}}',
      'spec-syntax spec.yaml:2:10 missed comma between flow collection entries',
    ],
    ['an unknown tag', 'openapi: !include x.yaml\n', 'spec-syntax spec.yaml:1:25 unknown tag !<!include>'],
    ['nothing', '', 'spec-not-openapi spec.yaml:1:1 the document is empty'],
    ['nothing but a comment', '# API\n', 'spec-not-openapi spec.yaml:2:1 the document is empty'],
    [
      'two documents',
      `${head}---\n${head}`,
      'spec-syntax spec.yaml:1:1 expected a single document in the stream, but found more',
    ],
    [
      'deep YAML',
      `${head}x: ${'['.repeat(500)}${']'.repeat(500)}`,
      'spec-too-large spec.yaml:3:403 values are nested more than 400 deep',
    ],
    [
      'deep JSON',
      `${JSON.stringify(openapi()).slice(0, -1)},"x":${'['.repeat(90_000)}${']'.repeat(90_000)}}`,
      'spec-too-large spec.yaml:1:1 values are nested more than 400 deep',
    ],
    [
      'deep by aliases',
      `${head}${chain.join('\n')}\n`,
      'spec-too-large spec.yaml:1:1 values are nested more than 400 deep',
    ],
    [
      'a billion laughs',
      `${head}${laughs.join('\n')}\n`,
      'spec-too-large spec.yaml:1:1 it holds more than 5000000 values once its aliases are written out',
    ],
    [
      'an alias inside itself',
      `${head}x: &x {a: [*x]}\n`,
      'spec-too-large spec.yaml:1:1 an alias stands inside what it is an alias of',
    ],
  ];
  it.each(others)('%s', async (_name, text, want) => {
    const started = performance.now();
    expect(await problemsOf(() => read(text))).toEqual([want]);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

it('a file that is too large is not even opened', async () => {
  const folder = folderOf({
    'spec.yaml': openapi({ components: { schemas: { S: { $ref: 'large.yaml' } } } }),
    'large.yaml': '',
  });
  truncateSync(path.join(folder, 'large.yaml'), 100_000_001);
  expect(await problemsOf(() => readSpec(path.join(folder, 'large.yaml')))).toEqual([
    expect.stringMatching(/^spec-too-large .*large.yaml is a file of more than 100000000 bytes$/),
  ]);
  const { document, at, follow } = await readSpec(path.join(folder, 'spec.yaml'));
  expect(
    await problemsOf(() => follow(document.components?.schemas?.S, step(at, 'components', 'schemas', 'S'))),
  ).toEqual(['spec-too-large spec.yaml:9:7 "large.yaml" is a file of more than 100000000 bytes']);
});

describe('what is no OpenAPI document says what it looks like', () => {
  const not = 'there is neither `openapi` nor `swagger` with a version';
  it.each<[string, unknown, string]>([
    ['a list', [openapi()], 'the document is a list, not a mapping'],
    ['text', 'hello', 'the document is text, not a mapping'],
    ['HTML', '<!DOCTYPE html>\n<html><head><title>a: b: c</title></head></html>', 'it looks like HTML or XML'],
    ['AsyncAPI', { asyncapi: '3.0.0', channels: {} }, `it looks like an AsyncAPI document: ${not}`],
    [
      'Postman',
      {
        info: { _postman_id: 'x', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
        item: [],
      },
      `it looks like a Postman collection: ${not}`,
    ],
    ['Swagger 1', { swaggerVersion: '1.2', apis: [] }, `it looks like a Swagger 1 document: ${not}`],
    [
      'a JSON Schema',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
      `it looks like a JSON Schema: ${not}`,
    ],
    ['Kubernetes', { apiVersion: 'v1', kind: 'Pod' }, `it looks like a Kubernetes manifest: ${not}`],
    [
      'Google Discovery',
      { kind: 'discovery#restDescription', discoveryVersion: 'v1' },
      `it looks like a Google API Discovery document: ${not}`,
    ],
    ['our own config', { provider: 'p', specs: ['a.yaml'] }, `it looks like a config of this tool: ${not}`],
    ['no version', { paths: { '/a': {} } }, `it looks like an OpenAPI document whose version is missing: ${not}`],
    ['a key that only looks the same', { openapi: { theme: {} } }, not],
    ['anything', { a: 1 }, not],
  ])('%s', async (_name, given, message) =>
    expect(await problemsOf(() => read(given))).toEqual([`spec-not-openapi spec.yaml:1:1 ${message}`]),
  );
});

describe('versions', () => {
  it.each<[object, string[]]>([
    [{ openapi: '3.0.3' }, []],
    [{ openapi: '3.1.1' }, []],
    [{ openapi: 3.1 }, []],
    [{ openapi: 3.0 }, []],
    [{ openapi: '3.0.4-rc1' }, []],
    [{ swagger: '2.0' }, []],
    [{ swagger: 2.0 }, []],
    [{ openapi: '3.2.0' }, ['spec-version-newer spec.yaml:1:1 OpenAPI 3.2.0 is read as 3.1']],
  ])('%j is read', async (version, want) => {
    const { warnings, document } = await read({ ...version, paths: {} });
    expect(document.openapi).toBe('3.0.3');
    expect(warnings.map(({ code }) => code)).toEqual(want.map((line) => line.split(' ')[0]));
  });
  it.each<[object, string]>([
    [{ openapi: '4.0.0' }, 'spec-version spec.yaml:1:1 this is OpenAPI 4.0.0'],
    [{ openapi: '3.10.0' }, 'spec-version spec.yaml:1:1 this is OpenAPI 3.10.0'],
    [{ swagger: '1.2' }, 'spec-version spec.yaml:1:1 this is Swagger 1.2'],
  ])('%j is not', async (version, want) =>
    expect(await problemsOf(() => read({ ...version, paths: {} }))).toEqual([want]),
  );
});

it('what only the mapper can miss is read', async () => {
  for (const document of [
    { openapi: '3.0.3' },
    { openapi: '3.0.3', paths: null },
    { swagger: '2.0', info: null, paths: null },
  ])
    expect((await read(document)).warnings).toEqual([]);
});

it('warnings of reading come before those of mapping', async () => {
  const folder = folderOf({
    'spec.yaml': openapi({
      openapi: '3.2.0',
      paths: {
        '/a/{b}': {
          get: {
            responses: {
              200: { description: '', content: { 'application/json': { schema: { properties: { id: true } } } } },
            },
          },
        },
      },
    }),
  });
  const { warnings } = await mapSource({ spec: path.join(folder, 'spec.yaml'), provider: 'p' });
  expect(warnings.map(({ code }) => code)).toEqual([
    'spec-version-newer',
    'server-relative',
    'operation-id-missing',
    'parameter-undeclared',
  ]);
});

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Problem, ProblemsError } from '../../../generator/diagnostics/problem.js';
import type { Json } from '../../../generator/read/objects.js';
import { applyOverlay, readOverlay } from '../../../generator/read/overlay.js';
import { positionOf } from '../../../generator/read/place.js';
import { readSpec } from '../../../generator/read/spec.js';
import { folderOf } from './given.js';

interface Action {
  readonly target?: unknown;
  readonly update?: unknown;
  readonly copy?: unknown;
  readonly remove?: boolean;
}

/** Returns the document after the actions, and the codes of what was odd. */
function applied(document: Json, actions: readonly Action[], version = '1.1.0'): [Json, string[]] {
  const file = overlayFile({ overlay: version, info: { title: 'O', version: '1' }, actions });
  const warnings: Problem[] = [];
  applyOverlay(document, readOverlay({ file }), new WeakMap(), (problem) => warnings.push(problem));
  return [document, warnings.map(({ code, message }) => `${code} ${message}`)];
}

function overlayFile(overlay: object): string {
  return path.join(folderOf({ 'overlay.yaml': overlay }), 'overlay.yaml');
}

const get = { summary: 'S', tags: ['a'] };

describe('an overlay changes what its targets select (Overlay 1.1.0, Action Object)', () => {
  it.each<[string, Json, Action[], object]>([
    [
      'the whole document, as a tree like it',
      { info: { title: 'A' }, paths: { '/x': { get: { ...get } } } },
      [{ target: '$', update: { info: { 'x-a': 1 }, paths: { '/x': { get: { summary: 'T' } } } } }],
      { info: { title: 'A', 'x-a': 1 }, paths: { '/x': { get: { summary: 'T', tags: ['a'] } } } },
    ],
    [
      'one operation',
      { paths: { '/x': { get: { ...get } } } },
      [{ target: "$.paths['/x'].get", update: { operationId: 'listX' } }],
      { paths: { '/x': { get: { ...get, operationId: 'listX' } } } },
    ],
    [
      'every operation that a wildcard selects',
      { paths: { '/x': { get: {} }, '/y': { get: {}, put: {} } } },
      [{ target: '$.paths.*.get', update: { deprecated: true } }],
      { paths: { '/x': { get: { deprecated: true } }, '/y': { get: { deprecated: true }, put: {} } } },
    ],
    [
      'a filter over what a trait marks',
      { paths: { '/x': { get: { 'x-traits': ['paged'] }, put: {} } } },
      [{ target: "$.paths.*[?@['x-traits'][?@ == 'paged']]", update: { 'x-pages': true } }],
      { paths: { '/x': { get: { 'x-traits': ['paged'], 'x-pages': true }, put: {} } } },
    ],
    [
      'a list: one value is appended, a list is concatenated',
      { tags: [1] },
      [
        { target: '$.tags', update: 2 },
        { target: '$.tags', update: [3, 4] },
      ],
      { tags: [1, 2, 3, 4] },
    ],
    ['a list inside what is merged', { a: { l: [1] } }, [{ target: '$.a', update: { l: [2] } }], { a: { l: [1, 2] } }],
    ['a primitive value', { a: { b: 1 } }, [{ target: '$.a.b', update: 'two' }], { a: { b: 'two' } }],
    [
      'items of a list are removed where they stand',
      { l: [{ n: 'a' }, { n: 'b' }, { n: 'c' }] },
      [{ target: "$.l[?@.n == 'a' || @.n == 'c']", remove: true }],
      { l: [{ n: 'b' }] },
    ],
    [
      'removed everywhere, also inside what is removed',
      { a: { e: { e: 1 } }, e: 2 },
      [{ target: '$..e', remove: true }],
      { a: {} },
    ],
    ['removal wins over an update', { a: 1, b: 2 }, [{ target: '$.a', remove: true, update: 3 }], { b: 2 }],
    [
      'replaced: removed, then given anew',
      { servers: [{ url: 'a' }] },
      [
        { target: '$.servers', remove: true },
        { target: '$', update: { servers: [{ url: 'b' }] } },
      ],
      { servers: [{ url: 'b' }] },
    ],
    [
      'a copy of another value',
      { paths: { '/x': { get: { ...get } }, '/y': {} } },
      [{ target: "$.paths['/y']", copy: "$.paths['/x']" }],
      { paths: { '/x': { get }, '/y': { get } } },
    ],
    ['nothing to do', { a: 1 }, [{ target: '$.a' }], { a: 1 }],
  ])('%s', (_name, document, actions, want) => {
    expect(applied(structuredClone(document), actions)).toEqual([want, []]);
  });

  it('a value that YAML aliases share is changed in one place only', () => {
    const shared = { get: { summary: 'S' } };
    const [document] = applied({ paths: { '/x': shared, '/y': shared } }, [
      { target: "$.paths['/x'].get", update: { summary: 'T' } },
    ]);
    expect(document).toEqual({ paths: { '/x': { get: { summary: 'T' } }, '/y': { get: { summary: 'S' } } } });
  });

  it('what is merged twice is not one object', () => {
    const [document] = applied({ a: {}, b: {} }, [
      { target: '$.*', update: { c: { d: 1 } } },
      { target: '$.a.c', update: { d: 2 } },
    ]);
    expect(document).toEqual({ a: { c: { d: 2 } }, b: { c: { d: 1 } } });
  });

  it('a target that selects nothing is a warning', () => {
    expect(applied({ a: 1 }, [{ target: '$.b', update: {} }], '1.0.0')).toEqual([
      { a: 1 },
      ['overlay-unmatched $.b selects nothing'],
    ]);
  });
});

describe('what cannot be applied is refused, with its location in the overlay', () => {
  const action = (more: object) => ({ overlay: '1.0.0', info: {}, actions: [{ target: '$.a', ...more }] });
  it.each<[string, object, string[]]>([
    [
      'no version, no info, no actions',
      {},
      ['overlay: the version must be', 'info: an object is missing', 'actions: a list with at least one'],
    ],
    ['a misspelt key', action({ udpate: {} }), ['unknown key "udpate"']],
    ['a value of a wrong type', action({ remove: 'yes' }), ['remove: "yes" is not a boolean']],
    ['a version to come', { ...action({}), overlay: '2.0.0' }, ['overlay: the version must be 1.0.0 or 1.1.0']],
    ['a target that is no query', action({ target: 'paths' }), ['target: "paths" is not a JSONPath query']],
    [
      'an action without a target',
      { overlay: '1.0.0', info: {}, actions: [{}] },
      ['target: undefined is not a JSONPath query'],
    ],
    ['a list onto an object', action({ update: [1] }), ['a list or an object cannot be merged with']],
    ['the whole document is removed', action({ target: '$', remove: true }), ['the whole document']],
    ['a copy of nothing', action({ copy: '$.none' }), ['$.none selects nothing, not one value']],
    ['a copy of several', action({ copy: '$.l.*' }), ['$.l.* selects 2 values, not one value']],
  ])('%s', (_name, overlay, want) => {
    let problems: readonly Problem[] = [];
    try {
      const read = readOverlay({ file: overlayFile(overlay) });
      applyOverlay({ a: { b: 1 }, l: [1, 2] }, read, new WeakMap(), () => {});
    } catch (error) {
      problems = (error as ProblemsError).problems;
    }
    expect(problems.map(({ code }) => code)).toEqual(want.map(() => 'overlay-invalid'));
    want.forEach((text, index) => {
      expect(problems[index]?.message).toContain(text);
      expect(problems[index]?.at && positionOf(problems[index].at).file).toMatch(/overlay\.yaml$/);
    });
  });

  it('a file that is not there', () => {
    expect(() => readOverlay({ file: '/nowhere/overlay.yaml' })).toThrow(ProblemsError);
  });
});

describe('a spec is read with its overlays', () => {
  const spec = {
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    paths: { '/x': { get: { responses: { 200: { description: 'OK' } } } } },
    components: { schemas: { Thing: { type: 'object' } } },
  };
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } };
  const overlay = (more: object = {}) => ({
    overlay: '1.0.0',
    info: { title: 'O', version: '1' },
    actions: [{ target: "$.paths['/x'].get.responses['200']", update: { content } }],
    ...more,
  });
  const read = (folder: string, others: string[] = []) =>
    readSpec(path.join(folder, 'spec.yaml'), {
      overlays: [{ file: path.join(folder, 'overlay.yaml'), others: others.map((other) => path.join(folder, other)) }],
    });

  it('its references lead into the spec, its objects are located in the overlay', async () => {
    const folder = folderOf({ 'spec.yaml': spec, 'overlay.yaml': overlay() });
    const { document, follow, files } = await read(folder);
    const response = (document as typeof spec).paths['/x'].get.responses[200] as unknown as { content: typeof content };
    const { schema } = response.content['application/json'];
    const here = `${path.join(folder, 'overlay.yaml')}#/actions/0/update/content/application~1json/schema`;
    expect(follow(schema, here).at).toBe(`${path.join(folder, 'spec.yaml')}#/components/schemas/Thing`);
    expect(follow(response.content, 'elsewhere').at).toBe(
      `${path.join(folder, 'overlay.yaml')}#/actions/0/update/content`,
    );
    expect(files).toContain(path.join(folder, 'overlay.yaml'));
  });

  it('one that extends another spec of the config leaves this one alone', async () => {
    const folder = folderOf({ 'spec.yaml': spec, 'overlay.yaml': overlay({ extends: 'other.yaml' }) });
    const untouched = await read(folder, ['spec.yaml', 'other.yaml']);
    expect(JSON.stringify(untouched.document)).not.toContain('application/json');
    const touched = await read(folder, ['spec.yaml']);
    expect(JSON.stringify(touched.document)).toContain('application/json');
  });
});

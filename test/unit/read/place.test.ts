import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMap, isSeq, LineCounter, parse, parseDocument, type Scalar } from 'yaml';
import { positionIn } from '../../../generator/read/place.js';
import { fileOf, pointerOf, rootOf, step } from '../../../generator/read/pointer.js';
import { ROOT } from '../../places.js';

const yaml = `# API
openapi: 3.0.3
"paths":
  '/a/{b}':
    get: &get
      tags: [x, "y"]
      parameters:
      - name: p
        in: query
      - name: q
      description: |
        get: no
    put: *get
    post: {summary: here, x: {y: z}}
    delete:
  /twice: 1
  /twice: {get: 2}
200: number
merged:
  <<: *get
`;
const json = '{\n\t"a": {"b/c": [1, {"d~": "x"}]},\n\t"e": null\n}\n';

describe('positionIn', () => {
  it.each<[string, string, 'key' | 'value', string]>([
    [yaml, '', 'key', '2:1'],
    [yaml, '/paths', 'key', '3:1'],
    [yaml, '/paths', 'value', '4:3'],
    [yaml, '/paths/~1a~1{b}', 'key', '4:3'],
    [yaml, '/paths/~1a~1{b}/get/tags/1', 'key', '6:17'],
    [yaml, '/paths/~1a~1{b}/get/parameters/1', 'key', '10:9'],
    [yaml, '/paths/~1a~1{b}/get/parameters/0/in', 'value', '9:13'],
    [yaml, '/paths/~1a~1{b}/get/description', 'key', '11:7'],
    [yaml, '/paths/~1a~1{b}/post/x/y', 'key', '14:31'],
    [yaml, '/200', 'key', '18:1'],
    ['a pointer that leads nowhere: its deepest place', '', 'key', '1:1'],
    [yaml, '/paths/~1a~1{b}/get/nope/deeper', 'key', '5:5'],
    [yaml, '/paths/~1a~1{b}/get/parameters/7/name', 'key', '7:7'],
    [yaml, '/paths/~1a~1{b}/delete/tags', 'key', '15:5'],
    [yaml, '/paths/~1a~1{b}/put/tags/0', 'key', '13:5'],
    [yaml, '/merged/tags', 'key', '19:1'],
    [yaml, '/paths/~1twice/get', 'key', '17:12'],
    [json, '/a/b~1c/1/d~0', 'key', '2:20'],
    [json, '/a/b~1c/1/d~0', 'value', '2:26'],
    [json, '/e', 'value', '3:7'],
    ['not: [yaml', '/not', 'key', '1:1'],
    ['', '/a', 'key', '1:1'],
  ])('%j %s %s', (text, pointer, of, want) => {
    const { line, column } = positionIn(text, pointer, of);
    expect(`${line}:${column}`).toBe(want);
  });
});

describe('every key has the position that another parser gives it', () => {
  const okta = readFileSync(path.join(ROOT, 'spec/okta-sessions.yaml'), 'utf8');
  it.each([
    ['YAML', okta],
    ['JSON', JSON.stringify(parse(okta), null, 2)],
    ['JSON on one line', JSON.stringify(parse(okta))],
  ])('%s', (_name, text) => {
    const lines = new LineCounter();
    const keys: [string, string][] = [];
    const visit = (node: unknown, at: string) => {
      if (isSeq(node)) for (const [index, item] of node.items.entries()) visit(item, step(at, index));
      if (!isMap<Scalar>(node)) return;
      for (const { key, value } of node.items) {
        const { line, col } = lines.linePos(key.range?.[0] ?? 0);
        keys.push([step(at, String(key.value)), `${line}:${col}`]);
        visit(value, step(at, String(key.value)));
      }
    };
    visit(parseDocument(text, { lineCounter: lines }).contents, '');
    const found = keys
      .map(([pointer]) => [pointer, positionIn(text, pointer)] as const)
      .map(([pointer, { line, column }]) => [pointer, `${line}:${column}`]);
    expect(keys.length).toBeGreaterThan(200);
    expect(found).toEqual(keys);
  });
});

it.each(['/a/spec.yaml', '/a#b/c%23d/50%.yaml', 'https://e.com/a%20b.yaml'])(
  'a place in %s has a file and a pointer',
  (file) => {
    const at = `${rootOf(file)}/paths/~1a#b`;
    expect([fileOf(at), pointerOf(at)]).toEqual([file, '/paths/~1a#b']);
  },
);

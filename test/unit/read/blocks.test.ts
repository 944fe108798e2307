import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { offsetInBlocks } from '../../../generator/read/blocks.js';
import { parseDocument } from '../../../generator/read/document.js';
import { parsedPositionIn } from '../../../generator/read/place.js';
import { step, tokens } from '../../../generator/read/pointer.js';
import { hasShared, ROOT, SHARED, series } from '../../places.js';

const PLACES = series(20, 150);
const TEXT = `# a comment
openapi: 3.0.3
info:
  title: "a: b"
  description: |
    openapi: no
      info: no

    paths:
  version: 1

paths:
  # the only one
  /a/{b}:
    get:
      tags: [x, y]
      parameters:
      - name: b
        in: path
        schema: {type: string}
      -   $ref: '#/x'
          description: >
            in: no
      responses:
        '200':
          description: first
        "404":
          description: plain text
            that goes on
        default: &anchor
          description: x
    put: *anchor
  /a:
    get: {}
tags:
  - one
  - name: two
    x: 1
  - - nested
info2:
  title: x
paths:
  /last:
    get: wins
`;

/** Every pointer into a value. */
function* pointers(value: unknown, at = ''): Generator<string> {
  if (at !== '') yield at;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* pointers(inner, step(at, key));
}

const lineColumnIn = (text: string, offset: number) => {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
};

it.each<[string, string]>([
  ['a text with everything', TEXT],
  ['Windows lines', TEXT.replaceAll('\n', '\r\n')],
  ['no line at the end', TEXT.trimEnd()],
  ['a document mark', `---\n${TEXT}`],
  ['the Okta fragment', readFileSync(path.join(ROOT, 'spec/okta-sessions.yaml'), 'utf8')],
])('lines and indentation lead where the parser leads: %s', (_, text) => {
  const all = [...pointers(parseDocument('x', text, () => {}))];
  const found = all.filter((pointer) => offsetInBlocks(text, tokens(pointer)) !== undefined);
  expect(found.length).toBeGreaterThan(all.length / 4);
  for (const pointer of found)
    expect([pointer, lineColumnIn(text, offsetInBlocks(text, tokens(pointer)) as number)]).toEqual([
      pointer,
      parsedPositionIn(text, pointer),
    ]);
});

it.skipIf(!hasShared)(`… and in 3.4 MB, at ${PLACES} places`, () => {
  const text = readFileSync(path.join(SHARED, 'specs/okta-management-2026.06.3.yaml'), 'utf8');
  const all = [...pointers(parseDocument('x', text, () => {}))];
  const some = all
    .filter((_, index) => index % Math.ceil(all.length / PLACES) === 0)
    .map((pointer) => [pointer, offsetInBlocks(text, tokens(pointer))] as const);
  const found = some.filter(([, offset]) => offset !== undefined);
  expect(found.length).toBeGreaterThan(some.length * 0.95);
  for (const [pointer, offset = 0] of found)
    expect([pointer, lineColumnIn(text, offset)]).toEqual([pointer, parsedPositionIn(text, pointer)]);
});

/** Lines as people and tools write them, lists that are not indented included, in any order. */
const LINE = fc
  .tuple(
    fc.nat(3).map((steps) => ' '.repeat(steps * 2)),
    fc.constantFrom('', '- ', '-   ', '- - '),
    fc.constantFrom('a:', 'b:', "'a':", 'a: 1', 'b: x', 'x', '', '# c', '{a: 1}', '|'),
  )
  .map((parts) => parts.join(''));

it('… and in any text: the search ends, and finds what the parser finds or nothing', () => {
  fc.assert(
    fc.property(
      fc.array(LINE, { maxLength: 9 }).map((lines) => lines.join('\n')),
      (text) => {
        const value = parsed(text);
        const found = ['/a', '/a/0', '/0', '/0/a', '/a/b/0', ...pointers(value)].map(
          (pointer) => [pointer, offsetInBlocks(text, tokens(pointer))] as const,
        );
        // The parser's events do not count an empty item: there the lines know better.
        if (value === undefined || /-\s*(#.*)?$/m.test(text)) return;
        const known = new Set(pointers(value));
        for (const [pointer, offset] of found)
          if (offset !== undefined && known.has(pointer))
            expect([pointer, lineColumnIn(text, offset)]).toEqual([pointer, parsedPositionIn(text, pointer)]);
      },
    ),
    { numRuns: 3000, seed: 7 },
  );
});

/** The value of a text that is YAML. */
function parsed(text: string): unknown {
  try {
    return parseDocument('x', text, () => {});
  } catch {
    return undefined;
  }
}

it.each<[string, string, string, number | undefined]>([
  ['a list at column 0', 'a:\n- b: 1\n- b: 2\nc: 3\n', '/c', 17],
  ['a list at column 0 to the end', 'a:\n- x\n- y\n', '/a/1', 9],
  ['a root list', '- a\n- b\n', '/1', 6],
  ['a key that another one begins with, after an empty line', '\nab: 1\na: 2\n', '/a', 7],
  ['… and no such key', '\nab: 1\n', '/a', undefined],
])('ends at %s', (_name, text, pointer, want) => expect(offsetInBlocks(text, tokens(pointer))).toBe(want));

import { describe, expect, it } from 'vitest';
import {
  identifier,
  literal,
  parameterText,
  pathText,
  placeholder,
  render,
  type Statement,
  selectable,
} from '../../../generator/sql/sql.js';

describe('identifier', () => {
  it.each([
    ['a plain name', 'sessionId', 'sessionId'],
    ['an underscore in front', '_links', '_links'],
    ['a reserved word', 'limit', '"limit"'],
    ['a reserved word in capitals', 'ORDER', '"ORDER"'],
    ['a hyphen', 'x-request-id', '"x-request-id"'],
    ['a quote', 'a"b', '"a""b"'],
    ['a digit in front', '2fa', '"2fa"'],
  ])('%s', (_name, given, want) => expect(identifier(given)).toBe(want));
});

it.each([
  ['id', true],
  ['_links', true],
  ['limit', false],
  ['Default', false],
  ['x5t#S256', false],
  ['status', true],
])('column %s can be selected by name: %s', (given, want) => expect(selectable(given)).toBe(want));

describe('literal', () => {
  it.each([
    ['text', 'abc', "'abc'"],
    ['a quote', "it's", "'it''s'"],
    ['a backslash, which escapes too', 'a\\', "'a\\\\'"],
    ['both together', "\\' OR 1=1 --", "'\\\\'' OR 1=1 --'"],
    ['a null byte', 'a\0b', "'a\\0b'"],
    ['a number', 5, '5'],
    ['a boolean', true, 'true'],
  ])('%s', (_name, given, want) => expect(literal(given)).toBe(want));
});

it.each([
  ['a plain name', 'sessionId', '{{ sessionId }}'],
  ['a hyphen, a dot, brackets', 'filter[x-y].z', '{{ filter[x-y].z }}'],
  ['letters of any language', 'größe', '{{ größe }}'],
  ['what ends a literal', "q'; DROP TABLE x; --", '{{ q_DROP_TABLE_x_ }}'],
  ['what ends a placeholder', 'a }} b', '{{ a_b }}'],
  ['a comment', 'a--b#c', '{{ a_b_c }}'],
])('placeholder: %s', (_name, given, want) => expect(placeholder(given)).toBe(want));

it.each([
  ['text', "it's", "it's"],
  ['a backslash', 'a\\', 'a\\\\'],
  ['a null byte', 'a\0b', 'a\\0b'],
  ['what a template of `stackql exec` begins with', '{{x}} {{{', '{\\{x}} {\\{\\{'],
  ['NULL', 'NULL', 'NUL\\L'],
  ['null', 'null', 'null'],
])('parameterText: %s', (_name, given, want) => expect(parameterText(given)).toBe(want));

describe('pathText', () => {
  it.each([
    ['a slash', 'a/b', 'a%2Fb'],
    ['a query mark', 'a?b#c', 'a%3Fb%23c'],
    ['a percent sign', '100%', '100%25'],
  ])('encodes %s', (_name, given, want) => expect(pathText(given)).toBe(want));
  it.each(['.', '..', ''])('refuses "%s"', (given) => expect(() => pathText(given)).toThrow(RangeError));
});

const where = [
  { name: 'org', value: "'o'", required: true },
  { name: 'limit', value: "'5'" },
];
const body = [{ name: 'name', value: "'n'", required: true }];

describe('render', () => {
  it.each<[string, Partial<Statement>, string]>([
    [
      'select',
      { verb: 'select', columns: ['id', 'order'] },
      `SELECT\nid,\n"order"\nFROM p.s.r\nWHERE org = 'o' -- required\nAND "limit" = '5'\n;`,
    ],
    [
      'select without columns',
      { verb: 'select', limit: 3 },
      `SELECT\n*\nFROM p.s.r\nWHERE org = 'o' -- required\nAND "limit" = '5'\nLIMIT 3\n;`,
    ],
    [
      'insert',
      { verb: 'insert', body, columns: ['id'] },
      `INSERT INTO p.s.r (\nname,\norg,\n"limit"\n)\nSELECT\n'n', -- required\n'o', -- required\n'5'\nRETURNING\nid\n;`,
    ],
    [
      'update',
      { verb: 'update', body },
      `UPDATE p.s.r\nSET\nname = 'n' -- required\nWHERE org = 'o' -- required\nAND "limit" = '5'\n;`,
    ],
    [
      'replace',
      { verb: 'replace', body },
      `REPLACE p.s.r\nSET\nname = 'n' -- required\nWHERE org = 'o' -- required\nAND "limit" = '5'\n;`,
    ],
    [
      'delete',
      { verb: 'delete', columns: ['id'] },
      `DELETE FROM p.s.r\nWHERE org = 'o' -- required\nAND "limit" = '5'\n;`,
    ],
    ['exec', { verb: 'exec' }, `EXEC p.s.r.m\n@org='o', -- required\n@"limit"='5'\n;`],
    ['exec without inputs', { verb: 'exec', parameters: [] }, 'EXEC p.s.r.m\n;'],
  ])('%s: commas stand before comments, the terminator alone', (_name, given, want) => {
    expect(render({ verb: 'select', resource: 'p.s.r', method: 'm', parameters: where, ...given })).toBe(want);
  });
});

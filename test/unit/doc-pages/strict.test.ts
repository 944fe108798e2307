import { describe, expect, it } from 'vitest';
import { fillStatement } from '../../../generator/doc-pages/fill.js';
import { readStrictly, type StrictStatement } from '../../../generator/doc-pages/strict.js';
import { render } from '../../../generator/sql/sql.js';

const input = (name: string, value: string | number | boolean | null, sql = `'${value}'`) => ({ name, value, sql });
const none = { inputs: [], set: [], columns: [], extracts: new Map(), returning: false, terminated: true };

describe('readStrictly', () => {
  it.each<[string, string, Partial<StrictStatement>]>([
    ['SELECT *', 'SELECT * FROM p.s.r;', { verb: 'select', resource: 'p.s.r' }],
    [
      'SELECT with columns and comments',
      `SELECT\nid,\n"a-b" -- the dash\nFROM p.s.r WHERE a = '1' -- required\nAND "limit" = 2\n;`,
      { verb: 'select', resource: 'p.s.r', columns: ['id', 'a-b'], inputs: [input('a', '1'), input('limit', 2, '2')] },
    ],
    [
      'a value inside a column',
      `SELECT id, json_extract(profile, '$.name.first') AS first FROM p.s.r;`,
      {
        verb: 'select',
        resource: 'p.s.r',
        columns: ['id', 'first'],
        extracts: new Map([['first', { column: 'profile', path: ['name', 'first'] }]]),
      },
    ],
    ['quoted parts of a name', 'SELECT * FROM p."my-s"."order";', { verb: 'select', resource: 'p.my-s.order' }],
    [
      'escapes of both kinds',
      `DELETE FROM p.s.r WHERE a = 'it''s' AND b = 'c\\\\d\\n';`,
      {
        verb: 'delete',
        resource: 'p.s.r',
        inputs: [input('a', "it's", "'it''s'"), input('b', 'c\\d\n', "'c\\\\d\\n'")],
      },
    ],
    [
      'INSERT … SELECT',
      `INSERT INTO p.s.r (a, b, c) SELECT 'x', 5, true RETURNING id, name;`,
      {
        verb: 'insert',
        resource: 'p.s.r',
        inputs: [input('a', 'x'), input('b', 5, '5'), input('c', true, 'true')],
        columns: ['id', 'name'],
        returning: true,
      },
    ],
    [
      'INSERT … VALUES',
      `INSERT INTO p.s.r (a) VALUES ('x');`,
      { verb: 'insert', resource: 'p.s.r', inputs: [input('a', 'x')] },
    ],
    [
      'UPDATE',
      `UPDATE p.s.r SET a = 'x', b = -1.5 WHERE id = '1';`,
      {
        verb: 'update',
        resource: 'p.s.r',
        set: [input('a', 'x'), input('b', -1.5, '-1.5')],
        inputs: [input('id', '1')],
      },
    ],
    [
      'REPLACE',
      `REPLACE p.s.r SET a = null WHERE id = '1';`,
      { verb: 'replace', resource: 'p.s.r', set: [input('a', null, 'null')], inputs: [input('id', '1')] },
    ],
    [
      'EXEC',
      `EXEC p.s.r.go @a='1', -- required\n@"limit"='2' @@json='{"k": 1}';`,
      {
        verb: 'exec',
        resource: 'p.s.r',
        method: 'go',
        inputs: [input('a', '1'), input('limit', '2')],
        json: '{"k": 1}',
      },
    ],
    [
      'a terminator in a comment',
      `DELETE FROM p.s.r WHERE a = '1' -- required;`,
      { verb: 'delete', resource: 'p.s.r', inputs: [input('a', '1')], terminated: false },
    ],
  ])('%s', (_name, sql, want) => expect(readStrictly(sql)).toEqual({ ...none, ...want }));

  it.each([
    ['a join', 'SELECT a.id FROM p.s.a a JOIN p.s.b b ON a.id = b.id;'],
    ['more names than values', "INSERT INTO p.s.r (a, b) SELECT 'x';"],
    ['two statements', 'SELECT * FROM p.s.r; SELECT * FROM p.s.r;'],
    ['a comma in a comment', "EXEC p.s.r.go @a='1' -- required,\n@b='2';"],
    ['no SQL', 'REGISTRY PULL p;'],
  ])('does not read %s', (_name, sql) => expect(readStrictly(sql)).toBeUndefined());

  it('reads what sql.ts writes', () => {
    const sql = render({
      verb: 'update',
      resource: 'p.s.r',
      method: '',
      parameters: [{ name: 'order', value: "'1'", required: true }],
      body: [{ name: 'a', value: "'x'" }],
      columns: ['id'],
    });
    expect(readStrictly(sql)).toEqual({
      ...none,
      verb: 'update',
      resource: 'p.s.r',
      inputs: [input('order', '1')],
      set: [input('a', 'x')],
      columns: ['id'],
      returning: true,
    });
  });
});

describe('fillStatement', () => {
  const values: Record<string, string | number | boolean> = { a: "it's", n: 7, o: '{"k":"v"}', b: true };
  it.each([
    ['a quoted placeholder becomes a literal', "WHERE a = '{{ a }}' AND n = '{{n}}'", "WHERE a = 'it''s' AND n = '7'"],
    ['a bare one stays bare', 'SELECT {{ n }}, {{ b }}', 'SELECT 7, true'],
    ['JSON text keeps its quotes', "SELECT '{{ o }}'", `SELECT '{"k":"v"}'`],
    [
      'inside a longer literal it is text',
      `SELECT '{"x": "{{ a }}", "n": {{ n }}}'`,
      `SELECT '{"x": "it''s", "n": 7}'`,
    ],
  ])('%s', (_name, sql, want) => expect(fillStatement(sql, (name) => values[name] ?? '')).toBe(want));
});

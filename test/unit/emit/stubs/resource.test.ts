import { describe, expect, it } from 'vitest';
import { type ResourceTable, resource } from '../../../../generator/emit/stubs/runtime/resource.js';
import { InputError, inline, type Statement } from '../../../../generator/emit/stubs/runtime/statement.js';

type Build = (params: object, body?: object, options?: object) => Statement<unknown>;

const columns = { id: 'text', size: 'integer', order: 'text' } as const;
const TABLE: ResourceTable = {
  id: 'p.s.boxes',
  methods: {
    select: {
      get: { inputs: { org: 'server', id: 'path' }, columns },
      list: { inputs: { org: 'server', limit: 'query?', '$f"1': 'query?', 'X-Note': 'header?' }, columns },
    },
    insert: {
      make: { inputs: { org: 'server', name: 'body', size: 'body?', full: 'body?', inside: 'body?' }, columns },
    },
    update: { set: { inputs: { org: 'server', id: 'path', name: 'body?', size: 'body?' }, columns } },
    replace: { assign: { inputs: { org: 'server', group: 'path', id: 'path' } } },
    delete: { drop: { inputs: { org: 'server', id: 'path' } } },
    exec: { seal: { inputs: { org: 'server', id: 'path', grams: 'body', how: 'body?' } } },
  },
};
const boxes = resource<
  Record<'select' | 'insert' | 'update' | 'replace' | 'delete', Build> & { exec: { seal: Build } }
>(TABLE);
const org = 'o';

describe('a statement', () => {
  it.each<[string, Statement<unknown>, string, string[]]>([
    [
      'select by the more specific method',
      boxes.select({ org, id: 'a/b' }, { columns: ['id'], limit: 2 }),
      'SELECT\nid\nFROM p.s.boxes\nWHERE org = $1\nAND id = $2\nLIMIT 2\n;',
      ['o', 'a%2Fb'],
    ],
    [
      'select all columns',
      boxes.select({ org }),
      'SELECT\nid,\nsize,\n"order"\nFROM p.s.boxes\nWHERE org = $1\n;',
      ['o'],
    ],
    [
      'names that need quotes',
      boxes.select({ org, limit: 5, '$f"1': 'x' }, { columns: ['id'] }),
      'SELECT\nid\nFROM p.s.boxes\nWHERE org = $1\nAND "limit" = $2\nAND "$f""1" = $3\n;',
      ['o', '5', 'x'],
    ],
    [
      'insert keeps numbers and booleans bare',
      boxes.insert({ org }, { name: "it's", size: 5, full: true, inside: { a: ["'"] } }, { returning: ['id'] }),
      'INSERT INTO p.s.boxes (\nname,\nsize,\n"full",\ninside,\norg\n)\nSELECT\n$1,\n5,\ntrue,\n$2,\n$3\n' +
        'RETURNING\nid\n;',
      ["it's", `{"a":["'"]}`, 'o'],
    ],
    [
      'a large number has an exponent',
      boxes.insert({ org }, { name: 'n', size: 1e20 }),
      'INSERT INTO p.s.boxes (\nname,\nsize,\norg\n)\nSELECT\n$1,\n1e+20,\n$2\n;',
      ['n', 'o'],
    ],
    [
      'update sends numbers as text',
      boxes.update({ org, id: 'b' }, { size: 5 }),
      'UPDATE p.s.boxes\nSET\nsize = $1\nWHERE org = $2\nAND id = $3\n;',
      ['5', 'o', 'b'],
    ],
    [
      'null in a body',
      boxes.update({ org, id: 'b' }, { name: null }),
      'UPDATE p.s.boxes\nSET\nname = $1\nWHERE org = $2\nAND id = $3\n;',
      ['null', 'o', 'b'],
    ],
    [
      'without a body, SET gives the last part of the path',
      boxes.replace({ org, id: 'b', group: 'g' }),
      'REPLACE p.s.boxes\nSET\n"group" = $1\nWHERE org = $2\nAND id = $3\n;',
      ['g', 'o', 'b'],
    ],
    [
      'delete',
      boxes.delete({ org, id: 'b', gone: undefined }),
      'DELETE FROM p.s.boxes\nWHERE org = $1\nAND id = $2\n;',
      ['o', 'b'],
    ],
    [
      'exec',
      boxes.exec.seal({ org, id: 'b' }, { grams: 5 }),
      'EXEC p.s.boxes.seal\n@org=$2,\n@id=$3,\n@grams=$1\n;',
      ['5', 'o', 'b'],
    ],
    [
      'what the engine would read otherwise',
      boxes.select({ org, limit: 'NULL', 'X-Note': '{{\\' }, { columns: ['id'] }),
      'SELECT\nid\nFROM p.s.boxes\nWHERE org = $1\nAND "limit" = $2\nAND "X-Note" = $3\n;',
      ['o', 'NUL\\L', '{\\{\\\\'],
    ],
  ])('%s', (_name, { sql, params }, want, values) => {
    expect(sql).toBe(want);
    expect(params).toEqual(values);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['an input is missing', () => boxes.delete({ org }), /drop needs org, id/],
    ['an input that no method has', () => boxes.select({ org, id: 'a', limit: 5 }), /get takes no limit/],
    ['an input with an inherited name', () => boxes.select({ org, toString: 'x' }), /list takes no toString/],
    ['a column that is none', () => boxes.select({ org }, { columns: ['name'] }), /no column name/],
    [
      'RETURNING what is none, which kills the engine',
      () => boxes.insert({ org }, { name: 'n' }, { returning: ['constructor'] }),
      /no column constructor/,
    ],
    ['nothing to set', () => boxes.update({ org, id: 'b' }, {}), /nothing to set/],
    ['half a row', () => boxes.select({ org }, { limit: 0.5 }), /limit/],
    ['a host with a slash', () => boxes.select({ org: 'evil.example/x' }), /part of a host/],
    ['a host with an at sign', () => boxes.select({ org: 'a@evil.example' }), /part of a host/],
    ['null in a path', () => boxes.delete({ org, id: null }), /null/],
    ['a function', () => boxes.insert({ org }, { name: () => 1 }), /not JSON/],
    ['no number', () => boxes.insert({ org }, { name: 'n', size: Number.NaN }), /NaN/],
    ['a negative number with decimals', () => boxes.insert({ org }, { name: 'n', size: -1.5 }), /-1.5/],
    [
      'no number inside an object becomes null, as in any JSON',
      () => boxes.exec.seal({ org, id: 'b' }, { grams: Number.POSITIVE_INFINITY }),
      /Infinity/,
    ],
    ['a missing action input', () => boxes.exec.seal({ org }), /seal needs org, id/],
  ])('is refused: %s', (_name, build, message) => {
    expect(build).toThrow(InputError);
    expect(build).toThrow(message);
  });
});

it('inline writes the values into the text, and only into its places', () => {
  expect(
    inline({
      sql: 'SELECT "$1", "a""$2" FROM t WHERE a = $1 AND b = $2 AND c = $11',
      params: ["it's", '$1', ...Array(8).fill(''), 'k'],
    }),
  ).toBe(`SELECT "$1", "a""$2" FROM t WHERE a = 'it''s' AND b = '$1' AND c = 'k'`);
});

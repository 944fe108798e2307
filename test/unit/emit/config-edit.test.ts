import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { type ConfigEdit, editConfig } from '../../../generator/emit/config-edit.js';

const EDITS: ConfigEdit[] = [
  { operation: 'getY', path: ['verb'], value: 'exec' },
  { operation: 'getNew', path: ['columns', 'a.b', 'type'], value: 'integer' },
  { path: ['title'], value: 'T' },
];

describe('a config is edited in place', () => {
  it.each<[string, string, ConfigEdit[], string]>([
    ['nothing', '# a\nprovider: p # it\n\n# end\n', [], '# a\nprovider: p # it\n\n# end\n'],
    ['a key of its own', 'provider: p # it\n', [{ path: ['title'], value: 'T' }], 'provider: p # it\ntitle: T\n'],
    [
      'the first override',
      'provider: p\noverrides: []\n',
      [{ operation: 'getX', path: ['exclude'], value: true }],
      'provider: p\noverrides:\n  - operation: getX\n    exclude: true\n',
    ],
    [
      'the last of several overrides of one operation, whatever its style',
      'overrides:\n# one\n- { operation: x, verb: exec } # why\n- {operation: x}\n',
      [{ operation: 'x', path: ['resource'], value: 'r' }],
      'overrides:\n# one\n- { operation: x, verb: exec } # why\n- { operation: x, resource: r }\n',
    ],
    [
      'a value that is there',
      'overrides:\n  - operation: x\n    # because\n    verb: exec # yes\n',
      [{ operation: 'x', path: ['verb'], value: 'select' }],
      'overrides:\n  - operation: x\n    # because\n    verb: select # yes\n',
    ],
    [
      'a name that YAML would read otherwise',
      'provider: p\n',
      [{ operation: 'GET /a: {b}', path: ['method'], value: 'on' }],
      'provider: p\noverrides:\n  - operation: "GET /a: {b}"\n    method: on\n',
    ],
  ])('%s', (_name, text, edits, want) => {
    expect(editConfig(text, edits)).toBe(want);
  });

  it('keeps every comment and the order of two hundred lines, and says the same twice', () => {
    const overrides = Array.from({ length: 40 }, (_, index) =>
      [
        `  # override ${index}`,
        `  - operation: get${index}  # operation ${index}`,
        `    # inside ${index}`,
        `    resource: r${index} # resource ${index}`,
        '',
      ].join('\n'),
    );
    const text = [
      '# head',
      'provider: p # provider',
      '',
      '# specs',
      'specs: [a.yaml] # a',
      'overrides: # list',
      ...overrides,
      '# tail',
      '',
    ].join('\n');
    const edited = editConfig(text, EDITS);
    const comments = (of: string) => of.match(/#.*/g);
    expect(text.split('\n').length).toBeGreaterThan(200);
    expect(comments(edited)).toEqual(comments(text));
    expect(editConfig(edited, EDITS)).toBe(edited);
    const { overrides: read, ...rest } = load(edited) as { overrides: object[] };
    expect(rest).toEqual({ provider: 'p', specs: ['a.yaml'], title: 'T' });
    expect(read.length).toBe(42);
    expect(read.slice(-2)).toEqual([
      { operation: 'getY', verb: 'exec' },
      { operation: 'getNew', columns: { 'a.b': { type: 'integer' } } },
    ]);
  });
});

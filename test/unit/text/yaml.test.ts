import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from '../../../generator/text/yaml.js';

describe('toYaml', () => {
  it.each([
    [
      'words that YAML 1.1 takes for booleans',
      { on: 'no', y: 'yes', n: 'off' },
      '"on": "no"\n"y": "yes"\n"n": "off"\n',
    ],
    ['a date', { since: '2026-11-24' }, 'since: "2026-11-24"\n'],
    ['a long line, unfolded', { text: 'word '.repeat(40).trim() }, `text: ${'word '.repeat(40).trim()}\n`],
    [
      'text that Go takes for a number',
      ['1_000', '+.5', '1e3', '012', '1:30'],
      '- "1_000"\n- "+.5"\n- "1e3"\n- "012"\n- "1:30"\n',
    ],
    ['a version, plain', { openapi: '3.0.3' }, 'openapi: 3.0.3\n'],
    ['a line separator, escaped', { text: 'a\u2028b' }, 'text: "a\\Lb"\n'],
    ['a control character in a key', { 'a\u0085b': 1 }, '"a\\Nb": 1\n'],
    ['lines, alone', 'a\n\n  b\n', '|\n  a\n\n    b\n'],
    ['a lone surrogate, replaced', { text: 'a\ud800b' }, 'text: a\ufffdb\n'],
  ])('%s', (_name, given, want) => expect(toYaml(given)).toBe(want));

  it('writes no anchors for what is used twice', () => {
    const shared = { a: 1 };
    expect(toYaml([shared, shared])).toBe('- a: 1\n- a: 1\n');
  });

  it('is read back as the same value by a YAML 1.1 reader', () => {
    const string = fc.string({ unit: 'grapheme' }).map((text) => text.toWellFormed());
    fc.assert(
      fc.property(fc.dictionary(string, string), (given) => {
        expect({ ...parse(toYaml(given), { version: '1.1', merge: false }) }).toEqual({ ...given });
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('prints every value as the library does', () => {
    const string = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc
        .array(fc.constantFrom('a', ' ', '\n', ': ', '#', '"', '- ', '\t', '\u2028', '\ud800'), { maxLength: 8 })
        .map((parts) => parts.join('')),
      fc.constantFrom('on', 'null', '1_000', '0x1f', '2026-11-24', '<<', '=', '__proto__', 'x'.repeat(1025)),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        string,
        fc.double(),
        fc.integer(),
        fc.constantFrom(true, false, null, undefined, -0),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(string, tie('value'), { maxKeys: 3 }),
      ),
    }));
    // A time is left to the library, with all that is beside it.
    const time = new Date(0);
    fc.assert(
      fc.property(value, (given) => {
        expect(`${toYaml({ given })}time: ${time.toISOString()}\n`).toBe(
          toYaml({ given, time }).replace(/^(?=time:)/, given === undefined ? '{}\n' : ''),
        );
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

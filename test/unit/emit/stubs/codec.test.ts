import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Columns, decode, type Kind, withDates } from '../../../../generator/emit/stubs/runtime/codec.js';

const one = (kind: Kind, value: unknown, nullText?: string) => {
  const { rows, problems } = decode<Record<string, unknown>>({ c: kind }, ['c'], [{ c: value }], nullText);
  return [rows[0]?.c, problems.length];
};

describe('a column', () => {
  it.each<[string, Kind, unknown, unknown]>([
    ['text', 'text', 'a', 'a'],
    ['an empty text', 'text', '', ''],
    ['text that looks like a number', 'text', '5', '5'],
    ['text that looks like JSON', 'text', '{"a":1}', '{"a":1}'],
    ['an integer', 'integer', '-3', -3],
    ['a number', 'number', '1.5', 1.5],
    ['a number as the engine prints large ones', 'number', '1.0e+21', 1e21],
    ['an integer with an exponent', 'integer', '1.0e+3', 1000],
    ['true', 'boolean', 'true', true],
    ['false', 'boolean', 'false', false],
    ['a list', 'json', '["x",1]', ['x', 1]],
    ['an object', 'json', '{"a":{"b":null}}', { a: { b: null } }],
    ['null', 'integer', null, null],
    ['what was not sent', 'json', undefined, null],
    ['what the client has parsed', 'number', 1.5, 1.5],
    ['an object that the client has parsed', 'json', { a: 1 }, { a: 1 }],
  ])('%s', (_name, kind, value, want) => expect(one(kind, value)).toEqual([want, 0]));

  it.each<[string, Kind, unknown]>([
    ['no integer', 'integer', '1.5'],
    ['an integer that was rounded on its way', 'integer', '9007199254740993'],
    ['no number', 'number', 'many'],
    ['blanks', 'number', ' '],
    ['hexadecimal', 'integer', '0x10'],
    ['Infinity', 'number', 'Infinity'],
    ['a number beyond all', 'number', '1e999'],
    ['no boolean', 'boolean', '1'],
    ['broken JSON', 'json', '{"a":'],
    ['JSON of something else', 'json', '5'],
    ['a number for a text', 'text', 5],
  ])('%s stays as it came, and is told', (_name, kind, value) => expect(one(kind, value)).toEqual([value, 1]));

  it('that prints null as a text is null, where the transport does so', () => {
    expect(one('text', 'null', 'null')).toEqual([null, 0]);
    expect(one('text', 'null')).toEqual(['null', 0]);
  });

  it('tells where the wrong value is', () => {
    const { problems } = decode({ a: 'text', n: 'integer' }, ['a', 'n'], [{ a: 'x', n: '1' }, { n: 'many' }]);
    expect(problems).toEqual([{ row: 1, column: 'n', wanted: 'integer', value: 'many' }]);
  });

  it('of any JSON value comes back as it was', () => {
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (value) => {
        const written = JSON.stringify(value);
        expect(one('json', written)).toEqual([JSON.parse(written), 0]);
      }),
    );
  });
});

it('only what was asked for is in a row, in that order, whatever it is called', () => {
  const { rows } = decode<object>(
    { constructor: 'text', b: 'text' } as Columns,
    ['constructor', 'b'],
    [{ b: '1', constructor: '2', other: '3' }],
  );
  expect(Object.entries(rows[0] ?? {})).toEqual([
    ['constructor', '2'],
    ['b', '1'],
  ]);
});

it('withDates makes dates of times, leaves null and what is no time', () => {
  const rows = [
    { at: '2026-01-02T03:04:05Z', other: '2026-01-02T03:04:05Z' },
    { at: null, other: '' },
    { at: 'soon', other: '' },
  ];
  expect(withDates(rows, 'at').map(({ at }) => at)).toEqual([new Date('2026-01-02T03:04:05Z'), null, 'soon']);
  expect(withDates(rows, 'at')[0]?.other).toBe('2026-01-02T03:04:05Z');
});

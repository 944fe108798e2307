import { expect, it } from 'vitest';
import { fence, markdown, text } from '../../../generator/text/mdx.js';
import { pascalCase, plural, snakeCase } from '../../../generator/text/names.js';
import { cpuTime } from '../../places.js';

const N = 5_000;

/** The least of three times in milliseconds, which another process on the machine spoils least. */
function cost(run: (length: number) => unknown, length: number): number {
  const times = [0, 1, 2].map((round) => {
    const start = cpuTime();
    run(length + round);
    return cpuTime() - start;
  });
  return Math.min(...times);
}

it.each<[string, (length: number) => unknown]>([
  ['a name of capitals', (length) => snakeCase('A'.repeat(length))],
  ['a name of changing case', (length) => pascalCase('aB'.repeat(length))],
  ['the plural of a long word', (length) => plural('a'.repeat(length))],
  ['blanks inside Markdown', (length) => markdown(`a${' '.repeat(length)}b`)],
  ['tabs inside Markdown', (length) => markdown(`a${'\t'.repeat(length)}b`)],
  ['blanks inside text', (length) => text(`a${' '.repeat(length)}b`)],
  ['backticks in a fence', (length) => fence('sql', '` '.repeat(length))],
])('%s: sixteen times the length takes far less than 256 times the time', (_name, run) => {
  run(100);
  expect(cost(run, 16 * N)).toBeLessThan(100 * cost(run, N) + 100);
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLimitCode, LIMITS } from '../../../generator/sql/limits.js';
import { ROOT } from '../../places.js';

const folder = path.join(ROOT, 'test/engine/facts');
const facts = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), 'utf8'));

describe('the catalogue of limits', () => {
  it.each(Object.entries(LIMITS))('%s has its evidence: a fact that is tried on the engine', (_code, { evidence }) => {
    expect(evidence.length).toBeGreaterThan(0);
    for (const number of evidence)
      expect(
        facts.some((text) => new RegExp(`^\\s*(?:\\[)?'${number.replace('.', '\\.')}',`, 'm').test(text)),
        number,
      ).toBe(true);
  });
  it.each(Object.keys(LIMITS))('%s is given to a method or a value', (code) => {
    const rooms = ['map', 'emit', 'verify'].map((room) => path.join(ROOT, 'generator', room));
    const sources = rooms.flatMap((room) =>
      readdirSync(room, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => readFileSync(path.join(room, file), 'utf8')),
    );
    expect(sources.some((text) => text.includes(`'${code}'`))).toBe(true);
  });
  it('is closed', () => {
    expect(isLimitCode('body-array')).toBe(true);
    for (const other of ['', 'array-body', 'toString', '__proto__']) expect(isLimitCode(other)).toBe(false);
  });
});

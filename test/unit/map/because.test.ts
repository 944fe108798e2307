import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { RULES } from '../../../generator/map/because.js';
import { ROOT } from '../../places.js';

const RULE_NUMBERS = 18;

it.each(Object.entries(RULES))('%s is given where the catalogue says', (code, { decided, means, numbers }) => {
  const file = path.join(ROOT, 'generator', decided);
  expect(existsSync(file)).toBe(true);
  // `verbs.ts` puts `verb.` in front, and says of readings what they lack.
  const own = code.replace(/^verb\./, '').replace(/-(without-rows|optional-body)$/, '');
  expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`'(verb\\.)?${own.replaceAll('.', '\\.')}'`));
  expect(means).toMatch(/\.$/);
  for (const number of numbers) expect(number).toBeLessThanOrEqual(RULE_NUMBERS);
});

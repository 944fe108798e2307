import { expect, it } from 'vitest';
import { fileStem } from '../../../generator/text/file-names.js';

it.each([
  ['a name', 'sessions', 'sessions'],
  ['a device of Windows', 'con', 'con_'],
  ['a device with a number', 'lpt9', 'lpt9_'],
  ['in capitals', 'NUL', 'NUL_'],
  ['what a device is renamed to', 'con_', 'con__'],
  ['no device', 'console', 'console'],
])('%s: %s', (_name, given, want) => expect(fileStem(given)).toBe(want));

it('cuts long names, and keeps them apart', () => {
  const stems = ['a', 'b', 'c'].map((end) => fileStem('x'.repeat(252) + end));
  expect(new Set(stems).size).toBe(3);
  for (const stem of stems) expect(stem).toMatch(/^x+_[0-9a-f]{12}$/);
  for (const stem of stems) expect(stem.length).toBe(100);
});

import { expect, it } from 'vitest';
import { nextVersion, packedVersion } from '../../../generator/text/version.js';

it.each([
  ['v26.11.00001', 'v26.11.00001'],
  ['v26.12.99999', 'v26.12.99999'],
  ['v00.00.00000', 'version-wrong'],
  ['v26.13.00001', 'version-wrong'],
  ['v26.00.00001', 'version-wrong'],
  ['26.11.00001', 'version-wrong'],
  ['v26.11.1', 'version-wrong'],
  ['v26.11.00001-dev', 'version-wrong'],
  ['v26.11.00001\n', 'version-wrong'],
  ['../v26.11.00001', 'version-wrong'],
])('the version of an artifact: %j', (given, want) => {
  if (want.startsWith('v2')) expect(packedVersion(given)).toBe(want);
  else expect(() => packedVersion(given)).toThrow(want);
});

it.each([
  ['nothing published', [], '2026-11', 'v26.11.00001'],
  ['the same month', ['v26.11.00001', 'v26.11.00009'], '2026-11', 'v26.11.00010'],
  ['a new month', ['v26.11.00009'], '2026-12', 'v26.12.00001'],
  ['a new year', ['v26.11.00009'], '2027-01', 'v27.01.00001'],
  ['by number, not by text', ['v9.9.9', 'v26.11.00010', 'v26.11.00009'], '2026-11', 'v26.11.00011'],
  ['others of old', ['v0.1.0', 'v1.0.4'], '2026-11', 'v26.11.00001'],
  ['a month that is over', ['v26.12.00001'], '2026-11', 'version-wrong'],
  ['a full month', ['v26.11.99999'], '2026-11', 'version-wrong'],
  ['no month', [], '2026-13', 'version-wrong'],
  ['a day', [], '2026-11-01', 'version-wrong'],
])('the next version: %s', (_name, published, month, want) => {
  if (want.startsWith('v2')) expect(nextVersion(published, month)).toBe(want);
  else expect(() => nextVersion(published, month)).toThrow(want);
});

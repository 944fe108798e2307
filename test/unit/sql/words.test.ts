import { expect, it } from 'vitest';
import {
  isBare,
  isBareBetweenDots,
  RESERVED,
  selectable,
  UNDOTTED,
  UNSELECTABLE,
} from '../../../generator/sql/words.js';

it.each<[string, { bare: boolean; betweenDots: boolean; selected: boolean }]>([
  ['id', { bare: true, betweenDots: true, selected: true }],
  ['_links', { bare: true, betweenDots: true, selected: true }],
  ['limit', { bare: false, betweenDots: true, selected: false }],
  ['Registry', { bare: false, betweenDots: false, selected: true }],
  ['Default', { bare: false, betweenDots: true, selected: false }],
  ['raise', { bare: true, betweenDots: true, selected: false }],
  ['x5t#S256', { bare: false, betweenDots: false, selected: false }],
  ['2fa', { bare: false, betweenDots: false, selected: false }],
  ['', { bare: false, betweenDots: false, selected: false }],
])('%s', (name, want) =>
  expect({ bare: isBare(name), betweenDots: isBareBetweenDots(name), selected: selectable(name) }).toEqual(want),
);

it('holds each word in lower case', () => {
  for (const word of [...RESERVED, ...UNDOTTED, ...UNSELECTABLE]) expect(word).toMatch(/^_?[a-z_]+$/);
});

import { expect, it } from 'vitest';
import { blankedPath, placeholdersOf } from '../../../generator/text/path-template.js';

it.each<[template: string, blanked: string, names: string[]]>([
  ['/things', '/things', []],
  ['/things/{id}', '/things/{}', ['id']],
  ['GET /a/{b}/c/{d}:cancel', 'GET /a/{}/c/{}:cancel', ['b', 'd']],
  ['https://{host}:{port}/{version:[^/]+}', 'https://{}:{}/{}', ['host', 'port', 'version']],
  ['/things/{}', '/things/{}', []],
])('%s', (template, blanked, names) => {
  expect(blankedPath(template)).toBe(blanked);
  expect(placeholdersOf(template)).toEqual(names);
});
it('reads a pattern with a repetition', () => {
  expect(placeholdersOf('/{id:[a-z]{2,3}}/{name}')).toEqual(['id', 'name']);
});

import { expect, it } from 'vitest';
import { chosenMethod } from '../../../generator/sql/routing.js';

type Listed = readonly [name: string, required: readonly string[]];
const GET_OF_ORG: Listed = ['get_of_org', ['id', 'org']];
const GET: Listed = ['get', ['id']];
const LIST: Listed = ['list', []];

it.each<[string, Listed[], string[], string | undefined]>([
  ['the first whose required inputs are all given', [GET_OF_ORG, GET, LIST], ['id'], 'get'],
  ['one that requires nothing', [GET_OF_ORG, GET, LIST], [], 'list'],
  ['other inputs do not matter', [GET], ['id', 'color'], 'get'],
  ['an earlier one hides a later one', [LIST, GET], ['id'], 'list'],
  ['names differ by case', [GET], ['ID'], undefined],
  ['none is listed', [], ['id'], undefined],
])('chosenMethod: %s', (_name, listed, given, want) =>
  expect(chosenMethod(listed, ([, required]) => required, new Set(given))?.[0]).toBe(want),
);

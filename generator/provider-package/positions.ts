import { isObject } from '../read/objects.js';
import { step } from '../read/pointer.js';
import type { Located } from './types.js';

/** A value in a message or where a string should be: files may hold anything there. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : JSON.stringify(value).slice(0, 60);
}

/** A child that is an object; an empty one where there is none. */
export function child({ value, at }: Located, ...keys: string[]): Located {
  let here: unknown = value;
  for (const key of keys) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return { value: isObject(here) ? here : {}, at: step(at, ...keys) };
}

/** The children that are objects, by key. */
export function children(located: Located): [string, Located][] {
  return Object.entries(located.value).flatMap(([key, value]) =>
    isObject(value) ? [[key, { value, at: step(located.at, key) }] satisfies [string, Located]] : [],
  );
}

/** The items of a list that are objects. */
export function listed({ value, at }: Located, key: string): Located[] {
  const list = value[key];
  return Array.isArray(list)
    ? list.flatMap((item, index) => (isObject(item) ? [{ value: item, at: step(at, key, index) }] : []))
    : [];
}

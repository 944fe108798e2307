import type { Location } from '../model.js';
import { step } from './pointer.js';

/** The only way into a well-formed text for half of a surrogate pair: an escape of JSON or YAML. */
const ESCAPE = /\\u(0000)?d[89a-f]/i;

/**
 * Replaces each half of a surrogate pair in the keys and strings of a value by U+FFFD, in place, and returns the value.
 * Files are UTF-8, which cannot hold such a half: a name with one would be another name once it is written. `text` is
 * what the value was read from; `report` hears of each location. Of two keys that become the same the last one counts.
 */
export function wellFormed(value: unknown, text: string, at: Location, report: (at: Location) => void): unknown {
  if (!ESCAPE.test(text) && text.isWellFormed()) return value;
  const seen = new Set<unknown>();
  const walk = (inner: unknown, here: Location): unknown => {
    if (typeof inner === 'string') {
      if (!inner.isWellFormed()) report(here);
      return inner.toWellFormed();
    }
    if (typeof inner !== 'object' || inner === null || seen.has(inner)) return inner;
    seen.add(inner);
    const entries = Object.entries(inner);
    const isRenamed = entries.some(([key]) => !key.isWellFormed());
    // A key is deleted and set again to keep its place among the others.
    if (isRenamed) for (const [key] of entries) Reflect.deleteProperty(inner, key);
    for (const [key, child] of entries) {
      const name = key.toWellFormed();
      if (name !== key) report(step(here, name));
      Reflect.set(inner, name, walk(child, step(here, name)));
    }
    return inner;
  };
  return walk(value, at);
}

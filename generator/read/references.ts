import { type Problem, ProblemsError } from '../diagnostics.js';
import type { At } from '../model.js';
import type { Files } from './files.js';
import { booleanSchema, type Held, type Json, type Kind, walk } from './objects.js';
import { isReference, type Reference } from './openapi.js';
import { decodeFragment, fileOf, rootOf, step, tokens } from './pointer.js';

/** A value with the place it was found at. */
export interface Located<T> {
  readonly value: T;
  readonly at: At;
}

export interface References {
  /** As `Spec.follow`. */
  follow<T>(value: T | Reference, at: At): Located<T>;
  /** Visits every object that can be reached from a document, before what it holds. Reads the documents that are referenced on the way. */
  visit(document: Json, at: At, object: (object: Json, kind: Kind, at: At) => void): Promise<void>;
}

/**
 * The references of a spec: JSON Pointers (RFC 6901), `$anchor` and `$id` (JSON Schema Core 8.2). Each is resolved once, in the text as
 * written: what it leads to stays the same when conversions change what is around it. `moved`: where an object was before one put it elsewhere.
 */
export function referencesIn(files: Files, moved: WeakMap<object, At>): References {
  const resolved = new Map<string, Located<unknown>>();
  const open = new Set<string>();

  const follow = <T>(value: T | Reference, at: At): Located<T> => {
    const seen = new Set<At>();
    let here: Located<T | Reference> = inText(value, at);
    while (isReference(here.value)) {
      if (seen.has(here.at)) throw problemOf('ref-circular', 'leads back to itself', here.value.$ref, here.at);
      seen.add(here.at);
      const next = target(here.value.$ref, here.at);
      here = inText(next.value as T | Reference, next.at);
    }
    if (typeof here.value !== 'object' || here.value === null)
      throw new ProblemsError([{ code: 'spec-shape', message: `${JSON.stringify(here.value)} stands where OpenAPI wants an object`, at: here.at }]);
    return here as Located<T>;
  };

  const inText = <T>(value: T, at: At): Located<T> => ({ value, at: (typeof value === 'object' && value !== null && moved.get(value)) || at });

  const nameOf = ($ref: string, at: At) => files.resolve($ref.split('#', 1)[0] as string, fileOf(at));

  const target = ($ref: string, at: At): Located<unknown> => {
    const name = nameOf($ref, at);
    const fragment = $ref.includes('#') ? decodeFragment($ref.slice($ref.indexOf('#') + 1)) : '';
    const key = `${name}#${fragment}`;
    const known = resolved.get(key);
    if (known) return known;
    if (open.has(key)) throw problemOf('ref-circular', 'leads back to itself', $ref, at);
    open.add(key);
    try {
      const found = find($ref, at, name, fragment);
      // A boolean can only be meant as a schema.
      if (typeof found.value === 'boolean') found.value = booleanSchema(found.value);
      resolved.set(key, found);
      return found;
    } finally {
      open.delete(key);
    }
  };

  const find = ($ref: string, at: At, name: string, fragment: string): { value: unknown; at: At } => {
    const read = files.read(name);
    let here = 'value' in read ? { value: read.value, at: rootOf(read.name) } : embedded(name, fileOf(at));
    if (!here && 'problem' in read) throw read.problem.at ? new ProblemsError([read.problem]) : problemOf(read.problem.code, read.problem.message, $ref, at);
    if (here && fragment !== '' && !fragment.startsWith('/')) here = search(here.value, here.at, ['$anchor', '$dynamicAnchor'], fragment, new Set());
    else
      for (const token of tokens(fragment)) {
        if (here && isReference(here.value) && !Object.hasOwn(here.value, token)) here = follow(here.value, here.at);
        if (typeof here?.value !== 'object' || here.value === null || !Object.hasOwn(here.value, token)) here = undefined;
        else here = { value: (here.value as Json)[token], at: step(here.at, token) };
      }
    if (here?.value === undefined) throw problemOf('ref-dangling', 'points at nothing', $ref, at);
    return here;
  };

  /** A schema in the same document that says of itself that it is the URL. */
  const embedded = (url: string, file: string) => {
    const home = files.read(file);
    return 'value' in home ? search(home.value, rootOf(home.name), ['$id'], url, new Set()) : undefined;
  };

  /** The map that a reference leads to, its entries with their places; the reference itself if it leads nowhere. */
  const copied = (reference: unknown, from: At): unknown => {
    try {
      const { value, at } = follow<Json>(reference as Json, from);
      for (const [name, entry] of Object.entries(value)) if (typeof entry === 'object' && entry !== null) moved.set(entry, step(at, name));
      return { ...value };
    } catch (error) {
      if (error instanceof ProblemsError) return reference;
      throw error;
    }
  };

  return {
    follow,
    async visit(document, at, object) {
      const seen = new Set<object>();
      let waiting: { $ref: string; at: At; kind: Kind }[] = [];
      const mapReferences: Held[] = [];
      const visitor = {
        object,
        mapReference: (held: Held) => mapReferences.push(held),
        reference: ($ref: string, refAt: At, kind: Kind) => waiting.push({ $ref, at: refAt, kind }),
      };
      const arrive = ({ $ref, at: from, kind }: (typeof waiting)[number]): boolean => {
        try {
          const { value, at: to } = target($ref, from);
          walk(value, kind, to, seen, visitor);
          return true;
        } catch (error) {
          // Whoever follows the reference will say so; nobody may ever do.
          if (error instanceof ProblemsError) return false;
          throw error;
        }
      };
      walk(document, 'document', at, seen, visitor);
      while (waiting.length > 0) {
        const batch = waiting;
        waiting = [];
        const lost = batch.filter((reference) => !arrive(reference));
        await files.fetch(lost.map((reference) => nameOf(reference.$ref, reference.at)));
        for (const reference of lost) arrive(reference);
      }
      for (const { holder, key, at: from } of mapReferences) holder[key] = copied(holder[key], from);
    },
  };
}

function problemOf(code: Problem['code'], message: string, $ref: string, at: At): ProblemsError {
  return new ProblemsError([{ code, message: `"${$ref}" ${message}`, at: step(at, '$ref') }]);
}

/** The object that has one of the keys with that value, and where it stands. */
function search(value: unknown, at: At, keys: readonly string[], wanted: string, seen: Set<object>): { value: unknown; at: At } | undefined {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  if (keys.some((key) => (value as Json)[key] === wanted)) return { value, at };
  for (const [key, child] of Object.entries(value)) {
    const found = search(child, step(at, key), keys, wanted, seen);
    if (found) return found;
  }
  return undefined;
}

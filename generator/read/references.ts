import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import type { Files } from './files.js';
import { booleanSchema, type Held, type Json, type Kind, walk } from './objects.js';
import { isReference, type Reference } from './openapi.js';
import { MAX_DEPTH } from './place.js';
import { decodeFragment, fileOf, rootOf, step, tokens } from './pointer.js';

/** A value with the place it was found at. */
export interface Located<T> {
  readonly value: T;
  readonly at: Location;
}

type Found = Located<unknown>;
/** What a reference leads to, or why nowhere: a problem without a place is one of the reference. */
type Resolved = Found | { readonly problem: Problem };

const CIRCULAR = { problem: { code: 'ref-circular', message: 'leads back to itself' } } as const;

export interface References {
  /** As `Spec.follow`. */
  follow<T>(value: T | Reference, at: Location): Located<T>;
  /** Visits every object that can be reached from a document, before what it holds. Reads the documents that are referenced on the way. */
  visit(document: Json, at: Location, object: (object: Json, kind: Kind, at: Location) => void): Promise<void>;
}

/**
 * The references of a spec: JSON Pointers (RFC 6901), `$anchor` and `$id` (JSON Schema Core 8.2). Each is resolved once, in the text as
 * written: what it leads to stays the same when conversions change what is around it. `moved`: where an object was before one put it elsewhere.
 */
export function referencesIn(files: Files, moved: WeakMap<object, Location>): References {
  const resolved = new Map<string, Resolved>();
  const open = new Set<string>();
  const named = new Map<string, ReadonlyMap<string, Found>>();

  const follow = <T>(value: T | Reference, at: Location): Located<T> => {
    const seen = new Set<Location>();
    let here: Located<T | Reference> = inText(value, at);
    while (isReference(here.value)) {
      if (seen.has(here.at))
        throw new ProblemsError([
          {
            ...CIRCULAR.problem,
            message: `"${here.value.$ref}" ${CIRCULAR.problem.message}`,
            at: step(here.at, '$ref'),
          },
        ]);
      seen.add(here.at);
      const next = target(here.value.$ref, here.at);
      here = inText(next.value as T | Reference, next.at);
    }
    if (typeof here.value !== 'object' || here.value === null)
      throw new ProblemsError([
        {
          code: 'spec-shape',
          message: `${JSON.stringify(here.value)} stands where OpenAPI wants an object`,
          at: here.at,
        },
      ]);
    return here as Located<T>;
  };

  const inText = <T>(value: T, at: Location): Located<T> => ({
    value,
    at: (typeof value === 'object' && value !== null && moved.get(value)) || at,
  });

  const nameOf = ($ref: string, at: Location) => files.resolve($ref.split('#', 1)[0] as string, fileOf(at));

  const target = ($ref: string, at: Location): Located<unknown> => {
    const name = nameOf($ref, at);
    const fragment = $ref.includes('#') ? decodeFragment($ref.slice($ref.indexOf('#') + 1)) : '';
    const key = `${name}#${fragment}`;
    const outcome = resolved.get(key) ?? resolve(key, name, fragment, fileOf(at));
    if ('at' in outcome) return outcome;
    const { problem } = outcome;
    throw new ProblemsError([
      problem.at ? problem : { ...problem, message: `"${$ref}" ${problem.message}`, at: step(at, '$ref') },
    ]);
  };

  const resolve = (key: string, name: string, fragment: string, from: string): Resolved => {
    if (open.has(key)) return CIRCULAR;
    if (open.size > MAX_DEPTH)
      return { problem: { code: 'spec-too-large', message: `leads through more than ${MAX_DEPTH} references` } };
    open.add(key);
    let outcome: Resolved;
    try {
      outcome = find(name, fragment, from);
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      outcome = { problem: error.problems[0] as Problem };
    } finally {
      open.delete(key);
    }
    resolved.set(key, outcome);
    return outcome;
  };

  const find = (name: string, fragment: string, from: string): Resolved => {
    const read = files.read(name);
    let here: Found | undefined =
      'value' in read ? { value: read.value, at: rootOf(read.name) } : namesIn(from).get(name);
    if (!here) return read as { problem: Problem };
    if (fragment !== '' && !fragment.startsWith('/')) here = namesIn(fileOf(here.at)).get(`#${fragment}`);
    else
      for (const token of tokens(fragment)) {
        if (here && isReference(here.value) && !Object.hasOwn(here.value, token))
          here = follow<unknown>(here.value, here.at);
        if (typeof here?.value !== 'object' || here.value === null || !Object.hasOwn(here.value, token))
          here = undefined;
        else here = { value: (here.value as Json)[token], at: step(here.at, token) };
      }
    if (here?.value === undefined) return { problem: { code: 'ref-dangling', message: 'points at nothing' } };
    // A boolean can only be meant as a schema.
    return typeof here.value === 'boolean' ? { ...here, value: booleanSchema(here.value) } : here;
  };

  /** What a document's schemas call themselves: by `$id`, and after a `#` by `$anchor`. */
  const namesIn = (file: string): ReadonlyMap<string, Found> => {
    const read = files.read(file);
    const names =
      named.get(file) ?? ('value' in read ? collectNames(read.value, rootOf(read.name)) : new Map<string, Found>());
    named.set(file, names);
    return names;
  };

  /** The map that a reference leads to, its entries with their places; the reference itself if it leads nowhere. */
  const copied = (reference: unknown, from: Location): unknown => {
    try {
      const { value, at } = follow<Json>(reference as Json, from);
      for (const [name, entry] of Object.entries(value))
        if (typeof entry === 'object' && entry !== null) moved.set(entry, step(at, name));
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
      let waiting: { $ref: string; at: Location; kind: Kind }[] = [];
      const mapReferences: Held[] = [];
      const visitor = {
        object,
        mapReference: (held: Held) => mapReferences.push(held),
        reference: ($ref: string, refAt: Location, kind: Kind) => waiting.push({ $ref, at: refAt, kind }),
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
        if (!(await files.fetch(lost.map((reference) => nameOf(reference.$ref, reference.at))))) continue;
        resolved.clear();
        for (const reference of lost) arrive(reference);
      }
      for (const { holder, key, at: from } of mapReferences) holder[key] = copied(holder[key], from);
    },
  };
}

function collectNames(
  value: unknown,
  at: Location,
  names = new Map<string, Found>(),
  seen = new Set<object>(),
): Map<string, Found> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return names;
  seen.add(value);
  const { $id, $anchor, $dynamicAnchor } = value as Json;
  for (const name of [
    $id,
    typeof $anchor === 'string' && `#${$anchor}`,
    typeof $dynamicAnchor === 'string' && `#${$dynamicAnchor}`,
  ])
    if (typeof name === 'string' && !names.has(name)) names.set(name, { value, at });
  for (const [key, child] of Object.entries(value)) collectNames(child, step(at, key), names, seen);
  return names;
}

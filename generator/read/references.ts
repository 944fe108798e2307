import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import type { Files } from './files.js';
import { booleanSchema, type Held, isObject, type Json, type Kind, type ObjectKind, walk } from './objects.js';
import { isReference, type Reference } from './openapi.js';
import { MAX_DEPTH } from './place.js';
import { decodeFragment, escapeToken, fileOf, pointerOf, rootOf, step, tokens } from './pointer.js';

/** A value with its location. */
export interface Located<T> {
  readonly value: T;
  readonly at: Location;
}

type Found = Located<unknown>;
/** What a reference leads to, or why nowhere: a problem without a location is one of the reference. */
type Resolved = Found | { readonly problem: Problem };

const CIRCULAR = { problem: { code: 'ref-circular', message: 'leads back to itself' } } as const;

/** A reference that is still to be visited, and the kind of object that it must lead to. */
interface Waiting {
  readonly $ref: string;
  readonly at: Location;
  readonly kind: Kind;
}

/**
 * The references of a spec: JSON Pointers (RFC 6901), `$anchor` and `$id` (JSON Schema Core 8.2). Each is resolved
 * once, in the text as written: what it leads to stays the same when conversions change what is around it. `moved`:
 * where an object was before one put it elsewhere.
 */
export class References {
  private readonly resolved = new Map<string, Resolved>();
  private readonly open = new Set<string>();
  private readonly named = new Map<string, ReadonlyMap<string, Found>>();
  private readonly kinds = new WeakMap<object, Kind>();

  constructor(
    private readonly files: Files,
    private readonly moved: WeakMap<object, Location>,
    /** The document that a reference in a file is resolved in, where it is another one: a spec for its overlays. */
    private readonly documentOf: (file: string) => string = (file) => file,
  ) {}

  /** As `Spec.follow`. */
  follow<T>(value: T | Reference, at: Location, kind?: ObjectKind): Located<T> {
    const seen = new Set<Location>();
    let last: Located<Reference> | undefined;
    let here: Located<T | Reference> = this.inText(value, at);
    while (isReference(here.value)) {
      last = here as Located<Reference>;
      if (seen.has(last.at)) throw refused(last, CIRCULAR.problem);
      seen.add(last.at);
      const next = this.target(last.value.$ref, last.at);
      here = this.inText(next.value as T | Reference, next.at);
    }
    if (!isObject(here.value)) {
      const message = `${JSON.stringify(here.value)} stands where OpenAPI wants an object`;
      throw new ProblemsError([{ code: 'spec-shape', message, at: here.at }]);
    }
    const found = this.kinds.get(here.value);
    if (last && kind && found && found !== kind)
      throw refused(last, { code: 'ref-wrong-kind', message: `leads to a ${found}, not to a ${kind}` });
    return here as Located<T>;
  }

  /**
   * Visits every object that can be reached from a document, before what it holds. Reads the documents that are
   * referenced on the way.
   */
  async visit(document: Json, at: Location, object: (object: Json, kind: Kind, at: Location) => void): Promise<void> {
    const seen = new Set<object>();
    let waiting: Waiting[] = [];
    const mapReferences: Held[] = [];
    const visitor = {
      locationOf: (visited: Json, standsAt: Location) => this.moved.get(visited) ?? standsAt,
      object: (visited: Json, kind: Kind, objectAt: Location) => {
        this.kinds.set(visited, kind);
        object(visited, kind, objectAt);
      },
      mapReference: (held: Held) => mapReferences.push(held),
      reference: ($ref: string, refAt: Location, kind: Kind) => waiting.push({ $ref, at: refAt, kind }),
    };
    const arrive = ({ $ref, at: from, kind }: Waiting): boolean => {
      const found = this.attempt(() => this.target($ref, from));
      if (found) walk(found.value, kind, found.at, seen, visitor);
      return found !== undefined;
    };
    walk(document, 'document', at, seen, visitor);
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const lost = batch.filter((reference) => !arrive(reference));
      if (!(await this.files.fetch(lost.map((reference) => this.nameOf(reference.$ref, reference.at))))) continue;
      this.resolved.clear();
      for (const reference of lost) arrive(reference);
    }
    for (const held of mapReferences) held.holder[held.key] = this.mapBehind(held);
  }

  /** `undefined` for what cannot be resolved: whoever follows the reference will say so, and nobody may ever do. */
  private attempt<Result>(resolve: () => Result): Result | undefined {
    try {
      return resolve();
    } catch (error) {
      if (error instanceof ProblemsError) return undefined;
      throw error;
    }
  }

  private inText<T>(value: T, at: Location): Located<T> {
    return { value, at: (typeof value === 'object' && value !== null && this.moved.get(value)) || at };
  }

  private nameOf($ref: string, at: Location): string {
    return this.files.resolve($ref.split('#', 1)[0] as string, this.documentOf(fileOf(at)));
  }

  private target($ref: string, at: Location): Found {
    const name = this.nameOf($ref, at);
    const fragment = $ref.includes('#') ? decodeFragment($ref.slice($ref.indexOf('#') + 1)) : '';
    const key = `${name}#${fragment}`;
    const outcome = this.resolved.get(key) ?? this.resolve(key, name, fragment, this.documentOf(fileOf(at)));
    if ('at' in outcome) return outcome;
    throw refused({ value: { $ref }, at }, outcome.problem);
  }

  private resolve(key: string, name: string, fragment: string, from: string): Resolved {
    if (this.open.has(key)) return CIRCULAR;
    if (this.open.size > MAX_DEPTH)
      return { problem: { code: 'spec-too-large', message: `leads through more than ${MAX_DEPTH} references` } };
    this.open.add(key);
    let outcome: Resolved;
    try {
      outcome = this.find(name, fragment, from);
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      outcome = { problem: error.problems[0] as Problem };
    } finally {
      this.open.delete(key);
    }
    this.resolved.set(key, outcome);
    return outcome;
  }

  private find(name: string, fragment: string, from: string): Resolved {
    const read = this.files.read(name);
    let here: Found | undefined =
      'value' in read ? { value: read.value, at: rootOf(read.name) } : this.namesIn(from).get(name);
    if (!here) return read as { problem: Problem };
    if (fragment !== '' && !fragment.startsWith('/')) here = this.namesIn(fileOf(here.at)).get(`#${fragment}`);
    else for (const token of tokens(fragment)) here = here && this.inside(here, token);
    if (here?.value === undefined) return { problem: { code: 'ref-dangling', message: 'points at nothing' } };
    // A boolean can only be meant as a schema.
    return typeof here.value === 'boolean' ? { ...here, value: booleanSchema(here.value) } : here;
  }

  /** One token further, through a reference that stands on the way. */
  private inside(here: Found, token: string): Found | undefined {
    const { value, at } =
      isReference(here.value) && !Object.hasOwn(here.value, token) ? this.follow<unknown>(here.value, here.at) : here;
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, token)) return undefined;
    return { value: (value as Json)[token], at: step(at, token) };
  }

  /** The names that a document's schemas give themselves: by `$id`, and after a `#` by `$anchor`. */
  private namesIn(file: string): ReadonlyMap<string, Found> {
    const read = this.files.read(file);
    const names =
      this.named.get(file) ??
      ('value' in read ? collectNames(read.value, rootOf(read.name)) : new Map<string, Found>());
    this.named.set(file, names);
    return names;
  }

  /**
   * A copy of the map that a reference leads to; where it would hold itself, a map of references. The reference as it
   * is if it leads to no such map.
   */
  private mapBehind({ holder, key, kind, at: from }: Held): unknown {
    const reference = holder[key];
    const found = this.attempt(() => this.follow<Json>(reference as Json, from));
    if (!found || (this.kinds.get(found.value) ?? kind) !== kind) return reference;
    if (holds(found.value, holder)) {
      const root = rootOf(fileOf(found.at));
      const pointer = encodeURI(pointerOf(found.at));
      return Object.fromEntries(
        Object.keys(found.value).map((name) => [
          name,
          { $ref: `${root}${pointer}/${encodeURIComponent(escapeToken(name))}` },
        ]),
      );
    }
    for (const [name, entry] of Object.entries(found.value))
      if (typeof entry === 'object' && entry !== null) this.moved.set(entry, step(found.at, name));
    return { ...found.value };
  }
}

/** Is an object inside another, references left alone? */
function holds(outer: unknown, inner: object, seen = new Set<unknown>()): boolean {
  if (typeof outer !== 'object' || outer === null || seen.has(outer)) return false;
  if (outer === inner) return true;
  seen.add(outer);
  return Object.values(outer).some((value) => holds(value, inner, seen));
}

/** A problem of the reference gets its location; one of what it leads to has its own. */
function refused({ value: { $ref }, at }: Located<Reference>, problem: Problem): ProblemsError {
  return new ProblemsError([
    problem.at ? problem : { ...problem, message: `"${$ref}" ${problem.message}`, at: step(at, '$ref') },
  ]);
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

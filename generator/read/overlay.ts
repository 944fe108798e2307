import { type JSONPathNode, jsonpath } from 'json-p3';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import { parseDocument } from './document.js';
import { readRegularFile } from './files.js';
import { isObject, type Json } from './objects.js';
import { rootOf, step } from './pointer.js';

/** A file of changes to a spec (https://spec.openapis.org/overlay/v1.1.0.html), as the config names it. */
export interface OverlayFile {
  /** An absolute path. */
  readonly file: string;
  readonly at?: Location;
  /** All specs of the config: an overlay that extends another one of them is not for this one. */
  readonly others?: readonly string[];
}

export interface Overlay {
  readonly file: string;
  /** The document that it was written for, if it says so. */
  readonly extends?: string;
  readonly actions: readonly Action[];
}

/** A change to every value that `target` selects, a query of RFC 9535. */
interface Action {
  readonly target: string;
  readonly at: Location;
  readonly change: 'remove' | 'update' | 'copy' | 'nothing';
  /** What an `update` merges in; the query of what a `copy` does. */
  readonly value?: unknown;
}

/**
 * Reads an overlay of version 1.0 or 1.1. Throws `overlay-missing`, and `overlay-invalid` with everything that is wrong
 * in it.
 */
export function readOverlay({ file, at: namedAt }: OverlayFile): Overlay {
  let text: string;
  try {
    text = readRegularFile(file).toString();
  } catch {
    throw new ProblemsError([
      { code: 'overlay-missing', message: `cannot read ${file}`, ...(namedAt && { at: namedAt }) },
    ]);
  }
  const root = rootOf(file);
  const problems: Problem[] = [];
  const refuse: Refuse = (message, at) => void problems.push({ code: 'overlay-invalid', message, at });
  const written = parseDocument(file, text, (problem) => problems.push({ ...problem, code: 'overlay-invalid' }));
  const document: Json = isObject(written) ? written : {};
  if (typeof document.overlay !== 'string' || !/^1\.[01](\.|$)/.test(document.overlay))
    refuse('overlay: the version must be 1.0.0 or 1.1.0', step(root, 'overlay'));
  refuseShape(document, root, DOCUMENT, refuse);
  refuseShape(document.info, step(root, 'info'), INFO, refuse);
  const actions = Array.isArray(document.actions) ? document.actions : [];
  if (actions.length === 0) refuse('actions: a list with at least one action is missing', step(root, 'actions'));
  const read = actions.map((action: unknown, index) => {
    const at = step(root, 'actions', index);
    refuseShape(action, at, ACTION, refuse);
    return actionOf(isObject(action) ? action : {}, at, refuse);
  });
  if (problems.length > 0) throw new ProblemsError(problems);
  return { file, actions: read, ...(typeof document.extends === 'string' && { extends: document.extends }) };
}

/** The keys of an object of an overlay with the type of each; `any` is checked elsewhere. */
type Shape = Readonly<Record<string, 'string' | 'boolean' | 'any'>>;

const DOCUMENT: Shape = { overlay: 'any', info: 'any', extends: 'string', actions: 'any' };
const INFO: Shape = { title: 'string', version: 'string', description: 'string' };
const ACTION: Shape = { target: 'any', description: 'string', update: 'any', copy: 'string', remove: 'boolean' };

/** Refuses keys that the specification does not have, such as a misspelt `update`, and values of a wrong type. */
function refuseShape(value: unknown, at: Location, shape: Shape, refuse: Refuse): void {
  if (!isObject(value)) {
    refuse(`${at.split('/').at(-1)}: an object is missing`, at);
    return;
  }
  for (const [key, each] of Object.entries(value)) {
    const type = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (type === undefined && !key.startsWith('x-')) refuse(`unknown key "${key}"`, step(at, key));
    if (type !== undefined && type !== 'any' && typeof each !== type)
      refuse(`${key}: ${JSON.stringify(each)} is not a ${type}`, step(at, key));
  }
}

type Refuse = (message: string, at: Location) => void;

function actionOf(action: Json, at: Location, refuse: Refuse): Action {
  const { target, remove, update, copy } = action;
  const checkQuery = (key: 'target' | 'copy', query: unknown) => {
    try {
      jsonpath.compile(String(query));
    } catch (error) {
      refuse(`${key}: ${JSON.stringify(query)} is not a JSONPath query: ${(error as Error).message}`, step(at, key));
    }
  };
  checkQuery('target', target);
  const own = { target: String(target), at };
  if (remove === true) return { ...own, change: 'remove' };
  if (typeof copy === 'string') {
    checkQuery('copy', copy);
    return { ...own, change: 'copy', value: copy };
  }
  return 'update' in action ? { ...own, change: 'update', value: update } : { ...own, change: 'nothing' };
}

/** Where to keep the location of an object that an overlay brings into a spec. */
export type Moved = WeakMap<object, Location>;

/**
 * Applies an overlay to a document in place. `moved` gets the location of each object that it brings. A target that
 * selects nothing is reported as `overlay-unmatched`; throws `overlay-invalid` for values that cannot be merged.
 */
export function applyOverlay(
  document: Json,
  { actions }: Overlay,
  moved: Moved,
  report: (problem: Problem) => void,
): void {
  const applier = new Applier(document, moved);
  for (const action of actions)
    if (!applier.apply(action))
      report({
        code: 'overlay-unmatched',
        message: `${action.target} selects nothing`,
        at: step(action.at, 'target'),
      });
}

type Container = Record<string | number, unknown>;

/** Changes a document whose objects may be shared, as YAML aliases are: what it changes it copies first. */
class Applier {
  /** The objects and arrays that nothing else holds. */
  private readonly own = new WeakSet<object>();

  constructor(
    private readonly document: Json,
    private readonly moved: Moved,
  ) {
    this.own.add(document);
  }

  /** Says whether the target selects anything. */
  apply(action: Action): boolean {
    const { target, change } = action;
    const nodes = jsonpath.query(target, this.document as never).nodes;
    // The last first: what is removed from a list moves what stands behind it.
    if (change === 'remove') for (const node of [...nodes].reverse()) this.remove(node, action);
    if (change === 'update' || change === 'copy') {
      const [value, from] = change === 'update' ? [action.value, step(action.at, 'update')] : this.copied(action);
      for (const node of nodes) this.merge(node, value, from, action);
    }
    return nodes.length > 0;
  }

  private copied({ value, at }: Action): [value: unknown, from: Location | undefined] {
    const [source, ...others] = jsonpath.query(String(value), this.document as never).nodes;
    if (source && others.length === 0) return [source.value, undefined];
    const found = source ? `${others.length + 1} values` : 'nothing';
    throw invalid(`copy: ${value} selects ${found}, not one value`, step(at, 'copy'));
  }

  private remove({ location }: JSONPathNode, { at }: Action): void {
    const key = location.at(-1);
    if (key === undefined) throw invalid('remove: the whole document cannot be removed', at);
    const parent = this.reach(location.slice(0, -1));
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else if (parent) delete (parent as Container)[key];
  }

  private merge({ location }: JSONPathNode, value: unknown, from: Location | undefined, action: Action): void {
    const key = location.at(-1);
    if (key === undefined) {
      this.mergeInto(this.document, value, from, action);
      return;
    }
    const parent = this.reach(location.slice(0, -1)) as Container;
    parent[key] = this.merged(parent[key], value, from, action);
  }

  /** Returns what comes of a value when another one is merged with it. */
  private merged(target: unknown, value: unknown, from: Location | undefined, action: Action): unknown {
    if (Array.isArray(target)) {
      const added = Array.isArray(value) ? value : [value];
      return [...target, ...added.map((each, index) => this.fresh(each, from && step(from, index)))];
    }
    if (isObject(target) && isObject(value)) {
      const own = this.owned(target) as Json;
      this.mergeInto(own, value, from, action);
      return own;
    }
    if (isObject(target) || typeof value === 'object') {
      if (target === null || value === null) return this.fresh(value, from);
      const kindOf = (each: unknown) => (typeof each === 'object' ? 'a list or an object' : typeof each);
      throw invalid(`${kindOf(value)} cannot be merged with ${kindOf(target)}`, from ?? step(action.at, action.change));
    }
    return value;
  }

  private mergeInto(target: Json, value: unknown, from: Location | undefined, action: Action): void {
    if (!isObject(value))
      throw invalid('an object can only be merged with an object', from ?? step(action.at, action.change));
    for (const [key, each] of Object.entries(value)) {
      const eachFrom = from && step(from, key);
      const next = Object.hasOwn(target, key)
        ? this.merged(target[key], each, eachFrom, action)
        : this.fresh(each, eachFrom);
      Object.defineProperty(target, key, { value: next, writable: true, enumerable: true, configurable: true });
    }
  }

  /** Returns the container at a location, every one on the way to it being this document's alone. */
  private reach(location: readonly (string | number)[]): unknown {
    let here: unknown = this.document;
    for (const key of location) {
      const parent = here as Container;
      if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, key)) return undefined;
      parent[key] = this.owned(parent[key] as object);
      here = parent[key];
    }
    return here;
  }

  private owned<Value extends object>(value: Value): Value {
    if (this.own.has(value)) return value;
    const copy = (Array.isArray(value) ? [...value] : { ...value }) as Value;
    this.own.add(copy);
    const at = this.moved.get(value);
    if (at !== undefined) this.moved.set(copy, at);
    return copy;
  }

  /** Returns a copy of a value that an overlay brings, with the locations of its objects. */
  private fresh(value: unknown, from: Location | undefined): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, each]) => [key, this.fresh(each, from && step(from, key))]);
    const copy = Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
    this.own.add(copy);
    const at = from ?? this.moved.get(value);
    if (at !== undefined) this.moved.set(copy, at);
    return copy;
  }
}

function invalid(message: string, at: Location): ProblemsError {
  return new ProblemsError([{ code: 'overlay-invalid', message, at }]);
}

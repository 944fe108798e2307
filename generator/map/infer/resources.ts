import type { SqlVerb } from '../../model.js';
import { plural, snakeCase } from '../../text/names.js';
import { wordingOf } from '../operations/operation-id.js';
import { isPlaceholder, type Operation } from '../operations/operations.js';
import { meaningful, type Named, tally } from './services.js';
import { blank, isAction, isGenerator, type Neighbourhood } from './verbs.js';

/** A set of operations on the same rows: a resource in the making. */
export interface Group {
  readonly service: Named;
  /** The path that the group stands for, without trailing parameters. */
  readonly segments: readonly string[];
  readonly operations: Operation[];
}

/** What grouping asks about an operation. */
export interface Decided {
  readonly near: Neighbourhood;
  verbOf(operation: Operation): SqlVerb;
  /** What one row is; equal for equal rows. */
  rowOf(operation: Operation): string | undefined;
  serviceOf(operation: Operation): Named;
}

/**
 * Groups operations by service and by the path of their rows (MAPPING 3, 4, 11).
 * - An action belongs to the nearest ancestor that can be read.
 * - A literal item, `/sessions/me` beside `/sessions/{id}`, belongs to the collection when both read the same rows.
 * - A group that can be neither selected from nor inserted into folds into its nearest ancestor that can be selected
 *   from; one that can only be inserted into, `/enrollments/phone` beside `/enrollments/{id}`, into the collection
 *   whose items it makes.
 */
export function groupOperations(
  operations: readonly Operation[],
  { near, verbOf, rowOf, serviceOf }: Decided,
): Group[] {
  const rowsAt = new Map(
    operations
      .filter(({ httpMethod }) => httpMethod === 'get')
      .map((operation) => [blank(operation.segments), rowOf(operation)]),
  );
  const isLiteralItem = (segments: readonly string[]) => {
    const own = rowsAt.get(blank(segments));
    return own !== undefined && own === rowsAt.get(blank([...segments.slice(0, -1), '{}']));
  };
  const home = (operation: Operation): readonly string[] => {
    let segments = operation.segments;
    if (isAction(operation, near)) {
      let parent = segments.slice(0, -1);
      while (parent.length > 0 && !near.hasGet(parent)) parent = parent.slice(0, -1);
      // Nothing above can be read: the path as far as its last static segment before the action.
      segments = parent.length > 0 ? parent : segments.slice(0, -1);
    } else if (near.isRpcTail(segments) || isGenerator(operation, near)) segments = segments.slice(0, -1);
    segments = withoutParameters(segments);
    // Nothing above has a name: the operation stands for itself.
    if (meaningful(segments).every(isPlaceholder)) segments = withoutParameters(operation.segments);
    return isLiteralItem(segments) ? withoutParameters(segments.slice(0, -1)) : segments;
  };

  const groups = new Map<string, Group>();
  const keyOf = (service: string, segments: readonly string[]) => `${service} ${blank(segments)}`;
  for (const operation of operations) {
    const segments = home(operation);
    const service = serviceOf(operation);
    const key = keyOf(service.name, segments);
    const group = groups.get(key) ?? { service, segments, operations: [] };
    group.operations.push(operation);
    groups.set(key, group);
  }

  const has = (group: Group, ...verbs: SqlVerb[]) =>
    group.operations.some((operation) => verbs.includes(verbOf(operation)));
  for (const [key, group] of [...groups].sort(([, a], [, b]) => b.segments.length - a.segments.length)) {
    if (has(group, 'select')) continue;
    const makesItems = near.hasItem(group.segments.slice(0, -1)) && !isPlaceholder(group.segments.at(-2));
    if (has(group, 'insert') && !makesItems) continue;
    for (let up = group.segments.slice(0, -1); up.length > 0; up = up.slice(0, -1)) {
      const ancestor = groups.get(keyOf(group.service.name, up));
      if (!ancestor || !has(ancestor, 'select')) continue;
      ancestor.operations.push(...group.operations);
      groups.delete(key);
      break;
    }
  }
  const order = new Map(operations.map((operation, index) => [operation, index]));
  for (const group of groups.values()) group.operations.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return [...groups.values()];
}

function withoutParameters(segments: readonly string[]): readonly string[] {
  return segments.slice(0, segments.findLastIndex((segment) => !isPlaceholder(segment)) + 1);
}

/** Every group with its two possible names. */
interface Candidate {
  readonly group: Group;
  /** The path's last static segments, innermost last, in words: `user`, `factors`. */
  readonly statics: readonly string[];
  readonly fromPath: string;
  /** The plural noun that most operationIds agree on; empty without operationIds. */
  readonly fromIds: string;
  readonly agreed: boolean;
}

/**
 * A name per group, unique inside its service (MAPPING 12). Names that are published are theirs whose they are:
 * `published` has those of groups.
 */
export function nameResources(
  groups: readonly Group[],
  { verbOf, rowOf }: Decided,
  published: {
    readonly names: ReadonlyMap<Group, Named>;
    readonly resources: ReadonlyMap<string, readonly Operation[]>;
  } = NOTHING,
): Map<Group, Named> {
  const candidates = groups.map((group) => candidateOf(group, verbOf));
  const mean =
    candidates.reduce((sum, { fromIds }) => sum + fromIds.split('_').length, 0) / Math.max(1, candidates.length);
  // One operation always agrees with itself: only groups of several say something about the API's style.
  const several = candidates.filter(({ group }) => group.operations.length > 1);
  const byNoun = several.filter(({ agreed }) => agreed).length >= 0.75 * several.length && mean <= 3.5;

  const names = new Map<Group, Named>();
  const rowsOf = (operations: readonly Operation[]) =>
    operations
      .map((operation) => (verbOf(operation) === 'select' ? rowOf(operation) : undefined))
      .find((row) => row !== undefined);
  const taken = new Map([...published.resources].map(([name, operations]) => [name, rowsOf(operations)]));
  /** A name is free for a group, or for another one that reads the very same rows: both are one resource. */
  const take = (group: Group, name: string) => {
    const key = `${group.service.name}.${name}`;
    const rows = rowsOf(group.operations);
    if (taken.has(key)) return rows !== undefined && taken.get(key) === rows;
    taken.set(key, rows);
    return true;
  };
  for (const candidate of candidates) {
    const { group, statics } = candidate;
    const known = published.names.get(group);
    if (known) {
      names.set(group, known);
      continue;
    }
    const { name, because } = choose(candidate, byNoun);
    let chosen = { name, because };
    for (let length = 2; !take(group, chosen.name); length++) {
      const longer = plural(statics.slice(-length).join('_'));
      const next = length <= statics.length ? longer : `${longer}_${length - statics.length + 1}`;
      chosen = {
        name: next,
        because: { rule: 'resource.path-with-parent', saw: `another resource of the service is ${name}` },
      };
    }
    names.set(group, chosen);
  }
  return names;
}

function candidateOf(group: Group, verbOf: Decided['verbOf']): Candidate {
  const statics = meaningful(group.segments)
    .filter((segment) => !isPlaceholder(segment))
    .map(snakeCase)
    .filter((name) => name !== '');
  const crud = group.operations.filter((operation) => verbOf(operation) !== 'exec');
  const nouns = (crud.length > 0 ? crud : group.operations).map(({ object }) =>
    plural(snakeCase(wordingOf(object.operationId ?? '').noun.join('_'))),
  );
  const [noun = '', votes = 0] = [...tally(nouns.filter(Boolean))].sort(([, a], [, b]) => b - a)[0] ?? [];
  return {
    group,
    statics,
    fromPath: plural(statics.at(-1) ?? group.service.name),
    fromIds: noun,
    agreed: votes >= 0.8 * nouns.length,
  };
}

const NOTHING = { names: new Map(), resources: new Map() };

/** For comparing names: `agent_pools` and `agentpool` are one. */
function squeezed(name: string): string {
  return plural(name).replaceAll('_', '');
}

function choose({ group, statics, fromPath, fromIds }: Candidate, byNoun: boolean): Named {
  const path = `the last static path segment is ${statics.at(-1) ?? group.service.name}`;
  if (fromIds === '') return { name: fromPath, because: { rule: 'resource.path', saw: path } };
  if (fromIds === fromPath)
    return {
      name: fromPath,
      because: { rule: 'resource.path', saw: `the last static path segment and most operationIds say ${fromPath}` },
    };
  const ids: Named = {
    name: fromIds,
    because: { rule: 'resource.operation-id', saw: `most operationIds say ${fromIds}` },
  };
  if (fromIds.endsWith(`_${fromPath}`)) {
    const context = fromIds.slice(0, -fromPath.length - 1).replace(/_v\d+\w*$/, '');
    const known = (name: string) => squeezed(name) === squeezed(context);
    if (known(group.service.name))
      return { name: fromPath, because: { rule: 'resource.path', saw: `${path}; the service says ${context}` } };
    if (statics.slice(0, -1).some(known)) return ids;
  }
  // `subscriptions_roles` of /roles/{}/subscriptions: the tail is the context.
  if (fromIds.startsWith(`${fromPath}_`)) return { name: fromPath, because: { rule: 'resource.path', saw: path } };
  return byNoun ? ids : { name: fromPath, because: { rule: 'resource.path', saw: path } };
}

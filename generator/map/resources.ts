import type { Because, SqlVerb } from '../model.js';
import { plural, snakeCase, words } from '../text/names.js';
import { isPlaceholder, type Operation } from './operations.js';
import { blank, isAction, type Neighbourhood } from './verbs.js';

/** Path heads that name no service: `/api/v1/…`, `/rest/2.0/…`. */
const PREFIX = /^(api|rest|v\d+([._]\d+)*([a-z]+\d*)?|\d+(\.\d+)*)$/i;

/** A set of operations on the same rows: a resource in the making. */
export interface Group {
  readonly service: string;
  readonly serviceBecause: Because;
  /** The path that the group stands for, without trailing parameters. */
  readonly segments: readonly string[];
  readonly operations: Operation[];
}

/** MAPPING 1. */
function serviceOf(segments: readonly string[]): { name: string; because: Because } {
  const head = segments.find((segment) => !PREFIX.test(segment) && !isPlaceholder(segment));
  return {
    name: snakeCase(head ?? '') || 'root',
    because: { rule: 'service.path', saw: head ? `/${head} is the first path segment with a meaning` : 'no path segment has a name' },
  };
}

/**
 * Groups operations by the path of their rows (MAPPING 3, 4, 11).
 * - An action belongs to the nearest ancestor that can be read.
 * - A literal item, `/sessions/me` beside `/sessions/{id}`, belongs to the collection when both read the same rows.
 * - A group that can be neither selected from nor inserted into folds into its nearest ancestor that can.
 */
export function groupOperations(
  operations: readonly Operation[],
  near: Neighbourhood,
  verbOf: (operation: Operation) => SqlVerb,
  rowOf: (operation: Operation) => string | undefined,
): Group[] {
  const rowsAt = new Map(operations.filter(({ httpMethod }) => httpMethod === 'get').map((operation) => [blank(operation.segments), rowOf(operation)]));
  const withoutParameters = (segments: readonly string[]) => segments.slice(0, segments.findLastIndex((segment) => !isPlaceholder(segment)) + 1);
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
    }
    segments = withoutParameters(segments);
    // Nothing above has a name: the operation stands for itself.
    if (segments.every((segment) => PREFIX.test(segment) || isPlaceholder(segment))) segments = withoutParameters(operation.segments);
    return isLiteralItem(segments) ? withoutParameters(segments.slice(0, -1)) : segments;
  };

  const groups = new Map<string, Group>();
  for (const operation of operations) {
    const segments = home(operation);
    const key = blank(segments);
    const service = serviceOf(segments.length > 0 ? segments : operation.segments);
    const group = groups.get(key) ?? { service: service.name, serviceBecause: service.because, segments, operations: [] };
    group.operations.push(operation);
    groups.set(key, group);
  }

  const stands = (group: Group) => group.operations.some((operation) => ['select', 'insert'].includes(verbOf(operation)));
  for (const [key, group] of [...groups].sort(([, a], [, b]) => b.segments.length - a.segments.length)) {
    if (stands(group)) continue;
    for (let up = group.segments.slice(0, -1); up.length > 0; up = up.slice(0, -1)) {
      const ancestor = groups.get(blank(up));
      if (!ancestor || ancestor === group || !stands(ancestor)) continue;
      ancestor.operations.push(...group.operations);
      groups.delete(key);
      break;
    }
  }
  const order = new Map(operations.map((operation, index) => [operation, index]));
  for (const group of groups.values()) group.operations.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return [...groups.values()];
}

/** A name per group, unique inside its service (MAPPING 12): the path's last static segment, with its parents' where two would be the same. */
export function nameResources(groups: readonly Group[]): Map<Group, { name: string; because: Because }> {
  const statics = (group: Group) => group.segments.filter((segment) => !isPlaceholder(segment) && !PREFIX.test(segment));
  const named = (group: Group, length: number) => plural(snakeCase(statics(group).slice(-length).join('_')) || group.service);
  const names = new Map<Group, { name: string; because: Because }>();
  const isTaken = (group: Group, name: string) => groups.some((other) => other !== group && other.service === group.service && named(other, 1) === name);
  for (const group of groups) {
    const short = named(group, 1);
    let length = 1;
    while (isTaken(group, named(group, length)) && length < statics(group).length) length++;
    const name = named(group, length);
    const saw =
      length > 1
        ? `/${statics(group).slice(-length).join('/')}: another resource of the service would be ${short}`
        : plural(majorityNoun(group)) === name
          ? `the last static path segment and most operationIds say ${name}`
          : `the last static path segment is ${statics(group).at(-1) ?? group.service}`;
    names.set(group, { name, because: { rule: length > 1 ? 'resource.path-with-parent' : 'resource.path', saw } });
  }
  return names;
}

/** The noun that most operationIds of a group name: createSession, getSession → session. */
function majorityNoun(group: Group): string {
  const counts = new Map<string, number>();
  for (const { object } of group.operations) {
    const noun = words(object.operationId ?? '')
      .slice(1)
      .join('_');
    if (noun) counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

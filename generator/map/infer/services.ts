import type { Because } from '../../model.js';
import type { Config } from '../../read/config-types.js';
import { shortened, snakeCase } from '../../text/names.js';
import { isPlaceholder, type Operation } from '../operations/operations.js';

export interface Named {
  readonly name: string;
  readonly because: Because;
}

/** Path heads that name no service: `/api/v1/…`, `/rest/2.0/…`. */
const PREFIX = /^(api|apis|rest|v\d+([._]\d+)*([a-z]+\d*)?|\d+(\.\d+)*)$/i;

/** The steps of a path that mean something: no version, no `api`. */
export function meaningful(segments: readonly string[]): string[] {
  return segments.filter((segment) => !PREFIX.test(segment));
}

/** Where tags say services: at most so many of them, or they are the API's table of contents. */
const MOST_TAGS = 60;

/**
 * Decides what the API calls a service (MAPPING 1): its tags, if every operation has one and they are few; else the
 * first path segment with a meaning, where containers of nearly everything (`/accounts/{id}/…`) are passed over.
 */
export function servicesOf(operations: readonly Operation[]): (operation: Operation) => Named {
  const heads = tally(operations.map(({ segments }) => headOf(segments)));
  const tags = tally(operations.map(({ object }) => object.tags?.[0]));
  const largest = Math.max(...heads.values());
  const isTagged = ({ object }: Operation) => snakeCase(String(object.tags?.[0] ?? '')) !== '';
  const few = tags.size > 1 && tags.size <= MOST_TAGS;
  const tellsMore = largest > 0.4 * operations.length || heads.size < 3 || tags.size <= 1.15 * heads.size + 2;
  const byPath = servicesByPath(operations, [...heads.keys()]);
  if (!(operations.every(isTagged) && few && tellsMore)) return byPath;
  return ({ object }) => {
    const tag = String(object.tags?.[0]);
    return { name: snakeCase(tag), because: { rule: 'service.tag', saw: `its first tag is "${tag}"` } };
  };
}

function servicesByPath(
  operations: readonly Operation[],
  heads: readonly (string | undefined)[],
): (operation: Operation) => Named {
  const containers = scopeContainers(operations);
  const writtenApart =
    heads.filter((head) => /[-_]/.test(head ?? '')).length >=
    heads.filter((head) => /[a-z][A-Z]/.test(head ?? '')).length;
  return ({ segments }) => {
    const steps = meaningful(segments);
    const inside = steps.slice(2).find((segment) => !isPlaceholder(segment));
    const contained = containers.has(steps[0]) && isPlaceholder(steps[1]) ? inside : undefined;
    const head = contained ?? headOf(segments);
    const name = serviceName(head ?? '', writtenApart) || 'root';
    if (contained) {
      const saw = `/${contained} stands behind /${steps[0]}/${steps[1]}, which holds much of the API`;
      return { name, because: { rule: 'service.path-in-container', saw } };
    }
    const saw = head ? `/${head} is the first path segment with a meaning` : 'no path segment has a name';
    return { name, because: { rule: 'service.path', saw } };
  };
}

/** What the config makes of a service's name: the first pattern that matches all of it. */
export function mergedService(service: Named, merges: Config['services']): Named {
  const merge = merges.find(({ match }) => match.test(service.name));
  return merge
    ? {
        name: merge.name,
        because: { rule: 'service.merge', saw: `the config merges ${service.name} into ${merge.name}` },
      }
    : service;
}

/**
 * An API that writes `device-assurances` takes `agentPools` for one word: agentpools. One that never does so has no
 * other way to part words.
 */
function serviceName(head: string, writtenApart: boolean): string {
  const name = writtenApart
    ? head
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/_+$/, '')
    : snakeCase(head);
  if (!/[a-z0-9]/.test(name)) return '';
  return shortened(/^\d/.test(name) ? `_${name}` : name);
}

function headOf(segments: readonly string[]): string | undefined {
  return meaningful(segments).find((segment) => !isPlaceholder(segment));
}

/** Heads `X/{id}` with more than a fifth of the operations and ten or more different next steps. */
function scopeContainers(operations: readonly Operation[]): Set<string | undefined> {
  const inside = new Map<string, { count: number; next: Set<string> }>();
  for (const { segments } of operations) {
    const [head, id, ...rest] = meaningful(segments);
    if (head === undefined || isPlaceholder(head) || !isPlaceholder(id)) continue;
    const found = inside.get(head) ?? { count: 0, next: new Set() };
    const next = rest.find((segment) => !isPlaceholder(segment));
    found.count++;
    if (next !== undefined) found.next.add(next);
    inside.set(head, found);
  }
  return new Set(
    [...inside]
      .filter(([, { count, next }]) => count > 0.2 * operations.length && next.size >= 10)
      .map(([head]) => head),
  );
}

export function tally<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

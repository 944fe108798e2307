import type { Because } from '../../model.js';
import type { Config } from '../../read/config-types.js';
import { shortened, snakeCase } from '../../text/names.js';
import { isPlaceholder, type Operation } from '../operations/operations.js';

export interface Named {
  readonly name: string;
  readonly because: Because;
}

/** Path heads that name no service: `/api/v1/…`, `/rest/2.0/…`, `/2010-04-01/…`. */
const PREFIX = /^(api|apis|rest|v\d+([._]\d+)*([a-z]+\d*)*|\d+(\.\d+)*|\d{4}-\d\d(-\d\d)?([.-][a-z]+)?)$/i;

/** The steps of a path that mean something: no version, no `api`. */
export function meaningful(segments: readonly string[]): string[] {
  return segments.filter((segment) => !PREFIX.test(segment));
}

/** Where tags say services: at most so many of them, or they are the API's table of contents. */
const MOST_TAGS = 60;

type ServiceOf = (operation: Operation) => Named | undefined;

/**
 * Decides what the API calls a service (MAPPING 1). What names it outright comes first: the host, where hosts differ;
 * the namespace of a resource provider; the group of a path of groups with versions; the first part of dotted
 * operationIds. Then its tags, if nearly every operation has one and they are few; else the first path segment with a
 * meaning, where containers of nearly everything (`/accounts/{id}/…`) are passed over, at any depth.
 */
export function servicesOf(operations: readonly Operation[]): (operation: Operation) => Named {
  const named = byNamespace(operations) ?? byGroup(operations) ?? byHost(operations) ?? byOperationId(operations);
  const tagged = named ?? byTag(operations);
  const byPath = servicesByPath(operations);
  return (operation) => {
    const found = tagged?.(operation);
    // `/apis` belongs to no group, and letters of another script make no name.
    return found?.name ? found : byPath(operation);
  };
}

/** `/subscriptions/{id}/providers/Contoso.KeyVault/vaults` → key_vault: the last provider, whose resource it is. */
function byNamespace(operations: readonly Operation[]): ServiceOf | undefined {
  const namespaceOf = ({ segments }: Operation) =>
    segments.findLast(
      (segment, index) => segments[index - 1] === 'providers' && /^[A-Za-z]\w*(\.[A-Z]\w*)+$/.test(segment),
    );
  const namespaces = tally(operations.flatMap((operation) => namespaceOf(operation) ?? []));
  if (namespaces.size === 0 || sum(namespaces.values()) < operations.length / 2) return undefined;
  return (operation) => {
    const namespace = namespaceOf(operation);
    const name = namespace && snakeCase(namespace.slice(namespace.lastIndexOf('.') + 1));
    return name ? { name, because: { rule: 'service.namespace', saw: `/providers/${namespace}` } } : undefined;
  };
}

const VERSION = /^v\d+([a-z]+\d+)?$/;

/**
 * `/apis/apps/v1/namespaces/{namespace}/deployments` → apps, beside `/api/v1/pods` → core. A group with several
 * versions is several services: `apps_v1`, `apps_v1beta1`.
 */
function byGroup(operations: readonly Operation[]): ServiceOf | undefined {
  const groupOf = ({ segments: [head, first = '', second = ''] }: Operation) => {
    if (head === 'apis' && !isPlaceholder(first)) return { group: first, version: VERSION.test(second) ? second : '' };
    return head === 'api' && VERSION.test(first) ? { group: 'core', version: first } : undefined;
  };
  const groups = new Map<string, Set<string>>();
  let versioned = 0;
  let far = false;
  for (const operation of operations) {
    const found = groupOf(operation);
    if (!found?.version) continue;
    versioned++;
    far ||= operation.segments[0] === 'apis';
    groups.set(found.group, (groups.get(found.group) ?? new Set()).add(found.version));
  }
  if (!far || versioned < 0.8 * operations.length) return undefined;
  return (operation) => {
    const found = groupOf(operation);
    if (!found) return undefined;
    const name = snakeCase(found.group.split('.')[0] as string);
    const isOneOfSeveral = found.version !== '' && (groups.get(found.group)?.size ?? 0) > 1;
    const saw = `the path begins with the API group ${found.group} ${found.version}`.trim();
    return { name: isOneOfSeveral ? `${name}_${found.version}` : name, because: { rule: 'service.group', saw } };
  };
}

/** `https://storage.example.com` beside `https://dns.example.com`: each host is a service, where none has most of it. */
function byHost(operations: readonly Operation[]): ServiceOf | undefined {
  const hostOf = ({ servers }: Operation) =>
    /^https?:\/\/([a-z][a-z\d-]*)\.[^/{}]+/i.exec(servers?.[0]?.url ?? '')?.[1];
  const hosts = tally(operations.map(hostOf));
  const isClear = hosts.size > 1 && !hosts.has(undefined) && Math.max(...hosts.values()) <= 0.8 * operations.length;
  if (!isClear) return undefined;
  return (operation) => {
    const host = hostOf(operation) ?? '';
    return { name: snakeCase(host), because: { rule: 'service.host', saw: `its requests go to the host ${host}` } };
  };
}

/** `drive.files.list`, of three parts or more → drive. */
function byOperationId(operations: readonly Operation[]): ServiceOf | undefined {
  const partsOf = ({ object }: Operation) => String(object.operationId ?? '').split('.');
  const deep = operations.filter((operation) => partsOf(operation).length > 2);
  if (deep.length < 0.9 * operations.length) return undefined;
  if (tally(deep.map((operation) => partsOf(operation)[0])).size > MOST_TAGS) return undefined;
  return (operation) => {
    const [first = ''] = partsOf(operation);
    const name = snakeCase(first);
    const saw = `operationIds have parts, and the first of ${operation.object.operationId} is ${first}`;
    return name && !/^v\d/.test(name) ? { name, because: { rule: 'service.operation-id', saw } } : undefined;
  };
}

function byTag(operations: readonly Operation[]): ServiceOf | undefined {
  const heads = tally(operations.map(({ segments }) => headOf(segments)));
  const tags = tally(operations.flatMap(({ object }) => object.tags?.[0] ?? []));
  const largest = Math.max(...heads.values());
  const isTagged = ({ object }: Operation) => snakeCase(String(object.tags?.[0] ?? '')) !== '';
  const few = tags.size > 1 && tags.size <= MOST_TAGS;
  const tellsMore = largest > 0.4 * operations.length || heads.size < 3 || tags.size <= 1.15 * heads.size + 2;
  if (!(operations.filter(isTagged).length >= 0.98 * operations.length && few && tellsMore)) return undefined;
  return (operation) => {
    const tag = String(operation.object.tags?.[0]);
    const because = { rule: 'service.tag', saw: `its first tag is "${tag}"` } as const;
    return isTagged(operation) ? { name: snakeCase(tag), because } : undefined;
  };
}

function servicesByPath(operations: readonly Operation[]): (operation: Operation) => Named {
  const inside = containers(operations);
  const read = ({ segments }: Operation) => {
    const { steps, passed } = inside(segments);
    const contained = passed.length > 0 ? steps.find((segment) => !isPlaceholder(segment)) : undefined;
    return { contained, passed, head: contained ?? headOf(segments) };
  };
  const heads = [...new Set(operations.map((operation) => read(operation).head))];
  const writtenApart =
    heads.filter((head) => /[-_]/.test(head ?? '')).length >=
    heads.filter((head) => /[a-z][A-Z]/.test(head ?? '')).length;
  return (operation) => {
    const { contained, passed, head } = read(operation);
    const name = serviceName(head ?? '', writtenApart) || 'root';
    if (contained) {
      const saw = `/${contained} stands behind /${passed.join('/')}, which holds much of the API`;
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

/** Containers inside containers, at most. */
const DEEPEST = 4;

/**
 * Passes over the containers that a path begins with: `X/{id}` with more than a fifth of the operations and ten or more
 * different next steps, and the same again behind it.
 */
function containers(operations: readonly Operation[]): (segments: readonly string[]) => {
  readonly steps: readonly string[];
  readonly passed: readonly string[];
} {
  const levels: Set<string | undefined>[] = [];
  const walk = (segments: readonly string[]) => {
    let steps = meaningful(segments);
    const passed: string[] = [];
    for (const level of levels) {
      if (!level.has(steps[0]) || !isPlaceholder(steps[1])) break;
      const next = steps.findIndex((segment, index) => index > 1 && !isPlaceholder(segment));
      const end = next < 0 ? steps.length : 2;
      passed.push(...steps.slice(0, end));
      steps = steps.slice(end);
    }
    return { steps, passed };
  };
  while (levels.length < DEEPEST) {
    const inside = new Map<string, { count: number; next: Set<string> }>();
    for (const { segments } of operations) {
      const { steps, passed } = walk(segments);
      const [head, id, ...rest] = steps;
      if (head === undefined || isPlaceholder(head) || !isPlaceholder(id)) continue;
      if (levels.length > 0 && passed.length === 0) continue;
      const found = inside.get(head) ?? { count: 0, next: new Set() };
      const next = rest.find((segment) => !isPlaceholder(segment));
      found.count++;
      if (next !== undefined) found.next.add(next);
      inside.set(head, found);
    }
    const level = [...inside].filter(([, { count, next }]) => count > 0.2 * operations.length && next.size >= 10);
    if (level.length === 0) break;
    levels.push(new Set(level.map(([head]) => head)));
  }
  return walk;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

export function tally<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

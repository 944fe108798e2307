import type { Because } from '../../model.js';
import type { Hint } from '../operations/hints.js';
import type { Operation } from '../operations/operations.js';

/** Does the lock keep this, and nobody else? */
export function isLocked(hint: Hint<unknown> | undefined): boolean {
  return hint?.because.rule === 'lock';
}

/**
 * What counts: a person's or the lock's word, else what was inferred. A lock that says what is inferred anyway yields
 * to the inference, whose reason says more.
 */
export function preferred<Value>(
  hint: Hint<Value> | undefined,
  inferred: { readonly value: Value; readonly because: Because },
): { value: Value; because: Because } {
  return !hint || (isLocked(hint) && hint.value === inferred.value) ? inferred : hint;
}

/** Names that the lock keeps in each `service.resource`, and the services that inferred services are published as. */
export interface Published {
  /** The resource that most of these operations are published in. */
  homeOf(operations: readonly Operation[]): { readonly service: string; readonly resource: string } | undefined;
  /** What a service that the spec calls something else by now is published as. */
  serviceOf(inferred: string): string | undefined;
  readonly resources: ReadonlyMap<string, readonly Operation[]>;
}

export function publishedIn(operations: readonly Operation[], inferred: (operation: Operation) => string): Published {
  const locked = operations.filter(({ hints }) => isLocked(hints.resource) && isLocked(hints.service));
  const resources = new Map<string, Operation[]>();
  const services = new Map<string, string[]>();
  for (const operation of locked) {
    const { service, resource } = namesOf(operation);
    resources.set(`${service}.${resource}`, [...(resources.get(`${service}.${resource}`) ?? []), operation]);
    services.set(inferred(operation), [...(services.get(inferred(operation)) ?? []), service]);
  }
  const taken = new Set(locked.map((operation) => namesOf(operation).service));
  return {
    resources,
    homeOf: (among) => {
      const homes = among.filter((operation) => locked.includes(operation)).map(namesOf);
      const most = mostOf(homes.map(({ service, resource }) => `${service}.${resource}`));
      return homes.find(({ service, resource }) => `${service}.${resource}` === most);
    },
    serviceOf: (name) => (taken.has(name) ? undefined : mostOf(services.get(name) ?? [])),
  };
}

function namesOf({ hints }: Operation): { service: string; resource: string } {
  return { service: hints.service?.value ?? '', resource: hints.resource?.value ?? '' };
}

/** What a list has most of, the first of several. */
function mostOf(list: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const one of list) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

import type { Position, Problem } from '../../diagnostics/problem.js';
import type { Page } from '../../doc-pages/pages.js';
import type { Location } from '../../model.js';
import type { MethodEntry, Operation, Package, ResourceEntry, ServiceFile } from '../../provider-package/types.js';

export interface Finding {
  readonly at: Location | Position;
  /** What is wrong with this one, in a sentence. */
  readonly message: string;
  /** The entry of the method that it is about; `at` may lie in what several methods share. */
  readonly method?: Location;
  /** Set where this one weighs more or less than its rule. */
  readonly severity?: Problem['severity'];
}

/** What the rules look at: a provider package, and the pages about it. */
export interface Subject extends Package {
  readonly pages: readonly Page[];
}

export type Rule = (subject: Subject) => Iterable<Finding>;

export function eachService(find: (service: ServiceFile) => Iterable<Finding>): Rule {
  return function* (subject) {
    for (const service of subject.services) yield* find(service);
  };
}

export function eachResource(find: (resource: ResourceEntry) => Iterable<Finding>): Rule {
  return eachService(function* ({ resources }) {
    for (const resource of resources) yield* find(resource);
  });
}

/** Methods that lead to an operation; the others have `operation-ref`. */
export function eachMethod(find: (method: MethodEntry, operation: Operation) => Iterable<Finding>): Rule {
  return eachResource(function* ({ methods }) {
    for (const method of methods)
      if (method.operation)
        for (const finding of find(method, method.operation)) yield { method: method.at, ...finding };
  });
}

/** `resource.method`, as messages name it. */
export function nameOf({ resource, name }: MethodEntry): string {
  return `${resource.name}.${name}`;
}

/** "a, b and c", at most so many by name. */
export function listOf(names: Iterable<string>, most = 5): string {
  const all = [...names];
  const shown = all.length > most ? [...all.slice(0, most - 1), `${all.length - most + 1} more`] : all;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? '');
}

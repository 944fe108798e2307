import { type Method, type Resource, requiredInputs, SQL_VERBS, type SqlVerb } from '../../model.js';

/**
 * Methods that a statement cannot tell apart by what it gives (ENGINE E1.2), with the one that keeps the verb: the one
 * that is published, then the one with the shorter path, then the earlier one.
 */
export function unreachable(methods: readonly Method[]): Map<Method, Method> {
  const taken = new Map<string, Method>();
  const hidden = new Map<Method, Method>();
  const natural = [...methods].sort(
    (a, b) =>
      Number(b.since !== undefined) - Number(a.since !== undefined) ||
      Number(a.deprecated) - Number(b.deprecated) ||
      steps(a) - steps(b),
  );
  for (const method of natural) {
    if (method.verb === 'exec') continue;
    const signature = `${method.verb} ${requiredInputs(method).sort().join(' ')}`;
    const first = taken.get(signature);
    if (first) hidden.set(method, first);
    else taken.set(signature, method);
  }
  return hidden;
}

function steps({ http }: Method): number {
  return http.path.split('/').length;
}

/** Most specific first: the engine takes the first method whose required inputs are all there (ENGINE E1.1). */
export function routesOf(methods: readonly Method[]): Resource['routes'] {
  const route = (verb: SqlVerb) =>
    methods
      .filter((method) => method.verb === verb)
      .sort((a, b) => requiredInputs(b).length - requiredInputs(a).length)
      .map(({ name }) => name);
  return {
    select: route('select'),
    insert: route('insert'),
    update: route('update'),
    delete: route('delete'),
    replace: route('replace'),
  };
}

/** Pages list methods by verb, then as in the spec. */
export function inPageOrder(methods: readonly Method[]): Method[] {
  return [...methods].sort((a, b) => SQL_VERBS.indexOf(a.verb) - SQL_VERBS.indexOf(b.verb));
}

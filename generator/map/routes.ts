import { type Because, type Method, type Resource, requiredInputs, SQL_VERBS, type SqlVerb } from '../model.js';

/** Methods that cannot be told apart by what a statement must give (ENGINE E1.2): all but the first become EXEC-only. */
export function demoteUnreachable(methods: readonly Method[]): Method[] {
  const taken = new Map<string, Method>();
  return methods.map((method) => {
    if (method.verb === 'exec') return method;
    const signature = `${method.verb} ${requiredInputs(method).sort().join(' ')}`;
    const first = taken.get(signature);
    if (first)
      return {
        ...method,
        verb: 'exec',
        because: { ...method.because, verb: { rule: 'verb.unreachable', saw: `${first.name} takes the same required parameters` } },
      };
    taken.set(signature, method);
    return method;
  });
}

/** Most specific first: the engine takes the first method whose required inputs are all there (ENGINE E1.1). */
export function routesOf(methods: readonly Method[]): Resource['routes'] {
  const route = (verb: SqlVerb) =>
    methods
      .filter((method) => method.verb === verb)
      .sort((a, b) => requiredInputs(b).length - requiredInputs(a).length)
      .map(({ name }) => name);
  return { select: route('select'), insert: route('insert'), update: route('update'), delete: route('delete'), replace: route('replace') };
}

/** Pages list methods by verb, then as in the spec. */
export function inPageOrder(methods: readonly Method[]): Method[] {
  return [...methods].sort((a, b) => SQL_VERBS.indexOf(a.verb) - SQL_VERBS.indexOf(b.verb));
}

/** Why this verb cannot route, although the operation suggests it; `undefined`: it can. */
export function obstacle(method: Omit<Method, 'because'>): Because | undefined {
  const exec = (rule: string, saw: string) => ({ rule: `verb.${rule}`, saw });
  if (method.verb === 'select' && !method.response.row) return exec('no-rows', 'the answer holds no rows');
  if (method.body && !method.body.sendable && method.verb !== 'exec') return exec('body-media-type', `the engine cannot send ${method.body.mediaType}`);
  // ENGINE E3.8: SET needs an assignment.
  if ((method.verb === 'update' || method.verb === 'replace') && !method.body?.fields.length) return exec('no-body-fields', 'there is nothing to SET');
  if (method.verb === 'insert' && !method.body?.fields.length && (method.body || method.parameters.length === 0))
    return exec('no-body-fields', 'there is no column to INSERT');
  return undefined;
}

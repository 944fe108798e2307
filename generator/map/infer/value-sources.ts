import type { ColumnSource, Method, Parameter, Resource, RowShape, Service } from '../../model.js';
import { words } from '../../text/names.js';
import { blankedPath } from '../../text/path-template.js';

/** A path whose answer lists rows. */
interface List {
  readonly resource: string;
  readonly method: string;
  readonly row: RowShape;
}

/**
 * Says for each path parameter which list its values come from (MAPPING 17): the list at the path before the parameter,
 * if its rows have a column for it; else the one that a parameter of the same name has elsewhere.
 */
export function withSources(services: readonly Service[]): Service[] {
  const lists = new Map<string, List>();
  for (const { resources } of services)
    for (const { id, methods } of resources)
      for (const { name, verb, http, response } of methods)
        if (verb === 'select' && response.row)
          lists.set(blankPath(http.path), { resource: id, method: name, row: response.row });

  const byName = new Map<string, ColumnSource>();
  const beforeIt = new Map<string, ColumnSource>();
  for (const { parameter, path } of pathParameters(services)) {
    const prefix = path.slice(0, path.indexOf(`{${parameter.name}}`)).replace(/\/[^/]*$/, '');
    const list = lists.get(blankPath(prefix));
    const column = list && columnFor(parameter.name, list.row);
    if (!list || column === undefined) continue;
    const source = { resource: list.resource, method: list.method, column };
    beforeIt.set(`${path} ${parameter.name}`, source);
    if (!byName.has(parameter.name)) byName.set(parameter.name, source);
  }
  const sourceOf = (path: string, { name }: Parameter) =>
    beforeIt.get(`${path} ${name}`) ?? (words(name).length > 1 ? byName.get(name) : undefined);
  const withSource = (method: Method): Method => ({
    ...method,
    parameters: method.parameters.map((parameter) => {
      // Values that the spec lists come from no other resource.
      const source = parameter.in === 'path' && !parameter.enum ? sourceOf(method.http.path, parameter) : undefined;
      return source ? { ...parameter, source } : parameter;
    }),
  });
  return services.map((service) => ({
    ...service,
    resources: service.resources.map(
      (resource): Resource => ({ ...resource, methods: resource.methods.map(withSource) }),
    ),
  }));
}

function* pathParameters(services: readonly Service[]) {
  for (const { resources } of services)
    for (const { methods } of resources)
      for (const { http, parameters } of methods)
        for (const parameter of parameters) if (parameter.in === 'path') yield { parameter, path: http.path };
}

function blankPath(path: string): string {
  return blankedPath(path).replace(/\/$/, '');
}

/** `userId` → a column userId, user_id or id; `appName` → name: the same words, or the last of them. */
function columnFor(parameter: string, { columns }: RowShape): string | undefined {
  const wanted = words(parameter).join('_');
  const last = words(parameter).at(-1) ?? '';
  const named = (name: string) => columns.find((column) => words(column.name).join('_') === name)?.name;
  return (
    named(wanted) ??
    named(last) ??
    (/^(id|identifier)$/.test(last) ? (named('id') ?? named('uuid')) : undefined) ??
    (words(parameter).length === 1 && last !== 'id' ? (named(`${last}_id`) ?? named('id')) : undefined)
  );
}

import { type Position, type Problem, ProblemsError } from '../../diagnostics/problem.js';
import type { ColumnSource, Location, Method, Parameter, Resource, RowShape, Service } from '../../model.js';
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
 * if its rows have a column for it; else the one that a parameter of the same name has elsewhere. What a person chose
 * wins; throws `override-unmatched` where there is no such parameter or column.
 */
export function withSources(services: readonly Service[], chosen: readonly ChosenSource[] = []): Service[] {
  const choices = chosenByParameter(services, chosen);
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
      const found = parameter.in === 'path' && !parameter.enum ? sourceOf(method.http.path, parameter) : undefined;
      const source = choices.get(`${method.at} ${parameter.name}`) ?? found;
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

/** What a person says: this parameter of this operation takes its values from `provider.service.resource.column`. */
export interface ChosenSource {
  readonly operation: Location;
  readonly parameter: string;
  readonly column: string;
  readonly at?: Location | Position;
}

function chosenByParameter(
  services: readonly Service[],
  chosen: readonly ChosenSource[],
): ReadonlyMap<string, ColumnSource> {
  const resources = services.flatMap((service) => service.resources);
  const lost: Problem[] = [];
  const choices = chosen.flatMap(({ operation, parameter, column: path, at }): [string, ColumnSource][] => {
    const lose = (message: string) => {
      lost.push({ code: 'override-unmatched', message, ...(at && { at }) });
      return [];
    };
    const method = resources.flatMap(({ methods }) => methods).find((each) => each.at === operation);
    if (!method?.parameters.some(({ name }) => name === parameter))
      return lose(`${parameter} is not a parameter of ${method?.operationId ?? operation}`);
    const resource = resources.find(({ id }) => path.startsWith(`${id}.`));
    const column = resource && path.slice(resource.id.length + 1);
    const list = resource?.methods.find(
      ({ verb, response }) => verb === 'select' && response.row?.columns.some(({ name }) => name === column),
    );
    if (!resource || !list || column === undefined) return lose(`${path} is not a column of a resource`);
    return [[`${operation} ${parameter}`, { resource: resource.id, method: list.name, column }]];
  });
  if (lost.length > 0) throw new ProblemsError(lost);
  return new Map(choices);
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

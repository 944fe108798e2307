import path from 'node:path';
import type { Location, Method, Provider, Service } from '../model.js';
import { isObject } from '../read/objects.js';
import { isReference } from '../read/openapi.js';
import { pointerOf, tokens } from '../read/pointer.js';
import { fileStem } from '../text/file-names.js';

/**
 * The methods that a location in a generated service document belongs to: the one of an operation, the one of a
 * method's entry or route, or those that use a component. Empty: the location is about the whole service or resource.
 */
export function methodsAt({ services }: Provider, at: Location): readonly Method[] {
  const stem = path.basename(at.slice(0, at.indexOf('#')), '.yaml');
  const service = services.find(({ name }) => fileStem(name) === stem);
  if (!service) return [];
  const methods = service.resources.flatMap((resource) => resource.methods);
  const [first, second = '', third = '', ...rest] = tokens(pointerOf(at));
  if (first === 'paths')
    return methods.filter(({ http }) => http.path === second && http.method.toLowerCase() === third).slice(0, 1);
  if (first !== 'components') return [];
  return second === 'x-stackQL-resources'
    ? methodsOfEntry(service, third, rest)
    : methods.filter((method) => uses(service, method, second, third));
}

function methodsOfEntry(
  { resources }: Service,
  name: string,
  [part, key = '', index]: readonly string[],
): readonly Method[] {
  const resource = resources.find((candidate) => candidate.name === name);
  const routes: Readonly<Record<string, readonly string[]>> = resource?.routes ?? {};
  const listed = part === 'sqlVerbs' ? routes[key]?.[Number(index)] : undefined;
  const wanted = part === 'methods' ? key : listed;
  return resource?.methods.filter((method) => method.name === wanted) ?? [];
}

/** Does a method's operation lead to a component, by way of others or at once? */
function uses({ document }: Service, { http }: Method, kind: string, component: string): boolean {
  const goal = `#/components/${kind}/${component}`;
  const seen = new Set<unknown>();
  const waiting: unknown[] = [valueAt(document, ['paths', http.path, http.method.toLowerCase()])];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    waiting.push(...Object.values(value).filter((inner) => inner !== undefined));
    if (!isReference(value)) continue;
    if (value.$ref === goal) return true;
    waiting.push(valueAt(document, tokens(value.$ref.slice(1))) ?? null);
  }
  return false;
}

function valueAt(document: unknown, names: readonly string[]): unknown {
  return names.reduce(
    (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    document,
  );
}

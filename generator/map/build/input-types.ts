import type { DataType, Method, Parameter } from '../../model.js';
import type { Report } from '../operations/lenient.js';

/**
 * Gives every required input one type in a resource: the engine unites the required inputs of all its methods, and
 * refuses every SELECT over two types of one name (ENGINE N15). What differs becomes a string, which any value of a
 * path, query or header is sent as; where a request body needs another type, the parameters take that one.
 */
export function withOneTypePerInput(methods: readonly Method[], report: Report): Method[] {
  const types = new Map<string, Set<string>>();
  const bodyTypes = new Map<string, string>();
  const add = (name: string, type: string) => types.set(name, (types.get(name) ?? new Set()).add(type));
  for (const method of methods) {
    for (const parameter of method.parameters.filter(isShared))
      add(parameter.name, method.verb === 'exec' ? 'string' : parameter.type.type);
    for (const { name, type, required } of method.body?.fields ?? [])
      if (required && method.verb !== 'exec') {
        add(name, type.type);
        bodyTypes.set(name, type.type);
      }
  }
  const unite = (method: Method, parameter: Parameter): Parameter => {
    if (method.verb === 'exec' || !isShared(parameter) || (types.get(parameter.name)?.size ?? 0) < 2) return parameter;
    const type = (bodyTypes.get(parameter.name) ?? 'string') as DataType['type'];
    if (parameter.type.type === type) return parameter;
    const message = `${parameter.name} of ${method.operationId} becomes a ${type}: other methods of the resource have it so`;
    report({ code: 'parameter-type', message, at: parameter.at });
    return { ...parameter, type: { type } };
  };
  return methods.map((method) => ({
    ...method,
    parameters: method.parameters.map((parameter) => unite(method, parameter)),
  }));
}

/** Server variables are not among the united inputs. */
function isShared({ in: location, required }: Parameter): boolean {
  return required && location !== 'server';
}

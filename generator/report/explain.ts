import { closest } from 'fastest-levenshtein';
import { ProblemsError } from '../diagnostics/problem.js';
import { type Because, type Provider, requiredInputs } from '../model.js';
import { visible } from '../text/visible.js';

/**
 * Says why a method or resource is what it is. `name` is an operationId, a method, a resource or
 * `provider.service.resource.method`.
 */
export function explain(provider: Provider, name: string): string {
  const resources = provider.services.flatMap((service) =>
    service.resources.map((resource) => ({ service, resource })),
  );
  const found = resources.flatMap(({ service, resource }) => {
    const methods = resource.methods.filter((method) =>
      [method.operationId, method.name, `${resource.id}.${method.name}`].includes(name),
    );
    const whole = name === resource.name || name === resource.id;
    return (whole ? resource.methods : methods).map((method) =>
      [
        `${resource.id}.${method.name}  (${method.operationId}: ${method.http.method} ${method.http.path})`,
        reason('service', service.name, service.because),
        reason('resource', resource.name, resource.because),
        reason('method', method.name, method.because.name),
        reason('verb', method.verb, method.because.verb),
        ...(method.pagination ? [reason('pages', method.pagination.responseToken.key, method.pagination.because)] : []),
        ...(method.since !== undefined ? [`  locked    since ${method.since}`] : []),
        `  required  ${requiredInputs(method).join(', ') || 'nothing'}`,
      ]
        .map(visible)
        .join('\n'),
    );
  });
  if (found.length > 0) return found.join('\n\n');
  const names = resources.flatMap(({ resource }) => [
    resource.name,
    resource.id,
    ...resource.methods.flatMap((method) => [method.operationId, method.name]),
  ]);
  throw new ProblemsError([
    {
      code: 'unknown-name',
      message: `"${name}" is not an operation, method or resource of ${provider.id}`,
      hint: `Did you mean ${closest(name, names)}?`,
    },
  ]);
}

function reason(what: string, value: string, { rule, saw }: Because): string {
  return `  ${what.padEnd(8)}  ${value}  because ${saw}  [${rule}]`;
}

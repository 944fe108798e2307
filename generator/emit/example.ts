import { divertingInputs, type Method, type Resource, requiredInputs, setInputs, whereInputs } from '../model.js';
import { type Assignment, render, selectable } from './sql.js';

/**
 * The statement that documentation prints for a method: every input that the method can be given, as a placeholder `{{ name }}`; page tokens are left to
 * the engine. None for a method that no statement can call.
 */
export function exampleStatement(resource: Resource, method: Method): string | undefined {
  if (method.limit) return undefined;
  const diverting = divertingInputs(method, resource);
  const required = new Set(requiredInputs(method));
  const placeholder = (name: string, quoted: boolean, isRequired: boolean): Assignment => ({
    name,
    value: quoted ? `'{{ ${name} }}'` : `{{ ${name} }}`,
    ...(isRequired && { required: true }),
  });
  return render({
    verb: method.verb,
    resource: resource.id,
    method: method.name,
    // Required ones first: the reader sees at a glance what must be given.
    parameters: [...whereInputs(method)]
      .filter((input) => !setInputs(method).includes(input) && !diverting.has(input.name))
      .sort((a, b) => Number(b.required) - Number(a.required))
      .map(({ name }) => placeholder(name, true, required.has(name))),
    // INSERT keeps a bare number a number (ENGINE E3.10).
    body: setInputs(method)
      .filter(({ name }) => !diverting.has(name))
      .map(({ name, type }) => placeholder(name, !(method.verb === 'insert' && ['integer', 'number', 'boolean'].includes(type.type)), required.has(name))),
    columns: method.verb === 'delete' ? [] : (method.response.row?.columns.map(({ name }) => name).filter(selectable) ?? []),
  });
}

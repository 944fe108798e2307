import { type Method, type Resource, requiredInputs, setInputs, whereInputs } from '../model.js';
import { type Assignment, render, selectable } from './sql.js';

/** The statement that documentation prints for a method: every input as a placeholder `{{ name }}`, page tokens left to the engine. */
export function exampleStatement(resource: Resource, method: Method): string {
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
      .filter((input) => !setInputs(method).includes(input))
      .sort((a, b) => Number(b.required) - Number(a.required))
      .map(({ name }) => placeholder(name, true, required.has(name))),
    // INSERT keeps a bare number a number (ENGINE E3.10).
    body: setInputs(method).map(({ name, type }) =>
      placeholder(name, !(method.verb === 'insert' && ['integer', 'number', 'boolean'].includes(type.type)), required.has(name)),
    ),
    columns: method.verb === 'delete' ? [] : (method.response.row?.columns.map(({ name }) => name).filter(selectable) ?? []),
  });
}

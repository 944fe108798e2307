import type { Parameter, Provider } from '../../model.js';
import { fileStem } from '../../text/file-names.js';
import { attribute, text } from '../../text/mdx.js';
import { anchorOf, datatypeOf, factsOf } from './fields.js';
import { folded } from './text.js';
import type { ParameterView } from './views.js';

/**
 * Makes the view of a parameter. `folder` is the path from the page to the services, for the link to the list that its
 * values come from.
 */
export function parameterView(
  { objects }: Pick<Provider, 'objects'>,
  parameter: Parameter,
  folder = '.',
): ParameterView {
  const { name, type, description, in: location, deprecated, source } = parameter;
  return {
    anchor: attribute(anchorOf('parameter', name)),
    code: attribute(name),
    datatype: datatypeOf({ type }, objects),
    location: location === 'server' ? 'server variable' : location,
    marks: deprecated ? ['deprecated'] : [],
    description: folded(description),
    facts: factsOf(parameter),
    source: source
      ? `<code>${text(source.column)}</code> of [${text(source.resource)}](${pageOf(source.resource, folder)})`
      : '',
  };
}

/** The file of a resource's page. */
export function pageOf(resource: string, folder: string): string {
  const [, service = '', name = ''] = resource.split('.');
  return `${folder}/${fileStem(service)}/${fileStem(name)}/index.md`;
}

import Handlebars from 'handlebars';
import type { TemplateSources } from '../../model.js';

/**
 * A renderer over a set of templates; each may use the others as partials. Views come with every text escaped for its place, so nothing
 * is escaped here, and a path that the view lacks is an error.
 */
export function renderer(sources: TemplateSources): (name: string, view: object) => string {
  const handlebars = Handlebars.create();
  const options = { noEscape: true, strict: true, preventIndent: true, knownHelpersOnly: true };
  for (const [name, source] of Object.entries(sources)) handlebars.registerPartial(name, source);
  const compiled = new Map(Object.entries(sources).map(([name, source]) => [name, handlebars.compile<object>(source, options)]));
  return (name, view) => {
    const template = compiled.get(name);
    if (!template) throw new Error(`no template ${name}`);
    return template(view);
  };
}

import Handlebars from 'handlebars';
import type { TemplateSources } from '../../model.js';

/** A template names what its view has not, or another that is not there; line and column are 1-based. */
export class TemplateError extends Error {
  constructor(
    readonly template: string,
    readonly line: number,
    readonly column: number,
    message: string,
  ) {
    super(message);
    this.name = 'TemplateError';
  }
}

type Renderer = (name: string, view: object) => string;

/** The renderers of the sets that were compiled last: several providers, and every run of `--watch`, share theirs. */
const renderers = new Map<string, Renderer>();
const MOST_RENDERERS = 8;

/**
 * A renderer over a set of templates; each may use the others as partials. Views come with every text escaped for its
 * place, so nothing is escaped here. Throws `TemplateError`.
 */
export function renderer(sources: TemplateSources): Renderer {
  const key = JSON.stringify(sources);
  const known = renderers.get(key);
  if (known) return known;
  if (renderers.size >= MOST_RENDERERS) renderers.clear();
  const created = compiledRenderer(sources);
  renderers.set(key, created);
  return created;
}

function compiledRenderer(sources: TemplateSources): Renderer {
  const handlebars = Handlebars.create();
  handlebars.registerHelper('each', each);
  const options = { noEscape: true, strict: true, preventIndent: true, knownHelpersOnly: true };
  const compiled = new Map(
    Object.entries(sources).map(([name, source]) => [name, telling(name, handlebars.compile<object>(source, options))]),
  );
  for (const [name, template] of compiled) handlebars.registerPartial(name, template);
  return (name, view) => {
    const template = compiled.get(name);
    if (!template) throw new Error(`no template ${name}`);
    return template(view);
  };
}

/**
 * Handlebars' own over lists, whose frame does not copy all that the outer ones hold: that would be a tenth of the time
 * of the pages.
 */
function each(this: unknown, list: unknown, options: Handlebars.HelperOptions): string {
  const { fn, inverse, data } = options;
  if (!Array.isArray(list)) return (Handlebars.helpers.each as Handlebars.HelperDelegate).call(this, list, options);
  if (list.length === 0) return inverse(this);
  const own = { root: data?.root, 'partial-block': data?.['partial-block'], _parent: data };
  // Joining would copy what is nested once for each list around it.
  let text = '';
  for (const [index, item] of list.entries())
    text += fn(item, {
      data: { ...own, key: index, index, first: index === 0, last: index === list.length - 1 },
      blockParams: [item, index],
    });
  return text;
}

/** The same template, whose errors say where they are: Handlebars' own name no template. */
function telling(name: string, template: Handlebars.TemplateDelegate<object>): Handlebars.TemplateDelegate<object> {
  return (view, options) => {
    try {
      return template(view, options);
    } catch (error) {
      if (error instanceof TemplateError || !(error instanceof Error)) throw error;
      const [, line, column] = /(\d+):(\d+)\s*$/.exec(error.message) ?? /line (\d+)/.exec(error.message) ?? [];
      throw new TemplateError(
        name,
        Number(line ?? 1),
        Number(column ?? 0) + 1,
        error.message.replace(/ - \d+:\d+\s*$/, '').replace(' in [object Object]', ''),
      );
    }
  };
}

import { methodsOf, type Provider } from '../../model.js';
import { fileStem } from '../../text/file-names.js';
import { text } from '../../text/mdx.js';
import { exampleHref } from './resource-page.js';
import { count, cut, frontMatter, marksOf, plainSentence } from './text.js';
import type { MethodsView } from './views.js';

/** Longer sentences would make the page of a large API heavier than any other. */
const LONGEST_SENTENCE = 120;

/** The page of all methods: who knows what to do, and not where, looks here. */
export function methodsView(provider: Provider): MethodsView {
  const { title, docs, services } = provider;
  return {
    frontMatter: frontMatter({
      title: 'All methods',
      // No service has this address: theirs are under services/.
      slug: '/methods/',
      description: `Every method of ${title} for SQL, by verb, word and service`,
      hide_table_of_contents: true,
      ...(docs.image !== undefined && { image: docs.image }),
      custom_edit_url: null,
    }),
    count: count(methodsOf(provider).length, 'method'),
    methods: services.flatMap((service) =>
      service.resources.flatMap((resource) =>
        resource.methods.map((method) => ({
          href: `../services/${fileStem(service.name)}/${fileStem(resource.name)}/${exampleHref(method)}`,
          name: text(`${service.name}.${resource.name}.${method.name}`),
          verb: method.verb,
          marks: marksOf(method),
          about: text(cut(plainSentence(method), LONGEST_SENTENCE)),
        })),
      ),
    ),
  };
}

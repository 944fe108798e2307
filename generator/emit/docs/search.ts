import { bodyInputs, type Provider, type Resource, whereInputs } from '../../model.js';
import { fileStem } from '../../text/file-names.js';
import { exampleAddress } from './resource-page.js';
import { cut, plainSentence } from './text.js';

/** Longer sentences would be most of the index. */
const LONGEST_SENTENCE = 160;

/** What the search of the site finds: methods and resources, by their names, first sentences, columns and inputs. */
export function searchIndex({ services }: Provider): unknown {
  return {
    resources: services.flatMap((service) =>
      service.resources.map((resource) => ({
        id: resource.id,
        page: `services/${fileStem(service.name)}/${fileStem(resource.name)}/`,
        about: resource.methods[0] ? cut(plainSentence(resource.methods[0]), LONGEST_SENTENCE) : '',
        names: namesOf(resource),
        methods: resource.methods.map((method) => ({
          name: method.name,
          verb: method.verb,
          about: cut(plainSentence(method), LONGEST_SENTENCE),
          href: exampleAddress(method),
        })),
      })),
    ),
  };
}

function namesOf({ methods }: Resource): string[] {
  const fields = methods.flatMap((method) => [
    ...(method.response.row?.columns ?? []),
    ...whereInputs(method),
    ...bodyInputs(method),
  ]);
  return [...new Set(fields.map(({ name }) => name))].sort();
}

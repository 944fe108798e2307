import { type Provider, type Resource, type Service, SQL_VERBS } from '../../model.js';
import { fileStem } from '../../text/file-names.js';
import { text } from '../../text/mdx.js';
import { picture } from './picture.js';
import { count, frontMatter, oneLine, whole } from './text.js';
import type { ServiceView } from './views.js';

export function serviceView({ id, title, docs }: Provider, { name, description, resources }: Service): ServiceView {
  return {
    frontMatter: frontMatter({
      title: name,
      description: `${title} ${name}: resources, fields and SQL statements`,
      keywords: [...new Set([name, id, 'stackql', 'sql'])],
      ...(docs.image !== undefined && { image: docs.image }),
      custom_edit_url: null,
    }),
    description: whole(description),
    counts: {
      resources: count(resources.length, 'resource'),
      methods: count(resources.flatMap(({ methods }) => methods).length, 'method'),
    },
    picture: picture(resources),
    resources: resources.map((resource) => ({
      name: text(resource.name),
      file: `./${fileStem(resource.name)}/index.md`,
      about: oneLine(aboutOf(resource)),
      verbs: SQL_VERBS.filter((verb) => resource.methods.some((method) => method.verb === verb)).join(', '),
    })),
  };
}

/** Describes a resource by its first method: pages list reading first. */
function aboutOf({ methods }: Resource): string {
  const [first] = methods;
  return first?.summary || first?.description || '';
}

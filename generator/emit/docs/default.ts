import type { OutputFile, Provider, Resource, Service, TemplateSources } from '../../model.js';
import { fileStem } from '../../text/file-names.js';
import { catalogue } from './catalogue.js';
import { methodsView } from './methods-page.js';
import { plainPages } from './plain.js';
import { providerView } from './provider-page.js';
import { resourceView } from './resource-page.js';
import { searchIndex } from './search.js';
import { serviceView } from './service-page.js';
import { renderer } from './templates.js';

/**
 * Prints the pages of a provider: one for it, one of all methods, one per service, one per resource. `isWanted` chooses
 * the services; the pages about all of them always come.
 */
export function emitDocs(
  provider: Provider,
  sources: TemplateSources,
  isWanted: (service: Service) => boolean = () => true,
): OutputFile[] {
  const render = renderer(sources);
  const resources = new Map(
    provider.services.flatMap((service) => service.resources.map((resource) => [resource.id, resource])),
  );
  const find = (id: string): Resource | undefined => resources.get(id);
  return [
    { path: 'docs/services/index.md', text: render('provider', providerView(provider)) },
    ...provider.services.filter(isWanted).flatMap((service) => [
      {
        path: `docs/services/${fileStem(service.name)}/index.md`,
        text: render('service', serviceView(provider, service)),
      },
      ...service.resources.map((resource) => ({
        path: `docs/services/${fileStem(service.name)}/${fileStem(resource.name)}/index.md`,
        text: render('resource', resourceView(provider, service, resource, find)),
      })),
    ]),
    { path: 'docs/services/methods.md', text: render('all-methods', methodsView(provider)) },
    { path: 'docs/static/search.json', text: `${JSON.stringify(searchIndex(provider))}\n` },
  ];
}

/**
 * The same for programs: plain Markdown with an index for language models (`llms.txt`), and `catalog.json`, whole and by
 * service.
 */
export function emitAgentPages(provider: Provider, isWanted: (service: Service) => boolean = () => true): OutputFile[] {
  return [
    ...plainPages(provider, isWanted),
    { path: 'docs/static/catalog.json', text: json(catalogue(provider)) },
    ...provider.services.filter(isWanted).map((service) => ({
      path: `docs/static/services/${fileStem(service.name)}/catalog.json`,
      text: json(catalogue(provider, [service])),
    })),
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

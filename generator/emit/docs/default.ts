import type { OutputFile, Provider, Resource, Service, TemplateSources } from '../../model.js';
import { fileStem } from '../../text/file-names.js';
import { catalogue } from './catalogue.js';
import { plainPages } from './plain.js';
import { providerView } from './provider-page.js';
import { resourceView } from './resource-page.js';
import { serviceView } from './service-page.js';
import { renderer } from './templates.js';

/**
 * Prints the pages of a provider: one for it, one per service, one per resource. `isWanted` chooses the services; the
 * page of the provider always comes.
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
  ];
}

/** The same for programs: plain Markdown with an index for language models (`llms.txt`), and `catalog.json`. */
export function emitAgentPages(provider: Provider, isWanted: (service: Service) => boolean = () => true): OutputFile[] {
  return [
    ...plainPages(provider, isWanted),
    { path: 'docs/static/catalog.json', text: `${JSON.stringify(catalogue(provider), null, 1)}\n` },
  ];
}

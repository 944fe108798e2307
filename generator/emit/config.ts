import type { Provider } from '../model.js';
import { toYaml } from '../text/yaml.js';

/** A commented config that says what was inferred; with it the same provider is generated as without. `spec`: the spec's path as the config names it. */
export function emitConfig({ id, auth, services }: Provider, spec: string): string {
  const servers = (services[0]?.document.servers ?? []) as { url: string }[];
  const methods = services.flatMap(({ resources }) => resources.flatMap((resource) => resource.methods));
  const paging = new Map<string, number>();
  for (const { pagination } of methods) {
    if (!pagination) continue;
    const how =
      pagination.responseToken.location === 'header'
        ? 'a Link header'
        : pagination.algorithm === 'page_number'
          ? 'page numbers'
          : `${pagination.responseToken.key} of the answer`;
    paging.set(how, (paging.get(how) ?? 0) + 1);
  }
  const pages = [...paging].map(([how, count]) => `${count} by ${how}`).join(', ');
  const [example] = methods;
  return `# yaml-language-server: $schema=./node_modules/stackql-provider-gen/generator/config.schema.json
# What was inferred from the spec. Every key but provider and specs may go: it is then inferred again.
${toYaml({ provider: id, specs: [spec] })}
# How the engine authenticates: the security scheme that most operations accept.
${toYaml({ auth })}
# Where requests go. A variable may name an environment variable: x-stackQL-envVar: ${id.toUpperCase()}_HOST
${toYaml({ servers: servers.map((server) => ({ ...server, url: server.url.replace(/\{([^{}:]+):[^{}]+\}/g, '{$1}') })) })}
# Lists that page: ${pages || 'none was found'}. link_header takes every list with a page token to answer with a Link header.
# pagination: link_header

# Methods are called by their operationId. crud: list, get, create, update, replace, delete where that is one of a kind.
# methodNames: crud

# Services: ${services.map(({ name, resources }) => `${name} (${resources.length})`).join(', ')}. Several may become one; match is a regular expression.
# services:
#   - { match: 'user_.*', name: users }

# Names and verbs that a person decides, by operationId or METHOD /path. \`explain\` says why they are what they are.
# overrides:
#   - operation: ${JSON.stringify(example?.operationId ?? 'getThing')}
#     resource: things
#     method: ${example?.name ?? 'get_thing'}
#     verb: ${example?.verb ?? 'select'}
`;
}

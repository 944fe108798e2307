import { methodsOf, type Pagination, type Provider } from '../model.js';
import { toYaml } from '../text/yaml.js';

/** The parts of a config that the Model does not have; paths are relative to the config. */
export interface ConfigPlaces {
  readonly spec: string;
  readonly schema: string;
  /** The hosts and folders that references may reach. */
  readonly references?: { readonly root?: string; readonly allowRemote?: boolean };
}

/** A commented config that says what was inferred; with it the same provider is generated as without. */
export function emitConfig(provider: Provider, { spec, schema, references }: ConfigPlaces): string {
  const { id, auth, services } = provider;
  const methods = methodsOf(provider);
  const paging = new Map<string, number>();
  for (const { pagination } of methods) {
    if (!pagination) continue;
    const how = pagingIn(pagination);
    paging.set(how, (paging.get(how) ?? 0) + 1);
  }
  const pages = [...paging].map(([how, count]) => `${count} by ${how}`).join(', ');
  const [example] = methods;
  return `# yaml-language-server: $schema=${inComment(schema)}
# What was inferred from the spec. Every key but provider and specs may go: it is then inferred again.
${toYaml({ provider: id, specs: [spec], ...(references && { references }) })}
# How the engine authenticates: the security scheme that most operations accept.
${toYaml({ auth })}
# Where requests go. A pattern after a variable's name lets its value have dots and a port. A variable may name an environment variable: x-stackQL-envVar: ${id.toUpperCase()}_HOST
${serversYaml(services[0]?.document.servers)}
# Lists that page: ${pages || 'none was found'}. link_header takes every list with a page token to answer with a Link header.
# pagination: link_header

# Methods are called by their operationId. crud: list, get, create, update, replace, delete where that is one of a kind.
# methodNames: crud

# Services, with their methods. Several may become one; match is a regular expression.
${services.map(({ name, resources }) => `#   ${name}: ${resources.flatMap((resource) => resource.methods).length}`).join('\n')}
# services:
#   - { match: 'user_.*', name: users }

# Names and verbs that a person decides, by operationId or METHOD /path. \`explain\` says why they are what they are.
# overrides:
#   - operation: ${JSON.stringify(inComment(example?.operationId ?? 'getThing'))}
#     resource: things
#     method: ${example?.name ?? 'get_thing'}
#     verb: ${example?.verb ?? 'select'}
`;
}

/** The servers; as a comment where they have what a config cannot have, for then only the spec can say it. */
function serversYaml(servers: unknown): string {
  const text = toYaml({ servers });
  return isConfigServers(servers) ? text : text.replace(/^(?=.)/gm, '# ');
}

function isConfigServers(servers: unknown): boolean {
  return (
    Array.isArray(servers) &&
    servers.every(
      ({ variables = {}, ...server }) =>
        hasOnly(server, ['url', 'description']) &&
        Object.values<Record<string, unknown>>(variables).every(
          ({ enum: values = [], ...variable }) =>
            typeof variable.default === 'string' &&
            hasOnly(variable, ['default', 'description', 'x-stackQL-envVar']) &&
            /^[A-Za-z_]\w*$/.test(String(variable['x-stackQL-envVar'] ?? '_')) &&
            Array.isArray(values) &&
            values.every((value) => typeof value === 'string'),
        ),
    )
  );
}

function hasOnly(object: Record<string, unknown>, keys: readonly string[]): boolean {
  return Object.entries(object).every(([key, value]) => keys.includes(key) && typeof value === 'string');
}

/** Text of the spec that cannot end a comment or spoil a YAML file. */
function inComment(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]+/gu, ' ');
}

function pagingIn({ responseToken, algorithm }: Pagination): string {
  if (responseToken.location === 'header') return 'a Link header';
  return algorithm === 'page_number' ? 'page numbers' : `${inComment(responseToken.key)} of the response`;
}

import { methodsOf, type Pagination, type Provider } from '../model.js';
import { toYaml } from '../text/yaml.js';

/** The parts of a config that the Model does not have; paths are relative to the config. */
export interface ConfigPlaces {
  readonly spec: string;
  readonly schema: string;
  /** The hosts and folders that references may reach. */
  readonly references?: { readonly root?: string; readonly allowRemote?: boolean };
  readonly choices?: Choices;
}

/** A way to authenticate, as the spec has it (OpenAPI 3.0.3, 4.7.27). */
interface SecurityScheme {
  readonly type?: string;
  readonly scheme?: string;
  readonly in?: string;
  readonly name?: string;
}

/** What the spec offers, of which a config takes one. */
export interface Choices {
  readonly title?: string;
  /** URLs. */
  readonly servers: readonly string[];
  /** Security schemes by their names. */
  readonly schemes: Readonly<Record<string, SecurityScheme>>;
}

/** A commented config that says what was inferred; with it the same provider is generated as without. */
export function emitConfig(
  provider: Provider,
  { spec, schema, references, choices = { servers: [], schemes: {} } }: ConfigPlaces,
): string {
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
${toYaml({ provider: id, specs: [spec], ...(references && { references }) })}${titleChoice(choices)}
# How the engine authenticates: the security scheme that most operations accept.${schemeChoices(id, choices)}
${toYaml({ auth })}
# Where requests go. A pattern after a variable's name lets its value have dots and a port. A variable may name an environment variable: x-stackQL-envVar: ${id.toUpperCase()}_HOST${serverChoices(choices)}
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

function titleChoice({ title }: Choices): string {
  return title === undefined
    ? ''
    : `\n# The API's name on its pages.\n# ${toYaml({ title: inComment(title) }).trim()}\n`;
}

/** Every security scheme of the spec, with the `auth` that it would be. */
function schemeChoices(id: string, { schemes }: Choices): string {
  const lines = Object.entries(schemes).map(([name, scheme]) => `\n#   ${inComment(name)}: ${authChoice(id, scheme)}`);
  return lines.length > 0 ? ` The spec has:${lines.join('')}` : ' The spec has none.';
}

function authChoice(id: string, { type, scheme, in: location, name = '' }: SecurityScheme): string {
  const envVar = (of: string) => `${id.toUpperCase()}_${of.replace(/\W+/g, '_').toUpperCase()}`;
  const kind = String(scheme).toLowerCase();
  if (type === 'apiKey' && location === 'header' && name.toLowerCase() === 'authorization')
    return `{ type: api_key, envVar: ${envVar('TOKEN')}, valuePrefix: 'TOKEN ' } (if it has a prefix)`;
  if (type === 'apiKey' && (location === 'header' || location === 'query'))
    return `{ type: custom, location: ${location}, name: ${JSON.stringify(inComment(name))}, envVar: ${envVar(name)} }`;
  if (type === 'http' && kind === 'basic')
    return `{ type: basic, usernameEnvVar: ${envVar('USERNAME')}, passwordEnvVar: ${envVar('PASSWORD')} }`;
  const isToken = (type === 'http' && kind === 'bearer') || type === 'oauth2' || type === 'openIdConnect';
  const what = inComment(type === 'http' ? `http ${scheme}` : [type, location].filter(Boolean).join(' in '));
  return isToken ? `{ type: bearer, envVar: ${envVar('TOKEN')} } (${what})` : `${what}, which has no form here`;
}

/** The servers that the first one was taken before. */
function serverChoices({ servers }: Choices): string {
  const others = servers.slice(1).map((url) => `\n#   ${inComment(url)}`);
  return others.length > 0 ? `\n# The spec has others, too:${others.join('')}` : '';
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

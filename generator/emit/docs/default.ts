import { LIMITS } from '../../limits.js';
import {
  type Auth,
  bodyInputs,
  bodyInWhere,
  type DataType,
  type LimitCode,
  type Method,
  methodsOf,
  type OutputFile,
  type Parameter,
  type Provider,
  type Resource,
  requiredInputs,
  type Service,
  SQL_VERBS,
  type SqlVerb,
  type TemplateSources,
} from '../../model.js';
import { attribute, fence, markdown, text } from '../../text/mdx.js';
import { toYaml } from '../../text/yaml.js';
import { exampleStatement } from '../example.js';
import { selectable } from '../sql.js';
import { renderer } from './templates.js';
import type { ExampleSection, ExampleTab, LinkView, MethodView, ParameterView, ProviderView, ResourceView, ServiceView, TabsView } from './views.js';

/** The pages of a provider: one for it, one per service, one per resource. */
export function emitDocs(provider: Provider, sources: TemplateSources): OutputFile[] {
  const render = renderer(sources);
  return [
    { path: 'docs/services/index.md', text: render('provider', providerView(provider)) },
    ...provider.services.flatMap((service) => [
      { path: `docs/services/${service.name}/index.md`, text: render('service', serviceView(provider, service)) },
      ...service.resources.map((resource) => ({
        path: `docs/services/${service.name}/${resource.name}/index.md`,
        text: render('resource', resourceView(provider, service, resource)),
      })),
    ]),
  ];
}

export function providerView(provider: Provider): ProviderView {
  const { id, title, description, docs, auth, services } = provider;
  const methods = methodsOf(provider);
  const variables = distinct(methods.flatMap(({ parameters }) => parameters).filter((parameter) => parameter.in === 'server'));
  return {
    frontMatter: frontMatter({ title: id, description: `Query and manage ${title} with SQL`, image: docs.image, custom_edit_url: null }),
    description: markdown(description),
    installSql: fence('sql', `REGISTRY PULL ${id}\n;`),
    authentication: authenticationText(auth),
    serverVariables: variables.map(parameterView),
    hasServerVariables: variables.length > 0,
    counts: {
      services: count(services.length, 'service'),
      resources: count(services.flatMap(({ resources }) => resources).length, 'resource'),
      methods: count(methods.length, 'method'),
    },
    services: services.map((service) => ({ name: text(service.name), folder: service.name, about: oneLine(service.description) })),
  };
}

export function serviceView({ id, title, docs }: Provider, { name, description, resources }: Service): ServiceView {
  return {
    frontMatter: frontMatter({
      title: name,
      description: `${title} ${name}: resources, fields and SQL statements`,
      keywords: [name, id, 'stackql', 'sql'],
      image: docs.image,
      custom_edit_url: null,
    }),
    description: markdown(description),
    counts: { resources: count(resources.length, 'resource'), methods: count(resources.flatMap(({ methods }) => methods).length, 'method') },
    resources: resources.map(
      (resource): LinkView => ({
        name: text(resource.name),
        folder: resource.name,
        about: SQL_VERBS.filter((verb) => resource.methods.some((method) => method.verb === verb)).join(', '),
      }),
    ),
  };
}

export function resourceView(provider: Provider, service: Service, resource: Resource): ResourceView {
  const { name, id, methods } = resource;
  const readable = methods.filter(({ verb, response }) => verb === 'select' && response.row);
  const parameters = distinct(methods.flatMap((method) => method.parameters).filter(({ pageToken }) => !pageToken));
  return {
    frontMatter: frontMatter({
      title: name,
      hide_title: false,
      hide_table_of_contents: false,
      keywords: [...new Set([name, service.name, provider.id]), 'infrastructure-as-code', 'configuration-as-data', 'cloud inventory'],
      description: `Query, deploy and manage ${provider.id} resources using SQL`,
      custom_edit_url: null,
      image: provider.docs.image,
    }),
    name: text(name),
    id: attribute(id),
    about: `${abilities(methods)} <code>${text(name)}</code>.`,
    hasRows: readable.length > 0,
    fields: tabsView(
      'fields',
      readable.map((method) => ({
        value: method.name,
        columns: (method.response.row?.columns ?? []).map((column) => ({
          code: attribute(column.name),
          datatype: datatype(column.type),
          description: describe(column.description, [...factsOf(column), ...(selectable(column.name) ? [] : ['only with <code>SELECT &#42;</code>'])]),
        })),
      })),
    ),
    methods: methods.map(methodView),
    parameters: parameters.map(parameterView),
    hasParameters: parameters.length > 0,
    examples: SQL_VERBS.flatMap((verb) => exampleSection(resource, verb)),
  };
}

const ABILITIES: Record<SqlVerb, string> = {
  select: 'reads',
  insert: 'creates',
  update: 'updates',
  replace: 'replaces',
  delete: 'deletes',
  exec: 'runs actions on',
};

/** "Reads, creates and deletes": what this resource can do, not what any could. */
function abilities(methods: readonly Method[]): string {
  const parts = SQL_VERBS.filter((verb) => methods.some((method) => method.verb === verb)).map((verb) => ABILITIES[verb]);
  const joined = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? '');
  return joined.charAt(0).toUpperCase() + joined.slice(1);
}

function methodView(method: Method): MethodView {
  const required = new Set(requiredInputs(method));
  const links = (wanted: boolean) => [
    ...method.parameters
      .filter(({ name, pageToken }) => !pageToken && required.has(name) === wanted)
      .map(({ name }) => ({ href: attribute(`#parameter-${name}`), name: text(name) })),
    // A body field has no entry under Parameters: it stands in the statement.
    ...[...bodyInWhere(method), ...bodyInputs(method)]
      .filter((field) => field.required === wanted)
      .map(({ name }) => ({ href: exampleHref(method), name: text(name) })),
  ];
  return {
    href: exampleHref(method),
    code: attribute(method.name),
    verb: method.verb,
    required: links(true),
    optional: links(false),
    marks: [...(method.deprecated ? ['deprecated'] : []), ...(method.stage === undefined ? [] : [text(method.stage)])],
    description: markdown(method.description),
  };
}

/** Opens the method's tab and goes to its section. */
function exampleHref({ verb, name }: Method): string {
  return attribute(`?${verb}=${encodeURIComponent(name)}#${verb === 'exec' ? 'lifecycle-methods' : `${verb}-examples`}`);
}

function parameterView(parameter: Parameter): ParameterView {
  const { name, type, description, in: location } = parameter;
  return {
    anchor: attribute(`parameter-${name}`),
    code: attribute(name),
    datatype: datatype(type),
    location: location === 'server' ? 'server variable' : location,
    description: markdown(description),
    facts: factsOf(parameter),
  };
}

function factsOf({
  default: fallback,
  example,
  enum: options,
  envVar,
}: {
  default?: string;
  example?: string;
  enum?: readonly string[];
  envVar?: string;
}): string[] {
  return [
    ...(envVar === undefined ? [] : [`engines of August 2026 and later take it from <code>${text(envVar)}</code> when it is left out`]),
    ...(fallback === undefined ? [] : [`default: <code>${text(fallback)}</code>`]),
    ...(example === undefined ? [] : [`example: <code>${text(example)}</code>`]),
    ...(options ? [`one of ${options.map((option) => `<code>${text(option)}</code>`).join(', ')}`] : []),
  ];
}

function describe(description: string, facts: readonly string[]): string {
  return [markdown(description), facts.length > 0 ? `(${facts.join('; ')})` : ''].filter(Boolean).join(' ');
}

function exampleSection(resource: Resource, verb: SqlVerb): ExampleSection[] {
  const methods = resource.methods.filter((method) => method.verb === verb);
  if (methods.length === 0) return [];
  const tabs = methods.map((method): ExampleTab => ({ value: method.name, description: markdown(method.description), code: exampleCode(resource, method) }));
  const manifest =
    verb === 'insert'
      ? [
          {
            value: 'manifest',
            description: 'The inputs of an insert, for tools that deploy from a manifest.',
            code: fence('yaml', manifestYaml(resource, methods)),
          },
        ]
      : [];
  return [{ heading: verb === 'exec' ? 'Lifecycle Methods' : `\`${verb.toUpperCase()}\` examples`, tabs: tabsView(verb, [...tabs, ...manifest]) }];
}

/** The statement, or why there is none. */
function exampleCode(resource: Resource, method: Method): string {
  const statement = exampleStatement(resource, method);
  if (statement !== undefined) return fence('sql', statement);
  const { title } = LIMITS[method.limit as LimitCode];
  return `This method cannot be called through SQL: ${text(title)} (<code>${method.limit}</code>).`;
}

function manifestYaml(resource: Resource, inserts: readonly Method[]): string {
  const required = distinct(inserts.flatMap(({ parameters }) => parameters).filter((parameter) => parameter.required));
  const fields = distinct(inserts.flatMap(({ body }) => body?.fields ?? []));
  const props = [
    ...required.map(({ name, type, description }) => ({
      name,
      value: type.type,
      description: description || `Required parameter of the ${resource.name} resource.`,
    })),
    ...fields.map(({ name, type, description }) => ({ name, value: type.type, ...(description && { description }) })),
  ];
  return `# Description fields are for documentation purposes\n${toYaml([{ name: resource.name, props }])}`;
}

function tabsView<Tab extends { readonly value: string }>(queryString: string, tabs: readonly Tab[]): TabsView<Tab> {
  const values = tabs.map(({ value }) => `        { label: ${JSON.stringify(value === 'manifest' ? 'Manifest' : value)}, value: ${JSON.stringify(value)} }`);
  return { queryString, first: attribute(tabs[0]?.value ?? ''), values: `[\n${values.join(',\n')}\n    ]`, tabs };
}

function datatype({ type, format }: DataType): string {
  return text(format ? `${type} (${format})` : type);
}

function authenticationText(auth: Auth): string {
  const variable = (name: string) => `<code>${text(name)}</code>`;
  switch (auth.type) {
    case 'null_auth':
      return 'This API needs no authentication.';
    case 'basic':
      return `Set ${variable(auth.usernameEnvVar)} and ${variable(auth.passwordEnvVar)} to the user name and password.`;
    case 'custom':
      return `Set ${variable(auth.envVar)} to the secret; it is sent in the ${auth.location} ${auth.location === 'header' ? 'field' : 'parameter'} ${variable(auth.name)}.`;
    default:
      return `Set ${variable(auth.envVar)} to your ${auth.type === 'api_key' ? 'API key' : 'token'}; it is sent as ${variable(`Authorization: ${auth.valuePrefix ?? (auth.type === 'bearer' ? 'Bearer ' : '')}…`)}.`;
  }
}

function frontMatter(values: Record<string, unknown>): string {
  return toYaml(values).trimEnd();
}

function oneLine(description: string): string {
  return text(description.split(/\n\s*\n/)[0] ?? '');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The first of each name. */
function distinct<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  return items.filter((item, index) => items.findIndex(({ name }) => name === item.name) === index);
}

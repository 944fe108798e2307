import {
  type Auth,
  type Method,
  methodsOf,
  type Provider,
  type Resource,
  requiredInputs,
  type Service,
} from '../../model.js';
import { shortStatement } from '../../sql/example.js';
import { fileStem } from '../../text/file-names.js';
import { attribute, fence, markdown, text } from '../../text/mdx.js';
import { firstSentence } from '../../text/sentence.js';
import { parameterView } from './parameters.js';
import { code, count, describedMethod, distinct, frontMatter, whole } from './text.js';
import type { AskView, ProviderView } from './views.js';

export function providerView(provider: Provider): ProviderView {
  const { title, description, docs, auth, services } = provider;
  const methods = methodsOf(provider);
  const variables = distinct(
    methods.flatMap(({ parameters }) => parameters).filter((parameter) => parameter.in === 'server'),
  );
  return {
    frontMatter: frontMatter({
      title,
      sidebar_label: 'Overview',
      slug: '/',
      description: `Query and manage ${title} with SQL`,
      ...(docs.image !== undefined && { image: docs.image }),
      custom_edit_url: null,
    }),
    description: whole(description),
    asks: asksOf(provider),
    install: installation(provider),
    authentication: authenticationText(auth, provider.missingAuth ?? []),
    authenticationShell:
      secretsOf(auth).length > 0
        ? fence(
            'sh',
            secretsOf(auth)
              .map((name) => `export ${name}=…`)
              .join('\n'),
          )
        : '',
    serverVariables: variables.map((variable) => parameterView(provider, variable)),
    counts: {
      services: count(services.length, 'service'),
      resources: count(services.flatMap(({ resources }) => resources).length, 'resource'),
      methods: count(methods.length, 'method'),
    },
    services: services.map((service) => ({
      name: text(service.name),
      file: `./${fileStem(service.name)}/index.md`,
      about: aboutService(service),
      resources: String(service.resources.length),
      methods: String(service.resources.flatMap((resource) => resource.methods).length),
    })),
    resultNotes: resultNotes(provider),
  };
}

/** How many statements the first page shows. */
const ASKS = 5;

/** Returns statements that list rows, each of the largest resource of a large service; its page has the same. */
function asksOf({ services, objects }: Provider): AskView[] {
  const lists = services.flatMap((service) => {
    const [largest] = service.resources
      .flatMap((resource) => {
        const method = resource.methods.find((each) => isList(each));
        const sql = method && shortStatement(resource, method, objects);
        return method && sql !== undefined ? [{ service, resource, method, sql }] : [];
      })
      .sort((a, b) => b.resource.methods.length - a.resource.methods.length);
    return largest ? [largest] : [];
  });
  const size = ({ resources }: Service) => resources.reduce((sum, { methods }) => sum + methods.length, 0);
  return lists
    .toSorted((a, b) => size(b.service) - size(a.service))
    .slice(0, ASKS)
    .map(({ service, resource, method, sql }) => ({
      method: attribute(method.name),
      about: describedMethod(method).first,
      resource: text(resource.id),
      file: resourceFile(service, resource),
      code: fence('sql', sql),
    }));
}

/** Reads rows with nothing given but the parts of the server's address. */
function isList(method: Method): boolean {
  const ofServer = new Set(method.parameters.filter((each) => each.in === 'server').map(({ name }) => name));
  return (
    method.verb === 'select' &&
    method.response.row !== undefined &&
    requiredInputs(method).every((name) => ofServer.has(name))
  );
}

function resourceFile(service: Service, resource: Resource): string {
  return `./${fileStem(service.name)}/${fileStem(resource.name)}/index.md`;
}

/** Resources that the row of a service names. */
const NAMED_RESOURCES = 8;

/** A service in a sentence of its own, where it has one, and the resources that it has. */
function aboutService({ name, title, description, resources }: Service): string {
  const sentence = description === title ? '' : markdown(firstSentence(description));
  const names = resources.slice(0, NAMED_RESOURCES).map((resource) => text(resource.name));
  const left = resources.length - names.length;
  if (resources.length === 1 && (sentence !== '' || resources[0]?.name === name)) return sentence;
  const listed = `Has ${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}.`;
  return [sentence, listed].filter((part) => part !== '').join(' ');
}

/** Only a config knows whether a registry has the provider; everybody has the folder that was generated. */
function installation({ id, docs }: Provider): ProviderView['install'] {
  if (docs.registry) return { sentence: 'The registry has it:', code: fence('sql', `REGISTRY PULL ${id}\n;`) };
  const folder = '$PWD/provider';
  const registry = { url: `file://${folder}`, localDocRoot: folder, verifyConfig: { nopVerify: true } };
  return {
    sentence: 'Start the engine where the folder <code>provider</code> is:',
    code: fence('sh', `stackql shell --registry=${JSON.stringify(JSON.stringify(registry))}`),
  };
}

/** The facts about the engine that a reader of rows must know. */
function resultNotes(provider: Provider): string[] {
  const pages = methodsOf(provider).some(({ pagination }) => pagination);
  return [
    // ENGINE E6.10, E6.11
    ...(pages
      ? [
          `A <code>SELECT</code> that reads a list follows its pages, 20 of them unless told otherwise: ${code('--http.response.pageLimit=-1')} reads all, and without it rows beyond are missing silently, in <code>count(&#42;)</code> too.`,
          '<code>LIMIT</code>, and conditions on columns that are no parameters, are applied to the rows that were read. They save no request.',
        ]
      : []),
    // ENGINE E3.9
    'What the API refuses (status 400 and above) shows as a message on the error stream, and as no rows. <code>stackql exec</code> ends with exit code 0 all the same: read the messages.',
    // ENGINE E1.1
    'Which method runs is decided by the inputs that a statement gives. Without a required one, another method may run: the examples name all that is required.',
    // ENGINE E3.4, E3.5
    'In a text, write a quote twice (<code>&#39;&#39;</code>) and a backslash twice. Values of path parameters must be percent-encoded: <code>%2F</code> for a slash.',
  ];
}

function secretsOf(auth: Auth): string[] {
  switch (auth.type) {
    case 'null_auth':
      return [];
    case 'basic':
      return [auth.usernameEnvVar, auth.passwordEnvVar];
    case 'oauth2':
      return [auth.clientIdEnvVar, auth.clientSecretEnvVar];
    case 'custom':
      return [auth.envVar, ...(auth.successor ? secretsOf(auth.successor) : [])];
    default:
      return [auth.envVar];
  }
}

function authenticationText(auth: Auth, missing: readonly string[]): string {
  const lacks =
    missing.length > 0
      ? `The API asks for ${text(missing.join(', '))}, which the engine cannot do: its requests go without.`
      : '';
  if (auth.type === 'null_auth') return lacks || 'This API needs no authentication.';
  return [settingText(auth), lacks].filter((each) => each !== '').join(' ');
}

function settingText(auth: Exclude<Auth, { type: 'null_auth' }>): string {
  switch (auth.type) {
    case 'basic':
      return `Set ${code(auth.usernameEnvVar)} and ${code(auth.passwordEnvVar)} to the user name and password before you start the engine.`;
    case 'oauth2':
      return `Set ${code(auth.clientIdEnvVar)} and ${code(auth.clientSecretEnvVar)} to the id and secret of your OAuth client before you start the engine; it gets a token of ${code(auth.tokenUrl)}.`;
    case 'custom':
      return [
        `Set ${code(auth.envVar)} to ${valueText(auth)} before you start the engine; it is sent in the ${auth.location} ${auth.location === 'header' ? 'field' : 'parameter'} ${code(auth.name)}.`,
        ...(auth.successor ? [settingText(auth.successor)] : []),
      ].join(' ');
    default:
      return `Set ${code(auth.envVar)} to your ${auth.type === 'api_key' ? 'API key' : 'token'} before you start the engine; it is sent as ${code(`Authorization: ${auth.valuePrefix ?? (auth.type === 'bearer' ? 'Bearer ' : '')}…`)}.`;
  }
}

function valueText({ cookie, begins }: Extract<Auth, { type: 'custom' }>): string {
  if (cookie !== undefined) return `${code(`${cookie}=…`)}, the cookie with its secret value,`;
  return begins === undefined ? 'the secret' : `${code(`${begins}…`)}, with the secret after it,`;
}

import type {
  Auth,
  Method,
  OutputFile,
  Pagination,
  Provider,
  RequestBody,
  Resource,
  Service,
  SqlVerb,
} from '../model.js';
import { fileStem } from '../text/file-names.js';
import { toYaml } from '../text/yaml.js';

const TEMPLATE = 'golang_template_json_v0.3.0';

/**
 * Prints a provider's source tree in the registry: `src/<id>/<version>/provider.yaml` and one file per chosen service
 * (ENGINE E7.1).
 */
export function emitProvider(provider: Provider, isWanted: (service: Service) => boolean = () => true): OutputFile[] {
  return providerDocuments(provider, isWanted).map(({ path, document }) => ({ path, text: toYaml(document) }));
}

/** A file's document before it is printed. */
export function providerDocuments(
  provider: Provider,
  isWanted: (service: Service) => boolean = () => true,
): { path: string; document: object }[] {
  const root = `provider/src/${provider.id}/${provider.version}`;
  return [
    { path: `${root}/provider.yaml`, document: providerDocument(provider) },
    ...provider.services.filter(isWanted).map((service) => ({
      path: `${root}/services/${fileStem(service.name)}.yaml`,
      document: serviceDocument(service),
    })),
  ];
}

function providerDocument({ id, title, version, auth, services }: Provider) {
  return {
    id,
    name: id,
    title,
    version,
    providerServices: Object.fromEntries(
      services.map(({ name, title: serviceTitle, description }) => [
        name,
        {
          id: `${name}:${version}`,
          name,
          preferred: true,
          service: { $ref: `${id}/${version}/services/${fileStem(name)}.yaml` },
          title: serviceTitle,
          version,
          description,
        },
      ]),
    ),
    config: { auth: authDocument(auth) },
  };
}

/** `auth` in the engine's keys (ENGINE E6.7). */
function authDocument(auth: Auth): object {
  switch (auth.type) {
    case 'null_auth':
      return { type: auth.type };
    case 'basic':
      return { type: auth.type, username_var: auth.usernameEnvVar, password_var: auth.passwordEnvVar };
    case 'api_key':
    case 'bearer':
      return {
        type: auth.type,
        credentialsenvvar: auth.envVar,
        ...(auth.valuePrefix !== undefined && { valuePrefix: auth.valuePrefix }),
      };
    case 'custom':
      return {
        type: auth.type,
        location: auth.location,
        name: auth.name,
        credentialsenvvar: auth.envVar,
        ...(auth.valuePrefix !== undefined && { valuePrefix: auth.valuePrefix }),
        ...(auth.successor && { successor: authDocument(auth.successor) }),
      };
    case 'oauth2':
      return {
        type: auth.type,
        grant_type: 'client_credentials',
        client_id_env_var: auth.clientIdEnvVar,
        client_secret_env_var: auth.clientSecretEnvVar,
        token_url: auth.tokenUrl,
        ...(auth.scopes && { scopes: auth.scopes }),
      };
  }
}

function serviceDocument({ document, resources }: Service) {
  const components = document.components as object;
  return {
    ...document,
    components: {
      ...components,
      'x-stackQL-resources': Object.fromEntries(
        resources.map((resource) => [resource.name, resourceDocument(resource)]),
      ),
    },
  };
}

function resourceDocument({ id, name, methods, routes }: Resource) {
  return {
    id,
    name,
    title: name,
    methods: Object.fromEntries(methods.map((method) => [method.name, methodDocument(method)])),
    // All five keys: an absent one lets the engine guess from method names (ENGINE E1.5).
    sqlVerbs: Object.fromEntries(
      Object.entries(routes).map(([verb, names]) => [
        verb,
        names.map((method) => ({ $ref: `#/components/x-stackQL-resources/${name}/methods/${method}` })),
      ]),
    ),
  };
}

function paginationDocument({ algorithm, requestToken, responseToken, responseTerminator }: Pagination) {
  return {
    ...(algorithm && { algorithm }),
    requestToken,
    responseToken,
    ...(responseTerminator && { responseTerminator }),
  };
}

function transformDocument({ template, component }: { template: string; component: string }) {
  return {
    overrideMediaType: 'application/json',
    schema_override: { $ref: `#/components/schemas/${component}` },
    transform: { type: TEMPLATE, body: template },
  };
}

/**
 * The template that makes the body of what the engine would send, where that is not what the API takes. UPDATE, REPLACE
 * and EXEC send every value as a string (ENGINE E8.2; EXEC: tried): those of numbers and booleans are printed as they
 * are. A field with a dot in its name is sent as an object in an object (ENGINE N27): it is taken out again. An engine
 * that does not know templates sends what it did before.
 */
function bodyTransform(verb: SqlVerb, { mediaType, fields }: RequestBody) {
  const value = rawValue(verb === 'update' || verb === 'replace' || verb === 'exec' ? fields : []);
  const names = fields.map(propertyOf);
  const nested = names.filter((name) => name.includes('.'));
  if (!/json$/i.test(mediaType) || (value === AS_JSON && nested.length === 0)) return {};
  const printed = `{{$sep}}{{toJson $k}}:${value}{{$sep = ","}}`;
  const holders = new Set(nested.map((name) => name.split('.')[0]).filter((name) => !names.includes(name as string)));
  const isHolder = `eq $k ${[...holders].map((name) => JSON.stringify(name)).join(' ')}`;
  const plain = holders.size > 0 ? `{{if not (${isHolder})}}${printed}{{end}}` : printed;
  const taken = nested.map((name) => {
    const found = name.split('.').reduce((inner, key) => `(safeIndex ${inner} ${JSON.stringify(key)})`, '.');
    return `{{$k := ${JSON.stringify(name)}}}{{$v := ${found}}}{{if ne (kindOf $v) "invalid"}}${printed}{{end}}`;
  });
  const body = `{ {{- $sep := "" -}}{{range $k, $v := .}}${plain}{{end${nested.length > 0 ? '' : ' -'}}}${taken.join('')} }`;
  return { transform: { type: TEMPLATE, body } };
}

const AS_JSON = '{{toJson $v}}';

/** The template of the value `$v` of the field `$k`: without quotes, where it is the text of a number or boolean. */
function rawValue(fields: RequestBody['fields']): string {
  const named = (...types: string[]) =>
    fields.filter(({ type }) => types.includes(type.type)).map((field) => JSON.stringify(propertyOf(field)));
  const [numbers, booleans] = [named('integer', 'number'), named('boolean')];
  const digits = '"-" "0" "1" "2" "3" "4" "5" "6" "7" "8" "9"';
  const isRaw = [
    ...(numbers.length > 0 ? [`(and (eq $k ${numbers.join(' ')}) (ne $v "") (eq (slice $v 0 1) ${digits}))`] : []),
    ...(booleans.length > 0 ? [`(and (eq $k ${booleans.join(' ')}) (eq $v "true" "false"))`] : []),
  ];
  if (isRaw.length === 0) return AS_JSON;
  const condition = isRaw.length > 1 ? `(or ${isRaw.join(' ')})` : isRaw[0];
  return `{{if and (eq (printf "%T" $v) "string") ${condition}}}{{$v}}{{else}}${AS_JSON}{{end}}`;
}

function propertyOf({ name, property = name }: RequestBody['fields'][number]): string {
  return property;
}

function methodDocument({ verb, http, body, response, pagination }: Method) {
  const config = {
    ...(body?.sendable && !body.prefixed && { requestBodyTranslate: { algorithm: 'naive' } }),
    ...(pagination && { pagination: paginationDocument(pagination) }),
  };
  return {
    // Only `/` is escaped: the engine does not decode `~0` (ENGINE E6.5).
    operation: { $ref: `#/paths/${http.path.replaceAll('/', '~1')}/${http.method.toLowerCase()}` },
    ...(body && { request: { mediaType: body.mediaType, ...bodyTransform(verb, body) } }),
    response: {
      mediaType: response.row?.mediaType ?? 'application/json',
      openAPIDocKey: response.status,
      ...(response.row?.objectKey !== undefined && { objectKey: response.row.objectKey }),
      ...(response.row?.transform && transformDocument(response.row.transform)),
    },
    ...(Object.keys(config).length > 0 && { config }),
  };
}

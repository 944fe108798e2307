import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { enumOf } from '../map/operations/schema.js';
import type { Auth, Because, DataType, Method, Pagination, Parameter, Provider, Resource, Service } from '../model.js';
import { isObject } from '../read/objects.js';
import { readPackages } from './files.js';
import { compositionOf } from './schema.js';
import { structureOf } from './structure.js';
import {
  type Body,
  type Document,
  type Located,
  type MethodEntry,
  type Operation,
  type ResourceEntry,
  ROUTED_VERBS,
  type ServiceFile,
} from './types.js';

/**
 * A published provider as the Model, as far as its files say it. Throws `package-missing`, or what is wrong with its
 * YAML.
 */
export function readProvider(folder: string): Provider {
  const [files, ...others] = readPackages(folder);
  if (others.length > 0)
    throw new ProblemsError([
      { code: 'usage', message: `${folder} holds several providers or versions: name the folder of one` },
    ]);
  const problems: readonly Problem[] = files?.problems ?? [];
  if (problems.length > 0) throw new ProblemsError(problems);
  return providerOf(files?.documents ?? []);
}

/** The Model of a provider's documents, with what the engine would make of them. */
export function providerOf(documents: readonly Document[]): Provider {
  const { provider, services } = structureOf(documents);
  const { name, title, version } = provider?.value ?? {};
  const id = stringOrEmpty(name) || provider?.folder || 'provider';
  const auth = provider?.config.value.auth;
  return {
    id,
    title: stringOrEmpty(title) || id,
    description: '',
    version: stringOrEmpty(version) || (provider?.version ?? ''),
    // In the engine's own words: nothing here is made of it, it is compared.
    auth: (isObject(auth) ? auth : { type: 'null_auth' }) as unknown as Auth,
    docs: { image: '' },
    objects: {},
    services: services.map((service) =>
      serviceOf(id, service, provider?.services.find(({ file }) => file === service)?.value.description),
    ),
  };
}

const BECAUSE: Because = { rule: 'published', saw: 'the provider says so' };

function serviceOf(provider: string, service: ServiceFile, description: unknown): Service {
  return {
    name: service.name,
    title: service.name,
    description: stringOrEmpty(description),
    document: service.value,
    resources: service.resources.map((resource) => resourceOf(provider, resource)),
    because: BECAUSE,
  };
}

function resourceOf(provider: string, resource: ResourceEntry): Resource {
  const names = ROUTED_VERBS.map((verb) => [verb, resource.routes[verb].map(({ name }) => name)]);
  return {
    name: resource.name,
    id: `${provider}.${resource.service.name}.${resource.name}`,
    methods: resource.methods.flatMap((method) => (method.operation ? [methodOf(method, method.operation)] : [])),
    routes: Object.fromEntries(names) as Resource['routes'],
    because: BECAUSE,
  };
}

function methodOf(method: MethodEntry, operation: Operation): Method {
  const pagination = paginationOf(method);
  const { operationId, summary, description, deprecated } = operation.value;
  return {
    name: method.name,
    verb: method.verbs[0] ?? 'exec',
    operationId: stringOrEmpty(operationId) || `${operation.httpMethod} ${operation.path}`,
    http: { method: operation.httpMethod.toUpperCase(), path: operation.path },
    summary: stringOrEmpty(summary),
    description: stringOrEmpty(description) || stringOrEmpty(summary),
    deprecated: deprecated === true,
    parameters: parametersOf(method, operation, pagination?.requestToken.key),
    ...(operation.body && { body: bodyOf(method, operation, operation.body) }),
    response: responseOf(method, operation),
    ...(pagination && { pagination }),
    at: operation.at,
    because: { name: BECAUSE, verb: BECAUSE },
  };
}

function parametersOf(method: MethodEntry, operation: Operation, token: string | undefined): Parameter[] {
  const { service } = method.resource;
  return [...operation.itemParameters, ...operation.parameters, ...serverVariables(operation)].map((parameter) => ({
    ...described(service, parameter.schema ?? { value: {}, at: parameter.at }),
    name: parameter.name,
    in: parameter.in as Parameter['in'],
    required: operation.required.has(parameter.name) || parameter.in === 'path' || parameter.in === 'server',
    declaredOn: 'operation',
    description: stringOrEmpty(parameter.value.description),
    pageToken: parameter.in === 'query' && parameter.name === token,
    at: parameter.at,
  }));
}

function bodyOf(method: MethodEntry, operation: Operation, body: Body): NonNullable<Method['body']> {
  const { service } = method.resource;
  const { mediaType = '', fields, required } = body;
  const names = parameterNames(operation);
  const isInput = ([name, field]: [string, Located]) =>
    service.follow(field)?.value.readOnly !== true && !names.has(name);
  return {
    mediaType,
    sendable: /[/+](json|xml)$/i.test(mediaType),
    fields: [...fields].filter(isInput).map(([name, field]) => ({
      ...described(service, field),
      name,
      required: required.includes(name),
      at: field.at,
    })),
  };
}

function responseOf(method: MethodEntry, { response }: Operation): Method['response'] {
  const { mediaType = '', objectKey, rows } = response;
  const columnOf = ([name, column]: [string, Located]) => ({
    ...described(method.resource.service, column),
    name,
    at: column.at,
  });
  return {
    status: stringOrEmpty(response.value.openAPIDocKey),
    description: '',
    ...(rows?.kind === 'columns' && {
      row: { mediaType, ...(objectKey !== '' && { objectKey }), columns: [...rows.columns].map(columnOf) },
    }),
  };
}

function parameterNames({ parameters, itemParameters }: Operation): Set<string> {
  return new Set([...parameters, ...itemParameters].map(({ name }) => name));
}

/** Required like any other input (ENGINE E1.4). */
function serverVariables({
  server,
}: Operation): { name: string; in: string; value: Record<string, unknown>; at: string; schema?: Located }[] {
  const variables = isObject(server?.value.variables) ? server.value.variables : {};
  return Object.entries(variables).map(([name, value]) => ({
    name,
    in: 'server',
    value: isObject(value) ? value : {},
    at: server?.at ?? '',
  }));
}

function paginationOf({ pagination }: MethodEntry): Pagination | undefined {
  const { requestToken, responseToken } = pagination ?? {};
  return isObject(requestToken) && isObject(responseToken)
    ? ({ ...pagination, because: BECAUSE } as unknown as Pagination)
    : undefined;
}

/** What a schema says in one word and in words. */
function described(
  service: ServiceFile,
  written: Located,
): { type: DataType; description: string; enum?: readonly string[] } {
  const schema = service.follow(written) ?? written;
  const values = Array.isArray(schema.value.enum) ? enumOf({ enum: schema.value.enum }) : undefined;
  return {
    type: typeOf(service, schema),
    description: stringOrEmpty(written.value.description) || stringOrEmpty(schema.value.description),
    ...(values && { enum: values }),
  };
}

function typeOf(service: ServiceFile, schema: Located, depth = 0): DataType {
  const { type, format, properties, additionalProperties, items } = schema.value;
  const held = items ? 'array' : '';
  const own = stringOrEmpty(type) || (properties || additionalProperties ? 'object' : held);
  if (own !== '') return { type: own as DataType['type'], ...(typeof format === 'string' && { format }) };
  const branch = depth < 20 ? compositionOf(schema)?.branches[0] : undefined;
  const followed = branch && service.follow(branch);
  return followed ? typeOf(service, followed, depth + 1) : { type: 'string' };
}

/** A string as it is, anything else as an empty one. */
function stringOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

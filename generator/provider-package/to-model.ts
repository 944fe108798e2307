import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { enumOf } from '../map/operations/schema.js';
import type {
  Auth,
  Because,
  BodyField,
  DataType,
  Method,
  Pagination,
  Parameter,
  Provider,
  Resource,
  Service,
  SqlVerb,
} from '../model.js';
import { isObject } from '../read/objects.js';
import { readPackages } from './files.js';
import { compositionOf } from './schema.js';
import { structureOf } from './structure.js';
import {
  type Document,
  type Located,
  type MethodEntry,
  type Operation,
  type ResourceEntry,
  ROUTED_VERBS,
  type ServiceFile,
} from './types.js';

/** A published provider as the Model, as far as its files say it. Throws `package-missing`, or what is wrong with its YAML. */
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
  const id = textOf(name) || provider?.folder || 'provider';
  const auth = provider?.config.value.auth;
  return {
    id,
    title: textOf(title) || id,
    description: '',
    version: textOf(version) || (provider?.version ?? ''),
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
    description: textOf(description),
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
  const { service } = method.resource;
  const verb: SqlVerb = method.verbs[0] ?? 'exec';
  const { body, answer } = operation;
  const pagination = paginationOf(method);
  const token = pagination?.requestToken.key;
  const bodyFields = [...(body?.fields ?? [])]
    .filter(([name, field]) => service.follow(field)?.value.readOnly !== true && !parameterNames(operation).has(name))
    .map(
      ([name, field]): BodyField => ({
        ...described(service, field),
        name,
        required: body?.required.includes(name) ?? false,
        at: field.at,
      }),
    );
  return {
    name: method.name,
    verb,
    operationId: textOf(operation.value.operationId) || `${operation.httpMethod} ${operation.path}`,
    http: { method: operation.httpMethod.toUpperCase(), path: operation.path },
    summary: textOf(operation.value.summary),
    description: textOf(operation.value.description) || textOf(operation.value.summary),
    deprecated: operation.value.deprecated === true,
    parameters: [...operation.itemParameters, ...operation.parameters, ...serverVariables(operation)].map(
      (parameter): Parameter => ({
        ...described(service, parameter.schema ?? { value: {}, at: parameter.at }),
        name: parameter.name,
        in: parameter.in as Parameter['in'],
        required: operation.required.has(parameter.name) || parameter.in === 'path' || parameter.in === 'server',
        declaredOn: 'operation',
        description: textOf(parameter.value.description),
        pageToken: parameter.in === 'query' && parameter.name === token,
        at: parameter.at,
      }),
    ),
    ...(body && {
      body: {
        mediaType: body.mediaType ?? '',
        sendable: /[/+](json|xml)$/i.test(body.mediaType ?? ''),
        fields: bodyFields,
      },
    }),
    response: {
      status: textOf(answer.value.openAPIDocKey),
      description: '',
      ...(answer.rows?.kind === 'columns' && {
        row: {
          mediaType: answer.mediaType ?? '',
          ...(answer.objectKey !== '' && { objectKey: answer.objectKey }),
          columns: [...answer.rows.columns].map(([name, column]) => ({
            ...described(service, column),
            name,
            at: column.at,
          })),
        },
      }),
    },
    ...(pagination && { pagination }),
    at: operation.at,
    because: { name: BECAUSE, verb: BECAUSE },
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
    description: textOf(written.value.description) || textOf(schema.value.description),
    ...(values && { enum: values }),
  };
}

function typeOf(service: ServiceFile, schema: Located, depth = 0): DataType {
  const { type, format, properties, additionalProperties, items } = schema.value;
  const own = textOf(type) || (properties || additionalProperties ? 'object' : items ? 'array' : '');
  if (own !== '') return { type: own as DataType['type'], ...(typeof format === 'string' && { format }) };
  const branch = depth < 20 ? compositionOf(schema)?.branches[0] : undefined;
  const followed = branch && service.follow(branch);
  return followed ? typeOf(service, followed, depth + 1) : { type: 'string' };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

import type { Location, Parameter } from '../../model.js';
import { isObject } from '../../read/objects.js';
import type { OperationObject, ParameterObject, PathItemObject, ServerObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import { placeholdersOf } from '../../text/path-template.js';
import { scalarText } from './fields.js';
import type { LenientSpec, Written } from './lenient.js';
import { dataType, descriptionOf, namedValues, objectShape } from './schema.js';
import { serverParameters } from './servers.js';

/** A parameter object as the spec has it, for the service document. */
export interface DeclaredParameter extends Located<ParameterObject> {
  /** Where its schema stands, if that is not the parameter's own: a parameter of an object's property. */
  readonly schemaAt?: Location;
}

export function schemaLocation({ at, schemaAt }: DeclaredParameter): Location {
  return schemaAt ?? step(at, 'schema');
}

/** Headers that the engine sets itself; declaring them shadows or breaks its own (ENGINE E8.9). */
const ENGINE_HEADERS = ['accept', 'authorization', 'content-type'];

/** An operation and what surrounds it. */
interface Surroundings {
  readonly spec: LenientSpec;
  readonly path: string;
  readonly item: PathItemObject;
  readonly itemAt: Location;
  readonly operation: OperationObject;
  readonly operationAt: Location;
  readonly server: ServerObject;
}

type FoundParameter = DeclaredParameter & Pick<Parameter, 'declaredOn'>;

/**
 * An operation's parameters: server variables, then those of the path item, then its own. An operation's parameter
 * replaces the path item's of the same name and location (OpenAPI 3.0.3, 4.7.9.1); the engine needs them all on the
 * operation (ENGINE E2.1).
 */
export function parametersOf(surroundings: Surroundings): { declared: DeclaredParameter[]; parameters: Parameter[] } {
  const { spec, path, server } = surroundings;
  const found = declaredParameters(surroundings);
  const placeholders = new Set(placeholdersOf(path.split('?')[0] ?? ''));
  requirePlaceholders(placeholders, found, surroundings);
  const keys = keyHeaders(surroundings);
  const declared = [...found.values()].filter(({ value, at }) => {
    const isKey = value.in === 'header' && keys.has(value.name.toLowerCase());
    const why = isKey ? `header parameter ${value.name} is the API key` : obstacleOf(value, path, placeholders, found);
    if (why !== undefined) spec.report({ code: 'parameter-dropped', message: why, at });
    return why === undefined;
  });
  const parameters = declared.map((parameter) => parameterOf(spec, parameter));
  // Two inputs of one name are one in SQL: the API's own wins over the server's.
  const own = new Set(parameters.map(({ name }) => name));
  const serverVariables = serverParameters(server, spec.at).filter(({ name }) => !own.has(name));
  return { declared, parameters: [...serverVariables, ...parameters] };
}

/**
 * The headers, in lower case, of the API keys that the operation requires: the engine sends them (ENGINE E6.7, N18). Of
 * several keys those that no alternative does without.
 */
function keyHeaders({ spec, operation }: Surroundings): Set<string> {
  const schemes = spec.document.components?.securitySchemes;
  const alternatives = (operation.security ?? spec.document.security ?? []).map((one) => Object.keys(one));
  const headers = Object.entries(isObject(schemes) ? schemes : {}).flatMap(([name, scheme]) => {
    const { type, in: location, name: header } = isObject(scheme) ? scheme : {};
    return type === 'apiKey' && location === 'header' && typeof header === 'string' ? [{ name, header }] : [];
  });
  const isSent = ({ name }: { name: string }) =>
    headers.length === 1
      ? alternatives.some((names) => names.includes(name))
      : alternatives.length > 0 && alternatives.every((names) => names.includes(name));
  return new Set(headers.filter(isSent).map(({ header }) => header.toLowerCase()));
}

/** By location and name: `path id`. */
function declaredParameters(surroundings: Surroundings): Map<string, FoundParameter> {
  const { spec, path, item, itemAt, operation, operationAt } = surroundings;
  const found = new Map<string, FoundParameter>();
  for (const [list = [], holderAt, declaredOn] of [
    [item.parameters, itemAt, 'path-item'],
    [operation.parameters, operationAt, 'operation'],
  ] as const)
    for (const [index, written] of list.entries()) {
      const located = spec.follow<ParameterObject>(written, step(holderAt, 'parameters', index), 'parameter');
      const value = inQueryOf(path, located.value);
      const { name, in: location } = value;
      if (typeof name === 'string' && name !== '' && typeof location === 'string') {
        for (const one of eachProperty(spec, { ...located, value }))
          found.set(`${location} ${one.value.name}`, { ...one, declaredOn });
      } else
        spec.report({ code: 'spec-shape', message: 'a parameter needs `name` and `in`; left out', at: located.at });
    }
  return found;
}

/** Objects in objects in a query are taken apart so deep. */
const DEEPEST = 3;

/**
 * A query parameter that is an object, as one parameter for each of its properties: `filter[status]` of a deepObject,
 * else `status` (OpenAPI 3.0.3, 4.7.12). The engine would send it as JSON (ENGINE N28).
 */
function eachProperty(spec: LenientSpec, parameter: DeclaredParameter, depth = 0): DeclaredParameter[] {
  const { value } = parameter;
  const { style = 'form', explode = style === 'form' } = value;
  const isDeep = style === 'deepObject';
  const at = schemaLocation(parameter);
  const isApart = value.in === 'query' && isObject(value.schema) && (isDeep || (style === 'form' && explode === true));
  const shape = isApart && depth < DEEPEST ? objectShape(spec, value.schema as Written, at) : undefined;
  if (!shape) return [parameter];
  return [...shape.properties].flatMap(([name, property]) => {
    const { explode: _explode, example: _example, ...rest } = value;
    const own: ParameterObject = {
      ...rest,
      name: isDeep ? `${value.name}[${name}]` : name,
      required: value.required === true && shape.required.has(name),
      description: descriptionOf(spec, property.value, property.at),
      schema: property.value,
    };
    if (!isDeep) delete own.style;
    const inner = { value: own, at: parameter.at, schemaAt: property.at };
    return isDeep ? eachProperty(spec, inner, depth + 1) : [inner];
  });
}

/** Every placeholder of the path has a required parameter, declared or not. */
function requirePlaceholders(
  placeholders: ReadonlySet<string>,
  found: Map<string, FoundParameter>,
  { spec: { report }, path, operationAt }: Surroundings,
): void {
  for (const name of Object.values(queryPlaceholders(path))) {
    if (found.has(`query ${name}`)) continue;
    report({ code: 'parameter-undeclared', message: `${name} of ${path} has no parameter`, at: operationAt });
    const value: ParameterObject = { name, in: 'query', required: true, schema: { type: 'string' } };
    found.set(`query ${name}`, { at: operationAt, declaredOn: 'operation', value });
  }
  for (const name of placeholders) {
    const declared = found.get(`path ${name}`);
    if (declared?.value.required === true) continue;
    if (declared) report({ code: 'parameter-not-required', message: `path parameter ${name}`, at: declared.at });
    else report({ code: 'parameter-undeclared', message: `{${name}} of ${path} has no parameter`, at: operationAt });
    found.set(`path ${name}`, {
      at: operationAt,
      declaredOn: 'operation',
      ...declared,
      value: { schema: { type: 'string' }, ...declared?.value, name, in: 'path', required: true },
    });
  }
}

/** Returns why the engine cannot have a parameter. */
function obstacleOf(
  { name, in: location }: ParameterObject,
  path: string,
  placeholders: ReadonlySet<string>,
  found: ReadonlyMap<string, FoundParameter>,
): string | undefined {
  if (location === 'cookie' || (location === 'header' && ENGINE_HEADERS.includes(name.toLowerCase())))
    return `${location} parameter ${name}`;
  if (location === 'path') return placeholders.has(name) ? undefined : `path parameter ${name} is not in ${path}`;
  if (location !== 'query' && location !== 'header') return `parameter ${name} in "${location}"`;
  const hasNamesake = found.has(`path ${name}`) || (location === 'header' && found.has(`query ${name}`));
  return hasNamesake ? `${location} parameter ${name} has the name of another one` : undefined;
}

function parameterOf(spec: LenientSpec, parameter: FoundParameter): Parameter {
  const { value, at, declaredOn } = parameter;
  const schemaAt = schemaLocation(parameter);
  const schema = isObject(value.schema) ? spec.schema(value.schema, schemaAt).value : {};
  const example = value.example ?? schema.example;
  return {
    name: value.name,
    in: value.in as Parameter['in'],
    required: value.required === true,
    declaredOn,
    type: isObject(value.schema) ? dataType(spec, value.schema, schemaAt) : { type: 'string' },
    description: typeof value.description === 'string' ? value.description : '',
    pageToken: false,
    at,
    ...(schema.default !== undefined && { default: scalarText(schema.default) }),
    ...(example !== undefined && { example: scalarText(example) }),
    ...(isObject(value.schema) && namedValues(spec, value.schema, schemaAt)),
    ...(value.deprecated === true && { deprecated: true }),
  };
}

/** The placeholders in the query of a path, each with what it is the value of: `/things?app={id}` has `id: app`. */
function queryPlaceholders(path: string): Record<string, string> {
  const pairs = [...new URLSearchParams(path.split('?', 2)[1])];
  return Object.fromEntries(
    pairs.flatMap(([name, value]) => (/^\{[^{}]+\}$/.test(value) && name !== '' ? [[value.slice(1, -1), name]] : [])),
  );
}

/** A path parameter that stands only in the query of the path, as in `/things?app={id}`: it is the `app` of the query. */
function inQueryOf(path: string, parameter: ParameterObject): ParameterObject {
  const placeholders = queryPlaceholders(path);
  if (parameter.in !== 'path' || !Object.hasOwn(placeholders, parameter.name)) return parameter;
  const isInRoute = path.split('?', 1)[0]?.includes(`{${parameter.name}}`);
  return isInRoute
    ? parameter
    : { ...parameter, name: placeholders[parameter.name] as string, in: 'query', required: true };
}

/**
 * The reader of the API's own description, with `sample.ts` and `responses.ts`: the oracle that `verify` holds the
 * provider against. It shares no code with `map/` on purpose. Whatever the mapper misreads, this file must read on its
 * own, or `verify` would agree with the mistake.
 */

import { ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import {
  HTTP_METHODS,
  type OperationObject,
  type ParameterObject,
  type Reference,
  type RequestBodyObject,
  type ResponseObject,
  type ServerObject,
} from '../read/openapi.js';
import { step } from '../read/pointer.js';
import type { Located, Spec } from '../read/spec.js';
import { type Fields, fieldsOf, followed, type Schema, type SchemaObject, typeOf } from './sample.js';

/**
 * An operation as the API's own description has it: the truth about where each input belongs, whatever the provider
 * says. This reader of the spec is an oracle: `verify` judges the mapper by it, so it shares no code with `map/`, and a
 * mistake of the one is not repeated by the other.
 */
export interface ApiOperation {
  readonly spec: Spec;
  readonly at: Location;
  /** Upper case. */
  readonly method: string;
  /** The path template, without the server's part and a query. */
  readonly path: string;
  /** Names in the query that some path keys have. */
  readonly fixed: readonly string[];
  /** Every template with a server's base path before it, names blanked: `/v1/things/{}`. */
  readonly shapes: readonly string[];
  /** Matches the path of a request; its groups are the values of `names`. */
  readonly pattern: RegExp;
  /** The path's placeholders, in order. */
  readonly names: readonly string[];
  readonly parameters: readonly ApiParameter[];
  readonly body?: ApiBody;
  readonly responses: Readonly<Record<string, Located<ResponseObject>>>;
  /** Where a secret may stand; none: the operation is public. */
  readonly secrets: readonly SecretPlace[];
}

export interface ApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly required: boolean;
  readonly hasDefault: boolean;
  readonly type: string;
}

export interface ApiBody {
  /** Lower case, without parameters. */
  readonly mediaTypes: readonly string[];
  /** The top-level fields of an object; none for any other root. */
  readonly fields?: Fields;
}

export interface SecretPlace {
  readonly in: 'header' | 'query';
  readonly name: string;
}

/**
 * Every operation of a spec, without what its dangling references stand for. `servers`: those of the config in place
 * of the document's. Throws `spec-version` for anything but OpenAPI 3.
 */
export function operationsOf(spec: Spec, servers = spec.document.servers): ApiOperation[] {
  const { document } = spec;
  if (!String(document.openapi).startsWith('3.'))
    throw new ProblemsError([
      {
        code: 'spec-version',
        message: 'verify compares with OpenAPI 3',
        at: step(spec.at, document.swagger === undefined ? 'openapi' : 'swagger'),
      },
    ]);
  return Object.entries(document.paths ?? {}).flatMap(([path, written]) => {
    if (!path.startsWith('/')) return [];
    const found = followed(spec, written, step(spec.at, 'paths', path));
    if (!found) return [];
    const { value: item, at } = found;
    return HTTP_METHODS.filter((method) => item[method]).map((method) => {
      const operation = item[method] as OperationObject;
      const operationAt = step(at, method);
      // An empty list says nothing.
      const ownServers = [operation.servers, item.servers, servers].find((each) => each && each.length > 0) ?? [];
      return {
        spec,
        at: operationAt,
        method: method.toUpperCase(),
        path: withoutQuery(path),
        fixed: [...new URLSearchParams(path.split('?')[1])].flatMap(([name, value]) =>
          value.includes('{') ? [] : [name],
        ),
        ...pathOf(ownServers, withoutQuery(path)),
        parameters: parametersOf(spec, path, [
          ...(operation.parameters ?? []).map((value, index) => ({
            value,
            at: step(operationAt, 'parameters', index),
          })),
          ...(item.parameters ?? []).map((value, index) => ({ value, at: step(at, 'parameters', index) })),
        ]),
        ...bodyOf(spec, operation, operationAt),
        responses: Object.fromEntries(
          Object.entries(operation.responses ?? {})
            .filter(([status]) => /^2|^default$/.test(status))
            .flatMap(([status, response]) => {
              const located = followed<ResponseObject>(spec, response, step(operationAt, 'responses', status));
              return located ? [[status, located]] : [];
            }),
        ),
        secrets: secretsOf(spec, operation),
      };
    });
  });
}

/**
 * The operation that a request reaches: the most literal of those that match. Nothing tells operations apart whose
 * templates differ in their names only, `/{a}/keys` and `/{b}/keys`: of these it is `asked`, if that is one of them.
 */
export function operationFor(
  operations: readonly ApiOperation[],
  method: string,
  path: string,
  asked?: ApiOperation,
): ApiOperation | undefined {
  const found = byMethod(operations)
    .get(method)
    ?.find((operation) => operation.pattern.test(path));
  const isSame = asked?.method === method && asked.pattern.source === found?.pattern.source;
  return isSame && operations.includes(asked) ? asked : found;
}

const sorted = new WeakMap<readonly ApiOperation[], Map<string, ApiOperation[]>>();

/** The operations of each HTTP method, the most literal first. */
function byMethod(operations: readonly ApiOperation[]): Map<string, ApiOperation[]> {
  const known = sorted.get(operations);
  if (known) return known;
  const found = new Map<string, ApiOperation[]>();
  for (const operation of operations) {
    const same = found.get(operation.method);
    if (same) same.push(operation);
    else found.set(operation.method, [operation]);
  }
  for (const each of found.values())
    each.sort((a, b) => a.names.length - b.names.length || b.path.length - a.path.length);
  sorted.set(operations, found);
  return found;
}

/** A template with its names blanked, so that two descriptions of an API may name a placeholder differently. */
export function shapeOf(template: string): string {
  return withoutQuery(template).replace(/\{[^{}]*\}/g, '{}');
}

/** The base path of a server URL: `https://{host}/v1/` has `/v1`. A variable may hold a pattern with slashes in it. */
export function basePath(url: string): string {
  return url.replace(/^[^/]*:\/\/(?:\{[^}]*(?:\{[^}]*\}[^}]*)*\}|[^/{])*/, '').replace(/\/+$/, '');
}

function pathOf(servers: readonly ServerObject[], path: string) {
  const bases = servers.length > 0 ? [...new Set(servers.map(({ url }) => basePath(url)))] : [''];
  const names = placeholdersOf(path);
  const base = bases.map((each) => literalPattern(each, '[^/]+')).join('|');
  return {
    shapes: bases.map((each) => shapeOf(each + path)),
    pattern: new RegExp(`^(?:${base})${literalPattern(path, '([^/]*)')}/?$`),
    names,
  };
}

/** `/a/{b}/{c}` has `b` and `c`. */
export function placeholdersOf(template: string): string[] {
  return [...withoutQuery(template).matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
}

function literalPattern(template: string, placeholder: string): string {
  return template
    .split(/\{[^{}]*\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join(placeholder);
}

/** Without its query, and as a request has it: letters beyond ASCII are percent-encoded. */
function withoutQuery(path: string): string {
  const route = path.replace(/[?#].*$/, '');
  return route.replace(/\{[^{}]*\}|[^ -~]+/g, (part) => (part.startsWith('{') ? part : encodeURIComponent(part)));
}

/**
 * The operation's own first: on the same name and place they win over the path item's. A placeholder without a
 * parameter is one all the same: no request can do without its value.
 */
function parametersOf(spec: Spec, path: string, written: readonly Located<unknown>[]): ApiParameter[] {
  const found = new Map<string, ApiParameter>();
  for (const { value, at } of written) {
    const located = followed<ParameterObject>(spec, value as ParameterObject, at);
    if (!located) continue;
    const { value: parameter, at: parameterAt } = located;
    const { name } = parameter;
    // `/things?app={app}` declares its query in the path.
    const isInQuery = parameter.in === 'path' && !placeholdersOf(path).includes(name) && path.includes(`={${name}}`);
    const location = isInQuery ? 'query' : parameter.in;
    if (found.has(`${location} ${name}`)) continue;
    const schema = parameter.schema && { value: parameter.schema as Schema, at: step(parameterAt, 'schema') };
    if (location === 'query' && schema && isTakenApart(parameter)) {
      const parts = propertiesIn(spec, name, schema, parameter.style === 'deepObject', parameter.required === true);
      for (const part of parts) if (!found.has(`query ${part.name}`)) found.set(`query ${part.name}`, part);
      if (parts.length > 0) continue;
    }
    found.set(`${location} ${name}`, {
      name,
      in: location as ApiParameter['in'],
      required: parameter.in === 'path' || parameter.required === true,
      hasDefault:
        schema !== undefined && followed<SchemaObject>(spec, schema.value, schema.at)?.value.default !== undefined,
      type: schema ? typeOf(spec, schema) : 'string',
    });
  }
  for (const name of placeholdersOf(path))
    if (!found.has(`path ${name}`))
      found.set(`path ${name}`, { name, in: 'path', required: true, hasDefault: false, type: 'string' });
  return [...found.values()];
}

/** Does a query have an object's properties one by one (OpenAPI 3.0.3, 4.7.12)? */
function isTakenApart({ style = 'form', explode }: ParameterObject): boolean {
  return style === 'deepObject' || (style === 'form' && explode !== false);
}

/** The properties of an object in a query: `filter[status]`, or `status` where it is not deep. */
function propertiesIn(
  spec: Spec,
  name: string,
  schema: Located<Schema>,
  isDeep: boolean,
  required: boolean,
  depth = 0,
): ApiParameter[] {
  const fields = depth < 3 ? fieldsOf(spec, schema) : undefined;
  return [...(fields?.all ?? [])].flatMap(([key, field]): ApiParameter[] => {
    const own = isDeep ? `${name}[${key}]` : key;
    const isRequired = required && (fields?.required.has(key) ?? false);
    const inner = isDeep ? propertiesIn(spec, own, field, true, isRequired, depth + 1) : [];
    const hasDefault = followed<SchemaObject>(spec, field.value as SchemaObject, field.at)?.value.default !== undefined;
    return inner.length > 0
      ? inner
      : [{ name: own, in: 'query', required: isRequired, hasDefault, type: typeOf(spec, field) }];
  });
}

function bodyOf(spec: Spec, operation: OperationObject, at: Location): { body?: ApiBody } {
  if (!operation.requestBody) return {};
  const found = followed<RequestBodyObject>(spec, operation.requestBody, step(at, 'requestBody'));
  if (!found) return {};
  const { value, at: bodyAt } = found;
  const mediaTypes = Object.keys(value.content ?? {});
  const mediaType = mediaTypes.find(isJson) ?? mediaTypes[0];
  if (mediaType === undefined) return {};
  const written = value.content?.[mediaType]?.schema as Schema | undefined;
  const schema = written && { value: written, at: step(bodyAt, 'content', mediaType, 'schema') };
  const fields = schema && isJson(mediaType) ? fieldsOf(spec, schema) : undefined;
  return { body: { mediaTypes: mediaTypes.map(plainType), ...(fields && { fields }) } };
}

/** `application/json; charset=utf-8` is `application/json`. */
export function plainType(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase();
}

/** JSON by its own name, or what leaves room for it: any type, and names without a type such as `vnd.acme+json`. */
export function isJson(mediaType: string): boolean {
  return /[/+]json\b/i.test(mediaType) || isLoose(mediaType);
}

/** Is it a range, or not a media type at all? A request then says `application/json`. */
export function isLoose(mediaType: string): boolean {
  return /^(\*|application)\/\*|^[^/]+[+.]json$/i.test(mediaType);
}

interface SecurityScheme {
  type?: string;
  scheme?: string;
  in?: string;
  name?: string;
}

/**
 * Any place that some scheme of the API names: which scheme an operation lists is often out of date. None for an
 * operation that asks for nothing, or allows `{}`, or asks for what cannot be checked.
 */
function secretsOf(spec: Spec, operation: OperationObject): SecretPlace[] {
  type Requirement = Record<string, unknown>;
  const requirements =
    (operation as { security?: Requirement[] }).security ??
    (spec.document as { security?: Requirement[] }).security ??
    [];
  if (requirements.length === 0 || requirements.some((requirement) => Object.keys(requirement).length === 0)) return [];
  const schemes = (spec.document.components?.securitySchemes ?? {}) as Record<string, SecurityScheme | Reference>;
  const places = new Map(
    Object.entries(schemes).flatMap(([name, written]) => {
      const at = step(spec.at, 'components', 'securitySchemes', name);
      const place = placeOf(followed<SecurityScheme>(spec, written, at)?.value);
      return place ? [[name, place] as const] : [];
    }),
  );
  const isSeen = (requirement: Requirement) => Object.keys(requirement).every((name) => places.has(name));
  return requirements.some(isSeen) ? [...places.values()] : [];
}

/** Certificates, cookies and answers to a challenge are no secret that a request shows. */
function placeOf(scheme: SecurityScheme | undefined): SecretPlace | undefined {
  if (!scheme || scheme.in === 'cookie' || scheme.type === 'mutualTLS') return undefined;
  if (scheme.type === 'http' && /^(digest|hoba|mutual|negotiate|scram.*)$/i.test(scheme.scheme ?? '')) return undefined;
  if (scheme.type !== 'apiKey' || scheme.name === undefined) return { in: 'header', name: 'Authorization' };
  return { in: scheme.in === 'query' ? 'query' : 'header', name: scheme.name };
}

import { isObject } from '../read/objects.js';
import { HTTP_METHODS } from '../read/openapi.js';
import { asText, child, listed } from './positions.js';
import { propertiesOf, rowsAt } from './schema.js';
import type { Body, Located, MethodResponse, Operation, Parameter, ServiceFile } from './types.js';

/**
 * An `operation.$ref` as the engine reads it: `#/paths/` + path with `~1` for `/` + verb, nothing else decoded (ENGINE
 * E6.5).
 */
function operationPlace(ref: string): { path: string; verb: string } {
  const parts = ref
    .slice(ref.indexOf('#') + 1)
    .replace(/^\/paths\//, '')
    .split('/');
  return { path: parts.slice(0, -1).join('/').replaceAll('~1', '/'), verb: (parts.at(-1) ?? '').toLowerCase() };
}

/** Do the columns of a body have the plain names of its fields, by a method's config (ENGINE E4.1)? */
export function hasPlainNames(config: Located): boolean {
  return asText(child(config, 'requestBodyTranslate').value.algorithm).startsWith('naive');
}

/** The operation that a method's `operation.$ref` names, with what the method says of its request and response. */
export function operationOf(service: ServiceFile, method: Located, naive: boolean): Operation | undefined {
  const written = child(method, 'operation').value.$ref;
  // The deprecated form names path and verb apart.
  const inPath = child(method, 'path').value.$ref;
  if (typeof written !== 'string') return undefined;
  const { path: pathKey, verb } =
    typeof inPath === 'string' ? { path: inPath, verb: written.toLowerCase() } : operationPlace(written);
  const paths = child(service, 'paths');
  if (!(HTTP_METHODS as readonly string[]).includes(verb) || !isObject(paths.value[pathKey])) return undefined;
  const item = child(paths, pathKey);
  if (!isObject(item.value[verb])) return undefined;
  const operation = child(item, verb);

  const parameters = parametersOf(service, operation);
  const itemParameters = parametersOf(service, item).filter(
    (one) => !parameters.some((own) => own.name === one.name && own.in === one.in),
  );
  const body = bodyOf(service, operation, method, naive);
  const server = [operation, item, service].map((one) => listed(one, 'servers')[0]).find((one) => one !== undefined);
  const requires = [...parameters, ...itemParameters]
    .filter(({ required, value }) => required && value.allowEmptyValue !== true)
    .map((one) => one.name);
  return {
    ...operation,
    path: pathKey,
    httpMethod: verb,
    item,
    parameters,
    itemParameters,
    ...(server && { server }),
    ...(body && { body }),
    response: responseOf(service, operation, method),
    required: new Set([...requires, ...(body?.required ?? [])]),
  };
}

function parametersOf(service: ServiceFile, owner: Located): Parameter[] {
  return listed(owner, 'parameters').flatMap((written) => {
    const followed = service.follow(written);
    if (!followed) return [];
    const { name, in: location, required } = followed.value;
    const schema = isObject(followed.value.schema) ? service.follow(child(followed, 'schema')) : undefined;
    return [
      {
        value: followed.value,
        at: written.at,
        name: asText(name),
        in: asText(location),
        required: required === true,
        ...(schema && { schema }),
      },
    ];
  });
}

/** The media types among which the engine chooses when a method names none. */
const CHOSEN = ['application/json', 'application/xml', 'application/octet-stream'];

function bodyOf(service: ServiceFile, operation: Located, method: Located, naive: boolean): Body | undefined {
  if (!isObject(operation.value.requestBody)) return undefined;
  const content = child(service.follow(child(operation, 'requestBody')) ?? { value: {}, at: operation.at }, 'content');
  const named = child(method, 'request').value.mediaType;
  const mediaTypes = Object.keys(content.value);
  const mediaType = typeof named === 'string' ? named : CHOSEN.find((type) => mediaTypes.includes(type));
  const override = child(method, 'request', 'schema_override').value.$ref;
  const documented = mediaType === undefined ? undefined : schemaIn(content, mediaType);
  const written = typeof override === 'string' ? { value: { $ref: override }, at: method.at } : documented;
  const schema = written && service.follow(written);
  const columnName = (name: string) => (naive ? name : `data__${name}`);
  const properties = schema ? propertiesOf(service, schema) : new Map<string, Located>();
  // Only the schema's own `required` counts, and only what is a property (ENGINE E4.2).
  const required = Array.isArray(schema?.value.required)
    ? schema.value.required.filter((name) => properties.has(name)).map(columnName)
    : [];
  return {
    ...(mediaType !== undefined && { mediaType }),
    contentAt: content.at,
    mediaTypes,
    ...(schema && { schema }),
    naive,
    fields: new Map([...properties].map(([name, property]) => [columnName(name), property])),
    required,
  };
}

function schemaIn(content: Located, mediaType: string): Located | undefined {
  const media = content.value[mediaType];
  return isObject(media) && isObject(media.schema) ? child(content, mediaType, 'schema') : undefined;
}

function responseOf(service: ServiceFile, operation: Located, method: Located): MethodResponse {
  const response = child(method, 'response');
  const { mediaType: named, openAPIDocKey: status, objectKey, overrideMediaType } = response.value;
  const override = child(response, 'schema_override').value.$ref;
  const responses = child(operation, 'responses');
  let mediaType = typeof named === 'string' ? named : undefined;
  let schema: Located | undefined;
  if (typeof override === 'string') {
    schema = service.follow({ value: { $ref: override }, at: response.at });
    mediaType = typeof overrideMediaType === 'string' ? overrideMediaType : mediaType;
  } else {
    const key =
      mediaType !== undefined && status !== undefined && status !== '' ? asText(status) : bestStatus(responses);
    const content = isObject(responses.value[key])
      ? child(service.follow(child(responses, key)) ?? { value: {}, at: responses.at }, 'content')
      : undefined;
    mediaType =
      mediaType !== undefined && status !== undefined
        ? mediaType
        : content && CHOSEN.find((type) => schemaIn(content, type));
    const written = content && mediaType !== undefined ? schemaIn(content, mediaType) : undefined;
    schema = written && service.follow(written);
  }
  const key = asText(objectKey);
  const isOpaque = isObject(response.value.transform) && typeof override !== 'string';
  const rows =
    schema && !isOpaque && (mediaType === undefined || /json/i.test(mediaType))
      ? rowsAt(service, schema, key)
      : undefined;
  return {
    ...response,
    ...(mediaType !== undefined && { mediaType }),
    ...(schema && { schema }),
    objectKey: key,
    bent: typeof override === 'string' || isOpaque,
    isOpaque,
    ...(rows && { rows }),
  };
}

/** The status that the engine takes when a method names none. */
function bestStatus({ value }: Located): string {
  return (
    Object.keys(value)
      .filter((status) => /^\d+$/.test(status) && Number(status) < 300)
      .sort()[0] ?? 'default'
  );
}

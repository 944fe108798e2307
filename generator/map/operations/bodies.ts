import type { BodyField, Location, Parameter, RequestBody } from '../../model.js';
import { isObject } from '../../read/objects.js';
import type { MediaTypeObject, Reference, RequestBodyObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import { fieldOf, objectAt } from './fields.js';
import type { LenientSpec, Written } from './lenient.js';
import { dataType, isMarked, type ObjectShape, objectShape } from './schema.js';

/** What a request's body is, read once for the Model and for the service document. */
export interface RequestContent {
  readonly object: RequestBodyObject;
  /** Without parameters: `application/json; charset=utf-8` is sent by no engine (ENGINE E4.3). */
  readonly mediaType: string;
  readonly schema: Located<Written>;
  readonly shape?: ObjectShape;
  /** Only the server sets these; the engine does not leave them out by itself (ENGINE E4.2). */
  readonly readOnly: readonly string[];
}

/** The names of the fields that a body must have. */
export function requiredFields({ shape, readOnly }: RequestContent): string[] {
  return [...(shape?.properties.keys() ?? [])].filter((name) => shape?.required.has(name) && !readOnly.includes(name));
}

/** JSON first, then whatever else there is: the engine binds to the first media type (ENGINE E8.8). */
export function preferredMediaType(content: Record<string, MediaTypeObject> | undefined): string | undefined {
  const types = isObject(content) ? Object.keys(content) : [];
  return (
    types.find((type) => /^application\/json\b/i.test(type)) ??
    types.find((type) => /[/+]json\b/i.test(type)) ??
    types.find((type) => /^(\*|application)\/\*/.test(type)) ??
    types[0]
  );
}

/**
 * The media type as the engine knows it: without parameters, and `application/json` for `*` + `/*`, `application/*` and
 * names such as `vnd.acme+json` without a type, where the schema is neither binary nor plain text.
 */
export function engineMediaType(spec: LenientSpec, mediaType: string, schema: Located<Written>): string {
  const plain = mediaType.split(';')[0]?.trim() ?? mediaType;
  const isAny = plain === '*/*' || plain === '*' || plain.toLowerCase() === 'application/*';
  if (!isAny) return !plain.includes('/') && /[+.]json$/i.test(plain) ? 'application/json' : plain;
  const { type, format } = dataType(spec, schema.value, schema.at);
  return type === 'object' || type === 'array' || (type !== 'string' && format === undefined)
    ? 'application/json'
    : plain;
}

export function requestContentOf(
  spec: LenientSpec,
  written: RequestBodyObject | Reference,
  at: Location,
): RequestContent | undefined {
  const { value: object, at: bodyAt } = spec.follow<RequestBodyObject>(written, at, 'requestBody');
  const mediaType = preferredMediaType(object.content);
  if (mediaType === undefined) return undefined;
  const schema = { value: object.content?.[mediaType]?.schema ?? {}, at: step(bodyAt, 'content', mediaType, 'schema') };
  const shape = objectShape(spec, schema.value, schema.at);
  const readOnly = [...(shape?.properties ?? [])]
    .filter(([, property]) => isMarked(spec, property.value, property.at, 'readOnly'))
    .map(([name]) => name);
  return { object, mediaType: engineMediaType(spec, mediaType, schema), schema, readOnly, ...(shape && { shape }) };
}

/**
 * ENGINE E4.5: a WHERE clause gives the required top-level fields of a body and no others; without any, the engine
 * sends `null`.
 */
export function isPlainInput({ shape, readOnly, mediaType }: RequestContent): boolean {
  return isSendable(mediaType) && [...(shape?.required ?? [])].some((name) => !readOnly.includes(name));
}

/** Can the engine send it? JSON and XML only (ENGINE E4.3). */
export function isSendable(mediaType: string): boolean {
  return /[/+](json|xml)$/i.test(mediaType);
}

/** The prefix of the columns of a body, where the engine does not take its plain names (ENGINE E4.1). */
const PREFIX = 'data__';

/**
 * Do the body's columns need their prefix? A field that the API requires cannot be given beside a parameter of its name
 * (ENGINE E4.4); with the prefix both can.
 */
function needsPrefix({ shape, readOnly, mediaType }: RequestContent, parameters: readonly Parameter[]): boolean {
  const required = [...(shape?.required ?? [])].filter((name) => !readOnly.includes(name));
  return isSendable(mediaType) && required.some((name) => isParameter(name, parameters));
}

/**
 * The engine splits a field's name at its dots, and takes no empty part (ENGINE N27); it does not read a doubled
 * quotation mark as one (tried).
 */
function isGivable(name: string): boolean {
  return !name.includes('"') && name.split('.').every((part) => part !== '');
}

function isParameter(name: string, parameters: readonly Parameter[]): boolean {
  return parameters.some((parameter) => parameter.name === name);
}

/**
 * The body's properties that a statement can give: not what only the server sets, nor what shares its name with a
 * parameter (ENGINE E3.8, E4.4).
 */
export function writableFields(
  request: RequestContent,
  parameters: readonly Parameter[],
): [string, Located<Written>][] {
  const isPrefixed = needsPrefix(request, parameters);
  return [...(request.shape?.properties ?? [])].filter(
    ([name]) => !request.readOnly.includes(name) && isGivable(name) && (isPrefixed || !isParameter(name, parameters)),
  );
}

/**
 * The body for the Model. An optional field that shares its name with a parameter is reported: they are one column, and
 * the parameter has it. Where the API requires the field, all fields of the body get a prefix instead.
 */
export function requestBodyOf(
  spec: LenientSpec,
  request: RequestContent,
  parameters: readonly Parameter[],
  componentOf: (schema: Located<Written>) => string | undefined,
  operationId: string,
): RequestBody {
  const { mediaType, schema, shape, readOnly } = request;
  const isPrefixed = needsPrefix(request, parameters);
  const shadowed = [...(isPrefixed ? [] : (shape?.properties ?? []))].filter(
    ([name]) => !readOnly.includes(name) && isParameter(name, parameters),
  );
  for (const [name, { at }] of shadowed)
    spec.report({ code: 'body-field-shadowed', message: `${operationId}: ${name} is a parameter too`, at });
  for (const [name, { at }] of shape?.properties ?? [])
    if (!readOnly.includes(name) && !isGivable(name))
      spec.report({ code: 'body-field-dropped', message: `${operationId}: ${JSON.stringify(name)}`, at });
  const fields = writableFields(request, parameters).map(
    ([name, located]): BodyField => ({
      ...fieldOf(spec, name, located),
      required: shape?.required.has(name) ?? false,
      ...(isPrefixed && { name: `${PREFIX}${name}`, property: name }),
    }),
  );
  const object = objectAt(spec, schema);
  const component = shape?.composed || fields.length !== shape?.properties.size ? undefined : componentOf(schema);
  const isOptional = request.object.required !== true && !fields.some(({ required }) => required);
  return {
    mediaType,
    ...(isOptional && { optional: true }),
    sendable: isSendable(mediaType),
    fields,
    ...(object !== undefined && { object }),
    ...(component !== undefined && { component }),
    ...(isPrefixed && { prefixed: true }),
    ...(shadowed.length > 0 && { shadowed: shadowed.map(([name]) => name) }),
  };
}

import type { At, Method, ServiceDocument } from '../model.js';
import { isReference, type MediaTypeObject, type ParameterObject, type Reference, type RequestBodyObject, type SchemaObject } from '../read/openapi.js';
import { step, tokens } from '../read/pointer.js';
import type { Located, Spec } from '../read/spec.js';
import type { Operation } from './operations.js';
import { preferredMediaType, type Success, withoutParameters } from './rows.js';
import { deepContents, isMarked, type ObjectShape, objectShape } from './schema.js';

type Written = SchemaObject | Reference;
type Json = Record<string, unknown>;

/** An operation with the method that was made of it. */
export interface Mapped {
  readonly operation: Operation;
  readonly method: Method;
  readonly success: Success;
}

/** Schema keywords whose values are schemas, by how they hold them. */
const HOLDS_ONE = ['items', 'additionalProperties', 'not'];
const HOLDS_LIST = ['allOf', 'oneOf', 'anyOf'];
/** Schema keywords that say nothing to the engine or to a type, and may hold anything. */
const DROPPED = /^(example|examples|externalDocs|xml|x-.*)$/;

/**
 * The OpenAPI part of a service: these operations, what they reference, nothing else. One unresolvable reference or invalid component
 * would make the engine refuse the whole service (ENGINE E6.3).
 */
export class ServiceDocumentBuilder {
  private readonly names = new Map<At, string>();
  private readonly schemas = new Map<string, Json>();

  constructor(private readonly spec: Spec) {}

  /** The name under `components/schemas` that a schema has in this document, if it is a plain reference. */
  componentOf(written: Written, at: At): string | undefined {
    return isReference(written) && Object.keys(written).length === 1 ? this.internalise(written.$ref, at) : undefined;
  }

  build(info: { title: string; description: string; version: string }, mapped: readonly Mapped[]): ServiceDocument {
    const paths: Record<string, Json> = {};
    for (const one of mapped) {
      paths[one.operation.path] ??= {};
      (paths[one.operation.path] as Json)[one.operation.httpMethod] = this.operation(one);
    }
    const schemas = Object.fromEntries([...this.schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      openapi: '3.0.3',
      info,
      servers: (this.spec.document.servers ?? [{ url: '/' }]).slice(0, 1),
      paths,
      components: { schemas },
    };
  }

  private operation({ operation, method, success }: Mapped): Json {
    const { object, declared, servers } = operation;
    const { summary, description, deprecated } = object;
    const body = object.requestBody && this.requestBody(object.requestBody, step(operation.at, 'requestBody'));
    return {
      operationId: operation.id,
      ...(summary && { summary }),
      ...(description && { description }),
      ...(deprecated && { deprecated }),
      ...(declared.length > 0 && { parameters: declared.map((parameter) => this.parameter(parameter, method.verb === 'exec')) }),
      ...(body && { requestBody: body }),
      ...(servers && { servers: servers.slice(0, 1) }),
      responses: { [success.status]: this.response(method, success) },
    };
  }

  /** EXEC refuses parameters that are not plainly strings (ENGINE E8.7). */
  private parameter({ value, at }: Located<ParameterObject>, forExec: boolean): Json {
    const { name, in: location, required, description, deprecated, style, explode } = value;
    const written = value.schema ?? { type: 'string' };
    const schema = this.schema(written, step(at, 'schema'));
    const followed = this.spec.follow<SchemaObject>(written, step(at, 'schema')).value;
    const asText = forExec && followed.type !== 'string';
    const options = followed.type === 'boolean' ? ['true', 'false'] : followed.enum?.map(String);
    return {
      name,
      in: location,
      ...((required || location === 'path') && { required: true }),
      ...(description && { description }),
      ...(deprecated === true && { deprecated }),
      ...(style !== undefined && { style }),
      ...(explode !== undefined && { explode }),
      schema: asText ? { type: 'string', ...(options && { enum: options }) } : schema,
    };
  }

  private requestBody(written: RequestBodyObject | Reference, at: At): Json | undefined {
    const { value: body, at: bodyAt } = this.spec.follow<RequestBodyObject>(written, at);
    const mediaType = preferredMediaType(body.content);
    const schema = mediaType === undefined ? undefined : body.content?.[mediaType]?.schema;
    if (mediaType === undefined || !schema) return undefined;
    const schemaAt = step(bodyAt, 'content', mediaType, 'schema');
    const shape = objectShape(this.spec, schema, schemaAt);
    const readOnly = shape ? [...shape.properties].filter(([, { value, at }]) => isMarked(this.spec, value, at, 'readOnly')).map(([name]) => name) : [];
    const reshaped = shape && (shape.composed || readOnly.length > 0) ? this.object(shape, readOnly) : this.schema(schema, schemaAt);
    const { description, required } = body;
    return {
      ...(description && { description }),
      ...(required && { required }),
      content: { [withoutParameters(mediaType)]: { schema: reshaped } satisfies MediaTypeObject },
    };
  }

  private response(method: Method, success: Success): Json {
    const description = success.response.description ?? '';
    const { mediaType, schema, rows } = success;
    if (mediaType === undefined || !schema || (method.verb === 'exec' && this.crashesExec(method, schema))) return { description };
    return { description, content: { [mediaType]: { schema: rows ? this.answer(schema, rows.keys) : this.schema(schema.value, schema.at) } } };
  }

  /** ENGINE E8.1: EXEC crashes when a required parameter has no namesake in the answer and the answer holds no array. */
  private crashesExec(method: Method, schema: Located<Written>): boolean {
    const { names, hasArray } = deepContents(this.spec, schema.value, schema.at);
    return !hasArray && method.parameters.some(({ required, name }) => required && !names.has(name));
  }

  /** The answer's schema, with the top level of its rows written out where the engine would miss columns (ENGINE E5.2). */
  private answer({ value, at }: Located<Written>, keys: readonly string[]): Json {
    const { value: schema, at: schemaAt } = this.spec.follow<SchemaObject>(value, at);
    const shape = objectShape(this.spec, value, at);
    const [key, ...rest] = keys;
    if (key !== undefined) {
      const inner = shape?.properties.get(key);
      if (!shape || !inner || !this.needsWritingOut(inner, rest)) return shape?.composed ? this.object(shape) : this.schema(value, at);
      const object = this.object(shape);
      (object.properties as Json)[key] = this.answer(inner, rest);
      return object;
    }
    if (schema.type === 'array' && schema.items) {
      const items = { value: schema.items, at: step(schemaAt, 'items') };
      return this.needsWritingOut(items, []) ? { type: 'array', items: this.answer(items, []) } : this.schema(value, at);
    }
    return shape?.composed ? this.object(shape) : this.schema(value, at);
  }

  private needsWritingOut({ value, at }: Located<Written>, keys: readonly string[]): boolean {
    const { value: schema, at: schemaAt } = this.spec.follow<SchemaObject>(value, at);
    if (schema.type === 'array' && schema.items) return this.needsWritingOut({ value: schema.items, at: step(schemaAt, 'items') }, keys);
    const shape = objectShape(this.spec, value, at);
    const inner = keys[0] === undefined ? undefined : shape?.properties.get(keys[0]);
    return (shape?.composed ?? false) || (inner !== undefined && this.needsWritingOut(inner, keys.slice(1)));
  }

  private object(shape: ObjectShape, without: readonly string[] = []): Json {
    const properties = [...shape.properties].filter(([name]) => !without.includes(name));
    const required = [...shape.required].filter((name) => !without.includes(name));
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(properties.map(([name, { value, at }]) => [name, this.schema(value, at)])),
    };
  }

  /** A schema as the engine reads it: references into this document, siblings of `$ref` kept by `allOf` (ENGINE E5.3), `type: object` written (E5.4). */
  private schema(written: Written, at: At): Json {
    if (isReference(written)) {
      const { $ref, ...siblings } = written as Reference & SchemaObject;
      const reference = { $ref: `#/components/schemas/${this.internalise($ref, at)}` };
      const kept = Object.entries(siblings).filter(([key]) => !DROPPED.test(key));
      return kept.length > 0 ? { ...Object.fromEntries(kept), allOf: [reference] } : reference;
    }
    const result: Json = {};
    if (written.properties && !written.type) result.type = 'object';
    for (const [key, value] of Object.entries(written)) {
      if (DROPPED.test(key)) continue;
      const here = step(at, key);
      if (key === 'properties')
        result[key] = Object.fromEntries(
          Object.entries(value as Record<string, Written>).map(([name, property]) => [name, this.schema(property, step(here, name))]),
        );
      else if (HOLDS_LIST.includes(key)) result[key] = (value as Written[]).map((branch, index) => this.schema(branch, step(here, index)));
      else if (HOLDS_ONE.includes(key) && typeof value === 'object') result[key] = this.schema(value as Written, here);
      else if (key === 'discriminator') result[key] = this.discriminator(value as { propertyName: string; mapping?: Record<string, string> }, here);
      else result[key] = value;
    }
    if (result.type === 'array' && !result.items) result.items = {};
    return result;
  }

  private discriminator({ propertyName, mapping }: { propertyName: string; mapping?: Record<string, string> }, at: At): Json {
    if (!mapping) return { propertyName };
    // A mapping value is a reference, or the bare name of a schema (OpenAPI 3.0.3, 4.7.25).
    const reference = (value: string) => (value.includes('#') || value.includes('/') || value.includes('.') ? value : `#/components/schemas/${value}`);
    return {
      propertyName,
      mapping: Object.fromEntries(Object.entries(mapping).map(([name, value]) => [name, `#/components/schemas/${this.internalise(reference(value), at)}`])),
    };
  }

  /** Copies what a reference leads to into this document, once, and says under which name. */
  private internalise($ref: string, at: At): string {
    const { value, at: place } = this.spec.follow<SchemaObject>({ $ref }, at);
    const known = this.names.get(place);
    if (known !== undefined) return known;
    const last = tokens(place.slice(place.indexOf('#') + 1)).at(-1) ?? fileStem(place);
    const wanted = last.replace(/[^A-Za-z0-9._-]/g, '_');
    let name = wanted;
    for (let copy = 2; this.schemas.has(name); copy++) name = `${wanted}_${copy}`;
    this.names.set(place, name);
    this.schemas.set(name, {});
    this.schemas.set(name, this.schema(value, place));
    return name;
  }
}

function fileStem(place: At): string {
  return place.slice(place.lastIndexOf('/') + 1).replace(/\.[^.]*#.*$/, '');
}

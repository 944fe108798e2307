import type { Location, Method, ServiceDocument } from '../../model.js';
import { isObject } from '../../read/objects.js';
import { isReference, type Reference, type SchemaObject, type ServerObject } from '../../read/openapi.js';
import { step, tokens } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import type { RequestContent } from '../operations/bodies.js';
import { itemsOf } from '../operations/envelope.js';
import { type LenientSpec, nesting, type Written } from '../operations/lenient.js';
import type { Operation } from '../operations/operations.js';
import { type DeclaredParameter, schemaLocation } from '../operations/parameters.js';
import type { Rows, Success } from '../operations/rows.js';
import {
  dataType,
  deepContents,
  hasRecursiveAlternative,
  mappedSchemas,
  type ObjectShape,
  objectShape,
} from '../operations/schema.js';
import { engineServer } from '../operations/servers.js';

type Json = Record<string, unknown>;

/** An operation with the method that was made of it. */
export interface Mapped {
  readonly operation: Operation;
  readonly method: Method;
  /** All methods of its resource. */
  readonly siblings?: readonly Method[];
}

/** How an answer's rows are written. */
interface Answer {
  readonly without: readonly string[];
  /** The component that a row becomes where it must be written out: `<name>Row`. */
  readonly name: string;
  /** Must it be one of its own? */
  readonly own: boolean;
  /** Are alternatives that lead back to themselves written as plain objects? RETURNING overflows the engine's stack on them (tried). */
  readonly unrolled?: boolean;
}

/** Schema keywords whose values are schemas, by how they hold them. */
const HOLDS_ONE = ['items', 'additionalProperties', 'not'];
const HOLDS_LIST = ['allOf', 'oneOf', 'anyOf'];
/** What may stand beside a `$ref`: it says something about the use, not about the shape. */
const BESIDE = /^(title|description|nullable|readOnly|writeOnly|deprecated|default)$/;
/** Schema keywords that say nothing to the engine or to a type, and may hold anything. */
const DROPPED = /^(example|examples|externalDocs|xml|x-.*)$/;

/**
 * The OpenAPI part of a service: these operations, what they reference, nothing else. One unresolvable reference or
 * invalid component would make the engine refuse the whole service (ENGINE E6.3).
 */
export class ServiceDocumentBuilder {
  private readonly names = new Map<Location, string>();
  private readonly schemas = new Map<string, Json>();
  private readonly nested = nesting();
  private readonly mappings = new Map<ReturnType<typeof mappedSchemas>, Json>();
  private methods: readonly Method[] = [];
  /** By the location of their operation, with the types that the engine sees. */
  private required: ReadonlyMap<Location, ReadonlyMap<string, string>> = new Map();

  constructor(private readonly spec: LenientSpec) {}

  /** The name under `components/schemas` that a schema has in this document, if it is a plain reference. */
  componentOf({ value: written, at }: Located<Written>): string | undefined {
    return isReference(written) && Object.keys(written).length === 1 ? this.internalise(written, at) : undefined;
  }

  /** Adds the array that a transform makes of an answer, and says under which name. */
  arrayOf({ row, columns, without }: Rows, operationId: string): string {
    const name = this.freeName(`${operationId}Rows`);
    const [only] = columns;
    const isScalar = objectShape(this.spec, row.value, row.at) === undefined;
    const items =
      isScalar && only
        ? { type: 'object', properties: { [only.name]: this.schema(row.value, row.at) } }
        : this.answer(row, [], { without: without ?? [], name: operationId, own: false });
    this.schemas.set(name, { type: 'array', items });
    return name;
  }

  private freeName(wanted: string): string {
    const plain = wanted.replace(/[^A-Za-z0-9._-]/g, '_');
    let name = plain;
    for (let copy = 2; this.schemas.has(name); copy++) name = `${plain}_${copy}`;
    return name;
  }

  build(
    info: { title: string; description: string; version: string },
    server: ServerObject,
    mapped: readonly Mapped[],
  ): ServiceDocument {
    this.methods = mapped.map(({ method }) => method);
    this.required = new Map(mapped.map((one) => [one.method.at, this.requiredInputs(one)]));
    const paths: Record<string, Json> = {};
    for (const one of mapped) {
      paths[one.operation.path] ??= {};
      (paths[one.operation.path] as Json)[one.operation.httpMethod] = this.operation(one);
    }
    const schemas = Object.fromEntries([...this.schemas].sort(([a], [b]) => (a < b ? -1 : 1)));
    return {
      openapi: '3.0.3',
      info,
      servers: [engineServer(server)],
      paths,
      components: { schemas },
    };
  }

  private operation({ operation, method, siblings = [method] }: Mapped): Json {
    const { object, declared, servers, request, success } = operation;
    const { summary, description, deprecated } = object;
    return {
      operationId: operation.id,
      ...(typeof summary === 'string' && summary && { summary }),
      ...(typeof description === 'string' && description && { description }),
      ...(deprecated === true && { deprecated }),
      ...(declared.length > 0 && {
        parameters: declared.map((parameter) => this.parameter(parameter, method)),
      }),
      ...(request && { requestBody: this.requestBody(request, method.verb === 'exec') }),
      ...(servers && { servers: servers.slice(0, 1).map(engineServer) }),
      responses: { [success.status]: this.response(method, success, siblings) },
    };
  }

  private parameter(parameter: DeclaredParameter, method: Method): Json {
    const { value } = parameter;
    const { name, in: location, required, description, deprecated, style, explode } = value;
    const written: Located<Written> = {
      value: isObject(value.schema) ? value.schema : { type: 'string' },
      at: schemaLocation(parameter),
    };
    return {
      name,
      in: location,
      ...(required === true && { required }),
      ...(typeof description === 'string' && description && { description }),
      ...(deprecated === true && { deprecated }),
      // A property of a deepObject has a name of its own.
      ...(style !== undefined && style !== 'deepObject' && { style }),
      ...(explode !== undefined && { explode }),
      schema:
        (method.verb === 'exec' && this.asText(written)) ||
        this.asType(written, method.parameters.find((one) => one.name === name && one.in === location)?.type.type) ||
        this.schema(written.value, written.at),
    };
  }

  /** A parameter whose schema is of another type than its method has it, or says none. */
  private asType({ value, at }: Located<Written>, type: string | undefined): Json | undefined {
    const schema = this.spec.schema(value, at).value;
    if (type === undefined || schema.type === type || (schema.type === undefined && hasParts(schema))) return undefined;
    return { type, ...(schema.description && { description: schema.description }) };
  }

  /** A parameter of EXEC is a plain string: it refuses every other type (ENGINE E8.7). */
  private asText({ value, at }: Located<Written>): Json | undefined {
    const { type, enum: options, description } = this.spec.schema(value, at).value;
    if (type === 'string' && !hasSiblings(value)) return undefined;
    const texts = type === 'boolean' ? ['true', 'false'] : options?.map(String);
    return { type: 'string', ...(description && { description }), ...(texts && { enum: texts }) };
  }

  /**
   * A body field of EXEC is a string, object or array, and says so itself (tried: every other type, and none, is
   * refused).
   */
  private asExecField(property: Located<Written>): Json | undefined {
    const { type } = dataType(this.spec, property.value, property.at);
    if (type !== 'object' && type !== 'array') return this.asText(property);
    const { value } = this.spec.schema(property.value, property.at);
    return value.type === type && !hasSiblings(property.value) ? undefined : this.asPlain(property);
  }

  /** A property by its type alone. */
  private asPlain({ value, at }: Located<Written>): Json {
    const { type } = dataType(this.spec, value, at);
    const { description } = this.spec.schema(value, at).value;
    return { type, ...(type === 'array' && { items: {} }), ...(description && { description }) };
  }

  private requestBody({ object, mediaType, schema, shape, readOnly }: RequestContent, forExec: boolean): Json {
    const { description, required } = object;
    const writable = [...(shape?.properties ?? [])].filter(([name]) => !readOnly.includes(name));
    // The engine looks for a statement's inputs in the body, too, and overflows its stack on alternatives that lead back
    // to themselves (tried: now and then).
    const isRecursive = !forExec && hasRecursiveAlternative(this.spec, schema);
    const asField = (property: Located<Written>) => {
      if (forExec) return this.asExecField(property);
      return isRecursive && hasRecursiveAlternative(this.spec, property) ? this.asPlain(property) : undefined;
    };
    const bent = writable.map(([name, property]) => [name, asField(property)] as const).filter(([, field]) => field);
    const written =
      shape && (shape.composed || readOnly.length > 0 || bent.length > 0)
        ? this.object(shape, readOnly)
        : this.schema(schema.value, schema.at);
    if (bent.length > 0) Object.assign(written.properties as Json, Object.fromEntries(bent));
    return {
      ...(typeof description === 'string' && description && { description }),
      ...(required === true && { required }),
      content: { [mediaType]: { schema: written } },
    };
  }

  /**
   * RETURNING writes into the table of its row's component, which lacks this method's inputs if another method came
   * first (tried: `no column named …`).
   */
  private mustNotShare({ at, verb, parameters, response }: Method): boolean {
    if (verb !== 'insert' && verb !== 'update' && verb !== 'replace') return false;
    const sharing = this.methods.filter(
      (other) => other.at !== at && other.response.row?.component === response.row?.component,
    );
    return (
      response.row?.component !== undefined &&
      sharing.some((other) => parameters.some((input) => !other.parameters.some((known) => known.name === input.name)))
    );
  }

  /**
   * The engine unites the required inputs of all methods of a resource whose rows are of the same component, and refuses
   * each of them over an input that has two types (ENGINE N15). A body's field keeps its type, so the rows get a
   * component of their own.
   */
  private clashes(method: Method, siblings: readonly Method[]): boolean {
    const component = method.response.row?.component;
    const own = this.required.get(method.at) ?? new Map<string, string>();
    return siblings
      .filter(({ response }) => component !== undefined && response.row?.component === component)
      .flatMap(({ at }) => [...(this.required.get(at) ?? [])])
      .some(([name, type]) => own.has(name) && own.get(name) !== type);
  }

  /** The required inputs of a method, each with the type that the engine reads: none is the empty string. */
  private requiredInputs({ operation: { request }, method }: Mapped): Map<string, string> {
    const isExec = method.verb === 'exec';
    const parameters = method.parameters
      .filter(({ required, in: location }) => required && location !== 'server')
      .map(({ name, type }) => [name, isExec ? 'string' : type.type] as const);
    const { required = new Set<string>(), properties = new Map() } = request?.shape ?? {};
    const fields = [...properties]
      .filter(([name]) => required.has(name) && !request?.readOnly.includes(name))
      .map(([name, { value, at }]) => {
        const { type } = dataType(this.spec, value, at);
        const { type: written, allOf = [] } = this.spec.schema(value, at).value;
        const inherited = allOf.map((part, index) => this.spec.schema(part, step(at, 'allOf', index)).value.type);
        const read = isExec && type !== 'object' && type !== 'array' ? 'string' : type;
        return [
          method.body?.prefixed ? `data__${name}` : name,
          isExec ? read : (written ?? inherited.find((each) => each !== undefined) ?? ''),
        ] as const;
      });
    return new Map<string, string>([...parameters, ...fields]);
  }

  private response(method: Method, success: Success, siblings: readonly Method[]): Json {
    const description = String(success.response.description ?? '');
    const { mediaType, schema, rows } = success;
    // What says nothing crashes the engine once a statement reads it (tried: DELETE).
    if (mediaType === undefined || !schema || this.saysNothing(schema)) return { description };
    // What resolves to no object leaves EXEC without a schema (ENGINE E8.6).
    if (method.verb === 'exec' && (!rows || rows.transform !== undefined || this.crashesExec(method, schema, siblings)))
      return { description };
    return {
      description,
      content: {
        [mediaType]: {
          schema:
            rows && rows.transform === undefined
              ? this.answer(schema, rows.keys, {
                  without: rows.without ?? [],
                  name: method.operationId,
                  own: this.mustNotShare(method) || this.clashes(method, siblings),
                  unrolled: isWritten(method) && hasRecursiveAlternative(this.spec, rows.row),
                })
              : this.schema(schema.value, schema.at),
        },
      },
    };
  }

  /**
   * ENGINE E8.1: EXEC crashes when a required input, a body field included (tried), has no namesake in the answer and
   * the answer holds no array. The inputs of all methods of the resource count whose rows are of the same component
   * (ENGINE N24).
   */
  private crashesExec(method: Method, schema: Located<Written>, siblings: readonly Method[]): boolean {
    const { names, hasArray } = deepContents(this.spec, schema.value, schema.at);
    const component = method.response.row?.component;
    const sharing = siblings.filter(({ response }) => component !== undefined && response.row?.component === component);
    const inputs = [method, ...sharing].flatMap(({ parameters, body }) => {
      // A body that is not sent keeps the engine's own names for its columns (ENGINE E4.1).
      const prefix = body?.sendable || body?.prefixed ? '' : 'data__';
      const fields = (body?.fields ?? []).map(({ name, required }) => ({ name: `${prefix}${name}`, required }));
      return [...parameters, ...fields];
    });
    return !hasArray && inputs.some(({ required, name }) => required && !names.has(name));
  }

  /**
   * The answer's schema, with the top level of its rows written out where the engine would miss columns (ENGINE E5.2).
   */
  private answer({ value: written, at }: Located<Written>, keys: readonly string[], how: Answer): Json {
    const { without, name } = how;
    const isOwn = how.own || without.length > 0 || how.unrolled === true;
    // Siblings of a reference would hide what it is (ENGINE E5.3); rows need none.
    const value = isReference(written) ? { $ref: written.$ref } : written;
    const { value: schema } = this.spec.schema(value, at);
    const shape = objectShape(this.spec, value, at);
    const [key, ...rest] = keys;
    if (key !== undefined) {
      const inner = shape?.properties.get(key);
      if (!shape || !inner || !(isOwn || this.needsWritingOut(inner, rest)))
        return shape?.composed ? this.object(shape) : this.schema(value, at);
      const object = this.object(shape);
      (object.properties as Json)[key] = this.answer(inner, rest, how);
      return object;
    }
    const list = { value, at };
    const items = itemsOf(this.spec, list);
    if (items !== list && isObject(items.value))
      return isOwn || schema.type !== 'array' || this.needsWritingOut(items, [])
        ? { type: 'array', items: this.answer(items, [], how) }
        : this.schema(value, at);
    if (!shape || !(shape.composed || isOwn || !isReference(value) || sharesReference(shape) || how.unrolled))
      return this.schema(value, at);
    // A component of its own: the engine names its tables by components, and two methods must not share one (tried: the
    // second fails in the same session).
    const component = this.freeName(`${name}Row`);
    this.schemas.set(component, apart(this.object(shape, without, how.unrolled)));
    return { $ref: `#/components/schemas/${component}` };
  }

  private needsWritingOut(located: Located<Written>, keys: readonly string[]): boolean {
    const { value, at } = located;
    if (hasSiblings(value)) return true;
    // The engine names its tables by components: rows without one share a table with those of other resources (tried).
    if (keys.length === 0 && !isReference(value) && objectShape(this.spec, value, at)) return true;
    const items = itemsOf(this.spec, located);
    // The engine sees no list in what is one of several lists.
    if (items !== located)
      return this.spec.schema(value, at).value.type !== 'array' || this.needsWritingOut(items, keys);
    const shape = objectShape(this.spec, value, at);
    const inner = keys[0] === undefined ? undefined : shape?.properties.get(keys[0]);
    return (
      (shape !== undefined && (shape.composed || (keys.length === 0 && sharesReference(shape)))) ||
      (inner !== undefined && this.needsWritingOut(inner, keys.slice(1)))
    );
  }

  private saysNothing({ value, at }: Located<Written>): boolean {
    const { type, items, enum: values } = this.spec.schema(value, at).value;
    return (
      type === undefined && !items && !values && dataType(this.spec, value, at).type === 'string' && !hasParts(value)
    );
  }

  private object(shape: ObjectShape, without: readonly string[] = [], unrolled = false): Json {
    const isKept = (name: string) => hasName(name) && !without.includes(name);
    const properties = [...shape.properties].filter(([name]) => isKept(name));
    const required = [...shape.required].filter(isKept);
    return {
      type: 'object',
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(
        properties.map(([name, property]) => [
          name,
          unrolled && hasRecursiveAlternative(this.spec, property)
            ? { type: 'object' }
            : this.schema(property.value, property.at),
        ]),
      ),
    };
  }

  /**
   * A schema as the engine reads it: references into this document, siblings of `$ref` kept by `allOf` (ENGINE E5.3),
   * `type: object` written (E5.4).
   */
  private schema(written: Written, at: Location): Json {
    if (isReference(written)) {
      const reference = { $ref: `#/components/schemas/${this.internalise(written, at)}` };
      const kept = Object.entries(written).filter(([key]) => BESIDE.test(key));
      return kept.length > 0 ? { ...Object.fromEntries(kept), allOf: [reference] } : reference;
    }
    const { value: schema } = this.spec.schema(written, at);
    const result: Json = {};
    if (schema.properties && !schema.type) result.type = 'object';
    for (const [key, value] of Object.entries(schema)) {
      // What another type's keyword says would win over the type in the engine (tried: an object with `items` is an
      // array to it).
      const isOfAnotherType =
        schema.type !== undefined &&
        ((key === 'items' && schema.type !== 'array') || (key === 'properties' && schema.type !== 'object'));
      if (DROPPED.test(key) || isOfAnotherType) continue;
      const here = step(at, key);
      if (key === 'properties')
        result[key] = Object.fromEntries(
          Object.entries(value as Record<string, Written>)
            .filter(([name]) => hasName(name))
            .map(([name, property]) => [name, this.schema(property, step(here, name))]),
        );
      else if (HOLDS_LIST.includes(key)) {
        const parts = (value as Written[]).flatMap((part, index) =>
          this.leadsTo(schema, part, step(here, index)) ? [] : [this.schema(part, step(here, index))],
        );
        if (parts.length > 0) result[key] = parts;
      } else if (HOLDS_ONE.includes(key) && isObject(value)) result[key] = this.schema(value as Written, here);
      else if (key === 'discriminator' && isObject(value)) Object.assign(result, this.discriminator(schema, at));
      else result[key] = value;
    }
    if (result.type === 'array' && !result.items) result.items = {};
    if (result.type === 'array' && this.isNotText(schema, at)) result.items = { type: 'string' };
    return result;
  }

  /**
   * Is a part of a composition the whole again, `S: {anyOf: [{type: boolean}, S]}`? It says nothing, and the engine
   * overflows its stack over it, as early as SHOW METHODS (tried).
   */
  private leadsTo(whole: SchemaObject, part: Written, at: Location, seen = new Set<SchemaObject>()): boolean {
    const { value, at: found } = this.spec.schema(part, at);
    if (value === whole) return true;
    if (seen.has(value)) return false;
    seen.add(value);
    return HOLDS_LIST.some((kind) =>
      (isList(value[kind]) ? value[kind] : []).some((inner, index) =>
        this.leadsTo(whole, inner, step(found, kind, index), seen),
      ),
    );
  }

  /**
   * Are the items of an array numbers or booleans? RETURNING gives a column the type of any array's items that it comes
   * past: text is 0 then, and what follows is null (tried). Values are sent and shown as they are in either case.
   */
  private isNotText({ items }: SchemaObject, at: Location): boolean {
    if (!isObject(items)) return false;
    const { type } = this.spec.schema(items as Written, step(at, 'items')).value;
    return type === 'integer' || type === 'number' || type === 'boolean';
  }

  /** One of its values that leads nowhere is left out. */
  private discriminator(schema: SchemaObject, at: Location): Json {
    const { propertyName } = schema.discriminator as { propertyName?: unknown };
    if (typeof propertyName !== 'string') return {};
    const mapped = mappedSchemas(this.spec, schema, at);
    const mapping = this.mappings.get(mapped) ?? this.mapping(mapped);
    this.mappings.set(mapped, mapping);
    return { discriminator: { propertyName, ...(Object.keys(mapping).length > 0 && { mapping }) } };
  }

  private mapping(mapped: ReturnType<typeof mappedSchemas>): Json {
    return Object.fromEntries(
      mapped
        .filter(({ value, at }) => Object.keys(this.spec.schema(value, at).value).length > 0)
        .map(({ name, value, at }) => [name, `#/components/schemas/${this.internalise(value, at)}`]),
    );
  }

  /** Copies what a reference leads to into this document, once, and says under which name. */
  private internalise(reference: Reference, at: Location): string {
    const { value, at: place } = this.spec.schema(reference, at);
    const known = this.names.get(place);
    if (known !== undefined) return known;
    // A reference that led nowhere keeps its own name for the schema that allows anything.
    const pointer = place === at ? reference.$ref : place;
    const last = tokens(pointer.slice(pointer.indexOf('#') + 1)).at(-1) ?? fileStem(pointer);
    const name = this.freeName(last);
    this.names.set(place, name);
    this.schemas.set(name, {});
    this.nested(() => this.schemas.set(name, this.schema(value, place)));
    return name;
  }
}

/** A body whose schema has a property without a name is not sent at all (tried). */
function hasName(property: string): boolean {
  return property !== '';
}

/** Can its statements have RETURNING? */
function isWritten({ verb }: Method): boolean {
  return verb === 'insert' || verb === 'update' || verb === 'replace' || verb === 'delete';
}

function isList(value: unknown): value is readonly Written[] {
  return Array.isArray(value);
}

/** Does it hold other schemas by composition? */
function hasParts(written: Written): boolean {
  return HOLDS_LIST.some((kind) => kind in written);
}

/** Do two properties have one `$ref`? The engine then dies now and then over RETURNING (tried). */
function sharesReference({ properties }: ObjectShape): boolean {
  const references = [...properties.values()].flatMap(({ value }) =>
    isReference(value) && !hasSiblings(value) ? [value.$ref] : [],
  );
  return new Set(references).size < references.length;
}

/**
 * The same object with every repeated `$ref` of its properties inside an `allOf`, which makes it a schema of its own.
 */
function apart(object: Json): Json {
  const seen = new Set<unknown>();
  const properties = Object.entries(object.properties as Record<string, Json>).map(([name, property]) => {
    const isRepeated = property.$ref !== undefined && seen.has(property.$ref);
    seen.add(property.$ref);
    return [name, isRepeated ? { allOf: [property] } : property];
  });
  return { ...object, properties: Object.fromEntries(properties) };
}

/** A reference with siblings is written as `allOf`, which has no type of its own. */
function hasSiblings(written: Written): boolean {
  return isReference(written) && Object.keys(written).length > 1;
}

function fileStem(place: Location): string {
  return place.slice(place.lastIndexOf('/') + 1).replace(/\.[^.]*#.*$/, '');
}

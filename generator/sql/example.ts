import {
  type BodyField,
  divertingInputs,
  type Field,
  type Location,
  type Method,
  type ObjectType,
  type Provider,
  type Resource,
  requiredInputs,
  routedMethods,
  setInputs,
  type Variant,
  whereInputs,
} from '../model.js';
import { chosenMethod } from './routing.js';
import {
  type Assignment,
  identifier,
  isNameable,
  literal,
  placeholder,
  render,
  renderJoin,
  selectable,
} from './sql.js';

type Objects = Provider['objects'];

/** A statement that documentation prints. */
export interface Example {
  readonly sql: string;
  /** Of a body that is one of several: which one. */
  readonly variant?: Variant;
}

/**
 * Returns the statements that documentation prints for a method: one, or one for each variant of its body. They have
 * every input that the method takes: a string as a placeholder `{{ name }}`, an object as JSON. Page tokens are left to
 * the engine. A method with a limit has no statement.
 */
export function exampleStatements(resource: Resource, method: Method, objects: Objects): Example[] {
  if (method.limit) return [];
  const variants = bodyVariants(method, objects);
  const whole = () => statementOf(resource, method, objects, setInputs(method));
  return variants.length > 0
    ? variants.map(({ variant, fields }) => ({ variant, sql: statementOf(resource, method, objects, fields) }))
    : [{ sql: whole() }];
}

/** Returns the first example statement of a method. */
export function exampleStatement(resource: Resource, method: Method, objects: Objects = {}): string | undefined {
  return exampleStatements(resource, method, objects)[0]?.sql;
}

/** Returns the body's fields that each variant has, those of no variant too; the discriminator has its one value. */
function bodyVariants(method: Method, objects: Objects): { variant: Variant; fields: readonly BodyField[] }[] {
  const { object, fields: all = [] } = method.body ?? {};
  const variants = object === undefined ? undefined : objects[object]?.variants;
  if (!variants || setInputs(method).length === 0 || method.body?.sendable !== true) return [];
  const inVariants = new Set(
    variants.of.flatMap(({ object: at }) => objects[at]?.fields.map(({ name }) => name) ?? []),
  );
  return variants.of.map((variant) => {
    const own = new Map(objects[variant.object]?.fields.map((field) => [field.name, field]));
    const fields = all.flatMap((field): BodyField[] => {
      const { name, property = name } = field;
      const mine = own.get(property);
      if (!mine) return inVariants.has(property) ? [] : [field];
      const isDiscriminator = property === variants.discriminator && variant.value !== undefined;
      return [{ ...mine, name, required: field.required, ...(isDiscriminator && { enum: [variant.value as string] }) }];
    });
    return { variant, fields };
  });
}

function statementOf(
  resource: Resource,
  method: Method,
  objects: Objects,
  set: readonly (Field | { name: string })[],
): string {
  const diverting = divertingInputs(method, resource);
  const required = new Set(requiredInputs(method));
  const isRequired = (name: string) => required.has(name) && { required: true };
  const inSet = new Set(setInputs(method).map(({ name }) => name));
  return render({
    verb: method.verb,
    resource: resource.id,
    method: method.name,
    // Required ones first: the reader sees at a glance what must be given.
    parameters: [...whereInputs(method)]
      .filter(({ name }) => isNameable(name) && !inSet.has(name) && !diverting.has(name))
      .sort((a, b) => Number(b.required) - Number(a.required))
      .map(({ name }) => ({ name, value: literal(placeholder(name)), ...isRequired(name) })),
    body: set
      .filter(({ name }) => isNameable(name) && !diverting.has(name))
      .map((field) => ({ name: field.name, value: bodyValue(field, method, objects), ...isRequired(field.name) })),
    columns:
      method.verb === 'delete' ? [] : (method.response.row?.columns.map(({ name }) => name).filter(selectable) ?? []),
  });
}

/**
 * Returns a body field's value: JSON where its parts are known, the one value of a constant, else a placeholder. INSERT
 * keeps a bare number a number (ENGINE E3.10).
 */
function bodyValue(field: Field | { name: string }, { verb }: Method, objects: Objects): string {
  const { name } = field;
  if ('type' in field && (field.object !== undefined || field.values))
    return literal(JSON.stringify(jsonOf(field, objects), null, 2));
  if ('enum' in field && field.enum?.length === 1) return literal(field.enum[0] as string);
  const isBare = verb === 'insert' && 'type' in field && ['integer', 'number', 'boolean'].includes(field.type.type);
  return isBare ? placeholder(name) : literal(placeholder(name));
}

/** Values that the JSON of one field shows at most; a reader loses the thread beyond. */
const MOST_VALUES = 16;

/**
 * Returns JSON in the shape of a field: strings are placeholders, numbers and booleans zero and false, required
 * properties come first. An object inside itself is empty.
 */
function jsonOf(field: Field, objects: Objects): unknown {
  let left = MOST_VALUES;
  const shaped = (each: Field, within: readonly Location[]): unknown => {
    const { type, values, object, name } = each;
    if (values) {
      const inner = shaped({ ...each, type: values, values: undefined } as Field & { values: undefined }, within);
      return type.type === 'array' ? [inner] : { [placeholder(name)]: inner };
    }
    if (object !== undefined) return objectOf(object, within);
    left--;
    if (each.enum?.length === 1) return each.enum[0];
    if (type.type === 'integer' || type.type === 'number') return 0;
    if (type.type === 'boolean') return false;
    if (type.type === 'array') return [];
    return type.type === 'object' ? {} : placeholder(name);
  };
  const objectOf = (at: Location, within: readonly Location[]): Record<string, unknown> => {
    const type = within.includes(at) ? undefined : objects[at];
    const sent = fieldsOf(type, objects).filter(({ readOnly }) => !readOnly);
    const shown: Record<string, unknown> = {};
    for (const each of [...sent].sort((a, b) => Number(b.required) - Number(a.required)))
      if (left > 0) shown[each.name] = shaped(each, [...within, at]);
    return shown;
  };
  return shaped(field, []);
}

/** Returns an object's fields, or those of its first variant. */
function fieldsOf(type: ObjectType | undefined, objects: Objects): readonly BodyField[] {
  const [first] = type?.variants?.of ?? [];
  if (!type || !first || !type.variants) return type?.fields ?? [];
  const { discriminator } = type.variants;
  return (objects[first.object]?.fields ?? []).map((field) =>
    field.name === discriminator && first.value !== undefined ? { ...field, enum: [first.value] } : field,
  );
}

/** A join that documentation prints, and the resource whose rows it starts from. */
export interface JoinExample {
  readonly sql: string;
  readonly list: string;
}

/** Columns that a join shows of each row. */
const JOINED_COLUMNS = 4;

/**
 * Returns the same SELECT for every row of the list that one of its path parameters comes from. There is none where the
 * engine cannot run it: inputs in ON do not choose the method, so no sibling may require less (ENGINE N6), and the
 * required inputs of the list must choose the list.
 */
export function joinExample(
  resource: Resource,
  method: Method,
  find: (id: string) => Resource | undefined,
): JoinExample | undefined {
  if (method.verb !== 'select' || method.limit) return undefined;
  const inputs = requiredInputs(method);
  for (const { name, source } of method.parameters) {
    const lists = source && source.resource !== resource.id ? find(source.resource) : undefined;
    const list = lists?.methods.find((each) => each.name === source?.method);
    if (
      !source ||
      !lists ||
      !list ||
      isOwnKey(name, method) ||
      ![name, source.column].every((each) => identifier(each) === each && selectable(each))
    )
      continue;
    const left = inputs.filter((each) => each !== name);
    const listInputs = requiredInputs(list);
    if (chosen(resource, left) !== undefined || chosen(lists, listInputs) !== list) continue;
    const assign = (names: readonly string[]): Assignment[] =>
      names.map((each) => ({ name: each, value: literal(placeholder(each)), required: true }));
    const columns =
      method.response.row?.columns
        .map((column) => column.name)
        .filter((each) => selectable(each) && !inputs.includes(each)) ?? [];
    const sql = renderJoin({
      list: { resource: lists.id, parameters: assign(listInputs) },
      each: { resource: resource.id, parameters: assign(left), columns: columns.slice(0, JOINED_COLUMNS) },
      column: source.column,
      input: name,
    });
    return { sql, list: lists.id };
  }
  return undefined;
}

/**
 * Do the method's rows have a key of their own under the input's name, such as the `id` of `/users/{id}/groups`? ON
 * then compares that with the list's, and no row is left (tried).
 */
function isOwnKey(name: string, { response }: Method): boolean {
  return /^[A-Za-z][a-z0-9]*$/.test(name) && (response.row?.columns.some((column) => column.name === name) ?? false);
}

/** The method that a SELECT with these inputs runs. */
function chosen(resource: Resource, given: readonly string[]): Method | undefined {
  return chosenMethod(routedMethods(resource, 'select'), requiredInputs, new Set(given));
}

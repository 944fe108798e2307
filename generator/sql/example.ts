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
import { chiefColumns, nameRank } from './chief-columns.js';
import { type Described, Placeholders, realValue } from './example-values.js';
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
 * `long`: every input and every column. `short`: what is required, a few fields of a body that requires none, and the
 * columns that say most.
 */
type Form = 'short' | 'long';

/**
 * Returns the long statements that documentation prints for a method: one, or one for each variant of its body. They
 * have every input that the method takes: a value that the spec names, or a placeholder `{{ name }}`. Page tokens are
 * left to the engine, and what only the server sets is left out. A method with a limit has no statement.
 */
export function exampleStatements(resource: Resource, method: Method, objects: Objects): readonly Example[] {
  return examples(resource, method, objects, 'long');
}

/** Returns those of the long statements that say more than the short one. */
export function longStatements(resource: Resource, method: Method, objects: Objects): Example[] {
  const short = shortStatement(resource, method, objects);
  return exampleStatements(resource, method, objects).filter(({ sql }) => sql.replaceAll(' -- required', '') !== short);
}

/** Returns the statement that a reader tries first, of the first variant; `undefined` where the method has a limit. */
export function shortStatement(resource: Resource, method: Method, objects: Objects): string | undefined {
  return examples(resource, method, objects, 'short')[0]?.sql;
}

/** The pages, their plain form and the catalogue print the same statements. */
const made = {
  long: new WeakMap<Method, { resource: Resource; objects: Objects; found: readonly Example[] }>(),
  short: new WeakMap<Method, { resource: Resource; objects: Objects; found: readonly Example[] }>(),
};

function examples(resource: Resource, method: Method, objects: Objects, form: Form): readonly Example[] {
  const known = made[form].get(method);
  if (known?.resource === resource && known.objects === objects) return known.found;
  const found = printedExamples(resource, method, objects, form);
  made[form].set(method, { resource, objects, found });
  return found;
}

function printedExamples(resource: Resource, method: Method, objects: Objects, form: Form): Example[] {
  if (method.limit) return [];
  const variants = bodyVariants(method, objects);
  const statement = (fields: readonly (Field | { name: string })[]) =>
    new StatementExample(resource, method, objects, form).render(fields);
  return variants.length > 0
    ? variants.map(({ variant, fields }) => ({ variant, sql: statement(fields) }))
    : [{ sql: statement(setInputs(method)) }];
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

/** Fields that a short statement shows of a body, or of an object in it, that requires none. */
const FEW_FIELDS = 3;

/** The one value that a field has, as SQL and JSON write it where they need no quotes. */
function constantOf({ enum: values, enumIsOpen, type }: Field): string | undefined {
  const [only] = values ?? [];
  if (only === undefined || values?.length !== 1 || enumIsOpen) return undefined;
  const isWritten =
    type.type === 'string' ||
    (type.type === 'boolean' && /^(true|false)$/.test(only)) ||
    (['integer', 'number'].includes(type.type) && /^-?\d+(\.\d+)?$/.test(only));
  return isWritten ? only : undefined;
}

/** Values that the JSON of one field shows at most; a reader loses the thread beyond. */
const MOST_VALUES = 16;

/** Times that only a server knows, in lower case without `_`; specs forget to mark them as read-only. */
const SERVER_TIMES = new Set([
  'created',
  'createdat',
  'createdon',
  'lastupdated',
  'lastmodified',
  'modifiedat',
  'updatedat',
  'updatedon',
]);

/** One statement of a method, in one form. */
class StatementExample {
  private readonly required: ReadonlySet<string>;
  private readonly placeholders: Placeholders;
  /** Values that the JSON of the current field may still show. */
  private left = MOST_VALUES;

  constructor(
    private readonly resource: Resource,
    private readonly method: Method,
    private readonly objects: Objects,
    private readonly form: Form,
  ) {
    this.required = new Set(requiredInputs(method));
    this.placeholders = new Placeholders([...whereInputs(method), ...setInputs(method)].map(({ name }) => name));
  }

  /** `set`: the inputs of the body. */
  render(set: readonly (Field | { name: string })[]): string {
    const { method, resource, required } = this;
    const diverting = divertingInputs(method, resource);
    const inSet = new Set(setInputs(method).map(({ name }) => name));
    const isShort = this.form === 'short';
    const mark = (name: string) => !isShort && required.has(name) && { required: true };
    // Required ones first: the reader sees at a glance what must be given.
    const parameters = [...whereInputs(method)]
      .filter(({ name }) => isNameable(name) && !inSet.has(name) && !diverting.has(name))
      .filter((input) => input.required || !isShort)
      .sort((a, b) => Number(b.required) - Number(a.required))
      .map((input) => ({ name: input.name, value: this.inputValue(input), ...mark(input.name) }));
    const body = this.sent(
      set.filter(({ name }) => isNameable(name) && !diverting.has(name)),
      parameters.length,
    );
    return render({
      verb: method.verb,
      resource: resource.id,
      method: method.name,
      parameters,
      body: body.map((field) => ({ name: field.name, value: this.bodyValue(field), ...mark(field.name) })),
      columns: this.columns(),
    });
  }

  private columns(): Parameters<typeof render>[0]['columns'] {
    const { verb, response } = this.method;
    const columns = response.row?.columns ?? [];
    if (verb === 'delete') return [];
    if (this.form === 'long') return columns.map(({ name }) => name).filter(selectable);
    const chief = chiefColumns(columns, this.objects);
    return verb === 'select' ? chief : chief.filter((column) => typeof column === 'string');
  }

  /** Returns the fields of the body that are shown. `others`: how many inputs the statement has beside them. */
  private sent<Each extends Field | { name: string }>(fields: readonly Each[], others: number): readonly Each[] {
    const needed = fields.filter(({ name }) => this.isNeeded(name));
    const given = fields.filter((field) => this.isNeeded(field.name) || !isServerMade(field));
    if (this.form === 'long') return given.length > 0 ? given : fields;
    if (needed.length > 0) return needed;
    // EXEC may send nothing; the others need something to set, and INSERT something to name.
    const isEmptyAllowed =
      this.method.verb === 'exec' || (this.method.verb === 'insert' && others > 0 && !given.length);
    return isEmptyAllowed ? [] : few(given.length > 0 ? given : fields);
  }

  private isNeeded(name: string): boolean {
    const { body } = this.method;
    return this.required.has(name) || (body?.fields.some((field) => field.name === name && field.required) ?? false);
  }

  private inputValue(input: Described & { readonly required: boolean }): string {
    const real = input.required ? realValue(input) : undefined;
    return literal(real ?? placeholder(input.name));
  }

  /**
   * Returns a body field's value: JSON where its parts are known, a value that the spec names, else a placeholder.
   * INSERT keeps a bare number a number (ENGINE E3.10).
   */
  private bodyValue(field: Field | { name: string }): string {
    const { name } = field;
    if (!('type' in field)) return literal(placeholder(name));
    this.left = MOST_VALUES;
    if (field.object !== undefined || field.values)
      return literal(JSON.stringify(this.json(field, [name], []), null, 2));
    const real = constantOf(field) ?? realValue(field);
    const value = real ?? placeholder(name);
    const isBare = this.method.verb === 'insert' && ['integer', 'number', 'boolean'].includes(field.type.type);
    return isBare ? value : literal(value);
  }

  /**
   * Returns JSON in the shape of a field: values that the spec names, else placeholders, zero and false; required
   * properties come first. An object inside itself is empty. `path`: the names that lead to the field; `within`: the
   * objects around it.
   */
  private json(each: Field, path: readonly string[], within: readonly Location[]): unknown {
    const { type, values, object } = each;
    if (values) {
      const inner = this.json({ ...each, type: values, values: undefined } as unknown as Field, path, within);
      return type.type === 'array' ? [inner] : { [`{{ ${this.placeholders.nested(path)} }}`]: inner };
    }
    if (object !== undefined) return this.object(object, path, within);
    this.left--;
    const only = constantOf(each);
    if (only !== undefined) return type.type === 'string' ? only : jsonOrText(only);
    const real = realValue(each);
    if (type.type === 'integer' || type.type === 'number') return Number(real ?? 0);
    if (type.type === 'boolean') return real === 'true';
    if (type.type === 'array') return [];
    return type.type === 'object' ? {} : (real ?? `{{ ${this.placeholders.nested(path)} }}`);
  }

  private object(at: Location, path: readonly string[], within: readonly Location[]): Record<string, unknown> {
    const type = within.includes(at) ? undefined : this.objects[at];
    const sent = fieldsOf(type, this.objects).filter((field) => !isServerMade(field));
    const needed = sent.filter(({ required }) => required);
    const short = needed.length > 0 ? needed : few(sent);
    const shown: Record<string, unknown> = {};
    for (const each of this.form === 'short' ? short : sent.toSorted((a, b) => Number(b.required) - Number(a.required)))
      if (this.left > 0) shown[each.name] = this.json(each, [...path, each.name], [...within, at]);
    return shown;
  }
}

/** Returns the fields that a reader can fill in at once: plain ones before objects, and names before others. */
function few<Each extends Field | { name: string }>(fields: readonly Each[]): Each[] {
  const isPlain = (field: Field | { name: string }) =>
    !('type' in field) || (field.object === undefined && !field.values && field.type.type !== 'object');
  const current = fields.filter((field) => !('deprecated' in field));
  const plain = current
    .filter(isPlain)
    .toSorted((a, b) => nameRank(a) - nameRank(b))
    .slice(0, FEW_FIELDS);
  if (plain.length > 0) return plain;
  return (current.length > 0 ? current : fields).slice(0, 1);
}

/** Does only the server set it: marked so, a link or an embedded resource (HAL), or the time of a change? */
function isServerMade(field: Field | { name: string }): boolean {
  if (!('type' in field)) return false;
  const { name, readOnly, required } = field as Field & { required?: boolean };
  if (readOnly) return true;
  return (
    !required && (name === '_links' || name === '_embedded' || SERVER_TIMES.has(name.replaceAll('_', '').toLowerCase()))
  );
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

/** A constant of another type than its schema says, `const: "0123"` of an integer, stays the text that it is. */
function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

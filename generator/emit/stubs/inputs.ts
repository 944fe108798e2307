import {
  bodyInputs,
  type DataType,
  divertingInputs,
  type Method,
  type Parameter,
  type Resource,
  type Service,
  whereInputs,
} from '../../model.js';
import { doc, indent } from './doc.js';
import { braces, key, quoted } from './names.js';

interface Input {
  readonly name: string;
  readonly required: boolean;
  readonly type: DataType;
  readonly description: string;
  readonly enum?: readonly string[];
}

/** The inputs of a method, and those that would make the engine run another method (ENGINE E1.1). */
export interface MethodInputs {
  readonly params: readonly (Input & Partial<Parameter>)[];
  readonly body: readonly Input[];
  /** Optional inputs that this method has and must not be given. */
  readonly diverting: ReadonlySet<string>;
}

export function inputsOf(method: Method, resource: Resource): MethodInputs {
  const diverting = divertingInputs(method, resource);
  const free = ({ name }: Input) => !diverting.has(name);
  return { params: whereInputs(method).filter(free), body: bodyInputs(method).filter(free), diverting };
}

/** The server variables that every method of a service takes. */
export interface ServerInputs {
  readonly name: string;
  readonly text: string;
}

/** One interface for the server variables of a service, where all its methods have the same. */
export function serverInputs({ resources }: Service, nameIt: () => string): ServerInputs | undefined {
  const lists = resources.flatMap(({ methods }) =>
    methods.map(({ parameters }) => parameters.filter((parameter) => parameter.in === 'server')),
  );
  const [first] = lists;
  const shared = first && JSON.stringify(first);
  if (!first || first.length === 0 || lists.some((list) => JSON.stringify(list) !== shared)) return undefined;
  const name = nameIt();
  return { name, text: `${doc('Where the API is.')}export interface ${name} ${members(first)}` };
}

/**
 * Prints `interface NAME { … }`: the inputs of a method. Those of its siblings are `never`, so that a set of inputs
 * which no method accepts does not compile.
 */
export function paramsInterface(
  name: string,
  method: Method,
  inputs: MethodInputs,
  siblings: readonly MethodInputs[],
  server: ServerInputs | undefined,
): string {
  const own = new Set([...inputs.params, ...inputs.body].map((input) => input.name));
  const foreign = new Set([
    ...siblings.flatMap(({ params, body }) => [...params, ...body].map((input) => input.name)),
    ...inputs.diverting,
  ]);
  const never = [...foreign].filter((each) => !own.has(each));
  const bases = [
    ...(server ? [server.name] : []),
    ...(never.length > 0 ? [`Not<${never.map(quoted).join(' | ')}>`] : []),
  ];
  const heritage = bases.length > 0 ? ` extends ${bases.join(', ')}` : '';
  const listed = inputs.params.filter((input) => !server || input.in !== 'server');
  return `${methodDoc(method)}export interface ${name}${heritage} ${members(listed)}`;
}

/** Prints the fields of a body by the Model, where no schema type has them as a statement takes them. */
export function bodyInterface(name: string, { name: method }: Method, fields: readonly Input[]): string {
  return `${doc(`The request body of \`${method}\`.`)}export interface ${name} ${members(fields)}`;
}

function members(inputs: readonly (Input & Partial<Parameter>)[]): string {
  return inputs.length === 0 ? '{}\n' : `{\n${inputs.map(member).join('')}}\n`;
}

function member({
  name,
  in: location,
  required,
  type,
  description,
  enum: options,
  enumIsOpen,
  default: standard,
  source,
  deprecated,
}: Input & Partial<Parameter>): string {
  const from = source && `One of \`${source.resource}.${source.column}\`.`;
  const comment = doc(
    description,
    from,
    standard !== undefined && standard !== '' && ['default', standard],
    deprecated && ['deprecated'],
  );
  return indent(
    `${comment}readonly ${key(name)}${required ? '' : '?'}: ${inputType(type, enumIsOpen ? undefined : options, location === undefined)}${required ? '' : ' | undefined'};\n`,
  );
}

/** The TypeScript type of an input. A parameter that is a list is one string to the engine (ENGINE E2.4). */
function inputType({ type }: DataType, options: readonly string[] | undefined, isField: boolean): string {
  switch (type) {
    case 'integer':
    case 'number':
      return options?.every((option) => /^-?\d{1,15}$/.test(option)) ? options.join(' | ') : 'number';
    case 'boolean':
      return options?.length === 1 && /^(true|false)$/.test(options[0] as string) ? (options[0] as string) : 'boolean';
    case 'array':
      return isField ? 'readonly unknown[]' : 'string';
    case 'object':
      return isField ? 'Readonly<Record<string, unknown>>' : 'string';
    default:
      return options ? options.map(quoted).join(' | ') : 'string';
  }
}

function methodDoc({ description, deprecated, stage }: Method): string {
  return doc(description, stage && `Stage: ${stage}.`, deprecated && ['deprecated']);
}

/**
 * Prints `{ subdomain: 'server', limit: 'query?' }`: where a request holds each input, with a `?` if it is optional.
 */
export function inputTable({ params, body }: MethodInputs): string {
  const locations = [...params, ...body].map(
    (input: Input & Partial<Parameter>) => `${key(input.name)}: '${input.in ?? 'body'}${input.required ? '' : '?'}'`,
  );
  return braces(locations);
}

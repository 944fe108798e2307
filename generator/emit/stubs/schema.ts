import {
  astToString,
  type GlobalContext,
  type OpenAPI3,
  resolveRef,
  scanDiscriminators,
  transformSchema,
} from 'openapi-typescript';
import ts from 'typescript';
import type { Location, Provider, Service } from '../../model.js';
import { quoted } from './names.js';

/**
 * The schema types of a service by openapi-typescript, as a module that exports `components`, `operations`, `Readable`
 * and `Writable`.
 */
export interface SchemaTypes {
  /** Of the module, without what no stub uses. */
  readonly text: (operations: ReadonlySet<string>) => string;
  /** The names in `components.schemas`. */
  readonly components: ReadonlySet<string>;
  readonly error?: undefined;
}

/** The member of `operations` that openapi-typescript makes of an operationId. */
export function operationKey(operationId: string): string {
  return operationId.replaceAll('#', '/');
}

const OPTIONS = {
  alphabetize: true,
  silent: true,
  // Properties that only the server sets, and those that are only written, are marked.
  readWriteMarkers: true,
  // A default says what the server takes for nothing, not that a row has a value.
  defaultNonNullable: false,
};

/** Prints the schema types; the error says why openapi-typescript cannot. */
export function schemaTypes({ document }: Service): SchemaTypes | { readonly error: string } {
  // It writes into what it reads.
  const copy = withoutObjectEnums(document) as unknown as OpenAPI3;
  try {
    const nodes = transformSchema(copy, contextOf(copy));
    return {
      text: (operations) => astToString(nodes.flatMap((node) => usedPart(node, operations))),
      components: schemaNames(nodes),
    };
  } catch (error) {
    return { error: `openapi-typescript: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/**
 * What `openapiTS` gives to its transformation. It would lint and bundle the document before, which takes longer than
 * all the rest: ours is whole, and was checked.
 */
function contextOf(document: OpenAPI3): GlobalContext {
  return {
    ...OPTIONS,
    discriminators: scanDiscriminators(document, OPTIONS),
    injectFooter: [],
    resolve: <Found>($ref: string) => resolveRef<Found>(document, $ref, OPTIONS),
  } as unknown as GlobalContext;
}

/**
 * Copies a document without the `enum` of a schema whose type is object: openapi-typescript takes its values for
 * schemas, where they are values.
 */
function withoutObjectEnums(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutObjectEnums);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const isObject = 'type' in value && value.type === 'object';
  const kept = isObject ? entries.filter(([key, inner]) => key !== 'enum' || !Array.isArray(inner)) : entries;
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutObjectEnums(inner)]));
}

function schemaNames(nodes: readonly ts.Node[]): Set<string> {
  const components = nodes.find((node) => ts.isInterfaceDeclaration(node) && node.name.text === 'components') as
    | ts.InterfaceDeclaration
    | undefined;
  const schemas = components?.members.find((member) => nameOf(member) === 'schemas');
  const members =
    schemas && ts.isPropertySignature(schemas) && schemas.type && ts.isTypeLiteralNode(schemas.type)
      ? schemas.type.members
      : [];
  return new Set(members.flatMap((member) => nameOf(member) ?? []));
}

function nameOf({ name }: ts.TypeElement): string | undefined {
  return name && (ts.isIdentifier(name) || ts.isStringLiteral(name)) ? name.text : undefined;
}

/** The type of a component. */
export function componentType(name: string): string {
  return `components['schemas'][${quoted(name)}]`;
}

/** Prints an object with variants as a union of them; nothing when one of them has no type of its own. */
export function variantsType(
  object: Location | undefined,
  objects: Provider['objects'],
  components: ReadonlySet<string>,
): string | undefined {
  const names = [
    ...new Set((object === undefined ? undefined : objects[object])?.variants?.of.map(({ name }) => name)),
  ];
  if (names.length < 2 || !names.every((name) => components.has(name))) return undefined;
  const types = names.map(componentType);
  const line = types.join(' | ');
  return line.length <= 120 ? line : types.map((type) => `\n  | ${type}`).join('');
}

/**
 * Returns the part of a node that the stubs use: `paths` and the like are for clients of the HTTP API, and of
 * `operations` only those count whose types have no name of their own.
 */
function usedPart(node: ts.Node, operations: ReadonlySet<string>): ts.Node[] {
  if (ts.isTypeAliasDeclaration(node)) return /^(webhooks|\$defs)$/.test(node.name.text) ? [] : [node];
  if (!ts.isInterfaceDeclaration(node)) return [node];
  const { factory } = ts;
  const having = (members: readonly ts.TypeElement[]) =>
    factory.updateInterfaceDeclaration(
      node,
      node.modifiers,
      node.name,
      node.typeParameters,
      node.heritageClauses,
      members,
    );
  const isNamed = (member: ts.TypeElement, names: ReadonlySet<string>) => names.has(nameOf(member) ?? '');
  if (node.name.text === 'components')
    return [having(node.members.filter((member) => isNamed(member, new Set(['schemas']))))];
  if (node.name.text === 'operations')
    return operations.size > 0 ? [having(node.members.filter((member) => isNamed(member, operations)))] : [];
  return [];
}

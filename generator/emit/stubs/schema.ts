import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import type { Service } from '../../model.js';

/** The schema types of a service by openapi-typescript, as a module that exports `components`, `operations`, `Readable` and `Writable`. */
export interface SchemaTypes {
  /** Of the module, without what no stub uses. */
  readonly text: (operations: ReadonlySet<string>) => string;
  readonly error?: undefined;
}

/** The member of `operations` that openapi-typescript makes of an operationId. */
export function operationKey(operationId: string): string {
  return operationId.replaceAll('#', '/');
}

/** What openapi-typescript cannot print is an error in its own words. */
export async function schemaTypes({ document }: Service): Promise<SchemaTypes | { readonly error: string }> {
  try {
    const nodes = await openapiTS(structuredClone(document) as unknown as OpenAPI3, {
      alphabetize: true,
      silent: true,
      // What only the server sets, and what is only written, are told apart.
      readWriteMarkers: true,
      // A default says what the server takes for nothing, not that a row has a value.
      defaultNonNullable: false,
    });
    return { text: (operations) => astToString(nodes.flatMap((node) => usedPart(node, operations))) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** `paths` and the like are for clients of the HTTP API; of `operations`, only those whose types have no name of their own are used. */
function usedPart(node: ts.Node, operations: ReadonlySet<string>): ts.Node[] {
  if (ts.isTypeAliasDeclaration(node)) return /^(webhooks|\$defs)$/.test(node.name.text) ? [] : [node];
  if (!ts.isInterfaceDeclaration(node)) return [node];
  const { factory } = ts;
  const having = (members: readonly ts.TypeElement[]) =>
    factory.updateInterfaceDeclaration(node, node.modifiers, node.name, node.typeParameters, node.heritageClauses, members);
  const isNamed = (member: ts.TypeElement, names: ReadonlySet<string>) => {
    const { name } = member;
    return name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteral(name)) && names.has(name.text);
  };
  if (node.name.text === 'components') return [having(node.members.filter((member) => isNamed(member, new Set(['schemas']))))];
  if (node.name.text === 'operations') return operations.size > 0 ? [having(node.members.filter((member) => isNamed(member, operations)))] : [];
  return [];
}

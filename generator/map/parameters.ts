import type { Problem } from '../diagnostics.js';
import type { At, Parameter } from '../model.js';
import type { OperationObject, ParameterObject, PathItemObject, SchemaObject, ServerObject } from '../read/openapi.js';
import { step } from '../read/pointer.js';
import type { Located, Spec } from '../read/spec.js';
import { isPageToken } from './pagination.js';
import { dataType, enumOf } from './schema.js';

/** A parameter object as the spec has it, for the service document. */
export type DeclaredParameter = Located<ParameterObject>;

/** Headers that the engine sets itself; declaring them shadows or breaks its own (ENGINE E8.9). */
const ENGINE_HEADERS = ['accept', 'authorization', 'content-type'];

interface Given {
  spec: Spec;
  path: string;
  item: PathItemObject;
  itemAt: At;
  operation: OperationObject;
  operationAt: At;
  servers: readonly ServerObject[];
  report: (problem: Problem) => void;
}

/**
 * An operation's parameters: server variables, then those of the path item, then its own. An operation's parameter replaces the path
 * item's of the same name and place (OpenAPI 3.0.3, 4.7.9.1); the engine needs them all on the operation (ENGINE E2.1).
 */
export function parametersOf({ spec, path, item, itemAt, operation, operationAt, servers, report }: Given): {
  declared: DeclaredParameter[];
  parameters: Parameter[];
} {
  const found = new Map<string, DeclaredParameter & { declaredOn: 'path-item' | 'operation' }>();
  const read = (list: PathItemObject['parameters'], at: At, declaredOn: 'path-item' | 'operation') =>
    list?.forEach((written, index) => {
      const located = spec.follow<ParameterObject>(written, step(at, 'parameters', index));
      found.set(`${located.value.in} ${located.value.name}`, { ...located, declaredOn });
    });
  read(item.parameters, itemAt, 'path-item');
  read(operation.parameters, operationAt, 'operation');

  const placeholders = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] as string);
  for (const name of placeholders) {
    if (found.has(`path ${name}`)) continue;
    report({ code: 'parameter-undeclared', message: `{${name}} of ${path} has no parameter`, at: operationAt });
    found.set(`path ${name}`, { value: { name, in: 'path', required: true, schema: { type: 'string' } }, at: operationAt, declaredOn: 'operation' });
  }

  const declared = [...found.values()].filter(({ value, at }) => {
    const dropped = value.in === 'cookie' || (value.in === 'header' && ENGINE_HEADERS.includes(value.name.toLowerCase()));
    if (dropped) report({ code: 'parameter-dropped', message: `${value.in} parameter ${value.name}`, at });
    return !dropped;
  });

  const parameters = declared.map(({ value, at, declaredOn }): Parameter => {
    const schemaAt = step(at, 'schema');
    const schema = value.schema ? spec.follow<SchemaObject>(value.schema, schemaAt).value : {};
    const enumeration = enumOf(schema);
    const example = value.example ?? schema.example;
    return {
      name: value.name,
      in: value.in as Parameter['in'],
      required: value.required === true || value.in === 'path',
      declaredOn,
      type: value.schema ? dataType(spec, value.schema, schemaAt) : { type: 'string' },
      description: value.description ?? '',
      pageToken: isPageToken(value),
      at,
      ...(schema.default !== undefined && { default: scalarText(schema.default) }),
      ...(example !== undefined && { example: scalarText(example) }),
      ...(enumeration && { enum: enumeration }),
    };
  });
  return { declared, parameters: [...serverVariables(servers, spec.at), ...parameters] };
}

/** Only the first server counts (ENGINE E2.7); its variables are required inputs of every statement (ENGINE E1.4). */
function serverVariables(servers: readonly ServerObject[], at: At): Parameter[] {
  return Object.entries(servers[0]?.variables ?? {}).map(([name, variable]) => ({
    name,
    in: 'server',
    required: true,
    declaredOn: 'server',
    type: { type: 'string' },
    description: variable.description ?? '',
    pageToken: false,
    at: step(at, 'servers', 0, 'variables', name),
    ...(variable.default !== undefined && { default: variable.default }),
    ...(variable.enum && { enum: variable.enum }),
  }));
}

function scalarText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

import type { Location, Parameter } from '../../model.js';
import { isObject } from '../../read/objects.js';
import type { OperationObject, ParameterObject, PathItemObject, ServerObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import { placeholdersOf } from '../../text/path-template.js';
import { scalarText } from './fields.js';
import type { LenientSpec } from './lenient.js';
import { dataType, enumOf } from './schema.js';
import { serverParameters } from './servers.js';

/** A parameter object as the spec has it, for the service document. */
export type DeclaredParameter = Located<ParameterObject>;

/** Headers that the engine sets itself; declaring them shadows or breaks its own (ENGINE E8.9). */
const ENGINE_HEADERS = ['accept', 'authorization', 'content-type'];

interface Given {
  spec: LenientSpec;
  path: string;
  item: PathItemObject;
  itemAt: Location;
  operation: OperationObject;
  operationAt: Location;
  server: ServerObject;
}

/**
 * An operation's parameters: server variables, then those of the path item, then its own. An operation's parameter replaces the path
 * item's of the same name and place (OpenAPI 3.0.3, 4.7.9.1); the engine needs them all on the operation (ENGINE E2.1).
 */
export function parametersOf({ spec, path, item, itemAt, operation, operationAt, server }: Given): {
  declared: DeclaredParameter[];
  parameters: Parameter[];
} {
  const { report } = spec;
  const found = new Map<string, DeclaredParameter & { declaredOn: 'path-item' | 'operation' }>();
  const read = (list: PathItemObject['parameters'], listIn: Location, declaredOn: 'path-item' | 'operation') =>
    list?.forEach((written, index) => {
      const located = spec.follow<ParameterObject>(written, step(listIn, 'parameters', index), 'parameter');
      const { name, in: location } = located.value;
      if (typeof name === 'string' && name !== '' && typeof location === 'string')
        found.set(`${location} ${name}`, { ...located, declaredOn });
      else report({ code: 'spec-shape', message: 'a parameter needs `name` and `in`; left out', at: located.at });
    });
  read(item.parameters, itemAt, 'path-item');
  read(operation.parameters, operationAt, 'operation');

  const placeholders = [...new Set(placeholdersOf(path.split('?')[0] ?? ''))];
  for (const name of placeholders) {
    const declared = found.get(`path ${name}`);
    if (declared?.value.required === true) continue;
    if (declared) report({ code: 'parameter-not-required', message: `path parameter ${name}`, at: declared.at });
    else report({ code: 'parameter-undeclared', message: `{${name}} of ${path} has no parameter`, at: operationAt });
    found.set(`path ${name}`, {
      at: operationAt,
      declaredOn: 'operation',
      ...declared,
      value: { schema: { type: 'string' }, ...declared?.value, name, in: 'path', required: true },
    });
  }

  const serverVariables = serverParameters(server, spec.at);
  const declared = [...found.values()].filter(({ value: { name, in: location }, at }) => {
    const isEngines = location === 'cookie' || (location === 'header' && ENGINE_HEADERS.includes(name.toLowerCase()));
    const hasNamesake =
      location !== 'path' && (found.has(`path ${name}`) || (location === 'header' && found.has(`query ${name}`)));
    const [why] = [
      ...(isEngines ? [`${location} parameter ${name}`] : []),
      ...(location === 'path' && !placeholders.includes(name) ? [`path parameter ${name} is not in ${path}`] : []),
      ...(['path', 'query', 'header'].includes(location) ? [] : [`parameter ${name} in "${location}"`]),
      ...(hasNamesake ? [`${location} parameter ${name} has the name of another one`] : []),
    ];
    if (why !== undefined) report({ code: 'parameter-dropped', message: why, at });
    return why === undefined;
  });

  const parameters = declared.map(({ value, at, declaredOn }): Parameter => {
    const schemaAt = step(at, 'schema');
    const schema = isObject(value.schema) ? spec.schema(value.schema, schemaAt).value : {};
    const enumeration = enumOf(schema);
    const example = value.example ?? schema.example;
    return {
      name: value.name,
      in: value.in as Parameter['in'],
      required: value.required === true,
      declaredOn,
      type: isObject(value.schema) ? dataType(spec, value.schema, schemaAt) : { type: 'string' },
      description: typeof value.description === 'string' ? value.description : '',
      pageToken: false,
      at,
      ...(schema.default !== undefined && { default: scalarText(schema.default) }),
      ...(example !== undefined && { example: scalarText(example) }),
      ...(enumeration && { enum: enumeration }),
      ...(value.deprecated === true && { deprecated: true }),
    };
  });
  // Two inputs of one name are one in SQL: the API's own wins over the server's.
  const own = new Set(parameters.map(({ name }) => name));
  return { declared, parameters: [...serverVariables.filter(({ name }) => !own.has(name)), ...parameters] };
}

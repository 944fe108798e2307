import type { RuleCode } from '../../diagnostics/rules.js';
import { asText, child } from '../../provider-package/positions.js';
import type { Located, Parameter } from '../../provider-package/types.js';
import { step } from '../../read/pointer.js';
import { identifier } from '../../sql/sql.js';
import { placeholdersOf } from '../../text/path-template.js';
import { isExecOnly } from './resources.js';
import { eachMethod, eachService, listOf, nameOf, type Rule } from './rule.js';

const SENT = ['path', 'query', 'header', 'context'];
const ENGINE_HEADERS = ['accept', 'content-type', 'authorization'];
/** The types of which EXEC takes a text as a value. */
const EXEC_TYPES = ['string', 'array', 'object'];

/** Parameters and server variables: the inputs beside the body. */
export const parameterRules = {
  'path-item-parameters': once(
    eachMethod(function* (method, { itemParameters, item, path }) {
      const asked = itemParameters.filter(({ required }) => required);
      const names = (asked.length > 0 ? asked : itemParameters).map(({ name }) => name);
      // An optional one only cannot be given.
      if (names.length > 0)
        yield {
          at: step(item.at, 'parameters'),
          message: `on the path ${path}, not on the operation of ${nameOf(method)}: ${listOf(names)}`,
          ...(asked.length === 0 && { severity: 'info' }),
        };
    }),
  ),

  'path-parameter': once(
    eachMethod(function* (method, { path, at, value, parameters, itemParameters }) {
      if ('x-stackQL-graphQL' in value) return;
      const inPath = [...parameters, ...itemParameters].filter((parameter) => parameter.in === 'path');
      const placeholders = placeholdersOf(path);
      for (const name of placeholders)
        if (!inPath.some((parameter) => parameter.name === name))
          yield { at, message: `{${name}} of ${path} is not a parameter of ${nameOf(method)}` };
      for (const { name, required, at: place } of inPath)
        if (!placeholders.includes(name)) yield { at: place, message: `${path} has no {${name}}`, severity: 'warning' };
        else if (!required) yield { at: place, message: `${name} is in the path and not required` };
    }),
  ),

  'parameter-location': once(
    eachMethod(function* (method, { parameters }) {
      for (const parameter of parameters)
        if (!SENT.includes(parameter.in))
          yield { at: parameter.at, message: `${parameter.name} of ${nameOf(method)} is in ${parameter.in}` };
    }),
  ),

  'parameter-schema': once(
    eachMethod(function* (method, { parameters }) {
      for (const { name, value, schema, required, at } of parameters) {
        if (schema || value.schema !== undefined) continue;
        if (isExecOnly(method) || (required && method.verbs.includes('select')))
          yield { at, message: `${name} of ${nameOf(method)} has no schema` };
      }
    }),
  ),

  'engine-header': once(
    eachMethod(function* (method, { parameters }) {
      for (const { name, in: location, required, at } of parameters)
        if (location === 'header' && ENGINE_HEADERS.includes(name.toLowerCase()))
          yield { at, message: `${nameOf(method)} takes the header ${name}`, ...(!required && { severity: 'info' }) };
    }),
  ),

  'exec-input-type': eachMethod(function* (method, { parameters, body, required }) {
    if (!isExecOnly(method)) return;
    const sent = parameters.filter((parameter) => parameter.schema && SENT.includes(parameter.in));
    const inputs = [
      ...sent.map((parameter) => ({ name: parameter.name, at: parameter.at, schema: parameter.schema })),
      ...[...(body?.fields ?? [])].map(([name, field]) => ({
        name,
        at: field.at,
        schema: method.resource.service.follow(field),
      })),
    ];
    for (const { name, at, schema } of inputs) {
      const type = schema?.value.type;
      if (!schema || EXEC_TYPES.includes(asText(type))) continue;
      const typed = type === undefined ? 'no type' : `type ${asText(type)}`;
      yield {
        at,
        message: `${name} of ${nameOf(method)} has ${typed}`,
        ...(required.has(name) && { severity: 'error' }),
      };
    }
  }),

  'input-quoted': once(
    eachMethod(function* (method, { parameters, body }) {
      const inputs: [string, Located | Parameter][] = [
        ...parameters.map((one): [string, Parameter] => [one.name, one]),
        ...(body?.fields ?? []),
      ];
      for (const [name, { at }] of inputs)
        if (identifier(name) !== name) yield { at, message: `"${name}" of ${nameOf(method)}` };
    }),
  ),

  'server-variable': eachService(function* (service) {
    const servers = new Map<string, Located>();
    for (const { methods } of service.resources)
      for (const { operation } of methods) if (operation?.server) servers.set(operation.server.at, operation.server);
    for (const server of servers.values()) {
      const placeholders = placeholdersOf(asText(server.value.url));
      const variables = child(server, 'variables');
      for (const name of placeholders)
        if (!(name in variables.value))
          yield {
            at: step(server.at, 'url'),
            message: `{${name}} of the server's URL is not a variable`,
            severity: 'error',
          };
      for (const name of Object.keys(variables.value)) {
        if (!placeholders.includes(name))
          yield { at: step(variables.at, name), message: `the server's URL has no {${name}}` };
        else if (!child(variables, name).value.default)
          yield { at: step(variables.at, name), message: `${name} has no default` };
        const { 'x-stackQL-envVar': envVar } = child(variables, name).value;
        if (envVar !== undefined && !/^[A-Za-z_]\w*$/.test(asText(envVar)))
          yield {
            at: step(variables.at, name, 'x-stackQL-envVar'),
            message: `no variable of the environment is named ${asText(envVar)}`,
          };
      }
    }
  }),

  'servers-ignored': eachService(function* ({ value, at }) {
    const urls = Array.isArray(value.servers) ? value.servers.slice(1).map((server) => asText(server?.url)) : [];
    if (urls.length > 0)
      yield { at: step(at, 'servers', 1), message: `${listOf(urls)} ${urls.length > 1 ? 'are' : 'is'} never used` };
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

/** One finding a place: operations and components are shared by methods. */
export function once(rule: Rule): Rule {
  return function* (subject) {
    const seen = new Set<unknown>();
    for (const finding of rule(subject)) {
      if (!seen.has(finding.at)) yield finding;
      seen.add(finding.at);
    }
  };
}

import type { Location, Parameter } from '../../model.js';
import type { ServerObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import { placeholdersOf } from '../../text/path-template.js';
import type { Report } from './lenient.js';

/** The engine's own key of a variable that it may read from the environment (ENGINE E8.11). */
export const ENV_VAR = 'x-stackQL-envVar';

/**
 * Only the first server counts (ENGINE E2.7). One without a host, `/v1` or none at all, gets a server variable for it:
 * the request must go somewhere, and the spec does not say where.
 */
export function firstServer(servers: readonly ServerObject[] | undefined, at: Location, report: Report): ServerObject {
  const [first] = servers ?? [];
  const written = typeof first?.url === 'string' ? first.url : '';
  const url = written.replace(/\{\{([^{}]*)\}\}/g, '{$1}');
  if (url !== written)
    report({
      code: 'spec-value',
      message: `the server "${written}" has a variable in two braces; it is taken as ${url}`,
      at: step(at, 'servers', 0, 'url'),
    });
  if (/^([a-z][a-z0-9+.-]*:)?\/\//i.test(url) || url.startsWith('{'))
    return withItsVariables({ ...first, url: url.startsWith('//') ? `https:${url}` : url }, at, report);
  report({
    code: 'server-relative',
    message: url === '' ? 'the document names no server' : `the server "${url}" has no host`,
    at: first ? step(at, 'servers', 0) : at,
  });
  const variables = {
    host: { default: 'localhost', description: 'Host name of the API, with a port if it needs one.' },
    ...first?.variables,
  };
  const path = url === '' || url.startsWith('/') ? url : `/${url}`;
  return withItsVariables({ ...first, url: `https://{host}${path}`, variables }, at, report);
}

/**
 * Every placeholder of the URL has a variable, declared or not, and every default is text: specs write `default: 443`.
 * A variable that the URL has no place for is dropped: every statement would have to give it.
 */
function withItsVariables(written: ServerObject, at: Location, report: Report): ServerObject {
  const server = withNameableVariables(written);
  const declared = new Map(Object.entries(server.variables ?? {}));
  const names = new Set(placeholdersOf(server.url));
  for (const name of declared.keys())
    if (!names.has(name))
      report({
        code: 'parameter-dropped',
        message: `the server's URL has no {${name}}`,
        at: step(at, 'servers', 0, 'variables', name),
      });
  const variables = [...names].map((name) => {
    const variable = declared.get(name);
    return [name, { ...variable, default: String(variable?.default ?? '') }];
  });
  const { variables: _, ...rest } = server;
  return variables.length > 0 ? { ...rest, variables: Object.fromEntries(variables) } : rest;
}

/** No statement can name an input with a quotation mark; what a variable of a server is called is never sent. */
function withNameableVariables(server: ServerObject): ServerObject {
  if (!server.url.includes('"')) return server;
  const nameable = (name: string) => name.replaceAll('"', '_');
  const variables = Object.entries(server.variables ?? {}).map(([name, variable]) => [nameable(name), variable]);
  return {
    ...server,
    url: server.url.replace(/\{[^{}]*\}/g, nameable),
    ...(server.variables && { variables: Object.fromEntries(variables) }),
  };
}

/** The server's variables as inputs: required in every statement, even with a default (ENGINE E1.4). */
export function serverParameters(server: ServerObject | undefined, at: Location): Parameter[] {
  return Object.entries(server?.variables ?? {}).map(([name, variable]) => ({
    name,
    in: 'server',
    required: true,
    declaredOn: 'server',
    type: { type: 'string' },
    description: variable.description ?? '',
    pageToken: false,
    at: step(at, 'servers', 0, 'variables', name),
    ...(variable.default && { default: String(variable.default) }),
    ...(variable.enum && { enum: variable.enum.map(String) }),
    ...(typeof variable[ENV_VAR] === 'string' && { envVar: variable[ENV_VAR] }),
  }));
}

/**
 * The server as the engine matches it: a variable that is a whole host, or whose default has a dot, must be told to
 * take dots and a port (ENGINE E2.7).
 */
export function engineServer(server: ServerObject): ServerObject {
  const url = server.url.replace(
    /(\/\/)?\{([^{}:]+)\}(?=(.?))/g,
    (whole, slashes: string | undefined, name: string, next: string) => {
      const fallback = String(server.variables?.[name]?.default ?? '');
      if (fallback.includes('/')) return `${slashes ?? ''}{${name}:.+}`;
      const isWholeHost = slashes !== undefined && next !== '.';
      return isWholeHost || /[.:]/.test(fallback) ? `${slashes ?? ''}{${name}:[^/]+}` : whole;
    },
  );
  return { ...server, url };
}

import { ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import { isObject, type Json } from './objects.js';
import { HTTP_METHODS, type Reference } from './openapi.js';
import { step } from './pointer.js';
import type { Located } from './references.js';
import { type Move, toSchema30 } from './schema-3-0.js';

/** The spec that is being read, as far as the conversion needs it. */
interface Context {
  readonly at: Location;
  follow<T>(value: T | Reference, at: Location): Located<T>;
  readonly move: Move;
}

/**
 * Keys of a parameter or header of 2.0 that are not part of its schema; the rest of them is one
 * (https://swagger.io/specification/v2/#parameter-object).
 */
const NOT_SCHEMA = ['name', 'in', 'description', 'required', 'allowEmptyValue', 'collectionFormat', 'schema'];
/** https://spec.openapis.org/oas/v3.0.3#style-values */
const STYLES: Record<string, { style: string; explode: boolean }> = {
  csv: { style: 'form', explode: false },
  ssv: { style: 'spaceDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
  multi: { style: 'form', explode: true },
};
/** https://spec.openapis.org/oas/v3.0.3#oauth-flow-object */
const FLOWS: Record<string, string> = { application: 'clientCredentials', accessCode: 'authorizationCode' };
const JSON_TYPE = 'application/json';
const FORM = /^(multipart\/form-data|application\/x-www-form-urlencoded)/i;

/**
 * Converts what a document of Swagger 2.0 says in other words than one of OpenAPI 3.0: `servers`, `paths` and
 * `components`. Path items, operations, parameters and responses are built again, because what several operations share
 * becomes different things in them; each keeps the location of what it was built from. Schemas are shared and stay
 * where they are, under `definitions`.
 */
export function fromSwagger2(swagger: Json, context: Context): Json {
  return new Conversion(swagger, context).document();
}

class Conversion {
  private readonly servers: { url: string }[] | undefined;

  constructor(
    private readonly swagger: Json,
    private readonly context: Context,
  ) {
    this.servers = serversOf(swagger);
  }

  document(): Json {
    const { definitions, securityDefinitions, paths } = this.swagger;
    const { at, move } = this.context;
    const schemas = isObject(definitions) ? definitions : {};
    for (const [name, schema] of Object.entries(schemas)) move(schema, step(at, 'definitions', name));
    return {
      ...(this.servers && { servers: this.servers }),
      paths: isObject(paths) ? this.paths(paths) : paths,
      components: {
        schemas,
        ...(isObject(securityDefinitions) && { securitySchemes: securitySchemes(securityDefinitions) }),
      },
    };
  }

  private paths(paths: Json): Json {
    const converted = Object.entries(paths).map(([path, item]) => {
      const found = path.startsWith('x-') ? undefined : this.find(item, step(this.context.at, 'paths', path));
      return [path, found ? this.pathItem(found) : item];
    });
    return Object.fromEntries(converted);
  }

  /**
   * The value behind a reference with its location; `undefined` if it leads nowhere: whoever reads the reference will
   * say so.
   */
  private find(written: unknown, from: Location): Located<Json> | undefined {
    try {
      const located = this.context.follow<Json>(written as Json, from);
      return isObject(located.value) ? located : undefined;
    } catch (error) {
      if (error instanceof ProblemsError) return undefined;
      throw error;
    }
  }

  private moved(value: Json, from: Location): Json {
    this.context.move(value, from);
    return value;
  }

  private schemaOf(written: Json, from: Location): Json {
    if (isObject(written.schema)) return this.moved(written.schema, step(from, 'schema'));
    const schema = Object.fromEntries(
      Object.entries(written).filter(([key]) => !NOT_SCHEMA.includes(key) && !key.startsWith('x-')),
    );
    if (written['x-nullable'] === true) schema.nullable = true;
    this.context.move(schema.items, step(from, 'items'));
    toSchema30(schema, from, this.context.move);
    return schema;
  }

  private parameter({ value, at: from }: Located<Json>): Json {
    const { name, in: location, description, required, allowEmptyValue, collectionFormat = 'csv' } = value;
    const style = value.type === 'array' ? STYLES[String(collectionFormat)] : undefined;
    const extensions = Object.entries(value).filter(([key]) => key.startsWith('x-'));
    return this.moved(
      {
        name,
        in: location,
        ...present({ description, required, allowEmptyValue }),
        ...(style && (location === 'query' ? style : { style: 'simple', explode: false })),
        schema: this.schemaOf(value, from),
        ...Object.fromEntries(extensions),
      },
      from,
    );
  }

  /** `body`, or all of `formData`, as a request body. */
  private requestBody(parameters: readonly Located<Json>[], consumes: readonly string[]): Json | undefined {
    const body = parameters.find(({ value }) => value.in === 'body');
    if (body) {
      const schema = this.schemaOf(body.value, body.at);
      const { description, required } = body.value;
      const mediaTypes = consumes.filter((type) => !FORM.test(type));
      return this.moved({ ...present({ description, required }), content: contentOf(mediaTypes, schema) }, body.at);
    }
    const [first] = parameters;
    if (!first) return undefined;
    const properties = parameters.map(({ value, at: from }) => [
      String(value.name),
      this.moved({ ...present({ description: value.description }), ...this.schemaOf(value, from) }, from),
    ]);
    const required = parameters.filter(({ value }) => value.required === true).map(({ value }) => String(value.name));
    const hasFile = parameters.some(({ value }) => value.type === 'file');
    const mediaType = hasFile
      ? 'multipart/form-data'
      : (consumes.find((type) => FORM.test(type)) ?? 'application/x-www-form-urlencoded');
    const schema = {
      type: 'object',
      ...(required.length > 0 && { required }),
      properties: Object.fromEntries(properties),
    };
    return this.moved(
      { ...(required.length > 0 && { required: true }), content: contentOf([mediaType], schema) },
      first.at,
    );
  }

  private response({ value, at: from }: Located<Json>, produces: readonly string[]): Json {
    const { schema, headers, examples: _examples, ...rest } = value;
    const named = isObject(headers)
      ? Object.entries(headers).filter((entry): entry is [string, Json] => isObject(entry[1]))
      : [];
    this.context.move(schema, step(from, 'schema'));
    return this.moved(
      {
        ...rest,
        ...(named.length > 0 && {
          headers: Object.fromEntries(
            named.map(([name, header]) => [
              name,
              {
                ...present({ description: header.description }),
                schema: this.schemaOf(header, step(from, 'headers', name)),
              },
            ]),
          ),
        }),
        ...(isObject(schema) && { content: contentOf(produces, schema) }),
      },
      from,
    );
  }

  /**
   * The parameters of a list, those behind references too, in two lists: what stays a parameter, and what becomes a
   * body.
   */
  private parametersIn(list: unknown, from: Location): { plain: unknown[]; body: Located<Json>[] } {
    const plain: unknown[] = [];
    const body: Located<Json>[] = [];
    for (const [index, one] of (Array.isArray(list) ? list : []).entries()) {
      const found = this.find(one, step(from, index));
      if (found && (found.value.in === 'body' || found.value.in === 'formData')) body.push(found);
      else plain.push(found ? this.parameter(found) : one);
    }
    return { plain, body };
  }

  private operation({ value, at: from }: Located<Json>, inherited: readonly Located<Json>[]): Json {
    const { consumes, produces, schemes, parameters, responses, ...rest } = value;
    const own = this.parametersIn(parameters, step(from, 'parameters'));
    const names = new Set(own.body.map(({ value }) => `${value.in} ${value.name}`));
    const bodies = [
      ...own.body,
      ...inherited.filter(({ value: { in: location, name } }) => !names.has(`${location} ${name}`)),
    ];
    const body = this.requestBody(bodies, mediaTypesOf(consumes, this.swagger.consumes));
    const documented = isObject(responses) ? Object.entries(responses) : [];
    const ownServers = schemes === undefined ? this.servers : serversOf({ ...this.swagger, schemes });
    const converted = {
      ...rest,
      ...(ownServers?.[0]?.url !== this.servers?.[0]?.url && { servers: ownServers }),
      ...(own.plain.length > 0 && { parameters: own.plain }),
      ...(body && { requestBody: body }),
      responses: Object.fromEntries(
        documented.map(([status, one]) => {
          const found = status.startsWith('x-') ? undefined : this.find(one, step(from, 'responses', status));
          return [status, found ? this.response(found, mediaTypesOf(produces, this.swagger.produces)) : one];
        }),
      ),
    };
    return this.moved(converted, from);
  }

  private pathItem({ value, at: from }: Located<Json>): Json {
    const shared = this.parametersIn(value.parameters, step(from, 'parameters'));
    const methods = Object.entries(value).map(([key, one]) => {
      const found = (HTTP_METHODS as readonly string[]).includes(key) ? this.find(one, step(from, key)) : undefined;
      return [key, found ? this.operation(found, shared.body) : one];
    });
    return this.moved(
      { ...Object.fromEntries(methods), ...(value.parameters !== undefined && { parameters: shared.plain }) },
      from,
    );
  }
}

/** Only what is written. */
function present(values: Json): Json {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** An operation's media types replace the document's; where neither names one, or any will do, it is JSON. */
function mediaTypesOf(own: unknown, shared: unknown): string[] {
  const types = [own, shared].find((list): list is unknown[] => Array.isArray(list) && list.length > 0) ?? [];
  return [
    ...new Set(types.filter((type) => typeof type === 'string').map((type) => (type === '*/*' ? JSON_TYPE : type))),
  ];
}

function contentOf(mediaTypes: readonly string[], schema: Json): Json {
  return Object.fromEntries((mediaTypes.length > 0 ? mediaTypes : [JSON_TYPE]).map((type) => [type, { schema }]));
}

/**
 * `https` first: only the first server counts (ENGINE E2.7). Without a host, the address is relative to that of the
 * document.
 */
function serversOf({ host, basePath, schemes }: Json): { url: string }[] | undefined {
  const base = typeof basePath === 'string' ? `/${basePath}`.replace(/^\/+/, '/').replace(/\/$/, '') : '';
  if (typeof host !== 'string' || host === '') return basePath === undefined ? undefined : [{ url: base || '/' }];
  const named = (Array.isArray(schemes) ? schemes : [])
    .filter((scheme) => scheme === 'http' || scheme === 'https')
    .sort()
    .reverse();
  return (named.length > 0 ? named : ['https']).map((scheme) => ({ url: `${scheme}://${host}${base}` }));
}

/** https://swagger.io/specification/v2/#security-scheme-object */
function securitySchemes(definitions: Json): Json {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, scheme]) => {
      if (!isObject(scheme)) return [name, scheme];
      const { description, type, flow, authorizationUrl, tokenUrl, scopes = {} } = scheme;
      if (type === 'basic') return [name, { ...present({ description }), type: 'http', scheme: 'basic' }];
      if (type !== 'oauth2') return [name, scheme];
      const flows = { [FLOWS[String(flow)] ?? String(flow)]: { ...present({ authorizationUrl, tokenUrl }), scopes } };
      return [name, { ...present({ description }), type, flows }];
    }),
  );
}

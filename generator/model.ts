/**
 * The vocabulary. `map` makes these from an OpenAPI document, everything after it reads them.
 * This file imports nothing: whoever reads it knows the program.
 */

/** How SQL reaches a method. `exec` means: by `EXEC` only. */
export type SqlVerb = 'select' | 'insert' | 'update' | 'replace' | 'delete' | 'exec';

/** The order in which pages list methods. */
export const SQL_VERBS: readonly SqlVerb[] = ['select', 'insert', 'update', 'replace', 'delete', 'exec'];

/** A location in a source document: `file#/json/pointer`. It becomes file:line:col only when it is printed. */
export type Location = string;

/** An inferred value's reason: the rule that chose it and what the rule saw. `explain` prints it. */
export interface Because {
  readonly rule: RuleCode;
  readonly saw: string;
}

/** The rules that choose names, verbs and paging; `RULES` in `map/because.ts` says of each what it means. */
export type RuleCode =
  | 'service.namespace'
  | 'service.group'
  | 'service.host'
  | 'service.operation-id'
  | 'service.tag'
  | 'service.path'
  | 'service.path-in-container'
  | 'service.merge'
  | 'resource.path'
  | 'resource.operation-id'
  | 'resource.operation-id-group'
  | 'resource.path-with-parent'
  | 'resource.unreachable'
  | 'method.operation-id'
  | 'method.crud'
  | 'method.verb'
  | 'method.made-unique'
  | 'verb.get'
  | 'verb.get-without-rows'
  | 'verb.get-optional-body'
  | 'verb.download'
  | 'verb.streams'
  | 'verb.sets'
  | 'verb.post-reads'
  | 'verb.action'
  | 'verb.rpc'
  | 'verb.rpc-without-rows'
  | 'verb.rpc-optional-body'
  | 'verb.transition'
  | 'verb.delete'
  | 'verb.patch'
  | 'verb.put'
  | 'verb.put-creates'
  | 'verb.put-orphan'
  | 'verb.post-item'
  | 'verb.post-item-creates'
  | 'verb.post-item-unreadable'
  | 'verb.post-collection'
  | 'verb.post-readable'
  | 'verb.post-updates'
  | 'verb.post-acts'
  | 'verb.post-creates'
  | 'verb.post-other'
  | 'verb.no-rows'
  | 'verb.body-media-type'
  | 'verb.no-body-fields'
  | 'verb.no-where'
  | 'verb.unreachable'
  | 'pagination'
  | 'hint'
  | 'override'
  | 'mapping'
  | 'lock'
  | 'lock.service'
  | 'lock.siblings'
  | 'published';

export interface Provider {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly version: string;
  readonly auth: Auth;
  /** Ways to authenticate that the API asks for and the engine does not have, in words. */
  readonly missingAuth?: readonly string[];
  readonly docs: Docs;
  readonly services: readonly Service[];
  /** The object types in columns and bodies, by the location of their schema: `Field.object`. */
  readonly objects: Readonly<Record<Location, ObjectType>>;
}

/** How the engine authenticates (ENGINE E6.7). */
export type Auth =
  | { readonly type: 'null_auth' }
  | { readonly type: 'api_key' | 'bearer'; readonly envVar: string; readonly valuePrefix?: string }
  | { readonly type: 'basic'; readonly usernameEnvVar: string; readonly passwordEnvVar: string }
  | {
      readonly type: 'custom';
      readonly envVar: string;
      readonly location: 'header' | 'query';
      readonly name: string;
      readonly valuePrefix?: string;
      /** Of the header Cookie: the name of the cookie, which the variable holds with its value. */
      readonly cookie?: string;
      /** The word that the variable's value begins with: `Bearer `. */
      readonly begins?: string;
      /** A second secret that is sent beside it (ENGINE N18). */
      readonly successor?: Extract<Auth, { type: 'custom' }>;
    }
  | {
      /** The engine gets a token itself, by the grant client_credentials (ENGINE N26). */
      readonly type: 'oauth2';
      readonly clientIdEnvVar: string;
      readonly clientSecretEnvVar: string;
      readonly tokenUrl: string;
      readonly scopes?: readonly string[];
    };

export interface Docs {
  /** A sentence about the provider for its index page, when the config has one. */
  readonly description?: string;
  /** The pages' social card, a path or URL, when the config has one. */
  readonly image?: string;
  /** Is the provider in the registry that engines pull from? */
  readonly registry?: boolean;
}

export interface Service {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** The pruned, engine-safe OpenAPI 3.0 part that holds this service's operations. Printed, never looked into. */
  readonly document: ServiceDocument;
  readonly resources: readonly Resource[];
  readonly because: Because;
}

/** An OpenAPI 3.0 document without the StackQL part. Opaque to emitters. */
export type ServiceDocument = Readonly<Record<string, unknown>>;

export interface Resource {
  readonly name: string;
  /** `provider.service.resource`: the name in SQL. */
  readonly id: string;
  /** In page order: by verb, then as in the spec. */
  readonly methods: readonly Method[];
  /** Per verb the method names in the order the engine tries them: most specific first (ENGINE E1.1). */
  readonly routes: Readonly<Record<Exclude<SqlVerb, 'exec'>, readonly string[]>>;
  readonly because: Because;
}

export interface Method {
  readonly name: string;
  readonly verb: SqlVerb;
  readonly operationId: string;
  readonly http: { readonly method: string; readonly path: string };
  readonly summary: string;
  /** Markdown, as the spec has it. */
  readonly description: string;
  readonly deprecated: boolean;
  /** The vendor's release stage in lower case: `early access`, `beta`. Absent when generally available. */
  readonly stage?: string;
  readonly parameters: readonly Parameter[];
  readonly body?: RequestBody;
  readonly response: Response;
  /** Why no statement can call it; absent when one can. */
  readonly limit?: LimitCode;
  /** Why the body, which the API does not insist on, is never sent. */
  readonly unsentBody?: LimitCode;
  readonly pagination?: Pagination;
  /** The parameter that sets how many rows a page has, if there is one. */
  readonly pageSize?: PageSize;
  /** Set where the API pages and the engine cannot follow: a SELECT reads one page. */
  readonly onePage?: OnePage;
  /** The provider version that its name was first accepted for, from the lock file; absent when it has no entry. */
  readonly since?: string;
  readonly at: Location;
  readonly because: { readonly name: Because; readonly verb: Because };
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'server';
  /** As the engine sees it: server variables are required even when they have a default (ENGINE E1.4). */
  readonly required: boolean;
  readonly declaredOn: 'operation' | 'path-item' | 'server';
  readonly type: DataType;
  /** Markdown. */
  readonly description: string;
  readonly default?: string;
  readonly example?: string;
  /** The values that it takes; of a list, its items. */
  readonly enum?: readonly string[];
  /** Are values beside those of `enum` allowed, too? */
  readonly enumIsOpen?: true;
  readonly deprecated?: true;
  /** Set by the engine while it pages; never an input (ENGINE E6.13). */
  readonly pageToken: boolean;
  /** The environment variable that newer engines take a server variable from (ENGINE E8.11). */
  readonly envVar?: string;
  /** Where a path parameter's values come from. */
  readonly source?: ColumnSource;
  readonly at: Location;
}

/** A column of a list whose rows a path parameter names (MAPPING 17). */
export interface ColumnSource {
  /** `provider.service.resource`. */
  readonly resource: string;
  readonly method: string;
  readonly column: string;
}

/** A JSON type with its format, as DESCRIBE and the pages name it. */
export interface DataType {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  readonly format?: string;
}

export interface RequestBody {
  readonly mediaType: string;
  /** Set where a request may have none: the spec does not require it, nor any field of it. */
  readonly optional?: true;
  /** Can the engine send it? JSON and XML only (ENGINE E4.3). */
  readonly sendable: boolean;
  readonly fields: readonly BodyField[];
  /** The object that the body is: a key of `Provider.objects`. */
  readonly object?: Location;
  /** The component in `Service.document` whose type the body has, if it is one. */
  readonly component?: string;
  /** Fields of the schema that cannot be given, because a parameter has their name. */
  readonly shadowed?: readonly string[];
  /**
   * Have the columns of its fields a prefix, because a field that the API requires has the name of a parameter (ENGINE
   * E4.1)?
   */
  readonly prefixed?: true;
}

/** A named value: a column, a field of a body, a property inside either. */
export interface Field {
  readonly name: string;
  readonly type: DataType;
  /** Markdown. */
  readonly description: string;
  /** The values that it has; of a list, its items. */
  readonly enum?: readonly string[];
  /** Are values beside those of `enum` allowed, too? */
  readonly enumIsOpen?: true;
  readonly default?: string;
  readonly example?: string;
  readonly nullable?: true;
  readonly readOnly?: true;
  readonly writeOnly?: true;
  readonly deprecated?: true;
  /** The type of the values of an array, or of an object that is a map. */
  readonly values?: DataType;
  /** The object that it is, or that its values are: a key of `Provider.objects`. */
  readonly object?: Location;
  readonly at: Location;
}

/** A field that a body must or may have. */
export interface BodyField extends Field {
  readonly required: boolean;
  /** Its name in the body, where its column has another one: `id` for `data__id`. */
  readonly property?: string;
}

/** The properties of an object, in spec order. In a recursive schema a field leads back to an object that holds it. */
export interface ObjectType {
  /** The name that the spec gives the schema, if it does. */
  readonly name?: string;
  readonly fields: readonly BodyField[];
  /** Where it is one of several: each of them. `fields` then has the fields of all. */
  readonly variants?: Variants;
}

export interface Variants {
  /** The property that tells them apart (OpenAPI 3.0.3, 4.7.25). */
  readonly discriminator?: string;
  readonly of: readonly Variant[];
}

export interface Variant {
  readonly name: string;
  /** The discriminator's value in this variant. */
  readonly value?: string;
  /** A key of `Provider.objects`. */
  readonly object: Location;
}

export interface Response {
  /** The documented success: `'200'`, `'204'`, `'default'`. */
  readonly status: string;
  /** The response's own description ("Success"). */
  readonly description: string;
  /** Absent when the response holds no rows. */
  readonly row?: RowShape;
}

export interface RowShape {
  readonly mediaType: string;
  /**
   * JSONPath to the rows inside the response; absent when the response is the row or an array of rows (ENGINE E5.1).
   */
  readonly objectKey?: string;
  /**
   * For a response whose rows no objectKey reaches: the Go template that makes an array of rows of it, and the
   * component that this array is.
   */
  readonly transform?: { readonly template: string; readonly component: string };
  /** In page order (ENGINE E5.6). */
  readonly columns: readonly Column[];
  /** The object that one row is: a key of `Provider.objects`. */
  readonly object?: Location;
  /** The component in `Service.document` that one row is, if it is one. */
  readonly component?: string;
}

/** A field of a row. */
export type Column = Field;

/** How to get the next page (ENGINE E6.8): where the token goes, and where the response has it. */
export interface Pagination {
  /** Absent: a token or URL from the response. */
  readonly algorithm?: 'page_number';
  readonly requestToken: { readonly key: string; readonly location: string };
  readonly responseToken: { readonly key: string; readonly location: string };
  /** With page numbers: the last one. */
  readonly responseTerminator?: { readonly key: string; readonly location: string };
  readonly because: Because;
}

/** The input that moves the page of a list that the engine reads one page of. */
export interface OnePage {
  readonly parameter: string;
}

export interface PageSize {
  readonly parameter: string;
  readonly maximum?: number;
}

/** Codes of the engine's limits; `sql/limits.ts` has the catalogue. */
export type LimitCode = 'body-media-type' | 'body-array' | 'body-scalar' | 'body-map' | 'value-as-text';

/** A file to be written, relative to the output root, with forward slashes. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** Handlebars sources of one documentation profile, by file name without `.hbs`. */
export type TemplateSources = Readonly<Record<string, string>>;

/** Every method of a provider, service by service. */
export function methodsOf({ services }: Provider): Method[] {
  return services.flatMap(({ resources }) => resources.flatMap(({ methods }) => methods));
}

/**
 * Returns the body fields of a WHERE clause: the required ones, where SQL has no other clause for a body (ENGINE E4.5).
 */
export function bodyInWhere({ verb, body }: Method): readonly BodyField[] {
  return (verb === 'select' || verb === 'delete') && body?.sendable
    ? body.fields.filter(({ required }) => required)
    : [];
}

/**
 * Returns the body fields of a statement: all of them, where the engine can send them and SQL has a clause for them.
 */
export function bodyInputs({ verb, body }: Method): readonly BodyField[] {
  return verb === 'select' || verb === 'delete' || !body?.sendable ? [] : body.fields;
}

/**
 * Returns the inputs of SET: the body's fields, or without any the last path parameter, since SET must give something
 * (ENGINE E3.8; tried: it goes into the path).
 */
export function setInputs(method: Method): readonly (Parameter | BodyField)[] {
  const fields = bodyInputs(method);
  if (method.verb !== 'update' && method.verb !== 'replace') return fields;
  const last =
    method.parameters.findLast((parameter) => parameter.in === 'path') ??
    method.parameters.findLast((parameter) => parameter.required && parameter.in !== 'server');
  return fields.length > 0 || !last ? fields : [last];
}

/** Returns the inputs of a statement beside the body. Page tokens are the engine's. */
export function whereInputs(method: Method): readonly (Parameter | BodyField)[] {
  return [...method.parameters.filter(({ pageToken }) => !pageToken), ...bodyInWhere(method)];
}

/** Returns the inputs that a statement must give, as SHOW METHODS lists them: without the body of EXEC. */
export function requiredInputs(method: Method): string[] {
  const body = method.verb === 'exec' ? [] : bodyInputs(method);
  return [...method.parameters, ...bodyInWhere(method), ...body]
    .filter((input) => input.required)
    .map((input) => input.name);
}

/** Returns the methods of an SQL verb in the order in which the engine tries them (ENGINE E1.1). */
export function routedMethods({ methods, routes }: Resource, verb: keyof Resource['routes']): Method[] {
  return routes[verb].flatMap((name) => methods.find((method) => method.name === name) ?? []);
}

/**
 * Returns the optional inputs of a method that must not be given with it: with the others they are all that a sibling
 * requires, which the engine then runs instead, because it is listed first (ENGINE E1.1).
 */
export function divertingInputs(method: Method, resource: Resource): ReadonlySet<string> {
  if (method.verb === 'exec') return new Set();
  const listed = routedMethods(resource, method.verb);
  const earlier = listed.slice(0, listed.indexOf(method));
  const required = new Set(requiredInputs(method));
  const given = new Set([...whereInputs(method), ...setInputs(method)].map(({ name }) => name));
  const diverting = new Set<string>();
  for (const sibling of earlier) {
    const wanted = requiredInputs(sibling);
    if (wanted.every((name) => given.has(name) && !diverting.has(name)))
      for (const name of wanted) if (!required.has(name)) diverting.add(name);
  }
  return diverting;
}

/** Whether body fields are columns: of insert, update and replace only. */
export function takesBodyColumns(method: Method): boolean {
  return method.verb === 'insert' || method.verb === 'update' || method.verb === 'replace';
}

/** Code-point order: the same on every machine and in every locale. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

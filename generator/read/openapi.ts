/**
 * The parts of an OpenAPI 3.0 document that the generator reads (https://spec.openapis.org/oas/v3.0.3), each possibly
 * behind a `$ref`.
 */

export interface Reference {
  $ref: string;
}

export const HTTP_METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;
export type HttpMethod = (typeof HTTP_METHODS)[number];

export interface OpenApiDocument {
  openapi?: string;
  swagger?: string;
  info?: { title?: string; description?: string; version?: string };
  servers?: ServerObject[];
  tags?: { name: string; description?: string }[];
  paths?: Record<string, PathItemObject | Reference>;
  components?: Record<string, Record<string, unknown>>;
  security?: SecurityRequirement[];
}

export type SecurityRequirement = Record<string, string[]>;

export interface SecuritySchemeObject {
  type?: string;
  scheme?: string;
  in?: string;
  name?: string;
  flows?: Record<string, { tokenUrl?: unknown } | undefined>;
}

export interface ServerObject {
  url: string;
  description?: string;
  variables?: Record<
    string,
    { default?: string; description?: string; enum?: string[]; [hint: `x-${string}`]: unknown }
  >;
}

export type PathItemObject = {
  parameters?: (ParameterObject | Reference)[];
  servers?: ServerObject[];
} & { [method in HttpMethod]?: OperationObject };

export interface OperationObject {
  operationId?: string;
  summary?: string;
  description?: string;
  deprecated?: boolean;
  tags?: string[];
  parameters?: (ParameterObject | Reference)[];
  requestBody?: RequestBodyObject | Reference;
  responses?: Record<string, ResponseObject | Reference>;
  servers?: ServerObject[];
  security?: SecurityRequirement[];
  [hint: `x-${string}`]: unknown;
}

export interface ParameterObject {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  example?: unknown;
  schema?: SchemaObject | Reference;
  content?: Record<string, MediaTypeObject>;
  [key: string]: unknown;
}

export interface RequestBodyObject {
  required?: boolean;
  description?: string;
  content?: Record<string, MediaTypeObject>;
}

export interface ResponseObject {
  description?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, MediaTypeObject>;
}

export interface MediaTypeObject {
  schema?: SchemaObject | Reference;
  [key: string]: unknown;
}

export interface SchemaObject {
  type?: string;
  format?: string;
  description?: string;
  properties?: Record<string, SchemaObject | Reference>;
  required?: string[];
  items?: SchemaObject | Reference;
  allOf?: (SchemaObject | Reference)[];
  oneOf?: (SchemaObject | Reference)[];
  anyOf?: (SchemaObject | Reference)[];
  enum?: unknown[];
  default?: unknown;
  example?: unknown;
  readOnly?: boolean;
  additionalProperties?: boolean | SchemaObject | Reference;
  [key: string]: unknown;
}

export function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && typeof (value as { $ref?: unknown }).$ref === 'string';
}

import type { Location } from '../model.js';
import { escapeToken } from '../read/pointer.js';
import type { Misfit, Ref } from './types.js';

/**
 * What the engine's OpenAPI reader takes (kin-openapi 0.88, strictly typed): one value of another kind anywhere, used
 * or not, and the whole service cannot be loaded (ENGINE E6.3, each kind tried). `[x]` is a list, `{x}` a mapping of
 * x; keys that are not listed are ignored.
 */
const text = 'text';
const flag = 'flag';
const number = 'number';
const count = 'count';
const any = 'any';
const SHAPES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  document: {
    openapi: text,
    info: 'info',
    servers: '[server]',
    tags: '[tag]',
    paths: '{pathItem}',
    components: 'components',
    security: '[requirement]',
    externalDocs: 'docs',
  },
  info: { title: text, description: text, termsOfService: text, contact: 'contact', license: 'license', version: text },
  contact: { name: text, url: text, email: text },
  license: { name: text, url: text },
  docs: { description: text, url: text },
  tag: { name: text, description: text, externalDocs: 'docs' },
  requirement: {},
  server: { url: text, description: text, variables: '{serverVariable}' },
  serverVariable: { enum: '[text]', default: text, description: text },
  components: {
    schemas: '{schema}',
    parameters: '{parameter}',
    headers: '{header}',
    requestBodies: '{requestBody}',
    responses: '{response}',
    securitySchemes: '{securityScheme}',
    examples: '{example}',
    links: '{link}',
    callbacks: '{callback}',
  },
  pathItem: {
    $ref: text,
    summary: text,
    description: text,
    servers: '[server]',
    parameters: '[parameter]',
    ...Object.fromEntries(
      ['connect', 'delete', 'get', 'head', 'options', 'patch', 'post', 'put', 'trace'].map((verb) => [
        verb,
        'operation',
      ]),
    ),
  },
  operation: {
    tags: '[text]',
    summary: text,
    description: text,
    operationId: text,
    parameters: '[parameter]',
    requestBody: 'requestBody',
    responses: '{response}',
    callbacks: '{callback}',
    deprecated: flag,
    security: '[requirement]',
    servers: '[server]',
    externalDocs: 'docs',
  },
  parameter: {
    name: text,
    in: text,
    description: text,
    style: text,
    explode: flag,
    allowEmptyValue: flag,
    allowReserved: flag,
    deprecated: flag,
    required: flag,
    schema: 'schema',
    examples: '{example}',
    content: '{mediaType}',
  },
  header: {
    description: text,
    deprecated: flag,
    required: flag,
    schema: 'schema',
    examples: '{example}',
    content: '{mediaType}',
  },
  requestBody: { description: text, required: flag, content: '{mediaType}' },
  response: { description: text, headers: '{header}', content: '{mediaType}', links: '{link}' },
  mediaType: { schema: 'schema', examples: '{example}', encoding: '{encoding}' },
  encoding: { contentType: text, headers: '{header}', style: text, explode: flag, allowReserved: flag },
  example: { summary: text, description: text, externalValue: text },
  link: { operationId: text, operationRef: text, description: text, parameters: '{any}', server: 'server' },
  callback: {},
  securityScheme: {
    type: text,
    description: text,
    name: text,
    in: text,
    scheme: text,
    bearerFormat: text,
    openIdConnectUrl: text,
    flows: '{oauthFlow}',
  },
  oauthFlow: { authorizationUrl: text, tokenUrl: text, refreshUrl: text, scopes: '{text}' },
  schema: {
    type: text,
    title: text,
    format: text,
    description: text,
    pattern: text,
    enum: '[any]',
    required: '[text]',
    properties: '{schema}',
    items: 'schema',
    not: 'schema',
    additionalProperties: 'schemaOrFlag',
    allOf: '[schema]',
    oneOf: '[schema]',
    anyOf: '[schema]',
    externalDocs: 'docs',
    discriminator: 'discriminator',
    uniqueItems: flag,
    exclusiveMinimum: flag,
    exclusiveMaximum: flag,
    nullable: flag,
    readOnly: flag,
    writeOnly: flag,
    allowEmptyValue: flag,
    deprecated: flag,
    minimum: number,
    maximum: number,
    multipleOf: number,
    minLength: count,
    maxLength: count,
    minItems: count,
    maxItems: count,
    minProperties: count,
    maxProperties: count,
  },
  discriminator: { propertyName: text, mapping: '{text}' },
};
/** Objects that a `$ref` may stand for. */
const BEHIND_REFS = new Set([
  'schema',
  'parameter',
  'header',
  'requestBody',
  'response',
  'securityScheme',
  'example',
  'link',
  'callback',
]);
const SCALARS: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  count: (value) => Number.isInteger(value) && (value as number) >= 0,
};

/** One step further in; most keys need no escape, and there are a hundred thousand of them. */
function into(at: Location, key: string | number): Location {
  return `${at}/${typeof key === 'string' && /[~/]/.test(key) ? escapeToken(key) : key}`;
}

/** All `$ref`s of an OpenAPI document and every value that the engine's reader does not take. One walk. */
export function inspect(document: unknown, at: Location): { refs: Ref[]; misfits: Misfit[] } {
  const refs: Ref[] = [];
  const misfits: Misfit[] = [];
  const misfit = (value: unknown, want: string, here: Location, fatal = true) =>
    misfits.push({ at: here, want, value, fatal });

  const walk = (value: unknown, shape: string, here: Location): void => {
    if (value === null || value === undefined || shape === any) return;
    const isScalar = SCALARS[shape];
    if (isScalar) {
      if (!isScalar(value)) misfit(value, shape, here);
    } else if (shape[0] === '[') {
      const inner = shape.slice(1, -1);
      if (!Array.isArray(value)) return void misfit(value, 'list', here);
      value.forEach((item, index) => {
        walkInside(item, inner, into(here, index));
      });
    } else if (typeof value !== 'object' || Array.isArray(value)) {
      if (!(shape === 'schemaOrFlag' && typeof value === 'boolean'))
        misfit(value, shape[0] === '{' ? 'mapping' : shape, here);
    } else if (shape[0] === '{') {
      const inner = shape.slice(1, -1);
      for (const key in value) walkInside((value as Record<string, unknown>)[key], inner, into(here, key));
    } else walkObject(value as Record<string, unknown>, shape === 'schemaOrFlag' ? 'schema' : shape, here);
  };

  /** An item of a list or mapping: where an object belongs, null is none. */
  const walkInside = (value: unknown, shape: string, here: Location) => {
    if (value === null && (BEHIND_REFS.has(shape) || shape === 'pathItem')) misfit(value, shape, here);
    else walk(value, shape, here);
  };

  const walkObject = (value: Record<string, unknown>, kind: string, here: Location) => {
    if (typeof value.$ref === 'string' && BEHIND_REFS.has(kind)) {
      refs.push({
        at: here,
        ref: value.$ref,
        siblings: Object.keys(value).filter((key) => key !== '$ref' && !key.startsWith('x-')),
      });
      return;
    }
    const keys = SHAPES[kind] as Readonly<Record<string, string>>;
    for (const key in value) {
      const shape = Object.hasOwn(keys, key) ? keys[key] : undefined;
      if (shape !== undefined) walk(value[key], shape, into(here, key));
    }
    if (kind === 'schema' && value.type === 'string' && Array.isArray(value.enum))
      value.enum.forEach((option, index) => {
        if (typeof option === 'boolean') misfit(option, text, into(into(here, 'enum'), index), false);
      });
  };

  walk(document, 'document', at);
  return { refs, misfits };
}

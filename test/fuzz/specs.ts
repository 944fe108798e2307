import fc from 'fast-check';
import { HOSTILE_NAMES, HOSTILE_REFERENCES, HOSTILE_TEXTS, ODD_VALUES, PLAIN_NAMES, PLAIN_TEXTS } from './words.js';

/** An OpenAPI document as text: JSON, or what a careless hand made of it. */
export interface Input {
  readonly text: string;
  /** Does the operation `GET /good` stand in it as it should? Then it must become a method, whatever else is odd. */
  readonly hasGood: boolean;
}

type Arbitrary<Value = unknown> = fc.Arbitrary<Value>;
type Tree = Record<string, unknown>;

/** What a family of specs takes for names, texts and references, and how much of the result is replaced. */
interface Family {
  readonly weight: number;
  readonly names: Arbitrary<string>;
  readonly texts: Arbitrary<string>;
  readonly references: Arbitrary<string>;
  readonly mutations: number;
  readonly cuts?: true;
}

/** Single characters that a format may trip over. */
const characters = fc.constantFrom(
  ...'aZ0_-. /\\\'"`{}<>[]()$#%&*@!?:;,|=+~^',
  '\n',
  '\r',
  '\t',
  '\0',
  '\x1b',
  'é',
  '\u202e',
  '😀',
);
const plainNames = fc.constantFrom(...PLAIN_NAMES);
const oddNames = fc.oneof(
  { weight: 3, arbitrary: plainNames },
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
  { weight: 1, arbitrary: fc.string({ unit: characters, maxLength: 8 }) },
);
const plainTexts = fc.constantFrom(...PLAIN_TEXTS);
const oddTexts = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...HOSTILE_TEXTS), { maxLength: 3 }).map((all) => all.join('\n')) },
  { weight: 1, arbitrary: fc.string({ unit: characters, maxLength: 30 }) },
);
const schemaNames = ['S0', 'S1', 'S2'] as const;
const plainReferences = fc.constantFrom(...schemaNames.map((name) => `#/components/schemas/${name}`));
const oddReferences = fc.oneof(plainReferences, fc.constantFrom(...HOSTILE_REFERENCES));
const plain = { names: plainNames, texts: plainTexts, references: plainReferences, mutations: 0 };

const FAMILIES: Readonly<Record<string, Family>> = {
  structure: { ...plain, weight: 3 },
  values: { ...plain, weight: 3, mutations: 3 },
  texts: { ...plain, weight: 2, texts: oddTexts },
  names: { ...plain, weight: 3, names: oddNames },
  references: { ...plain, weight: 2, references: oddReferences },
  everything: { weight: 2, names: oddNames, texts: oddTexts, references: oddReferences, mutations: 2 },
  characters: { ...plain, weight: 1, cuts: true },
};

/** A value that is there once in so many times. */
const maybe = <Value>(value: Arbitrary<Value>, times = 2): Arbitrary<Value | undefined> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: times - 1, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: value },
  );
const usually = <Value>(value: Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 8 });
const pick = <Value>(...values: Value[]) => fc.constantFrom(...values);
const mediaTypes = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: pick('application/xml', 'text/plain', 'multipart/form-data', 'application/hal+json; charset=utf-8', ''),
  },
);

function schemasOf({ names, texts, references }: Family): Arbitrary {
  const leaf = fc.record({
    type: pick<unknown>(
      'string',
      'integer',
      'number',
      'boolean',
      'object',
      'null',
      ['string', 'null'],
      ['integer', 'string'],
    ),
    format: maybe(pick('date-time', 'int64', 'byte', 'uuid', 'odd'), 4),
    description: maybe(texts),
    enum: maybe(fc.array(fc.oneof(texts, fc.integer(), fc.constant(null)), { maxLength: 2 }), 5),
    default: maybe(fc.oneof(texts, fc.integer()), 5),
    example: maybe(fc.oneof(texts, fc.integer()), 5),
    nullable: maybe(fc.boolean(), 5),
    readOnly: maybe(fc.boolean(), 6),
    const: maybe(texts, 9),
    pattern: maybe(texts, 9),
  });
  const reference = references.map(($ref) => ({ $ref }));
  return fc.letrec<{ schema: unknown }>((tie) => {
    const inner = tie('schema');
    const some = fc.array(inner, { minLength: 1, maxLength: 2 });
    return {
      schema: fc.oneof(
        { maxDepth: 2, depthSize: 'xsmall', withCrossShrink: true },
        { weight: 5, arbitrary: leaf },
        { weight: 2, arbitrary: reference },
        {
          weight: 5,
          arbitrary: fc.record({
            type: pick('object'),
            title: maybe(names, 4),
            description: maybe(texts, 4),
            properties: fc.dictionary(names, inner, { maxKeys: 3, noNullPrototype: true }),
            required: maybe(fc.array(names, { maxLength: 2 })),
            additionalProperties: maybe(fc.oneof(fc.boolean(), inner), 5),
          }),
        },
        { weight: 3, arbitrary: fc.record({ type: pick('array'), items: inner, maxItems: maybe(fc.nat(), 6) }) },
        { weight: 1, arbitrary: fc.record({ allOf: some, description: maybe(texts, 4) }) },
        {
          weight: 1,
          arbitrary: fc.record({
            oneOf: some,
            discriminator: maybe(
              fc.record({
                propertyName: names,
                mapping: maybe(fc.dictionary(names, references, { maxKeys: 2, noNullPrototype: true })),
              }),
            ),
          }),
        },
        { weight: 1, arbitrary: fc.record({ anyOf: some }) },
        { weight: 1, arbitrary: fc.record({ type: pick('object'), additionalProperties: inner }) },
        { weight: 1, arbitrary: pick<unknown>(true, false, {}) },
      ),
    };
  }).schema;
}

function parametersOf({ names, texts }: Family, schema: Arbitrary): Arbitrary {
  return fc.record({
    name: names,
    in: fc.oneof(
      { weight: 5, arbitrary: pick('query', 'query', 'header', 'path') },
      { weight: 1, arbitrary: pick('cookie', 'querystring', '') },
    ),
    required: maybe(fc.boolean()),
    description: maybe(texts),
    deprecated: maybe(fc.boolean(), 6),
    schema: usually(schema),
    style: maybe(pick('form', 'simple', 'deepObject', 'pipeDelimited', 'matrix'), 6),
    explode: maybe(fc.boolean(), 6),
    example: maybe(texts, 5),
  });
}

function serversOf({ names, texts }: Family): Arbitrary {
  const url = fc.oneof(
    {
      weight: 4,
      arbitrary: pick('https://example.com', 'https://{region}.example.com/{base}', 'https://{host}:{port}/v1'),
    },
    {
      weight: 1,
      arbitrary: pick('/', '', '/v1', '//example.com', 'ws://e.com', 'https://', '{url}', 'https://e.com:99999'),
    },
    {
      weight: 1,
      arbitrary: fc.oneof(
        names.map((name) => `https://{${name.replaceAll('"', '')}}.com/x`),
        texts,
      ),
    },
  );
  const variable = fc.record({
    default: usually(texts),
    description: maybe(texts),
    enum: maybe(fc.array(texts, { maxLength: 2 }), 4),
  });
  const variableNames = fc.oneof(pick('region', 'base', 'host', 'port', 'url'), names);
  return fc.array(
    fc.record({
      url,
      description: maybe(texts),
      variables: maybe(fc.dictionary(variableNames, variable, { maxKeys: 3, noNullPrototype: true })),
    }),
    { maxLength: 2 },
  );
}

function operationsOf(family: Family, schema: Arbitrary): Arbitrary<Tree> {
  const { names, texts } = family;
  const parameters = fc.array(fc.oneof({ weight: 6, arbitrary: parametersOf(family, schema) }, PARAMETER_REFERENCES), {
    maxLength: 3,
  });
  const content = fc.tuple(mediaTypes, schema).map(([type, inner]) => ({ [type]: { schema: inner } }));
  const response = fc.record({
    description: texts,
    content: usually(content),
    headers: maybe(
      fc.dictionary(fc.oneof(pick('Link'), names), pick({ schema: { type: 'string' } }), { maxKeys: 1 }),
      6,
    ),
  });
  const status = fc.oneof(
    { weight: 6, arbitrary: pick('200', '201', '204', 'default') },
    { weight: 1, arbitrary: pick('2XX', '404', '0', 'ok', '999') },
  );
  return fc.record({
    operationId: usually(
      fc.oneof(
        names,
        fc.tuple(pick('list', 'get', 'create', 'delete'), names).map((all) => all.join('_')),
      ),
    ),
    summary: maybe(texts),
    description: maybe(texts),
    tags: maybe(fc.array(names, { maxLength: 2 })),
    deprecated: maybe(fc.boolean(), 8),
    parameters: usually(parameters),
    requestBody: maybe(fc.record({ required: maybe(fc.boolean()), description: maybe(texts, 4), content })),
    responses: fc.dictionary(status, response, { maxKeys: 2, noNullPrototype: true }),
    security: maybe(
      fc.array(fc.dictionary(pick('key', 'oauth', 'no'), fc.array(names, { maxLength: 1 }), { maxKeys: 2 }), {
        maxLength: 2,
      }),
      5,
    ),
    servers: maybe(serversOf(family), 9),
    'x-stackql-resource': maybe(names, 12),
    'x-stackql-verb': maybe(fc.oneof(pick('select', 'exec', 'insert'), names), 12),
    'x-stackql-objectKey': maybe(fc.oneof(pick('$.data', '$.items', '$', '$['), texts), 12),
  }) as Arbitrary<Tree>;
}

const PARAMETER_REFERENCES = {
  weight: 1,
  arbitrary: pick<unknown>({ $ref: '#/components/parameters/P' }, { $ref: '#/components/schemas/S0' }),
};

function pathsOf(family: Family, schema: Arbitrary): Arbitrary<Tree> {
  const { names } = family;
  const segment = fc.oneof(
    { weight: 4, arbitrary: names },
    { weight: 3, arbitrary: names.map((name) => `{${name}}`) },
    { weight: 1, arbitrary: pick('v1', 'api', '{id}:act', '{a}-{b}', '{id', 'id}', '{}', '', '{+id}', 'x?y={z}') },
  );
  const route = fc.oneof(
    {
      weight: 4,
      arbitrary: pick('/things', '/things/{id}', '/users/{userId}/things', '/users/{userId}', '/things/{id}/act'),
    },
    { weight: 3, arbitrary: fc.array(segment, { minLength: 1, maxLength: 3 }).map((all) => `/${all.join('/')}`) },
    { weight: 1, arbitrary: fc.array(segment, { maxLength: 2 }).map((all) => all.join('/')) },
  );
  const operation = operationsOf(family, schema);
  const method = pick('get', 'get', 'post', 'put', 'patch', 'delete', 'head', 'options', 'trace', 'query');
  const item = fc
    .tuple(
      fc.dictionary(method, operation, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
      maybe(fc.array(parametersOf(family, schema), { maxLength: 1 }), 6),
      maybe(family.references, 25),
    )
    .map(([methods, parameters, $ref]) => ({ ...methods, parameters, $ref }));
  return fc.dictionary(route, item, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
}

const securitySchemes = fc.dictionary(
  pick('key', 'oauth', 'other'),
  pick<unknown>(
    { type: 'apiKey', in: 'header', name: 'X-Key' },
    { type: 'apiKey', in: 'query', name: 'key' },
    { type: 'apiKey', in: 'cookie', name: 'c' },
    { type: 'http', scheme: 'bearer' },
    { type: 'http', scheme: 'basic' },
    { type: 'oauth2', flows: {} },
    { type: 'openIdConnect', openIdConnectUrl: 'https://e.com' },
    { type: 'odd' },
    { $ref: '#/components/securitySchemes/other' },
  ),
  { maxKeys: 2, noNullPrototype: true },
);

const GOOD = {
  get: {
    operationId: 'listGood',
    responses: { 200: { description: 'Fine', content: { 'application/json': { schema: goodSchema() } } } },
  },
};

function goodSchema() {
  return { type: 'array', items: { type: 'object', properties: { goodColumn: { type: 'string' } } } };
}

/** A document of OpenAPI 3; a deep chain of schemas stands in some. */
function documentsOf(family: Family): Arbitrary<Tree> {
  const { names, texts } = family;
  const schema = schemasOf(family);
  return fc
    .record({
      openapi: pick('3.0.3', '3.0.0', '3.1.0', '3.1.1', '3.2.0'),
      info: fc.record({ title: texts, version: pick('1', 'v2'), description: maybe(texts) }),
      servers: usually(serversOf(family)),
      tags: maybe(fc.array(fc.record({ name: names, description: maybe(texts) }), { maxLength: 2 }), 3),
      security: maybe(pick([{ key: [] }], [], [{}], [{ oauth: ['a'] }, { key: [] }], [{ no: [] }])),
      paths: pathsOf(family, schema),
      schemas: fc.tuple(schema, schema, schema),
      more: fc.dictionary(names, schema, { maxKeys: 1, noNullPrototype: true }),
      parameter: parametersOf(family, schema),
      securitySchemes,
      chain: maybe(pick(2, 3, 4, 5, 30, 400), 40),
    })
    .map(({ schemas, more, parameter, securitySchemes: schemes, chain, ...document }) => ({
      ...document,
      components: {
        schemas: {
          ...Object.fromEntries(schemas.map((each, index) => [`S${index}`, each])),
          ...more,
          ...chained(chain),
        },
        parameters: { P: parameter },
        securitySchemes: schemes,
      },
    }));
}

function chained(length = 0): Tree {
  const link = (index: number) => ({
    type: 'object',
    properties: { next: { $ref: `#/components/schemas/C${index + 1}` } },
  });
  return Object.fromEntries(Array.from({ length }, (_, index) => [`C${index}`, link(index)]));
}

/** The same document as Swagger 2.0 has it, roughly: what does not fit stays, as it does in real ones. */
function asSwagger2(document: Tree): Tree {
  const { openapi: _, components, servers: __, ...rest } = document;
  const { schemas, parameters, securitySchemes: schemes } = components as Record<string, Tree>;
  const text = JSON.stringify({ ...rest, definitions: schemas, parameters, securityDefinitions: schemes })
    .replaceAll('#/components/schemas/', '#/definitions/')
    .replaceAll('#/components/parameters/', '#/parameters/');
  const swagger = JSON.parse(text) as Tree;
  for (const item of Object.values(swagger.paths as Tree))
    for (const operation of Object.values(item as Tree)) moveBodies(operation as Tree);
  return { swagger: '2.0', host: 'example.com', basePath: '/v1', consumes: ['application/json'], ...swagger };
}

function moveBodies(operation: Tree): void {
  const schemaIn = (holder: unknown) =>
    (Object.values(((holder as Tree | undefined)?.content as Tree | undefined) ?? {})[0] as Tree | undefined)?.schema;
  if (typeof operation !== 'object' || operation === null) return;
  const { requestBody } = operation;
  const body = schemaIn(requestBody);
  const list = Array.isArray(operation.parameters) ? operation.parameters : [];
  if (body !== undefined) operation.parameters = [...list, { name: 'body', in: 'body', schema: body }];
  delete operation.requestBody;
  for (const response of Object.values((operation.responses as Tree | undefined) ?? {})) {
    const schema = schemaIn(response);
    if (schema !== undefined) Object.assign(response as Tree, { schema });
    delete (response as Tree).content;
  }
}

interface Mutation {
  readonly at: number;
  /** A value, or the number of the node whose copy is put there. */
  readonly by: { readonly value: unknown } | { readonly from: number };
}

const mutation: Arbitrary<Mutation> = fc.record({
  at: fc.nat(100_000),
  by: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...ODD_VALUES).map((value) => ({ value })) },
    { weight: 1, arbitrary: fc.nat(100_000).map((from) => ({ from })) },
  ),
});

/** Every place of a tree: the object or array, and the key in it. */
function slots(tree: unknown): [holder: Tree, key: string][] {
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, inner]) => [[tree as Tree, key] as [Tree, string], ...slots(inner)]);
}

function mutated(document: Tree, mutations: readonly Mutation[]): Tree {
  const copy = structuredClone(document);
  for (const { at, by } of mutations) {
    const places = slots(copy);
    const [holder, key] = places[at % places.length] as [Tree, string];
    const [from, fromKey] = 'from' in by ? (places[by.from % places.length] as [Tree, string]) : [by, 'value'];
    const value = structuredClone((from as Tree)[fromKey]);
    Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return copy;
}

const isMapping = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Puts the good operation in, where there is a place for it. */
function withGood(document: Tree, isSwagger: boolean): Input {
  const version = document[isSwagger ? 'swagger' : 'openapi'];
  const isVersion = typeof version === 'string' && /^(2\.0|3\.[012]\.\d)$/.test(version);
  const hasGood = isMapping(document.paths) && isVersion;
  const good = isSwagger
    ? { get: { ...GOOD.get, responses: { 200: { description: 'Fine', schema: goodSchema() } } } }
    : GOOD;
  if (isMapping(document.paths)) document.paths['/good'] = good;
  return { text: JSON.stringify(document, null, 1), hasGood };
}

function family({ mutations, cuts, ...rest }: Family): Arbitrary<Input> {
  return fc
    .record({
      document: documentsOf({ ...rest, mutations }),
      isSwagger: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      mutations: fc.array(mutation, { minLength: Math.min(1, mutations), maxLength: mutations }),
      cut: fc.tuple(
        fc.nat(100_000),
        fc.nat(5),
        pick('', '\t', '\0', '"', '{', '*a', '&a ', '!!js/function x', '<<: ', '\u{feff}', ': ', '- '),
      ),
    })
    .map(({ document, isSwagger, mutations: wanted, cut: [at, length, by] }) => {
      const written = JSON.parse(JSON.stringify(document)) as Tree;
      const input = withGood(mutated(isSwagger ? asSwagger2(written) : written, wanted), isSwagger);
      if (!cuts) return input;
      const start = at % input.text.length;
      return { text: input.text.slice(0, start) + by + input.text.slice(start + length), hasGood: false };
    });
}

/** Specs by structure, with odd values, texts, names and references, all of it at once, and as broken text. */
export const specs: Arbitrary<Input> = fc.oneof(
  ...Object.values(FAMILIES).map((each) => ({ weight: each.weight, arbitrary: family(each) })),
);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkDocuments } from '../../../generator/check/check.js';
import { RULE_CATALOGUE } from '../../../generator/diagnostics/rules.js';
import { readPage } from '../../../generator/doc-pages/pages.js';
import { readYaml } from '../../../generator/provider-package/yaml.js';
import { type Given, given, PROVIDER, ref, SERVICE, said } from './given.js';

const RESOURCES = '/components/x-stackQL-resources/things';
const METHODS = `${RESOURCES}/methods`;
const text = { type: 'string' };
const number = { type: 'integer' };
const list = (items: object) => ({ type: 'array', items });
const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
/** The schema of a JSON answer or body. */
const answer = ({ paths }: Given, schema: object) =>
  Object.assign(paths['/things'].get.responses['200'].content['application/json'], { schema });
const body = ({ paths }: Given, schema: object) =>
  Object.assign(paths['/things'].post.requestBody.content['application/json'], { schema });
const execAnswer = ({ paths, methods }: Given, schema: object) => {
  paths['/things/{id}/start'].post.responses = {
    200: { description: 'x', content: { 'application/json': { schema } } },
  };
  methods.start_thing.response.openAPIDocKey = '200';
};
const pagination = {
  requestToken: { key: '', location: 'request' },
  responseToken: { key: 'Link', location: 'header' },
};

/** What is planted, and exactly what is said of it. */
const PLANTED: [what: string, plant: (it: Given) => unknown, want: string[]][] = [
  // Documents
  ['no info (E6.4)', ({ service }) => delete service.info, ['document-part-missing ']],
  ['no servers (E6.4)', ({ service }) => delete service.servers, ['document-part-missing ']],
  ['OpenAPI 3.1 by name (E6.3)', ({ service }) => (service.openapi = '3.1.0'), ['openapi-version /openapi']],
  [
    'a list of types (E6.3)',
    ({ schemas }) => (schemas.Thing.properties.name = { type: ['string', 'null'] }),
    ['openapi-3-1 /components/schemas/Thing/properties/name/type'],
  ],
  [
    'a numeric exclusive bound',
    ({ schemas }) => (schemas.X = { exclusiveMinimum: 3 }),
    ['openapi-3-1 /components/schemas/X/exclusiveMinimum'],
  ],
  [
    'a boolean schema',
    ({ schemas }) => (schemas.X = object({ any: true })),
    ['openapi-3-1 /components/schemas/X/properties/any'],
  ],
  [
    'a number where a text must stand (E6.1)',
    ({ service }) => (service.info.version = 1),
    ['yaml-value /info/version'],
  ],
  [
    'a truth value among texts',
    ({ schemas }) => (schemas.X = { type: 'string', enum: ['off', true] }),
    ['yaml-value info /components/schemas/X/enum/1'],
  ],
  ['a null component (E6.3)', ({ schemas }) => (schemas.X = null), ['document-shape /components/schemas/X']],
  [
    'a list where a mapping must stand',
    ({ schemas }) => (schemas.X = { properties: ['a'] }),
    ['document-shape /components/schemas/X/properties'],
  ],
  ['a path without a slash', ({ paths }) => (paths.loose = {}), ['document-shape /paths/loose']],
  [
    'a dangling $ref (E6.3)',
    ({ schemas }) => (schemas.X = { $ref: '#/components/schemas/Y' }),
    ['ref-unresolved /components/schemas/X/$ref'],
  ],
  [
    'a $ref to a file',
    ({ schemas }) => (schemas.X = { $ref: 'y.yaml#/Y' }),
    ['ref-external /components/schemas/X/$ref'],
  ],
  [
    'a $ref in a circle',
    ({ schemas }) => (schemas.X = { $ref: '#/components/schemas/X' }),
    ['ref-loop /components/schemas/X/$ref'],
  ],
  [
    'a description beside a $ref (E5.3)',
    ({ schemas }) => (schemas.X = object({ a: { $ref: '#/components/schemas/Thing', description: 'x' } })),
    ['ref-siblings /components/schemas/X/properties/a'],
  ],
  // Provider
  [
    'another name (E6.7)',
    ({ provider }) => (provider.name = 'q'),
    ['provider-name /name', 'resource-id /components/x-stackQL-resources/things/id'],
  ],
  ['no auth (E6.7)', ({ provider }) => delete provider.config.auth, ['auth-missing /config']],
  ['an unknown auth type', ({ provider }) => (provider.config.auth.type = 'magic'), ['auth-form /config/auth']],
  [
    'api_key in another header (E6.7)',
    ({ provider }) =>
      (provider.config.auth = { type: 'api_key', credentialsenvvar: 'T', location: 'header', name: 'X-Key' }),
    ['auth-form /config/auth'],
  ],
  [
    'bearer with a prefix',
    ({ provider }) => (provider.config.auth = { type: 'bearer', credentialsenvvar: 'T', valuePrefix: 'x' }),
    ['auth-form warning /config/auth/valuePrefix'],
  ],
  ['a secret from nowhere', ({ provider }) => (provider.config.auth = { type: 'bearer' }), ['auth-form /config/auth']],
  [
    'auth in a service',
    ({ service }) => (service['x-stackQL-config'] = { auth: { type: 'basic' } }),
    ['auth-misplaced /x-stackQL-config/auth'],
  ],
  [
    'paging of a provider (E6.8)',
    ({ provider }) => (provider.config.pagination = pagination),
    ['provider-config-ignored /config/pagination'],
  ],
  [
    'retry of a provider (E6.12)',
    ({ provider }) => (provider.config.retry = {}),
    ['provider-config-ignored /config/retry'],
  ],
  [
    'a version without v (E6.12)',
    ({ provider }) => (provider.config.minStackQLVersion = '0.5.0'),
    ['min-version-form /config/minStackQLVersion'],
  ],
  [
    'a key that the format does not know',
    ({ provider }) => (provider.config.colour = 'red'),
    ['schema-violation /config/colour'],
  ],
  [
    'a service that leads nowhere (E7.1)',
    ({ provider }) =>
      (provider.providerServices.t = {
        ...provider.providerServices.s,
        name: 't',
        service: { $ref: 'p/v00.00.00000/services/t.yaml' },
      }),
    ['service-ref /providerServices/t/service/$ref'],
  ],
  [
    'a service that differs in case (E8.12)',
    ({ provider }) => (provider.providerServices.s.service.$ref = 'p/v00.00.00000/services/S.yaml'),
    ['service-ref /providerServices/s/service/$ref', 'service-unlisted '],
  ],
  [
    'a service of another name',
    ({ provider }) => (provider.providerServices.s.name = 't'),
    ['service-name /providerServices/s/name'],
  ],
  // Resources and routes
  ['a resource of another name (E6.6)', ({ thing }) => (thing.name = 'others'), [`resource-name ${RESOURCES}/name`]],
  ['an id that is not the SQL name (E6.6)', ({ thing }) => (thing.id = 'p.t.things'), [`resource-id ${RESOURCES}/id`]],
  ['no title', ({ thing }) => delete thing.title, [`schema-violation ${RESOURCES}`]],
  [
    'a hyphen in a method',
    ({ methods }) => Object.assign(methods, { 'start-it': methods.start_thing }),
    [`name-form warning ${METHODS}/start-it`],
  ],
  [
    'a keyword that cannot follow a dot',
    ({ methods }) => Object.assign(methods, { release: methods.start_thing }),
    [`name-form warning ${METHODS}/release`],
  ],
  [
    'an encoded brace (E6.5)',
    ({ methods }) => (methods.start_thing.operation.$ref = '#/paths/~1things~1%7Bid%7D~1start/post'),
    [`operation-ref ${METHODS}/start_thing/operation/$ref`],
  ],
  [
    'an operation that is not there',
    ({ methods }) => (methods.start_thing.operation.$ref = '#/paths/~1things/put'),
    [`operation-ref ${METHODS}/start_thing/operation/$ref`],
  ],
  [
    'a verb that leads nowhere (E6.3)',
    ({ verbs }) => verbs.replace.push(ref('nothing')),
    [`verb-ref ${RESOURCES}/sqlVerbs/replace/0/$ref`],
  ],
  [
    'a verb that is not listed (E1.5)',
    ({ verbs }) => delete verbs.replace,
    [`verb-missing info ${RESOURCES}/sqlVerbs`],
  ],
  [
    'a verb that is guessed (E1.5)',
    ({ verbs, methods }) => {
      methods.delete = methods.drop_thing;
      delete methods.drop_thing;
      delete verbs.delete;
    },
    [`verb-missing ${RESOURCES}/sqlVerbs`],
  ],
  [
    'an exec list (E1.5)',
    ({ verbs }) => (verbs.exec = [ref('start_thing')]),
    [`verb-unknown ${RESOURCES}/sqlVerbs/exec`],
  ],
  [
    'the broader first (E1.1)',
    ({ verbs }) => verbs.select.reverse(),
    [`method-shadowed ${RESOURCES}/sqlVerbs/select/1`],
  ],
  [
    'two that need the same (E1.2)',
    ({ verbs, methods }) => {
      methods.list_again = methods.list_things;
      verbs.select.push(ref('list_again'));
    },
    [`method-twin ${RESOURCES}/sqlVerbs/select/2`],
  ],
  [
    'EXEC by the name of a verb (E8.3)',
    ({ methods }) => Object.assign(methods, { get: methods.start_thing }),
    [`exec-name ${METHODS}/get`],
  ],
  [
    'servers on a method (E2.7)',
    ({ methods }) => (methods.list_things.servers = [{ url: '/' }]),
    [`method-servers ${METHODS}/list_things/servers`],
  ],
  // Parameters
  [
    'a parameter of the path item (E2.1)',
    ({ paths }) => (paths['/things'].parameters = [{ name: 'all', in: 'query', required: true, schema: text }]),
    ['path-item-parameters /paths/~1things/parameters'],
  ],
  [
    'an optional parameter of the path item',
    ({ paths }) => (paths['/things'].parameters = [{ name: 'all', in: 'query', schema: text }]),
    ['path-item-parameters info /paths/~1things/parameters'],
  ],
  [
    'a placeholder without a parameter',
    ({ paths }) => (paths['/things/{id}'].delete.parameters = []),
    ['path-parameter /paths/~1things~1{id}/delete'],
  ],
  [
    'a path parameter that is optional',
    ({ paths }) => (paths['/things/{id}'].delete.parameters = [{ name: 'id', in: 'path', schema: text }]),
    ['path-parameter /paths/~1things~1{id}/delete/parameters/0'],
  ],
  [
    'a cookie parameter (E2.2)',
    ({ paths }) => paths['/things'].get.parameters.push({ name: 'sid', in: 'cookie', schema: text }),
    ['parameter-location /paths/~1things/get/parameters/1'],
  ],
  [
    'a parameter without a schema',
    ({ paths }) => paths['/things/{id}/start'].post.parameters.push({ name: 'how', in: 'query' }),
    ['parameter-schema /paths/~1things~1{id}~1start/post/parameters/1'],
  ],
  [
    'a header of the engine (E8.9)',
    ({ paths }) => paths['/things'].get.parameters.push({ name: 'Accept', in: 'header', required: true, schema: text }),
    ['engine-header /paths/~1things/get/parameters/1'],
  ],
  [
    'a number for EXEC (E8.7)',
    ({ paths }) => paths['/things/{id}/start'].post.parameters.push({ name: 'n', in: 'query', schema: number }),
    ['exec-input-type /paths/~1things~1{id}~1start/post/parameters/1'],
  ],
  [
    'a number that EXEC needs (E8.7)',
    ({ paths }) => (paths['/things/{id}/start'].post.parameters[0].schema = number),
    ['exec-input-type error /paths/~1things~1{id}~1start/post/parameters/0'],
  ],
  [
    'a keyword as a parameter (E2.3)',
    ({ paths }) => (paths['/things'].get.parameters[0].name = 'limit'),
    ['input-quoted /paths/~1things/get/parameters/0'],
  ],
  [
    'a server variable without a default (E2.7)',
    ({ service }) => (service.servers[0].variables.region = { description: 'x' }),
    ['server-variable /servers/0/variables/region'],
  ],
  [
    'a server placeholder without a variable',
    ({ service }) => delete service.servers[0].variables,
    ['server-variable error /servers/0/url'],
  ],
  [
    'a variable of the environment that none can be (E8.11)',
    ({ service }) => (service.servers[0].variables.region['x-stackQL-envVar'] = 'MY-REGION'),
    ['server-variable /servers/0/variables/region/x-stackQL-envVar'],
  ],
  [
    'two servers (E2.7)',
    ({ service }) => service.servers.push({ url: 'https://b.example.com' }),
    ['servers-ignored /servers/1'],
  ],
  // Bodies
  [
    'naive on the resource (E4.1)',
    ({ thing }) => (thing.config = { requestBodyTranslate: { algorithm: 'naive' } }),
    [`body-translate-misplaced ${RESOURCES}/config/requestBodyTranslate`],
  ],
  [
    'naive misspelt',
    ({ methods }) => {
      for (const name of ['create_thing', 'change_thing'])
        methods[name].config = { requestBodyTranslate: { algorithm: 'native' } };
    },
    [
      `body-translate-misplaced error ${METHODS}/create_thing/config/requestBodyTranslate/algorithm`,
      `body-translate-misplaced error ${METHODS}/change_thing/config/requestBodyTranslate/algorithm`,
      `body-prefixed ${METHODS}/create_thing`,
    ],
  ],
  [
    'two styles of bodies (E4.1)',
    ({ methods }) => delete methods.change_thing.config,
    [`body-style-mixed ${METHODS}/change_thing`, `body-prefixed ${METHODS}/change_thing`],
  ],
  [
    'required in an allOf (E4.2)',
    (it) => body(it, { allOf: [object({ name: text }, { required: ['name'] })] }),
    ['body-required-lost /paths/~1things/post/requestBody/content/application~1json/schema'],
  ],
  [
    'fields beside an allOf (E5.2)',
    (it) => body(it, object({ name: text }, { required: ['name'], allOf: [object({ size: number })] })),
    ['body-fields-lost /paths/~1things/post/requestBody/content/application~1json/schema'],
  ],
  [
    'a read-only input (E4.2)',
    (it) => body(it, object({ name: text, made: { ...text, readOnly: true } }, { required: ['name'] })),
    ['body-read-only /paths/~1things/post/requestBody/content/application~1json/schema/properties/made'],
  ],
  [
    'a field that is named as a parameter, with its prefix (E4.1)',
    ({ paths, methods }) => {
      const schema = object({ id: text }, { required: ['id'] });
      paths['/things/{id}'].patch.requestBody.content['application/json'].schema = schema;
      delete methods.change_thing.config;
    },
    [],
  ],
  [
    'a field with a dot (N27)',
    (it) => body(it, object({ name: text, 'a.b': text }, { required: ['name'] })),
    [
      'body-field-nested /paths/~1things/post/requestBody/content/application~1json/schema/properties/a.b',
      'input-quoted /paths/~1things/post/requestBody/content/application~1json/schema/properties/a.b',
    ],
  ],
  [
    'a form (E4.3)',
    ({ paths, methods }) => {
      paths['/things'].post.requestBody.content = { 'multipart/form-data': { schema: object({ name: text }) } };
      methods.create_thing.request.mediaType = 'multipart/form-data';
    },
    ['body-media-type /paths/~1things/post/requestBody/content'],
  ],
  [
    'a body of another media type',
    ({ methods }) => (methods.create_thing.request.mediaType = 'application/xml'),
    [`body-unresolved ${METHODS}/create_thing/request/mediaType`],
  ],
  [
    'a body without a schema for EXEC (E8.6)',
    ({ paths }) => (paths['/things/{id}/start'].post.requestBody = { content: {} }),
    ['body-unresolved /paths/~1things~1{id}~1start/post/requestBody'],
  ],
  [
    'JSON second (E8.8)',
    ({ paths }) => {
      const { content } = paths['/things'].post.requestBody;
      paths['/things'].post.requestBody.content = { 'text/plain': { schema: text }, ...content };
    },
    ['media-type-order /paths/~1things/post/requestBody/content'],
  ],
  [
    'a field by the name of a parameter (E4.4)',
    ({ paths }) => (paths['/things/{id}'].patch.requestBody.content['application/json'].schema.properties.id = text),
    ['body-field-is-parameter /paths/~1things~1{id}/patch/requestBody/content/application~1json/schema/properties/id'],
  ],
  [
    'a SELECT with an optional body (E4.5)',
    ({ paths, methods }) => {
      paths['/things'].get.requestBody = { content: { 'application/json': { schema: object({ q2: text }) } } };
      methods.list_things.request = { mediaType: 'application/json' };
      methods.list_things.config = { requestBodyTranslate: { algorithm: 'naive' } };
    },
    ['select-body /paths/~1things/get/requestBody'],
  ],
  [
    'an UPDATE of nothing (E3.8)',
    ({ paths, methods }) => {
      paths['/reset'] = { patch: { responses: { 204: { description: 'Done' } } } };
      methods.change_thing = {
        operation: { $ref: '#/paths/~1reset/patch' },
        response: { mediaType: 'application/json', openAPIDocKey: '204' },
      };
    },
    [`set-nothing ${METHODS}/change_thing`],
  ],
  [
    'an UPDATE of a number (E8.2)',
    ({ paths }) =>
      (paths['/things/{id}'].patch.requestBody.content['application/json'].schema.properties.size = number),
    [`update-sends-text ${METHODS}/change_thing`],
  ],
  // Answers
  [
    'no answer named (E5.1)',
    ({ methods }) => delete methods.list_things.response,
    [`response-undeclared ${METHODS}/list_things`],
  ],
  [
    'an answer that is not there (E5.1)',
    ({ methods }) => (methods.list_things.response.openAPIDocKey = '201'),
    [`response-unresolved ${METHODS}/list_things/response/openAPIDocKey`],
  ],
  [
    'an objectKey into nothing (E5.1)',
    ({ methods }) => (methods.get_thing.response.objectKey = '$.data'),
    [`object-key ${METHODS}/get_thing/response/objectKey`],
  ],
  [
    'an objectKey that no path can be',
    (it) => {
      answer(it, object({ 'a-b': list({ $ref: '#/components/schemas/Thing' }) }));
      it.methods.list_things.response.objectKey = '$.a-b';
    },
    [`object-key ${METHODS}/list_things/response/objectKey`],
  ],
  [
    'an objectKey on a root array (E5.1)',
    ({ methods }) => (methods.list_things.response.objectKey = '$[*]'),
    [`object-key ${METHODS}/list_things/response/objectKey`],
  ],
  [
    'an envelope without objectKey',
    (it) => answer(it, object({ data: list({ $ref: '#/components/schemas/Thing' }), total: number })),
    [`envelope-without-object-key ${METHODS}/list_things`],
  ],
  [
    'rows that are numbers (E5.5)',
    (it) => answer(it, list(number)),
    ['select-crash /paths/~1things/get/responses/200/content/application~1json/schema'],
  ],
  [
    'an array without items (E5.5)',
    (it) => answer(it, { type: 'array' }),
    ['select-crash /paths/~1things/get/responses/200/content/application~1json/schema'],
  ],
  [
    'rows of a free map (E5.5)',
    (it) => answer(it, { type: 'object', additionalProperties: text }),
    ['select-no-rows /paths/~1things/get/responses/200/content/application~1json/schema'],
  ],
  [
    'rows of a 204 (E5.5)',
    ({ paths, methods }) => {
      paths['/things'].get.responses = { 204: { description: 'x' } };
      methods.list_things.response.openAPIDocKey = '204';
    },
    [`select-no-rows ${METHODS}/list_things/response`],
  ],
  [
    'columns beside an allOf (E5.2)',
    ({ schemas }) => (schemas.Thing.allOf = [object({ more: text })]),
    ['columns-lost /components/schemas/Thing'],
  ],
  [
    'a column in two branches (E5.2)',
    ({ schemas }) => {
      schemas.A = object({ id: text, a: text });
      schemas.Thing = { allOf: [{ $ref: '#/components/schemas/A' }, object({ id: text })] };
    },
    ['column-doubled /components/schemas/Thing'],
  ],
  [
    'properties without a type (E5.4)',
    ({ schemas }) => delete schemas.Thing.type,
    ['type-object-missing /components/schemas/Thing'],
  ],
  [
    'a column that is a keyword (E3.7)',
    ({ schemas }) => (schemas.Thing.properties.default = text),
    ['column-unselectable /components/schemas/Thing'],
  ],
  [
    'columns that differ in case',
    ({ schemas }) => (schemas.Thing.properties.Name = text),
    [`column-clash ${METHODS}/get_thing`, `column-clash ${METHODS}/list_things`],
  ],
  [
    'a server variable that differs from a column in case',
    ({ schemas }) => (schemas.Thing.properties.Region = text),
    [`column-clash ${METHODS}/get_thing`, `column-clash ${METHODS}/list_things`],
  ],
  [
    'an EXEC whose answer knows no input (E8.1)',
    (it) => execAnswer(it, object({ state: text })),
    [`exec-crash ${METHODS}/start_thing`],
  ],
  [
    'an EXEC whose answer does not know the input of a method with the same rows (N24)',
    (it) => {
      it.paths['/things'].get.parameters.push({ name: 'project', in: 'query', required: true, schema: text });
      execAnswer(it, { $ref: '#/components/schemas/Thing' });
    },
    [`exec-crash ${METHODS}/start_thing`],
  ],
  ['an EXEC that answers text (E8.6)', (it) => execAnswer(it, text), [`exec-answer ${METHODS}/start_thing`]],
  // Paging
  [
    'paging without a token (E6.8)',
    ({ methods }) => (methods.list_things.config = { pagination: { responseToken: pagination.responseToken } }),
    [`pagination-form ${METHODS}/list_things/config/pagination`],
  ],
  [
    'a Link header into the query (E6.8)',
    ({ methods }) =>
      (methods.list_things.config = {
        pagination: { ...pagination, requestToken: { key: 'after', location: 'query' } },
      }),
    [`pagination-form ${METHODS}/list_things/config/pagination`],
  ],
  [
    'paging under a key that nobody reads',
    ({ methods }) => (methods.list_things['x-stackQL-config'] = { pagination }),
    [`config-misplaced ${METHODS}/list_things/x-stackQL-config`],
  ],
  [
    'paging of a SELECT with a body (N25)',
    ({ paths, methods }) => {
      const json = { schema: object({ word: text }, { required: ['word'] }) };
      paths['/things'].get.requestBody = { content: { 'application/json': json } };
      methods.list_things.request = { mediaType: 'application/json' };
      methods.list_things.config = { pagination, requestBodyTranslate: { algorithm: 'naive' } };
    },
    [`pagination-body ${METHODS}/list_things`],
  ],
  [
    'paging of a resource (E6.9)',
    ({ thing }) => (thing.config = { pagination }),
    [`pagination-inherited ${RESOURCES}/config/pagination`],
  ],
  [
    'LIMIT pushed into pages (E6.11)',
    ({ methods }) => (methods.list_things.config = { pagination, queryParamPushdown: { top: { paramName: 'n' } } }),
    [`pushdown-pages ${METHODS}/list_things/config/queryParamPushdown/top`],
  ],
];

/** What is no fault, however it looks. */
const INNOCENT: [what: string, change: (it: Given) => unknown][] = [
  ['nothing', () => undefined],
  [
    'an unused component in a circle of properties',
    ({ schemas }) => (schemas.X = object({ x: { $ref: '#/components/schemas/X' } })),
  ],
  ['an EXEC whose answer names the input, deep', (it) => execAnswer(it, object({ id: text, region: text }))],
  ['an EXEC whose answer holds an array', (it) => execAnswer(it, object({ rows: list(text) }))],
  ['rows that are texts', (it) => answer(it, list(text))],
  [
    'an envelope with objectKey',
    (it) => {
      answer(it, object({ data: list({ $ref: '#/components/schemas/Thing' }) }));
      it.methods.list_things.response.objectKey = '$.data';
    },
  ],
  [
    'rows under `items`, which the engine finds',
    (it) => answer(it, object({ items: list({ $ref: '#/components/schemas/Thing' }) })),
  ],
  [
    'a path item parameter that the operation repeats',
    ({ paths }) => (paths['/things/{id}'].parameters = [{ name: 'id', in: 'path', required: true, schema: text }]),
  ],
  [
    'a resource that is a view',
    ({ service }) =>
      (service.components['x-stackQL-resources'].vw = { id: 'p.s.vw', name: 'vw', config: { views: { select: {} } } }),
  ],
  [
    'a cursor in the query',
    ({ methods }) =>
      (methods.list_things.config = {
        pagination: {
          requestToken: { key: 'page', location: 'query' },
          responseToken: { key: '$.next', location: 'body' },
        },
      }),
  ],
  [
    'LIMIT pushed where nothing pages',
    ({ methods }) => (methods.list_things.config = { queryParamPushdown: { top: { paramName: 'n' } } }),
  ],
  ['a date, which the engine reads as text', ({ schemas }) => (schemas.Thing.description = '2020-01-01')],
];

const documents = ({ provider, service }: Given) => [
  { file: PROVIDER, value: provider },
  { file: SERVICE, value: service },
];

describe('rules', () => {
  it.each(PLANTED)('%s', (_what, plant, want) => {
    const planted = given();
    plant(planted);
    expect(checkDocuments(documents(planted)).map(said).sort()).toEqual([...want].sort());
  });

  it.each(INNOCENT)('say nothing of %s', (_what, change) => {
    const changed = given();
    change(changed);
    expect(checkDocuments(documents(changed)).map(said)).toEqual([]);
  });
});

/** Edits of the text of the service file. */
const WRITTEN: [what: string, edit: (text: string) => string, want: string[]][] = [
  [
    'a key that is no text in YAML 1.1 (E6.1)',
    (yaml) => yaml.replace('      properties:\n        id:\n', '      properties:\n        on:\n'),
    ['yaml-key /components/schemas/Thing/properties/on', 'column-unselectable /components/schemas/Thing'],
  ],
  ['a key twice', (yaml) => yaml.replace('info:', 'info:\n  title: First'), ['yaml-duplicate-key /info/title']],
  [
    'an alias (E6.1)',
    (yaml) =>
      yaml
        .replace('        id:\n          type: string', '        id: &text\n          type: string')
        .replace('        name:\n          type: string', '        name: *text'),
    ['yaml-alias /components/schemas/Thing/properties/name'],
  ],
  [
    'a control character (E6.2)',
    (yaml) => yaml.replace('title: Things', 'title: "Th\u0080ngs"'),
    ['control-character error 3:13'],
  ],
  [
    'a line separator (E6.2)',
    (yaml) => yaml.replace('title: Things', 'title: "Th\u2028ngs"'),
    ['control-character 3:13'],
  ],
];

it.each(WRITTEN)('rules about the text: %s', (_what, edit, want) => {
  const { provider, service } = given();
  const before = stringify(service, { aliasDuplicateObjects: false });
  const edited = edit(before);
  expect(edited).not.toBe(before);
  const found = checkDocuments([
    { file: PROVIDER, value: provider },
    { file: SERVICE, text: edited, ...readYaml(edited) },
  ]);
  expect(found.map(said)).toEqual(want);
});

/** Statements on a page, in the tab of a method. */
const DOCUMENTED: [what: string, tab: string, sql: string, want: string[]][] = [
  [
    'fine',
    'get_thing',
    "SELECT id, name FROM p.s.things\nWHERE region = '{{ region }}' -- required\nAND id = '{{ id }}' -- required\n;",
    [],
  ],
  [
    'fine',
    'create_thing',
    "INSERT INTO p.s.things (\nname,\nregion\n)\nSELECT\n'{{ name }}',\n'{{ region }}'\nRETURNING\nid\n;",
    [],
  ],
  ['fine', 'start_thing', "EXEC p.s.things.start_thing\n@region='{{ region }}', -- required\n@id='{{ id }}'\n;", []],
  ['fine: another provider', 'x', 'SELECT a FROM q.s.things;', []],
  ['a resource that is not there', 'x', 'SELECT id FROM p.s.nothings;', ['docs-resource 3:1']],
  ['a method that is not there', 'x', "EXEC p.s.things.stop_thing @id='1';", ['docs-method 3:1']],
  ['a tab without a method', 'stop_thing', 'SELECT id FROM p.s.things;', ['docs-method 3:1']],
  ['another method runs (E1.1)', 'list_things', "SELECT id FROM p.s.things WHERE id = '1';", ['docs-route 3:1']],
  [
    'a required input is missing (E1.4)',
    'drop_thing',
    "DELETE FROM p.s.things WHERE region = 'r';",
    ['docs-missing-input 3:1'],
  ],
  [
    'a server variable is missing (E1.4)',
    'create_thing',
    "INSERT INTO p.s.things (name) SELECT 'n';",
    ['docs-missing-input 3:1'],
  ],
  [
    'an input that is not taken',
    'drop_thing',
    "DELETE FROM p.s.things WHERE id = '1' AND colour = 'r';",
    ['docs-unknown-input 3:43'],
  ],
  [
    'a column that is not there (E3.3)',
    'list_things',
    'SELECT id, colour FROM p.s.things;',
    ['docs-unknown-column 3:12'],
  ],
  [
    'data__ under naive (E4.1)',
    'create_thing',
    "INSERT INTO p.s.things (data__name, region) SELECT 'n', 'r';",
    ['docs-body-style 3:25'],
  ],
  [
    'a comment swallows the terminator (E3.1)',
    'drop_thing',
    "DELETE FROM p.s.things\nWHERE id = '1' --required;",
    ['docs-comment 4:16'],
  ],
  [
    'a comment swallows a comma (E3.1)',
    'start_thing',
    "EXEC p.s.things.start_thing\n@region='r' --required,\n@id='1';",
    ['docs-comment 4:13'],
  ],
  [
    'a keyword that is not quoted (E2.3)',
    'list_things',
    "SELECT id FROM p.s.things WHERE limit = '1';",
    ['docs-quoting 3:33', 'docs-unknown-input 3:33'],
  ],
  ['a method that needs quotes', 'list', "EXEC p.s.things.list @region='r', @id='1';", ['docs-quoting 3:17']],
  ['a method in quotes', 'list', `EXEC p.s.things."list" @region='r', @id='1';`, []],
  [
    'a column that cannot be selected (E3.7)',
    'list_things',
    'SELECT "order" FROM p.s.things;',
    ['docs-unselectable 3:8', 'docs-unknown-column 3:8'],
  ],
  [
    'SET of nothing (E3.8)',
    'change_thing',
    "UPDATE p.s.things SET WHERE id = '1' AND region = 'r';",
    ['docs-syntax 3:19'],
  ],
  ['no comma between inputs', 'start_thing', "EXEC p.s.things.start_thing @region='r' @id='1';", ['docs-syntax 3:41']],
  [
    'fine: a join, with names behind aliases',
    'get_thing',
    'SELECT l.id AS id, t."order", t.name FROM p.s.things l JOIN p.s.things t ON t.id = l.id WHERE l."limit" = 1;',
    ['docs-unselectable 3:22'],
  ],
  [
    'fine: a join in the tab of a method of its second table',
    'get_part',
    'SELECT l.id AS id, t.name FROM p.s.things l JOIN p.s.parts t ON t.thing = l.id;',
    [],
  ],
  ['a page token (E6.13)', 'list_things', "SELECT id FROM p.s.things WHERE q = 'x';", ['docs-page-token 3:33']],
];

it.each(DOCUMENTED)('rules about pages: %s (%s)', (_what, tab, sql, want) => {
  const { provider, service, methods } = given();
  methods.list = structuredClone(methods.start_thing);
  methods.list_things.config = {
    pagination: { requestToken: { key: 'q', location: 'query' }, responseToken: { key: '$.next', location: 'body' } },
  };
  const page = readPage('docs/things.md', `<TabItem value="${tab}">\n\`\`\`sql\n${sql}\n\`\`\`\n</TabItem>`);
  const found = checkDocuments(documents({ provider, service } as Given), [page]).map(said);
  expect(found.filter((line) => line.startsWith('docs-')).sort()).toEqual([...want].sort());
});

it.each([
  ['a fence', '```sql\nSELECT colour FROM p.s.things;\n```', '3:8'],
  ['a fence of tildes in a list', '- one\n\n  ~~~sql\n  SELECT colour FROM p.s.things;\n  ~~~', '5:10'],
  ['a code block', '<CodeBlock language="sql">{`\nSELECT colour FROM p.s.things;`}</CodeBlock>', '3:8'],
  [
    'a code block with other attributes',
    '<CodeBlock a="b" language={"sql"}>\n{`SELECT colour FROM p.s.things;`}',
    '3:10',
  ],
  [
    'a code block with escapes before it',
    '<CodeBlock language="sql">{`SELECT id FROM q.s.t WHERE a = \'\\`\'; SELECT colour FROM p.s.things;`}',
    '2:73',
  ],
])('finds a wrong statement in %s', (_what, block, want) => {
  const page = readPage('docs/things.md', `<TabItem value="list_things">\n${block}\n</TabItem>`);
  expect(checkDocuments(documents(given()), [page]).map(said)).toEqual([`docs-unknown-column ${want}`]);
});

describe('the table of rules', () => {
  it('is hit by a planted fault in every row', () => {
    const hit = new Set(
      [...PLANTED, ...WRITTEN, ...DOCUMENTED].flatMap((row) =>
        (row.at(-1) as string[]).map((line) => line.split(' ')[0]),
      ),
    );
    // These two need files: packages.test.ts.
    expect(Object.keys(RULE_CATALOGUE).filter((code) => !hit.has(code))).toEqual(['yaml-syntax', 'version-form']);
  });

  it('has a row for every fact of the engine that concerns the files of a provider or its pages', () => {
    // The others are about statements, values and registries: nothing in these files can break them.
    const concerning = [
      ...[
        'E1.1',
        'E1.2',
        'E1.4',
        'E1.5',
        'E2.1',
        'E2.2',
        'E2.3',
        'E2.7',
        'E3.1',
        'E3.3',
        'E3.7',
        'E3.8',
        'E4.1',
        'E4.2',
        'E4.3',
        'E4.4',
        'E4.5',
      ],
      ...[
        'E5.1',
        'E5.2',
        'E5.3',
        'E5.4',
        'E5.5',
        'E6.1',
        'E6.2',
        'E6.3',
        'E6.4',
        'E6.5',
        'E6.6',
        'E6.7',
        'E6.8',
        'E6.9',
        'E6.11',
        'E6.12',
        'E6.13',
      ],
      ...['E7.1', 'E7.4', 'E8.1', 'E8.2', 'E8.3', 'E8.6', 'E8.7', 'E8.8', 'E8.9', 'E8.11', 'E8.12'],
    ];
    const inTable = Object.values(RULE_CATALOGUE).map(({ fact }): string => fact);
    const named = [...PLANTED, ...WRITTEN, ...DOCUMENTED].flatMap(([what]) => what.match(/E\d+\.\d+/g) ?? []);
    expect(concerning.filter((fact) => !inTable.includes(fact) && !named.includes(fact))).toEqual([]);
  });
});

describe('whatever the documents are', () => {
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('mapping'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    mapping: fc.dictionary(
      fc.constantFrom(
        '$ref',
        'type',
        'properties',
        'items',
        'allOf',
        'methods',
        'sqlVerbs',
        'select',
        'operation',
        'response',
        'get',
        'parameters',
        'content',
        'schema',
        'config',
        '/a',
        '__proto__',
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
  })).value;

  it('no rule throws', () => {
    fc.assert(
      fc.property(tree, tree, (provider, service) => {
        checkDocuments([
          { file: PROVIDER, value: provider },
          { file: SERVICE, value: service },
        ]);
      }),
    );
  });

  it('no rule throws when any part of a good provider is anything', () => {
    const { provider, service } = given();
    const places: (string | number)[][] = [];
    const walk = (value: unknown, path: (string | number)[]) => {
      if (path.length > 0) places.push(path);
      if (typeof value === 'object' && value !== null)
        for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    };
    walk(service, ['service']);
    walk(provider, ['provider']);
    fc.assert(
      fc.property(fc.constantFrom(...places), tree, (path, value) => {
        const all = structuredClone({ provider, service }) as Record<string, unknown>;
        let here = all;
        for (const step of path.slice(0, -1)) here = here[step] as Record<string, unknown>;
        here[path.at(-1) as string] = value;
        checkDocuments([
          { file: PROVIDER, value: all.provider },
          { file: SERVICE, value: all.service },
        ]);
      }),
      { numRuns: 300 },
    );
  });
});

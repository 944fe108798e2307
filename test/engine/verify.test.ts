import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentedResources } from '../../generator/doc-pages/resources.js';
import { readSpec } from '../../generator/read/spec.js';
import { credentialOf } from '../../generator/verify/credential.js';
import { onEngines } from '../../generator/verify/live.js';
import { operationsOf } from '../../generator/verify/operations.js';
import { providerPackage } from '../../generator/verify/provider.js';
import { verify } from '../../generator/verify/run.js';
import type { Result } from '../../generator/verify/verdicts.js';
import { ENGINE, hasEngine, ROOT, scratch } from '../places.js';

/** A small API, a provider of it in which everything is right, and its pages: `things/`. */
const folder = path.join(ROOT, 'test/engine/things');
const read = (file: string) => readFileSync(path.join(folder, file), 'utf8');
const indented = (text: string) => text.replace(/^(?=.)/gm, '    ');
const FILES = {
  api: read('api.yaml'),
  resources: read('resources.yaml'),
  provider: read('provider.yaml'),
  page: read('page.md'),
  tokens: read('tokens.md'),
};
/** The provider's service document: the API's own, with the StackQL part, before a defect is planted. */
const serviceOf = (api: string, resources: string) =>
  `${api.replace(/ +securitySchemes:\n.*\n/, '')}  x-stackQL-resources:\n${indented(resources)}`;

/**
 * `api` changes what the API is, `resources` what the provider makes of it, `service` the provider's document alone.
 */
type Edits = Partial<Record<keyof typeof FILES | 'service', (text: string) => string>>;

async function verified(edits: Edits = {}): Promise<Result[]> {
  const edited = (name: keyof Edits, text: string): string => {
    const changed = edits[name]?.(text) ?? text;
    if (edits[name]) expect(changed, `an edit of ${name} that changes something`).not.toBe(text);
    return changed;
  };
  const files = Object.fromEntries(
    Object.entries(FILES).map(([name, text]) => [name, edited(name as keyof typeof FILES, text)]),
  ) as typeof FILES;
  const service = edited('service', serviceOf(files.api, files.resources));
  const root = 'things/v00.00.00000';
  const provider = providerPackage([
    { path: `${root}/provider.yaml`, text: files.provider },
    { path: `${root}/services/main.yaml`, text: service },
  ]);
  const api = path.join(scratch(), 'api.yaml');
  writeFileSync(api, files.api);
  const operations = operationsOf(await readSpec(api));
  const pages = [
    { path: 'page.md', text: files.page },
    { path: 'tokens.md', text: files.tokens },
  ];
  const resources = documentedResources(pages, 'things');
  const credential = credentialOf(provider.name, provider.auth);
  return onEngines(
    { engine: ENGINE, environment: process.env, provider, credential, onInterrupt: () => () => {} },
    (live) => verify({ provider, resources, operations: async () => operations, credential }, live.stages),
  );
}

const swap = (from: string, to: string) => (text: string) => text.replace(from, to);
const method = (name: string, resource = 'things') =>
  `      - {$ref: '#/components/x-stackQL-resources/${resource}/methods/${name}'}\n`;
/** Exchanges two lines of `sqlVerbs`. */
const reorder = (first: string, second: string) => (text: string) =>
  text.replace(indented(method(first)) + indented(method(second)), indented(method(second)) + indented(method(first)));
const all = (verdict: string) => Object.fromEntries(METHODS.map((name) => [name, verdict]));
const TOKEN = "{$ref: '#/components/schemas/Token'}";
const INLINE = '{type: object, properties: {id: {type: string}, expires: {type: string}}}';

const METHODS = [
  'list_things',
  'get_thing',
  'create_thing',
  'update_thing',
  'delete_thing',
  'delete_all_things',
  'restart_thing',
  'list_tokens',
  'get_token',
];

const then =
  (...edits: ((text: string) => string)[]) =>
  (text: string) =>
    edits.reduce((changed, edit) => edit(changed), text);
const notNaive = swap("'201'}\n          config: {requestBodyTranslate: {algorithm: naive}}", "'201'}");
const nothingRequired = swap('      required: [name]\n', '');
const confirmOptional = swap('{name: confirm, in: query, required: true,', '{name: confirm, in: query,');
const hoisted = (text: string) =>
  text.replace(
    '  /things/{id}:\n    get:\n      operationId: getThing\n      parameters:\n' +
      '        - {name: id, in: path, required: true, schema: {type: string}}\n',
    '  /things/{id}:\n    parameters:\n      - {name: id, in: path, required: true, schema: {type: string}}\n' +
      '    get:\n      operationId: getThing\n',
  );

/** A defect, where it is planted, and every method that it spoils, with its verdict. */
const DEFECTS: readonly (readonly [defect: string, edits: Edits, found: Record<string, string>])[] = [
  // In the provider.
  [
    'DELETE tries the less specific method first',
    { service: then(reorder('delete_thing', 'delete_all_things'), confirmOptional) },
    { delete_thing: 'wrong-operation' },
  ],
  [
    'a DELETE without its id may delete everything',
    { service: confirmOptional },
    { delete_thing: 'missing-input-strays' },
  ],
  [
    'SELECT tries the less specific method first',
    { service: reorder('get_thing', 'list_things') },
    { get_thing: 'wrong-operation' },
  ],
  ['an INSERT has lost naive', { service: notNaive }, { create_thing: 'not-callable' }],
  [
    'an INSERT has lost naive, and nothing is required',
    { service: then(notNaive, nothingRequired) },
    { create_thing: 'body-field-lost' },
  ],
  ['a required field is not required', { service: nothingRequired }, { create_thing: 'show-methods-differs' }],
  [
    'objectKey names nothing',
    { service: swap('objectKey: $.data', 'objectKey: $.items') },
    { list_things: 'not-callable', get_thing: 'show-methods-differs', create_thing: 'show-methods-differs' },
  ],
  [
    'objectKey names something that has no rows',
    { service: swap('objectKey: $.data', 'objectKey: $.total') },
    { list_things: 'engine-crash' },
  ],
  ['objectKey is missing', { service: swap(', objectKey: $.data', '') }, { list_things: 'engine-error' }],
  [
    'a query parameter is missing',
    { service: swap('        - {name: kind, in: query, schema: {type: string}}\n', '') },
    { list_things: 'not-callable' },
  ],
  [
    'a query parameter is sent under another name',
    { service: swap('{name: mode, in: query', '{name: modus, in: query') },
    { restart_thing: 'parameter-lost' },
  ],
  [
    'a parameter is sent at another place',
    { service: swap('{name: mode, in: query', '{name: mode, in: header') },
    { restart_thing: 'parameter-lost' },
  ],
  [
    'a parameter that nobody knows is always sent',
    { service: then(swap('  /tokens:', '  /tokens?debug=1:'), swap('~1tokens/get', '~1tokens?debug=1/get')) },
    { list_tokens: 'parameter-added' },
  ],
  ['a path parameter stands on the path item', { service: hoisted }, { get_thing: 'parameter-lost' }],
  [
    'an operation is another one',
    {
      service: swap(
        "restart_thing:\n          operation: {$ref: '#/paths/~1things~1{id}~1restart/post'}",
        "restart_thing:\n          operation: {$ref: '#/paths/~1things~1{id}/delete'}",
      ),
    },
    { restart_thing: 'parameter-lost' },
  ],
  [
    'a method leads to a path that the API has not',
    { service: (text) => text.replaceAll('/restart', '/reboot').replaceAll('~1restart', '~1reboot') },
    { restart_thing: 'unknown-operation' },
  ],
  ['the server has another base path', { service: swap('.example/v1', '.example/v2') }, all('wrong-operation')],
  [
    'the server variable is gone',
    { service: swap('https://{region}.things.example', 'https://eu.things.example') },
    all('parameter-lost'),
  ],
  [
    'the answer has another status',
    { service: swap("'200'}\n        create_thing", "'204'}\n        create_thing") },
    { get_thing: 'not-callable' },
  ],
  [
    'a column is missing',
    { service: swap('        size: {type: integer}\n        tags', '        tags') },
    { list_things: 'engine-error', get_thing: 'engine-error', create_thing: 'engine-error' },
  ],
  [
    'a column is missing behind a star',
    {
      service: swap('        size: {type: integer}\n        tags', '        tags'),
      page: swap('SELECT\nid,\nname,\nowner,\nsize,\ntags', 'SELECT\n*'),
    },
    { list_things: 'columns-differ', get_thing: 'engine-error', create_thing: 'engine-error' },
  ],
  [
    'rows are looked for in an envelope that the API does not send',
    {
      service: then(
        swap(`{type: array, items: ${TOKEN}}`, `{type: object, properties: {data: {type: array, items: ${TOKEN}}}}`),
        swap(
          "~1tokens/get'}\n          response: {mediaType: application/json, openAPIDocKey: '200'",
          "~1tokens/get'}\n          response: {mediaType: application/json, openAPIDocKey: '200', objectKey: $.data",
        ),
      ),
    },
    { list_tokens: 'rows-missing' },
  ],
  [
    'a body field is missing',
    { service: swap('        note: {type: string}\n', '') },
    { create_thing: 'body-field-lost', update_thing: 'body-field-lost' },
  ],
  [
    'paging is missing',
    {
      service: swap(
        "          config:\n            pagination:\n              requestToken: {key: '', location: request}\n" +
          '              responseToken: {key: Link, location: header}\n',
        '',
      ),
    },
    { list_things: 'page-lost' },
  ],
  [
    'paging looks for another header',
    { service: swap('key: Link, location: header', 'key: X-Next, location: header') },
    { list_things: 'page-lost' },
  ],
  [
    'paging sends the next page as a parameter',
    { service: swap("requestToken: {key: '', location: request}", 'requestToken: {key: after, location: query}') },
    { list_things: 'rows-repeated' },
  ],
  [
    'LIMIT is pushed down',
    {
      service: swap(
        "{$ref: '#/paths/~1tokens/get'}",
        "{$ref: '#/paths/~1tokens/get'}\n" +
          '          config: {queryParamPushdown: {top: {dialect: custom, paramName: max}}}',
      ),
    },
    { list_tokens: 'limit-loses-rows' },
  ],
  [
    'EXEC has a required input that its answer lacks',
    {
      service: swap(
        "'202': {description: started}",
        "'202': {description: started, content: {application/json: {schema: {type: object, properties: {state: " +
          '{type: string}}}}}}',
      ),
    },
    { restart_thing: 'engine-crash' },
  ],
  [
    'EXEC has an input that is no string',
    {
      service: swap(
        '{name: mode, in: query, schema: {type: string}}',
        '{name: mode, in: query, schema: {type: boolean}}',
      ),
    },
    { restart_thing: 'not-callable' },
  ],
  [
    'the rows of two methods are no components',
    { service: (text) => text.replaceAll(TOKEN, INLINE) },
    { get_token: 'session-clash' },
  ],
  [
    'a schema is OpenAPI 3.1',
    {
      service: swap(
        '        name: {type: string}\n        size',
        "        name: {type: [string, 'null']}\n        size",
      ),
    },
    all('not-callable'),
  ],
  [
    'the secret is not sent',
    { provider: swap("{type: api_key, credentialsenvvar: THINGS_KEY, valuePrefix: 'Key '}", '{type: null_auth}') },
    all('auth-missing'),
  ],
  [
    'the secret is sent in another header',
    {
      provider: swap(
        "{type: api_key, credentialsenvvar: THINGS_KEY, valuePrefix: 'Key '}",
        '{type: custom, location: header, name: X-Key, credentialsenvvar: THINGS_KEY}',
      ),
    },
    all('auth-missing'),
  ],
  // In the pages.
  [
    'a comment swallows the terminator',
    { tokens: swap("'{{ token }}' -- required\n;", "'{{ token }}' -- required;") },
    { get_token: 'unterminated' },
  ],
  [
    'a comment swallows a comma',
    { page: swap("'{{ id }}', -- required\n@mode", "'{{ id }}' -- required,\n@mode") },
    { restart_thing: 'syntax-error' },
  ],
  ['a reserved word stands bare', { page: swap('"limit"', 'limit') }, { list_things: 'syntax-error' }],
  ['a body column has a prefix', { page: swap('\nnote,', '\ndata__note,') }, { create_thing: 'body-field-lost' }],
  [
    'a required input is missing',
    {
      page: swap(
        "AND id = '{{ id }}' -- required\n;\n```\n</TabItem>\n\n## `INSERT`",
        ';\n```\n</TabItem>\n\n## `INSERT`',
      ),
    },
    { get_thing: 'wrong-operation' },
  ],
  ['a column is none', { page: swap('SELECT\nid,\nname', 'SELECT\nid,\nnames') }, { list_things: 'engine-error' }],
  [
    'the table of fields lacks one',
    { page: (text) => text.replace(/(<TabItem value="get_thing">\n)<tr>\n.*\n<\/tr>\n/, '$1') },
    { get_thing: 'describe-differs' },
  ],
  [
    'the table of methods lacks an input',
    { page: swap('<code>region</code>, <code>name</code>', '<code>region</code>') },
    { create_thing: 'show-methods-differs' },
  ],
  [
    'a number is set',
    { page: swap("note = '{{ note }}'\nWHERE", 'size = {{ size }}\nWHERE') },
    { update_thing: 'limit' },
  ],
  [
    'a method has no statement',
    { tokens: (text) => text.replace(/```sql[\s\S]*?```/, '') },
    { list_tokens: 'undocumented' },
  ],
  [
    'a method has no statement because of a limit',
    { tokens: (text) => text.replace(/```sql[\s\S]*?```/, 'Cannot be called through SQL: `body-array`.') },
    { list_tokens: 'limit' },
  ],
  [
    'a statement has no method',
    { tokens: swap('value="list_tokens"', 'value="all_tokens"') },
    { list_tokens: 'undocumented', all_tokens: 'unknown-method' },
  ],
];

/** The other three ways to page: what the API answers and takes, and what the provider says of it. */
const PAGING: readonly (readonly [form: string, properties: string, parameter: string, claim: string])[] = [
  [
    'a cursor in the body',
    'next_cursor: {type: string}',
    'cursor',
    '{requestToken: {key: cursor, location: query}, responseToken: {key: $.next_cursor, location: body}}',
  ],
  [
    'a URL in the body',
    'links: {type: object, properties: {next: {type: string}}}',
    'cursor',
    "{requestToken: {key: '', location: request}, responseToken: {key: $.links.next, location: body}}",
  ],
  [
    'page numbers',
    'page: {type: integer}, total_pages: {type: integer}',
    'page',
    '{algorithm: page_number, requestToken: {key: page, location: query}, responseToken: {key: $.page, ' +
      'location: body}, responseTerminator: {key: $.total_pages, location: body}}',
  ],
];
const enveloped = (properties: string, parameter: string) =>
  then(
    swap(
      `{type: array, items: ${TOKEN}}`,
      `{type: object, properties: {data: {type: array, items: ${TOKEN}}, ${properties}}}`,
    ),
    swap('{name: max, in: query, schema: {type: integer}}', `{name: ${parameter}, in: query, schema: {type: string}}`),
  );
const LIST_TOKENS = "~1tokens/get'}\n      response: {mediaType: application/json, openAPIDocKey: '200'";

describe.skipIf(!hasEngine)('verify on the real engine', () => {
  it('finds nothing wrong where nothing is', async () => {
    expect((await verified()).map(({ method: name, verdict, findings }) => [name, verdict, findings])).toEqual(
      METHODS.map((name) => [name, 'ok', []]),
    );
  });

  it('lets a provider call a placeholder otherwise', async () => {
    const renamed = (text: string) =>
      text.replaceAll('{token}', '{tokenId}').replaceAll('name: token,', 'name: tokenId,');
    const results = await verified({
      service: renamed,
      tokens: (text) => text.replaceAll("token = '{{ token }}'", "tokenId = '{{ tokenId }}'"),
    });
    expect(results.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  });

  it.each(PAGING)('follows %s, and misses the pages without', async (_form, properties, parameter, claim) => {
    const api = enveloped(properties, parameter);
    const key = swap(LIST_TOKENS, `${LIST_TOKENS}, objectKey: $.data`);
    const paged = swap(
      "openAPIDocKey: '200', objectKey: $.data}\n    get_token",
      `openAPIDocKey: '200', objectKey: $.data}\n      config: {pagination: ${claim}}\n    get_token`,
    );
    const failed = async (edits: Edits) =>
      (await verified(edits))
        .filter(({ verdict }) => verdict !== 'ok')
        .map(({ method: name, findings }) => [name, findings]);
    expect(await failed({ api, resources: then(key, paged) })).toEqual([]);
    expect(await failed({ api, resources: key })).toMatchObject([['list_tokens', [{ verdict: 'page-lost' }]]]);
  });

  it.each(DEFECTS)('finds that %s', async (_defect, edits, found) => {
    const results = await verified(edits);
    const failed = results.filter(({ verdict }) => verdict !== 'ok');
    expect(
      Object.fromEntries(failed.map((result) => [result.method, result.verdict])),
      JSON.stringify(
        failed.map(({ method: name, findings }) => [name, findings]),
        null,
        1,
      ),
    ).toEqual(found);
  });
});

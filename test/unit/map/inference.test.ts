import { describe, expect, it } from 'vitest';
import { emitProvider } from '../../../generator/emit/provider.js';
import { exampleStatement } from '../../../generator/sql/example.js';
import { body, done, list, map, methodsOf, names, ok, type Paths, parameter, row } from './given.js';

const read = (operationId: string, schema: unknown = list, more: object = {}) => ({
  get: { operationId, responses: ok(schema), ...more },
});
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const components = { schemas: { Pod: row } };
const query = (...given: string[]) => ({ parameters: given.map((name) => parameter(name, 'query')) });

describe('services', () => {
  const tagged = (tag: string) => ({ tags: [tag] });
  const many = (head: string, count: number): Paths =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`/${head}/{id}/r${at}`, read(`list${at}`)]));
  it.each<[string, Paths, string[]]>([
    [
      'the first segment with a meaning',
      { '/api/v1/things': read('a'), '/rest/2.0/others': read('b') },
      ['things', 'others'],
    ],
    [
      'tags, when they tell more than paths',
      { '/x/a': read('a', list, tagged('Blue Things')), '/x/b': read('b', list, tagged('Red')) },
      ['blue_things', 'red'],
    ],
    [
      'what stands inside a container of everything',
      { ...many('accounts', 10), '/zones': read('z'), '/ips': read('i') },
      [...Array.from({ length: 10 }, (_, at) => `r${at}`), 'zones', 'ips'],
    ],
    [
      'the namespace of a resource provider, however deep',
      {
        '/subscriptions/{s}/providers/Contoso.KeyVault/vaults': read('Vaults_List'),
        '/subscriptions/{s}/resourceGroups/{g}/providers/Contoso.Network/hubs/{h}': read('Hubs_Get', row),
        '/{scope}/providers/Contoso.Network/hubs/{h}/providers/contoso.Locks/locks': read('Locks_List'),
      },
      ['key_vault', 'network', 'locks'],
    ],
    [
      'API groups, a service per version where a group has several',
      {
        '/api/v1/namespaces/{namespace}/pods': read('listPods'),
        '/apis/apps/v1/namespaces/{namespace}/deployments': read('listDeploymentsV1'),
        '/apis/apps/v1beta1/namespaces/{namespace}/deployments': read('listDeploymentsV1beta1'),
        '/apis/batch/v1/jobs': read('listJobs'),
      },
      ['core', 'apps_v1', 'apps_v1beta1', 'batch'],
    ],
    [
      'the list of API groups, which is in none of them',
      {
        ...Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`/apis/batch/v1/${name}`, read(`list_${name}`)])),
        '/apis': read('listGroups'),
      },
      ['batch', 'root'],
    ],
    [
      'hosts, where operations go to different ones',
      {
        '/v1/things': { ...read('a', list, { servers: [{ url: 'https://storage.e.com' }] }) },
        '/v1/others': { ...read('b', list, { servers: [{ url: 'https://dns.e.com/' }] }) },
      },
      ['storage', 'dns'],
    ],
    [
      'the first part of dotted operationIds',
      { '/v3/files': read('drive.files.list'), '/v3/files/{f}/comments': read('drive.comments.list') },
      ['drive'],
    ],
    [
      'a date is a version',
      { '/2010-04-01/Accounts': read('a'), '/2020-01-01-preview/Calls': read('b') },
      ['accounts', 'calls'],
    ],
    [
      'containers in containers',
      {
        ...Object.fromEntries(
          Object.entries(many('locations', 10)).map(([path, item]) => [`/projects/{p}${path}`, item]),
        ),
        ...many('projects', 10),
      },
      Array.from({ length: 10 }, (_, at) => `r${at}`),
    ],
    [
      'one word stays one where others are parted',
      { '/device-groups': read('a'), '/agentPools': read('b') },
      ['device_groups', 'agentpools'],
    ],
    [
      'camel case is parted where nothing else parts words',
      { '/ingestBudgets': read('a'), '/users': read('b') },
      ['ingest_budgets', 'users'],
    ],
    [
      'a leading dot',
      { '/.well-known/x': read('a'), '/users': read('b'), '/c': read('c') },
      ['_well_known', 'users', 'c'],
    ],
  ])('%s', async (_name, paths, want) =>
    expect((await map(paths)).provider.services.map(({ name }) => name)).toEqual(want),
  );

  it('are merged as the config says', async () => {
    const { provider } = await map(
      { '/iam-a': read('a'), '/iam-b': read('b'), '/xiam': read('c') },
      {},
      { services: [{ match: 'iam_.*', name: 'iam' }] },
    );
    expect(provider.services.map(({ name, because }) => [name, because.rule])).toEqual([
      ['iam', 'service.merge'],
      ['xiam', 'service.path'],
    ]);
  });
});

describe('resources', () => {
  it.each<[string, Paths, string[]]>([
    [
      'a generator of items belongs to them',
      {
        '/keys': read('listKeys'),
        '/keys/{id}': read('getKey', row),
        '/keys/generate': { post: { operationId: 'makeKey', responses: ok(row), ...body() } },
      },
      ['keys.keys.list_keys select', 'keys.keys.get_key select', 'keys.keys.make_key insert'],
    ],
    [
      'a resource that an operationId names by a number',
      { '/things/{id}/act': { delete: { operationId: 'delete_1', responses: { 204: { description: 'Gone' } } } } },
      ['things._1s.delete_1 exec'],
    ],
    [
      'an RPC tail belongs to its parent',
      {
        '/jobs/list': read('listJobs'),
        '/jobs/create': { post: { operationId: 'createJob', responses: ok(row), ...body() } },
      },
      ['jobs.jobs.list_jobs select', 'jobs.jobs.create_job insert'],
    ],
    [
      'what only makes items belongs to the collection',
      {
        '/keys': read('listKeys'),
        '/keys/{id}': read('getKey', row),
        '/keys/rsa': { post: { operationId: 'createRsaKey', responses: ok(row), ...body() } },
      },
      ['keys.keys.list_keys select', 'keys.keys.get_key select', 'keys.keys.create_rsa_key insert'],
    ],
    [
      'the group of an operationId is the resource, and the rest the method',
      {
        '/s/{s}/hubs': read('VirtualHubs_List'),
        '/s/{s}/g/{g}/hubs': read('VirtualHubs_ListByGroup'),
        '/s/{s}/g/{g}/hubs/{h}': {
          ...read('VirtualHubs_Get', row),
          put: { operationId: 'VirtualHubs_CreateOrUpdate', responses: ok(row), ...body() },
        },
        '/s/{s}/g/{g}/hubs/{h}/restart': { post: { operationId: 'VirtualHubs_Restart', responses: done } },
        '/s/{s}/g/{g}/hubs/{h}/usages': read('VirtualHubs_ListUsages'),
      },
      [
        's.virtual_hubs.virtual_hubs_list select',
        's.virtual_hubs.virtual_hubs_list_by_group select',
        's.virtual_hubs.virtual_hubs_get select',
        's.virtual_hubs.virtual_hubs_create_or_update replace',
        's.virtual_hubs.virtual_hubs_restart exec',
        's.usages.virtual_hubs_list_usages select',
      ],
    ],
    [
      'a custom method that reads has rows of its own',
      {
        '/rings/{ring}': read('getRing', row),
        '/rings/{ring}:getIamPolicy': read('getRingPolicy', {
          type: 'object',
          properties: { etag: { type: 'string' } },
        }),
        '/rings/{ring}:setIamPolicy': { post: { operationId: 'setRingPolicy', responses: done, ...body() } },
        '/rings/{ring}:testIamPermissions': { post: { operationId: 'testRing', responses: done, ...body() } },
      },
      [
        'rings.rings.get_ring select',
        'rings.rings_iam_policies.get_ring_policy select',
        'rings.rings_iam_policies.set_ring_policy replace',
        'rings.rings_iam_policies.test_ring exec',
      ],
    ],
    [
      'rows at two paths that take the same inputs are two resources',
      {
        '/roles/staff/grants': read('listGrants', list, { tags: ['roles'] }),
        '/roles/guests/grants': read('getGrants', list, { tags: ['roles'] }),
      },
      ['roles.grants.list_grants select', 'roles.guests_grants.get_grants select'],
    ],
    [
      'a part that reads the very item belongs to it',
      {
        '/pods/{name}': { ...read('readPod', ref('Pod')) },
        '/pods/{name}/status': {
          ...read('readPodStatus', ref('Pod')),
          put: { operationId: 'replacePodStatus', responses: ok(ref('Pod')), ...body(ref('Pod')) },
        },
        '/watch/pods/{name}': read('watchPod', ref('Pod')),
      },
      [
        'pods.pods.read_pod select',
        'pods.pods.read_pod_status exec',
        'pods.pods.replace_pod_status replace',
        'watch.pods.watch_pod exec',
      ],
    ],
    [
      'one thing at the top of its service has its name, and the lists beside it another',
      {
        '/orgs/{org}/repos': read('repos/list-for-org', list, { tags: ['repos'] }),
        '/repos/{owner}/{repo}': read('repos/get', row, { tags: ['repos'] }),
        '/hooks': read('hooks/list', list, { tags: ['hooks'] }),
      },
      ['repos.repos.repos_get select', 'repos.orgs_repos.repos_list_for_org select', 'hooks.hooks.hooks_list select'],
    ],
    [
      'what a method is called without an operationId',
      {
        '/jobs': { get: { responses: ok(list) }, post: { responses: ok(row), ...body() } },
        '/jobs/{id}': { get: { responses: ok(row) }, delete: { responses: done } },
        '/jobs/{id}:cancel': { post: { responses: done } },
        '/jobs:batchGet': { post: { responses: done } },
      },
      [
        'jobs.jobs.list_jobs select',
        'jobs.jobs.create_job insert',
        'jobs.jobs.get_job select',
        'jobs.jobs.delete_job delete',
        'jobs.jobs.cancel_job exec',
        'jobs.jobs.batch_get_jobs exec',
      ],
    ],
    [
      'a format at the end of a path is no part of it',
      {
        '/2010-04-01/Calls.json': read('ListCall'),
        '/2010-04-01/Calls/{Sid}.json': read('FetchCall', row),
        '/images/json': read('ImageList'),
      },
      ['calls.calls.list_call select', 'calls.calls.fetch_call select', 'images.images.image_list select'],
    ],
    [
      'what is deprecated does not take the verb of what replaces it',
      {
        '/keys': read('listKeys', { type: 'array', items: ref('Pod') }, { deprecated: true }),
        '/keys/mine': read('listMyKeys', { type: 'array', items: ref('Pod') }),
        '/keys/{id}': read('getKey', ref('Pod')),
      },
      ['keys.keys.list_keys exec', 'keys.keys.list_my_keys select', 'keys.keys.get_key select'],
    ],
    [
      'a path in one word is parted as operationIds part it',
      { '/apigroups': read('listCoreV1ApiGroup'), '/apigroups/{name}': read('readCoreV1Thing', row) },
      ['apigroups.api_groups.list_core_v1_api_group select', 'apigroups.api_groups.read_core_v1_thing select'],
    ],
    [
      'a resource that cannot be reached becomes its own',
      { '/keys': read('listKeys'), '/keys/active': read('listActiveKeys'), '/keys/{id}': read('getKey', row) },
      ['keys.keys.list_keys select', 'keys.keys.get_key select', 'keys.active_keys.list_active_keys select'],
    ],
  ])('%s', async (_name, paths, want) =>
    expect(names((await map(paths, { components })).provider).sort()).toEqual([...want].sort()),
  );

  it('methods are called by what they do when the config asks for it', async () => {
    const { provider } = await map(
      {
        '/things': { ...read('listThings'), post: { operationId: 'createThing', responses: ok(row), ...body() } },
        '/things/{id}/start': { post: { operationId: 'startThing', responses: done } },
      },
      {},
      { methodNames: 'crud' },
    );
    expect(names(provider)).toEqual([
      'things.things.list select',
      'things.things.create insert',
      'things.things.start exec',
    ]);
  });
});

describe('pagination', () => {
  const wrapped = (beside: object) => ({ type: 'object', properties: { items: list, ...beside } });
  const text = { type: 'string' };
  const number = { type: 'integer' };
  it.each<[string, string[], unknown, object | undefined, object | undefined]>([
    [
      'a Link header that is declared',
      ['page'],
      list,
      { Link: { schema: text } },
      { requestToken: { key: '', location: 'request' }, responseToken: { key: 'Link', location: 'header' } },
    ],
    [
      'a cursor and a bare list: only a header can hold the next',
      ['after'],
      list,
      undefined,
      { requestToken: { key: '', location: 'request' }, responseToken: { key: 'Link', location: 'header' } },
    ],
    [
      'a cursor in the body',
      ['pageToken'],
      wrapped({ nextPageToken: text }),
      undefined,
      {
        requestToken: { key: 'pageToken', location: 'query' },
        responseToken: { key: '$.nextPageToken', location: 'body' },
      },
    ],
    [
      'a cursor deeper in the body',
      ['cursor'],
      wrapped({ meta: { type: 'object', properties: { next_cursor: text } } }),
      undefined,
      {
        requestToken: { key: 'cursor', location: 'query' },
        responseToken: { key: '$.meta.next_cursor', location: 'body' },
      },
    ],
    [
      'the next URL',
      ['page'],
      wrapped({ links: { type: 'object', properties: { pages: { type: 'object', properties: { next: text } } } } }),
      undefined,
      {
        requestToken: { key: '', location: 'request' },
        responseToken: { key: '$.links.pages.next', location: 'body' },
      },
    ],
    [
      'the next URL as HAL has it',
      ['after'],
      wrapped({ _links: { type: 'object', properties: { next: { type: 'object', properties: { href: text } } } } }),
      undefined,
      {
        requestToken: { key: '', location: 'request' },
        responseToken: { key: '$._links.next.href', location: 'body' },
      },
    ],
    [
      'page numbers',
      ['page'],
      wrapped({ page: number, pages: number }),
      undefined,
      {
        algorithm: 'page_number',
        requestToken: { key: 'page', location: 'query' },
        responseToken: { key: '$.page', location: 'body' },
        responseTerminator: { key: '$.pages', location: 'body' },
      },
    ],
    ['nothing to go on', ['page'], wrapped({}), undefined, undefined],
    ['no list', ['after'], row, undefined, undefined],
  ])('%s', async (_name, parameters, schema, headers, want) => {
    const { provider } = await map({
      '/things': {
        get: { operationId: 'listThings', responses: ok(schema, headers), ...query(...parameters, 'limit') },
      },
    });
    const [method] = methodsOf(provider);
    const { because, ...pagination } = method?.pagination ?? {};
    expect(method?.pagination && pagination).toEqual(want);
    expect(method?.pageSize).toEqual(want === undefined && schema === row ? undefined : { parameter: 'limit' });
    // What pages by itself asks for no token; where nothing pages, the token is the user's.
    for (const parameter of method?.parameters ?? [])
      expect(parameter.pageToken).toBe(
        want !== undefined &&
          (parameter.name === method?.pagination?.requestToken.key ||
            ['after', 'pageToken', 'cursor'].includes(parameter.name)),
      );
  });
});

describe('answers that no objectKey reaches are rows by a template', () => {
  it.each<[string, object, string[], string]>([
    [
      'scalars',
      { type: 'array', items: { type: 'string' } },
      ['value'],
      '[{{range $i, $e := .}}{{if $i}},{{end}}{"value":{{toJson $e}}}{{end}}]',
    ],
    [
      'a key with a hyphen inside another',
      { type: 'object', properties: { data: { type: 'object', properties: { 'email-servers': list } } } },
      ['id', 'name'],
      '{{toJson (index . "data" "email-servers")}}',
    ],
    [
      'one row with a property called items, which the engine takes for the rows',
      { type: 'object', properties: { id: { type: 'string' }, items: list } },
      ['id', 'items'],
      '[{{toJson .}}]',
    ],
  ])('%s', async (_name, schema, columns, template) => {
    const { provider } = await map({ '/things': read('listThings', schema) });
    const shape = methodsOf(provider)[0]?.response.row;
    expect([shape?.columns.map(({ name }) => name), shape?.objectKey, shape?.transform?.template]).toEqual([
      columns,
      undefined,
      template,
    ]);
  });
});

it('one key with a hyphen stands bare', async () => {
  const { provider } = await map({
    '/things': read('listThings', { type: 'object', properties: { 'email-servers': list } }),
  });
  expect(methodsOf(provider)[0]?.response.row).toMatchObject({ objectKey: 'email-servers' });
});

it('the value of a path parameter comes from the list before it', async () => {
  const { provider } = await map({
    '/users': read('listUsers'),
    '/users/{userId}': read('getUser', row),
    '/users/{userId}/keys/{key}': read('getKey', row),
    '/teams/{userId}': read('getTeam', row),
  });
  const sources = methodsOf(provider).flatMap(({ name, parameters }) =>
    parameters.map(({ source }) => [name, source && `${source.resource}.${source.method}.${source.column}`]),
  );
  expect(sources).toEqual([
    ['get_user', 'p.users.users.list_users.id'],
    ['get_key', 'p.users.users.list_users.id'],
    ['get_key', undefined],
    ['get_team', 'p.users.users.list_users.id'],
  ]);
});

it.each<[string, object, object]>([
  ['a bearer token', { a: { type: 'http', scheme: 'bearer' } }, { type: 'bearer', envVar: 'P_TOKEN' }],
  [
    'basic',
    { a: { type: 'http', scheme: 'basic' } },
    { type: 'basic', usernameEnvVar: 'P_USERNAME', passwordEnvVar: 'P_PASSWORD' },
  ],
  ['OAuth', { a: { type: 'oauth2', flows: {} } }, { type: 'bearer', envVar: 'P_TOKEN' }],
  [
    'a key in Authorization',
    { apiToken: { type: 'apiKey', in: 'header', name: 'Authorization' } },
    { type: 'custom', envVar: 'P_API_TOKEN', location: 'header', name: 'Authorization' },
  ],
  [
    'a key in another header',
    { apiKey: { type: 'apiKey', in: 'header', name: 'X-Key' } },
    { type: 'custom', envVar: 'P_API_KEY', location: 'header', name: 'X-Key' },
  ],
  [
    'a cookie only',
    { session: { type: 'apiKey', in: 'cookie', name: 'sid' } },
    { type: 'custom', envVar: 'P_SESSION', location: 'header', name: 'Cookie', cookie: 'sid' },
  ],
  [
    'an HTTP scheme with a word of its own',
    { a: { type: 'http', scheme: 'Token' } },
    { type: 'api_key', envVar: 'P_TOKEN', valuePrefix: 'Token ' },
  ],
  [
    'client credentials alone',
    { a: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://id.example.com/token' } } } },
    {
      type: 'oauth2',
      clientIdEnvVar: 'P_CLIENT_ID',
      clientSecretEnvVar: 'P_CLIENT_SECRET',
      tokenUrl: 'https://id.example.com/token',
    },
  ],
  ['nothing', {}, { type: 'null_auth' }],
])('authentication: %s', async (_name, securitySchemes, want) => {
  const { provider } = await map({ '/things': read('listThings') }, { components: { securitySchemes } });
  expect(provider.auth).toEqual(want);
});

const KEYS = {
  key: { type: 'apiKey', in: 'header', name: 'X-Key' },
  app: { type: 'apiKey', in: 'query', name: 'app' },
  bearer: { type: 'http', scheme: 'bearer' },
  digest: { type: 'http', scheme: 'digest' },
  tls: { type: 'mutualTLS' },
  client: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'https://id.example.com/token' } } },
};

it.each<[name: string, security: object[], auth: object, missing: string[], codes: string[]]>([
  [
    'two keys at once',
    [{ key: [], app: [] }],
    {
      name: 'X-Key',
      location: 'header',
      envVar: 'P_KEY',
      successor: { type: 'custom', name: 'app', location: 'query', envVar: 'P_APP' },
    },
    [],
    [],
  ],
  [
    'a key beside a token',
    [{ bearer: [], key: [] }],
    { type: 'custom', name: 'Authorization', begins: 'Bearer ', envVar: 'P_TOKEN', successor: { name: 'X-Key' } },
    [],
    [],
  ],
  ['one of several', [{ app: [] }, { key: [] }], { name: 'app' }, [], []],
  ['what the engine can, before what it cannot', [{ tls: [] }, { key: [] }], { name: 'X-Key' }, [], []],
  ['a certificate', [{ tls: [] }], { type: 'null_auth' }, ['mutual TLS'], ['auth-unsupported']],
  ['a certificate and a key', [{ tls: [], key: [] }], { name: 'X-Key' }, ['mutual TLS'], ['auth-unsupported']],
  [
    'a challenge',
    [{ digest: [] }],
    { type: 'null_auth' },
    ['HTTP authentication of the scheme digest'],
    ['auth-unsupported'],
  ],
  ['a scheme that is not defined', [{ gone: [] }, { key: [] }], { name: 'X-Key' }, [], ['auth-undefined']],
  ['scopes', [{ client: ['read', 'write'] }], { type: 'oauth2', scopes: ['read', 'write'] }, [], []],
  ['nothing at all', [{}], { name: 'X-Key' }, [], []],
])('required authentication: %s', async (_name, security, auth, missing, codes) => {
  const { provider, warnings } = await map(
    { '/things': read('listThings') },
    { security, components: { securitySchemes: KEYS } },
  );
  expect(provider.auth).toMatchObject(auth);
  expect([provider.missingAuth ?? [], warnings.map(({ code }) => code)]).toEqual([missing, codes]);
});

it('authentication: what is said of a scheme has words, whatever its type', async () => {
  const { warnings } = await map(
    { '/things': read('listThings') },
    { security: [{ odd: [] }], components: { securitySchemes: { odd: { type: '' } } } },
  );
  expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'auth-unsupported a security scheme of the type ""',
  ]);
});

it('authentication: what is said of a scheme has words, whatever its name', async () => {
  const { warnings } = await map({ '/things': read('listThings') }, { security: [{ '': [] }] });
  expect(warnings.map(({ code, message }) => `${code} ${message}`)).toEqual(['auth-undefined the security scheme ""']);
});

it('authentication: a scheme whose $ref leads nowhere is said, and the others count', async () => {
  const gone = { $ref: '#/components/securitySchemes/gone' };
  const { provider, warnings } = await map(
    { '/things': read('listThings') },
    { components: { securitySchemes: { gone, good: { type: 'http', scheme: 'bearer' } } } },
  );
  expect(provider.auth).toEqual({ type: 'bearer', envVar: 'P_TOKEN' });
  expect(warnings.map(({ code }) => code)).toEqual(['ref-circular']);
});

it.each<[string, object, string, string[]]>([
  [
    'a host of one label',
    { url: 'https://{org}.e.com/v1', variables: { org: { default: 'my' } } },
    'https://{org}.e.com/v1',
    ['org'],
  ],
  [
    'a whole host',
    { url: 'https://{host}/v1', variables: { host: { default: 'e.com' } } },
    'https://{host:[^/]+}/v1',
    ['host'],
  ],
  ['a variable that nothing declares', { url: 'https://{org}.e.com' }, 'https://{org}.e.com', ['org']],
  [
    'a default that is no text',
    { url: 'https://e.com:{port}', variables: { port: { default: 443 } } },
    'https://e.com:{port}',
    ['port'],
  ],
  ['no scheme', { url: '//e.com/v1' }, 'https://e.com/v1', []],
])('servers: %s', async (_name, server, url, required) => {
  const { provider } = await map({ '/things': read('listThings') }, { servers: [server] });
  expect(provider.services[0]?.document.servers).toMatchObject([{ url }]);
  expect(methodsOf(provider)[0]?.parameters.map(({ name }) => name)).toEqual(required);
});

it('a server of the config takes the place of the spec\u2019s, and may name an environment variable', async () => {
  const servers = [{ url: 'https://{org}.e.com', variables: { org: { default: 'my', 'x-stackQL-envVar': 'E_ORG' } } }];
  const { provider } = await map({ '/things': read('listThings') }, {}, { servers });
  expect(methodsOf(provider)[0]?.parameters).toMatchObject([{ name: 'org', envVar: 'E_ORG' }]);
});

it('vendor hints in the spec win over inference, the config over them; a bad one is said', async () => {
  const hints = { 'x-stackql-resource': 'widgets', 'x-stackql-verb': 'exec', 'x-stackQL-method': 'Not A Name' };
  const { provider, warnings } = await map(
    { '/things': read('listThings', list, hints) },
    {},
    { overrides: [{ operation: 'listThings', verb: 'select' }] },
  );
  expect(names(provider)).toEqual(['things.widgets.list_things select']);
  expect(warnings.map(({ code }) => code)).toEqual(['hint-invalid']);
});

it.each<[string, object, string | undefined]>([
  ['GA', { 'x-acme-lifecycle': { lifecycle: 'GA' } }, undefined],
  ['EA', { 'x-acme-lifecycle': { lifecycle: 'EA' } }, 'early access'],
  ['a word', { 'x-stability-level': 'beta' }, 'beta'],
  ['a flag', { 'x-preview': true }, 'preview'],
])('the stage of an operation: %s', async (_name, marks, stage) => {
  expect(methodsOf((await map({ '/things': read('listThings', list, marks) })).provider)[0]?.stage).toBe(stage);
});

it.each<[string, object, string | undefined]>([
  ['a form', body(row, { required: true }, 'multipart/form-data'), 'body-media-type'],
  ['a list', body(list, { required: true }), 'body-array'],
  ['a scalar', body({ type: 'string' }, { required: true }), 'body-scalar'],
  ['a map', body({ type: 'object', additionalProperties: true }, { required: true }), 'body-map'],
  ['a form that may be left out', body(row, {}, 'multipart/form-data'), undefined],
])('a body that cannot be sent: %s', async (_name, requestBody, limit) => {
  const { provider } = await map({
    '/things': { post: { operationId: 'sendThing', responses: done, ...requestBody } },
  });
  const [resource] = provider.services[0]?.resources ?? [];
  const [method] = resource?.methods ?? [];
  expect(method?.limit).toBe(limit);
  expect(resource && method && exampleStatement(resource, method)?.includes('EXEC')).toBe(
    limit === undefined ? true : undefined,
  );
});

it('numbers and booleans of UPDATE, REPLACE and EXEC are printed as such', async () => {
  const fields = {
    type: 'object',
    properties: { size: { type: 'integer' }, on: { type: 'boolean' }, name: { type: 'string' } },
  };
  const { provider } = await map({
    '/things/{id}': {
      ...read('getThing', row),
      patch: { operationId: 'updateThing', responses: done, ...body(fields) },
    },
  });
  const text = (emitProvider(provider)[1]?.text ?? '').replaceAll('\\"', '"');
  expect(text).toContain('golang_template_json_v0.3.0');
  expect(text).toContain('(and (eq $k "size") (ne $v "") (eq (slice $v 0 1) "-" "0"');
  expect(text).toContain('(and (eq $k "on") (eq $v "true" "false"))');
});

it('an example gives no optional input that would make the engine run a sibling', async () => {
  const insert = (operationId: string, required: string[]) => ({
    post: {
      operationId,
      responses: ok(row),
      ...body({ ...row, required, properties: { ...row.properties, kind: { type: 'string' } } }),
    },
  });
  const { provider } = await map({
    '/keys': { ...read('listKeys'), ...insert('createKey', ['name']) },
    '/keys/{id}': read('getKey', row),
    '/keys/rsa': insert('createRsaKey', ['name', 'kind']),
  });
  const resource = provider.services[0]?.resources[0];
  const statement = (name: string) => {
    const method = resource?.methods.find((one) => one.name === name);
    return (resource && method && exampleStatement(resource, method)) ?? '';
  };
  expect(resource?.routes.insert).toEqual(['create_rsa_key', 'create_key']);
  expect(statement('create_rsa_key')).toContain('kind');
  expect(statement('create_key')).not.toContain('kind');
});

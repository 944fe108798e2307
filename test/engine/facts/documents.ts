import { type Fact, THING, THINGS } from './tiny.js';

const GET = { verb: 'select', op: 'GET /things/{id}', answers: THING } as const;
const LIST = { verb: 'select', op: 'GET /things', answers: THINGS } as const;
const WORKS = ['SELECT id FROM X', { sends: ['GET /things'], count: 2 }] as const;
/** The whole service is gone, not only the part that is wrong. */
const UNLOADABLE = [
  ['SELECT id FROM X', { fails: /./, sends: [] }],
  ['SHOW METHODS IN X', { fails: /./ }],
] as const;
/** A second operation that nothing of the first needs. */
const WITH = (schema: object) => ({ methods: { list: LIST, other: { op: 'GET /other', answers: schema } } });

export const DOCUMENTS: readonly Fact[] = [
  [
    'E6.1',
    'the reader is YAML 1.1: a bare `on` is a boolean, quoted it is text',
    {
      methods: { get: { ...GET, answers: { $ref: '#/components/schemas/Row' } } },
      schemas: { Row: { type: 'object', properties: { QQQ: { type: 'string' }, WWW: { type: 'string' } } } },
      text: (text) => text.replace('QQQ:', 'on:').replace('WWW:', '"off":'),
    },
    [['DESCRIBE X', { lines: ['off: string', 'true: string'] }]],
  ],
  [
    'E6.2',
    'a raw control character makes the whole service unloadable',
    {
      methods: { list: { ...LIST, operation: { summary: 'QQQ' } } },
      text: (text) => text.replace('QQQ', '"a\u0080b"'),
    },
    UNLOADABLE,
  ],
  [
    'E6.2',
    'a control character written as an escape in double quotes is read',
    {
      methods: { list: { ...LIST, operation: { summary: 'QQQ' } } },
      text: (text) => text.replace('QQQ', '"a\\u0080b"'),
    },
    [WORKS],
  ],
  [
    'E6.3',
    'a list of types anywhere makes the whole service unloadable',
    WITH({ type: 'object', properties: { a: { type: ['string', 'null'] } } }),
    UNLOADABLE,
  ],
  [
    'E6.3',
    'a numeric exclusiveMinimum makes the whole service unloadable',
    WITH({ type: 'object', properties: { a: { type: 'integer', exclusiveMinimum: 1 } } }),
    UNLOADABLE,
  ],
  [
    'E6.3',
    'a boolean schema makes the whole service unloadable',
    WITH({ type: 'object', properties: { a: true } }),
    UNLOADABLE,
  ],
  [
    'E6.3',
    'a `$ref` to nothing makes the whole service unloadable',
    WITH({ $ref: '#/components/schemas/Nothing' }),
    UNLOADABLE,
  ],
  [
    'E6.3',
    'a `$ref` to another file makes the whole service unloadable',
    WITH({ $ref: 'other.yaml#/components/schemas/Thing' }),
    UNLOADABLE,
  ],
  [
    'E6.3',
    'an invalid component that nothing uses makes the whole service unloadable',
    { ...WITH(THING), schemas: { Bad: { type: 'nonsense', properties: 'none' } } },
    UNLOADABLE,
  ],
  [
    'E6.3',
    'a method whose operation is not there makes the whole service unloadable',
    {
      methods: { list: LIST, other: { op: 'GET /other', answers: THING } },
      text: (text) => text.replace('#/paths/~1other/get', '#/paths/~1other/post'),
    },
    UNLOADABLE,
  ],
  [
    'E6.4',
    'a document needs `info`: without it SELECT hangs',
    { methods: { list: LIST }, document: { info: undefined } },
    [['SELECT id FROM X', { hangs: true }]],
  ],
  [
    'E6.4',
    'a document needs `servers`',
    { methods: { list: LIST }, document: { servers: undefined } },
    [['SELECT id FROM X', { fails: /./, sends: [] }]],
  ],
  [
    'E6.4',
    'a document needs `components.x-stackQL-resources`',
    { methods: { list: LIST }, document: { components: { schemas: { Thing: { type: 'object' } } } } },
    UNLOADABLE,
  ],
  [
    'E6.5',
    'in operation.$ref only the slash is escaped: braces and ~ stay as they are',
    { methods: { a: { ...GET, op: 'GET /a~b/{id}' } } },
    [["SELECT id FROM X WHERE id = '1'", { sends: ['GET /a~b/1'] }]],
  ],
  [
    'E6.5',
    'in operation.$ref `~0` is not decoded',
    {
      methods: { a: { ...GET, op: 'GET /a~b/{id}' } },
      text: (text) => text.replace('#/paths/~1a~b~1{id}/get', '#/paths/~1a~0b~1{id}/get'),
    },
    [["SELECT id FROM X WHERE id = '1'", { fails: /./, sends: [] }]],
  ],
  [
    'E6.6',
    'a name with a hyphen must be quoted, and SHOW METHODS cannot take it',
    {
      methods: { list: LIST },
      text: (text) =>
        text
          .replaceAll(' things:', ' my-things:')
          .replaceAll('resources/things', 'resources/my-things')
          .replaceAll('s.things', 's.my-things')
          .replaceAll('name: things', 'name: my-things'),
    },
    [
      ['SELECT id FROM PROVIDER.s.my-things', { fails: /syntax error/ }],
      ['SELECT id FROM PROVIDER.s."my-things"', { sends: ['GET /things'] }],
      ['SHOW METHODS IN PROVIDER.s.my-things', { fails: /./ }],
    ],
  ],
  [
    'E6.7',
    'without config.auth a provider does not work',
    { methods: { list: LIST }, provider: { config: {} } },
    [['SELECT id FROM X', { fails: /./, sends: [] }]],
  ],
  [
    'E6.7',
    'null_auth sends no credentials',
    { methods: { list: LIST } },
    [['SELECT id FROM X', { headers: { authorization: undefined } }]],
  ],
  [
    'E6.7',
    'api_key always sends Authorization',
    {
      methods: { list: LIST },
      provider: {
        config: {
          auth: {
            type: 'api_key',
            credentialsenvvar: 'TINY_SECRET',
            valuePrefix: 'SSWS ',
            name: 'X-Key',
            location: 'header',
          },
        },
      },
    },
    [['SELECT id FROM X', { headers: { authorization: 'SSWS secret', 'x-key': undefined } }]],
  ],
  [
    'E6.7',
    'bearer sends Authorization: Bearer',
    { methods: { list: LIST }, provider: { config: { auth: { type: 'bearer', credentialsenvvar: 'TINY_SECRET' } } } },
    [['SELECT id FROM X', { headers: { authorization: 'Bearer secret' } }]],
  ],
  [
    'E6.7',
    'basic sends user and password',
    {
      methods: { list: LIST },
      provider: { config: { auth: { type: 'basic', username_var: 'TINY_USER', password_var: 'TINY_PASSWORD' } } },
    },
    [['SELECT id FROM X', { headers: { authorization: `BASIC ${Buffer.from('user:password').toString('base64')}` } }]],
  ],
  [
    'E6.7',
    'custom with `location: header` sends a header of its own',
    {
      methods: { list: LIST },
      provider: {
        config: { auth: { type: 'custom', location: 'header', name: 'X-Key', credentialsenvvar: 'TINY_SECRET' } },
      },
    },
    [['SELECT id FROM X', { headers: { 'x-key': 'secret', authorization: undefined } }]],
  ],
  [
    'E6.7',
    'custom with `location: query` sends a query parameter',
    {
      methods: { list: LIST },
      provider: {
        config: { auth: { type: 'custom', location: 'query', name: 'key', credentialsenvvar: 'TINY_SECRET' } },
      },
    },
    [['SELECT id FROM X', { sends: ['GET /things?key=secret'] }]],
  ],
  [
    'E6.12',
    'minStackQLVersion with a leading v is taken',
    { methods: { list: LIST }, provider: { minStackQLVersion: 'v0.1.0' } },
    [WORKS],
  ],
  [
    'E8.12',
    'a file and its `$ref` must agree in case',
    { methods: { list: LIST }, $ref: 'services/S.yaml' },
    [['SELECT id FROM X', { fails: /./, sends: [] }]],
  ],
  [
    'E6.7',
    'api_key without a valuePrefix begins with the word api_key',
    {
      methods: { list: LIST },
      provider: { config: { auth: { type: 'api_key', credentialsenvvar: 'TINY_SECRET' } } },
    },
    [['SELECT id FROM X', { headers: { authorization: 'api_key secret' } }]],
  ],
  [
    'E6.7',
    'custom sends the headers Authorization and Cookie as they are',
    {
      methods: { list: LIST },
      provider: {
        config: {
          auth: {
            type: 'custom',
            location: 'header',
            name: 'Authorization',
            credentialsenvvar: 'TINY_SECRET',
            successor: { type: 'custom', location: 'header', name: 'Cookie', credentialsenvvar: 'TINY_USER' },
          },
        },
      },
    },
    [['SELECT id FROM X', { headers: { authorization: 'secret', cookie: 'user' } }]],
  ],
  [
    'N26',
    'oauth2 gets a token by client_credentials, and sends it as Bearer',
    {
      methods: { list: LIST },
      provider: {
        config: {
          auth: {
            type: 'oauth2',
            grant_type: 'client_credentials',
            client_id_env_var: 'TINY_USER',
            client_secret_env_var: 'TINY_SECRET',
            token_url: 'http://MOCK/token',
            scopes: ['read'],
          },
        },
      },
      answer: ({ url, headers }) =>
        url === '/token'
          ? { body: { access_token: 'got', token_type: 'Bearer', expires_in: 3600 } }
          : { body: [{ id: headers.authorization }] },
    },
    [
      [
        'SELECT id FROM X',
        {
          sends: ['POST /token grant_type=client_credentials&scope=read', 'GET /things'],
          rows: [{ id: 'Bearer got' }],
        },
      ],
    ],
  ],
  [
    'N18',
    '`auth.successor` sends a second key beside the first',
    {
      methods: { list: LIST },
      provider: {
        config: {
          auth: {
            type: 'custom',
            location: 'header',
            name: 'X-Key',
            credentialsenvvar: 'TINY_SECRET',
            successor: { type: 'custom', location: 'header', name: 'X-User', credentialsenvvar: 'TINY_USER' },
          },
        },
      },
    },
    [['SELECT id FROM X', { headers: { 'x-key': 'secret', 'x-user': 'user' } }]],
  ],
];

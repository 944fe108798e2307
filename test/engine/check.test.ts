import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkDocuments } from '../../generator/check/check.js';
import { scratch } from '../places.js';
import { type Given, given, PROVIDER, ref, SERVICE } from '../unit/check/given.js';

/**
 * Does the engine fail where `check` says that it does? `$STACKQL`, else `stackql` on the PATH, else skipped, visibly.
 */
const ENGINE = process.env.STACKQL ?? 'stackql';
const hasEngine = spawnSync(ENGINE, ['--version']).status === 0;
if (!hasEngine) console.log('skipped: no stackql (set $STACKQL or put it on the PATH)');

const requests: string[] = [];
const server = createServer((request, response) => {
  requests.push(`${request.method} ${request.url?.replace(/\?$/, '')}`);
  request.resume();
  if (request.method === 'DELETE') response.writeHead(204).end();
  else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ id: '7', name: 'x' }));
});

/** What a statement does with a provider: its requests, or how it fails. */
async function run({ provider, service }: Given, sql: string): Promise<string[]> {
  const root = scratch();
  service.servers[0].url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/{region}/`;
  mkdirSync(path.join(root, 'src/p/v00.00.00000/services'), { recursive: true });
  const write = (file: string, value: unknown) =>
    writeFileSync(path.join(root, file.replace(/^provider\//, '')), stringify(value, { aliasDuplicateObjects: false }));
  write(PROVIDER, provider);
  write(SERVICE, service);
  const registry = JSON.stringify({ url: `file://${root}`, localDocRoot: root, verifyConfig: { nopVerify: true } });
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/proxy/i.test(name)));
  const child = spawn(
    ENGINE,
    ['--approot', path.join(root, 'root'), `--registry=${registry}`, '--output', 'json', 'exec', sql],
    { env },
  );
  let messages = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk) => (messages += chunk));
  requests.length = 0;
  await new Promise((done) => child.on('close', done));
  if (/SIGSEGV|panic/.test(messages)) return ['crash'];
  return requests.length > 0 ? [...requests] : ['no request'];
}

const text = { type: 'string' };
const get = "SELECT * FROM p.s.things WHERE id = '7'";
const list = 'SELECT * FROM p.s.things';
const insert = "INSERT INTO p.s.things (name, region) SELECT 'n', 'eu'";
const start = "EXEC p.s.things.start_thing @region='eu', @id='7'";
const answersStart = ({ paths, methods }: Given, schema: object) => {
  paths['/things/{id}/start'].post.responses = {
    200: { description: 'x', content: { 'application/json': { schema } } },
  };
  methods.start_thing.response.openAPIDocKey = '200';
};
const answersList = ({ paths }: Given, schema: object) =>
  Object.assign(paths['/things'].get.responses['200'].content['application/json'], { schema });

/** Statement, what it does as it should, the rule, the fault, and what the statement then does. */
const CASES: [rule: string, sql: string, fine: string, plant: (it: Given) => unknown, then: string][] = [
  ['method-shadowed', get, 'GET /eu/things/7', ({ verbs }) => verbs.select.reverse(), 'GET /eu/things'],
  [
    'method-twin',
    get,
    'GET /eu/things/7',
    ({ verbs, methods }) => {
      methods.other = { ...methods.list_things, operation: { $ref: '#/paths/~1others~1{id}/get' } };
      verbs.select.unshift(ref('other'));
    },
    'GET /eu/others/7',
  ],
  [
    'path-item-parameters',
    get,
    'GET /eu/things/7',
    ({ paths }) => {
      paths['/things/{id}'].parameters = paths['/things/{id}'].get.parameters;
      delete paths['/things/{id}'].get.parameters;
    },
    'GET /eu/things/%7Bid%7D',
  ],
  [
    'parameter-location',
    list,
    'GET /eu/things',
    ({ paths }) => paths['/things'].get.parameters.push({ name: 'sid', in: 'cookie', schema: text }),
    'no request',
  ],
  [
    'exec-input-type',
    start,
    'POST /eu/things/7/start',
    ({ paths }) => (paths['/things/{id}/start'].post.parameters[0].schema = { type: 'integer' }),
    'no request',
  ],
  [
    'exec-crash',
    start,
    'POST /eu/things/7/start',
    (it) => answersStart(it, { type: 'object', properties: { state: text } }),
    'crash',
  ],
  ['exec-answer', start, 'POST /eu/things/7/start', (it) => answersStart(it, text), 'no request'],
  [
    'select-crash',
    list,
    'GET /eu/things',
    (it) => answersList(it, { type: 'array', items: { type: 'integer' } }),
    'crash',
  ],
  [
    'select-no-rows',
    list,
    'GET /eu/things',
    (it) => answersList(it, { type: 'object', additionalProperties: text }),
    'no request',
  ],
  [
    'object-key',
    list,
    'GET /eu/things',
    ({ methods }) => (methods.list_things.response.objectKey = '$.data'),
    'no request',
  ],
  ['column-clash', list, 'GET /eu/things', ({ schemas }) => (schemas.Thing.properties.Name = text), 'no request'],
  [
    'body-unresolved',
    insert,
    'POST /eu/things',
    ({ methods }) => (methods.create_thing.request.mediaType = 'application/xml'),
    'crash',
  ],
  [
    'method-servers',
    list,
    'GET /eu/things',
    ({ methods }) => (methods.list_things.servers = [{ url: 'http://127.0.0.1/x/' }]),
    'no request',
  ],
  [
    'operation-ref',
    list,
    'GET /eu/things',
    ({ methods }) => (methods.start_thing.operation.$ref = '#/paths/~1things~1%7Bid%7D~1start/post'),
    'no request',
  ],
  ['verb-ref', list, 'GET /eu/things', ({ verbs }) => verbs.replace.push(ref('nothing')), 'no request'],
  [
    'ref-unresolved',
    list,
    'GET /eu/things',
    ({ schemas }) => (schemas.X = { $ref: '#/components/schemas/Y' }),
    'no request',
  ],
  ['ref-external', list, 'GET /eu/things', ({ schemas }) => (schemas.X = { $ref: 'y.yaml#/Y' }), 'no request'],
  ['openapi-3-1', list, 'GET /eu/things', ({ schemas }) => (schemas.X = { type: ['string', 'null'] }), 'no request'],
  ['yaml-value', list, 'GET /eu/things', ({ service }) => (service.info.version = 1), 'no request'],
  ['document-shape', list, 'GET /eu/things', ({ schemas }) => (schemas.X = null), 'no request'],
  ['auth-missing', list, 'GET /eu/things', ({ provider }) => delete provider.config.auth, 'no request'],
  [
    'service-ref',
    list,
    'GET /eu/things',
    ({ provider }) => (provider.providerServices.s.service.$ref = 'p/v00.00.00000/services/S.yaml'),
    'no request',
  ],
];

describe.skipIf(!hasEngine)('what check calls an error fails on the real engine', () => {
  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
  afterAll(() => server.close());

  /** With a second path for the twin, which the others leave alone. */
  const fresh = () => {
    const it = given();
    it.paths['/others/{id}'] = structuredClone({ get: { ...it.paths['/things/{id}'].get, operationId: 'other' } });
    return it;
  };

  it.each([...new Map(CASES.map(([, sql, fine]) => [sql, fine]))])('without a fault: %s', async (sql, fine) => {
    expect(await run(fresh(), sql)).toEqual([fine]);
  });

  it.each(CASES)('%s: %s', async (rule, sql, _fine, plant, then) => {
    const faulty = fresh();
    plant(faulty);
    const found = checkDocuments([
      { file: PROVIDER, value: faulty.provider },
      { file: SERVICE, value: faulty.service },
    ]);
    expect(found.filter(({ severity = 'error' }) => severity === 'error').map(({ code }) => code)).toContain(rule);
    expect(await run(faulty, sql)).toEqual([then]);
  });
});

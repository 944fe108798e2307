import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineEnvironment } from '../../../generator/verify/engine.js';
import { ENGINE, hasEngine, scratch } from '../../places.js';
import { type Fact, facts, NAIVE, THING, THINGS, writeProvider } from './tiny.js';

const LIST = { verb: 'select', op: 'GET /things', answers: THINGS } as const;

const TABLE: readonly Fact[] = [
  [
    'E7.1',
    'a service\u2019s `$ref` is relative to `src/`',
    { methods: { list: LIST } },
    [['SELECT id FROM X', { sends: ['GET /things'] }]],
  ],
  [
    'E7.1',
    'relative to the provider it leads nowhere',
    {
      methods: { list: LIST },
      $ref: '../../services/s.yaml',
    },
    [['SELECT id FROM X', { fails: /./, sends: [] }]],
  ],
  [
    'E7.7',
    'what the public registry runs on every provider works',
    {
      methods: {
        list: LIST,
        make: {
          verb: 'insert',
          op: 'POST /things',
          body: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
          answers: THING,
          config: NAIVE,
        },
      },
    },
    [
      ['SHOW SERVICES IN PROVIDER', { columns: ['id', 'name', 'title'] }],
      ['SHOW EXTENDED RESOURCES IN PROVIDER.s', { count: 1 }],
      ['DESCRIBE EXTENDED X', { columns: ['name', 'type', 'description'] }],
      ['SHOW EXTENDED METHODS IN X', { columns: ['MethodName', 'RequiredParams', 'SQLVerb', 'description'] }],
      ['SHOW INSERT INTO X', { count: 1 }],
    ],
  ],
];

facts('the registry', TABLE);

describe.skipIf(!hasEngine)('a registry over HTTP', () => {
  const folder = scratch();
  const [built, home] = [path.join(folder, 'built'), path.join(folder, 'home')];
  const version = 'v26.11.00001';
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const file = path.join(built, request.url ?? '');
    if (!existsSync(file)) response.writeHead(404).end();
    else response.writeHead(200).end(readFileSync(file));
  });
  let url = '';
  const run = async (sql: string) => {
    const env = engineEnvironment(process.env, home, {});
    const registry = JSON.stringify({ url, verifyConfig: { nopVerify: true } });
    const child = spawn(
      ENGINE,
      ['--approot', path.join(home, String(asked.length)), '--registry', registry, '--output', 'json', 'exec', sql],
      { env },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
    await new Promise((done) => child.on('close', done));
    return said;
  };
  /** `tar` of the version's folder: with it, or of its files alone. */
  const pack = (name: string, what: readonly string[]) =>
    execFileSync('tar', [
      '-czf',
      path.join(built, 'dist', name, `${version}.tgz`),
      '-C',
      path.join(folder, 'src', name),
      '--no-recursion',
      ...what,
    ]);

  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    mkdirSync(home, { recursive: true });
    for (const name of ['whole', 'bare']) {
      writeProvider(folder, name, { methods: { list: LIST } }, '127.0.0.1:9', version);
      mkdirSync(path.join(built, 'dist', name), { recursive: true });
    }
    const files = [`${version}/provider.yaml`, `${version}/services/s.yaml`];
    pack('whole', [version, `${version}/services`, ...files]);
    pack('bare', files);
    writeFileSync(
      path.join(built, 'dist/providers.yaml'),
      `providers:\n  whole: {versions: [${version}]}\n  bare: {versions: [${version}]}\n`,
    );
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('E7.3 needs two GETs: the list and the artifact', async () => {
    asked.length = 0;
    expect(await run('REGISTRY LIST')).toContain(version);
    await run(`REGISTRY PULL whole ${version}`);
    expect([...new Set(asked)]).toEqual(['/dist/providers.yaml', `/dist/whole/${version}.tgz`]);
  });

  it('E7.2, E7.6 pulls an artifact whose directories stand before its files, and no other', async () => {
    expect(await run(`REGISTRY PULL whole ${version}; SHOW SERVICES IN whole`)).toContain('"name":"s"');
    expect(await run(`REGISTRY PULL bare ${version}; SHOW SERVICES IN bare`)).not.toContain('"name":"s"');
  });
});

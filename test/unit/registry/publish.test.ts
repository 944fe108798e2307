import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listingText, parseListing, parseSums, sha256 } from '../../../generator/registry/listing.js';
import { withLock } from '../../../generator/registry/mutex.js';
import { addVersion, type Packed, replaceVersions } from '../../../generator/registry/publish.js';
import { endpointStore, folderStore } from '../../../generator/registry/store.js';
import { scratch } from '../../places.js';

const artifact = (version: string, text = version, provider = 'okta'): Packed => ({
  provider,
  version,
  bytes: Buffer.from(text),
});
const dist = (root: string, file: string) => readFileSync(path.join(root, 'dist', file), 'utf8');

describe('a registry folder', () => {
  it('gets a version: the artifact, its checksum, the list', async () => {
    const root = scratch();
    const store = folderStore(root);
    expect(await addVersion(store, artifact('v26.11.00002'))).toBe(true);
    expect(await addVersion(store, artifact('v26.11.00001'))).toBe(true);
    expect(await addVersion(store, artifact('v26.11.00001', 'x', 'acme'))).toBe(true);
    expect(dist(root, 'providers.yaml')).toBe(
      'providers:\n  acme:\n    versions:\n      - v26.11.00001\n  okta:\n    versions:\n      - v26.11.00001\n' +
        '      - v26.11.00002\n',
    );
    expect(dist(root, 'SHA256SUMS')).toBe(
      [
        `${sha256(Buffer.from('x'))}  acme/v26.11.00001.tgz`,
        `${sha256(Buffer.from('v26.11.00001'))}  okta/v26.11.00001.tgz`,
        `${sha256(Buffer.from('v26.11.00002'))}  okta/v26.11.00002.tgz\n`,
      ].join('\n'),
    );
    expect(readdirSync(path.join(root, 'dist/okta'))).toEqual(['v26.11.00001.tgz', 'v26.11.00002.tgz']);
  });
  it('never changes a version: the same bytes are nothing to do, others are refused', async () => {
    const root = scratch();
    const store = folderStore(root);
    await addVersion(store, artifact('v26.11.00001'));
    expect(await addVersion(store, artifact('v26.11.00001'))).toBe(false);
    await expect(addVersion(store, artifact('v26.11.00001', 'other'))).rejects.toThrow('version-published');
    expect(dist(root, 'okta/v26.11.00001.tgz')).toBe('v26.11.00001');
    await replaceVersions(root, [artifact('v26.11.00001', 'packed anew')]);
    expect([dist(root, 'okta/v26.11.00001.tgz'), dist(root, 'SHA256SUMS').slice(0, 64)]).toEqual([
      'packed anew',
      sha256(Buffer.from('packed anew')),
    ]);
  });
  it('keeps the providers of others', async () => {
    const root = scratch();
    mkdirSync(path.join(root, 'dist'));
    writeFileSync(
      path.join(root, 'dist/providers.yaml'),
      'providers:\n  googleapis.com:\n    versions:\n    - v0.1.0\n    - v1.0.0\n',
    );
    await addVersion(folderStore(root), artifact('v26.11.00001'));
    expect([...parseListing(dist(root, 'providers.yaml'))]).toEqual([
      ['googleapis.com', ['v0.1.0', 'v1.0.0']],
      ['okta', ['v26.11.00001']],
    ]);
  });
  it('is left alone when its list cannot be read', async () => {
    const root = scratch();
    mkdirSync(path.join(root, 'dist'));
    writeFileSync(path.join(root, 'dist/providers.yaml'), 'providers: {okta: {versions: [latest]}}\n');
    await expect(addVersion(folderStore(root), artifact('v26.11.00001'))).rejects.toThrow('registry-broken');
    expect(readdirSync(path.join(root, 'dist'))).toEqual(['providers.yaml']);
  });
  it.each(['dist', 'dist/okta', 'dist/okta/v26.11.00001.tgz', 'dist/providers.yaml'])(
    'writes through no link at %s',
    async (link) => {
      const [root, elsewhere] = [scratch(), scratch()];
      mkdirSync(path.dirname(path.join(root, link)), { recursive: true });
      symlinkSync(elsewhere, path.join(root, link));
      await expect(addVersion(folderStore(root), artifact('v26.11.00001'))).rejects.toThrow('output-outside');
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );
});

it.each([
  ['nothing', '', 'fine'],
  ['a scalar', 'x', 'registry-broken'],
  ['no providers', 'x: 1', 'registry-broken'],
  ['an empty list', 'providers: {}', 'fine'],
  ['no YAML', 'providers: [', 'registry-broken'],
  ['no versions', 'providers: {okta: {}}', 'registry-broken'],
  ['a branch', 'providers: {okta: {versions: [main]}}', 'registry-broken'],
  ['a number', 'providers: {okta: {versions: [1.0]}}', 'registry-broken'],
  ['a path', 'providers: {../okta: {versions: [v1.0.0]}}', 'registry-broken'],
  ['a huge name', `providers: {${'o'.repeat(5000)}: {versions: [v1.0.0]}}`, 'registry-broken'],
  [
    'aliases that multiply',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n` +
      `providers: [*c,*c,*c,*c,*c,*c,*c]`,
    'registry-broken',
  ],
])('providers.yaml with %s', (_name, text, want) => {
  if (want === 'fine') expect(listingText(parseListing(text))).toBe('providers: {}\n');
  else expect(() => parseListing(text)).toThrow(want);
});

it.each(['nonsense', `${'0'.repeat(63)}  a`, `${'0'.repeat(64)} a`, `${'G'.repeat(64)}  a`])(
  'SHA256SUMS with %j is refused',
  (text) => expect(() => parseSums(text)).toThrow('registry-broken'),
);

describe('a lock', () => {
  const held = (text: string) => {
    const root = scratch();
    mkdirSync(path.join(root, 'dist'));
    writeFileSync(path.join(root, 'dist/.lock'), text);
    return root;
  };
  it('lets one in at a time, and is gone after', async () => {
    const root = scratch();
    let [inside, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((done) => setTimeout(done, 5));
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => withLock(root, work)));
    expect([most, readdirSync(path.join(root, 'dist'))]).toEqual([1, []]);
  });
  it('is gone after an error', async () => {
    const root = scratch();
    await expect(withLock(root, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(path.join(root, 'dist'))).toEqual([]);
  });
  it('of a dead process is broken, by one of many', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((done) => child.on('close', done));
    const root = held(JSON.stringify({ host: hostname(), pid: child.pid, token: 't' }));
    let count = 0;
    await Promise.all(Array.from({ length: 10 }, () => withLock(root, async () => void count++)));
    expect([count, readdirSync(path.join(root, 'dist'))]).toEqual([10, []]);
  });
  it('of a former process with this one\u2019s number is broken', async () => {
    const root = held(JSON.stringify({ host: hostname(), pid: process.pid, token: 't' }));
    expect(await withLock(root, async () => 'done', 100)).toBe('done');
  });
  it('without a name is broken when it is old', async () => {
    const root = held('');
    utimesSync(path.join(root, 'dist/.lock'), 1, 1);
    expect(await withLock(root, async () => 'done', 100)).toBe('done');
  });
  it.each([
    ['a live process', JSON.stringify({ host: hostname(), pid: process.ppid, token: 't' })],
    ['another machine', JSON.stringify({ host: 'elsewhere', pid: 1, token: 't' })],
    ['a process that has not written yet', ''],
  ])('of %s is respected', async (_name, text) => {
    const root = held(text);
    await expect(withLock(root, async () => 'done', 100)).rejects.toThrow('registry-locked');
    expect(readFileSync(path.join(root, 'dist/.lock'), 'utf8')).toBe(text);
  });
  it('is not put behind a link', async () => {
    const [root, elsewhere] = [scratch(), scratch()];
    symlinkSync(elsewhere, path.join(root, 'dist'));
    await expect(withLock(root, async () => 'done')).rejects.toThrow('output-outside');
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe('a registry behind HTTP', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });
  type Spoiled = number | 'hang up' | 'late' | 'hang' | 'cut off' | 'garbage' | 'lose' | 'shorten' | undefined;
  /** Takes PUT with conditions, and first does to each request what `spoil` says. */
  const endpoint = async (spoil: (request: string) => Spoiled = () => undefined) => {
    const files = new Map<string, Buffer>();
    const requests: string[] = [];
    const tokens = new Set<string | undefined>();
    const tag = (file: string) => files.get(file) && `"${sha256(files.get(file) ?? Buffer.alloc(0))}"`;
    const server = createServer((request, response) => {
      const file = request.url ?? '';
      const body: Buffer[] = [];
      request.on('data', (part) => body.push(part));
      request.on('end', () => {
        requests.push(`${request.method} ${file}`);
        tokens.add(request.headers.authorization);
        const spoiled = spoil(`${request.method} ${file}`);
        if (spoiled === 'hang up') return request.socket.destroy();
        if (spoiled === 'hang') return undefined;
        if (spoiled === 'garbage') return response.writeHead(200).end('<!doctype html><title>Welcome</title>');
        if (spoiled === 'lose') return response.writeHead(201).end();
        if (spoiled === 'cut off') {
          response
            .writeHead(200, { 'content-length': 1000 })
            .write('providers:\n  okta:\n', () => request.socket.destroy());
          return undefined;
        }
        if (typeof spoiled === 'number')
          return response.writeHead(spoiled, { location: 'http://127.0.0.1:1/', 'retry-after': '0' }).end('no');
        if (request.method === 'PUT') {
          if (request.headers['if-none-match'] === '*' && files.has(file)) return response.writeHead(412).end();
          if (request.headers['if-match'] && request.headers['if-match'] !== tag(file))
            return response.writeHead(412).end();
          files.set(file, Buffer.concat(body).subarray(spoiled === 'shorten' ? 1 : 0));
          // Done, but the client never hears of it.
          return spoiled === 'late' ? request.socket.destroy() : response.writeHead(201).end();
        }
        const found = files.get(file);
        return found ? response.writeHead(200, { etag: tag(file) ?? '' }).end(found) : response.writeHead(404).end();
      });
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/providers`;
    return { store: endpointStore(url, 'hunter2', { firstWait: 1, request: 300 }), url, files, requests, tokens };
  };
  const TGZ = '/providers/dist/okta/v26.11.00001.tgz';
  const LIST = '/providers/dist/providers.yaml';

  it('gets the artifact, the checksum, the list, in this order, with the token', async () => {
    const { store, requests, tokens, files } = await endpoint();
    expect(await addVersion(store, artifact('v26.11.00001'))).toBe(true);
    expect(requests.filter((request) => request.startsWith('PUT'))).toEqual([
      `PUT ${TGZ}`,
      'PUT /providers/dist/SHA256SUMS',
      `PUT ${LIST}`,
    ]);
    expect(files.get(LIST)?.toString()).toContain('- v26.11.00001');
    expect([...tokens]).toEqual(['Bearer hunter2']);
    expect(await addVersion(store, artifact('v26.11.00001'))).toBe(false);
    await expect(addVersion(store, artifact('v26.11.00001', 'other'))).rejects.toThrow('version-published');
  });
  it.each<[string, (attempt: number) => Spoiled]>([
    ['hangs up twice', (attempt) => (attempt < 2 ? 'hang up' : undefined)],
    ['is overloaded', (attempt) => [429, 503, 500, undefined][attempt]],
    ['does it but does not say so', (attempt) => (attempt === 0 ? 'late' : undefined)],
  ])('that %s is asked again', async (_name, spoil) => {
    const attempts = new Map<string, number>();
    const { store, files } = await endpoint((request) => {
      const attempt = attempts.get(request) ?? 0;
      attempts.set(request, attempt + 1);
      return spoil(attempt);
    });
    await addVersion(store, artifact('v26.11.00001'));
    expect([files.get(TGZ)?.toString(), parseListing(files.get(LIST)?.toString()).get('okta')]).toEqual([
      'v26.11.00001',
      ['v26.11.00001'],
    ]);
  });
  it.each([
    ['forbids', 403],
    ['redirects', 302],
    ['is down', 503],
    ['has no such place', 404],
  ])('that %s is an error, without the list and without the token', async (_name, status) => {
    const { store, files, requests } = await endpoint((request) => (request.startsWith('PUT') ? status : undefined));
    const error = await addVersion(store, artifact('v26.11.00001')).catch((problem: Error) => problem.message);
    expect(error).toMatch(/^registry-unreachable: PUT http:.*okta\/v26.11.00001.tgz: answered \d+/);
    expect(error).not.toContain('hunter2');
    expect([files.size, requests.filter((request) => request.startsWith('PUT')).length]).toEqual([
      0,
      status === 503 ? 5 : 1,
    ]);
  });
  it.each<[name: string, spoil: (request: string) => Spoiled, want: RegExp]>([
    [
      'never answers',
      () => 'hang',
      /^registry-unreachable: GET http:.*\/dist\/providers.yaml: no answer in time, 5 times$/,
    ],
    ['cuts its answers off', () => 'cut off', /^registry-unreachable: GET http:.*providers.yaml: .*, 5 times$/],
    ['answers garbage', () => 'garbage', /^registry-broken: providers.yaml: /],
    ['redirects reads', () => 302, /^registry-unreachable: GET http:.*providers.yaml: answered 302$/],
    ['hangs after PUT', (request) => (request.startsWith('PUT') ? 'hang' : undefined), /^registry-unreachable: PUT /],
    [
      'confirms what it does not store',
      (request) => (request.startsWith('PUT') ? 'lose' : undefined),
      /^registry-not-stored: okta\/v26.11.00001.tgz: written 3 times/,
    ],
    [
      'stores something else',
      (request) => (request === `PUT ${TGZ}` ? 'shorten' : undefined),
      /^registry-not-stored: okta\/v26.11.00001.tgz: written 3 times/,
    ],
    [
      'loses the list',
      (request) => (request === `PUT ${LIST}` ? 'lose' : undefined),
      /^registry-not-stored: providers.yaml: written 3 times/,
    ],
  ])('that %s is one problem, and the version is not listed', async (_name, spoil, want) => {
    const { store, files } = await endpoint(spoil);
    const error = await addVersion(store, artifact('v26.11.00001')).catch((problem: Error) => problem.message);
    expect(error).toMatch(want);
    expect(files.has(LIST)).toBe(false);
  });
  it('two publishers lose nothing', async () => {
    const { url, files } = await endpoint();
    const versions = ['v26.11.00001', 'v26.11.00002', 'v26.11.00003', 'v26.11.00004'];
    await Promise.all(
      versions.map((version) => addVersion(endpointStore(url, undefined, { firstWait: 1 }), artifact(version))),
    );
    expect(parseListing(files.get(LIST)?.toString()).get('okta')).toEqual(versions);
    expect(parseSums(files.get('/providers/dist/SHA256SUMS')?.toString()).size).toBe(4);
  });
  it.each([
    'http://example.com',
    'ftp://127.0.0.1',
    'https://user:pass@example.com',
    'https://example.com?token=x',
    'https://',
  ])('%s is no registry', (url) => expect(() => endpointStore(url, undefined)).toThrow('usage'));
});

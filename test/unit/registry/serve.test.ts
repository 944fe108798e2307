import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registryServer } from '../../../generator/registry/serve.js';
import { scratch, series } from '../../places.js';

const REQUESTS = series(1_000, 10_000);
const root = scratch();
const lines: string[] = [];
const server = registryServer(root, (line) => lines.push(line));
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
let port = 0;
const artifact = Buffer.alloc(300_000, 'artifact');

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The path as it is given: `fetch` would tidy it up first. */
function ask(
  pathname: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((done, fail) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: pathname,
        agent,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
      },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part) => parts.push(part));
        response.on('end', () =>
          done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }),
        );
      },
    );
    sent.on('error', fail).end(options.body);
  });
}

beforeAll(async () => {
  const outside = scratch();
  for (const folder of [
    'dist/okta',
    'dist/folder/v1.0.0.tgz',
    'dist/deep/deeper',
    'dist/.stackql-provider-gen',
    'elsewhere',
  ])
    mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, 'dist/providers.yaml'), 'providers: {}\n');
  writeFileSync(path.join(root, 'dist/SHA256SUMS'), '');
  writeFileSync(path.join(root, 'dist/okta/v26.11.00001.tgz'), artifact);
  writeFileSync(path.join(outside, 'v1.0.0.tgz'), 'secret');
  for (const secret of [
    'dist/okta/key.pem',
    'dist/.lock',
    'dist/.stackql-provider-gen/manifest.json',
    'elsewhere/v1.0.0.tgz',
    'providers.yaml',
    'dist/okta/v26.11.00002.tgz.new',
  ])
    writeFileSync(path.join(root, secret), 'secret');
  symlinkSync(path.join(outside, 'v1.0.0.tgz'), path.join(root, 'dist/okta/v9.0.0.tgz'));
  symlinkSync(outside, path.join(root, 'dist/linked'));
  symlinkSync('../elsewhere', path.join(root, 'dist/beside'));
  execFileSync('mkfifo', [path.join(root, 'dist/okta/v8.0.0.tgz')]);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  agent.destroy();
  server.close();
});

describe('what is served', () => {
  it.each([
    ['/ping', 'text/plain', Buffer.from('pong\n')],
    ['/dist/providers.yaml', 'application/yaml', Buffer.from('providers: {}\n')],
    ['/dist/providers.yaml?x=1', 'application/yaml', Buffer.from('providers: {}\n')],
    ['/dist/SHA256SUMS', 'text/plain', Buffer.alloc(0)],
    ['/dist/okta/v26.11.00001.tgz', 'application/gzip', artifact],
  ])('%s as %s', async (pathname, type, body) => {
    const [got, head] = [await ask(pathname), await ask(pathname, { method: 'HEAD' })];
    expect([got.status, got.headers['content-type'], got.headers['content-length'], got.body.equals(body)]).toEqual([
      200,
      type,
      String(body.length),
      true,
    ]);
    expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(body.length), 0]);
  });
  it.each([
    '/',
    '/dist',
    '/dist/',
    '/dist/okta',
    '/dist/okta/',
    '/dist/okta/v26.11.00002.tgz',
    '/dist/okta/v26.11.00002.tgz.new',
    '/dist/okta/key.pem',
    '/dist/okta/latest.tgz',
    '/dist/.lock',
    '/dist/.stackql-provider-gen/manifest.json',
    '/dist/../providers.yaml',
    '/dist/okta/../providers.yaml',
    '/dist/../elsewhere/v1.0.0.tgz',
    '/dist/%2e%2e/elsewhere/v1.0.0.tgz',
    '/dist/..%2felsewhere/v1.0.0.tgz',
    '/dist/../../../../../../etc/passwd',
    '//dist/providers.yaml',
    '/dist//providers.yaml',
    '/dist/okta\\..\\providers.yaml',
    '/dist/okta/v26.11.00001.tgz%00',
    'http://127.0.0.1/dist/providers.yaml',
    '/dist/folder/v1.0.0.tgz',
    '/dist/deep/deeper/v1.0.0.tgz',
    '/dist/okta/v9.0.0.tgz',
    '/dist/okta/v8.0.0.tgz',
    '/dist/linked/v1.0.0.tgz',
    '/dist/beside/v1.0.0.tgz',
    `/dist/${'o'.repeat(4000)}/v1.0.0.tgz`,
    `/dist/okta/v${'1'.repeat(4000)}.0.0.tgz`,
  ])('not %s', { timeout: 5000 }, async (pathname) => {
    const { status, body } = await ask(pathname);
    expect([status, body.toString()]).toEqual([404, 'not in this registry\n']);
  });
  it.each([
    ['POST', 405],
    ['PUT', 405],
    ['DELETE', 405],
    ['OPTIONS', 405],
  ])('not to %s', async (method, want) => {
    const { status, headers } = await ask('/dist/providers.yaml', { method });
    expect([status, headers.allow]).toEqual([want, 'GET, HEAD']);
  });
  it('not to a request with a body, or with endless headers', async () => {
    expect(
      await ask('/dist/providers.yaml', { body: 'x'.repeat(100_000), headers: { 'content-length': '100000' } }),
    ).toMatchObject({ status: 400 });
    expect(await ask('/dist/providers.yaml', { headers: { x: 'x'.repeat(9000) } })).toMatchObject({ status: 431 });
  });
});

it('an answer that the client has is not sent again, until it changes', async () => {
  const tag = (await ask('/dist/providers.yaml')).headers.etag ?? '';
  for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*'])
    expect(await ask('/dist/providers.yaml', { headers: { 'if-none-match': known } })).toMatchObject({
      status: 304,
      body: Buffer.alloc(0),
    });
  expect(await ask('/dist/providers.yaml', { headers: { 'if-none-match': '"x"' } })).toMatchObject({ status: 200 });
  rmSync(path.join(root, 'dist/providers.yaml'));
  writeFileSync(path.join(root, 'dist/providers.yaml'), 'providers:  {}');
  expect(await ask('/dist/providers.yaml', { headers: { 'if-none-match': tag } })).toMatchObject({
    status: 200,
    body: Buffer.from('providers:  {}'),
  });
});

it('the log has one harmless line for each answer', async () => {
  lines.length = 0;
  await ask('/dist/providers.yaml');
  await ask(`/${'x'.repeat(3000)}`);
  await new Promise<void>((done) =>
    connect(port, '127.0.0.1')
      .on('close', done)
      .resume()
      .end('GET /\x1b[31m"\x7f HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
  );
  await new Promise((done) => setTimeout(done, 50));
  expect(lines[0]).toMatch(/^GET \/dist\/providers.yaml 200 [\d.]+ ms$/);
  expect(lines[1]).toMatch(/^GET \/x{199} 404 [\d.]+ ms$/);
  expect(lines.join('')).not.toMatch(/[\u0000-\u001f]/);
});

it(`${REQUESTS} requests, hostile ones and ones cut off among them: all answered, nothing held`, {
  timeout: 60_000,
}, async () => {
  const answered = { artifact: 0, list: 0, none: 0 };
  const start = performance.now();
  const memory = process.memoryUsage().rss;
  const worker = async (first: number) => {
    for (let index = first; index < REQUESTS; index += 8) {
      const kind = index % 10;
      if (kind < 9) {
        const served = kind === 0 ? '/dist/okta/v26.11.00001.tgz' : '/dist/providers.yaml';
        const { status, body } = await ask(kind < 6 ? served : '/dist/../../etc/passwd');
        if (kind === 0) answered.artifact += body.length === artifact.length ? 1 : 0;
        else if (kind < 6) answered.list += status === 200 ? 1 : 0;
        else answered.none += status === 404 ? 1 : 0;
      } else
        await new Promise<void>((done) => {
          const socket = connect(port, '127.0.0.1', () =>
            socket.write('GET /dist/okta/v26.11.00001.tgz HTTP/1.1\r\nhost: x\r\n\r\n', () => socket.resetAndDestroy()),
          );
          socket.on('close', () => done()).on('error', () => undefined);
        });
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(worker));
  expect(answered).toEqual({ artifact: REQUESTS / 10, list: REQUESTS / 2, none: (REQUESTS * 3) / 10 });
  agent.destroy();
  await expect
    .poll(() => new Promise((done) => server.getConnections((_error, count) => done(count))), { timeout: 10_000 })
    .toBe(0);
  expect(process.getActiveResourcesInfo().filter((resource) => resource.startsWith('FS'))).toEqual([]);
  expect(process.memoryUsage().rss - memory).toBeLessThan(200 * 2 ** 20);
  expect(performance.now() - start).toBeLessThan(60_000);
});

describe('a client that takes its time', () => {
  const limits = { connections: 3, headers: 300, request: 600, idle: 300, response: 900, check: 50 };
  const impatient = registryServer(root, () => undefined, limits);
  const open = () => connect((impatient.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
  /** Milliseconds until the server has closed a connection on which something is sent all the time. */
  const untilClosed = (first: string, drip: string) =>
    new Promise<number>((done) => {
      const start = performance.now();
      const socket = open();
      socket.write(first);
      const timer = setInterval(() => socket.write(drip), 50);
      socket.resume().on('close', () => {
        clearInterval(timer);
        done(performance.now() - start);
      });
    });
  beforeAll(async () => {
    writeFileSync(path.join(root, 'dist/okta/v26.11.00009.tgz'), Buffer.alloc(32 * 2 ** 20, 'x'));
    await new Promise<void>((done) => impatient.listen(0, '127.0.0.1', done));
  });
  afterAll(() => impatient.close());
  it.each<[string, string, string]>([
    ['with its first line', 'GET /dist/prov', ''],
    ['with headers', 'GET /ping HTTP/1.1\r\nhost: x\r\n', 'x: x\r\n'],
    ['with a body', 'GET /ping HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n', 'x'],
    ['with its next request', 'GET /ping HTTP/1.1\r\nhost: x\r\n\r\n', ''],
  ])('%s is cut off', async (_name, first, drip) => {
    expect(await untilClosed(first, drip)).toBeLessThan(5_000);
  });
  it('with reading is cut off', async () => {
    const begun = performance.now();
    const socket = open();
    socket.write('GET /dist/okta/v26.11.00009.tgz HTTP/1.1\r\nhost: x\r\n\r\n');
    socket.pause();
    const count = () => new Promise<number>((done) => impatient.getConnections((_error, held) => done(held)));
    await expect.poll(count).toBe(1);
    await expect.poll(count, { timeout: 5_000 }).toBe(0);
    expect(performance.now() - begun).toBeGreaterThan(limits.response / 2);
    socket.destroy();
  });
  it('shares the server with few others, and then makes room', async () => {
    const sockets = Array.from({ length: 6 }, open);
    const refused = new Promise((done) => {
      for (const socket of sockets) socket.once('close', done).write('GET /');
    });
    await refused;
    const count = () => new Promise<number>((done) => impatient.getConnections((_error, held) => done(held)));
    await expect.poll(count).toBeLessThanOrEqual(limits.connections);
    await expect.poll(count, { timeout: 5_000 }).toBe(0);
    expect(await (await fetch(`http://127.0.0.1:${(impatient.address() as AddressInfo).port}/ping`)).text()).toBe(
      'pong\n',
    );
    for (const socket of sockets) socket.destroy();
  });
});

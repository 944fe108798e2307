import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import picocolors from 'picocolors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProblemsError } from '../../../generator/diagnostics/problem.js';
import { fetchText } from '../../../generator/read/fetch.js';
import { step } from '../../../generator/read/pointer.js';
import { readSpec } from '../../../generator/read/spec.js';
import { problemText } from '../../../generator/report/problems.js';
import { folderOf, openapi, problemsOf } from './given.js';

/** What the server answers, by path; it counts what it is asked for. */
const pages: Record<string, RequestListener> = {
  '/t.yaml': (_, response) =>
    response.end(
      'x: {$ref: "sub/u.json#/y"}\nlocal: {$ref: "file:///etc/hostname"}\npath: {$ref: "/etc/hostname"}\n' +
        'bad: {$ref: "#/nope"}\n',
    ),
  '/sub/u.json': (_, response) => response.end('{"y": {"type": ["string", "null"]}}'),
  '/broken.yaml': (_, response) => response.end('a: [\n'),
  '/moved': (_, response) => response.writeHead(302, { location: '/sub/moved.yaml' }).end(),
  '/sub/moved.yaml': (_, response) => response.end('$ref: "u.json#/y"\n'),
  '/ring': (_, response) => response.writeHead(302, { location: '/ring' }).end(),
  '/file': (_, response) => response.writeHead(302, { location: 'file:///etc/hostname' }).end(),
  '/large': (_, response) => response.end('x'.repeat(2000)),
  '/endless': (_, response) => void response.write('x'),
};
const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  const page = pages[request.url ?? ''];
  if (page) page(request, response);
  else response.writeHead(404).end();
});
let base = '';
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ends = async (...refs: string[]) => {
  const schemas = Object.fromEntries(refs.map(($ref, index) => [`S${index}`, { $ref: $ref.replace('BASE', base) }]));
  const file = path.join(
    folderOf({ 'spec.yaml': openapi({ openapi: '3.1.0', components: { schemas } }) }),
    'spec.yaml',
  );
  const { document, at, follow } = await readSpec(file, { allowRemote: true });
  return Promise.all(
    refs.map((_, index) =>
      problemsOf(
        () => follow(document.components?.schemas?.[`S${index}`], step(at, 'components', 'schemas', `S${index}`)).value,
      ),
    ),
  );
};

describe('a reference to the network, when it is allowed', () => {
  it('leads on from document to document, each fetched once', async () => {
    asked.length = 0;
    expect(await ends('BASE/t.yaml#/x', 'BASE/t.yaml#/x')).toEqual(Array(2).fill({ type: 'string', nullable: true }));
    expect(asked).toEqual(['/t.yaml', '/sub/u.json']);
  });
  it('starts anew from where a redirect ends', async () =>
    expect(await ends('BASE/moved')).toEqual([{ type: 'string', nullable: true }]));
  it.each<[string, string, RegExp]>([
    [
      'a local file beyond a remote document',
      'BASE/t.yaml#/local',
      /^ref-refused t.yaml:2:9 "file:\/\/\/etc\/hostname" is not a file beside the spec$/,
    ],
    [
      'a path is one of the same server',
      'BASE/t.yaml#/path',
      /^ref-unreachable t.yaml:3:8 "\/etc\/hostname" cannot be fetched: answers 404$/,
    ],
    ['a pointer to nothing', 'BASE/t.yaml#/bad', /^ref-dangling t.yaml:4:7 "#\/nope" points at nothing$/],
    ['no such document', 'BASE/nope', /^ref-unreachable spec.yaml:.* cannot be fetched: answers 404$/],
    ['a syntax error', 'BASE/broken.yaml', /^spec-syntax broken.yaml:2:1 /],
    ['a redirect to a file', 'BASE/file', /^ref-unreachable .* cannot be fetched: redirects to file:$/],
    ['a redirect to itself', 'BASE/ring', /^ref-unreachable .* cannot be fetched: redirects more than 5 times$/],
    ['another scheme', 'ftp://127.0.0.1/x', /^ref-refused /],
    ['nobody there', 'http://127.0.0.1:1/x', /^ref-unreachable .* cannot be fetched: /],
  ])('%s', async (_name, $ref, want) => expect(await ends($ref)).toEqual([[expect.stringMatching(want)]]));

  it('shows the place in the remote text', async () => {
    const file = path.join(
      folderOf({ 'spec.yaml': openapi({ components: { schemas: { S: { $ref: `${base}/t.yaml#/bad` } } } }) }),
      'spec.yaml',
    );
    const { document, at, follow } = await readSpec(file, { allowRemote: true });
    let text = '';
    try {
      follow(document.components?.schemas?.S, step(at, 'components', 'schemas', 'S'));
    } catch (error) {
      text = problemText((error as ProblemsError).problems[0] as never, picocolors.createColors(false));
    }
    expect(text.split('\n').slice(0, 4)).toEqual([
      `${base}/t.yaml:4:7  warning  ref-dangling  "#/nope" points at nothing`,
      '    3 | path: {$ref: "/etc/hostname"}',
      '  > 4 | bad: {$ref: "#/nope"}',
      '      |       ^',
    ]);
  });
});

describe('limits', () => {
  it.each([
    ['size', '/large', { bytes: 1000 }, 'is larger than 1000 bytes'],
    ['time', '/endless', { milliseconds: 50 }, 'The operation was aborted due to timeout'],
    ['redirects', '/moved', { redirects: 0 }, 'redirects more than 0 times'],
  ])('%s', async (_name, url, limits, message) => expect(fetchText(base + url, limits)).rejects.toThrow(message));
  it('none reached', async () =>
    expect(await fetchText(`${base}/large`, { bytes: 2000 })).toEqual({
      url: `${base}/large`,
      text: 'x'.repeat(2000),
    }));
});

it('nothing is fetched unless it is allowed', async () => {
  asked.length = 0;
  await readSpec(
    path.join(
      folderOf({ 'spec.yaml': openapi({ components: { schemas: { S: { $ref: `${base}/t.yaml` } } } }) }),
      'spec.yaml',
    ),
  );
  expect(asked).toEqual([]);
});

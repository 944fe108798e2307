import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { packTar } from 'modern-tar';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { emitProvider } from '../../../generator/emit/provider.js';
import { mapSource } from '../../../generator/index.js';
import { type Documents, packArtifact, unpackArtifact } from '../../../generator/registry/artifact.js';
import { checkDocuments, withPaths } from '../../../generator/registry/documents.js';
import { sha256 } from '../../../generator/registry/listing.js';
import { openApiProblems } from '../../../generator/registry/openapi.js';
import { readArtifact } from '../../../generator/registry/verify.js';
import { CONFIG } from '../../places.js';

const version = 'v26.11.00001';
const { provider } = await mapSource(CONFIG);
const documents: Documents = new Map(
  emitProvider({ ...provider, version }).map(({ path, text }) => [
    path.slice(`provider/src/okta/${version}/`.length),
    new TextEncoder().encode(text),
  ]),
);
const text = (name: string) => Buffer.from(documents.get(name) ?? '').toString('utf8');
const packed = await packArtifact({ version, documents });

afterEach(() => vi.useRealTimers());

describe('the artifact of the committed provider', () => {
  it('is these bytes, on every day', async () => {
    const wanted = 'abd273d7ad39e29817513865a0fa3348a26f2e1d894d40ed903527d5b974601d';
    for (const day of ['1999-12-31', '2026-11-24', '2040-02-29']) {
      vi.useFakeTimers({ now: new Date(day), toFake: ['Date'] });
      expect(sha256(await packArtifact({ version, documents: new Map([...documents].reverse()) })), day).toBe(wanted);
    }
  });
  it('has its version wherever a version stands, and names files that are there', () => {
    expect(text('provider.yaml').match(/v\d\d\.\d\d\.\d{5}/g)).toEqual([version, version, version, version]);
    expect(text('provider.yaml')).toContain(`$ref: okta/${version}/services/sessions.yaml`);
    expect(() => checkDocuments({ provider: 'okta', version, documents })).not.toThrow();
  });
  it('unpacks to its documents', async () => {
    expect(await unpackArtifact(version, packed, 'a')).toEqual(documents);
    expect((await readArtifact('okta', version, packed)).documents).toEqual(documents);
  });
  it('is refused with any byte changed, wherever it stands', { timeout: 300_000 }, async () => {
    const found: string[] = [];
    for (let at = 0; at < packed.length; at++) {
      const tampered = Uint8Array.from(packed);
      tampered[at] = (tampered[at] ?? 0) ^ (1 << (at % 8));
      found.push(
        await readArtifact('okta', version, tampered).then(
          () => `byte ${at} was overlooked`,
          (error) => (/artifact-(broken|changed)/.test(error.message) ? 'refused' : error.message),
        ),
      );
    }
    expect(new Set(found)).toEqual(new Set(['refused']));
  });
  const repacked = (header: object) =>
    tgz([folder(), folder('services/'), ...[...documents].map(([name, body]) => file(name, body, header))]);
  it.each<[string, () => Uint8Array | Promise<Uint8Array>]>([
    ['cut short', () => packed.slice(0, -1)],
    ['with a byte more', () => Uint8Array.from([...packed, 0])],
    ['with a second member', () => Uint8Array.from([...packed, ...packed])],
    ['packed by another compressor', () => gzipSync(gunzipSync(packed), { level: 1 })],
    ['with another time inside', () => repacked({ mtime: new Date(1e12) })],
    ['that runs', () => repacked({ mode: 0o777 })],
    ['with an owner', () => repacked({ uid: 1000 })],
  ])('is refused %s', async (_name, make) => {
    await expect(readArtifact('okta', version, await make())).rejects.toThrow(/artifact-(broken|changed)/);
  });
});

type Entry = Parameters<typeof packTar>[0][number];
function tgz(entries: Entry[]): Promise<Uint8Array> {
  return packTar(entries).then((tar) => gzipSync(tar));
}
function folder(name = ''): Entry {
  return { header: { name: `${version}/${name}`, type: 'directory', size: 0, mtime: new Date(0) } };
}
function file(name: string, body: Uint8Array = Buffer.from('x'), header = {}): Entry {
  return { header: { name: `${version}/${name}`, size: body.length, mtime: new Date(0), ...header }, body };
}

describe('a hostile artifact is refused', () => {
  const named = (name: string): Entry => ({ header: { name, size: 1 }, body: 'x' });
  it.each<[string, Entry[]]>([
    ['a path up', [folder(), named(`${version}/../../etc/passwd`)]],
    ['a path up in the middle', [folder(), named(`${version}/services/../provider.yaml`)]],
    ['an absolute path', [named('/etc/passwd')]],
    ['another version', [folder(), named('v26.11.00002/provider.yaml')]],
    ['no folder', [named(`${version}/provider.yaml`)]],
    ['a file before its folder', [folder(), named(`${version}/services/a.yaml`), folder('services/')]],
    ['another folder', [folder(), folder('more/')]],
    ['a file that no provider has', [folder(), named(`${version}/key.pem`)]],
    ['a hidden file', [folder(), folder('services/'), named(`${version}/services/.yaml`)]],
    ['a backslash', [folder(), folder('services/'), named(`${version}/services/a\\..\\b.yaml`)]],
    ['a NUL', [folder(), folder('services/'), named(`${version}/services/a\0b.txt`)]],
    ['a huge name', [folder(), folder('services/'), named(`${version}/services/${'n'.repeat(5000)}.yaml`)]],
    ['one file twice', [folder(), file('provider.yaml'), file('provider.yaml')]],
    [
      'a symbolic link',
      [folder(), { header: { name: `${version}/provider.yaml`, size: 0, type: 'symlink', linkname: '/etc/passwd' } }],
    ],
    [
      'a hard link',
      [folder(), { header: { name: `${version}/provider.yaml`, size: 0, type: 'link', linkname: '/etc/passwd' } }],
    ],
    ['a device', [folder(), { header: { name: `${version}/provider.yaml`, size: 0, type: 'character-device' } }]],
    ['too many entries', Array.from({ length: 10_001 }, () => folder())],
  ])('%s', async (_name, entries) => {
    await expect(tgz(entries).then((bytes) => unpackArtifact(version, bytes, 'a.tgz'))).rejects.toThrow(
      'artifact-broken: a.tgz: ',
    );
  });
  it.each<[string, () => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['no gzip', () => Buffer.from('providers: {}')],
    ['no tar', () => gzipSync(Buffer.alloc(2048, 'x'))],
    ['a bomb', () => gzipSync(Buffer.alloc(513 * 2 ** 20), { level: 1 })],
    ['a huge file', () => Buffer.alloc(64 * 2 ** 20 + 1)],
  ])('%s', async (_name, make) => {
    await expect(unpackArtifact(version, make(), 'a.tgz')).rejects.toThrow('artifact-broken: a.tgz: ');
  });
  it('noise holds no file', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 4096 }), async (bytes) => {
        const found = await unpackArtifact(version, gzipSync(bytes), 'a').catch((error: Error) => error.message);
        expect(typeof found === 'string' ? found.startsWith('artifact-broken') : found.size === 0).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

it.each<[string, Record<string, string | undefined>, string]>([
  [
    'of another provider',
    { 'provider.yaml': text('provider.yaml').replaceAll('okta', 'octa') },
    'names the provider "octa"',
  ],
  [
    'of another version',
    { 'provider.yaml': text('provider.yaml').replaceAll(version, 'v26.11.00002') },
    'has version "v26.11.00002"',
  ],
  ['without provider.yaml', { 'provider.yaml': undefined }, 'no provider.yaml'],
  ['whose provider.yaml is no YAML', { 'provider.yaml': 'a: [' }, 'provider.yaml: '],
  ['whose provider.yaml is empty', { 'provider.yaml': '' }, 'has no service'],
  [
    'with a service that is not a mapping',
    { 'provider.yaml': text('provider.yaml').replace('providerServices:', 'providerServices:\n  other: 1') },
    'service other is not a mapping',
  ],
  ['without the file of a service', { 'services/sessions.yaml': undefined }, 'which is not there'],
  ['with a file of no service', { 'services/more.yaml': 'x' }, 'services/more.yaml belongs to no service'],
  [
    'with a $ref that leads elsewhere',
    { 'provider.yaml': text('provider.yaml').replace('/services/sessions', '/../services/sessions') },
    'which is not there',
  ],
  [
    'whose service is a provider.yaml',
    { 'services/sessions.yaml': text('provider.yaml') },
    'artifact-swapped: okta v26.11.00001: services/sessions.yaml is a provider.yaml',
  ],
  ['whose provider.yaml is a service', { 'provider.yaml': text('services/sessions.yaml') }, 'has no service'],
  ['whose service is no mapping', { 'services/sessions.yaml': '- x' }, 'is not a YAML mapping'],
  ['whose service is no OpenAPI', { 'services/sessions.yaml': 'x: 1' }, 'is not an OpenAPI document'],
  [
    'whose service is another one',
    { 'services/sessions.yaml': text('services/sessions.yaml').replace('okta.sessions.', 'okta.users.') },
    'services/sessions.yaml has the resource "okta.users.sessions"',
  ],
  [
    'whose service is that of another version',
    {
      'services/sessions.yaml': Buffer.from(
        withPaths({ provider: 'okta', version: 'v26.10.00001', documents }).get('services/sessions.yaml') ?? '',
      ).toString(),
    },
    'was packed as "okta/v26.10.00001/services/sessions.yaml"',
  ],
  [
    'whose service has another version',
    { 'provider.yaml': text('provider.yaml').replace(`    version: ${version}`, '    version: v26.10.00001') },
    'service sessions has the version "v26.10.00001"',
  ],
])('documents %s make no artifact', (_name, change, want) => {
  const changed = new Map(documents);
  for (const [name, value] of Object.entries(change))
    value === undefined ? changed.delete(name) : changed.set(name, Buffer.from(value));
  expect(() => checkDocuments({ provider: 'okta', version, documents: changed })).toThrow(want);
});

describe('another reader of OpenAPI', () => {
  const services = () => checkDocuments({ provider: 'okta', version, documents });
  it('takes what is packed', async () => expect(await openApiProblems(services(), 'okta')).toEqual([]));
  it.each<[string, object]>([
    ['a path without a slash', { paths: { sessions: { get: { responses: {} } } } }],
    ['an operation without responses', { paths: { '/sessions': { get: { operationId: 'get' } } } }],
    ['a reference to nothing', { components: { schemas: { A: { $ref: '#/components/schemas/B' } } } }],
    ['a reference to a file', { components: { schemas: { A: { $ref: '/etc/passwd' } } } }],
  ])('refuses %s', async (_name, change) => {
    const changed = new Map([...services()].map(([file, value]) => [file, { ...value, ...change }]));
    const problems = await openApiProblems(changed, 'okta');
    expect(problems.map(({ code }) => code)).toEqual(['artifact-not-openapi']);
    expect(problems[0]?.message).toMatch(/^okta: services\/sessions.yaml: \S/);
  });
});

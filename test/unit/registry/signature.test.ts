import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Documents } from '../../../generator/registry/artifact.js';
import { readKey, refuseOutputTree, selfSigned } from '../../../generator/registry/keys.js';
import { certificateOf, signatureProblems, signDocuments, signerOf } from '../../../generator/registry/signature.js';
import { scratch } from '../../places.js';

const seconds = (time: string) => Date.parse(time) / 1000;
/** RFC 8410's form of the seed 00 01 … 1f. */
const KEY =
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n' +
  '-----END PRIVATE KEY-----\n';
const CERT = await selfSigned(createPrivateKey(KEY), 'test', new Date('2026-01-01'), new Date('2028-01-01'));
const signer = signerOf(KEY, CERT);
const NOON = seconds('2026-11-01T12:00:00Z');
const documents: Documents = new Map([
  ['provider.yaml', Buffer.from('id: okta\n')],
  ['services/a.yaml', Buffer.from('openapi: 3.0.3\n')],
]);
const signed = signDocuments(documents, signer, NOON);
const problems = (changed: Documents, certificate = signer.certificate) =>
  signatureProblems(changed, certificate, 'okta').map(({ message }) => message);
const changed = (name: string, bytes: Uint8Array | undefined) => {
  const copy = new Map(signed);
  bytes ? copy.set(name, bytes) : copy.delete(name);
  return copy;
};

describe('a signature', () => {
  it('has the bytes that Go makes of this key, document and time', () => {
    expect(Buffer.from(signed.get('provider.yaml.sig') ?? '').toString()).toBe(
      'AQAAAA7ieSDAAAAAAP//L+3tTSQrs0Iy/kmoMfUiFd1aZaokMG0SbjEnTm/9Zpmhe/fUk4sd0tyCLmWleWdSNaTe77Qb+lFQdCCV6gGlDw==',
    );
  });
  it('stands beside every document, and is found good', () => {
    expect([...signed.keys()]).toEqual([
      'provider.yaml',
      'provider.yaml.sig',
      'services/a.yaml',
      'services/a.yaml.sig',
    ]);
    expect(problems(signed)).toEqual([]);
  });
  it('is made again over a former one', () => expect(signDocuments(signed, signer, NOON)).toEqual(signed));
  it('is found wrong with any bit of any file changed', () => {
    const overlooked: string[] = [];
    for (const [name, bytes] of signed) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const tampered = Uint8Array.from(bytes);
        tampered[bit >> 3] = (tampered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        if (problems(changed(name, tampered)).length !== 1) overlooked.push(`${name}, bit ${bit}`);
      }
    }
    expect(overlooked).toEqual([]);
  });
  const sig = Buffer.from(signed.get('provider.yaml.sig') ?? '').toString();
  it.each<[string, Documents, string]>([
    ['missing', changed('provider.yaml.sig', undefined), 'okta: provider.yaml is not signed'],
    ['of nothing', changed('services/a.yaml', undefined), 'okta: services/a.yaml.sig signs nothing'],
    [
      'of another document',
      changed('provider.yaml.sig', signed.get('services/a.yaml.sig')),
      'okta: provider.yaml does not fit its signature and this certificate',
    ],
    [
      'with a line break',
      changed('provider.yaml.sig', Buffer.from(`${sig}\n`)),
      'okta: provider.yaml has a signature that is not ts15 ‖ sig64 in base64',
    ],
    [
      'without a time',
      changed('provider.yaml.sig', Buffer.from(Buffer.from(sig, 'base64').subarray(15).toString('base64'))),
      'okta: provider.yaml has a signature that is not ts15 ‖ sig64 in base64',
    ],
    [
      'empty',
      changed('provider.yaml.sig', Buffer.alloc(0)),
      'okta: provider.yaml has a signature that is not ts15 ‖ sig64 in base64',
    ],
  ])('%s is refused', (_name, given, want) => expect(problems(given)).toEqual([want]));
  it('of another key is refused, and one outside of the validity', async () => {
    const other = await selfSigned(
      generateKeyPairSync('ed25519').privateKey,
      'other',
      new Date('2026-01-01'),
      new Date('2028-01-01'),
    );
    const later = await selfSigned(createPrivateKey(KEY), 'later', new Date('2027-01-01'), new Date('2028-01-01'));
    expect(problems(signed, certificateOf(other))).toEqual(
      ['provider.yaml', 'services/a.yaml'].map(
        (name) => `okta: ${name} does not fit its signature and this certificate`,
      ),
    );
    expect(problems(signed, certificateOf(later))).toEqual(
      ['provider.yaml', 'services/a.yaml'].map((name) => `okta: ${name} was signed outside the certificate's validity`),
    );
  });
  it.each([
    ['2025-12-31T23:59:59Z', false],
    ['2026-01-01T00:00:00Z', false],
    ['2026-01-01T00:00:01Z', true],
    ['2027-12-31T23:59:59Z', true],
    ['2028-01-01T00:00:00Z', false],
  ])('at %s is made: %s', (time, want) => {
    const sign = () => signDocuments(documents, signer, seconds(time));
    if (want) expect(problems(sign())).toEqual([]);
    else expect(sign).toThrow('signing-time');
  });
});

describe('keys', () => {
  it('the same key and times make the same certificate, for signing alone', async () => {
    expect(await selfSigned(createPrivateKey(KEY), 'test', new Date('2026-01-01'), new Date('2028-01-01'))).toBe(CERT);
    const certificate = new X509Certificate(CERT);
    expect(certificate).toMatchObject({
      subject: 'CN=test',
      issuer: 'CN=test',
      validFrom: 'Jan  1 00:00:00 2026 GMT',
      validTo: 'Jan  1 00:00:00 2028 GMT',
      ca: false,
    });
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  const other = generateKeyPairSync('ed25519').privateKey;
  it.each([
    ['no key', 'hunter2', CERT, 'is no PEM'],
    ['an RSA key', rsa, CERT, 'is rsa, not Ed25519'],
    ['another key', other.export({ type: 'pkcs8', format: 'pem' }).toString(), CERT, 'do not belong together'],
    [
      'an encrypted key',
      other.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      CERT,
      'is encrypted',
    ],
    ['no certificate', KEY, 'hunter2', 'is no X.509'],
    ['a key for a certificate', KEY, KEY, 'is no X.509'],
  ])('%s is refused, and not printed', (_name, key, certificate, want) => {
    let message = '';
    try {
      signerOf(key, certificate);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(want);
    for (const line of key.split('\n').filter((line) => !line.startsWith('-----') && line !== ''))
      expect(message).not.toContain(line);
  });

  const root = scratch();
  const outside = scratch();
  for (const folder of ['dist/okta', 'provider/src', 'docs', 'keys', '.stackql-provider-gen'])
    mkdirSync(path.join(root, folder), { recursive: true });
  symlinkSync(path.join(root, 'provider'), path.join(root, 'link'));
  writeFileSync(path.join(root, 'docs/key.pem'), KEY, { mode: 0o600 });
  symlinkSync(path.join(root, 'docs/key.pem'), path.join(outside, 'key.pem'));
  it.each([
    ['dist/key.pem', true],
    ['dist/okta/key.pem', true],
    ['provider/not/there/yet/key.pem', true],
    ['provider/src/../key.pem', true],
    ['link/src/key.pem', true],
    [path.join(outside, 'key.pem'), true],
    ['keys/key.pem', false],
    ['key.pem', false],
    ['providers.pem', false],
    [path.join(outside, 'dist/key.pem'), false],
  ])('%s lies in an output tree: %s', (file, want) => {
    const refuse = () => refuseOutputTree(path.resolve(root, file));
    want ? expect(refuse).toThrow('key-refused') : expect(refuse).not.toThrow();
  });
  it('a key that others may read is refused', () => {
    const file = path.join(outside, 'mine.pem');
    writeFileSync(file, KEY, { mode: 0o600 });
    expect(readKey(file)).toBe(KEY);
    chmodSync(file, 0o640);
    expect(() => readKey(file)).toThrow('can be read by others');
    expect(() => readKey(path.join(outside, 'none.pem'))).toThrow('cannot read');
  });
});

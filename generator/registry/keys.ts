import { createHash, createPublicKey, type KeyObject, webcrypto } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';

/** What `generate` and `pack` write: it gets committed, packed and published, so no key may lie there. */
const OUTPUT_TREES = ['provider', 'providers', 'docs', 'dist'];
/** What lies beside such a tree. */
const STATE = ['.stackql-provider-gen', 'dist/.stackql-provider-gen', 'dist/providers.yaml'];

/**
 * A self-signed X.509 certificate, PEM, for an Ed25519 key. The engine asks Go whether it may serve (`CAFile` and
 * `signingCertFile` both name it, ENGINE E7.5). Its serial is the public key's hash, so that the same key and times
 * make the same certificate.
 */
export async function selfSigned(privateKey: KeyObject, name: string, validFrom: Date, validTo: Date): Promise<string> {
  // The library wants this before anything of it is loaded.
  await import('reflect-metadata');
  const { ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, X509CertificateGenerator } =
    await import('@peculiar/x509');
  const algorithm = { name: 'Ed25519' };
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [name] }],
    serialNumber: `00${createHash('sha256').update(spki).digest('hex').slice(0, 30)}`,
    notBefore: validFrom,
    notAfter: validTo,
    signingAlgorithm: algorithm,
    keys: {
      privateKey: await webcrypto.subtle.importKey(
        'pkcs8',
        privateKey.export({ type: 'pkcs8', format: 'der' }),
        algorithm,
        false,
        ['sign'],
      ),
      publicKey: await webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
    },
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/**
 * The PEM of a private key's file. Throws `key-refused` when others may read it, or when it lies where it would be
 * published.
 */
export function readKey(file: string): string {
  refuseOutputTree(file);
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) throw new ProblemsError([{ code: 'key-refused', message: `cannot read ${file}` }]);
  if (path.sep === '/' && (found.mode & 0o077) !== 0)
    throw new ProblemsError([
      { code: 'key-refused', message: `${file} can be read by others`, hint: `chmod 600 ${file}` },
    ]);
  return readFileSync(file, 'utf8');
}

/** Throws `key-refused` for a file in a folder that `generate` or `pack` writes, however a link leads there. */
export function refuseOutputTree(file: string): void {
  let folder = path.dirname(path.resolve(file));
  while (!existsSync(folder)) folder = path.dirname(folder);
  folder = realpathSync(existsSync(file) ? path.dirname(realpathSync(file)) : folder);
  for (; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    const beside = (name: string) => existsSync(path.join(path.dirname(folder), name));
    if (OUTPUT_TREES.includes(path.basename(folder)) && STATE.some(beside))
      throw new ProblemsError([{ code: 'key-refused', message: `${file} lies in ${folder}, which gets published` }]);
  }
}

import { createPrivateKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Documents } from './artifact.js';

/** Seconds from the year 1, where Go's time begins, to 1970. */
const UNIX_EPOCH = 62_135_596_800n;
const TIME_BYTES = 15;
const SIGNATURE_BYTES = 64;

/** A private key and its certificate; whoever holds one of them has checked that they belong together. */
export interface Signer {
  readonly key: KeyObject;
  readonly certificate: X509Certificate;
}

/** Throws `key-refused`, never with a word of the key. */
export function signerOf(keyPem: string, certificatePem: string): Signer {
  const certificate = certificateOf(certificatePem);
  let key: KeyObject;
  try {
    key = createPrivateKey(keyPem);
  } catch {
    throw refused('the private key is no PEM in PKCS#8, or is encrypted');
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refused(`the private key is ${key.asymmetricKeyType}, not Ed25519`);
  if (!certificate.checkPrivateKey(key)) throw refused('the private key and the certificate do not belong together');
  return { key, certificate };
}

/** The certificate of a PEM. The engine takes Ed25519 only. Throws `key-refused`. */
export function certificateOf(pem: string): X509Certificate {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch {
    throw refused('the certificate is no X.509 in PEM');
  }
  if (certificate.publicKey.asymmetricKeyType !== 'ed25519') throw refused('the certificate is not for an Ed25519 key');
  return certificate;
}

function refused(message: string): ProblemsError {
  return new ProblemsError([{ code: 'key-refused', message }]);
}

/**
 * The documents with a signature beside each; former signatures are dropped. Throws `signing-time` outside the
 * certificate's validity.
 */
export function signDocuments(documents: Documents, { key, certificate }: Signer, seconds: number): Documents {
  if (!covers(certificate, seconds * 1000))
    throw new ProblemsError([
      {
        code: 'signing-time',
        message: `${new Date(seconds * 1000).toISOString()} is not inside ${certificate.validFrom} – ${certificate.validTo}`,
      },
    ]);
  const time = timeBytes(seconds);
  const unsigned = [...documents].filter(([name]) => !name.endsWith('.sig'));
  return new Map(
    unsigned.flatMap(([name, bytes]): [string, Uint8Array][] => {
      const signature = Buffer.concat([time, sign(null, Buffer.concat([bytes, time]), key)]);
      return [
        [name, bytes],
        [`${name}.sig`, Buffer.from(signature.toString('base64'))],
      ];
    }),
  );
}

/**
 * Every document whose signature is missing or wrong, as the engine would find at its first use (ENGINE E7.5), and
 * every signature of nothing.
 */
export function signatureProblems(documents: Documents, certificate: X509Certificate, artifact: string): Problem[] {
  const problem = (name: string, reason: string): Problem => ({
    code: 'signature-wrong',
    message: `${artifact}: ${name} ${reason}`,
  });
  return [...documents].flatMap(([name, bytes]) => {
    if (name.endsWith('.sig')) return documents.has(name.slice(0, -4)) ? [] : [problem(name, 'signs nothing')];
    const signature = documents.get(`${name}.sig`);
    if (!signature) return [problem(name, 'is not signed')];
    const reason = whyNot(bytes, signature, certificate);
    return reason ? [problem(name, reason)] : [];
  });
}

function whyNot(bytes: Uint8Array, signature: Uint8Array, certificate: X509Certificate): string | undefined {
  const text = Buffer.from(signature).toString('latin1');
  const decoded = Buffer.from(text, 'base64');
  // The engine's base64 overlooks line breaks and stray bits at the end; a changed byte is a changed byte.
  if (decoded.toString('base64') !== text || decoded.length !== TIME_BYTES + SIGNATURE_BYTES)
    return 'has a signature that is not ts15 ‖ sig64 in base64';
  const time = decoded.subarray(0, TIME_BYTES);
  if (!verify(null, Buffer.concat([bytes, time]), certificate.publicKey, decoded.subarray(TIME_BYTES)))
    return 'does not fit its signature and this certificate';
  const milliseconds = Number((time.readBigInt64BE(1) - UNIX_EPOCH) * 1000n) + time.readUInt32BE(9) / 1e6;
  return covers(certificate, milliseconds) ? undefined : "was signed outside the certificate's validity";
}

/** Strictly inside, as the engine wants it. */
function covers(certificate: X509Certificate, milliseconds: number): boolean {
  return Date.parse(certificate.validFrom) < milliseconds && milliseconds < Date.parse(certificate.validTo);
}

/** `ts15` of ENGINE E7.5: Go's binary form of a time in UTC. */
function timeBytes(seconds: number): Buffer {
  const bytes = Buffer.alloc(TIME_BYTES);
  bytes.writeUInt8(1);
  bytes.writeBigInt64BE(BigInt(seconds) + UNIX_EPOCH, 1);
  bytes.writeInt16BE(-1, 13);
  return bytes;
}

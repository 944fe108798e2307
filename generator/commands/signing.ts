import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { packArtifact } from '../registry/artifact.js';
import { readKey, refuseOutputTree, selfSigned } from '../registry/keys.js';
import { withLock } from '../registry/mutex.js';
import { type Packed, replaceVersions } from '../registry/publish.js';
import { certificateOf, signatureProblems, signDocuments, signerOf } from '../registry/signature.js';
import { REGISTRY } from '../registry/store.js';
import { readArtifact, readFolder } from '../registry/verify.js';
import { recover, writeNew } from '../write.js';
import { sayProblems, type Terminal } from './terminal.js';

const KEY_VARIABLE = 'STACKQL_SIGNING_KEY';
const CERTIFICATE_VARIABLE = 'STACKQL_SIGNING_CERT';

interface SignOptions {
  key?: string;
  cert?: string;
  at?: string;
  version?: string;
}

export function keygenCommand(command: Command, terminal: Terminal): void {
  command
    .requiredOption('--key <file>', 'the private key to make: PKCS#8 in PEM, mode 600, outside of what gets published')
    .requiredOption('--cert <file>', 'the certificate to make')
    .requiredOption('--to <time>', 'when the certificate ends, in UTC: 2028-11-01')
    .option('--from <time>', 'when it begins (default: $SOURCE_DATE_EPOCH)')
    .option('--name <name>', "the certificate's common name", 'stackql-provider-gen')
    .action(async (options: { key: string; cert: string; from?: string; to: string; name: string }) => {
      refuseOutputTree(options.key);
      const [from, to] = [timeOf('--from', options.from, terminal), timeOf('--to', options.to, terminal)];
      if (from >= to) throw usage('--from is not before --to');
      for (const file of [options.key, options.cert])
        if (existsSync(file))
          throw new ProblemsError([{ code: 'key-refused', message: `${file} exists; a key is never overwritten` }]);
      const { privateKey } = generateKeyPairSync('ed25519');
      const certificate = await selfSigned(privateKey, options.name, new Date(from * 1000), new Date(to * 1000));
      writeNew(options.key, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
      writeNew(options.cert, certificate, 0o644);
      terminal.say(`${options.key}: the private key; keep it secret`);
      terminal.say(`${options.cert}: its certificate; give it to whoever verifies`);
    });
}

export function signCommand(command: Command, terminal: Terminal): void {
  command
    .option('--version <version>', 'only this version (default: all that dist/ has)')
    .option('--key <file>', `the private key (default: the PEM in $${KEY_VARIABLE})`)
    .option('--cert <file>', `its certificate (default: the PEM in $${CERTIFICATE_VARIABLE})`)
    .option('--at <time>', 'the time of signing, in UTC: 2026-11-01T12:00:00Z (default: $SOURCE_DATE_EPOCH)')
    .action(async (dir: string | undefined, options: SignOptions) => {
      const root = path.resolve(dir ?? '.');
      const signer = signerOf(
        options.key === undefined ? fromEnvironment(KEY_VARIABLE, '--key', terminal) : readKey(options.key),
        certificatePem(options.cert, terminal),
      );
      const seconds = timeOf('--at', options.at, terminal);
      await withLock(root, async () => {
        recover(root, {}, REGISTRY);
        const signed: Packed[] = [];
        const results: string[] = [];
        for (const { provider, version, documents } of await readFolder(root, options.version)) {
          const name = `${provider} ${version}`;
          // A published version never changes: what this key has signed keeps its bytes, whatever the time is now.
          if (signatureProblems(documents, signer.certificate, name).length === 0) {
            results.push(`${name}: is signed already`);
            continue;
          }
          const withSignatures = signDocuments(documents, signer, seconds);
          signed.push({ provider, version, bytes: await packArtifact({ version, documents: withSignatures }) });
          results.push(`${name}: ${withSignatures.size / 2} documents signed`);
        }
        await replaceVersions(root, signed);
        for (const result of results) terminal.say(result);
      });
    });
}

export function verifyArtifactCommand(command: Command, terminal: Terminal): void {
  command
    .option('--cert <file>', `the certificate (default: the PEM in $${CERTIFICATE_VARIABLE})`)
    .option('--unsigned', 'do not look at signatures')
    .action(async (target: string | undefined, options: { cert?: string; unsigned?: boolean }) => {
      const certificate = options.unsigned ? undefined : certificateOf(certificatePem(options.cert, terminal));
      const artifacts = target?.endsWith('.tgz')
        ? [await readFile(target)]
        : await readFolder(path.resolve(target ?? '.'));
      const problems = certificate
        ? artifacts.flatMap((artifact) =>
            signatureProblems(artifact.documents, certificate, `${artifact.provider} ${artifact.version}`),
          )
        : [];
      sayProblems(terminal, problems);
      const sound = certificate
        ? `signed, by a certificate that ends ${certificate.validTo}`
        : 'whole; signatures not looked at';
      const verdict = problems.length > 0 ? 'not as signed' : sound;
      for (const { provider, version } of artifacts) terminal.say(`${provider} ${version}: ${verdict}`);
    });
}

async function readFile(file: string) {
  const [, provider, version] = /([^/\\]+)[/\\](v[0-9.]+)\.tgz$/.exec(path.resolve(file)) ?? [];
  if (!provider || !version) throw usage(`${file} is not <provider>/<version>.tgz`);
  if (!existsSync(file)) throw usage(`no file ${file}`);
  return readArtifact(provider, version, readFileSync(file));
}

function certificatePem(file: string | undefined, terminal: Terminal): string {
  if (file === undefined) return fromEnvironment(CERTIFICATE_VARIABLE, '--cert', terminal);
  if (!existsSync(file)) throw new ProblemsError([{ code: 'key-refused', message: `cannot read ${file}` }]);
  return readFileSync(file, 'utf8');
}

function fromEnvironment(variable: string, option: string, { env }: Terminal): string {
  const pem = env[variable];
  if (!pem) throw new ProblemsError([{ code: 'key-refused', message: `neither ${option} nor $${variable} is given` }]);
  return pem;
}

/** Seconds since 1970 of an ISO time in UTC, or of SOURCE_DATE_EPOCH when none is given. */
function timeOf(option: string, text: string | undefined, { env }: Terminal): number {
  const epoch = text ?? env.SOURCE_DATE_EPOCH;
  if (!epoch)
    throw new ProblemsError([{ code: 'signing-time', message: `neither ${option} nor $SOURCE_DATE_EPOCH is given` }]);
  const isTime = text === undefined ? /^\d{1,11}$/.test(epoch) : /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?$/.test(epoch);
  const seconds = text === undefined ? Number(epoch) : Date.parse(epoch) / 1000;
  if (!isTime || Number.isNaN(seconds))
    throw new ProblemsError([
      {
        code: 'signing-time',
        message: `${text === undefined ? '$SOURCE_DATE_EPOCH' : option} ${JSON.stringify(epoch)} is no time`,
      },
    ]);
  return seconds;
}

function usage(message: string): ProblemsError {
  return new ProblemsError([{ code: 'usage', message }]);
}

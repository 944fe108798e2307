import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packArtifact, unpackArtifact } from '../../generator/registry/artifact.js';
import { addVersion } from '../../generator/registry/publish.js';
import { folderStore } from '../../generator/registry/store.js';
import { runCli, startCli } from '../cli.js';
import { hasShared, ROOT, SHARED, scratch } from '../places.js';

/** The engine: `$STACKQL`, else `stackql` on the PATH, else these tests are skipped, visibly. */
const ENGINE = process.env.STACKQL ?? 'stackql';
const hasEngine = spawnSync(ENGINE, ['--version']).status === 0;
const VERSION = 'v26.11.00001';

const served: ChildProcess[] = [];
afterAll(() => {
  for (const child of served) child.kill('SIGTERM');
});

async function cli(cwd: string, ...args: string[]): Promise<void> {
  const { status, stderr } = await runCli(args, { cwd });
  expect(status, stderr).toBe(0);
}

/** `serve`, until the tests end; its URL. */
async function serve(root: string): Promise<string> {
  const child = startCli(['serve', root]);
  served.push(child);
  return new Promise((done) => child.stdout?.once('data', (text) => done(String(text).trim())));
}

/** An engine that has nothing yet, and pulls from a registry, over HTTP only (ENGINE E7.6). */
function engine(url: string, verifyConfig: object) {
  const root = mkdtempSync(path.join(scratch(), 'engine-'));
  const env = Object.fromEntries(
    Object.entries({ ...process.env, OKTA_API_TOKEN: 'secret' }).filter(([name]) => !/proxy/i.test(name)),
  );
  return async (sql: string): Promise<{ rows: Record<string, unknown>[]; messages: string }> => {
    const child = spawn(
      ENGINE,
      ['--approot', root, `--registry=${JSON.stringify({ url, verifyConfig })}`, '--output', 'json', 'exec', sql],
      { env },
    );
    let [out, messages] = ['', ''];
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => (messages += text));
    await new Promise((done) => child.on('close', done));
    return { rows: out.trim().startsWith('[') ? JSON.parse(out) : [], messages: messages.trim() };
  };
}

const UNVERIFIED = { nopVerify: true };
const verified = (certificate: string) => ({ signingCertFile: certificate, CAFile: certificate });

/** What the public registry runs on a provider before it takes it (ENGINE E7.7); gives what it would not take. */
async function acceptance(
  run: ReturnType<typeof engine>,
  provider: string,
): Promise<{ refused: string[]; resources: number; methods: number }> {
  const refused: string[] = [];
  const counts = { resources: 0, methods: 0 };
  const ask = async (sql: string, tolerated = '-') => {
    const { rows, messages } = await run(sql);
    if (messages !== '' && !messages.includes(tolerated)) refused.push(`${sql}: ${messages.slice(0, 200)}`);
    return rows;
  };
  const services = await ask(`SHOW SERVICES IN ${provider}`);
  if (services.length === 0) refused.push('no services');
  for (const { name: service } of services) {
    for (const { name } of await ask(`SHOW EXTENDED RESOURCES IN ${provider}.${service}`)) {
      const resource = `${provider}.${service}.${name}`;
      counts.resources++;
      await ask(`DESCRIBE EXTENDED ${resource}`, 'SELECT not supported');
      const methods = await ask(`SHOW EXTENDED METHODS IN ${resource}`);
      if (methods.length === 0) refused.push(`${resource} has no methods`);
      counts.methods += methods.length;
      if (methods.some(({ SQLVerb }) => SQLVerb === 'INSERT'))
        await ask(`SHOW INSERT INTO ${resource}`, 'error creating insert statement');
    }
  }
  return { refused, ...counts };
}

describe.skipIf(!hasEngine)('a registry, on the real engine', () => {
  const root = scratch();
  const certificate = path.join(root, 'keys/cert.pem');
  const requests: string[] = [];
  const api = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.replace(/\?$/, '')}`);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 's1', login: 'isaac', status: 'ACTIVE' }));
  });
  let [signed, unsigned] = ['', ''];

  beforeAll(async () => {
    await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
    cpSync(path.join(ROOT, 'spec'), path.join(root, 'spec'), { recursive: true });
    const spec = path.join(root, 'spec/okta-sessions.yaml');
    const before = readFileSync(spec, 'utf8');
    const after = before.replace(
      'https://{subdomain}.okta.com',
      `http://127.0.0.1:${(api.address() as AddressInfo).port}/{subdomain}`,
    );
    expect(after).not.toBe(before);
    writeFileSync(spec, after);
    await cli(root, 'generate');
    await cli(root, 'pack', '--version', VERSION, '--out', 'unsigned');
    await cli(root, 'pack', '--version', VERSION, '--out', 'signed');
    // The engine wants a certificate that is valid now.
    const year = new Date().getUTCFullYear();
    const validity = ['--from', `${year - 1}-01-01`, '--to', `${year + 2}-01-01`];
    await cli(root, 'keygen', '--key', 'keys/key.pem', '--cert', certificate, ...validity);
    await cli(root, 'keygen', '--key', 'keys/other.key.pem', '--cert', 'keys/other.cert.pem', ...validity);
    await cli(
      root,
      'keygen',
      '--key',
      'keys/old.key.pem',
      '--cert',
      'keys/old.cert.pem',
      '--from',
      '2020-01-01',
      '--to',
      '2021-01-01',
    );
    await cli(root, 'sign', 'signed', '--key', 'keys/key.pem', '--cert', certificate, '--at', `${year}-01-01`);
    [signed, unsigned] = await Promise.all([serve(path.join(root, 'signed')), serve(path.join(root, 'unsigned'))]);
  }, 120_000);
  afterAll(() => api.close());

  it.each([
    ['signed, and verified', () => engine(signed, verified(certificate))],
    ['unsigned, not verified', () => engine(unsigned, UNVERIFIED)],
  ])('an artifact %s, is listed, pulled, shown, described and queried', async (_name, start) => {
    const run = start();
    expect(await run('REGISTRY LIST')).toEqual({ rows: [{ provider: 'okta', version: VERSION }], messages: '' });
    expect(await run('REGISTRY LIST okta')).toEqual({ rows: [{ provider: 'okta', versions: VERSION }], messages: '' });
    expect((await run(`REGISTRY PULL okta ${VERSION}`)).messages).toContain('successfully installed');
    expect((await run('SHOW SERVICES IN okta')).rows).toEqual([
      { id: `sessions:${VERSION}`, name: 'sessions', title: 'Okta sessions' },
    ]);
    expect((await run('SHOW RESOURCES IN okta.sessions')).rows).toEqual([
      { id: 'okta.sessions.sessions', name: 'sessions' },
    ]);
    expect((await run('SHOW METHODS IN okta.sessions.sessions')).rows).toHaveLength(7);
    expect((await run('DESCRIBE okta.sessions.sessions')).rows[0]).toEqual({ name: 'id', type: 'string' });
    requests.length = 0;
    const { rows, messages } = await run(
      "SELECT id, login, status FROM okta.sessions.sessions WHERE subdomain = 'my-org' AND sessionId = 's1'",
    );
    expect([rows, requests], messages).toEqual([
      [{ id: 's1', login: 'isaac', status: 'ACTIVE' }],
      ['GET /my-org/api/v1/sessions/s1'],
    ]);
  });

  it('REGISTRY PULL without a version takes the highest', async () => {
    const many = path.join(root, 'many');
    for (const version of ['v26.11.00002', 'v26.11.00010', 'v26.9.99999'.replace('.9.', '.09.')]) {
      await cli(root, 'pack', '--version', version, '--out', many);
    }
    const run = engine(await serve(many), UNVERIFIED);
    expect((await run('REGISTRY LIST')).rows).toEqual([{ provider: 'okta', version: 'v26.11.00010' }]);
    expect((await run('REGISTRY PULL okta')).messages).toContain("'v26.11.00010' successfully installed");
  });

  /** The signed artifact with one document changed, packed anew and listed, as someone who holds the server would. */
  const tampered = async (name: string, change: (bytes: Buffer) => Buffer | undefined) => {
    const copy = path.join(scratch(), 'registry');
    const bytes = readFileSync(path.join(root, `signed/dist/okta/${VERSION}.tgz`));
    const documents = new Map(await unpackArtifact(VERSION, bytes, 'a'));
    const changed = change(Buffer.from(documents.get(name) ?? ''));
    changed ? documents.set(name, changed) : documents.delete(name);
    await addVersion(folderStore(copy), {
      provider: 'okta',
      version: VERSION,
      bytes: await packArtifact({ version: VERSION, documents }),
    });
    return copy;
  };
  const PROVIDER = 'SHOW SERVICES IN okta';
  const SERVICE = 'SHOW RESOURCES IN okta.sessions';
  it.each<[string, string, (bytes: Buffer) => Buffer | undefined, string]>([
    ['provider.yaml', 'changed', (bytes) => Buffer.from(bytes.toString().replace('Okta', 'Octa')), PROVIDER],
    ['provider.yaml.sig', 'missing', () => undefined, PROVIDER],
    ['provider.yaml.sig', 'changed', (bytes) => Buffer.concat([Buffer.from('B'), bytes.subarray(1)]), PROVIDER],
    [
      'services/sessions.yaml',
      'changed',
      (bytes) => Buffer.from(bytes.toString().replace('127.0.0.1', '127.0.0.2')),
      SERVICE,
    ],
    ['services/sessions.yaml.sig', 'missing', () => undefined, SERVICE],
    [
      'services/sessions.yaml.sig',
      'changed',
      (bytes) => Buffer.concat([bytes.subarray(0, 60), Buffer.from(bytes[60] === 65 ? 'B' : 'A'), bytes.subarray(61)]),
      SERVICE,
    ],
  ])('%s %s: the engine refuses it, and so does verify-artifact', async (name, _how, change, sql) => {
    const registry = await tampered(name, change);
    const run = engine(await serve(registry), verified(certificate));
    await run(`REGISTRY PULL okta ${VERSION}`);
    const { rows, messages } = await run(sql);
    expect(rows).toEqual([]);
    expect(messages).not.toBe('');
    const verdict = await runCli(['verify-artifact', registry, '--cert', certificate]);
    expect([verdict.status, verdict.stderr]).toEqual([1, expect.stringContaining('signature-wrong')]);
  });

  it.each([
    ['of another key', 'keys/other.cert.pem'],
    ['that has ended', 'keys/old.cert.pem'],
  ])('with a certificate %s the engine refuses what is whole', async (_name, file) => {
    const run = engine(signed, verified(path.join(root, file)));
    await run(`REGISTRY PULL okta ${VERSION}`);
    const { rows, messages } = await run(PROVIDER);
    expect([rows, messages === '']).toEqual([[], false]);
  });

  it('unsigned, it is refused by an engine that verifies', async () => {
    const run = engine(unsigned, verified(certificate));
    await run(`REGISTRY PULL okta ${VERSION}`);
    expect(await run(PROVIDER)).toMatchObject({
      rows: [],
      messages: expect.stringContaining('signature file not present'),
    });
  });

  it('the public registry would take it', async () => {
    const run = engine(unsigned, UNVERIFIED);
    await run(`REGISTRY PULL okta ${VERSION}`);
    expect(await acceptance(run, 'okta')).toEqual({ refused: [], resources: 1, methods: 7 });
  });

  it.skipIf(!hasShared)(
    'the public registry would take a whole API (needs ../shared/specs)',
    { timeout: 600_000 },
    async () => {
      const whole = scratch();
      const source = ['--spec', path.join(SHARED, 'specs/okta-management-2026.06.3.yaml'), '--provider', 'okta'];
      await cli(whole, 'generate', ...source);
      await cli(whole, 'pack', ...source, '--version', VERSION);
      const run = engine(await serve(whole), UNVERIFIED);
      await run(`REGISTRY PULL okta ${VERSION}`);
      const { refused, resources, methods } = await acceptance(run, 'okta');
      console.log(
        `acceptance walk over the whole API: ${resources} resources, ${methods} methods, ${refused.length} refused`,
      );
      expect(refused).toEqual([]);
      expect(methods).toBeGreaterThan(700);
    },
  );
});

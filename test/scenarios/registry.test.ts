import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runCli, startCli } from '../cli.js';
import { ROOT, scratch } from '../places.js';

const original = scratch();
beforeAll(async () => {
  cpSync(path.join(ROOT, 'spec'), path.join(original, 'spec'), { recursive: true });
  for (const args of [['generate'], ['pack', '--version', 'v26.11.00001']])
    expect(await runCli(args, { cwd: original })).toMatchObject({ status: 0 });
}, 120_000);

/** A folder with the committed provider, generated and packed. */
function packed(): string {
  const cwd = scratch();
  cpSync(original, cwd, { recursive: true });
  return cwd;
}

describe('signing from the environment', () => {
  it('makes the bytes that files make, as often as it is asked, and never prints the key', async () => {
    const cwd = packed();
    const artifact = () => readFileSync(path.join(cwd, 'dist/okta/v26.11.00001.tgz'));
    await runCli(['keygen', '--key', 'key.pem', '--cert', 'cert.pem', '--from', '2026-01-01', '--to', '2028-01-01'], {
      cwd,
    });
    expect(statSync(path.join(cwd, 'key.pem')).mode & 0o777).toBe(0o600);
    const [key, certificate] = [
      readFileSync(path.join(cwd, 'key.pem'), 'utf8'),
      readFileSync(path.join(cwd, 'cert.pem'), 'utf8'),
    ];
    const env = {
      STACKQL_SIGNING_KEY: key,
      STACKQL_SIGNING_CERT: certificate,
      SOURCE_DATE_EPOCH: String(Date.parse('2026-11-01') / 1000),
    };
    const said = await runCli(['sign', '--key', 'key.pem', '--cert', 'cert.pem', '--at', '2026-11-01'], { cwd });
    const first = artifact();
    expect((await runCli(['sign'], { cwd, env })).stderr).toBe('okta v26.11.00001: is signed already\n');
    expect(artifact()).toEqual(first);
    await runCli(['pack', '--version', 'v26.11.00001'], { cwd });
    expect(artifact()).not.toEqual(first);
    expect(await runCli(['sign'], { cwd, env })).toEqual(said);
    expect(artifact()).toEqual(first);
    expect(await runCli(['verify-artifact'], { cwd, env })).toMatchObject({ status: 0 });
    const refused = await runCli(['sign', '--debug'], {
      cwd,
      env: { ...env, STACKQL_SIGNING_KEY: key.replace('PRIVATE', 'PUBLIC') },
    });
    expect(refused.status).toBe(2);
    expect(`${said.stdout}${said.stderr}${refused.stdout}${refused.stderr}`).not.toContain(key.split('\n')[1]);
  });
});

it.each(['SIGINT', 'SIGTERM'] as const)(
  'serve ends on %s with code 0, in spite of a client that never finishes',
  { timeout: 60_000 },
  async (signal) => {
    const cwd = packed();
    const child = startCli(['serve', cwd]);
    const ended = new Promise((done) => child.on('close', (code) => done(code)));
    const url = await new Promise<string>((done) => child.stdout?.once('data', (text) => done(String(text).trim())));
    expect(await (await fetch(`${url}/dist/providers.yaml`)).text()).toBe(
      'providers:\n  okta:\n    versions:\n      - v26.11.00001\n',
    );
    const slow = connect(Number(new URL(url).port), '127.0.0.1', () => slow.write('GET /dist/prov')).on(
      'error',
      () => undefined,
    );
    await new Promise((done) => slow.once('connect', done));
    child.kill(signal);
    expect(await ended).toBe(0);
    slow.destroy();
  },
);

it('serve refuses a port that is taken', async () => {
  const cwd = packed();
  const child = startCli(['serve', cwd]);
  const url = await new Promise<string>((done) => child.stdout?.once('data', (text) => done(String(text).trim())));
  const second = await runCli(['serve', cwd, '--port', new URL(url).port]);
  child.kill('SIGTERM');
  expect([second.status, second.stderr]).toEqual([2, expect.stringContaining('EADDRINUSE')]);
});

it('pack takes no file that generate did not make', async () => {
  const cwd = packed();
  const file = path.join(cwd, 'providers/src/okta/v00.00.00000/provider.yaml');
  expect(readFileSync(file, 'utf8')).toBe(
    readFileSync(path.join(ROOT, 'provider/src/okta/v00.00.00000/provider.yaml'), 'utf8'),
  );
  writeFileSync(path.join(cwd, 'provider/src/okta/v00.00.00000/services/mine.yaml'), 'x');
  const before = readFileSync(path.join(cwd, 'dist/SHA256SUMS'), 'utf8');
  expect(await runCli(['pack', '--version', 'v26.11.00001'], { cwd })).toMatchObject({ status: 0 });
  expect(readFileSync(path.join(cwd, 'dist/SHA256SUMS'), 'utf8')).toBe(before);
});

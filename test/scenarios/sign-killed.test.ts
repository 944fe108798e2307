import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { emitProvider } from '../../generator/emit/provider.js';
import { mapSource } from '../../generator/index.js';
import { packArtifact } from '../../generator/registry/artifact.js';
import { type Packed, replaceVersions } from '../../generator/registry/publish.js';
import { runCli, startCli } from '../cli.js';
import { CONFIG, ROOT, scratch, series } from '../places.js';

const KILLS = series(4, 12);
const DELAYS = [0, 1, 2, 4, 8, 16, 32, 64];

/** Starts a command and kills it, so many milliseconds after it begins to stage files. True: it had not ended. */
async function killMidway(args: readonly string[], cwd: string, delay: number): Promise<boolean> {
  const staging = path.join(cwd, 'dist/.stackql-provider-gen/staging');
  const child = startCli(args, { cwd });
  const ended = new Promise<NodeJS.Signals | null>((done) => child.on('close', (_code, signal) => done(signal)));
  while (child.exitCode === null && !existsSync(staging)) await new Promise((done) => setTimeout(done, 1));
  await new Promise((done) => setTimeout(done, delay));
  child.kill('SIGKILL');
  return (await ended) === 'SIGKILL';
}

const artifacts = (cwd: string) => {
  const files = readdirSync(path.join(cwd, 'dist/okta')).sort();
  return new Map(files.map((file) => [file, readFileSync(path.join(cwd, 'dist/okta', file)).toString('base64')]));
};

it(`kill -9 during sign, ${KILLS} times: never a false alarm, and a second sign finishes`, {
  timeout: 600_000,
}, async () => {
  const { provider } = await mapSource(CONFIG);
  const packed: Packed[] = [];
  for (let number = 1; number <= 30; number++) {
    const version = `v26.11.${String(number).padStart(5, '0')}`;
    const documents = new Map(
      emitProvider({ ...provider, version }).map(({ path: file, text }) => [
        file.slice(`provider/src/okta/${version}/`.length),
        Buffer.from(text),
      ]),
    );
    packed.push({ provider: 'okta', version, bytes: await packArtifact({ version, documents }) });
  }
  const unsigned = scratch();
  await replaceVersions(unsigned, packed);
  const keys = scratch();
  const [key, cert] = [path.join(keys, 'key.pem'), path.join(keys, 'cert.pem')];
  await runCli(['keygen', '--key', key, '--cert', cert, '--from', '2026-01-01', '--to', '2028-01-01']);
  const sign = ['sign', '--key', key, '--cert', cert, '--at', '2026-11-01'];
  const signed = scratch();
  cpSync(unsigned, signed, { recursive: true });
  expect(await runCli(sign, { cwd: signed })).toMatchObject({ status: 0 });
  const [before, after] = [artifacts(unsigned), artifacts(signed)];
  let midway = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const cwd = scratch();
    cpSync(unsigned, cwd, { recursive: true });
    if (await killMidway(sign, cwd, DELAYS[kill % DELAYS.length] ?? 0)) midway++;
    // Each file is whole, and what a reader then finds is the old state or the new one.
    for (const [file, bytes] of artifacts(cwd)) expect([before.get(file), after.get(file)], file).toContain(bytes);
    const seen = await runCli(['verify-artifact', '--cert', cert], { cwd });
    expect(seen.stderr, `after kill ${kill}`).not.toMatch(/artifact-|registry-/);
    expect([before, after], `after kill ${kill}`).toContainEqual(artifacts(cwd));
    expect(await runCli(sign, { cwd })).toMatchObject({ status: 0 });
    expect(await runCli(['verify-artifact', '--cert', cert], { cwd })).toMatchObject({ status: 0 });
    expect(artifacts(cwd)).toEqual(after);
    expect(readdirSync(path.join(cwd, 'dist')).sort()).toEqual(readdirSync(path.join(signed, 'dist')).sort());
  }
  expect(midway).toBeGreaterThan(KILLS / 4);
});

it(`kill -9 during pack, ${KILLS} times: never a false alarm, and a second pack finishes`, {
  timeout: 600_000,
}, async () => {
  const project = scratch();
  cpSync(path.join(ROOT, 'spec'), path.join(project, 'spec'), { recursive: true });
  for (const args of [['generate'], ['pack', '--version', 'v26.11.00001']])
    expect(await runCli(args, { cwd: project })).toMatchObject({ status: 0 });
  const pack = ['pack', '--version', 'v26.11.00002'];
  const complete = scratch();
  cpSync(project, complete, { recursive: true });
  expect(await runCli(pack, { cwd: complete })).toMatchObject({ status: 0 });
  let midway = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const cwd = scratch();
    cpSync(project, cwd, { recursive: true });
    if (await killMidway(pack, cwd, (DELAYS[kill % DELAYS.length] ?? 0) / 8)) midway++;
    expect(await runCli(['verify-artifact', '--unsigned'], { cwd }), `after kill ${kill}`).toMatchObject({ status: 0 });
    expect(await runCli(pack, { cwd })).toMatchObject({ status: 0 });
    expect(artifacts(cwd)).toEqual(artifacts(complete));
    expect(readdirSync(path.join(cwd, 'dist')).sort()).toEqual(readdirSync(path.join(complete, 'dist')).sort());
  }
  expect(midway).toBeGreaterThan(KILLS / 8);
});

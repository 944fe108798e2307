import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { engineServer, engineVersion } from '../../../generator/verify/engine.js';
import { scratch } from '../../places.js';

/** A stand-in for the engine: a shell script in a folder of its own. `$HERE` is that folder. */
function fakeEngine(script: string): { file: string; folder: string } {
  const folder = scratch();
  const file = path.join(folder, 'stackql');
  writeFileSync(file, `#!/bin/sh\nHERE='${folder}'\n${script}\n`);
  chmodSync(file, 0o755);
  return { file, folder };
}
/** Starts a process that outlives its parent, and notes its number. */
const FORKS = 'sleep 300 & echo $! > "$HERE/forked"';
const PATIENCE = 1500;
const environment = { PATH: process.env.PATH, SECRET_OF_THE_USER: 'x', HTTPS_PROXY: 'http://127.0.0.1:1' };

function isAlive(pid: number): boolean {
  // A process that ended and that nobody has waited for yet is not alive.
  const status = `/proc/${pid}/status`;
  if (existsSync('/proc/self')) return existsSync(status) && !/^State:\s+Z/m.test(readFileSync(status, 'utf8'));
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
async function gone(folder: string): Promise<boolean> {
  const pid = Number(readFileSync(path.join(folder, 'forked'), 'utf8'));
  expect(pid).toBeGreaterThan(0);
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await new Promise((done) => setTimeout(done, 20));
  return !isAlive(pid);
}

describe.skipIf(process.platform === 'win32')('the version of the engine', () => {
  it.each<[name: string, script: string, want: string | RegExp]>([
    ['is its first line', 'echo "stackql   v1.2.3"; echo more', 'stackql v1.2.3'],
    ['of one that leaves a process behind', `${FORKS}; echo v1`, 'v1'],
    ['of one that hangs', `${FORKS}; wait`, /engine-failed.*--version: no answer within 1\.5 s/],
    ['of one that fails', `${FORKS}; exit 3`, /engine-missing/],
    ['of what is not there', '', /engine-missing/],
  ])('%s', async (_name, script, want) => {
    const { file, folder } = fakeEngine(script);
    const version = engineVersion(script === '' ? path.join(folder, 'none') : file, {
      environment,
      patience: PATIENCE,
    });
    if (typeof want === 'string') expect(await version).toBe(want);
    else await expect(version).rejects.toThrow(want);
    if (script.includes(FORKS)) expect(await gone(folder)).toBe(true);
  });

  it('sees nothing of the user’s environment', async () => {
    const { file, folder } = fakeEngine('env > "$HERE/env"; echo v1');
    await engineVersion(file, { environment });
    const variables = readFileSync(path.join(folder, 'env'), 'utf8').split('\n');
    const names = variables.map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['PATH', 'HOME', 'TMPDIR']));
    expect(names).not.toContain('SECRET_OF_THE_USER');
    expect(names).not.toContain('HTTPS_PROXY');
    expect(variables).not.toContain(`HOME=${process.env.HOME}`);
  });

  it('stops with an interrupt', async () => {
    const { file, folder } = fakeEngine(`${FORKS}; wait`);
    let interrupt = async () => {};
    const onInterrupt = (stop: () => Promise<void>) => {
      interrupt = stop;
      return () => {};
    };
    const version = engineVersion(file, { environment, onInterrupt, patience: 60_000 });
    for (let tries = 0; tries < 100 && !readdirSync(folder).includes('forked'); tries++)
      await new Promise((done) => setTimeout(done, 20));
    await interrupt();
    await expect(version).rejects.toThrow('engine-missing');
    expect(await gone(folder)).toBe(true);
  });
});

describe.skipIf(process.platform === 'win32')('an engine that does not start', () => {
  it.each([
    ['forks and ends', `${FORKS}; echo "bad flag" >&2; exit 1`],
    ['is stopped while it starts', `${FORKS}; wait`],
  ])('%s: nothing of it is left', async (name, script) => {
    const { file, folder } = fakeEngine(script);
    const engine = engineServer({ file, registry: folder, scratch: folder, env: { PATH: process.env.PATH ?? '' } });
    const outcome = engine.run('SELECT 1');
    if (name.startsWith('forks')) await expect(outcome).rejects.toThrow('bad flag');
    else {
      for (let tries = 0; tries < 100 && !readdirSync(folder).includes('forked'); tries++)
        await new Promise((done) => setTimeout(done, 20));
      await engine.stop();
    }
    expect(await gone(folder)).toBe(true);
  });
});

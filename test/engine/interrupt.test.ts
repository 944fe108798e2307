import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLI } from '../cli.js';
import { ENGINE, hasEngine, ROOT, scratch } from '../places.js';

const VERIFY = [CLI, 'verify'];

/** A stand-in for the engine: it has a version, and for the rest does this. */
function standIn(does: string): string {
  const file = path.join(scratch(), 'stackql');
  writeFileSync(
    file,
    `#!/usr/bin/env node\nif (process.argv.includes('--version')) console.log('stackql of straw');\nelse ${does}\n`,
  );
  chmodSync(file, 0o755);
  return file;
}
const WAITS = 'setTimeout(() => {}, 60_000);';

/** The committed provider without `info`: SELECT hangs on it (ENGINE E6.4), so that there is time to interrupt. */
function hanging(): string {
  const folder = path.join(scratch(), 'provider');
  cpSync(path.join(ROOT, 'provider'), folder, { recursive: true });
  const file = path.join(folder, 'src/okta/v00.00.00000/services/sessions.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^info:\n(?: .*\n)+/m, ''));
  return folder;
}

/** Processes whose command line names the folder. */
const runningIn = (folder: string) =>
  spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.includes(folder));
const until = async (condition: () => boolean) => {
  for (let tries = 0; tries < 300 && !condition(); tries++) await new Promise((done) => setTimeout(done, 50));
  expect(condition()).toBe(true);
};

describe('verify leaves nothing behind', () => {
  it.each<[string, string, NodeJS.Signals, number]>([
    ['Ctrl-C', standIn(WAITS), 'SIGINT', 130],
    ['SIGTERM', standIn(WAITS), 'SIGTERM', 143],
    ...(hasEngine
      ? ([['Ctrl-C on the real engine', ENGINE, 'SIGINT', 130]] satisfies [string, string, NodeJS.Signals, number][])
      : []),
  ])('after %s', async (_name, engine, signal, want) => {
    const temporary = path.join(scratch(), 'tmp');
    mkdirSync(temporary);
    const args = [...VERIFY, hanging(), '--docs', path.join(ROOT, 'docs/services'), '--engine', engine];
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: temporary },
      stdio: 'ignore',
    });
    const ended = new Promise<number | null>((done) => child.on('close', done));
    await until(() => runningIn(temporary).some((line) => line.includes('srv')));
    child.kill(signal);
    expect(await ended).toBe(want);
    await until(() => runningIn(temporary).length === 0);
    expect(readdirSync(temporary).filter((name) => name.startsWith('stackql-verify-'))).toEqual([]);
  });

  it('when the engine does not start: says so, and ends with 1', () => {
    const temporary = path.join(scratch(), 'tmp');
    mkdirSync(temporary);
    const engine = standIn("{ console.error('no such flag: srv'); process.exit(1); }");
    const { status, stderr } = spawnSync(process.execPath, [...VERIFY, '--engine', engine], {
      cwd: ROOT,
      env: { ...process.env, TMPDIR: temporary, NO_COLOR: '1' },
      encoding: 'utf8',
    });
    expect(stderr).toContain('error  engine-failed');
    expect(stderr).toContain('no such flag: srv');
    expect(status).toBe(1);
    expect(readdirSync(temporary).filter((name) => name.startsWith('stackql-verify-'))).toEqual([]);
  });
});

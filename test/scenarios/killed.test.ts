import { cpSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, runProcess } from '../cli.js';
import { ROOT, scratch, series } from '../places.js';

/** Counts the changes that a command makes to the disk, and kills it at one of them. */
const PRELOAD = `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  let calls = 0;
  for (const name of ['fsyncSync', 'linkSync', 'mkdirSync', 'openSync', 'renameSync', 'rmSync', 'writeFileSync']) {
    const call = fs[name];
    fs[name] = (...args) => {
      if (name === 'openSync' && !/[wx]/.test(String(args[1]))) return call(...args);
      calls++;
      if (calls === Number(process.env.KILL_AT)) process.kill(process.pid, 'SIGKILL');
      return call(...args);
    };
  }
  syncBuiltinESMExports();
  process.on('exit', () => process.stderr.write('calls: ' + calls + '\\n'));`;

async function run(cwd: string, args: readonly string[], killAt = 0) {
  const options = `--import=data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const result = await runProcess(args, { cwd, env: { NODE_OPTIONS: options, KILL_AT: String(killAt) } });
  return { ...result, calls: Number(/calls: (\d+)/.exec(result.stderr)?.[1]) };
}

/** The folder's cache: its entries belong to this folder, and no other one would have the same. */
const CACHE = 'cache';

/** Every file beneath a folder, with its content. */
function filesIn(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names
      .filter((name) => lstatSync(path.join(root, name)).isFile() && name.split(path.sep)[0] !== CACHE)
      .map((name) => [name, readFileSync(path.join(root, name), 'latin1')]),
  );
}

/** A file that `init` has staged. */
function staged(cwd: string): string {
  return Object.keys(filesIn(cwd)).find((name) => /\.stackql-[0-9a-f]+\.new$/.test(name)) ?? 'none';
}

const GENERATE = ['generate', '--no-stubs', '--no-cache'];
const PACK = ['pack', '--version', 'v26.01.00001'];
const KEY = ['--key', 'key.pem', '--cert', 'cert.pem'];
const KEYGEN = ['keygen', ...KEY, '--from', '2026-01-01', '--to', '2028-01-01'];

describe('kill -9 at a change of the disk, and once more the same command: as if nothing had happened', () => {
  it.each<[name: string, before: string[][], args: string[]]>([
    ['generate', [], GENERATE],
    ['generate --accept', [GENERATE], [...GENERATE, '--accept', 'v26.01.00001']],
    ['generate with a cache', [], ['generate', '--no-stubs', '--cache', CACHE]],
    ['pack', [GENERATE], PACK],
    ['sign', [GENERATE, PACK, KEYGEN], ['sign', ...KEY, '--at', '2026-11-01']],
    ['publish', [GENERATE, PACK], ['publish', '--to', 'public']],
    ['init-site', [], ['init-site', 'site']],
    ['init', [], ['init', 'spec/okta-sessions.yaml', '--provider', 'other', '--out', 'spec/other.config.yaml']],
  ])('%s', { timeout: 600_000 }, async (name, before, args) => {
    const start = scratch();
    cpSync(path.join(ROOT, 'spec'), path.join(start, 'spec'), { recursive: true });
    writeFileSync(path.join(start, 'spec/okta.config.yaml'), 'stubs: false\n', { flag: 'a' });
    if (name === 'generate --accept') rmSync(path.join(start, 'spec/okta.lock.yaml'));
    for (const one of before) expect((await runCli(one, { cwd: start })).status).toBe(0);
    const copy = () => {
      const cwd = scratch();
      cpSync(start, cwd, { recursive: true });
      return cwd;
    };
    const whole = copy();
    const { status, calls, stderr } = await run(whole, args);
    expect([status, calls > 0], stderr).toEqual([0, true]);
    const kills = Math.min(calls, series(4, 25));
    for (let kill = 0; kill < kills; kill++) {
      const cwd = copy();
      const at = 1 + Math.floor((kill * calls) / kills);
      expect((await run(cwd, args, at)).status).toBeNull();
      const again = await runCli(args, { cwd });
      // A config that is whole is the user's: init does not write over it. The name under which it was staged may be
      // left.
      const isThere = name === 'init' && again.status === 1;
      if (isThere) rmSync(path.join(cwd, staged(cwd)), { force: true });
      else expect(again.status, `kill at ${at}: ${again.stderr}`).toBe(0);
      expect(Object.keys(filesIn(cwd)), `kill at ${at}`).toEqual(Object.keys(filesIn(whole)));
      expect(filesIn(cwd), `kill at ${at}`).toEqual(filesIn(whole));
    }
  });
});

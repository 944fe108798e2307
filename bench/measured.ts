import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What one process took. */
export interface Measured {
  /** Milliseconds of the clock. */
  readonly ms: number;
  /** Milliseconds of processors, with those of its threads: what else the machine does changes them least. */
  readonly cpu: number;
  /** Memory at most, MB; a command that is not Node's has none. */
  readonly mb?: number;
}

export const ROOT = fileURLToPath(new URL('../', import.meta.url));
export const CLI = path.join(ROOT, 'dist/generator/cli.js');
const HOOK = pathToFileURL(path.join(ROOT, 'bench/measure.mjs')).href;

/** Runs Node with these arguments. Throws where it fails, unless that is what is measured. */
export function measureNode(args: readonly string[], cwd: string, mayFail = false): Measured {
  const child = spawnSync(process.execPath, ['--import', HOOK, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (child.status !== 0 && !mayFail) throw new Error(`${args.join(' ')}: ${child.stderr}`);
  return JSON.parse(child.output[3] as string) as Measured;
}

/** Runs a command line, of whatever program, in a shell, which says what its children took. */
export function measureCommand(command: string, cwd: string): Measured {
  const begun = performance.now();
  const child = spawnSync('sh', ['-c', `( ${command} ) >/dev/null && times`], { cwd, encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${command}: ${child.stderr}`);
  // The last line is about the children: `0m1.25s 0m0.50s`, user and system.
  const spent = [...(child.stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)];
  const seconds = spent.reduce((sum, [, minutes, rest]) => sum + Number(minutes) * 60 + Number(rest), 0);
  return { ms: Math.round(performance.now() - begun), cpu: Math.round(seconds * 1000) };
}

/** Milliseconds from a save of the spec to the line that says what `--watch` has written. */
export async function measureWatch(args: readonly string[], cwd: string, spec: string): Promise<Measured> {
  const child = spawn(process.execPath, [CLI, ...args, '--watch'], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.setEncoding('utf8');
  const said = (what: RegExp) =>
    new Promise<void>((done, failed) => {
      let text = '';
      child.once('exit', () => failed(new Error(`the watch ended: ${text}`)));
      child.stderr.on('data', (more: string) => {
        text += more;
        if (what.test(text)) done();
      });
    });
  try {
    await said(/watching; Ctrl-C ends/);
    const begun = performance.now();
    const text = readFileSync(spec, 'utf8');
    const written = said(/written, \d+ removed in/);
    writeFileSync(spec, text.replace(/description: (?=\w)/, `description: Changed at ${Date.now()}. `));
    await written;
    return { ms: Math.round(performance.now() - begun), cpu: 0 };
  } finally {
    child.removeAllListeners('exit');
    child.kill();
  }
}

import { type ChildProcess, fork, spawn } from 'node:child_process';
import path from 'node:path';
import { CACHE, isLong, ROOT } from './places.js';

/** The command line as it is shipped; `build.ts` builds it. */
export const CLI = path.join(ROOT, 'dist/generator/cli.js');

interface Options {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const environment = (env: Options['env']) => ({ NO_COLOR: '1', STACKQL_PROVIDER_GEN_CACHE: CACHE, ...env });

/** Starts it in a process of its own. */
export function startCli(args: readonly string[], { cwd, env }: Options = {}): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], { cwd, env: { ...process.env, ...environment(env) } });
}

/** Runs it in a process of its own. */
export async function runProcess(args: readonly string[], options: Options = {}): Promise<Ended> {
  const child = startCli(args, options);
  let [stdout, stderr] = ['', ''];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8');
  child.stdout?.on('data', (text) => (stdout += text));
  child.stderr?.on('data', (text) => (stderr += text));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  return { status, stdout, stderr };
}

/**
 * Runs it. A start takes most of the time, so one process runs one command line after the other (`warm-cli.mjs`); with
 * `$LONG`, as in CI, each has a process of its own.
 */
export function runCli(args: readonly string[], options: Options = {}): Promise<Ended> {
  if (isLong) return runProcess(args, options);
  const { cwd = process.cwd(), env } = options;
  const ended = last.then(() => ask({ args, cwd, env: environment(env) }));
  last = ended.catch(() => undefined);
  return ended;
}

let last: Promise<unknown> = Promise.resolve();
let warm: ChildProcess | undefined;

function ask(request: object): Promise<Ended> {
  warm ??= fork(path.join(ROOT, 'test/warm-cli.mjs'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const child = warm;
  return new Promise((done, failed) => {
    const end = (code: number | null) => {
      warm = undefined;
      failed(new Error(`the warm process ended with ${code} during ${JSON.stringify(request)}`));
    };
    child.ref();
    child.once('exit', end).once('message', (ended) => {
      child.off('exit', end).unref();
      child.channel?.unref();
      done(ended as Ended);
    });
    child.send(request);
  });
}

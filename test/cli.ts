import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { CACHE, ROOT } from './places.js';

/** The command line as it is shipped; `build.ts` builds it. */
export const CLI = path.join(ROOT, 'dist/generator/cli.js');

/** Starts it. */
export function startCli(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): ChildProcess {
  const env = { ...process.env, NO_COLOR: '1', STACKQL_PROVIDER_GEN_CACHE: CACHE, ...options.env };
  return spawn(process.execPath, [CLI, ...args], { cwd: options.cwd, env });
}

export async function runCli(
  args: readonly string[],
  options: Parameters<typeof startCli>[1] = {},
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const child = startCli(args, options);
  let [stdout, stderr] = ['', ''];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8');
  child.stdout?.on('data', (text) => (stdout += text));
  child.stderr?.on('data', (text) => (stderr += text));
  const status = await new Promise<number | null>((done) => child.on('close', done));
  return { status, stdout, stderr };
}

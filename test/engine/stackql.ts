import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

/** The engine: `$STACKQL`, else `stackql` on the PATH, else the tests that need it are skipped, visibly. */
export const ENGINE = process.env.STACKQL ?? 'stackql';
export const hasEngine = spawnSync(ENGINE, ['--version']).status === 0;
if (!hasEngine) console.log('skipped: no stackql (set $STACKQL or put it on the PATH)');

/**
 * Runs one statement against a registry folder; the engine exits 0 on every error and says it on stderr (ENGINE E3.9).
 */
export async function engineRun(
  registry: string,
  sql: string,
): Promise<{ rows: Record<string, unknown>[]; messages: string }> {
  const { out, messages } = await engineOutput(registry, sql);
  return { rows: out.trim().startsWith('[') ? JSON.parse(out) : [], messages };
}

/** What the engine prints for one or more statements. */
export async function engineOutput(registry: string, sql: string): Promise<{ out: string; messages: string }> {
  const config = JSON.stringify({
    url: `file://${registry}`,
    localDocRoot: registry,
    verifyConfig: { nopVerify: true },
  });
  const env = Object.fromEntries(
    Object.entries({ ...process.env, OKTA_API_TOKEN: 'secret' }).filter(([name]) => !/proxy/i.test(name)),
  );
  const child = spawn(
    ENGINE,
    ['--approot', path.join(registry, 'root'), `--registry=${config}`, '--output', 'json', 'exec', sql],
    { env },
  );
  let [out, messages] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (messages += chunk));
  await new Promise((done) => child.on('close', done));
  return { out, messages };
}

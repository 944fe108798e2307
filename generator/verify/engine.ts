import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { ProblemsError } from '../diagnostics/problem.js';

/** The rows of a statement. Over the Postgres wire every value is text or null (ENGINE E3.10). */
export interface Rows {
  readonly ended: 'rows';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** What the engine wrote to stderr meanwhile: some failures end in no rows, and only there is said why. */
  readonly said: string;
}

/** How a statement ended. */
export type Outcome = Rows | { readonly ended: 'error' | 'crash' | 'hang'; readonly message: string };

export interface Engine {
  /** Runs one statement, with the values of its `$1`. An engine that dies or hangs over it is started anew by the next one. */
  run(sql: string, values?: readonly string[]): Promise<Outcome>;
  /** Ends the session; the next statement starts a fresh one. */
  renew(): Promise<void>;
  /** Ends for good: what is asked afterwards is never answered, so that a run which was interrupted starts nothing any more. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly file: string;
  /** A registry root: the folder that holds `src/`. */
  readonly registry: string;
  /** The engine's own files go here. */
  readonly scratch: string;
  /** The whole environment; see `engineEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  /** Every request, whatever its URL, goes through the HTTP proxy on this loopback port. */
  readonly proxy?: number;
  readonly flags?: readonly string[];
  /** Milliseconds after which a statement counts as hanging. */
  readonly patience?: number;
}

/** The version that the engine prints. Throws `engine-missing` when the file is no stackql. */
export function engineVersion(file: string): string {
  const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  if (status !== 0) throw new ProblemsError([{ code: 'engine-missing', message: `"${file}" cannot be run` }]);
  return (stdout.split('\n')[0] ?? '').trim().replace(/\s+/g, ' ');
}

/** PATH, the secrets given and no more: nothing of the user's reaches the engine, nor the API that a provider names. */
export function engineEnvironment(
  inherited: NodeJS.ProcessEnv,
  scratch: string,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  const kept = Object.entries(inherited).filter(
    ([name, value]) => value !== undefined && /^(path|systemroot)$/i.test(name),
  ) as [string, string][];
  return { ...Object.fromEntries(kept), HOME: scratch, USERPROFILE: scratch, TMPDIR: scratch, ...secrets };
}

/** What every way to run the engine needs: where the provider is, and none of the user's own settings. */
export function engineArguments({ registry, scratch, proxy, flags = [] }: EngineOptions): string[] {
  return [
    ...['--approot', path.join(scratch, 'approot'), '--configfile', path.join(scratch, 'stackqlrc')],
    ...[
      '--registry',
      JSON.stringify({ url: `file://${registry}`, localDocRoot: registry, verifyConfig: { nopVerify: true } }),
    ],
    ...(proxy === undefined
      ? []
      : ['--http.proxy.host', '127.0.0.1', '--http.proxy.port', String(proxy), '--http.proxy.scheme', 'http']),
    ...flags,
  ];
}

const NEVER = new Promise<never>(() => {});

interface Session {
  readonly child: ChildProcess;
  readonly client: pg.Client;
  /** Resolves with the last words of the process. */
  readonly gone: Promise<string>;
  /** What it wrote to stderr since the last call. */
  readonly heard: () => string;
}

/** An engine in server mode, spoken to over its Postgres port on loopback. It starts with the first statement. */
export function engineServer(options: EngineOptions): Engine {
  const { patience = 20_000 } = options;
  let session: Promise<Session> | undefined;
  let stopped = false;

  const run = async (sql: string, values: readonly string[] = []): Promise<Outcome> => {
    if (stopped) return NEVER;
    session ??= boot(options, () => stopped);
    const open = await session.catch((error: unknown) => {
      if (!stopped) throw error;
    });
    if (!open) return NEVER;
    const { child, client, gone, heard } = open;
    heard();
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => resolve({ ended: 'hang', message: `no answer within ${patience / 1000} s` }), patience);
    });
    const answered = client.query<(string | null)[]>({ text: sql, values: [...values], rowMode: 'array' }).then(
      ({ fields, rows }): Outcome => ({
        ended: 'rows',
        columns: fields.map(({ name }) => name),
        rows,
        said: heard().trim(),
      }),
      async (error: Error): Promise<Outcome> => {
        if (error instanceof pg.DatabaseError) return { ended: 'error', message: essence(error.message) };
        // The connection broke: the process is ending, and says why a little later.
        return { ended: 'crash', message: await Promise.race([gone, pause(2000).then(() => error.message)]) };
      },
    );
    const outcome = await Promise.race([answered, hang]);
    clearTimeout(timer);
    if (outcome.ended === 'crash' || outcome.ended === 'hang') {
      session = undefined;
      child.kill('SIGKILL');
      // What it still had to send must not be taken for the next statement's.
      await gone;
    }
    return outcome;
  };

  const renew = async (): Promise<void> => {
    const ending = session;
    session = undefined;
    const open = await ending?.catch(() => undefined);
    open?.child.kill('SIGKILL');
    await open?.gone;
  };
  const stop = (): Promise<void> => {
    stopped = true;
    return renew();
  };
  return { run, renew, stop };
}

/** A free port may be taken between asking and using it, so a start that fails is tried again. */
async function boot(options: EngineOptions, isStopped: () => boolean, attempts = 3): Promise<Session> {
  const port = await freePort();
  const args = [
    ...engineArguments(options),
    '--pgsrv.address',
    '127.0.0.1',
    '--pgsrv.port',
    String(port),
    '--pgsrv.loglevel',
    'FATAL',
    'srv',
  ];
  const child = spawn(options.file, args, {
    env: options.env,
    cwd: options.scratch,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  let lately = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk).slice(-200_000);
    lately = (lately + chunk).slice(-2000);
  });
  const heard = () => {
    const text = lately;
    lately = '';
    return text;
  };
  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(lastWords(said) || `the process ended (${signal ?? code})`));
  });
  const deadline = Date.now() + 15_000;
  while (child.exitCode === null && child.pid !== undefined && Date.now() < deadline && !isStopped()) {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'stackql',
      password: 'stackql',
      database: 'stackql',
      ssl: false,
    });
    // A connection that breaks between two statements is found out by the next one; unheard, it would end this process.
    client.on('error', () => {});
    try {
      await client.connect();
      return { child, client, gone, heard };
    } catch {
      await pause(20);
    }
  }
  child.kill('SIGKILL');
  const message = await gone;
  if (attempts > 1 && !isStopped()) return boot(options, isStopped, attempts - 1);
  throw new ProblemsError([{ code: 'engine-failed', message: `${options.file} srv: ${message}` }]);
}

/** An error without what the engine wraps around it: the query it made has its columns in a random order. */
function essence(message: string): string {
  return message
    .trim()
    .replace(/^query returns error: /, '')
    .replace(/ from query: [\s\S]*$/, '');
}

/** The line that says why: a panic's first, else the last. */
function lastWords(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => /^(panic|fatal error|runtime error|SIG)/.test(line)) ?? lines.at(-1) ?? '').trim();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

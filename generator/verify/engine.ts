import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { ProblemsError } from '../diagnostics/problem.js';

/** The rows of a statement. Over the Postgres wire every value is text or null (ENGINE E3.10). */
export interface EngineRows {
  readonly ended: 'rows';
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** What the engine wrote to stderr meanwhile: some failures end in no rows, and only there is said why. */
  readonly stderr: string;
}

/** How a statement ended. */
export type Outcome = EngineRows | { readonly ended: 'error' | 'crash' | 'hang'; readonly message: string };

export interface Engine {
  /**
   * Runs one statement, with the values of its `$1`. An engine that dies or hangs over it is started anew by the next
   * one.
   */
  run(sql: string, values?: readonly string[]): Promise<Outcome>;
  /** Ends the session; the next statement starts a fresh one. */
  renew(): Promise<void>;
  /**
   * Ends for good: what is asked afterwards is never answered, so that a run which was interrupted starts nothing any
   * more.
   */
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

/** How the version is asked for. */
export interface VersionOptions {
  /** The user's environment; the engine gets `engineEnvironment` of it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Registers `stop` for an interrupt, and returns a function that takes it back. */
  readonly onInterrupt?: (stop: () => Promise<void>) => () => void;
  /** Milliseconds to wait. */
  readonly patience?: number;
}

/**
 * Returns the version that the engine prints, and ends whatever it started. Throws `engine-missing` when the file is
 * not a stackql, `engine-failed` when it does not end in time.
 */
export async function engineVersion(
  file: string,
  { environment, onInterrupt = () => () => {}, patience = 20_000 }: VersionOptions,
): Promise<string> {
  const home = mkdtempSync(path.join(tmpdir(), 'stackql-verify-'));
  const child = start(file, ['--version'], {
    env: engineEnvironment(environment, home, {}),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    printed = (printed + chunk).slice(0, 10_000);
  });
  const ended = endOf(child);
  const end = async () => {
    endGroup(child);
    await ended;
    rmSync(home, { recursive: true, force: true });
  };
  const release = onInterrupt(end);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), patience);
  });
  const how = await Promise.race([ended, late]);
  clearTimeout(timer);
  await end();
  release();
  if (how === 'late')
    throw new ProblemsError([
      { code: 'engine-failed', message: `"${file}" --version: no answer within ${patience / 1000} s` },
    ]);
  if (how !== 0) throw new ProblemsError([{ code: 'engine-missing', message: `"${file}" cannot be run` }]);
  return (printed.split('\n')[0] ?? '').trim().replace(/\s+/g, ' ');
}

/** Starts a process in a group of its own, so that whatever it forks can be ended with it. */
function start(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(file, args, { ...options, detached: true });
}

/** Kills a process with everything in its group, which may outlive it. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // There is no such group any more, or the system knows no groups.
    child.kill('SIGKILL');
  }
}

/** Milliseconds that the output of a process may take after its end: what it forked may hold the pipe open for ever. */
const LAST_OUTPUT = 500;

/**
 * Resolves with the exit code or signal of a process once it has ended and its output is read, or with the error of
 * its start.
 */
function endOf(child: ChildProcess): Promise<number | NodeJS.Signals | Error | null> {
  return new Promise((resolve) => {
    child.once('error', resolve);
    child.once('close', (code, signal) => resolve(signal ?? code));
    child.once('exit', (code, signal) => setTimeout(() => resolve(signal ?? code), LAST_OUTPUT).unref());
  });
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

/** Milliseconds that a connection may take: what listens and never speaks is not an engine that has started. */
const CONNECT_TIMEOUT = 5000;

interface Session {
  readonly child: ChildProcess;
  readonly client: pg.Client;
  /** Resolves with the last words of the process. */
  readonly gone: Promise<string>;
  /** What it wrote to stderr since the last call. */
  readonly newOutput: () => string;
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
    const { child, client, gone, newOutput } = open;
    newOutput();
    let timer: NodeJS.Timeout | undefined;
    const hang = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => resolve({ ended: 'hang', message: `no answer within ${patience / 1000} s` }), patience);
    });
    const answered = client.query<(string | null)[]>({ text: sql, values: [...values], rowMode: 'array' }).then(
      ({ fields, rows }): Outcome => ({
        ended: 'rows',
        columns: fields.map(({ name }) => name),
        rows,
        stderr: newOutput().trim(),
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
      endGroup(child);
      // What it still had to send must not be taken for the next statement's.
      await gone;
    }
    return outcome;
  };

  const renew = async (): Promise<void> => {
    const ending = session;
    session = undefined;
    const open = await ending?.catch(() => undefined);
    if (open) endGroup(open.child);
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
  const child = start(options.file, args, {
    env: options.env,
    cwd: options.scratch,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  let recent = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk).slice(-200_000);
    recent = (recent + chunk).slice(-2000);
  });
  const newOutput = () => {
    const text = recent;
    recent = '';
    return text;
  };
  const gone = endOf(child).then((how) =>
    how instanceof Error ? how.message : lastWords(output) || `the process ended (${how})`,
  );
  const deadline = Date.now() + 15_000;
  while (child.exitCode === null && child.pid !== undefined && Date.now() < deadline && !isStopped()) {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'stackql',
      password: 'stackql',
      database: 'stackql',
      ssl: false,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
    });
    // The next statement finds a connection that broke between two; unhandled, its error would end this process.
    client.on('error', () => {});
    try {
      await client.connect();
      return { child, client, gone, newOutput };
    } catch {
      await pause(20);
    }
  }
  endGroup(child);
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
function lastWords(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
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

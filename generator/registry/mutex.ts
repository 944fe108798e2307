import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { kill, pid } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemsError } from '../diagnostics/problem.js';
import { staysInside } from '../write.js';

const LOCK = 'dist/.lock';

interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly token: string;
}

/**
 * The locks of this process: another one under its number is left from a process that had the same, as in a container.
 */
const held = new Set<string>();

/** Long enough for another publisher to finish, and for a lock to get its text. */
const PATIENCE = 10_000;

/**
 * Does the work while no other process changes the registry in a folder. A lock whose process has died on this machine
 * is broken; one of another machine, or of a live process, is waited for and then respected. Throws `registry-locked`,
 * `output-outside`.
 */
export async function withLock<Result>(
  root: string,
  work: () => Promise<Result>,
  patience = PATIENCE,
): Promise<Result> {
  if (!staysInside(root, LOCK))
    throw new ProblemsError([{ code: 'output-outside', message: `${LOCK} leads out of ${root}` }]);
  const file = path.join(root, LOCK);
  const token = randomUUID();
  const mine = JSON.stringify({ host: hostname(), pid, token } satisfies Holder);
  held.add(token);
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    await acquire(file, mine, patience);
    return await work();
  } finally {
    held.delete(token);
    if (readIfThere(file) === mine) rmSync(file);
  }
}

async function acquire(file: string, mine: string, patience: number): Promise<void> {
  for (const end = Date.now() + patience; !take(file, mine); ) {
    const seen = readIfThere(file);
    if (seen === undefined) continue;
    if (isStale(file, seen)) breakLock(file, seen);
    else if (Date.now() < end) await sleep(50);
    else
      throw new ProblemsError([
        {
          code: 'registry-locked',
          message: `${file} is held by ${describe(seen)}`,
          hint: `If that process is gone: rm ${file}`,
        },
      ]);
  }
}

function take(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Several may want to break a lock: the one whose rename takes what it saw has broken it; one that took a newer lock
 * puts it back.
 */
function breakLock(file: string, seen: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) !== seen) linkSync(aside, file);
  } catch {
    // Another one was first.
  }
  rmSync(aside, { force: true });
}

/** A dead process of this machine, or no text because the process died before it wrote one. */
function isStale(file: string, seen: string): boolean {
  const holder = parseHolder(seen);
  if (!holder) return Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > PATIENCE / 2;
  if (holder.host !== hostname()) return false;
  if (holder.pid === pid) return !held.has(holder.token);
  try {
    kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null;
    return typeof holder?.host === 'string' && Number.isSafeInteger(holder.pid) && Number(holder.pid) > 0
      ? (holder as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}

function describe(text: string): string {
  const holder = parseHolder(text);
  return holder
    ? `process ${holder.pid} on ${JSON.stringify(holder.host.slice(0, 80))}`
    : 'a process that did not say its name';
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

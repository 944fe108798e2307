import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Problem } from '../diagnostics/problem.js';
import { writeNew } from '../write.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a run finds its cache, and the secret by which it knows the entries that this user's runs wrote. */
export interface CacheAccess {
  readonly folder: string;
  readonly secret: string;
}

/**
 * Returns the folder of the cache: `--cache`, else `$STACKQL_PROVIDER_GEN_CACHE`, else in the `node_modules` here, else
 * the user's own. Never in what is published.
 */
export function cacheFolder(option: string | undefined, env: Environment): string {
  const named = option ?? env.STACKQL_PROVIDER_GEN_CACHE;
  if (named !== undefined && named !== '') return path.resolve(named);
  return existsSync('node_modules') ? path.resolve('node_modules/.cache/stackql-provider-gen') : userFolder(env);
}

function userFolder(env: Environment): string {
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'stackql-provider-gen');
}

/**
 * Finds the cache, which may have come with a checkout: each entry is signed with a secret in the user's own cache
 * folder, made on first use. Without a secret there is no cache; a folder or secret that others can write is not used
 * either, and `warn` is called (`cache-refused`).
 */
export function accessCache(
  option: string | undefined,
  env: Environment,
  warn: (problem: Problem) => void,
): CacheAccess | undefined {
  const folder = cacheFolder(option, env);
  const own = userFolder(env);
  const secretFile = path.join(own, 'secret');
  try {
    mkdirSync(own, { recursive: true, mode: 0o700 });
    createSecret(secretFile);
    const why = whyNotOwn(folder, 0o022) ?? whyNotOwn(own, 0o022) ?? whyNotOwn(secretFile, 0o077);
    if (why === undefined) return { folder, secret: readFileSync(secretFile, 'utf8') };
    warn({ code: 'cache-refused', message: why });
  } catch {
    // No home, or a read-only one.
  }
  return undefined;
}

function createSecret(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })) return;
  try {
    writeNew(file, randomBytes(32).toString('hex'), 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Why a file or folder is not this user's alone; `forbidden`: the permissions that nobody else may have. */
function whyNotOwn(file: string, forbidden: number): string | undefined {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (!found.isDirectory() && !found.isFile()) return `${file} is a symbolic link or a special file`;
  if (process.getuid !== undefined && found.uid !== process.getuid()) return `${file} belongs to another user`;
  return path.sep === '/' && (found.mode & forbidden) !== 0 ? `${file} is open to other users` : undefined;
}

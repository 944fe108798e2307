import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../', import.meta.url));
/** Real specs, schemas and the seed page; beside the checkout, not in it. */
export const SHARED = path.join(ROOT, '../shared');
export const hasShared = existsSync(SHARED);
export const CONFIG = path.join(ROOT, 'spec/okta.config.yaml');

/** The engine: `$STACKQL`, else `stackql` on the PATH, else the tests that need it are skipped, visibly. */
export const ENGINE = process.env.STACKQL ?? 'stackql';
export const hasEngine = spawnSync(ENGINE, ['--version']).status === 0;

/** CI sets `$LONG`: what repeats itself is done in full. */
export const isLong = Boolean(process.env.LONG);

/** How many times a series goes: all of them with `$LONG`; else a few, spread over the same moments. */
export const series = (few: number, all: number): number => (isLong ? all : few);

/** The CPU time that this process has taken, in milliseconds: what else the machine does spoils no test of speed. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Where the command line keeps unchanged work while tests run. */
export const CACHE = path.join(tmpdir(), 'stackql-provider-gen-cache');

/** A new folder. It is gone after the run: `temporary.ts` gives the tests a folder for temporary files of their own. */
export function scratch(): string {
  return mkdtempSync(path.join(tmpdir(), 'stackql-provider-gen-'));
}

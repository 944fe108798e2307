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

/** How many times a series goes: all of them in CI, which sets `$LONG`; else a few, spread over the same moments. */
export const series = (few: number, all: number): number => (process.env.LONG ? all : few);

/** Where the command line keeps unchanged work while tests run. */
export const CACHE = path.join(tmpdir(), 'stackql-provider-gen-cache');

export function scratch(): string {
  return mkdtempSync(path.join(tmpdir(), 'stackql-provider-gen-'));
}

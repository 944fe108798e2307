import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What earlier runs made, by the hash of all that it was made of. It may be deleted at any moment; an entry that is damaged, or was made by another tool
 * or Node, counts as none; that nothing can be written there is no error.
 */
export interface Cache {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** Where it is: `--cache`, else `$STACKQL_PROVIDER_GEN_CACHE`, else in the `node_modules` here, else where the user's programs cache. Never in what is published. */
export function cacheFolder(given: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const own = given ?? env.STACKQL_PROVIDER_GEN_CACHE;
  if (own !== undefined && own !== '') return path.resolve(own);
  if (existsSync('node_modules')) return path.resolve('node_modules/.cache/stackql-provider-gen');
  return path.join(env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'stackql-provider-gen');
}

/** So many entries are kept in memory: enough for two runs of the largest APIs. */
const MOST_KEPT = 2000;
/** An entry that no run has asked for in so many days is removed. */
const DAYS = 14;

/** Opens a folder as a cache; what was used last is kept in memory too. */
export function openCache(folder: string): Cache {
  const kept = new Map<string, unknown>();
  let swept = false;
  const fileOf = (key: string) => path.join(folder, `${key}.json`);
  return {
    get(key) {
      if (kept.has(key)) return kept.get(key);
      const value = readEntry(fileOf(key));
      if (value !== undefined) kept.set(key, value);
      return value;
    },
    set(key, value) {
      if (kept.get(key) === value) return;
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, value);
      try {
        if (!swept) sweep(folder);
        swept = true;
        writeEntry(fileOf(key), value);
      } catch {
        // A full or read-only disk: then the next run makes it again.
      }
    },
  };
}

/** The hash of a value, whose parts must come in a fixed order. */
export function hashOf(...parts: readonly unknown[]): string {
  const hash = createHash('sha256');
  for (const part of parts)
    hash.update(typeof part === 'string' ? `${part.length}:${part}` : JSON.stringify(part)).update('\0');
  return hash.digest('hex');
}

/** A file's text, or that there is none. */
export function contentHash(file: string): string {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return 'none';
  }
}

/** A file or folder that something was made of, there or not, by its content. */
export interface InputFile {
  readonly file: string;
  /** With links resolved: they may lead elsewhere by now. */
  readonly real: string;
  readonly hash: string;
}

export function inputFile(file: string): InputFile {
  let real = '';
  try {
    real = realpathSync(file);
  } catch {
    // It is not there: that may change, too.
  }
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
  return { file, real, hash: isFolder ? folderHash(file) : contentHash(file) };
}

export function isUnchanged(input: InputFile): boolean {
  const { real, hash } = inputFile(input.file);
  return real === input.real && hash === input.hash;
}

function folderHash(folder: string): string {
  const files = readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
  return hashOf(...files.flatMap((file) => [file, contentHash(file)]));
}

let tool: string | undefined;

/** This tool: its own files, the versions of what it depends on, and Node. A version alone says nothing in a checkout. */
export function toolHash(): string {
  tool ??= hashOfTool();
  return tool;
}

function hashOfTool(): string {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(ts|js|hbs|json)$/.test(file) && !file.endsWith('.d.ts'),
  );
  return hashOf(
    process.version,
    contentHash(path.join(root, '../package.json')),
    ...files.sort().flatMap((file) => [file, contentHash(path.join(root, file))]),
  );
}

/** The first line of an entry is the hash of the rest. */
function readEntry(file: string): unknown {
  try {
    const text = readFileSync(file, 'utf8');
    const end = text.indexOf('\n');
    const content = text.slice(end + 1);
    if (text.slice(0, end) !== hashOf(content)) return undefined;
    const now = new Date();
    if (now.getTime() - statSync(file).mtimeMs > 86_400_000) utimesSync(file, now, now);
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function writeEntry(file: string, value: unknown): void {
  const content = JSON.stringify(value);
  mkdirSync(path.dirname(file), { recursive: true });
  const staged = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(staged, `${hashOf(content)}\n${content}`);
  renameSync(staged, file);
}

function sweep(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const { mtimeMs } = statSync(file);
    if (/^[0-9a-f]{64}\.json/.test(name) && Date.now() - mtimeMs > DAYS * 86_400_000) rmSync(file, { force: true });
  }
}

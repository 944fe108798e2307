import { createHash, createHmac } from 'node:crypto';
import {
  existsSync,
  lstatSync,
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
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CacheAccess } from './cache-access.js';

/**
 * Keeps the results of earlier runs, by the hash of all that they depend on. It may be deleted at any moment; an entry
 * that is damaged, or was made by another tool or Node, counts as none; that nothing can be written there is no error.
 */
export interface Cache {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/** So many entries are kept in memory: enough for two runs of the largest APIs. */
const MOST_KEPT = 2000;
/** An entry that no run has asked for in so many days is removed. */
const DAYS = 14;

/** Opens a folder as a cache; what was used last is kept in memory too. */
export function openCache({ folder, secret }: CacheAccess): Cache {
  const kept = new Map<string, unknown>();
  let swept = false;
  const entryOf = (key: string) => new Entry(path.join(folder, `${key}.json`), key, secret);
  return {
    get(key) {
      if (kept.has(key)) return kept.get(key);
      const value = entryOf(key).read();
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
        entryOf(key).write(value);
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

/** A file or folder that a result depends on, there or not, by its content. */
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

/**
 * This tool: its own files, the versions of what it depends on, and Node. A version alone says nothing in a checkout.
 */
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

/** No entry is larger. Bytes. */
const MAX_ENTRY = 512 * 1024 * 1024;

/**
 * A file of the cache. Its first line signs the rest, for this key: a file that somebody else wrote, or moved here,
 * counts as none.
 */
class Entry {
  constructor(
    readonly file: string,
    readonly key: string,
    readonly secret: string,
  ) {}

  read(): unknown {
    try {
      const found = lstatSync(this.file);
      if (!found.isFile() || found.size > MAX_ENTRY) return undefined;
      const text = readFileSync(this.file, 'utf8');
      const end = text.indexOf('\n');
      const content = text.slice(end + 1);
      if (text.slice(0, end) !== this.signature(content)) return undefined;
      const now = new Date();
      if (now.getTime() - found.mtimeMs > 86_400_000) utimesSync(this.file, now, now);
      return JSON.parse(content);
    } catch {
      return undefined;
    }
  }

  write(value: unknown): void {
    const content = JSON.stringify(value);
    mkdirSync(path.dirname(this.file), { recursive: true, mode: 0o700 });
    const staged = `${this.file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    writeFileSync(staged, `${this.signature(content)}\n${content}`, { flag: 'wx', mode: 0o600 });
    renameSync(staged, this.file);
  }

  private signature(content: string): string {
    return createHmac('sha256', this.secret).update(`${this.key}\n`).update(content).digest('hex');
  }
}

function sweep(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const { mtimeMs } = lstatSync(file);
    if (/^[0-9a-f]{64}\.json/.test(name) && Date.now() - mtimeMs > DAYS * 86_400_000) rmSync(file, { force: true });
  }
}

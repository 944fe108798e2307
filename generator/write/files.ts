import { createHash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import { refuseOutside } from './paths.js';

/** No generated file is larger; what is, was not written by a run and is not read. Bytes. */
const MAX_FILE = 256 * 1024 * 1024;

/** Does some work with files; what the file system refuses becomes a problem (`io-failed`), a bug stays one. */
export function withFiles<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    throw new ProblemsError([{ code: 'io-failed', message }]);
  }
}

/**
 * Writes a single file that the user named, whole or not at all; a folder or a link in its place is refused
 * (`output-outside`).
 */
export function writeNamed(file: string, text: string): void {
  const { dir, base } = path.parse(path.resolve(file));
  writeInside(dir, base, Buffer.from(text));
}

/**
 * Puts one file into a root, whole at every moment and safe against a power cut: for what is written one by one and
 * replaced on purpose (a registry). Throws `output-outside`, `io-failed`.
 */
export function writeInside(root: string, file: string, content: Uint8Array): void {
  withFiles(() => {
    refuseOutside(root, file);
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeWhole(path.join(root, file), content);
  });
}

/**
 * Creates a file that must not exist yet, whole or not at all, with `mode` from its first moment. Throws as the file
 * system does (`EEXIST`).
 */
export function writeNew(file: string, text: string, mode: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const staged = stagedName(file);
  stage(staged, text, mode);
  try {
    // A rename would replace what another process has put there meanwhile; not every file system has hard links.
    if (lstatSync(file, { throwIfNoEntry: false }))
      throw Object.assign(new Error(`${file} exists`), { code: 'EEXIST' });
    linkSync(staged, file);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    renameSync(staged, file);
  } finally {
    rmSync(staged, { force: true });
  }
}

/** Replaces a file in one step. `staged` is where its content is written first. */
export function writeWhole(file: string, content: string | Uint8Array, staged = stagedName(file)): void {
  stage(staged, content, 0o666);
  try {
    renameSync(staged, file);
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  }
}

/** A name beside a file: short, however long that one's is, and the same each time, so that nothing piles up. */
function stagedName(file: string): string {
  return path.join(path.dirname(file), `.stackql-${sha256(path.basename(file)).slice(0, 16)}.new`);
}

function stage(staged: string, content: string | Uint8Array, mode: number): void {
  rmSync(staged, { force: true });
  const handle = openSync(staged, 'wx', mode);
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } catch (error) {
    rmSync(staged, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The hash of a file; none where there is no file. What is too large to be generated has a hash that nothing has. */
export function hashOnDisk(root: string, file: string): string | undefined {
  const onDisk = path.join(root, file);
  const found = lstatSync(onDisk, { throwIfNoEntry: false });
  if (!found?.isFile()) return undefined;
  return found.size > MAX_FILE ? '0'.repeat(64) : sha256(readFileSync(onDisk));
}

/** Removes a folder, and those above it up to the root, as long as they are empty. */
export function removeEmptyFolders(root: string, folder: string): void {
  for (let up = folder; up !== '.' && up !== ''; up = path.dirname(up)) {
    try {
      rmdirSync(path.join(root, up));
    } catch {
      return;
    }
  }
}

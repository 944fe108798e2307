import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type Problem, ProblemsError } from './diagnostics/problem.js';
import { byCodePoint, type OutputFile } from './model.js';

/** Where a run keeps its books, inside the output root. */
export const BOOKS = '.stackql-provider-gen';

/** Per owner (a provider and face) the files that its last run wrote, with their sha256. */
export type Manifest = Record<string, Record<string, string>>;

/** What an interrupted write still has to do: staged files to move into place, files to remove, the manifest to leave behind. */
interface Journal {
  readonly moves: readonly { readonly staged: string; readonly path: string }[];
  readonly removes: readonly string[];
  readonly manifest: Manifest;
}

/** What a run made, by owner. */
export type Outputs = Readonly<Record<string, readonly OutputFile[]>>;

export interface Plan {
  readonly written: readonly OutputFile[];
  readonly removed: readonly string[];
  readonly warnings: readonly Problem[];
  readonly manifest: Manifest;
}

/**
 * Compares what is on disk with what a run made, and changes nothing. Throws for a path that leads outside, for a file in the way that no run
 * wrote, and for a path that two owners make. `books` is the folder, inside the root, where the run keeps its own.
 */
export function planWrite(root: string, outputs: Outputs, books = BOOKS): Plan {
  const manifest = readManifest(root, books);
  const next: Manifest = { ...manifest };
  const errors: Problem[] = [];
  const warnings: Problem[] = [];
  const written: OutputFile[] = [];
  for (const [owner, files] of Object.entries(outputs)) {
    next[owner] = Object.fromEntries(
      files.map(({ path: file, text }) => [file, sha256(text)]).sort(([a = ''], [b = '']) => byCodePoint(a, b)),
    );
  }
  const ownersOf = (file: string) => Object.keys(next).filter((owner) => next[owner]?.[file] !== undefined);

  for (const [owner, files] of Object.entries(outputs)) {
    for (const file of files) {
      if (!staysInside(root, file.path)) {
        errors.push({ code: 'output-outside', message: `${file.path} leads out of ${root}` });
        continue;
      }
      const found = hashOnDisk(root, file.path);
      const before = manifest[owner]?.[file.path];
      const owners = ownersOf(file.path).filter((other) => other !== owner);
      if (owners.length > 0)
        errors.push({ code: 'output-foreign', message: `${file.path} belongs to ${owners.join(', ')}` });
      else if (found !== undefined && found !== next[owner]?.[file.path]) {
        if (before === undefined)
          errors.push({ code: 'output-foreign', message: `${file.path} exists and was not written by this tool` });
        else if (found !== before)
          warnings.push({ code: 'output-edited', message: `${file.path} had been edited and is written anew` });
      }
      if (found !== next[owner]?.[file.path]) written.push(file);
    }
  }
  const removed = Object.keys(outputs).flatMap((owner) =>
    Object.entries(manifest[owner] ?? {})
      .filter(([file, hash]) => {
        if (ownersOf(file).length > 0 || !staysInside(root, file)) return false;
        const found = hashOnDisk(root, file);
        if (found !== undefined && found !== hash)
          warnings.push({ code: 'output-edited', message: `${file} is no longer generated, but was edited: it stays` });
        return found === hash;
      })
      .map(([file]) => file),
  );
  if (errors.length > 0) throw new ProblemsError([...errors, ...warnings]);
  return { written, removed, warnings, manifest: next };
}

/**
 * Carries out a plan. Every file is whole at every moment: new texts are staged first, the journal then makes the change final, and each
 * file is moved into place. `recover` finishes an interrupted move and discards an unfinished staging.
 */
export function applyPlan(root: string, plan: Plan, books = BOOKS): void {
  const booksUnchanged = JSON.stringify(plan.manifest) === JSON.stringify(readManifest(root, books));
  if (plan.written.length === 0 && plan.removed.length === 0 && booksUnchanged) return;
  const staging = path.join(root, books, 'staging');
  mkdirSync(staging, { recursive: true });
  const moves = plan.written.map(({ path: file, text }, index) => {
    writeFileSync(path.join(staging, String(index)), text);
    return { staged: String(index), path: file };
  });
  const journal: Journal = { moves, removes: plan.removed, manifest: plan.manifest };
  writeWhole(path.join(root, books, 'journal.json'), JSON.stringify(journal));
  recover(root, books);
}

/** Finishes the write that a journal describes; without a journal, throws away what an interrupted run had staged. */
export function recover(root: string, booksFolder = BOOKS): void {
  const books = path.join(root, booksFolder);
  if (!existsSync(books)) return;
  refuseLinkedBooks(root, booksFolder);
  const journalFile = path.join(books, 'journal.json');
  const journal = readBook<Journal>(journalFile);
  if (journal) {
    const { moves, removes, manifest } = journal;
    for (const { staged, path: file } of moves) {
      const from = path.join(books, 'staging', staged);
      if (!/^\d+$/.test(staged) || !existsSync(from)) continue;
      if (!staysInside(root, file))
        throw new ProblemsError([{ code: 'output-outside', message: `${file} leads out of ${root}` }]);
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      renameSync(from, path.join(root, file));
    }
    for (const file of removes) {
      if (!staysInside(root, file)) continue;
      rmSync(path.join(root, file), { force: true });
      removeEmptyFolders(root, path.dirname(file));
    }
    writeWhole(path.join(books, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    rmSync(journalFile);
  }
  rmSync(path.join(books, 'staging'), { recursive: true, force: true });
}

/** What a run wrote, by its books. Throws `books-broken`. */
export function readManifest(root: string, books: string): Manifest {
  refuseLinkedBooks(root, books);
  return readBook<Manifest>(path.join(root, books, 'manifest.json')) ?? {};
}

function readBook<Content>(file: string): Content | undefined {
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text) as Content;
  } catch {
    throw new ProblemsError([{ code: 'books-broken', message: `${file} is not JSON` }]);
  }
}

/** The books, too, stay inside the root. */
function refuseLinkedBooks(root: string, books: string): void {
  for (const book of ['manifest.json', 'journal.json', 'staging/0']) {
    if (!staysInside(root, `${books}/${book}`))
      throw new ProblemsError([{ code: 'output-outside', message: `${books} leads out of ${root}` }]);
  }
}

/** Writes a single file that the user named, whole or not at all; a folder or a link in its place is refused (`output-outside`). */
export function writeNamed(file: string, text: string): void {
  const { dir, base } = path.parse(path.resolve(file));
  if (!staysInside(dir, base))
    throw new ProblemsError([{ code: 'output-outside', message: `${file} is a folder or a link` }]);
  mkdirSync(dir, { recursive: true });
  writeWhole(path.join(dir, base), text);
}

/**
 * Puts one file into a root, whole at every moment and safe against a power cut: for what is written one by one and replaced on purpose (a
 * registry). Throws `output-outside`.
 */
export function writeInside(root: string, file: string, content: Uint8Array): void {
  if (!staysInside(root, file))
    throw new ProblemsError([{ code: 'output-outside', message: `${file} leads out of ${root}` }]);
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeWhole(path.join(root, file), content);
}

/** Makes a file that must not exist yet, readable as `mode` says from its first moment. Throws as the file system does (`EEXIST`). */
export function writeNew(file: string, text: string, mode: number): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx', mode });
}

/** Writes a file that no run of `generate` owns. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const staged = `${file}.new`;
  rmSync(staged, { force: true });
  const handle = openSync(staged, 'wx');
  try {
    writeFileSync(handle, content);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(staged, file);
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function hashOnDisk(root: string, file: string): string | undefined {
  const found = path.join(root, file);
  return lstatSync(found, { throwIfNoEntry: false })?.isFile() ? sha256(readFileSync(found)) : undefined;
}

/** Is the path, with the links on its way resolved, beneath the root? The last step must not be a link or a folder. */
export function staysInside(root: string, file: string): boolean {
  if (path.isAbsolute(file) || file.split('/').includes('..')) return false;
  const found = lstatSync(path.join(root, file), { throwIfNoEntry: false });
  if (found && !found.isFile()) return false;
  let folder = path.dirname(path.join(root, file));
  while (!existsSync(folder)) folder = path.dirname(folder);
  if (!existsSync(root)) return true;
  const relative = path.relative(realpathSync(root), realpathSync(folder));
  return !relative.startsWith('..') && !path.isAbsolute(relative);
}

function removeEmptyFolders(root: string, folder: string): void {
  for (let up = folder; up !== '.' && up !== ''; up = path.dirname(up)) {
    try {
      rmdirSync(path.join(root, up));
    } catch {
      return;
    }
  }
}

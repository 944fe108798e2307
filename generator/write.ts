import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Problem, ProblemsError } from './diagnostics.js';
import type { OutputFile } from './model.js';
import { byCodePoint } from './text/names.js';

/** Where a run keeps its books, inside the output root. */
const BOOKS = '.stackql-provider-gen';

/** Per owner (a provider and face) the files that its last run wrote, with their sha256. */
type Manifest = Record<string, Record<string, string>>;

/** What an interrupted write still has to do: staged files to move into place, files to remove, the manifest to leave behind. */
interface Journal {
  readonly moves: readonly { readonly staged: string; readonly path: string }[];
  readonly removes: readonly string[];
  readonly manifest: Manifest;
}

export interface Plan {
  readonly written: readonly OutputFile[];
  readonly removed: readonly string[];
  readonly unchanged: number;
  readonly warnings: readonly Problem[];
  readonly manifest: Manifest;
}

/** Compares what is on disk with what a run made, and changes nothing. Throws for a file in the way that no run wrote, and for a path that leads outside. */
export function planWrite(root: string, owner: string, files: readonly OutputFile[]): Plan {
  const manifest = readManifest(root);
  const before = manifest[owner] ?? {};
  const hashes = Object.fromEntries(files.map(({ path: file, text }) => [file, sha256(text)]).sort(([a = ''], [b = '']) => byCodePoint(a, b)));
  const elsewhere = new Set(Object.entries(manifest).flatMap(([other, paths]) => (other === owner ? [] : Object.keys(paths))));
  const errors: Problem[] = [];
  const warnings: Problem[] = [];

  const changed = files.filter((file) => {
    if (!staysInside(root, file.path)) {
      errors.push({ code: 'output-outside', message: `${file.path} leads out of ${root}` });
      return false;
    }
    const found = hashOnDisk(root, file.path);
    if (found === hashes[file.path]) return false;
    if (found !== undefined && before[file.path] === undefined)
      errors.push({
        code: 'output-foreign',
        message: `${file.path} exists and was not written by this tool${elsewhere.has(file.path) ? ' for this provider' : ''}`,
      });
    else if (found !== undefined && found !== before[file.path])
      warnings.push({ code: 'output-edited', message: `${file.path} had been edited and is written anew` });
    return true;
  });
  const removed = Object.keys(before).filter((file) => {
    if (hashes[file] !== undefined || elsewhere.has(file) || !staysInside(root, file)) return false;
    const found = hashOnDisk(root, file);
    if (found !== undefined && found !== before[file])
      warnings.push({ code: 'output-edited', message: `${file} is no longer generated, but was edited: it stays` });
    return found === before[file];
  });
  if (errors.length > 0) throw new ProblemsError([...errors, ...warnings]);
  return { written: changed, removed, unchanged: files.length - changed.length, warnings, manifest: { ...manifest, [owner]: hashes } };
}

/**
 * Carries out a plan. Every file is whole at every moment: new texts are staged first, the journal then makes the change final, and each
 * file is moved into place. `recover` finishes an interrupted move and discards an unfinished staging.
 */
export function applyPlan(root: string, plan: Plan): void {
  const booksUnchanged = JSON.stringify(plan.manifest) === JSON.stringify(readManifest(root));
  if (plan.written.length === 0 && plan.removed.length === 0 && booksUnchanged) return;
  const staging = path.join(root, BOOKS, 'staging');
  mkdirSync(staging, { recursive: true });
  const moves = plan.written.map(({ path: file, text }, index) => {
    writeFileSync(path.join(staging, String(index)), text);
    return { staged: String(index), path: file };
  });
  const journal: Journal = { moves, removes: plan.removed, manifest: plan.manifest };
  writeWhole(path.join(root, BOOKS, 'journal.json'), JSON.stringify(journal));
  recover(root);
}

/** Finishes the write that a journal describes; without a journal, throws away what an interrupted run had staged. */
export function recover(root: string): void {
  const books = path.join(root, BOOKS);
  if (!existsSync(books)) return;
  const journalFile = path.join(books, 'journal.json');
  if (existsSync(journalFile)) {
    const { moves, removes, manifest } = JSON.parse(readFileSync(journalFile, 'utf8')) as Journal;
    for (const { staged, path: file } of moves) {
      const from = path.join(books, 'staging', staged);
      if (!/^\d+$/.test(staged) || !existsSync(from)) continue;
      if (!staysInside(root, file)) throw new ProblemsError([{ code: 'output-outside', message: `${file} leads out of ${root}` }]);
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

function readManifest(root: string): Manifest {
  const file = path.join(root, BOOKS, 'manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {};
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function hashOnDisk(root: string, file: string): string | undefined {
  const found = path.join(root, file);
  return lstatSync(found, { throwIfNoEntry: false })?.isFile() ? sha256(readFileSync(found)) : undefined;
}

/** Is the path, with the links on its way resolved, beneath the root? The last step must not be a link or a folder. */
function staysInside(root: string, file: string): boolean {
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

import { lstatSync } from 'node:fs';
import path from 'node:path';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';

/** Bytes that a file name may have on the file systems in use (ext4, APFS, NTFS), and a path on Linux. */
const MAX_NAME = 255;
const MAX_PATH = 4095;

/** Why a path is not one beneath a folder. */
function notBeneath(file: string): string | undefined {
  if (file === '' || path.isAbsolute(file)) return 'is not relative';
  const names = file.split(path.sep === '\\' ? /[\\/]/ : '/');
  return file.includes('\0') || names.some((name) => ['', '.', '..'].includes(name))
    ? 'leads out of the output folder'
    : undefined;
}

/**
 * Why no generated file has such a path. None is hidden (`.git`, `.github`), nor spelled so that another system would
 * read it differently: with a backslash, a colon, a control or invisible character, or a dot or blank at the end of a
 * name.
 */
export function notGenerated(file: string): string | undefined {
  const wrong = notBeneath(file);
  if (wrong !== undefined) return wrong;
  if (/(^|\/)\./.test(file)) return 'is hidden';
  return /[\\:\p{C}]|[. ](\/|$)/u.test(file) ? 'has a character that is not allowed' : undefined;
}

/** Why a name cannot be saved. Bytes are counted: no system that counts characters allows more. */
export function tooLong(root: string, file: string): string | undefined {
  const name = file.split('/').find((one) => Buffer.byteLength(one) > MAX_NAME);
  if (name !== undefined) return `${name.slice(0, 40)}… has ${Buffer.byteLength(name)} bytes; a name has at most 255`;
  const length = Buffer.byteLength(path.join(root, file));
  return length > MAX_PATH ? `${file.slice(0, 40)}… has ${length} bytes; a path has at most ${MAX_PATH}` : undefined;
}

/** Looks at what is on the way to files beneath a root; each folder once. */
export class Jail {
  private readonly folders = new Map<string, string | undefined>();
  constructor(readonly root: string) {
    this.folders.set('.', linkBelowHere(root));
  }

  /**
   * Why a file cannot be at a path: something else is there, or a folder on the way is a symbolic link or not a folder.
   */
  obstacle(file: string): string | undefined {
    const onTheWay = this.folderObstacle(path.posix.dirname(file));
    if (onTheWay !== undefined) return onTheWay;
    const found = lstatSync(path.join(this.root, file), { throwIfNoEntry: false });
    return !found || found.isFile()
      ? undefined
      : `${file} is ${found.isSymbolicLink() ? 'a symbolic link' : 'not a file'}`;
  }

  private folderObstacle(folder: string): string | undefined {
    if (!this.folders.has(folder)) this.folders.set(folder, this.lookAt(folder));
    return this.folders.get(folder);
  }

  private lookAt(folder: string): string | undefined {
    const above = this.folderObstacle(path.posix.dirname(folder));
    if (above !== undefined) return above;
    const found = lstatSync(path.join(this.root, folder), { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) return `${folder} is a symbolic link`;
    return !found || found.isDirectory() ? undefined : `${folder} is not a folder`;
  }
}

/**
 * A link between the current folder and one beneath it may have come with the checkout; what lies above is the user's.
 */
function linkBelowHere(root: string): string | undefined {
  const here = path.resolve('.');
  const below = path.relative(here, root);
  if (below === '' || below.startsWith('..') || path.isAbsolute(below)) return undefined;
  const names = below.split(path.sep);
  const folders = names.map((_, index) => names.slice(0, index + 1).join(path.sep));
  const link = folders.find((folder) =>
    lstatSync(path.join(here, folder), { throwIfNoEntry: false })?.isSymbolicLink(),
  );
  return link === undefined ? undefined : `${link} is a symbolic link`;
}

/** Why a file may not be at a path beneath a root, if it may not. */
export function whyNotInside(root: string, file: string): string | undefined {
  const wrong = notBeneath(file);
  return wrong === undefined ? new Jail(root).obstacle(file) : `${JSON.stringify(file)} ${wrong}`;
}

/**
 * May a file be at a path beneath a root? Neither it nor a folder on the way is a symbolic link, and it is a file or
 * not there.
 */
export function staysInside(root: string, file: string): boolean {
  return whyNotInside(root, file) === undefined;
}

/** The problem of a path that may not be written. */
export function outside(message: string): Problem {
  return { code: 'output-outside', message };
}

/** Throws `output-outside` where a file may not be. */
export function refuseOutside(root: string, file: string): void {
  const why = whyNotInside(root, file);
  if (why !== undefined) throw new ProblemsError([outside(why)]);
}

import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import type { OutputFile } from '../model.js';
import { Jail, notGenerated, whyNotInside } from './paths.js';

/** Where `generate` keeps its state, inside the output root. */
export const STATE_DIRECTORY = '.stackql-provider-gen';

/** Files that a kind of run generates: a folder (with a slash at its end) and how names in it end, or one file. */
export type Tree = readonly [folder: string, ending: string];

/** Where a kind of run keeps its state, and which files may be its own. */
export interface Layout {
  readonly state: string;
  readonly trees: readonly Tree[];
}

/** What `generate` writes. */
export const GENERATED: Layout = {
  state: STATE_DIRECTORY,
  trees: [
    ['provider/src/', '.yaml'],
    ['provider/stubs/', '.ts'],
    // Whatever targets of the user's own emit.
    ['provider/targets/', ''],
    ['docs/services/', '.md'],
    ['docs/static/services/', '.md'],
    ['docs/static/services/', '/catalog.json'],
    ['docs/static/catalog.json', ''],
    ['docs/static/llms.txt', ''],
    ['docs/static/search.json', ''],
  ],
};

/** Per owner (a provider and profile) the files that its last run wrote, with their sha256. */
export type Manifest = Record<string, Record<string, string>>;

/** The files of a run, by owner. */
export type Outputs = Readonly<Record<string, readonly OutputFile[]>>;

/** One file of a change: its sha256 before and after. `null`: it is not there. */
export interface Step {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * A change that has begun. The new content of step `n` is staged as `staging/n`, the old one is kept as
 * `staging/n.old`, so that the change can be finished as well as undone.
 */
export interface Journal {
  readonly steps: readonly Step[];
  /** The manifest to leave behind. */
  readonly manifest: Manifest;
}

/** State is small: 40,000 files make a manifest of 6 MB. Bytes. */
const MAX_STATE = 64 * 1024 * 1024;

/**
 * Says which files a run may touch besides those that it writes: what an earlier run may have left. State comes with a
 * checkout, so it must not be believed further than that: files of the layout, and files of the same kind in a folder
 * that this run writes into.
 */
export function ownFiles({ trees }: Layout, outputs: Outputs): (file: string) => boolean {
  const paths = Object.values(outputs).flatMap((files) => files.map((file) => file.path));
  const written = new Set(paths);
  const kinds = new Set(paths.map(kindOf));
  return (file) =>
    notGenerated(file) === undefined &&
    (trees.some(([folder, ending]) => file === folder || (isIn(folder, file) && file.endsWith(ending))) ||
      written.has(file) ||
      (file.includes('/') && kinds.has(kindOf(file))));
}

function isIn(folder: string, file: string): boolean {
  return folder.endsWith('/') && file.startsWith(folder);
}

function kindOf(file: string): string {
  return `${path.posix.dirname(file)}/*${path.posix.extname(file)}`;
}

/** What a run wrote, by its manifest. Throws `state-broken`, `output-outside`. */
export function readManifest(root: string, state: string): Manifest {
  const name = `${state}/manifest.json`;
  const manifest = readState(root, name) ?? {};
  if (!isManifest(manifest)) throw broken(name, 'is not a manifest');
  return manifest;
}

/**
 * The change that a run did not finish. Throws `state-broken` for a file that no run leaves, and `state-refused` for
 * one that would touch what is not generated: whoever wrote it, this tool did not.
 */
export function readJournal(root: string, state: string, isOwn: (file: string) => boolean): Journal | undefined {
  const name = `${state}/journal.json`;
  const journal = readState(root, name);
  if (journal === undefined) return undefined;
  const paths = pathsIn(journal);
  const jail = new Jail(root);
  const foreign = paths.find((file) => !isOwn(file) || jail.obstacle(file) !== undefined);
  if (foreign !== undefined)
    throw new ProblemsError([
      {
        code: 'state-refused',
        message: `${name} asks to change ${JSON.stringify(foreign.slice(0, 200))}, which is not a generated file`,
        hint: `Nothing was changed. If you trust the rest of this folder: rm -r ${name} ${state}/staging`,
      },
    ]);
  if (!isJournal(journal)) throw broken(name, 'is not a journal');
  return journal;
}

/** The files that a journal names, whatever its shape: also one of an earlier version, or one written by hand. */
function pathsIn(journal: unknown): string[] {
  const { steps, moves, removes } = Object(journal) as Record<string, unknown>;
  return [steps, moves, removes]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map((one) => (typeof one === 'string' ? one : Object(one).path))
    .filter((file) => typeof file === 'string');
}

/** A state file's JSON; none where there is no file. Throws `state-broken`, `output-outside`. */
export function readState(root: string, name: string): unknown {
  const why = whyNotInside(root, name);
  if (why !== undefined) throw new ProblemsError([{ code: 'output-outside', message: why }]);
  const file = path.join(root, name);
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (found.size > MAX_STATE) throw broken(name, 'is larger than 64 MB');
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw broken(name, 'is not JSON');
  }
}

function broken(name: string, why: string): ProblemsError {
  return new ProblemsError([{ code: 'state-broken', message: `${name} ${why}` }]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function isManifest(value: unknown): value is Manifest {
  return (
    isRecord(value) && Object.values(value).every((files) => isRecord(files) && Object.values(files).every(isHash))
  );
}

function isJournal(value: unknown): value is Journal {
  const isSide = (hash: unknown) => hash === null || isHash(hash);
  const isStep = (step: unknown) =>
    isRecord(step) && typeof step.path === 'string' && isSide(step.before) && isSide(step.after);
  return isRecord(value) && Array.isArray(value.steps) && value.steps.every(isStep) && isManifest(value.manifest);
}

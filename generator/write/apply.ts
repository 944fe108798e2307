import {
  chmodSync,
  closeSync,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { hashOnDisk, removeEmptyFolders, withFiles, writeWhole } from './files.js';
import { refuseOutside } from './paths.js';
import type { Plan } from './plan.js';
import {
  GENERATED,
  type Journal,
  type Layout,
  type Outputs,
  ownFiles,
  readJournal,
  readManifest,
  type Step,
} from './state.js';

/** Generated files are data: nobody's umask, and no state, makes one executable. */
const MODE = 0o644;

/** A plan of strings, bytes or both. */
export type AnyPlan = Plan<string | Uint8Array>;

/** A plan and where it belongs. */
export interface Change {
  readonly root: string;
  readonly plan: AnyPlan;
  readonly layout?: Layout;
}

/** Carries out a plan: see `applyPlans`. */
export function applyPlan(root: string, plan: AnyPlan, layout: Layout = GENERATED): void {
  applyPlans([{ root, plan, layout }]);
}

/**
 * Carries out plans. Every file is whole at every moment. What can fail for want of space or permission comes first:
 * all new content is staged, then `before` is called, and only then the files are moved into place, one root after the
 * other. A root where that fails is put back. Throws `io-failed`.
 */
export function applyPlans(changes: readonly Change[], before: () => void = () => {}): void {
  const begun: Transaction[] = [];
  withFiles(() => {
    try {
      for (const { root, plan, layout = GENERATED } of changes) {
        const isSame = JSON.stringify(plan.manifest) === JSON.stringify(readManifest(root, layout.state));
        if (plan.steps.length === 0 && isSame) continue;
        begun.push(new Transaction(root, layout, { steps: plan.steps, manifest: plan.manifest }));
        begun.at(-1)?.stage(plan);
      }
      before();
    } catch (error) {
      for (const transaction of begun) quietly(() => transaction.discard());
      throw error;
    }
    commitAll(begun);
  });
}

function commitAll(begun: readonly Transaction[]): void {
  for (const [index, transaction] of begun.entries())
    try {
      transaction.commit();
    } catch (error) {
      for (const later of begun.slice(index + 1)) quietly(() => later.discard());
      throw error;
    }
}

/**
 * Finishes the change that a killed run has begun, or undoes it where that cannot be; without a journal, throws away
 * what was staged. Only files of the layout and of these outputs are touched. Throws `state-refused`, `state-broken`,
 * `output-outside`, `io-failed`.
 */
export function recover(root: string, outputs: Outputs = {}, layout: Layout = GENERATED): void {
  withFiles(() => {
    if (!lstatSync(path.join(root, layout.state), { throwIfNoEntry: false })) return;
    const journal = readJournal(root, layout.state, ownFiles(layout, outputs));
    const transaction = new Transaction(root, layout, journal ?? { steps: [], manifest: {} });
    if (journal) transaction.settle();
    transaction.discard();
  });
}

/** Is there a change that a killed run has begun? */
export function isInterrupted(root: string, { state }: Layout): boolean {
  return lstatSync(path.join(root, state, 'journal.json'), { throwIfNoEntry: false }) !== undefined;
}

/** A change of the files beneath a root. */
class Transaction {
  /** The folders that are there, or were made for a file. */
  private readonly folders = new Set<string>();

  constructor(
    readonly root: string,
    readonly layout: Layout,
    readonly journal: Journal,
  ) {
    refuseOutside(root, `${layout.state}/staging/-`);
  }

  /**
   * Writes the new content of each file, and keeps the old one, in the state directory. Until then nothing else has
   * changed.
   */
  stage({ written }: AnyPlan): void {
    this.discard();
    mkdirSync(this.at('staging'), { recursive: true });
    for (const [index, { text }] of written.entries()) {
      const handle = openSync(this.at(`staging/${index}`), 'wx', MODE);
      try {
        fchmodSync(handle, MODE);
        writeFileSync(handle, text);
        // Pages can be generated again after a power cut; what is replaced as bytes is signed or published.
        if (typeof text !== 'string') fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    }
    for (const [index, step] of this.journal.steps.entries()) if (step.before !== null) this.keep(step, index);
  }

  /** With the journal the change is final: who is killed after it leaves the rest to `recover`. */
  commit(): void {
    try {
      this.write('journal.json', JSON.stringify(this.journal));
      this.finish([...this.journal.steps.entries()]);
    } catch (error) {
      // If that fails, too, the journal stands, and the next command tries again.
      quietly(() => {
        this.undo();
        this.discard();
      });
      throw error;
    }
    quietly(() => this.discard());
  }

  /**
   * Finishes a journal that was found, else undoes it. A step is taken only where the hashes show that it is left to
   * do.
   */
  settle(): void {
    const left = [...this.journal.steps.entries()].filter(([, step]) => this.hash(step) === step.before);
    const canFinish = left.every(([index, { after }]) => after === null || this.isStaged(`${index}`, after));
    try {
      if (canFinish) this.finish(left);
      else this.undo();
    } catch {
      this.undo();
    }
  }

  /** Removes the journal, then what was staged. */
  discard(): void {
    rmSync(this.at('journal.json'), { force: true });
    rmSync(this.at('staging'), { recursive: true, force: true });
    quietly(() => rmdirSync(this.at('')));
  }

  /** Puts each file back that is as this change made it; what somebody has edited since stays. */
  private undo(): void {
    for (const [index, step] of this.journal.steps.entries()) {
      const found = this.hash(step);
      if (found === step.before || found !== step.after) continue;
      if (step.before === null) rmSync(path.join(this.root, step.path), { force: true });
      else if (this.isStaged(`${index}.old`, step.before)) this.move(`${index}.old`, step.path);
    }
    this.tidy('before');
  }

  private finish(steps: readonly (readonly [index: number, step: Step])[]): void {
    for (const [index, { path: file, after }] of steps)
      if (after === null) rmSync(path.join(this.root, file), { force: true });
      else this.move(`${index}`, file);
    this.tidy('after');
    const { manifest } = this.journal;
    if (JSON.stringify(readManifest(this.root, this.layout.state)) !== JSON.stringify(manifest))
      this.write('manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  }

  /** Removes the folders that hold nothing any more. */
  private tidy(side: 'before' | 'after'): void {
    for (const step of this.journal.steps)
      if (step[side] === null) removeEmptyFolders(this.root, path.dirname(step.path));
  }

  /** Replaces a state file; what a kill leaves of that lies among what is staged. */
  private write(name: string, text: string): void {
    mkdirSync(this.at('staging'), { recursive: true });
    writeWhole(this.at(name), text, this.at(`staging/${name}`));
  }

  private move(staged: string, file: string): void {
    const folder = path.dirname(path.join(this.root, file));
    if (!this.folders.has(folder)) mkdirSync(folder, { recursive: true });
    this.folders.add(folder);
    renameSync(this.at(`staging/${staged}`), path.join(this.root, file));
  }

  /** A second name costs no space; a copy does where there are no hard links. An executable is kept as a plain file. */
  private keep({ path: file }: Step, index: number): void {
    const [from, to] = [path.join(this.root, file), this.at(`staging/${index}.old`)];
    if (isPlain(from) && isLinked(from, to)) return;
    copyFileSync(from, to);
    chmodSync(to, MODE);
  }

  /** Is this what was staged: a plain file of that content? */
  private isStaged(staged: string, hash: string): boolean {
    return isPlain(this.at(`staging/${staged}`)) && hashOnDisk(this.at('staging'), staged) === hash;
  }

  private hash({ path: file }: Step): string | null {
    return hashOnDisk(this.root, file) ?? null;
  }

  private at(name: string): string {
    return path.join(this.root, this.layout.state, name);
  }
}

/** Cleans up as far as that can be done; what is left, the next command removes. */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // See above.
  }
}

function isLinked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function isPlain(file: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true && (path.sep === '\\' || (found.mode & 0o7111) === 0);
}

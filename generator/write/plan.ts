import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint, type OutputFile } from '../model.js';
import { hashOnDisk, sha256, withFiles } from './files.js';
import { Jail, notGenerated, outside, refuseOutside, tooLong } from './paths.js';
import { GENERATED, type Layout, type Manifest, type Outputs, ownFiles, readManifest, type Step } from './state.js';

/** What a run would change. */
export interface Plan<Content = string> {
  readonly written: readonly { readonly path: string; readonly text: Content }[];
  readonly removed: readonly string[];
  readonly warnings: readonly Problem[];
  /** The same, for whoever carries it out: the written files first, in their order. */
  readonly steps: readonly Step[];
  readonly manifest: Manifest;
}

/**
 * Compares what is on disk with the outputs of a run, and changes nothing. Throws everything for which the outputs
 * could not be written: a path that leads outside, a name that is too long, a file in the way that no run wrote, a path
 * that two owners have.
 */
export function planWrite(root: string, outputs: Outputs, layout = GENERATED): Plan {
  return withFiles(() => new Comparison(root, outputs, layout).plan());
}

/** Which of some files are missing. Throws for what is in their way: nothing that is there is written over. */
export function planNew(root: string, files: readonly OutputFile[]): OutputFile[] {
  return withFiles(() =>
    files.filter(({ path: file, text }) => {
      refuseOutside(root, file);
      const found = hashOnDisk(root, file);
      if (found !== undefined && found !== sha256(text)) throw new ProblemsError([foreign(file)]);
      return found === undefined;
    }),
  );
}

/**
 * Plans to replace files that no run owns, whatever is there: all of them or none. Throws `output-outside`,
 * `state-broken`.
 */
export function planReplace(root: string, files: ReadonlyMap<string, Uint8Array>, { state }: Layout): Plan<Uint8Array> {
  return withFiles(() => {
    const written: { path: string; text: Uint8Array }[] = [];
    const steps: Step[] = [];
    for (const [file, text] of files) {
      refuseOutside(root, file);
      const [before, after] = [hashOnDisk(root, file) ?? null, sha256(text)];
      if (before === after) continue;
      written.push({ path: file, text });
      steps.push({ path: file, before, after });
    }
    return { written, removed: [], warnings: [], steps, manifest: readManifest(root, state) };
  });
}

function foreign(file: string): Problem {
  return { code: 'output-foreign', message: `${file} exists and was not written by this tool` };
}

class Comparison {
  private readonly errors: Problem[] = [];
  private readonly warnings: Problem[] = [];
  private readonly jail: Jail;
  private readonly before: Manifest;
  private readonly after: Manifest;
  private readonly owners = new Map<string, string[]>();
  /** The folders that the outputs need. */
  private readonly folders = new Set<string>();

  constructor(
    readonly root: string,
    readonly outputs: Outputs,
    readonly layout: Layout,
  ) {
    this.jail = new Jail(root);
    this.before = readManifest(root, layout.state);
    this.after = { ...this.before };
    for (const [owner, files] of Object.entries(outputs))
      this.after[owner] = Object.fromEntries(
        files.map(({ path: file, text }) => [file, sha256(text)]).sort(([a = ''], [b = '']) => byCodePoint(a, b)),
      );
    for (const [owner, files] of Object.entries(this.after))
      for (const file of Object.keys(files)) this.owners.set(file, [...(this.owners.get(file) ?? []), owner]);
    for (const { path: file } of Object.values(outputs).flat())
      for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1))
        this.folders.add(file.slice(0, end));
  }

  plan(): Plan {
    const steps: Step[] = [];
    const written: OutputFile[] = [];
    for (const [owner, files] of Object.entries(this.outputs))
      for (const file of files) {
        const step = this.stepOf(owner, file);
        if (!step) continue;
        written.push(file);
        steps.push(step);
      }
    const removals = Object.keys(this.outputs).flatMap((owner) => this.removals(owner));
    if (this.errors.length > 0) throw new ProblemsError([...this.errors, ...this.warnings]);
    return {
      written,
      removed: removals.map((step) => step.path),
      warnings: this.warnings,
      steps: [...steps, ...removals],
      manifest: this.after,
    };
  }

  /** What has to be done for one file, if anything. */
  private stepOf(owner: string, { path: file }: OutputFile): Step | undefined {
    const obstacle = this.obstacle(file);
    if (obstacle) return void this.errors.push(obstacle);
    const found = hashOnDisk(this.root, file);
    const after = this.after[owner]?.[file] ?? null;
    const others = this.owners.get(file)?.filter((other) => other !== owner) ?? [];
    if (others.length > 0)
      this.errors.push({ code: 'output-foreign', message: `${file} belongs to ${others.join(', ')}` });
    else if (found !== undefined && found !== after) this.complain(owner, file, found);
    return found === after ? undefined : { path: file, before: found ?? null, after };
  }

  /** Why nothing can be written at a path. */
  private obstacle(file: string): Problem | undefined {
    const long = tooLong(this.root, file);
    if (long !== undefined) return { code: 'output-name', message: long };
    const wrong = notGenerated(file);
    if (wrong !== undefined) return outside(`${JSON.stringify(file)} ${wrong}`);
    const inTheWay = this.folders.has(file) ? `${file} is to be a file and a folder` : this.jail.obstacle(file);
    return inTheWay === undefined ? undefined : outside(inTheWay);
  }

  /** A file has other content than the run gives it: was it a run that wrote it? */
  private complain(owner: string, file: string, found: string): void {
    const before = this.before[owner]?.[file];
    if (before === undefined) this.errors.push(foreign(file));
    else if (found !== before)
      this.warnings.push({ code: 'output-edited', message: `${file} had been edited and is regenerated` });
  }

  /** The files that an owner has no longer. Only what is as a run wrote it is removed. */
  private removals(owner: string): Step[] {
    const isOwn = ownFiles(this.layout, this.outputs);
    const steps: Step[] = [];
    const left: string[] = [];
    for (const [file, hash] of Object.entries(this.before[owner] ?? {})) {
      if (this.owners.has(file)) continue;
      if (!isOwn(file) || this.jail.obstacle(file) !== undefined) {
        left.push(JSON.stringify(file.slice(0, 200)));
        continue;
      }
      const found = hashOnDisk(this.root, file);
      if (found === hash) steps.push({ path: file, before: hash, after: null });
      else if (found !== undefined)
        this.warnings.push({
          code: 'output-edited',
          message: `${file} is no longer generated, but was edited: it stays`,
        });
    }
    if (left.length > 0) this.warnings.push({ code: 'output-left', message: leftMessage(left) });
    return steps;
  }
}

function leftMessage([first = '', ...more]: readonly string[]): string {
  return `${first}${more.length > 0 ? ` and ${more.length} more` : ''}: listed in the manifest, but not generated here`;
}

import { type FSWatcher, statSync, watch as watchFolder } from 'node:fs';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import type { Cache } from '../pipeline/cache.js';
import type { GenerateOptions } from '../pipeline/generate.js';
import { type RunResult, regenerate } from '../pipeline/incremental.js';
import type { Source } from '../read/config-types.js';
import { problemText } from '../report/problems.js';
import { applyPlan, type Plan, planWrite, recover } from '../write.js';
import type { Terminal } from './terminal.js';

/** An editor writes a file in several steps: it is read so many milliseconds after the last one. */
const SETTLED = 20;

/** A source, and its last run that succeeded. */
interface Watched {
  readonly source: Source;
  last: RunResult;
}

interface WatchOptions {
  /** The output folder of a run. */
  rootOf(result: RunResult): string;
  readonly runOptions: GenerateOptions;
  readonly cache: Cache | undefined;
}

/** Regenerates on every change of what a run reads, and prints a line for each. */
export class Watch {
  private readonly folders = new Map<string, FSWatcher>();
  private readonly changed = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;

  constructor(
    private readonly watched: readonly Watched[],
    private readonly options: WatchOptions,
    private readonly terminal: Terminal,
  ) {}

  /** Watches until the process is stopped. */
  async untilStopped(): Promise<void> {
    this.watchInputs();
    this.terminal.say('watching; Ctrl-C ends');
    await new Promise<void>((ended) => this.terminal.onStop(ended));
    clearTimeout(this.timer);
    for (const folder of this.folders.values()) folder.close();
  }

  private watchInputs(): void {
    const files = this.watched.flatMap(({ last }) => last.inputs).filter((file) => !/^https?:/i.test(file));
    for (const folder of files.flatMap((file) => [path.dirname(file), ...(isFolder(file) ? [file] : [])]))
      if (!this.folders.has(folder)) {
        const onChange = (_event: string, name: string | null) =>
          name !== null && this.onChange(path.join(folder, name));
        this.folders.set(folder, watchFolder(folder, onChange));
      }
  }

  private onChange(file: string): void {
    // In a folder of templates, every file counts.
    const isInput = (input: string) => input === file || input === path.dirname(file);
    const input = this.watched.flatMap(({ last }) => last.inputs).find(isInput);
    if (input === undefined) return;
    this.changed.add(input);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.runChanged(), SETTLED);
  }

  /** Changes during a run are left to the next one. */
  private async runChanged(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.changed.size > 0) {
      const files = new Set(this.changed);
      this.changed.clear();
      for (const each of this.watched) if (each.last.inputs.some((file) => files.has(file))) await this.run(each);
      this.watchInputs();
    }
    this.isRunning = false;
  }

  /** Writes what the fast targets emit first, then what the slow ones do. */
  private async run(watched: Watched): Promise<void> {
    const { runOptions, cache } = this.options;
    const begun = performance.now();
    try {
      const slow = watched.last.outputs.filter(({ isSlow }) => isSlow);
      const fast = await regenerate(watched.source, { ...runOptions, skipSlow: true }, cache);
      const files = [...fast.files, ...slow.flatMap((output) => output.files)];
      const inputs = [...new Set([...fast.inputs, ...watched.last.inputs])];
      const plan = this.write({ ...fast, files, inputs, outputs: [...fast.outputs, ...slow] }, watched);
      this.say(plan, begun, watched);
      if (slow.length === 0) return;
      const rest = this.write(await regenerate(watched.source, runOptions, cache), watched);
      if (rest.written.length + rest.removed.length > 0) this.say(rest, begun, watched);
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      this.terminal.say(error.problems.map((problem) => problemText(problem, this.terminal.colors)).join('\n\n'));
    }
  }

  private write(result: RunResult, watched: Watched): Plan {
    const root = this.options.rootOf(result);
    const outputs = { [result.id]: result.files };
    recover(root, outputs);
    const plan = planWrite(root, outputs);
    applyPlan(root, plan);
    watched.last = result;
    return plan;
  }

  private say({ written, removed }: Plan, begun: number, { last }: Watched): void {
    const files = [...written.map((file) => file.path), ...removed];
    const shown = [...files.slice(0, 3), ...(files.length > 3 ? ['…'] : [])].join(', ');
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    const counts = `${last.id}: ${written.length} written, ${removed.length} removed in ${seconds} s`;
    this.terminal.say(shown === '' ? counts : `${counts}: ${shown}`);
  }
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

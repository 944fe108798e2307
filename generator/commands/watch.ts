import { type FSWatcher, statSync, watch as watchFolder } from 'node:fs';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import type { Cache } from '../pipeline/cache.js';
import { type Made, regenerate } from '../pipeline/incremental.js';
import type { Source } from '../read/config-types.js';
import { problemText } from '../report/problems.js';
import { applyPlan, planWrite } from '../write.js';
import type { Terminal } from './terminal.js';

/** An editor writes a file in several steps: so long after the last one it is read. Milliseconds. */
const SETTLED = 20;

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** What is watched: a source, what the last run made of it and what that read. */
interface Watched {
  readonly source: Source;
  last: Made;
}

/** Regenerates on every change of what a run reads, and says so in a line each. Ends when the process is stopped. */
export async function watch(
  watched: readonly Watched[],
  { rootOf, stubs, cache }: { rootOf(made: Made): string; stubs: boolean; cache: Cache | undefined },
  terminal: Terminal,
): Promise<void> {
  const folders = new Map<string, FSWatcher>();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let busy = false;

  const onChange = (file: string) => {
    // Of a folder of templates, everything in it counts.
    const [input] = watched.flatMap(({ last }) =>
      last.inputs.filter((one) => one === file || one === path.dirname(file)),
    );
    if (input === undefined) return;
    changed.add(input);
    clearTimeout(timer);
    timer = setTimeout(() => void runAll(), SETTLED);
  };
  const watchInputs = () => {
    const wanted = new Set(
      watched.flatMap(({ last }) =>
        last.inputs
          .filter((file) => !/^https?:/i.test(file))
          .flatMap((file) => [path.dirname(file), ...(isFolder(file) ? [file] : [])]),
      ),
    );
    for (const folder of wanted)
      if (!folders.has(folder))
        folders.set(
          folder,
          watchFolder(folder, (_event, name) => name !== null && onChange(path.join(folder, name))),
        );
  };

  /** What changed while a run was on is the next run's. */
  const runAll = async () => {
    if (busy) return;
    busy = true;
    while (changed.size > 0) {
      const files = new Set(changed);
      changed.clear();
      for (const one of watched) if (one.last.inputs.some((file) => files.has(file))) await run(one);
      watchInputs();
    }
    busy = false;
  };

  const run = async (one: Watched) => {
    const begun = performance.now();
    try {
      // Pages first: the types of the stubs take longer than everything else, and nobody watches them.
      const pages = await regenerate(one.source, { stubs: false }, cache);
      const types = stubs ? one.last.files.filter((file) => file.path.startsWith('provider/stubs/')) : [];
      say(write({ ...pages, files: [...pages.files, ...types] }), begun, one);
      if (!stubs) return;
      const plan = write(await regenerate(one.source, {}, cache));
      if (plan.written.length + plan.removed.length > 0) say(plan, begun, one);
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      terminal.say(error.problems.map((problem) => problemText(problem, terminal.colors)).join('\n\n'));
    }

    function write(made: Made) {
      const root = rootOf(made);
      const plan = planWrite(root, { [made.id]: made.files });
      applyPlan(root, plan);
      one.last = made;
      return plan;
    }
  };

  const say = ({ written, removed }: ReturnType<typeof planWrite>, begun: number, { last }: Watched) => {
    const names = [...written.map((file) => file.path), ...removed];
    const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')}, …` : names.join(', ');
    const seconds = ((performance.now() - begun) / 1000).toFixed(2);
    terminal.say(
      `${last.id}: ${written.length} written, ${removed.length} removed in ${seconds} s${shown === '' ? '' : `: ${shown}`}`,
    );
  };

  watchInputs();
  terminal.say('watching; Ctrl-C ends');
  await new Promise<void>((ended) => terminal.onStop(ended));
  clearTimeout(timer);
  for (const folder of folders.values()) folder.close();
}

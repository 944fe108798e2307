import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Source } from '../read/config-types.js';
import { keepText, positionOf, textOf } from '../read/place.js';
import { openCache } from './cache.js';
import type { Wanted } from './generate.js';
import { type Made, regenerate } from './incremental.js';

/** What all sources of a run share; the folder of the cache, if there is to be one. */
export interface Shared extends Pick<Wanted, 'profile' | 'stubs'> {
  readonly cache?: string;
}

/** A source's outcome, as one thread tells it another: problems with their lines, and the texts of documents that only it has. */
type Told =
  | { readonly progress: string }
  | { readonly made: Made; readonly texts: Texts }
  | { readonly problems: readonly Problem[]; readonly texts: Texts }
  | { readonly error: string };
type Texts = readonly (readonly [url: string, text: string])[];

/**
 * Makes the providers of several sources, side by side on as many threads as there are processors; what comes back is in the order of the sources. Throws
 * the problems of all that fail, in that order too.
 */
export async function regenerateAll(
  sources: readonly Source[],
  shared: Shared,
  progress: (text: string) => void,
): Promise<Made[]> {
  const outcomes: (Made | readonly Problem[])[] = [];
  const waiting = [...sources.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      outcomes[next[0]] = await inThread(next[1], shared, progress);
  };
  await Promise.all(Array.from({ length: Math.min(sources.length, availableParallelism()) }, work));
  const problems = outcomes.flatMap((outcome) => (Array.isArray(outcome) ? (outcome as Problem[]) : []));
  if (problems.length > 0) throw new ProblemsError(problems);
  return outcomes as Made[];
}

function inThread(
  source: Source,
  shared: Shared,
  progress: (text: string) => void,
): Promise<Made | readonly Problem[]> {
  return new Promise((done, failed) => {
    const worker = threadOf({ source, shared });
    worker.on('error', failed);
    worker.on('message', (told: Told) => {
      if ('progress' in told) return progress(told.progress);
      if ('error' in told) return failed(new Error(told.error));
      for (const [url, text] of told.texts) keepText(url, text);
      done('made' in told ? told.made : told.problems);
    });
  });
}

/** A thread that runs this file; from its source, as tests and a checkout do, it needs the loader that only the first thread has. */
function threadOf(workerData: { readonly source: Source; readonly shared: Shared }): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(import.meta.url), { workerData });
  const start = `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(({ register }) => { register(); return import(${JSON.stringify(import.meta.url)}); })`;
  return new Worker(start, { eval: true, workerData });
}

/** One source in a thread of its own. */
async function work(source: Source, { cache, ...wanted }: Shared): Promise<Told> {
  const tell = (told: Told) => parentPort?.postMessage(told);
  try {
    const { provider, lock, ...made } = await regenerate(
      source,
      { ...wanted, progress: (text) => tell({ progress: text }) },
      cache === undefined ? undefined : openCache(cache),
    );
    const warnings = made.warnings.map(placed);
    return { made: { ...made, warnings }, texts: textsOf(warnings) };
  } catch (error) {
    if (!(error instanceof ProblemsError)) return { error: (error as Error).message };
    const problems = error.problems.map(placed);
    return { problems, texts: textsOf(problems) };
  }
}

function placed(problem: Problem): Problem {
  return { ...problem, ...(problem.at !== undefined && { at: positionOf(problem.at) }) };
}

function textsOf(problems: readonly Problem[]): Texts {
  const files = problems.flatMap(({ at }) => (typeof at === 'object' && /^https?:/i.test(at.file) ? [at.file] : []));
  return [...new Set(files)].map((url) => [url, textOf(url)]);
}

if (!isMainThread && parentPort && workerData?.source !== undefined) {
  const { source, shared } = workerData as { source: Source; shared: Shared };
  parentPort.postMessage(await work(source, shared));
}

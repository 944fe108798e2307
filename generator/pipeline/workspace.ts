import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Source } from '../read/config-types.js';
import { keepText, positionOf, textOf } from '../read/place.js';
import { openCache } from './cache.js';
import type { CacheAccess } from './cache-access.js';
import type { GenerateOptions } from './generate.js';
import { type RunResult, regenerate } from './incremental.js';
import { startThread } from './thread.js';

/** The options that hold for all sources of a run. */
export interface WorkspaceOptions extends Pick<GenerateOptions, 'profile' | 'stubs'> {
  /** The cache, if there is to be one. */
  readonly cache?: CacheAccess;
}

/**
 * A message of a thread about its source. Problems come with their lines, and with the texts of documents that only
 * the thread has.
 */
type Message =
  | { readonly progress: string }
  | { readonly result: RunResult; readonly texts: Texts }
  | { readonly problems: readonly Problem[]; readonly texts: Texts }
  | { readonly error: Pick<Error, 'name' | 'message' | 'stack'> };
type Texts = readonly (readonly [url: string, text: string])[];

/**
 * Makes the providers of several sources, side by side on as many threads as there are processors; what comes back is
 * in the order of the sources. Throws the problems of all that fail, in that order too.
 */
export async function regenerateAll(
  sources: readonly Source[],
  options: WorkspaceOptions,
  progress: (text: string) => void,
): Promise<RunResult[]> {
  const outcomes: (RunResult | readonly Problem[])[] = [];
  const waiting = [...sources.entries()];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      outcomes[next[0]] = await inThread(next[1], options, progress);
  };
  await Promise.all(Array.from({ length: Math.min(sources.length, availableParallelism()) }, work));
  const problems = outcomes.flatMap((outcome) => (Array.isArray(outcome) ? (outcome as Problem[]) : []));
  if (problems.length > 0) throw new ProblemsError(problems);
  return outcomes as RunResult[];
}

function inThread(
  source: Source,
  options: WorkspaceOptions,
  progress: (text: string) => void,
): Promise<RunResult | readonly Problem[]> {
  return new Promise((done, failed) => {
    const worker = startThread(import.meta.url, { source, options });
    worker.on('error', failed);
    worker.on('exit', (code) => failed(new Error(`a thread ended with ${code} before its work did`)));
    worker.on('message', (message: Message) => {
      if ('progress' in message) return progress(message.progress);
      if ('error' in message) return failed(Object.assign(new Error(), message.error));
      for (const [url, text] of message.texts) keepText(url, text);
      done('result' in message ? message.result : message.problems);
    });
  });
}

/** One source in a thread of its own. */
async function work(source: Source, { cache, ...options }: WorkspaceOptions): Promise<Message> {
  const send = (message: Message) => parentPort?.postMessage(message);
  try {
    const { provider, lock, ...result } = await regenerate(
      source,
      { ...options, progress: (text) => send({ progress: text }) },
      cache === undefined ? undefined : openCache(cache),
    );
    const warnings = result.warnings.map(withPosition);
    return { result: { ...result, warnings }, texts: textsOf(warnings) };
  } catch (error) {
    if (!(error instanceof ProblemsError)) return { error: serializable(error) };
    const problems = error.problems.map(withPosition);
    return { problems, texts: textsOf(problems) };
  }
}

/** An error as another thread gets it: of its own properties, Node passes on few. */
function serializable(error: unknown): Pick<Error, 'name' | 'message' | 'stack'> {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message, ...(stack !== undefined && { stack }) };
}

function withPosition(problem: Problem): Problem {
  return { ...problem, ...(problem.at !== undefined && { at: positionOf(problem.at) }) };
}

function textsOf(problems: readonly Problem[]): Texts {
  const files = problems.flatMap(({ at }) => (typeof at === 'object' && /^https?:/i.test(at.file) ? [at.file] : []));
  return [...new Set(files)].map((url) => [url, textOf(url)]);
}

if (!isMainThread && parentPort && workerData?.options !== undefined) {
  const { source, options } = workerData as { source: Source; options: WorkspaceOptions };
  parentPort.postMessage(await work(source, options));
}

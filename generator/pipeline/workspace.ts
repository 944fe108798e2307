import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Source } from '../read/config-types.js';
import { keepText } from '../read/place.js';
import type { CacheAccess } from './cache-access.js';
import type { GenerateOptions } from './generate.js';
import type { RunResult } from './incremental.js';
import { startThread } from './thread.js';

/** The options that hold for all sources of a run. */
export interface WorkspaceOptions extends Pick<GenerateOptions, 'profile' | 'stubs'> {
  /** The cache, if there is to be one. */
  readonly cache?: CacheAccess;
}

/** What a thread is started with: one of the sources. */
export interface WorkspaceStart {
  readonly source: Source;
  readonly options: WorkspaceOptions;
}

/**
 * A message of a thread about its source. Problems come with their lines, and with the texts of documents that only
 * the thread has.
 */
export type Message =
  | { readonly progress: string }
  | { readonly result: RunResult; readonly texts: Texts }
  | { readonly problems: readonly Problem[]; readonly texts: Texts }
  | { readonly error: Pick<Error, 'name' | 'message' | 'stack'> };
export type Texts = readonly (readonly [url: string, text: string])[];

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
    const worker = startThread(new URL(`./workspace-thread${path.extname(import.meta.url)}`, import.meta.url).href, {
      source,
      options,
    } satisfies WorkspaceStart);
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

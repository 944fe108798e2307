import { parentPort, workerData } from 'node:worker_threads';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Source } from '../read/config-types.js';
import { positionOf, textOf } from '../read/place.js';
import { openCache } from './cache.js';
import { regenerate } from './incremental.js';
import type { Message, Texts, WorkspaceOptions, WorkspaceStart } from './workspace.js';

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

if (parentPort) {
  const { source, options } = workerData as WorkspaceStart;
  parentPort.postMessage(await work(source, options));
}

import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import type { TargetContext } from './define-target.js';
import { inOwnFolder, type RunnableTarget } from './target.js';
import type { EmitRequest, ThreadMessage, ThreadStart } from './target-thread.js';
import { startThread } from './thread.js';

/** A target that a config names by module, loaded in a thread of its own. */
export interface ModuleTarget extends RunnableTarget {
  /** The files of code that it was loaded from. */
  readonly modules: readonly string[];
  close(): Promise<void>;
}

/**
 * Loads the target that a config names by path (`./x.js`, relative to the config) or as a package (resolved from the
 * config's folder as Node does). The code of a path must lie in the project: the nearest folder above the config with a
 * package.json or .git, else the config's own. Throws `target-missing`, `target-outside`, `target-invalid`,
 * `target-failed`, each at the config's entry; `emit` throws the last two and `target-output`.
 */
export async function openModuleTarget(name: string, config: string, at: Location): Promise<ModuleTarget> {
  const fail = (code: Problem['code'], message: string) => new ProblemsError([{ code, message, at }]);
  const file = path.resolve(path.dirname(config), name);
  if (name.startsWith('.')) {
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw fail('target-missing', `no module at ${name}`);
    const project = projectOf(path.dirname(path.resolve(config)));
    if (!realpathSync(file).startsWith(realpathSync(project) + path.sep))
      throw fail('target-outside', `${name} is outside ${project}`);
  }
  const start: ThreadStart = {
    module: name.startsWith('.') ? pathToFileURL(file).href : name,
    config: pathToFileURL(path.resolve(config)).href,
  };
  // Its stdout goes nowhere: what the tool prints there is data.
  const thread = startThread(new URL(`./target-thread${path.extname(import.meta.url)}`, import.meta.url).href, start, {
    stdout: true,
  });
  const ask = (request?: EmitRequest) => answerOf(thread, request);
  const told = (message: ThreadMessage) => {
    if ('problem' in message) throw fail(message.problem, message.message.replaceAll(start.module, name));
    return message;
  };
  try {
    const loaded = told(await ask());
    if (!('target' in loaded)) throw new Error(`${name} sent no target`);
    return {
      ...loaded.target,
      modules: sourcesOf(loaded.modules),
      async emit(provider, { files }) {
        const emitted = told(await ask({ provider, context: { files } satisfies TargetContext }));
        if (!('files' in emitted)) throw new Error(`${name} sent no files`);
        const modules = sourcesOf(emitted.modules);
        return { files: inOwnFolder(loaded.target.name, emitted.files, at), modules };
      },
      close: async () => void (await thread.terminate()),
    };
  } catch (error) {
    await thread.terminate();
    throw error;
  }
}

/** The next message of a thread; a thread that ends without one has failed. */
function answerOf(thread: Worker, request: EmitRequest | undefined): Promise<ThreadMessage> {
  return new Promise((resolve) => {
    const failed = (message: string) => resolve({ problem: 'target-failed', message });
    thread.removeAllListeners();
    thread.once('message', resolve);
    thread.once('error', (error) => failed(error.message));
    thread.once('exit', () => failed('it ended without a result'));
    if (request) thread.postMessage(request);
  });
}

function projectOf(folder: string): string {
  for (let up = folder; ; up = path.dirname(up)) {
    if (['package.json', '.git'].some((name) => existsSync(path.join(up, name)))) return up;
    if (path.dirname(up) === up) return folder;
  }
}

const TOOL = fileURLToPath(new URL('../', import.meta.url));

/**
 * The files that stand for loaded code: of an installed package its package.json, of this tool none, for its own hash
 * covers it.
 */
function sourcesOf(urls: readonly string[]): string[] {
  const files = urls.flatMap((url) => {
    const file = fileURLToPath(url.split('?')[0] as string);
    if (file.startsWith(TOOL)) return [];
    const [root] = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file) ?? [];
    return [root === undefined ? file : path.join(root, 'package.json')];
  });
  return [...new Set(files)].sort();
}

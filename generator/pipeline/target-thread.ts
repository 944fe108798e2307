import { createRequire, register } from 'node:module';
import { MessageChannel, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { OutputFile, Provider } from '../model.js';
import type { Target, TargetContext } from './define-target.js';

/** A target of the user's own runs in this thread: loaded fresh for each run, and unable to print on stdout. */

/** What the thread is started with: the name of a module, and the URL of the config that it is resolved from. */
export interface ThreadStart {
  readonly module: string;
  readonly config: string;
}

export interface EmitRequest {
  readonly provider: Provider;
  readonly context: TargetContext;
}

/** What the thread answers: first the target, then its files; with the files of code that were loaded so far. */
export type ThreadMessage =
  | { readonly target: Omit<Target, 'emit'>; readonly modules: readonly string[] }
  | { readonly files: readonly OutputFile[]; readonly modules: readonly string[] }
  | { readonly problem: 'target-missing' | 'target-invalid' | 'target-failed'; readonly message: string };

/** Hooks of the module loader: resolve one name as the config would, and report what is loaded. */
const HOOKS = `
let start;
export function initialize(data) { start = data; }
export const resolve = (name, context, next) =>
  next(name, name === start.module ? { ...context, parentURL: start.config } : context);
export async function load(url, context, next) { start.port.postMessage(url); return next(url, context); }
`;

async function run(start: ThreadStart): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, {
    parentURL: import.meta.url,
    data: { ...start, port: port2 },
    transferList: [port2],
  });
  port1.unref();
  const loaded = new Set<string>();
  const modules = () => {
    for (let next = receiveMessageOnPort(port1); next; next = receiveMessageOnPort(port1)) loaded.add(next.message);
    const required = Object.keys(createRequire(import.meta.url).cache).map((file) => `file://${file}`);
    return [...new Set([...loaded, ...required])].filter((url) => url.startsWith('file:'));
  };
  const reply = (message: ThreadMessage) => parentPort?.postMessage(message);
  const target = await load(start.module, reply);
  if (!target) return;
  const { emit, name, dependsOn, contents, isSlow } = target;
  const described = { name, dependsOn, contents, isSlow } as Omit<Target, 'emit'>;
  reply({ target: JSON.parse(JSON.stringify(described)), modules: modules() });
  parentPort?.once('message', async ({ provider, context }: EmitRequest) => {
    try {
      const emitted: unknown = await emit(provider, context);
      if (!isFileList(emitted))
        return reply({ problem: 'target-invalid', message: 'emit returned no list of {path, text}' });
      reply({ files: emitted.map(({ path, text }) => ({ path, text })), modules: modules() });
    } catch (error) {
      reply({ problem: 'target-failed', message: reasonOf(error) });
    }
  });
}

async function load(module: string, reply: (message: ThreadMessage) => void): Promise<Target | undefined> {
  try {
    const target: unknown = (await import(module)).default;
    const fault = faultOf(target);
    if (fault === undefined) return target as Target;
    reply({ problem: 'target-invalid', message: `${module}: ${fault}` });
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    reply({ problem: isMissing ? 'target-missing' : 'target-failed', message: `${module}: ${reasonOf(error)}` });
  }
  return undefined;
}

/** Says what keeps a module's default export from being a target. */
function faultOf(target: unknown): string | undefined {
  if (typeof target !== 'object' || target === null) return 'the default export is not what defineTarget gives';
  const { name, dependsOn = [], contents, isSlow, emit } = target as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name))
    return '`name` is not a name of lower-case letters, digits and hyphens';
  if (typeof emit !== 'function') return '`emit` is not a function';
  if (!Array.isArray(dependsOn) || !dependsOn.every((each) => typeof each === 'string'))
    return '`dependsOn` is not a list of names';
  if (contents !== undefined && contents !== 'pages') return '`contents` is not "pages"';
  if (isSlow !== undefined && typeof isSlow !== 'boolean') return '`isSlow` is not a boolean';
  return undefined;
}

function isFileList(files: unknown): files is readonly OutputFile[] {
  return (
    Array.isArray(files) && files.every((file) => typeof file?.path === 'string' && typeof file?.text === 'string')
  );
}

/** The message of what was thrown, with the first line of its stack that names a place. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\n\s+at .*?(file:\/\/[^\s)]+)/.exec(error.stack ?? '')?.[1];
  return `${error.message.split('\n')[0]}${place === undefined ? '' : ` (${decodeURI(place.replace('file://', ''))})`}`;
}

if (parentPort) await run(workerData as ThreadStart);

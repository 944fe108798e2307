import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread that runs one of this tool's files. From its source, as tests and a checkout do, the file needs the
 * loader that only the first thread has.
 */
export function startThread(url: string, workerData: unknown, options: WorkerOptions = {}): Worker {
  if (!url.endsWith('.ts')) return new Worker(new URL(url), { ...options, workerData });
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const start = `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(url)}); })`;
  return new Worker(start, { ...options, eval: true, workerData });
}

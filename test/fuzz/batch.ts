import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { methodsOf, type OutputFile, type Provider } from '../../generator/model.js';
import { examine, type Failure, generatedFrom } from './checks.js';
import { type Input, specs } from './specs.js';

/** Runs of one seed, from the first. `path`: one input that an earlier run printed. */
export interface Batch {
  readonly seed: number;
  readonly runs: number;
  readonly path?: string;
  /** How many runs other batches make before: which dear checks are due goes on from there. */
  readonly before: number;
  /** Kinds of failures that are known already: they are counted, but not shrunk again. */
  readonly known: readonly string[];
  /** Of each so many runs, the provider of one is handed out for the engine. 0: of none. */
  readonly engineEvery: number;
}

/** A failure with the smallest input that shows it. */
export interface Found extends Failure {
  readonly seed: number;
  readonly path: string;
  readonly text: string;
}

/** A provider for the engine. */
export interface Sample {
  readonly seed: number;
  readonly path: string;
  readonly provider: string;
  readonly files: readonly OutputFile[];
  readonly statements: readonly string[];
}

export interface BatchResult {
  readonly runs: number;
  /** How many runs gave a provider. */
  readonly generated: number;
  /** The longest that one run took. Milliseconds. */
  readonly slowest: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly found: readonly Found[];
  readonly samples: readonly Sample[];
}

/** The input of a run, as its seed and path name it. */
export function inputOf(seed: number, path: string): Input {
  return fc.sample(specs, { seed, path, numRuns: 1 })[0] as Input;
}

/** No shrinking takes longer. Milliseconds. */
const LONGEST_SHRINK = 20_000;

/** The smallest input that still fails in the same way. */
async function shrunk(seed: number, path: string, kind: string): Promise<Found> {
  let last: Failure = { kind, detail: 'it does not fail when it is examined alone' };
  rest();
  let text = inputOf(seed, path).text;
  const property = fc.asyncProperty(specs, async (input) => {
    beat(0);
    const failure = (await examine(input, undefined, kind)).failures.find((each) => each.kind === kind);
    rest();
    if (failure) [last, text] = [failure, input.text];
    return failure === undefined;
  });
  const details = await fc.check(property, { seed, path, numRuns: 1, interruptAfterTimeLimit: LONGEST_SHRINK });
  return { ...last, seed, path: details.counterexamplePath ?? path, text };
}

/** Tells the watchdog that what comes now is no run: to make an input again takes as long as all before it. */
function rest(): void {
  (workerData as { clock: Float64Array }).clock[0] = 0;
}

/** Tells the watchdog that a run begins: which one, and when. */
function beat(index: number): void {
  const { clock } = workerData as { clock: Float64Array };
  clock[0] = Date.now();
  clock[1] = index;
}

function sampleOf(seed: number, index: number, provider: Provider, files: readonly OutputFile[]): Sample {
  const id = provider.id;
  const statements = provider.services.flatMap(({ name, resources }) => [
    `SHOW RESOURCES IN ${id}.${name}`,
    ...resources.flatMap((resource) => [
      `SHOW METHODS IN ${resource.id}`,
      ...(resource.routes.select.length > 0 ? [`DESCRIBE ${resource.id}`] : []),
    ]),
  ]);
  return { seed, path: String(index), provider: id, files: files.filter(isOfProvider), statements };
}

const isOfProvider = ({ path }: OutputFile) => path.startsWith('provider/src/');

/** Examines the inputs of one seed. */
export async function runBatch({ seed, runs, path, before, known, engineEvery }: Batch): Promise<BatchResult> {
  const counts: Record<string, number> = {};
  const first = new Map<string, string>();
  const samples: Sample[] = [];
  let [index, generated, slowest] = [0, 0, 0];
  const property = fc.asyncProperty(specs, async (input) => {
    const run = index++;
    beat(run);
    const start = performance.now();
    const { failures, isGenerated } = await examine(input, path === undefined ? before + run : undefined);
    slowest = Math.max(slowest, performance.now() - start);
    for (const kind of new Set(failures.map((failure) => failure.kind))) {
      counts[kind] = (counts[kind] ?? 0) + 1;
      if (!first.has(kind) && !known.includes(kind)) first.set(kind, path ?? String(run));
    }
    if (isGenerated) generated++;
    if (engineEvery > 0 && (before + run) % engineEvery === engineEvery - 1) {
      const one = (await generatedFrom(input, false, `p${before + run}`)).generated;
      if (one && methodsOf(one.provider).length > 0) samples.push(sampleOf(seed, run, one.provider, one.files));
    }
  });
  await fc.check(property, { seed, numRuns: runs, ...(path !== undefined && { path }) });
  rest();
  const found: Found[] = [];
  for (const [kind, at] of first) found.push(await shrunk(seed, at, kind));
  return { runs: index, generated, slowest, counts, found, samples };
}

if (!isMainThread)
  parentPort?.on('message', async (batch: Batch) => {
    parentPort?.postMessage(await runBatch(batch));
  });

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { startThread } from '../../generator/pipeline/thread.js';
import { hasEngine } from '../engine/stackql.js';
import type { Batch, BatchResult, Found, Sample } from './batch.js';
import { inputOf } from './batch.js';
import { refusals } from './engine.js';

/**
 * Generates providers from specs that nobody would write, and examines what must hold of each:
 * `npm run fuzz -- --runs 2000 --seed 1`, or one input again: `--seed 1 --path 17:0:3`.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
    engine: { type: 'string', default: '0' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});

const PER_BATCH = 200;
const PER_ENGINE_START = 10;
/** A run that takes longer hangs. Milliseconds of CPU: another program may have the machine. */
const LONGEST_RUN = 10_000;
/** So much longer may it take when it computes less, or waits. */
const PATIENCE = 6;
const MOST_MEMORY_MB = 1024;
/** Keeps the seeds of two runs of this program apart, whose batches count on from theirs. */
const BETWEEN_SEEDS = 1_000_003;

class Fuzzer {
  private readonly counts: Record<string, number> = {};
  private readonly found = new Map<string, Found>();
  private readonly waiting: Omit<Batch, 'known'>[];
  private readonly all: number;
  private samples: Sample[] = [];
  private engine: Promise<void> = Promise.resolve();
  private asked = 0;
  private runs = 0;
  private generated = 0;
  private slowest = 0;
  private readonly start = Date.now();

  constructor(
    runs: number,
    seed: number,
    path: string | undefined,
    readonly wanted: number,
  ) {
    this.all = path === undefined ? runs : 1;
    const engineEvery = wanted > 0 ? Math.max(1, Math.floor(this.all / wanted)) : 0;
    this.waiting = Array.from({ length: Math.ceil(this.all / PER_BATCH) }, (_, batch) => ({
      seed: (seed + batch * BETWEEN_SEEDS) | 0,
      runs: Math.min(PER_BATCH, this.all - batch * PER_BATCH),
      before: batch * PER_BATCH,
      ...(path !== undefined && { path }),
      engineEvery,
    }));
  }

  /** Returns the exit code. */
  async run(threads: number): Promise<number> {
    await Promise.all(Array.from({ length: Math.min(threads, this.waiting.length) }, () => this.work()));
    this.askEngine(true);
    await this.engine;
    this.report();
    return this.found.size > 0 ? 1 : 0;
  }

  /** Goes on with the next batch until there is none; a thread that hangs or bursts is replaced. */
  private async work(): Promise<void> {
    let thread = new Thread();
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      const outcome = await thread.run({ ...next, known: [...this.found.keys()] });
      if ('dead' in outcome) {
        this.keepDead(next, outcome);
        thread = new Thread();
      } else this.keep(outcome);
      this.progress();
    }
    await thread.end();
  }

  private keep({ runs, generated, slowest, counts, found, samples }: BatchResult): void {
    this.runs += runs;
    this.generated += generated;
    this.slowest = Math.max(this.slowest, slowest);
    for (const [kind, count] of Object.entries(counts)) this.count(kind, count);
    for (const each of found) this.show(each);
    this.samples.push(...samples);
    this.askEngine(false);
  }

  /** The rest of the batch goes on after the input that no thread survives, in a seed of its own. */
  private keepDead({ seed, runs, path, before, engineEvery }: Omit<Batch, 'known'>, { dead, index }: Dead): void {
    const at = path ?? String(index);
    this.runs += index + 1;
    this.count(dead, 1);
    this.show({ kind: dead, detail: '(not shrunk)', seed, path: at, text: inputOf(seed, at).text });
    const left = runs - index - 1;
    if (left > 0 && path === undefined)
      this.waiting.push({ seed: ~seed, runs: left, before: before + index + 1, engineEvery });
  }

  private askEngine(isLast: boolean): void {
    while (this.samples.length >= PER_ENGINE_START || (isLast && this.samples.length > 0)) {
      const some = this.samples.slice(0, PER_ENGINE_START);
      this.samples = this.samples.slice(PER_ENGINE_START);
      this.engine = this.engine.then(async () => {
        this.asked += some.length;
        for (const { sample, failure } of await refusals(some)) {
          this.count(failure.kind, 1);
          const { seed, path } = sample;
          this.show({ ...failure, seed, path, text: inputOf(seed, path).text });
        }
      });
    }
  }

  private count(kind: string, count: number): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + count;
  }

  /** Prints a failure as a YAML document, the first of each kind. */
  private show(found: Found): void {
    if (this.found.has(found.kind)) return;
    this.found.set(found.kind, found);
    const { text, kind, detail, seed, path } = found;
    const replay = `npm run fuzz -- --seed ${seed} --path ${path}`;
    process.stdout.write(`---\n${stringify({ kind, detail, replay, spec: specOf(text) }, { lineWidth: 0 })}`);
  }

  private progress(): void {
    if (!process.stderr.isTTY) return;
    const seconds = (Date.now() - this.start) / 1000;
    process.stderr.write(
      `\r${this.runs}/${this.all} runs, ${Math.round(this.runs / seconds)}/s, ${this.found.size} kinds of failures `,
    );
  }

  private report(): void {
    const seconds = (Date.now() - this.start) / 1000;
    const failures = Object.fromEntries(Object.entries(this.counts).sort(([, a], [, b]) => b - a));
    const engine = this.wanted > 0 && { engine: this.asked };
    if (process.stderr.isTTY) process.stderr.write('\n');
    const report = {
      ...{ runs: this.runs, generated: this.generated, seconds, 'slowest run in seconds': this.slowest / 1000 },
      // Of the process, with all its threads.
      'most memory in MB': Math.round(process.resourceUsage().maxRSS / 1024),
      ...engine,
      failures,
    };
    process.stdout.write(`---\n${stringify(report, { lineWidth: 0 })}`);
  }
}

/** A spec as a value that YAML prints readably, or as the text that it is. */
function specOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

interface Dead {
  readonly dead: string;
  readonly index: number;
}

/** A worker thread under a watchdog. */
class Thread {
  private readonly clock = new Float64Array(new SharedArrayBuffer(16));
  private readonly worker = startThread(
    new URL('batch.ts', import.meta.url).href,
    { clock: this.clock },
    { resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB } },
  );

  run(batch: Batch): Promise<BatchResult | Dead> {
    return new Promise((done) => {
      this.clock[0] = 0;
      const end = (outcome: BatchResult | Dead) => {
        clearInterval(watchdog);
        this.worker.off('message', end).off('error', failed);
        done(outcome);
      };
      const die = (dead: string) => end({ dead, index: this.clock[1] ?? 0 });
      const failed = (error: NodeJS.ErrnoException) =>
        die(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `over ${MOST_MEMORY_MB} MB` : `thread: ${error.stack}`);
      let [begun, cpu] = [0, process.cpuUsage()];
      const watchdog = setInterval(() => {
        const since = this.clock[0] ?? 0;
        if (since !== begun) [begun, cpu] = [since, process.cpuUsage()];
        // Of all threads: at least what this one took.
        const { user, system } = process.cpuUsage(cpu);
        const took = Date.now() - since;
        if (since === 0 || took < LONGEST_RUN) return;
        if ((user + system) / 1000 < LONGEST_RUN && took < LONGEST_RUN * PATIENCE) return;
        die(`over ${LONGEST_RUN / 1000} s`);
        void this.end();
      }, 500);
      this.worker.once('message', end);
      this.worker.once('error', failed);
      this.worker.postMessage(batch);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

const wantsEngine = Number(values.engine);
if (wantsEngine > 0 && !hasEngine) throw new Error('--engine needs $STACKQL, or stackql on the PATH');
const fuzzer = new Fuzzer(Number(values.runs), Number(values.seed), values.path, wantsEngine);
process.exitCode = await fuzzer.run(Number(values.threads));

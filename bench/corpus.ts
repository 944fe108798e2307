import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { engineVersion } from '../generator/verify/engine.js';
import { type DocumentResult, failuresMarkdown, type Measured, markdown, totalsOf } from './corpus-table.js';

/** Every document of some folders through generate, check and verify. */
const HELP = `npm run corpus -- DIR... [--out DIR] [--all] [--sample N] [--seed N] [--engine FILE] [--lanes N]
  DIR        a folder of OpenAPI documents (.json, .yaml, .yml), each of which stands alone
  --out      where results go: a file a document, corpus.json, corpus.md and failures.md (corpus-results)
  --all      verify every method (default: --sample of them)
  --sample   how many methods of a document are verified at most, chosen by the seed (100)
  --seed     1
  --engine   the stackql to run (default: $STACKQL); without one, nothing is verified
  --lanes    documents side by side (one a core)
  --timeout  seconds that a document may take (900)

A document whose content, options and engine have a result of this very code is not run again. Exits 1 when a document
is lost, an operation is neither mapped nor left out with a code, or a statement fails.`;

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string', default: 'corpus-results' },
    all: { type: 'boolean', default: false },
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string' },
    lanes: { type: 'string', default: String(availableParallelism()) },
    timeout: { type: 'string', default: '900' },
    help: { type: 'boolean' },
  },
});

function documentsIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(json|ya?ml)$/.test(name))
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file).isFile())
    .sort();
}

/** A digest of what makes the results: the code of the generator and of this program. */
function codeDigest(): string {
  const hash = createHash('sha256');
  for (const folder of ['generator', 'bench'])
    for (const name of (readdirSync(path.join(ROOT, folder), { recursive: true }) as string[]).sort())
      if (/\.(ts|hbs|json)$/.test(name)) hash.update(name).update(readFileSync(path.join(ROOT, folder, name)));
  return hash.digest('hex');
}

interface Kept {
  readonly key: string;
  readonly result: Measured;
}

class Corpus {
  private readonly results = new Map<string, Measured>();
  private readonly waiting: string[];
  private readonly options: string[];

  constructor(
    private readonly files: readonly string[],
    private readonly out: string,
    private readonly runKey: string,
    engine: string | undefined,
  ) {
    this.waiting = [...files];
    this.options = [
      ...(engine === undefined ? [] : ['--engine', engine]),
      ...(values.all ? [] : ['--sample', values.sample]),
      ...['--seed', values.seed],
    ];
  }

  async run(lanes: number): Promise<Measured[]> {
    mkdirSync(this.out, { recursive: true });
    await Promise.all(Array.from({ length: lanes }, () => this.work()));
    return this.files.flatMap((file) => this.results.get(file) ?? []);
  }

  private async work(): Promise<void> {
    for (let file = this.waiting.shift(); file !== undefined; file = this.waiting.shift()) {
      const key = createHash('sha256').update(this.runKey).update(readFileSync(file)).digest('hex');
      const name = createHash('sha256').update(file).digest('hex').slice(0, 8);
      const kept = path.join(this.out, `${path.basename(file)}.${name}.json`);
      const known = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Kept) : undefined;
      const result = known?.key === key ? known.result : await this.measure(file);
      if (known?.key !== key) writeFileSync(kept, JSON.stringify({ key, result } satisfies Kept, undefined, 1));
      this.results.set(file, result);
      const { verified, lost } = result;
      const what = verified ? `${verified.right} of ${verified.statements} right` : `${result.mapped} mapped`;
      console.error(`${this.results.size}/${this.files.length} ${path.basename(file)}: ${lost ? 'lost' : what}`);
    }
  }

  /** Runs a document in a process of its own: one that dies or hangs is a lost document, not a lost run. */
  private measure(file: string): Promise<Measured> {
    const hook = pathToFileURL(path.join(ROOT, 'bench/measure.mjs')).href;
    const program = path.join(ROOT, 'bench/corpus-document.ts');
    const child = spawn(process.execPath, ['--import', hook, '--import', 'tsx', program, file, ...this.options], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const texts = ['', '', ''];
    for (const stream of [1, 2, 3])
      child.stdio[stream]?.on('data', (chunk: Buffer) => {
        texts[stream - 1] += chunk.toString();
      });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGINT');
      setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
    }, Number(values.timeout) * 1000);
    return new Promise((done) => {
      child.on('close', (code) => {
        clearTimeout(timer);
        const [printed = '', errors = '', measured = ''] = texts;
        const took = measured === '' ? { ms: 0, mb: 0 } : (JSON.parse(measured) as { ms: number; mb: number });
        const message = isLate ? `no end within ${values.timeout} s` : errors.trim().split('\n').slice(-5).join(' ');
        const result = code === 0 ? (JSON.parse(printed) as DocumentResult) : dead(file, message);
        done({ ...result, seconds: Math.round(took.ms / 100) / 10, megabytes: took.mb });
      });
    });
  }
}

function dead(file: string, message: string): DocumentResult {
  const lost = [{ code: 'died', message }];
  return { file, version: '', operations: 0, mapped: 0, leftOut: {}, unexplained: [], lost };
}

async function main(): Promise<number> {
  const engine = values.engine ?? process.env.STACKQL;
  const version = engine === undefined ? '' : await engineVersion(engine, { environment: process.env });
  const files = positionals.flatMap((folder) => documentsIn(path.resolve(folder)));
  const runKey = JSON.stringify([codeDigest(), version, values.all || values.sample, values.seed]);
  const out = path.resolve(values.out);
  const results = await new Corpus(files, out, runKey, engine).run(Number(values.lanes));
  const totals = totalsOf(results);
  writeFileSync(path.join(out, 'corpus.json'), `${JSON.stringify({ totals, documents: results }, undefined, 2)}\n`);
  writeFileSync(path.join(out, 'corpus.md'), markdown(results));
  writeFileSync(path.join(out, 'failures.md'), failuresMarkdown(results));
  console.log(markdown(results));
  return totals.lost + totals.unexplained + Object.keys(totals.failed).length > 0 ? 1 : 0;
}

if (values.help || positionals.length === 0) console.log(HELP);
else process.exitCode = await main();

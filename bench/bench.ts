import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import { copies } from './copies.js';

/**
 * What a run costs: in fresh processes, by turns, so that what else the machine does meets all alike; figures are
 * medians. Against the floor, which reads the same spec and writes the same bytes, and over several sizes of input.
 * `npm run bench -- --help`.
 */
const HELP = `npm run bench -- [--runs N] [--spec FILE] [--only whole,stages,scaling] [--json FILE]
  --runs   how often each is run (7)
  --spec   the OpenAPI document (../shared/specs/okta-management-2026.06.3.yaml)
  --only   whole: against the floor, and once more with the cache; stages: in one process;
           scaling: the API once, twice and four times
  --json   write the figures to a file`;

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CLI = path.join(ROOT, 'dist/generator/cli.js');
const FLOOR = path.join(ROOT, '../shared/tools/floor.mjs');

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    spec: { type: 'string', default: path.join(ROOT, '../shared/specs/okta-management-2026.06.3.yaml') },
    only: { type: 'string', default: 'whole,stages,scaling' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
});

interface Measured {
  /** Milliseconds from the start of the process to its end. */
  readonly ms: number;
  /** Peak memory, MB. */
  readonly mb: number;
}

function run(args: readonly string[], cwd: string): Measured {
  const hook = pathToFileURL(path.join(ROOT, 'bench/measure.mjs')).href;
  const child = spawnSync(process.execPath, ['--import', hook, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`${args.join(' ')}: ${child.stderr}`);
  return JSON.parse(child.output[3] as string) as Measured;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

function medians(measured: readonly Measured[]): Measured {
  return { ms: median(measured.map(({ ms }) => ms)), mb: median(measured.map(({ mb }) => mb)) };
}

const round = (number: number) => Math.round(number * 100) / 100;

/** A folder with a config for a spec; provider and pages, no types. */
function project(spec: string): { folder: string; generate(out: string, ...more: string[]): Measured } {
  const folder = mkdtempSync(path.join(scratch, 'project-'));
  writeFileSync(path.join(folder, 'bench.config.yaml'), JSON.stringify({ provider: 'bench', specs: [spec] }));
  const generate = (out: string, ...more: string[]) =>
    run([CLI, 'generate', '--config', 'bench.config.yaml', '--no-stubs', '--out', out, ...more], folder);
  return { folder, generate };
}

/** Floor, first run and a run with nothing changed, by turns. */
function whole(spec: string, runs: number) {
  const { folder, generate } = project(spec);
  generate('finished', '--no-cache');
  const [floor, first, again, anew]: Measured[][] = [[], [], [], []];
  for (let turn = 0; turn < runs; turn++) {
    for (const left of ['out', 'floor', 'cache']) rmSync(path.join(folder, left), { recursive: true, force: true });
    if (existsSync(FLOOR))
      floor?.push(run([FLOOR, spec, path.join(folder, 'finished'), path.join(folder, 'floor')], ROOT));
    first?.push(generate('out', '--cache', 'cache'));
    again?.push(generate('out', '--cache', 'cache'));
    rmSync(path.join(folder, 'out'), { recursive: true, force: true });
    anew?.push(generate('out', '--no-cache'));
  }
  const [atFloor, once, twice, without] = [floor, first, again, anew].map((all) => medians(all ?? [])) as [
    Measured,
    Measured,
    Measured,
    Measured,
  ];
  const ratios =
    atFloor.ms > 0 ? { time: round(without.ms / atFloor.ms), memory: round(without.mb / atFloor.mb) } : undefined;
  return {
    floor: atFloor,
    first: once,
    noCache: without,
    unchanged: twice,
    toFloor: ratios,
    unchangedToFirst: round(twice.ms / once.ms),
  };
}

/** Time of each stage in one process, the first and the fastest run: cold, and warm. */
async function stages(spec: string, runs: number) {
  const at = (file: string) => import(pathToFileURL(path.join(ROOT, 'dist/generator', file)).href);
  const [
    { readConfig },
    { readSpec },
    { mapProvider },
    { emitProvider },
    { emitDocs },
    { checkGenerated },
    { readTemplates },
  ] = await Promise.all(
    [
      'read/config.js',
      'read/spec.js',
      'map/provider.js',
      'emit/provider.js',
      'emit/docs/default.js',
      'check/generated.js',
      'read/templates.js',
    ].map(at),
  );
  const times = new Map<string, number[]>();
  for (let turn = 0; turn < runs; turn++) {
    const timed = async <Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> => {
      const begun = performance.now();
      const result = await work();
      times.set(name, [...(times.get(name) ?? []), performance.now() - begun]);
      return result;
    };
    const config = readConfig({ spec, provider: 'bench' });
    const read = await timed('read', () => readSpec(spec));
    const { provider } = await timed('map', () => mapProvider([read], config));
    const files = [
      ...(await timed('provider', () => emitProvider(provider))),
      ...(await timed('pages', () => emitDocs(provider, readTemplates('default')))),
    ];
    await timed('check', () => checkGenerated(provider, files));
  }
  return Object.fromEntries(
    [...times].map(([name, all]) => [name, { cold: Math.round(all[0] ?? 0), warm: Math.round(Math.min(...all)) }]),
  );
}

/** The API as it is, twice and four times, by turns; cost per operation. */
function scaling(spec: string, runs: number) {
  const document = load(readFileSync(spec, 'utf8')) as Record<string, unknown>;
  const operations = Object.values(document.paths as object).flatMap((item) =>
    Object.keys(item).filter((key) => /^(get|put|post|delete|patch)$/.test(key)),
  );
  const sizes = [1, 2, 4].map((times) => {
    const file = path.join(scratch, `x${times}.yaml`);
    const text = copies(document, times);
    writeFileSync(file, text);
    return {
      times,
      megabytes: round(text.length / 1e6),
      operations: operations.length * times,
      generate: project(file).generate,
      measured: [] as Measured[],
    };
  });
  for (let turn = 0; turn < runs; turn++)
    for (const { generate, measured } of sizes) measured.push(generate(`out${turn}`, '--no-cache'));
  const rows = sizes.map(({ measured, generate, ...size }) => ({
    ...size,
    ...medians(measured),
    msPerOperation: round(medians(measured).ms / size.operations),
  }));
  const [once, , four] = rows;
  return { sizes: rows, growth: round((four?.msPerOperation ?? 0) / (once?.msPerOperation ?? 1)) };
}

if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const scratch = mkdtempSync(path.join(tmpdir(), 'stackql-provider-gen-bench-'));
try {
  const wanted = values.only.split(',');
  const spec = path.resolve(values.spec);
  const runs = Number(values.runs);
  const result = {
    node: process.version,
    cpus: cpus().length,
    load: loadavg().map(round),
    spec: path.basename(spec),
    runs,
    ...(wanted.includes('whole') && { whole: whole(spec, runs) }),
    ...(wanted.includes('stages') && { stages: await stages(spec, runs) }),
    ...(wanted.includes('scaling') && { scaling: scaling(spec, Math.min(3, runs)) }),
  };
  console.log(JSON.stringify(result, null, 2));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

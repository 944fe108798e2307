import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import { copies } from './copies.js';
import { graphDocument } from './graph.js';
import { CLI, type Measured, measureCommand, measureNode, measureWatch, ROOT } from './measured.js';

/**
 * What a run costs: fresh processes by turns, so that what else the machine does meets all alike. Of each the least is
 * kept, since nothing makes a process faster than it is; ratios are of processor time. `npm run bench -- --help`.
 */
const HELP = `npm run bench -- [--quick] [--runs N] [--spec FILE] [--only NAMES] [--against CMD] [--json FILE]
  --quick           half a minute, without ../shared; fails where a ratio is 15 % over bench/baseline.json
  --runs            how often each is run (5)
  --spec            the OpenAPI document (../shared/specs/okta-management-2026.06.3.yaml)
  --only            start,whole,stubs,scaling,graph,watch
  --against         another command line that does the same; {spec} and {out} in it are replaced
  --json            write the figures to a file
  --write-baseline  write the ratios to bench/baseline.json`;

const BASELINE = path.join(ROOT, 'bench/baseline.json');
/** So much over the baseline is a regression. */
const TOLERANCE = 1.15;

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    runs: { type: 'string', default: '5' },
    spec: { type: 'string', default: path.join(ROOT, '../shared/specs/okta-management-2026.06.3.yaml') },
    only: { type: 'string', default: 'start,whole,stubs,scaling,graph,watch' },
    against: { type: 'string' },
    json: { type: 'string' },
    'write-baseline': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

type Case = () => Measured | Promise<Measured>;
type Figures = Record<string, Measured>;
/** The name of a ratio, and the two cases that it is of. */
type Ratios = Readonly<Record<string, readonly [of: string, to: string]>>;

const scratch = mkdtempSync(path.join(tmpdir(), 'stackql-provider-gen-bench-'));
let folders = 0;

/** A folder with a spec and a config for it. */
function project(spec: string) {
  const folder = mkdtempSync(path.join(scratch, 'project-'));
  writeFileSync(path.join(folder, 'bench.config.yaml'), JSON.stringify({ provider: 'bench', specs: [spec] }));
  const args = (out: string, ...more: string[]) => ['generate', '--config', 'bench.config.yaml', '--out', out, ...more];
  const generate = (out: string, ...more: string[]) => measureNode([CLI, ...args(out, ...more)], folder);
  /** Into a folder that is not there. */
  const fresh = (...more: string[]) => {
    const out = `out${++folders}`;
    const measured = generate(out, '--no-cache', ...more);
    rmSync(path.join(folder, out), { recursive: true });
    return measured;
  };
  return { folder, args, generate, fresh };
}

/** Reads the spec and writes the bytes of a run that has finished. */
function floorOf(spec: string): Case {
  const { folder, generate } = project(spec);
  generate('finished', '--no-cache', '--no-stubs');
  return () => {
    rmSync(path.join(folder, 'floor'), { recursive: true, force: true });
    return measureNode(
      [path.join(ROOT, 'bench/floor.mjs'), spec, path.join(folder, 'finished'), path.join(folder, 'floor')],
      ROOT,
    );
  };
}

function written(name: string, text: string): string {
  const file = path.join(scratch, name);
  writeFileSync(file, text);
  return file;
}

/** Node alone, and what ends before any spec is read. */
function startCases(): Record<string, Case> {
  const broken = written('broken.config.yaml', 'provider: bench\nspecs: [none.yaml]\nodd: 1\n');
  return {
    node: () => measureNode(['--eval', '0'], scratch),
    version: () => measureNode([CLI, '--version'], scratch),
    help: () => measureNode([CLI, '--help'], scratch),
    configError: () => measureNode([CLI, 'generate', '--config', broken], scratch, true),
  };
}

/** First run, a run with nothing changed, and one without the cache. */
function wholeCases(spec: string): Record<string, Case> {
  const { folder, generate, fresh } = project(spec);
  return {
    floor: floorOf(spec),
    first: () => {
      for (const left of ['out', 'cache']) rmSync(path.join(folder, left), { recursive: true, force: true });
      return generate('out', '--no-stubs', '--cache', 'cache');
    },
    unchanged: () => generate('out', '--no-stubs', '--cache', 'cache'),
    noCache: () => fresh('--no-stubs'),
    ...(values.against !== undefined && {
      against: () => {
        const out = path.join(scratch, `against${++folders}`);
        return measureCommand((values.against as string).replaceAll('{spec}', spec).replaceAll('{out}', out), ROOT);
      },
    }),
  };
}

function casesOf(spec: string): [cases: Record<string, Case>, ratios: Ratios] {
  const wanted = new Set(values.only.split(','));
  const size = (times: number) => written(`x${times}.yaml`, copies(load(readFileSync(spec, 'utf8')) as Json, times));
  const graph = written('graph.json', JSON.stringify(graphDocument(240, 120)));
  const cases = {
    ...(wanted.has('start') && startCases()),
    ...(wanted.has('whole') && wholeCases(spec)),
    ...(wanted.has('stubs') && { stubs: () => project(spec).fresh() }),
    // The document of ×4 has 13 MB.
    ...(wanted.has('scaling') &&
      Object.fromEntries([1, 4, 16].map((times) => [`x${times}`, lazily(() => project(size(times)))]))),
    ...(wanted.has('graph') && { graph: lazily(() => project(graph)) }),
    ...(wanted.has('watch') && { watch: () => watchCase(spec) }),
  };
  return [
    cases,
    {
      start: ['help', 'node'],
      toFloor: ['noCache', 'floor'],
      unchangedToFirst: ['unchanged', 'first'],
      stubsToNone: ['stubs', 'noCache'],
      growthTo4: ['x4', 'x1'],
      growthTo16: ['x16', 'x1'],
      graphToFloor: ['graph', 'floor'],
      toOther: ['noCache', 'against'],
    },
  ];
}

type Json = Record<string, unknown>;

/** A project that is made when it is first measured. */
function lazily(make: () => ReturnType<typeof project>): Case {
  let made: ReturnType<typeof project> | undefined;
  return () => {
    made ??= make();
    return made.fresh('--no-stubs');
  };
}

async function watchCase(spec: string): Promise<Measured> {
  const copy = written('watched.yaml', readFileSync(spec, 'utf8'));
  const { folder, args } = project(copy);
  return measureWatch(args('out', '--no-stubs', '--cache', 'cache'), folder, copy);
}

/** What a clean clone has: the committed spec, many times, and a small document of types that map each other. */
function quickCases(): [cases: Record<string, Case>, ratios: Ratios] {
  const sessions = load(readFileSync(path.join(ROOT, 'spec/okta-sessions.yaml'), 'utf8')) as Json;
  const spec = written('quick.yaml', copies(sessions, 40));
  const graph = written('graph.json', JSON.stringify(graphDocument(60, 30)));
  const { node, help } = startCases() as Record<'node' | 'help', Case>;
  return [
    { node, help, floor: floorOf(spec), noCache: lazily(() => project(spec)), graph: lazily(() => project(graph)) },
    { quickStart: ['help', 'node'], quickToFloor: ['noCache', 'floor'], quickGraph: ['graph', 'noCache'] },
  ];
}

/** Runs all cases by turns, and keeps the least of each beside what is known. */
async function measure(cases: Readonly<Record<string, Case>>, turns: number, known: Figures = {}): Promise<Figures> {
  const figures = { ...known };
  for (let turn = 0; turn < turns; turn++)
    for (const [name, run] of Object.entries(cases)) {
      const now = await run();
      const { ms, cpu, mb } = figures[name] ?? now;
      figures[name] = {
        ms: Math.min(ms, now.ms),
        cpu: Math.min(cpu, now.cpu),
        ...(mb !== undefined && now.mb !== undefined && { mb: Math.max(mb, now.mb) }),
      };
    }
  return figures;
}

function ratiosOf(figures: Figures, ratios: Ratios): Record<string, number> {
  return Object.fromEntries(
    Object.entries(ratios).flatMap(([name, [of, to]]) => {
      const [above, below] = [figures[of], figures[to]];
      return above && below ? [[name, Math.round((above.cpu / below.cpu) * 100) / 100]] : [];
    }),
  );
}

async function main(): Promise<void> {
  const [cases, of] = values.quick ? quickCases() : casesOf(path.resolve(values.spec));
  const baseline = (existsSync(BASELINE) ? JSON.parse(readFileSync(BASELINE, 'utf8')) : {}) as Record<string, number>;
  const worse = (ratios: Record<string, number>) =>
    Object.entries(ratios).filter(([name, ratio]) => ratio > (baseline[name] ?? Infinity) * TOLERANCE);
  let figures = await measure(cases, Number(values.runs));
  // A machine that was busy by chance is given another try: the least of all turns counts.
  for (let more = 0; values.quick && more < 3 && worse(ratiosOf(figures, of)).length > 0; more++)
    figures = await measure(cases, 3, figures);
  const ratios = ratiosOf(figures, of);
  const result = { node: process.version, cpus: cpus().length, load: loadavg(), figures, ratios, baseline };
  console.log(JSON.stringify(result, null, 2));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  if (values['write-baseline']) writeFileSync(BASELINE, `${JSON.stringify({ ...baseline, ...ratios }, null, 2)}\n`);
  else
    for (const [name, ratio] of worse(ratios)) {
      console.error(`${name}: ${ratio}, and bench/baseline.json has ${baseline[name]}`);
      if (values.quick) process.exitCode = 1;
    }
}

if (values.help) console.log(HELP);
else await main().finally(() => rmSync(scratch, { recursive: true, force: true }));

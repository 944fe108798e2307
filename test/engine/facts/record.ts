import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { toYaml } from '../../../generator/text/yaml.js';
import { hasEngine, ROOT, scratch } from '../../places.js';
import { BUILD, RESULTS, type Results, results } from './results.js';
import type { Difference } from './tiny.js';

/**
 * `npm run facts`: tries every fact on the engine of `$STACKQL`. With `--record` it writes into `results.yaml` what
 * each did on this build, and leaves what is recorded of other builds as it is.
 */
const isRecording = process.argv.includes('--record');
if (!hasEngine) throw new Error('no stackql: set $STACKQL or put it on the PATH');
const folder = scratch();
const report = path.join(folder, 'facts.json');
const reporters = isRecording ? ['--reporter=json', `--outputFile=${report}`] : [];
const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/engine/facts', ...reporters], {
  cwd: ROOT,
  stdio: 'inherit',
});
if (isRecording) record(JSON.parse(readFileSync(report, 'utf8')));
else process.exitCode = status ?? 1;
rmSync(folder, { recursive: true, force: true });

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { title: string; meta: { differences?: readonly Difference[] } }[];
  }[];
}

function record({ testResults }: Report): void {
  const tried: Record<string, 'as stated' | readonly Difference[]> = {};
  for (const { title, meta } of testResults.flatMap(({ assertionResults }) => assertionResults)) {
    if (!meta.differences) throw new Error(`${title} did not run to its end`);
    tried[title] = meta.differences.length === 0 ? 'as stated' : meta.differences;
  }
  const all: Results = { ...results, [BUILD]: tried };
  const builds = Object.keys(all).sort();
  const text = toYaml(Object.fromEntries(builds.map((build) => [build, all[build]])));
  writeFileSync(
    RESULTS,
    `# What each fact did on each build of the engine. Written by: npm run facts -- --record\n${text}`,
  );
  const others = Object.values(tried).filter((result) => result !== 'as stated').length;
  console.log(`${BUILD}: ${Object.keys(tried).length} facts recorded, ${others} of them differ`);
}

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that take seconds each, or run the command line: it is built before them. */
const SLOW = [
  'test/{engine,scenarios,types}/**/*.test.ts',
  'test/golden/{api,stubs}.test.ts',
  'test/unit/{map/mutations,registry/artifact,report/report,write/faults}.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ['default', './test/summary.ts'],
    maxConcurrency: availableParallelism(),
    // Not one less, which on two cores is one.
    maxWorkers: availableParallelism(),
    globalSetup: 'test/temporary.ts',
    // A process loads the modules once for all its files.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...SLOW, 'test/site/**'] } },
      { extends: true, test: { name: 'slow', include: SLOW, globalSetup: ['test/temporary.ts', 'test/build.ts'] } },
    ],
  },
});

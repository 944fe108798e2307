import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that take seconds each, or run the command line: it is built before them. */
const SLOW = ['test/{engine,scenarios,types}/**/*.test.ts', 'test/golden/stubs.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 120_000,
    reporters: ['default', './test/summary.ts'],
    maxConcurrency: availableParallelism(),
    // A process loads the modules once for all its files.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: [...SLOW, 'test/site/**'] } },
      { extends: true, test: { name: 'slow', include: SLOW, globalSetup: 'test/build.ts' } },
    ],
  },
});

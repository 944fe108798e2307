import { defineConfig } from 'vitest/config';

/** The documentation site, built and opened in a browser: one site after the other, for a build takes every core. */
export default defineConfig({
  test: {
    include: ['test/site/*.test.ts'],
    globalSetup: ['test/temporary.ts', 'test/build.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 600_000,
    reporters: ['default', './test/summary.ts'],
  },
});

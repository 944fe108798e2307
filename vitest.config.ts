import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/build.ts',
    include: ['test/**/*.test.ts'],
    exclude: ['test/site/**'],
    testTimeout: 120_000,
    reporters: ['default', './test/summary.ts'],
  },
});

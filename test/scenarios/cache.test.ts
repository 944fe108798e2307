import { chmodSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCli } from '../cli.js';
import { CONFIG, scratch } from '../places.js';

it('generate --check neither reads nor writes it; generate says when it is refused, and goes on', async () => {
  const [cwd, cache] = [scratch(), scratch()];
  const generate = (...more: string[]) =>
    runCli(['generate', CONFIG, '--no-stubs', '--cache', cache, ...more], { cwd });
  expect((await generate('--check')).status).toBe(1);
  expect(readdirSync(cache)).toEqual([]);
  chmodSync(cache, 0o777);
  const { status, stderr } = await generate('--strict');
  expect([status, stderr]).toEqual([0, expect.stringMatching(/^warning {2}cache-refused {2}/m)]);
  expect(readdirSync(cache)).toEqual([]);
});

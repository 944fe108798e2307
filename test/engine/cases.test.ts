import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../cli.js';
import { hasEngine, hasShared, SHARED, scratch } from '../places.js';

/** What still fails, each with its reason. A case that is repaired must leave the list. */
const OPEN: Readonly<Record<string, string>> = {
  '18f-tabs': 'YAML forbids tabs in indentation; the message says so',
};

const folders = ['cases/world', 'cases/reports'].map((folder) => path.join(SHARED, folder));
const cases = hasShared
  ? folders.flatMap((folder) =>
      readdirSync(folder)
        .filter((file) => /\.(ya?ml|json)$/.test(file))
        .map((file) => path.join(folder, file)),
    )
  : [];

describe.skipIf(!hasEngine || cases.length === 0)(
  'every documented statement of every small API runs on the engine (needs ../shared)',
  () => {
    it.concurrent.each(cases)('%s', async (file) => {
      const out = scratch();
      const name = path.basename(file).replace(/\.\w+$/, '');
      const generated = await runCli(['generate', '--spec', file, '--provider', 'acme', '--out', out, '--no-stubs']);
      const verified = await runCli(['verify', `${out}/provider`, '--spec', file, '--docs', `${out}/docs/services`]);
      const isRight = generated.status === 0 && verified.status === 0;
      expect([name, isRight ? '' : generated.stderr + verified.stdout]).toEqual([
        name,
        name in OPEN ? expect.stringMatching(/./) : '',
      ]);
    });
  },
);

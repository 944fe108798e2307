import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../../generator/index.js';
import { hasShared, SHARED, scratch } from '../places.js';
import { engineRun, hasEngine } from './stackql.js';

const folder = path.join(SHARED, 'specs/small');
const specs = hasShared
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /^[^/]+\.yaml$|spec\/swagger\.yaml$/.test(file),
    )
  : [];

describe.skipIf(!hasEngine || specs.length === 0)(
  'what is generated from every small spec loads in the engine (needs ../shared)',
  () => {
    it.each(specs.sort())('%s', async (file) => {
      const { provider, files } = await generate(
        {
          spec: path.join(folder, file),
          provider: 'small',
          references: { root: path.join(folder, file.split('/')[0] ?? '') },
        },
        { stubs: false },
      );
      const registry = scratch();
      for (const { path: to, text } of files.filter((one) => one.path.startsWith('provider/'))) {
        const target = path.join(registry, to.replace(/^provider\//, ''));
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, text);
      }
      for (const { resources } of provider.services) {
        for (const { id, methods, routes } of resources) {
          const shown = await engineRun(registry, `SHOW METHODS IN ${id}`);
          expect([id, shown.rows.map((row) => row.MethodName).sort(), shown.messages]).toEqual([
            id,
            methods.map(({ name }) => name).sort(),
            '',
          ]);
          // DESCRIBE shows the method that is tried first.
          const columns = methods
            .find(({ name }) => name === routes.select[0])
            ?.response.row?.columns.map(({ name }) => name);
          if (!columns) continue;
          const described = await engineRun(registry, `DESCRIBE ${id}`);
          expect([id, described.rows.map((row) => row.name).sort(), described.messages]).toEqual([
            id,
            [...columns].sort(),
            '',
          ]);
        }
      }
    });
  },
);

import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { emitLock } from '../../../generator/emit/lock.js';
import { generate, mapSource } from '../../../generator/index.js';
import { openCache } from '../../../generator/pipeline/cache.js';
import { regenerate } from '../../../generator/pipeline/incremental.js';
import { scratch } from '../../places.js';
import { list, ok, row } from '../map/given.js';

const operation = (operationId: string, schema: unknown = row) => ({
  operationId,
  summary: `What ${operationId} does`,
  responses: ok(schema),
});
const spec = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  servers: [{ url: 'https://e.com' }],
  paths: {
    '/things': { get: operation('listThings', list) },
    '/things/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: operation('getThing'),
    },
    '/shops': { get: operation('listShops', { type: 'array', items: { $ref: 'shop.yaml' } }) },
  },
};
const shop = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    owner: { type: 'object', properties: { name: { type: 'string', description: 'Who' } } },
  },
};

/** A folder with a config, a spec of two services, and a file that it references. */
function given() {
  const folder = scratch();
  const write = (file: string, value: unknown) =>
    writeFileSync(path.join(folder, file), typeof value === 'string' ? value : stringify(value));
  write('spec.yaml', spec);
  write('shop.yaml', shop);
  write('p.config.yaml', { provider: 'p', specs: ['spec.yaml'], stubs: false });
  const cache = path.join(folder, 'cache');
  return {
    folder,
    config: path.join(folder, 'p.config.yaml'),
    cache,
    access: { folder: cache, secret: 'secret' },
    write,
  };
}

const entriesOf = (cache: string) => readdirSync(cache).map((file) => path.join(cache, file));
const texts = (files: readonly { path: string; text: string }[]) =>
  Object.fromEntries(files.map(({ path: file, text }) => [file, text]));
const edited = (change: (copy: typeof spec) => unknown) => {
  const copy = structuredClone(spec);
  change(copy);
  return copy;
};

describe('from the cache', () => {
  it.each<[what: string, change: (at: ReturnType<typeof given>) => unknown]>([
    ['nothing changed', () => {}],
    [
      'a description',
      ({ write }) =>
        write(
          'spec.yaml',
          edited((copy) => Object.assign(copy.paths['/shops'].get, { summary: 'New words' })),
        ),
    ],
    [
      'an operation is gone',
      ({ write }) =>
        write(
          'spec.yaml',
          edited((copy) => Reflect.deleteProperty(copy.paths, '/shops')),
        ),
    ],
    [
      'a server',
      ({ write }) =>
        write(
          'spec.yaml',
          edited((copy) => Object.assign(copy, { servers: [{ url: 'https://{org}.e.com' }] })),
        ),
    ],
    [
      'a referenced file',
      ({ write }) => write('shop.yaml', { ...shop, properties: { ...shop.properties, size: { type: 'integer' } } }),
    ],
    ['what an object in it holds', ({ write }) => write('shop.yaml', JSON.stringify(shop).replace('Who', 'Whose'))],
    ['a referenced file is gone', ({ folder }) => rmSync(path.join(folder, 'shop.yaml'))],
    [
      'the config',
      ({ write }) => write('p.config.yaml', { provider: 'p', specs: ['spec.yaml'], stubs: false, title: 'Another' }),
    ],
    [
      'an override',
      ({ write }) =>
        write('p.config.yaml', {
          provider: 'p',
          specs: ['spec.yaml'],
          stubs: false,
          overrides: [{ operation: 'getThing', verb: 'exec' }],
        }),
    ],
    [
      'a lock appears',
      async ({ config, write }) =>
        write(
          'p.lock.yaml',
          emitLock((await mapSource(config)).provider, 'v26.01.00001').replaceAll('things.things.', 'things.items.'),
        ),
    ],
    ['every entry is cut short', ({ cache }) => entriesOf(cache).map((file) => truncateSync(file, 100))],
    [
      'every entry is changed',
      ({ cache }) =>
        entriesOf(cache).map((file) => writeFileSync(file, readFileSync(file, 'utf8').replaceAll('e', 'o'))),
    ],
    ['the cache is gone', ({ cache }) => rmSync(cache, { recursive: true })],
    ['the cache cannot be written', ({ cache }) => [rmSync(cache, { recursive: true }), writeFileSync(cache, '')]],
  ])('%s: what a new run would make, warnings and all', async (_, change) => {
    const at = given();
    await regenerate(at.config, {}, openCache(at.access));
    await change(at);
    for (const run of ['changed', 'again']) {
      const fresh = await generate(at.config);
      const made = await regenerate(at.config, {}, openCache(at.access));
      expect(texts(made.files), run).toEqual(texts(fresh.files));
      expect(made.warnings.map(({ code, message }) => [code, message])).toEqual(
        fresh.warnings.map(({ code, message }) => [code, message]),
      );
      expect([made.id, made.methods, made.services]).toEqual([
        'p',
        fresh.provider.services.flatMap(({ resources }) => resources.flatMap(({ methods }) => methods)).length,
        fresh.provider.services.length,
      ]);
    }
  });

  it('a service that did not change is not written out again', async () => {
    const at = given();
    const entries = () => new Set(readdirSync(at.cache));
    await regenerate(at.config, {}, openCache(at.access));
    const before = entries();
    at.write(
      'spec.yaml',
      edited((copy) => Object.assign(copy.paths['/shops'].get, { summary: 'New words' })),
    );
    await regenerate(at.config, {}, openCache(at.access));
    // The run, the service, and what concerns all, where that changed.
    expect([...entries()].filter((entry) => !before.has(entry)).length).toBeLessThanOrEqual(3);
  });

  it('an error is said each time', async () => {
    const at = given();
    at.write('spec.yaml', { ...spec, paths: {} });
    for (let run = 0; run < 2; run++)
      await expect(regenerate(at.config, {}, openCache(at.access))).rejects.toThrow('spec-empty');
  });
});

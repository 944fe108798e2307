import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { emitProvider } from '../../generator/emit/provider.js';
import { mapSource } from '../../generator/index.js';
import { packArtifact } from '../../generator/registry/artifact.js';
import { parseListing, parseSums, sha256 } from '../../generator/registry/listing.js';
import { addVersion } from '../../generator/registry/publish.js';
import { folderStore } from '../../generator/registry/store.js';
import { startCli } from '../cli.js';
import { CONFIG, scratch, series } from '../places.js';

const KILLS = series(8, 50);
const { provider } = await mapSource(CONFIG);
const versions = Array.from({ length: 80 }, (_, index) => `v26.11.${String(index + 1).padStart(5, '0')}`);

/** What an engine would find: each listed version, with the checksum of its artifact. The list must be readable. */
function served(root: string): Map<string, string> {
  const read = (file: string) =>
    existsSync(path.join(root, 'dist', file)) ? readFileSync(path.join(root, 'dist', file)) : undefined;
  const sums = parseSums(read('SHA256SUMS')?.toString());
  return new Map(
    (parseListing(read('providers.yaml')?.toString()).get('okta') ?? []).map((version) => {
      const sum = sha256(read(`okta/${version}.tgz`) ?? Buffer.alloc(0));
      expect(sums.get(`okta/${version}.tgz`), version).toBe(sum);
      return [version, sum];
    }),
  );
}

it(`kill -9 during publish, ${KILLS} times: the folder always serves what it served before, or more`, {
  timeout: 300_000,
}, async () => {
  const source = scratch();
  for (const version of versions) {
    const documents = new Map(
      emitProvider({ ...provider, version }).map(({ path: file, text }) => [
        file.slice(`provider/src/okta/${version}/`.length),
        Buffer.from(text),
      ]),
    );
    await addVersion(folderStore(source), {
      provider: 'okta',
      version,
      bytes: await packArtifact({ version, documents }),
    });
  }
  const complete = served(source);
  let [target, before, midway] = [scratch(), new Map<string, string>(), 0];
  for (let kill = 0; kill < KILLS; kill++) {
    const child = startCli(['publish', source, '--to', target]);
    const ended = new Promise<NodeJS.Signals | null>((done) => child.on('close', (_code, signal) => done(signal)));
    await new Promise((begun) => child.stderr?.once('data', begun));
    await new Promise((done) => setTimeout(done, ((kill + Math.random()) / KILLS) * 120));
    child.kill('SIGKILL');
    const signal = await ended;
    const after = served(target);
    for (const [version, sum] of after) expect(sum).toBe(complete.get(version));
    for (const version of before.keys())
      expect(after.has(version), `${version} is still there after kill ${kill}`).toBe(true);
    if (signal === 'SIGKILL' && after.size < versions.length) midway++;
    before = after;
    if (after.size === versions.length) [target, before] = [scratch(), new Map()];
  }
  expect(midway).toBeGreaterThan(KILLS / 2);
  const last = startCli(['publish', source, '--to', target]);
  expect(await new Promise((done) => last.on('close', done))).toBe(0);
  expect(served(target)).toEqual(complete);
  expect(readdirSync(path.join(target, 'dist')).sort()).toEqual(['SHA256SUMS', 'okta', 'providers.yaml']);
  expect(readdirSync(path.join(target, 'dist/okta')).sort()).toEqual(versions.map((version) => `${version}.tgz`));
});

import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../generator/diagnostics/problem.js';
import { openCache } from '../../../generator/pipeline/cache.js';
import { accessCache, cacheFolder } from '../../../generator/pipeline/cache-access.js';
import { scratch } from '../../places.js';

const KEY = 'a'.repeat(64);
const isRoot = process.getuid?.() === 0;

/** A cache in a folder of its own, with the user's folder beside it. */
function given() {
  const [folder, home] = [scratch(), scratch()];
  const problems: Problem[] = [];
  const access = () => accessCache(folder, { XDG_CACHE_HOME: home }, (problem) => problems.push(problem));
  return { folder, own: path.join(home, 'stackql-provider-gen'), access, problems };
}

function opened(access: ReturnType<ReturnType<typeof given>['access']>) {
  if (!access) throw new Error('no cache');
  return openCache(access);
}

describe('an entry of the cache', () => {
  it('is read by the same user, whose secret nobody else can read', () => {
    const { own, access } = given();
    opened(access()).set(KEY, { text: 'mine' });
    expect(opened(access()).get(KEY)).toEqual({ text: 'mine' });
    expect(lstatSync(path.join(own, 'secret')).mode & 0o777).toBe(0o600);
  });

  it.each<[name: string, spoil: (file: string, folder: string) => void]>([
    ['changed', (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('mine', 'evil'))],
    ['moved to another key', (file, folder) => execFileSync('mv', [file, path.join(folder, `${'b'.repeat(64)}.json`)])],
    ['a FIFO', (file) => [execFileSync('rm', [file]), execFileSync('mkfifo', [file])]],
    ['a link', (file) => [execFileSync('mv', [file, `${file}.x`]), symlinkSync(`${file}.x`, file)]],
    ['a folder', (file) => [execFileSync('rm', [file]), mkdirSync(file)]],
    ['empty', (file) => writeFileSync(file, '')],
  ])('that is %s counts as none', (_, spoil) => {
    const { folder, access } = given();
    opened(access()).set(KEY, { text: 'mine' });
    spoil(path.join(folder, `${KEY}.json`), folder);
    for (const key of [KEY, 'b'.repeat(64)]) expect(opened(access()).get(key)).toBeUndefined();
  });

  it('of another user, as one that came with a checkout, counts as none', () => {
    const [mine, other] = [given(), given()];
    opened(other.access()).set(KEY, { text: 'evil' });
    const access = mine.access();
    expect(openCache({ folder: other.folder, secret: access?.secret ?? '' }).get(KEY)).toBeUndefined();
  });
});

describe('a cache is not used', () => {
  it.each<[name: string, spoil: (at: ReturnType<typeof given>) => void]>([
    ['that a group can write to', ({ folder }) => chmodSync(folder, 0o770)],
    ['that everybody can write to', ({ folder }) => chmodSync(folder, 0o707)],
    ['whose secret can be read by others', ({ own }) => chmodSync(path.join(own, 'secret'), 0o644)],
    ['whose secret is in a folder that others can write to', ({ own }) => chmodSync(own, 0o777)],
    ['that is a link', ({ folder }) => [execFileSync('rmdir', [folder]), symlinkSync(scratch(), folder)]],
    ...(isRoot
      ? ([['that belongs to another user', ({ folder }) => chownSync(folder, 12345, 12345)]] satisfies [
          string,
          (at: ReturnType<typeof given>) => void,
        ][])
      : []),
  ])('%s, and says so', (_, spoil) => {
    const at = given();
    expect(at.access()).toBeDefined();
    spoil(at);
    expect(at.access()).toBeUndefined();
    expect(at.problems).toMatchObject([{ code: 'cache-refused' }]);
  });

  it('without a place for the secret', () => {
    const file = path.join(scratch(), 'file');
    writeFileSync(file, '');
    expect(accessCache(scratch(), { XDG_CACHE_HOME: file }, () => {})).toBeUndefined();
  });
});

it('is where it is said to be', () => {
  const before = process.cwd();
  try {
    process.chdir(scratch());
    expect(cacheFolder('here', {})).toBe(path.resolve('here'));
    expect(cacheFolder(undefined, { STACKQL_PROVIDER_GEN_CACHE: '/c' })).toBe('/c');
    expect(cacheFolder(undefined, { XDG_CACHE_HOME: '/x' })).toBe('/x/stackql-provider-gen');
    mkdirSync('node_modules');
    expect(cacheFolder(undefined, { XDG_CACHE_HOME: '/x' })).toBe(
      path.resolve('node_modules/.cache/stackql-provider-gen'),
    );
  } finally {
    process.chdir(before);
  }
});

import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPlan, planWrite } from '../../../generator/write.js';
import { scratch } from '../../places.js';
import { filesIn, page, put, STATE, written } from './given.js';

const NONE = { written: [], removed: [] };

describe('writing', () => {
  it('writes only what changed, and removes what is no longer generated', () => {
    const root = written({ p: [page('a/x'), page('b/y')] });
    const outputs = { p: [page('a/x'), page('c')] };
    const plan = planWrite(root, outputs);
    expect(plan).toMatchObject({ written: [page('c')], removed: [page('b/y').path] });
    applyPlan(root, plan);
    expect(existsSync(path.join(root, 'docs/services/b'))).toBe(false);
    expect(planWrite(root, outputs)).toMatchObject(NONE);
  });

  it('keeps an edited file that is no longer generated, and says so', () => {
    const root = written({ p: [page('a')] });
    put(root, page('a').path, 'mine');
    expect(planWrite(root, { p: [] })).toMatchObject({ removed: [], warnings: [{ code: 'output-edited' }] });
  });

  it('refuses a file that it did not write', () => {
    const root = scratch();
    put(root, page('a').path, 'mine');
    expect(() => planWrite(root, { p: [page('a')] })).toThrow('output-foreign');
    expect(filesIn(root)).toEqual({ [page('a').path]: '644 mine' });
  });

  it('leaves another provider\u2019s files alone', () => {
    const root = written({ q: [page('b')] }, written({ p: [page('a')] }));
    expect(Object.keys(filesIn(root))).toEqual([page('a').path, page('b').path]);
  });

  it('refuses one path for two providers', () => {
    expect(() => planWrite(scratch(), { p: [page('a')], q: [page('a')] })).toThrow('output-foreign');
  });

  it('gives every file the same permissions, whatever the umask', () => {
    const umask = process.umask(0o077);
    try {
      expect(Object.values(filesIn(written({ p: [page('a', 'text')] })))).toEqual(['644 text']);
    } finally {
      process.umask(umask);
    }
  });

  it('removes what a target of its own wrote beside what it still writes', () => {
    const of = (name: string) => ({ path: `sdk/${name}`, text: name });
    const root = written({ p: [of('a.go'), of('b.go'), of('c/d.go')] });
    const plan = planWrite(root, { p: [of('a.go')] });
    expect(plan).toMatchObject({ removed: ['sdk/b.go'], warnings: [{ code: 'output-left' }] });
  });
});

describe('a path that cannot be written is refused before anything is', () => {
  it.each<[name: string, file: string, code: string]>([
    ['leads up', '../a.md', 'output-outside'],
    ['is absolute', '/tmp/a.md', 'output-outside'],
    ['leads up on the way', 'docs/../../a.md', 'output-outside'],
    ['is hidden', '.github/workflows/a.yaml', 'output-outside'],
    ['is in a hidden folder', 'docs/services/.GIT/a.md', 'output-outside'],
    ['has a backslash', 'docs\\..\\a.md', 'output-outside'],
    ['has a NUL', 'docs/a\0.md', 'output-outside'],
    ['has a name that Windows cuts', 'docs/services/a. /b.md', 'output-outside'],
    ['names a stream on NTFS', 'docs/services/a.md:b', 'output-outside'],
    ['has a name of 256 bytes', `docs/services/${'ü'.repeat(126)}x.md`, 'output-name'],
    ['has a folder of 256 bytes', `docs/services/${'x'.repeat(256)}/a.md`, 'output-name'],
    ['is longer than any path', `docs/services/${'xxxxxxxxx/'.repeat(410)}a.md`, 'output-name'],
  ])('%s', (_, file, code) => {
    const root = scratch();
    expect(() => planWrite(root, { p: [page('fine'), { path: file, text: '' }] })).toThrow(code);
    expect(readdirSync(root)).toEqual([]);
  });

  it('a name of 255 bytes is written, replaced and removed', () => {
    const long = page('x'.repeat(252));
    const root = written({ p: [long] });
    written({ p: [{ ...long, text: 'new' }] }, root);
    expect(filesIn(root)).toEqual({ [long.path]: '644 new' });
    written({ p: [] }, root);
    expect(filesIn(root)).toEqual({});
  });

  it.each<[name: string, spoil: (root: string) => void]>([
    ['a folder is a link', (root) => symlinkSync(scratch(), path.join(root, 'docs'))],
    [
      'a folder is a link that stays inside',
      (root) => [mkdirSync(path.join(root, 'd')), symlinkSync('d', path.join(root, 'docs'))],
    ],
    ['a folder is a link to nowhere', (root) => symlinkSync('nowhere', path.join(root, 'docs'))],
    ['a folder is a file', (root) => writeFileSync(path.join(root, 'docs'), '')],
    ['the file is a folder', (root) => mkdirSync(path.join(root, page('a').path), { recursive: true })],
    [
      'the file is a link',
      (root) => [put(root, 'docs/services/b.md', ''), symlinkSync('b.md', path.join(root, page('a').path))],
    ],
  ])('%s', (_, spoil) => {
    const root = scratch();
    spoil(root);
    expect(() => planWrite(root, { p: [page('a')] })).toThrow('output-outside');
  });

  it('a file that is a folder of another one', () => {
    const both = [{ path: 'docs/services/a', text: '' }, page('a/b')];
    expect(() => planWrite(scratch(), { p: both })).toThrow('output-outside');
  });

  it('an output folder that is a link in the current folder', () => {
    const [here, before] = [scratch(), process.cwd()];
    symlinkSync(scratch(), path.join(here, 'out'));
    process.chdir(here);
    try {
      expect(() => planWrite(path.resolve('out/okta'), { p: [page('a')] })).toThrow('out is a symbolic link');
    } finally {
      process.chdir(before);
    }
  });
});

it('removes its state directory when nothing is in it', () => {
  const root = scratch();
  mkdirSync(path.join(root, STATE));
  written({ p: [page('a')] }, root);
  expect(readdirSync(path.join(root, STATE))).toEqual(['manifest.json']);
});

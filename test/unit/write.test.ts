import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPlan, type Plan, planWrite, recover } from '../../generator/write.js';
import { scratch } from '../places.js';

const file = (name: string, text = name) => ({ path: name, text });
const read = (root: string, name: string) => readFileSync(path.join(root, name), 'utf8');
const books = (root: string, name: string) => path.join(root, '.stackql-provider-gen', name);

function written(...names: string[]): string {
  const root = scratch();
  applyPlan(root, planWrite(root, { p: names.map((name) => file(name)) }));
  return root;
}

describe('writing', () => {
  it('writes only what changed, and removes what is no longer made', () => {
    const root = written('docs/a/x.md', 'docs/b/y.md');
    const plan = planWrite(root, { p: [file('docs/a/x.md'), file('docs/c.md')] });
    expect(plan).toMatchObject({ written: [{ path: 'docs/c.md' }], removed: ['docs/b/y.md'] });
    applyPlan(root, plan);
    expect(existsSync(path.join(root, 'docs/b'))).toBe(false);
    expect(planWrite(root, { p: [file('docs/a/x.md'), file('docs/c.md')] })).toMatchObject({
      written: [],
      removed: [],
    });
  });
  it('keeps an edited file that is no longer made, and says so', () => {
    const root = written('a.md');
    writeFileSync(path.join(root, 'a.md'), 'mine');
    const plan = planWrite(root, { p: [] });
    expect(plan).toMatchObject({ removed: [], warnings: [{ code: 'output-edited' }] });
  });
  it('refuses a file that it did not write', () => {
    const root = scratch();
    writeFileSync(path.join(root, 'a.md'), 'mine');
    expect(() => planWrite(root, { p: [file('a.md')] })).toThrow('output-foreign');
    expect(read(root, 'a.md')).toBe('mine');
  });
  it.each(['../a.md', '/tmp/a.md', 'docs/../../a.md'])('refuses %s', (name) =>
    expect(() => planWrite(scratch(), { p: [file(name)] })).toThrow('output-outside'),
  );
  it('refuses a link that leads out', () => {
    const root = scratch();
    symlinkSync(scratch(), path.join(root, 'docs'));
    expect(() => planWrite(root, { p: [file('docs/a.md')] })).toThrow('output-outside');
  });
  it('leaves another provider\u2019s files alone', () => {
    const root = written('a.md');
    applyPlan(root, planWrite(root, { q: [file('b.md')] }));
    expect(readdirSync(root).sort()).toEqual(['.stackql-provider-gen', 'a.md', 'b.md']);
  });
});

it('refuses one path for two providers', () => {
  expect(() => planWrite(scratch(), { p: [file('a.md')], q: [file('a.md')] })).toThrow('output-foreign');
});

it.each([
  ['a broken manifest', (root: string) => writeFileSync(books(root, 'manifest.json'), '{'), 'books-broken'],
  [
    'books behind a link',
    (root: string) => symlinkSync(scratch(), path.join(root, '.stackql-provider-gen')),
    'output-outside',
  ],
])('refuses %s', (name, spoil, code) => {
  const root = name.startsWith('books') ? scratch() : written('a.md');
  spoil(root);
  expect(() => planWrite(root, { p: [file('b.md')] })).toThrow(code);
});

describe('an interrupted write', () => {
  const journal = (root: string, plan: Plan, moved: number) => {
    mkdirSync(books(root, 'staging'), { recursive: true });
    const moves = plan.written.map(({ path: name, text }, index) => {
      writeFileSync(index < moved ? path.join(root, name) : books(root, `staging/${index}`), text);
      return { staged: String(index), path: name };
    });
    writeFileSync(
      books(root, 'journal.json'),
      JSON.stringify({ moves, removes: plan.removed, manifest: plan.manifest }),
    );
  };
  it('is finished when its journal stands', () => {
    const root = written('a.md', 'old.md');
    journal(root, planWrite(root, { p: [file('a.md', '2'), file('b.md', '2')] }), 1);
    recover(root);
    expect([read(root, 'a.md'), read(root, 'b.md'), existsSync(path.join(root, 'old.md'))]).toEqual(['2', '2', false]);
    expect(readdirSync(books(root, ''))).toEqual(['manifest.json']);
    expect(planWrite(root, { p: [file('a.md', '2'), file('b.md', '2')] })).toMatchObject({
      written: [],
      removed: [],
      warnings: [],
    });
  });
  it('is undone when nothing was final', () => {
    const root = written('a.md');
    mkdirSync(books(root, 'staging'));
    writeFileSync(books(root, 'staging/0'), 'half');
    recover(root);
    expect([read(root, 'a.md'), existsSync(books(root, 'staging'))]).toEqual(['a.md', false]);
  });
  it('moves nothing out of the root, whatever its journal says', () => {
    const root = written('a.md');
    mkdirSync(books(root, 'staging'));
    writeFileSync(books(root, 'staging/0'), 'evil');
    writeFileSync(
      books(root, 'journal.json'),
      JSON.stringify({ moves: [{ staged: '0', path: '../evil.md' }], removes: [], manifest: {} }),
    );
    expect(() => recover(root)).toThrow('output-outside');
  });
});

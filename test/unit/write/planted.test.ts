import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../generator/diagnostics/problem.js';
import { sha256 } from '../../../generator/write/files.js';
import { applyPlan, planWrite, recover } from '../../../generator/write.js';
import { scratch } from '../../places.js';
import { filesIn, page, plant, put, STATE, snapshot, written } from './given.js';

/** What the user has: a repository with a hook to come, files of their own, and the output of a run. */
function checkout(): string {
  const root = scratch();
  mkdirSync(path.join(root, '.git/hooks'), { recursive: true });
  put(root, 'precious.txt', 'precious');
  put(root, 'docs/package.json', 'precious');
  put(root, 'docs/services/mine.md', 'precious');
  return written({ p: [page('a')] }, root);
}

/** What the next `generate` does, as far as it comes. */
function nextRun(root: string): string {
  try {
    recover(root, { p: [page('a')] });
    applyPlan(root, planWrite(root, { p: [page('a')] }));
    return 'done';
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemsError);
    return (error as ProblemsError).problems.map(({ code }) => code).join();
  }
}

const PATHS = [
  '.git/hooks/post-commit',
  'docs/services/.git/hooks/post-commit',
  'docs/services/.GIT/config.md',
  'docs/services/\u200c.git/config.md',
  'docs\\services\\..\\..\\a.md',
  'docs/services/a.md:stream',
  'docs/services/../../precious.txt',
  '../outside.md',
  'C:/Windows/a.md',
  '/tmp/outside.md',
  'precious.txt',
  'docs/package.json',
  'docs/services/post-commit',
  'provider/stubs/okta/evil.js',
  'docs/static/catalog.json/x',
  'docs/services/a\0.md',
  'docs/services/',
  '',
  `${STATE}/manifest.json`,
  `${STATE}/journal.json`,
  `${STATE}/staging/0`,
];

describe('a planted journal', () => {
  it.each(PATHS)('that installs %j is refused', (file) => {
    const root = checkout();
    plant(root, [{ path: file, after: '#!/bin/sh' }], {}, 0o755);
    const before = snapshot(root);
    expect(nextRun(root)).toBe('state-refused');
    expect(snapshot(root)).toEqual(before);
  });

  it.each(PATHS)('that removes %j is refused', (file) => {
    const root = checkout();
    plant(root, [{ path: file, before: 'precious' }]);
    const before = snapshot(root);
    expect(nextRun(root)).toBe('state-refused');
    expect(snapshot(root)).toEqual(before);
  });

  it('in the form of earlier versions is refused', () => {
    const root = checkout();
    put(root, `${STATE}/staging/0`, '#!/bin/sh', 0o755);
    const moves = [{ staged: '0', path: '.git/hooks/post-commit' }];
    put(root, `${STATE}/journal.json`, JSON.stringify({ moves, removes: ['precious.txt'], manifest: {} }));
    const before = snapshot(root);
    expect(nextRun(root)).toBe('state-refused');
    expect(snapshot(root)).toEqual(before);
  });

  it.each<[name: string, plantIt: (root: string) => void]>([
    ['installs nothing executable', (root) => plant(root, [{ path: page('b').path, after: 'evil' }], {}, 0o755)],
    [
      'installs nothing but what it names the hash of',
      (root) => {
        plant(root, [{ path: page('b').path, after: 'good' }]);
        put(root, `${STATE}/staging/0`, 'evil');
      },
    ],
    [
      'installs no link',
      (root) => {
        plant(root, [{ path: page('b').path, after: 'precious' }]);
        execFileSync('rm', [path.join(root, STATE, 'staging/0')]);
        symlinkSync('../../precious.txt', path.join(root, STATE, 'staging/0'));
      },
    ],
    [
      'writes over no other content',
      (root) => plant(root, [{ path: 'docs/services/mine.md', before: 'x', after: 'evil' }]),
    ],
    [
      'writes over no file that it takes for a new one',
      (root) => plant(root, [{ path: 'docs/services/mine.md', after: 'evil' }]),
    ],
    ['removes no other content', (root) => plant(root, [{ path: 'docs/services/mine.md', before: 'x' }])],
    ['brings back nothing executable', (root) => plant(root, [{ path: page('b').path, before: 'evil' }], {}, 0o755)],
  ])('%s', (_, plantIt) => {
    const root = checkout();
    const before = filesIn(root);
    plantIt(root);
    recover(root);
    expect(filesIn(root)).toEqual(before);
  });

  it.each<[name: string, text: string]>([
    ['nothing', ''],
    ['half a journal', '{"steps": [{"path": "docs/services/a.md"'],
    ['null', 'null'],
    ['a number', '1'],
    ['a list', '[]'],
    ['steps that are no list', '{"steps": {}, "manifest": {}}'],
    ['a step without hashes', '{"steps": [{"path": "docs/services/a.md"}], "manifest": {}}'],
    ['a step that is null', '{"steps": [null], "manifest": {}}'],
    ['no manifest', '{"steps": []}'],
    ['a manifest of lists', '{"steps": [], "manifest": {"p": []}}'],
    ['a manifest without hashes', '{"steps": [], "manifest": {"p": {"docs/services/a.md": 1}}}'],
    ['a million brackets', `${'['.repeat(1e6)}${']'.repeat(1e6)}`],
  ])('that holds %s is refused with a code', (_, text) => {
    const root = checkout();
    put(root, `${STATE}/journal.json`, text);
    const before = snapshot(root);
    expect(nextRun(root)).toBe('state-broken');
    expect(snapshot(root)).toEqual(before);
  });
});

describe.each(['manifest.json', 'journal.json'])('%s', (name) => {
  it.each<[what: string, make: (file: string) => void, code: string]>([
    ['a FIFO', (file) => execFileSync('mkfifo', [file]), 'output-outside'],
    ['a folder', (file) => mkdirSync(file), 'output-outside'],
    ['a link', (file) => symlinkSync('/etc/hostname', file), 'output-outside'],
    [
      'larger than any state',
      (file) => [put(file, '../x', ''), truncateSync(path.join(file, '../x'), 2 ** 40)],
      'state-broken',
    ],
  ])('that is %s is refused with a code', (what, make, code) => {
    const root = checkout();
    const file = path.join(root, STATE, name);
    execFileSync('rm', ['-f', file]);
    if (what.startsWith('larger')) {
      put(root, `${STATE}/${name}`, '');
      truncateSync(file, 2 ** 33);
    } else make(file);
    expect(nextRun(root)).toBe(code);
  });
});

describe('a planted link', () => {
  it.each<[name: string, plantIt: (root: string, elsewhere: string) => void]>([
    [
      'as the state directory',
      (root, elsewhere) => {
        execFileSync('mv', [path.join(root, STATE), path.join(elsewhere, 'state')]);
        symlinkSync(path.join(elsewhere, 'state'), path.join(root, STATE));
      },
    ],
    ['as the staging folder', (root, elsewhere) => symlinkSync(elsewhere, path.join(root, STATE, 'staging'))],
    [
      'as an output folder that a journal removes from',
      (root, elsewhere) => {
        put(elsewhere, 'a.md', 'precious');
        mkdirSync(path.join(root, 'docs/static'));
        symlinkSync(elsewhere, path.join(root, 'docs/static/services'));
        plant(root, [{ path: 'docs/static/services/a.md', before: 'precious' }]);
      },
    ],
    [
      'as an output folder that a journal installs into',
      (root, elsewhere) => {
        mkdirSync(path.join(root, 'provider'));
        symlinkSync(elsewhere, path.join(root, 'provider/src'));
        plant(root, [{ path: 'provider/src/a.yaml', after: 'evil' }]);
      },
    ],
  ])('%s is not followed', (_, plantIt) => {
    const [root, elsewhere] = [checkout(), scratch()];
    plantIt(root, elsewhere);
    const before = snapshot(elsewhere);
    expect(nextRun(root)).toMatch(/^(output-outside|state-refused)$/);
    expect(snapshot(elsewhere)).toEqual(before);
  });
});

describe('a planted manifest', () => {
  it('removes nothing outside the generated folders, whatever hash it has', () => {
    const root = checkout();
    const hash = sha256('precious');
    const files = Object.fromEntries(PATHS.map((file) => [file, hash]));
    put(root, `${STATE}/manifest.json`, JSON.stringify({ p: { ...files, [page('a').path]: sha256('a') } }));
    const before = filesIn(root);
    const plan = planWrite(root, { p: [page('a')] });
    expect(plan).toMatchObject({ removed: [], warnings: [{ code: 'output-left' }] });
    applyPlan(root, plan);
    expect(filesIn(root)).toEqual(before);
  });

  it('removes nothing through a hard link: the other name stays', () => {
    const root = checkout();
    linkSync(path.join(root, 'precious.txt'), path.join(root, 'docs/services/linked.md'));
    put(root, `${STATE}/manifest.json`, JSON.stringify({ p: { 'docs/services/linked.md': sha256('precious') } }));
    expect(nextRun(root)).toBe('done');
    expect(filesIn(root)['precious.txt']).toBe('644 precious');
  });

  it('that came with a checkout lets the next run remove what is stale', () => {
    const root = written({ p: [page('a'), page('stale')] });
    expect(nextRun(root)).toBe('done');
    expect(filesIn(root)).toEqual({ [page('a').path]: '644 a' });
  });
});

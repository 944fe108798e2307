import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ProblemsError } from '../../../generator/diagnostics/problem.js';
import {
  applyPlan,
  applyPlans,
  type Outputs,
  planWrite,
  recover,
  writeNew,
  writeWhole,
} from '../../../generator/write.js';
import { scratch, series } from '../../places.js';
import { withFault } from './faults.js';
import { filesIn, page, put, snapshot, written } from './given.js';

/** Files that change, come, go, stay; in folders that come and go. */
const OLD: Outputs = { p: [page('a', 'old a'), page('same'), page('gone/b'), page('gone/c')] };
const NEW: Outputs = { p: [page('a', 'new a'), page('same'), page('come/d', 'new d'), page('e', 'new e')] };
/** Every file, that of the state directory too; an empty folder may be left. */
const state = (root: string) =>
  Object.fromEntries(Object.entries(snapshot(root)).filter(([, entry]) => !entry.startsWith('folder')));
const whole = { old: state(written(OLD)), new: state(written(NEW)) };
const contents = [OLD, NEW].map(({ p = [] }) => new Map(p.map(({ path: file, text }) => [file, `644 ${text}`])));

function run(root: string, outputs: Outputs): void {
  recover(root, outputs);
  applyPlan(root, planWrite(root, outputs));
}

/** What must hold whenever a run has stopped: the error has a code, and each file is as it was or as it is to be. */
function expectWhole(root: string, error: unknown): void {
  if (error !== undefined) {
    expect(error).toBeInstanceOf(ProblemsError);
    expect((error as ProblemsError).problems).toMatchObject([{ code: 'io-failed' }]);
  }
  for (const [file, entry] of Object.entries(filesIn(root)))
    expect(
      contents.map((files) => files.get(file)),
      file,
    ).toContain(entry);
}

const CODES = ['ENOSPC', 'EACCES', 'ENAMETOOLONG', 'EIO'];
const { calls } = withFault(undefined, () => run(written(OLD), NEW));
const atEach = (step: number) => Array.from({ length: Math.ceil(calls / step) }, (_, index) => 1 + index * step);

const old = written(OLD);

/** A folder in which call number `at` of a run has failed. */
function failed(at: number, andAfter: boolean): { root: string; error?: unknown } {
  const root = scratch();
  cpSync(old, root, { recursive: true });
  const code = CODES[at % CODES.length] as string;
  return { root, ...withFault({ at, code, andAfter }, () => run(root, NEW)) };
}

it('a run makes enough calls for the tables below to mean something', () => {
  expect(calls).toBeGreaterThan(80);
});

describe.each([
  ['one call fails', false],
  ['a call and all after it fail', true],
])('%s', (_, andAfter) => {
  it.each([
    ['goes on', NEW, whole.new],
    ['takes everything back', OLD, whole.old],
  ])('the next run %s', (_name, next, want) => {
    for (const at of atEach(series(7, andAfter ? 1 : 2))) {
      const { root, error } = failed(at, andAfter);
      expectWhole(root, error);
      withFault(undefined, () => run(root, next));
      expect(state(root), `call ${at}`).toEqual(want);
    }
  });

  it('what was begun is finished or undone, even without another run', () => {
    for (const at of atEach(series(5, 1))) {
      const { root, error } = failed(at, andAfter);
      // A run that could still clean up has left nothing to do.
      if (error !== undefined && !andAfter) expect(state(root), `call ${at}`).toEqual(whole.old);
      withFault(undefined, () => recover(root));
      expect([whole.old, whole.new], `call ${at}`).toContainEqual(state(root));
    }
  });

  it('while that is done, too', () => {
    for (const at of atEach(series(33, 11))) {
      const { calls: more } = withFault(undefined, () => recover(failed(at, true).root));
      for (let then = 1 + (at % 5); then <= more; then += 5) {
        const { root } = failed(at, true);
        expectWhole(root, withFault({ at: then, code: 'EIO', andAfter }, () => recover(root)).error);
        withFault(undefined, () => recover(root));
        expect([whole.old, whole.new], `calls ${at} and ${then}`).toContainEqual(state(root));
      }
    }
  });
});

it('of several folders, none is touched while another one cannot be staged, or what comes before fails', () => {
  const changes = () => [written(OLD), written(OLD)].map((root) => ({ root, plan: planWrite(root, NEW) }));
  const stop = new ProblemsError([{ code: 'usage', message: 'stop' }]);
  const stopped = changes();
  expect(() =>
    applyPlans(stopped, () => {
      throw stop;
    }),
  ).toThrow(stop);
  for (const { root } of stopped) expect(state(root)).toEqual(whole.old);

  let staged = 0;
  const total = withFault(undefined, () =>
    applyPlans(changes(), () => {
      staged++;
    }),
  );
  expect([total.error, staged]).toEqual([undefined, 1]);
});

it('a file alone is whole or as before, and nothing is left beside it', () => {
  for (let at = 1; at < 8; at++)
    for (const write of [
      (file: string) => writeWhole(file, 'new'),
      (file: string) => writeNew(`${file}.new`, 'new', 0o600),
    ]) {
      const root = scratch();
      put(root, 'a', 'old');
      const { error } = withFault({ at, code: 'EIO' }, () => write(`${root}/a`));
      const { a, ...others } = snapshot(root);
      expect([a, others['a.new']]).toEqual(
        error === undefined ? expect.arrayContaining([expect.stringContaining('new')]) : ['644 old', undefined],
      );
    }
});

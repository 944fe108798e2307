import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CLI } from '../cli.js';
import { ROOT, scratch } from '../places.js';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

/** The scripts of a workflow's or an action's steps, by name. */
function scriptsOf(file: string): ReadonlyMap<string, string> {
  const read = parse(readFileSync(path.join(ROOT, file), 'utf8')) as {
    jobs?: Record<string, { steps: Step[] }>;
    runs?: { steps: Step[] };
  };
  const steps = [...Object.values(read.jobs ?? {}).flatMap((job) => job.steps), ...(read.runs?.steps ?? [])];
  return new Map(steps.flatMap(({ name = '', run }) => (run ? [[name, run] as const] : [])));
}

/** A provider's repository with its origin, and `npx` and `gh` that stay on this machine. */
function repository() {
  const root = scratch();
  const [work, bin, temporary] = ['work', 'bin', 'temporary'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [work, bin, temporary]) mkdirSync(folder);
  for (const folder of ['spec', 'provider', 'docs/services', 'docs/static', '.stackql-provider-gen'])
    if (existsSync(path.join(ROOT, folder)))
      cpSync(path.join(ROOT, folder), path.join(work, folder), { recursive: true });
  const tool = (name: string, script: string) => {
    writeFileSync(path.join(bin, name), `#!/bin/bash\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  tool('npx', `[ "$1" = --yes ] && shift\nshift\nexec '${process.execPath}' '${CLI}' "$@"`);
  tool('gh', `echo "gh $*" >> '${temporary}/gh.log'\n[ "$1 $2" != 'pr view' ]`);
  const env = {
    ...{ PATH: `${bin}:${process.env.PATH}`, HOME: root, RUNNER_TEMP: temporary, GITHUB_SHA: 'abcdef0123456789' },
    ...{ GITHUB_STEP_SUMMARY: path.join(temporary, 'summary.md'), GIT_CONFIG_NOSYSTEM: '1' },
  };
  const run = (script: string | undefined, more: Record<string, string> = {}) =>
    spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script ?? 'exit 99'], {
      cwd: work,
      env: { ...env, ...more },
      encoding: 'utf8',
    });
  const git = 'git -c user.name=t -c user.email=t@e.com';
  run(`git init -q --bare ../origin && git init -q -b main && git add -A && ${git} commit -qm one`);
  run('git remote add origin ../origin && git push -q origin main');
  const BASE = run('git rev-parse HEAD').stdout.trim();
  const edit = (file: string, from: string, to: string) => {
    const text = readFileSync(path.join(work, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(path.join(work, file), text.replaceAll(from, to));
  };
  return { run, edit, BASE, read: (file: string) => readFileSync(path.join(temporary, file), 'utf8') };
}

const SPEC = 'spec/okta-sessions.yaml';

describe('what the example workflows run', () => {
  it('a pull request: the committed files, the engine, what changes, what breaks', () => {
    const scripts = scriptsOf('examples/workflows/pull-request.yml');
    const { run, edit, BASE, read } = repository();
    const step = (name: string) => run(scripts.get(name), { BASE, NUMBER: '7', GH_TOKEN: 'secret' });
    expect(step('The committed files are what the spec makes')).toMatchObject({ status: 0 });
    expect(step('The engine can run it')).toMatchObject({ status: 0 });
    expect(step('Nothing breaks')).toMatchObject({ status: 0 });

    edit(SPEC, '/api/v1/sessions/me', '/api/v1/sessions/mine');
    expect(step('The committed files are what the spec makes')).toMatchObject({ status: 1 });
    edit('spec/okta.lock.yaml', 'sessions.sessions.get_session', 'sessions.sessions.read_session');
    expect(run('npx stackql-provider-gen generate --no-stubs')).toMatchObject({ status: 0 });
    expect(step('What changes for users')).toMatchObject({ status: 0 });
    expect(read('summary.md')).toContain('sessions.read');
    expect(read('gh.log')).toContain('gh pr comment 7 --edit-last --create-if-none --body-file');
  });

  it('regenerate: a branch with the difference, and a pull request', () => {
    const scripts = scriptsOf('examples/workflows/regenerate.yml');
    const { run, edit, read } = repository();
    expect(run(scripts.get('Generate'))).toMatchObject({ status: 0 });
    expect(run(scripts.get('Propose'))).toMatchObject({ status: 0 });
    expect(run('git ls-remote --heads origin').stdout).not.toContain('regenerate-');

    edit(SPEC, 'Retrieve the current session', 'Read the current session');
    expect(run(scripts.get('Generate'))).toMatchObject({ status: 0 });
    expect(run(scripts.get('Propose'))).toMatchObject({ status: 0 });
    expect(run('git ls-remote --heads origin').stdout).toContain('refs/heads/regenerate-abcdef012345');
    expect(read('report.md')).toContain('docs only');
    expect(read('gh.log')).toContain('gh pr create --base main --head regenerate-abcdef012345');
  });

  it('the action: the words of a command line, none of them run', () => {
    const [script] = scriptsOf('action.yml').values();
    const { run } = repository();
    expect(run(script, { ARGUMENTS: 'generate --check', VERSION: '' })).toMatchObject({ status: 0 });
    expect(run(script, { ARGUMENTS: 'explain getSession', VERSION: '1.2.3' }).stdout).toContain('sessions.get_session');
    expect(run(script, { ARGUMENTS: 'explain $(touch pwned);', VERSION: '' }).status).not.toBe(0);
    expect(run('test ! -e pwned')).toMatchObject({ status: 0 });
  });
});

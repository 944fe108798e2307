import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../cli.js';
import { ROOT, scratch } from '../places.js';

/** A repository with two commits: the Okta fragment, then one where `createSession` is deprecated. */
function repository(): string {
  const folder = scratch();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  cpSync(path.join(ROOT, 'spec'), path.join(folder, 'spec'), { recursive: true });
  cpSync(path.join(ROOT, 'provider'), path.join(folder, 'provider'), { recursive: true });
  symlinkSync('/etc/hostname', path.join(folder, 'spec/link.yaml'));
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'one');
  git('tag', 'v1.0');
  const spec = path.join(folder, 'spec/okta-sessions.yaml');
  const summary = '      summary: Create a session with a session token';
  writeFileSync(spec, readFileSync(spec, 'utf8').replace(summary, `      deprecated: true\n${summary}`));
  git('commit', '--quiet', '--all', '--message', 'two');
  return folder;
}

describe.concurrent('git refs', () => {
  const cwd = repository();
  it.each<[what: string, args: string[], status: number, output: RegExp]>([
    [
      'a ref: the same config, then and now',
      ['v1.0'],
      0,
      /create_session {2}\(createSession, POST \/api\/v1\/sessions\)\n {4}is deprecated now/,
    ],
    ['two refs', ['v1.0', 'HEAD'], 0, /is deprecated now/],
    ['REF:PATH of a config', ['HEAD~1:spec/okta.config.yaml', 'spec/okta.config.yaml'], 0, /is deprecated now/],
    ['REF:PATH of a spec', ['HEAD~1:spec/okta-sessions.yaml', 'spec/okta-sessions.yaml'], 0, /is deprecated now/],
    ['REF:PATH of a provider', ['HEAD~1:provider', 'spec/okta.config.yaml'], 0, /is deprecated now/],
    ['a ref with a provider beside it', ['HEAD:provider', 'provider'], 0, /^nothing changed\n$/],
    [
      'a path that the ref does not have',
      ['HEAD:spec/none.yaml', 'provider'],
      2,
      /diff-missing {2}HEAD:spec\/none\.yaml has no none\.yaml/,
    ],
    ['a link is not followed', ['HEAD:spec/link.yaml', 'provider'], 2, /diff-missing/],
    ['no ref', ['--', '-x', 'provider'], 2, /diff-missing {2}-x is not a file/],
  ])('%s', async (_, args, status, output) => {
    const run = await runCli(['diff', ...args], { cwd });
    expect(run.stdout + (status === 0 ? '' : run.stderr)).toMatch(output);
    expect(run.status).toBe(status);
  });
});

/**
 * What `init` makes: the spec at the root, the config in `spec/`. In the first commit, the spec breaks as `broken`
 * says.
 */
function initLayout(broken: (spec: string) => string): string {
  const folder = scratch();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  const spec = readFileSync(path.join(ROOT, 'spec/okta-sessions.yaml'), 'utf8');
  writeFileSync(path.join(folder, 'openapi.yaml'), broken(spec));
  mkdirSync(path.join(folder, 'spec'));
  const config = (file: string) => `provider: okta\nspecs: [${file}]\n`;
  writeFileSync(path.join(folder, 'spec/okta.config.yaml'), config('../openapi.yaml'));
  writeFileSync(path.join(folder, 'spec/outside.config.yaml'), config('../../outside.yaml'));
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'one');
  writeFileSync(path.join(folder, 'openapi.yaml'), spec);
  return folder;
}

describe.concurrent('the layout that init makes', () => {
  const CONFIG = 'spec/okta.config.yaml';
  it.each<[what: string, broken: (spec: string) => string, args: string[], status: number, output: RegExp]>([
    ['is compared', (spec) => spec, [`HEAD:${CONFIG}`, CONFIG], 0, /^nothing changed\n$/],
    ['is compared, named by its spec', (spec) => spec, ['HEAD:openapi.yaml', 'openapi.yaml'], 0, /^nothing changed\n$/],
    [
      'a problem in the old spec has its text',
      (spec) => spec.replace(/^openapi: .*/m, 'openapi: 9.9.9'),
      [`HEAD:${CONFIG}`, CONFIG],
      1,
      /HEAD:openapi\.yaml:\d+:\d+ {2}error {2}spec-version [\s\S]*> +\d+ \| openapi: 9\.9\.9/,
    ],
    [
      'an old spec that is not YAML',
      () => 'a: 1\n b: 2\n',
      [`HEAD:${CONFIG}`, CONFIG],
      1,
      /HEAD:openapi\.yaml:2:\d+ {2}error {2}spec-syntax [\s\S]*> 2 \| {2}b: 2/,
    ],
    ['a path out of the repository', (spec) => spec, ['HEAD:../../../etc/passwd', CONFIG], 2, /diff-outside/],
    ['a path out of the repository, in the middle', (spec) => spec, ['HEAD:spec/../../x', CONFIG], 2, /diff-outside/],
    ['a config that leads out', (spec) => spec, ['HEAD:spec/outside.config.yaml', CONFIG], 2, /diff-outside/],
  ])('%s', async (_, broken, args, status, output) => {
    const run = await runCli(['diff', ...args], { cwd: initLayout(broken) });
    expect(run.stdout + (status === 0 ? '' : run.stderr)).toMatch(output);
    expect(run.stderr).not.toContain('stackql-provider-gen-diff-');
    expect(run.status).toBe(status);
  });
});

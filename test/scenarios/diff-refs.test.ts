import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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
    ['no ref', ['--', '-x', 'provider'], 2, /diff-missing {2}-x is no file/],
  ])('%s', async (_, args, status, output) => {
    const run = await runCli(['diff', ...args], { cwd });
    expect(run.stdout + (status === 0 ? '' : run.stderr)).toMatch(output);
    expect(run.status).toBe(status);
  });
});

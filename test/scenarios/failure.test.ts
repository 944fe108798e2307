import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, runProcess } from '../cli.js';
import { ROOT, scratch } from '../places.js';

/** A folder with the config of a provider, and room for two. */
function project(): string {
  const cwd = scratch();
  cpSync(path.join(ROOT, 'spec'), path.join(cwd, 'spec'), { recursive: true });
  for (const name of ['one', 'two'])
    writeFileSync(
      path.join(cwd, `${name}.config.yaml`),
      `provider: ${name}\nspecs: [spec/okta-sessions.yaml]\nstubs: false\n`,
    );
  return cwd;
}

/** Has the command line do something when it reads a file, in whatever thread that is. */
function planting(bug: string, file = 'okta-sessions.yaml'): { NODE_OPTIONS: string } {
  const code = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    import { isMainThread } from 'node:worker_threads';
    const read = fs.readFileSync;
    fs.readFileSync = (...args) => {
      if (String(args[0]).endsWith('${file}')) { ${bug} }
      return read(...args);
    };
    syncBuiltinESMExports();`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

const TWO = ['generate', 'one.config.yaml', 'two.config.yaml', '--out', '{provider}'];

describe('a bug is one problem with a code, and nothing is written', () => {
  it.each<[name: string, args: string[], bug: string, message: string, file?: string]>([
    [
      'thrown where nobody waits',
      ['generate'],
      'process.nextTick(() => { throw new TypeError("boom"); });',
      'TypeError: boom',
    ],
    ['a promise that nobody waits for', ['generate'], 'void Promise.reject(new Error("boom"));', 'Error: boom'],
    ['what is thrown is no error', ['generate'], 'process.nextTick(() => { throw null; });', 'thrown: null'],
    [
      'thrown in the command',
      ['generate'],
      'throw new RangeError("boom\\u001b[31m");',
      'RangeError: boom [31m',
      '.hbs',
    ],
    ['in a thread', TWO, 'if (!isMainThread) throw new TypeError("boom");', 'TypeError: boom', '.hbs'],
    [
      'a thread ends too early',
      TWO,
      'if (!isMainThread) process.exit(3);',
      'a thread ended with 3 before its work did',
    ],
    [
      'nothing is left to do',
      ['generate'],
      'Promise.all = () => new Promise(() => {});',
      'the run ended before its work did',
    ],
  ])('%s', async (_, args, bug, message, file) => {
    const cwd = project();
    const { status, stdout, stderr } = await runProcess([...args, '--no-cache'], { cwd, env: planting(bug, file) });
    expect(stderr).toContain(message);
    expect(stderr.match(/^error {2}/gm)).toHaveLength(1);
    expect(stderr).toMatch(/^error {2}internal {2}/m);
    expect(stderr).toMatch(/stackql-provider-gen \d+\.\d+\.\d+, Node v\d+/);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect([status, stdout]).toEqual([1, '']);
    for (const folder of ['provider', 'docs', 'one', 'two']) expect(existsSync(path.join(cwd, folder))).toBe(false);
  });

  it('--debug adds the stack, --json makes it JSON', async () => {
    const env = planting('process.nextTick(() => { throw new TypeError("boom"); });');
    const debug = await runProcess(['generate', '--debug', '--no-cache'], { cwd: project(), env });
    expect(debug.stderr).toMatch(/^\s+at /m);
    const json = await runProcess(['generate', '--json', '--no-cache'], { cwd: project(), env });
    expect(JSON.parse(json.stdout)).toMatchObject({ problems: [{ code: 'internal', message: 'TypeError: boom' }] });
    expect([debug.status, json.status]).toEqual([1, 1]);
  });
});

describe('generate in a checkout that somebody has prepared', () => {
  it('runs nothing of its journal', async () => {
    const cwd = project();
    const put = (file: string, text: string) => {
      mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
      writeFileSync(path.join(cwd, file), text, { mode: 0o755 });
    };
    put('.git/HEAD', '');
    put('precious.txt', 'precious');
    put('.stackql-provider-gen/staging/0', '#!/bin/sh');
    const moves = [{ staged: '0', path: '.git/hooks/post-commit' }];
    put('.stackql-provider-gen/journal.json', JSON.stringify({ moves, removes: ['precious.txt'], manifest: {} }));
    const { status, stderr } = await runCli(['generate', '--no-stubs'], { cwd });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^error {2}state-refused {2}.*post-commit/m)]);
    expect(stderr).toContain('rm -r .stackql-provider-gen/journal.json .stackql-provider-gen/staging');
    expect(existsSync(path.join(cwd, '.git/hooks'))).toBe(false);
    expect(existsSync(path.join(cwd, 'precious.txt'))).toBe(true);
    expect(existsSync(path.join(cwd, 'provider'))).toBe(false);
  });

  it('follows no link', async () => {
    const [cwd, elsewhere] = [project(), scratch()];
    symlinkSync(elsewhere, path.join(cwd, 'docs'));
    const { status, stderr } = await runCli(['generate', '--no-stubs'], { cwd });
    expect([status, stderr]).toEqual([1, expect.stringContaining('output-outside  docs is a symbolic link')]);
  });
});

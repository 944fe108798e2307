import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { startCli } from '../cli.js';
import { ROOT, scratch } from '../places.js';

it('--watch writes on every save, says so in a line, survives an error, and ends on Ctrl-C', {
  timeout: 60_000,
}, async () => {
  const cwd = scratch();
  cpSync(path.join(ROOT, 'spec'), path.join(cwd, 'spec'), { recursive: true });
  const spec = path.join(cwd, 'spec/okta-sessions.yaml');
  const page = () => readFileSync(path.join(cwd, 'docs/services/sessions/sessions/index.md'), 'utf8');
  const edit = (from: string, to: string) => writeFileSync(spec, readFileSync(spec, 'utf8').replace(from, to));
  const child = startCli(['generate', '--watch'], { cwd });
  const ended = new Promise((done) => child.on('close', (code) => done(code)));
  let said = '';
  let heard = () => {};
  child.stderr?.on('data', (text) => {
    said += text;
    heard();
  });
  const until = (pattern: RegExp) =>
    new Promise<string>((done) => {
      heard = () => {
        const [found] = pattern.exec(said) ?? [];
        if (found === undefined) return;
        said = said.slice(said.indexOf(found) + found.length);
        done(found);
      };
      heard();
    });
  await until(/watching; Ctrl-C ends\n/);
  edit('Creates a new Session for a user', 'Makes a new Session for a user');
  const line = await until(/okta: .*\n/);
  expect(line).toMatch(/^okta: 5 written, 0 removed in \d+\.\d\d s: docs\/services\/methods\.md, .*\n$/);
  expect(line).toContain('docs/services/sessions/sessions/index.md');
  expect(page()).toContain('Makes a new Session for a user');
  // The types of the stubs come after.
  await until(/okta: \d written.*provider\/stubs.*\n/);
  edit('openapi: 3.0.3', 'openapi: [');
  await until(/spec-syntax/);
  edit('openapi: [', 'openapi: 3.0.3');
  await until(/okta: 0 written, 0 removed/);
  rmSync(spec);
  await until(/spec-missing/);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../cli.js';
import { ROOT, scratch } from '../places.js';

/**
 * One text file a case. Sections: `--- file NAME` a file in the scratch folder, `--- edit NAME` lines `old => new`,
 * `--- run` the arguments, `--- status`, `--- stdout`, `--- stderr`, `--- contains NAME` lines of a file, `--- absent`
 * paths that must not exist afterwards. The Okta `spec/` is always there.
 * `…` in an expected output stands for anything.
 */
const folder = path.join(ROOT, 'test/scenarios');

function sections(source: string): [kind: string, argument: string, text: string][] {
  return source
    .split(/^--- /m)
    .slice(1)
    .map((section) => {
      const end = section.indexOf('\n');
      const [kind = '', argument = ''] = section.slice(0, end).split(' ');
      return [kind, argument, section.slice(end + 1).trimEnd()];
    });
}

function matches(output: string, want: string): void {
  const pattern = want
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*');
  expect(output.trimEnd()).toMatch(new RegExp(`^${pattern}$`));
}

describe.concurrent('the command line', () => {
  const cases = readdirSync(folder).filter((file) => file.endsWith('.scenario'));
  it.each(cases.sort())('%s', async (file) => {
    const cwd = scratch();
    cpSync(path.join(ROOT, 'spec'), path.join(cwd, 'spec'), { recursive: true });
    let result: Awaited<ReturnType<typeof runCli>> = { status: null, stdout: '', stderr: '' };
    for (const [kind, argument, text] of sections(readFileSync(path.join(folder, file), 'utf8'))) {
      const target = path.join(cwd, argument);
      if (kind === 'file') {
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, `${text}\n`);
      } else if (kind === 'edit') {
        for (const line of text.split('\n')) {
          const [from = '', to = ''] = line.split(' => ');
          const before = readFileSync(target, 'utf8');
          expect(before, `"${from}" to be in ${argument}`).toContain(from);
          writeFileSync(target, before.replace(from, to));
        }
      } else if (kind === 'run') result = await runCli(text.split(/\s+/), { cwd });
      else if (kind === 'status') expect(result.status, result.stderr).toBe(Number(text));
      else if (kind === 'stdout') matches(result.stdout, text);
      else if (kind === 'stderr') matches(result.stderr, text);
      else if (kind === 'contains') expect(readFileSync(target, 'utf8')).toContain(text);
      else if (kind === 'absent')
        for (const absent of text.split('\n')) expect(existsSync(path.join(cwd, absent)), absent).toBe(false);
      else throw new Error(`${file}: no section "${kind}"`);
    }
  });
});

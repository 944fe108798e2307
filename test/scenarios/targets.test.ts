import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, startCli } from '../cli.js';
import { ROOT, scratch } from '../places.js';

const ROWS = { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } };
const SPEC = {
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  servers: [{ url: 'https://e.com' }],
  paths: {
    '/things': {
      get: {
        operationId: 'listThings',
        responses: { 200: { description: 'ok', content: { 'application/json': { schema: ROWS } } } },
      },
    },
  },
};
const CSV = 'resource,method,verb,httpMethod,path\np.things.things,list_things,select,GET,/things\n';

/** A project with the example as a target, and this package installed. */
function project(targets: readonly string[] = ['provider', './catalog.mjs']) {
  const cwd = path.join(scratch(), 'project');
  mkdirSync(cwd);
  const file = (name: string) => path.join(cwd, name);
  const write = (name: string, value: unknown) => {
    mkdirSync(path.dirname(file(name)), { recursive: true });
    writeFileSync(file(name), typeof value === 'string' ? value : JSON.stringify(value));
  };
  const config = (list: readonly string[]) =>
    write('spec/p.config.yaml', { provider: 'p', specs: ['p.json'], targets: list });
  write('package.json', { name: 'p', type: 'module' });
  write('spec/p.json', SPEC);
  config(targets);
  cpSync(path.join(ROOT, 'examples/targets/catalog.mjs'), file('spec/catalog.mjs'));
  mkdirSync(file('node_modules'));
  symlinkSync(ROOT, file('node_modules/stackql-provider-gen'));
  const run = (...args: string[]) =>
    runCli(['generate', ...args], { cwd, env: { STACKQL_PROVIDER_GEN_CACHE: file('cache') } });
  return { cwd, file, write, config, run, read: (name: string) => readFileSync(file(name), 'utf8') };
}

describe('a target of the user’s own', () => {
  it('is generated, cached by content, checked for drift, and removed when stale', async () => {
    const at = project();
    // It leaves a trace of each run of its code.
    at.write(
      'spec/helper.js',
      "import { appendFileSync } from 'node:fs';\nexport const trace = () => appendFileSync('ran', '.');\n",
    );
    at.write(
      'spec/catalog.mjs',
      at
        .read('spec/catalog.mjs')
        .replace('export default', "import { trace } from './helper.js';\nexport default")
        .replace('const methods', 'trace();\n    const methods'),
    );
    const ran = () => (existsSync(at.file('ran')) ? at.read('ran').length : 0);
    expect((await at.run()).stderr).toContain('written');
    expect([at.read('provider/targets/catalog/p.csv'), ran()]).toEqual([CSV, 1]);
    // From the cache: the whole run, then, where only the text of the spec changed, the target.
    await at.run();
    at.write('spec/p.json', `${JSON.stringify(SPEC, null, 2)}`);
    await at.run();
    expect(ran()).toBe(1);
    at.write('provider/targets/catalog/p.csv', `${CSV}x\n`);
    const drift = await at.run('--check');
    expect([drift.status, drift.stderr]).toEqual([
      1,
      expect.stringContaining('provider/targets/catalog/p.csv differs from line 3 on'),
    ]);
    await at.run();
    expect(at.read('provider/targets/catalog/p.csv')).toBe(CSV);
    // What its code imports counts, too.
    at.write('spec/helper.js', 'export const trace = () => {};\n');
    at.write('spec/p.json', { ...SPEC, info: { title: 'Another', version: '1' } });
    await at.run();
    // `--check` trusts no cache.
    expect(ran()).toBe(2);
    at.config(['provider']);
    expect((await at.run()).stderr).toContain('1 removed');
    expect(existsSync(at.file('provider/targets'))).toBe(false);
  });

  it('is watched with the code that it imports', { timeout: 60_000 }, async () => {
    const at = project();
    at.write('spec/head.js', "export const head = 'resource';\n");
    at.write(
      'spec/catalog.mjs',
      at
        .read('spec/catalog.mjs')
        .replace("[['resource'", '[[head')
        .replace('export default', "import { head } from './head.js';\nexport default"),
    );
    const child = startCli(['generate', '--watch'], {
      cwd: at.cwd,
      env: { STACKQL_PROVIDER_GEN_CACHE: at.file('cache') },
    });
    const ended = new Promise((done) => child.on('close', done));
    let said = '';
    const until = (text: string) =>
      new Promise<void>((done) => {
        const look = () => said.includes(text) && done();
        child.stderr?.on('data', (chunk) => {
          said += chunk;
          look();
        });
        look();
      });
    await until('watching');
    expect(at.read('provider/targets/catalog/p.csv')).toBe(CSV);
    at.write('spec/head.js', "export const head = 'table';\n");
    await until(': provider/targets/catalog/p.csv');
    expect(at.read('provider/targets/catalog/p.csv')).toBe(CSV.replace('resource', 'table'));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });

  it('may be a package', async () => {
    const at = project(['provider', 'our-catalog']);
    at.write('node_modules/our-catalog/package.json', {
      name: 'our-catalog',
      version: '1.0.0',
      type: 'module',
      exports: { import: './c.js' },
    });
    at.write('node_modules/our-catalog/c.js', at.read('spec/catalog.mjs'));
    expect(await at.run()).toMatchObject({ status: 0 });
    expect(at.read('provider/targets/catalog/p.csv')).toBe(CSV);
  });

  const target = (body: string) => `export default { name: 'mine', ${body} };\n`;
  it.each<[what: string, entry: string, code: string, want: string, status: number]>([
    ['a name that is none', 'docss', '', 'target-unknown', 2],
    ['no package', 'no-such-package', '', 'target-unknown', 2],
    ['no module', './nowhere.js', '', 'target-missing', 2],
    ['a module outside the project', '../../outside.js', '', 'target-outside', 2],
    ['an import of what is not there', './t.js', "import './nowhere.js';\n", 'target-missing', 2],
    ['a syntax error', './t.js', 'export default {', 'target-failed', 1],
    ['no default export', './t.js', 'export const name = 1;', 'target-invalid', 2],
    ['no emit', './t.js', target(''), 'target-invalid', 2],
    ['the name of a built-in one', './t.js', target('emit: () => []').replace('mine', 'docs'), 'target-invalid', 2],
    ['a dependency that is not there', './t.js', target("dependsOn: ['docs'], emit: () => []"), 'target-invalid', 2],
    ['an error', './t.js', target("emit() { throw new Error('no such thing'); }"), 'target-failed', 1],
    ['the end of its process', './t.js', target('emit: () => process.exit(0)'), 'target-failed', 1],
    ['no list of files', './t.js', target("emit: () => 'text'"), 'target-invalid', 2],
    [
      'a file outside its folder, where another target’s are',
      './t.js',
      target("emit: () => [{ path: '../../stubs/x.ts', text: '' }]"),
      'target-output',
      1,
    ],
    [
      'the same file twice',
      './t.js',
      target("emit: () => [1, 2].map(() => ({ path: 'x', text: '' }))"),
      'target-output',
      1,
    ],
  ])('%s is an error at the config’s entry', async (_, entry, code, want, status) => {
    const at = project(['provider', entry]);
    at.write('spec/t.js', code);
    if (want === 'target-outside') writeFileSync(path.resolve(at.file('spec'), entry), target('emit: () => []'));
    const result = await at.run();
    expect([result.status, result.stderr]).toEqual([status, expect.stringContaining(want)]);
    expect(result.stderr).toMatch(/^spec\/p\.config\.yaml:1:\d+ {2}error/);
    expect(existsSync(at.file('provider'))).toBe(false);
  });
});

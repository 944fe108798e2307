import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { runCli, startCli } from '../cli.js';
import { ROOT, scratch, series } from '../places.js';

const KILLS = series(8, 50);
type State = 'old' | 'new';

/** Two states of an API of several services, whose files all differ; what only one of them has comes and goes. */
function project(): { cwd: string; use(state: State): void } {
  const cwd = scratch();
  cpSync(path.join(ROOT, 'spec/okta-sessions.yaml'), path.join(cwd, 'spec.yaml'));
  const spec = readFileSync(path.join(cwd, 'spec.yaml'), 'utf8');
  const content = `{application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Session'}}}}`;
  const wider = (state: string) => {
    const paths = Array.from({ length: 60 }, (_, index) => {
      const name = `${state === 'old' && index > 50 ? 'gone' : 'thing'}${index}`;
      const get = [
        `operationId: list${state}${index}`,
        `description: "${`${state} `.repeat(400)}"`,
        `responses: {'200': {description: OK, content: ${content}}}`,
      ];
      return `  /api/v1/${name}:\n    get: {${get.join(', ')}}\n`;
    });
    return spec
      .replaceAll('Session with a valid', `Session, ${state}, with a valid`)
      .replace('paths:\n', `paths:\n${paths.join('')}`);
  };
  writeFileSync(path.join(cwd, 'okta.config.yaml'), 'provider: okta\nspecs: [spec.yaml]\nstubs: false\n');
  return { cwd, use: (state) => writeFileSync(path.join(cwd, 'spec.yaml'), wider(state)) };
}

/** Every file that was written, with its text; the state directory is the tool's own. */
function stateOf(root: string): Map<string, string> {
  const files = existsSync(root)
    ? readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
  const names = files
    .map(({ parentPath, name }) => path.relative(root, path.join(parentPath, name)))
    .filter((file) => !/staging|journal|\.new$/.test(file));
  return new Map(names.sort().map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
}

it(`kill -9 during generate, ${KILLS} times: each file is whole, and the next command makes the old or the new state`, {
  timeout: 600_000,
}, async () => {
  const { cwd, use } = project();
  const generate = (...more: string[]) => [
    'generate',
    '--config',
    'okta.config.yaml',
    '--out',
    'out',
    '--no-cache',
    ...more,
  ];
  const whole = {} as Record<State, Map<string, string>>;
  for (const state of ['old', 'new'] as const) {
    use(state);
    expect((await runCli(generate('--out', state), { cwd })).status).toBe(0);
    whole[state] = stateOf(path.join(cwd, state));
  }
  const out = path.join(cwd, 'out');
  cpSync(path.join(cwd, 'new'), out, { recursive: true });
  let now: State = 'new';
  let [midway, finished] = [0, 0];
  for (let kill = 0; kill < KILLS; kill++) {
    const to: State = now === 'old' ? 'new' : 'old';
    use(to);
    const child = startCli(generate(), { cwd });
    const ended = new Promise<NodeJS.Signals | null>((done) => child.on('close', (_code, signal) => done(signal)));
    // Most moments of a run are before it writes: the kill comes when the state directory changes, and a while after.
    const state = path.join(out, '.stackql-provider-gen');
    const deadline = Date.now() + 20_000;
    while (readdirSync(state).length === 1 && child.exitCode === null && Date.now() < deadline)
      await new Promise((done) => setTimeout(done, 1));
    const moment = ((kill + Math.random()) / KILLS) * (kill % 5 === 4 ? 400 : 60);
    await new Promise((done) => setTimeout(done, moment));
    child.kill('SIGKILL');
    if ((await ended) === null) finished++;
    const isStaging = readdirSync(state).length > 1;
    if (isStaging) midway++;
    // Each file is as it was in one of the two states.
    for (const [file, text] of stateOf(out)) {
      if (file.startsWith('.stackql-provider-gen')) JSON.parse(text);
      else expect([whole.old.get(file), whole.new.get(file)], file).toContain(text);
    }
    // With either spec the next command undoes or finishes; it then says what it would say without the kill.
    const next: State = kill % 2 === 0 ? to : now;
    use(next);
    const after = await runCli(generate(), { cwd });
    expect(after.status, after.stderr).toBe(0);
    expect(after.stderr).not.toMatch(/output-/);
    expect(stateOf(out), `after kill ${kill}`).toEqual(whole[next]);
    now = next;
  }
  expect(midway).toBeGreaterThan(KILLS / 5);
  expect(finished).toBeLessThan(KILLS);
  expect(readdirSync(path.join(out, '.stackql-provider-gen'))).toEqual(['manifest.json']);
});

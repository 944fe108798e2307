import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineArguments, engineEnvironment } from '../../../generator/verify/engine.js';
import { pointAtMock, providerPackage } from '../../../generator/verify/provider.js';
import { ENGINE, hasEngine, ROOT, scratch } from '../../places.js';
import { CHECKERS, project } from '../../types/check.js';
import { pgServer } from '../pg.js';
import { registryOf } from './boxes.js';

/**
 * The guide's programs, as somebody pastes them: only where the stubs, the server and the command are is another
 * place.
 */
const GUIDE = readFileSync(path.join(ROOT, 'guide/stubs.md'), 'utf8');
const programs = [...GUIDE.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text = '']) =>
  text.replaceAll('stackql-provider-gen/stubs/okta', '../stubs/okta/index.js'),
);
const [overPg = '', overExec = '', byKysely = ''] = programs;

const committed = (below: string) =>
  readdirSync(path.join(ROOT, 'provider', below), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|yaml)$/.test(file))
    .map((file) => ({
      path: `${below}/${file.split(path.sep).join('/')}`,
      text: readFileSync(path.join(ROOT, 'provider', below, file), 'utf8'),
    }));

it('the guide has three programs, and all compile', async () => {
  expect(programs.length).toBe(3);
  const { check } = project(
    [
      ...committed('stubs'),
      { path: 'programs/pg.ts', text: overPg },
      { path: 'programs/exec.ts', text: overExec },
      { path: 'programs/kysely.ts', text: byKysely },
    ],
    ['node'],
  );
  for (const checker of CHECKERS) expect([...(await check(checker))], checker).toEqual([]);
});

describe.skipIf(!hasEngine)('the programs of the guide run', () => {
  const requests: string[] = [];
  const api = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => (body += chunk));
    incoming.on('end', () => {
      requests.push(`${incoming.method} ${(incoming.url ?? '').replace(/\?$/, '')} ${body}`.trim());
      const isMissing = incoming.url?.includes('no-such');
      response.writeHead(isMissing ? 404 : 200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(isMissing ? { errorSummary: 'Not found' } : { id: 's1', status: 'ACTIVE', amr: ['pwd', 'mfa'] }),
      );
    });
  });
  const folder = scratch();
  let registry = '';
  beforeAll(async () => {
    await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
    const { port } = api.address() as AddressInfo;
    const provider = providerPackage(
      committed('src').map((file) => ({ ...file, path: file.path.slice('src/'.length) })),
    );
    registry = registryOf(
      provider.files
        .map((file) => pointAtMock(file, port))
        .map(({ path: file, text }) => ({ path: `provider/src/${file}`, text })),
    );
    mkdirSync(path.join(folder, 'programs'));
    mkdirSync(path.join(folder, 'bin'));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
    symlinkSync(path.join(ROOT, 'provider/stubs'), path.join(folder, 'stubs'));
    writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => api.close());

  const env = { OKTA_API_TOKEN: 'secret' };
  const run = async (name: string, text: string) => {
    const file = path.join(folder, 'programs', name);
    writeFileSync(file, text);
    requests.length = 0;
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file], {
      env: { ...process.env, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}` },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    await new Promise((done) => child.on('close', done));
    return { stdout, stderr, requests: requests.map((line) => line.replace(/\/https\/[^/]*/, '')) };
  };

  it('over pg', async () => {
    const server = await pgServer(registry, ['--pgsrv.debug.enable'], env);
    try {
      expect(await run('pg.ts', overPg.replace('5466', String(server.connection.port)))).toEqual({
        stdout: 's1 ACTIVE pwd,mfa\n404 {"errorSummary":"Not found"}\n',
        stderr: '',
        requests: [
          'GET /api/v1/sessions/s1',
          `POST /api/v1/sessions {"sessionToken":"it's"}`,
          'DELETE /api/v1/sessions/no-such',
        ],
      });
    } finally {
      await server.stop();
    }
  });

  it('by Kysely', async () => {
    const server = await pgServer(registry, ['--pgsrv.debug.enable'], env);
    try {
      expect(await run('kysely.ts', byKysely.replace('5466', String(server.connection.port)))).toEqual({
        stdout: 's1 pwd,mfa\n1\n',
        stderr: '',
        requests: ['GET /api/v1/sessions/s1', 'GET /api/v1/sessions/s1'],
      });
    } finally {
      await server.stop();
    }
  });

  it('by stackql exec', async () => {
    const command = [
      ENGINE,
      ...engineArguments({
        file: ENGINE,
        registry,
        scratch: registry,
        env: engineEnvironment(process.env, registry, env),
      }),
    ];
    const shim = path.join(folder, 'bin/stackql');
    writeFileSync(
      shim,
      `#!/bin/sh\nexport OKTA_API_TOKEN=secret\n` +
        `exec ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')} "$@"\n`,
    );
    chmodSync(shim, 0o755);
    expect(await run('exec.ts', overExec)).toEqual({
      stdout: 'ACTIVE\n',
      stderr: '',
      requests: ['GET /api/v1/sessions/s1'],
    });
  });
});

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { throughExec } from '../../../generator/emit/stubs/runtime/exec.js';
import { throughMcp } from '../../../generator/emit/stubs/runtime/mcp.js';
import { throughPg } from '../../../generator/emit/stubs/runtime/pg.js';
import type { Run } from '../../../generator/emit/stubs/runtime/statement.js';
import { generate, type OutputFile } from '../../../generator/index.js';
import { ROOT, scratch } from '../../places.js';
import { exec } from '../facts/tiny.js';
import { mcpServer } from '../mcp.js';
import { pgServer } from '../pg.js';
import { type Builder, loadStubs } from './load.js';

/** A request as the API saw it, everything decoded. */
export interface Request {
  readonly method: string;
  readonly zone: string;
  readonly id: string;
  readonly q: string | null;
  readonly note: string | undefined;
  readonly body: unknown;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
}

/** A registry that holds generated providers. */
export function registryOf(files: readonly OutputFile[]): string {
  const registry = scratch();
  for (const file of files.filter(({ path }) => path.startsWith('provider/src/'))) {
    const target = path.join(registry, file.path.slice('provider/'.length));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, file.text);
  }
  return registry;
}

/** The three ways to an engine on that registry. */
export async function transports(registry: string, secrets: Readonly<Record<string, string>> = {}) {
  const server = await pgServer(registry, ['--pgsrv.debug.enable'], secrets);
  const client = new pg.Client(server.connection);
  client.on('error', () => {});
  await client.connect();
  const pool = new pg.Pool({ ...server.connection, max: 2 });
  pool.on('error', () => {});
  const mcp = await mcpServer(registry, secrets);
  let scripts = 0;
  const runs: Readonly<Record<'pg' | 'pool' | 'exec' | 'mcp', Run>> = {
    pg: throughPg(client),
    pool: throughPg(pool),
    exec: throughExec(async (sql) => {
      const script = path.join(registry, `script-${scripts++}.sql`);
      writeFileSync(script, sql);
      return exec(registry, ['--infile', script, '--output', 'json'], secrets);
    }),
    mcp: throughMcp(mcp),
  };
  return {
    runs,
    stop: () => Promise.all([server.stop(), mcp.stop()]).then(() => rmSync(registry, { recursive: true, force: true })),
  };
}

/** The API of `api.yaml`, a provider and stubs of it, and the three ways to it. */
export async function startBoxes() {
  const requests: Request[] = [];
  let answer: (request: Request) => Answer = () => ({});
  const api = createServer((incoming, response) => {
    let text = '';
    incoming.setEncoding('utf8');
    incoming.on('data', (chunk) => (text += chunk));
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '', 'http://api');
      const [, zone = '', , id = ''] = (incoming.url ?? '').replace(/\?.*/, '').split('/').map(decodeURIComponent);
      const note = incoming.headers['x-note']?.toString();
      const request = {
        method: incoming.method ?? '',
        zone,
        id,
        q: url.searchParams.get('q'),
        note,
        body: text === '' ? undefined : JSON.parse(text),
      };
      requests.push(request);
      const {
        status = incoming.method === 'DELETE' || url.pathname.endsWith('/seal') ? 204 : 200,
        body = { id: 'b1' },
      } = answer(request);
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(status === 204 ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
  const spec = path.join(scratch(), 'api.yaml');
  const port = (api.address() as AddressInfo).port;
  writeFileSync(
    spec,
    readFileSync(path.join(ROOT, 'test/engine/stubs/api.yaml'), 'utf8').replaceAll('PORT', String(port)),
  );
  const { files } = await generate({ spec, provider: 'boxes' });
  const stubs = await loadStubs(files.filter((file) => file.path.startsWith('provider/stubs/')));
  const { runs, stop } = await transports(registryOf(files));
  return {
    boxes: stubs.boxes?.boxes as NonNullable<typeof stubs.boxes>[string] &
      Readonly<Record<'select' | 'insert' | 'update' | 'delete', Builder>>,
    runs,
    /** The requests that came while something ran. */
    during: async (work: () => Promise<unknown>): Promise<Request[]> => {
      requests.length = 0;
      await work();
      return [...requests];
    },
    answers: (next: typeof answer) => {
      answer = next;
    },
    stop: async () => {
      await stop();
      api.close();
      api.closeAllConnections();
    },
  };
}

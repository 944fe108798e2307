import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { throughPg } from '../../../generator/emit/stubs/runtime/pg.js';
import type { Statement } from '../../../generator/emit/stubs/runtime/statement.js';
import { generate } from '../../../generator/index.js';
import { toYaml } from '../../../generator/text/yaml.js';
import { hasEngine, scratch } from '../../places.js';
import { list, ok, parameter } from '../../unit/map/given.js';
import { pgServer } from '../pg.js';
import { registryOf } from './boxes.js';
import { loadStubs, type Stubs } from './load.js';

/** How many rows the API has and shows on a page, what is asked; the rows that come, and whether there may be more. */
type Row = readonly [
  name: string,
  rows: number,
  size: number,
  resource: 'letters' | 'numbers',
  options: Readonly<Record<string, unknown>>,
  want: readonly [rows: number, mayBeCut: true | undefined],
];

const CASES: readonly Row[] = [
  ['more than 20 pages', 230, 10, 'letters', {}, [200, true]],
  ['19 pages', 190, 10, 'letters', {}, [190, undefined]],
  ['19 pages and a part', 195, 10, 'letters', {}, [195, undefined]],
  ['20 full pages cannot be told from more', 200, 10, 'letters', {}, [200, true]],
  ['no rows', 0, 10, 'letters', {}, [0, undefined]],
  ['what the caller cut', 230, 10, 'letters', { limit: 20 }, [20, undefined]],
  ['a list of which one page is read', 30, 10, 'numbers', {}, [10, true]],
  ['nothing on that page', 0, 10, 'numbers', {}, [0, undefined]],
];

describe.skipIf(!hasEngine)('a list that the engine may have cut says so', () => {
  let [total, size] = [0, 10];
  const api = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '', 'http://api');
    const from = Number(url.searchParams.get('after') ?? 0);
    const rows = Array.from({ length: Math.max(0, Math.min(size, total - from)) }, (_, row) => ({
      id: `${from + row}`,
    }));
    const next = `http://${incoming.headers.host}${url.pathname}?after=${from + size}`;
    const link = url.pathname === '/letters' && from + size < total ? { link: `<${next}>; rel="next"` } : {};
    response.writeHead(200, { 'content-type': 'application/json', ...link }).end(JSON.stringify(rows));
  });
  let stubs: Stubs;
  let client: pg.Client;
  let server: Awaited<ReturnType<typeof pgServer>>;
  beforeAll(async () => {
    await new Promise<void>((done) => api.listen(0, '127.0.0.1', done));
    const linked = ok(list, { Link: { schema: { type: 'string' } } });
    const spec = path.join(scratch(), 'api.yaml');
    const document = {
      openapi: '3.0.3',
      info: { title: 'Lists', version: '1' },
      servers: [{ url: `http://127.0.0.1:${(api.address() as AddressInfo).port}` }],
      paths: {
        '/letters': {
          get: { operationId: 'listLetters', parameters: [parameter('after', 'query')], responses: linked },
        },
        '/numbers': {
          get: { operationId: 'listNumbers', parameters: [parameter('offset', 'query')], responses: ok(list) },
        },
      },
    };
    writeFileSync(spec, toYaml(document));
    const { files } = await generate({ spec, provider: 'lists' });
    stubs = await loadStubs(files.filter((file) => file.path.startsWith('provider/stubs/')));
    server = await pgServer(registryOf(files));
    client = new pg.Client(server.connection);
    client.on('error', () => {});
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    api.close();
    api.closeAllConnections();
  });

  const select = (resource: Row[3], options: Readonly<Record<string, unknown>>) =>
    Object.values(stubs)
      .flatMap((service) => service[resource] ?? [])[0]
      ?.select?.({}, options) as Statement<object>;
  it.each(CASES)('%s', async (_name, rows, page, resource, options, want) => {
    [total, size] = [rows, page];
    const result = await throughPg(client)(select(resource, options));
    expect([result.rows.length, result.mayBeCut]).toEqual(want);
  });
  it('not where the engine has no limit of pages', async () => {
    [total, size] = [200, 10];
    const { rows, mayBeCut } = await throughPg(client, { pageLimit: 0 })(select('letters', {}));
    expect([rows.length, mayBeCut]).toEqual([200, undefined]);
  });
});

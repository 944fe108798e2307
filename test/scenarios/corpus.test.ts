import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { providerName, totalsOf } from '../../bench/corpus-table.js';
import { ENGINE, hasEngine, ROOT, scratch } from '../places.js';

const DOCUMENT = {
  openapi: '3.0.3',
  info: { title: 'Things', version: '1' },
  servers: [{ url: 'https://api.example.com' }],
  paths: {
    '/things/{id}': {
      get: {
        operationId: 'getThing',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          200: {
            description: 'Fine',
            content: {
              'application/json': { schema: { type: 'object', properties: { id: { type: 'string' } } } },
            },
          },
        },
      },
      delete: {
        operationId: 'removeThing',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { 204: { description: 'Gone' } },
      },
    },
    '/broken': { get: { operationId: 'broken', parameters: [{ $ref: '#/nowhere' }], responses: {} } },
  },
};

function corpus(folder: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const file = path.join(ROOT, 'bench/corpus.ts');
  const { STACKQL: _, ...env } = process.env;
  return new Promise((done) =>
    execFile(
      process.execPath,
      ['--import', 'tsx', file, folder, ...args],
      { cwd: ROOT, env },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    ),
  );
}

function folderOfTwo(): { folder: string; out: string } {
  const root = scratch();
  const folder = path.join(root, 'documents');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'things.json'), JSON.stringify(DOCUMENT));
  writeFileSync(path.join(folder, 'broken.yaml'), 'openapi: 3.0.0\npaths: [\n');
  return { folder, out: path.join(root, 'out') };
}

describe('npm run corpus', () => {
  it('goes through a folder, says what is lost, and does nothing twice', async () => {
    const { folder, out } = folderOfTwo();
    const { code, stdout } = await corpus(folder, '--out', out);
    expect(code).toBe(1);
    expect(stdout).toMatch(/\| broken\.yaml \| 3\.0\.0 \| 0 \| lost: spec-syntax \|/);
    const report = readFileSync(path.join(out, 'corpus.json'), 'utf8');
    const { totals, documents } = JSON.parse(report);
    expect(totals).toMatchObject({ documents: 2, lost: 1, operations: 3, unexplained: 0, statements: 0 });
    expect(documents[1]).toMatchObject({ operations: 3, unexplained: [] });
    expect(documents[1].megabytes).toBeGreaterThan(0);
    // The times of the second run are those of the first: nothing was run.
    await corpus(folder, '--out', out);
    expect(readFileSync(path.join(out, 'corpus.json'), 'utf8')).toBe(report);
  });

  it.skipIf(!hasEngine)('runs the statements on an engine, the same ones for the same seed', async () => {
    const { folder, out } = folderOfTwo();
    await corpus(folder, '--out', out, '--engine', ENGINE, '--sample', '1');
    const [, things] = JSON.parse(readFileSync(path.join(out, 'corpus.json'), 'utf8')).documents;
    expect(things.verified).toMatchObject({ statements: 1, right: 1, failures: [] });
    expect(things.verified.engine).toMatch(/^stackql v/);
  });

  it('without a folder says how it is used', async () => {
    const { code, stdout } = await corpus('--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^npm run corpus -- DIR/);
  });
});

describe('the totals', () => {
  const document = { file: 'a.json', version: '3.0.0', operations: 3000, mapped: 2999, leftOut: {}, unexplained: [] };
  const verified = { engine: 'e', statements: 1000, right: 989, limits: { 'media-type': 10 }, failures: [] };

  it('are never rounded up to a whole', () => {
    const totals = totalsOf([
      { ...document, unexplained: ['GET /a'], verified: { ...verified, failed: { 'page-lost': 1 } } },
      { ...document, operations: 20, mapped: 0, lost: [{ code: 'died', message: '' }] },
    ]);
    expect(totals).toMatchObject({ lost: 1, unexplained: 21, explainedPercent: 99.3, rightPercent: 99.89 });
    expect(totals.limitPercent).toBe(1);
    expect(totalsOf([]).rightPercent).toBeNull();
  });

  it.each([
    ['my-api.v2.json', 'my_api_v2'],
    ['/x/2fa.yaml', 'api_2fa'],
  ])('a provider is called after its file: %s', (file, name) => expect(providerName(file)).toBe(name));
});

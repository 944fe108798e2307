import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { emitStubs } from '../../generator/emit/stubs.js';
import { mapSource } from '../../generator/index.js';
import { readSqlSource } from '../../generator/read/templates.js';
import { sessions as okta } from '../../provider/stubs/okta/index.js';
import { ROOT, scratch } from '../places.js';

const { sessions } = okta;

describe('the Okta stubs', () => {
  it('compile under --strict, and what no method accepts does not', () => {
    const program = ts.createProgram([path.join(ROOT, 'test/types/sessions.ts')], {
      strict: true,
      noEmit: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
    });
    expect(
      ts
        .getPreEmitDiagnostics(program)
        .map(({ messageText, file, start }) => `${file?.fileName}:${start} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`),
    ).toEqual([]);
  });

  it.each([
    [
      'select',
      sessions.select({ subdomain: 'o', sessionId: "a/b'" }, { columns: ['id'], limit: 2 }),
      "SELECT\nid\nFROM okta.sessions.sessions\nWHERE subdomain = 'o'\nAND sessionId = 'a%2Fb'''\nLIMIT 2\n;",
    ],
    [
      'insert',
      sessions.insert({ subdomain: 'o' }, { sessionToken: 'it\\s' }).split('\nRETURNING')[0],
      "INSERT INTO okta.sessions.sessions (\nsessionToken,\nsubdomain\n)\nSELECT\n'it\\\\s',\n'o'",
    ],
    ['delete', sessions.delete({ subdomain: 'o', sessionId: 's' }), "DELETE FROM okta.sessions.sessions\nWHERE subdomain = 'o'\nAND sessionId = 's'\n;"],
    [
      'exec',
      sessions.exec.refresh_current_session({ subdomain: 'o', Cookie: 'sid=1' }),
      "EXEC okta.sessions.sessions.refresh_current_session\n@subdomain='o',\n@Cookie='sid=1'\n;",
    ],
  ])('%s builds its statement', (_name, given, want) => expect(given).toBe(want));

  it('refuse a path value that climbs', () => expect(() => sessions.delete({ subdomain: 'o', sessionId: '..' })).toThrow(RangeError));
});

it('stubs compile whatever services, resources and operations are called', async () => {
  const folder = scratch();
  const answer = {
    200: {
      description: 'OK',
      content: {
        'application/json': {
          schema: { type: 'object', properties: { id: { type: 'string' }, default: { type: 'string' }, 'a"b\n*/': { type: 'string', enum: ["x'y", 'a\nb'] } } },
        },
      },
    },
  };
  const operation = (operationId: string) => ({ operationId, description: 'ends */ here', responses: answer });
  const id = { parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] };
  const paths = {
    '/sql/warehouses/{id}': { ...id, get: operation('select'), delete: operation('delete') },
    '/index/components': { get: operation('getComponents') },
    '/things/classes': { get: operation(['get `"$', '{x}'].join('')) },
  };
  writeFileSync(path.join(folder, 'spec.json'), JSON.stringify({ openapi: '3.0.3', info: { title: 'T', version: '1' }, paths }));
  writeFileSync(path.join(folder, 'p.config.yaml'), 'provider: p\nspecs: [spec.json]\n');
  // Not `generate`: it refuses a column with a quotation mark, which the engine cannot hold.
  const { provider } = await mapSource(path.join(folder, 'p.config.yaml'));
  const stubs = await emitStubs(provider, readSqlSource());
  expect(new Set(stubs.map(({ path: file }) => file)).size).toBe(stubs.length);
  for (const { path: file, text } of stubs) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  const program = ts.createProgram([path.join(folder, 'provider/stubs/p/index.ts')], {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  });
  expect(ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});

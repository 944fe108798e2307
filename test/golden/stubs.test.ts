import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { sessions as okta } from '../../provider/stubs/okta/index.js';
import { ROOT } from '../places.js';

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

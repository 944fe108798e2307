import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../../generator/index.js';
import { CONFIG, hasShared, ROOT, SHARED, scratch } from '../places.js';

const SEED_SHA256 = '6e0d62ee576578740500f48b6d7cc25c42a6f33bc349026de78ea4ce7d3bcb17';

describe('the committed Okta provider', () => {
  it('is what the generator makes, byte for byte, every time', async () => {
    const [first, second] = [await generate(CONFIG), await generate(CONFIG)];
    expect(first.files).toEqual(second.files);
    expect(first.files.map(({ path: file }) => file)).toMatchInlineSnapshot(`
      [
        "docs/services/index.md",
        "docs/services/methods.md",
        "docs/services/sessions/index.md",
        "docs/services/sessions/sessions/index.md",
        "docs/static/catalog.json",
        "docs/static/llms.txt",
        "docs/static/search.json",
        "docs/static/services/sessions/catalog.json",
        "docs/static/services/sessions/sessions.md",
        "provider/src/okta/v00.00.00000/provider.yaml",
        "provider/src/okta/v00.00.00000/services/sessions.yaml",
        "provider/stubs/okta/index.ts",
        "provider/stubs/okta/runtime/codec.ts",
        "provider/stubs/okta/runtime/exec.ts",
        "provider/stubs/okta/runtime/kysely.ts",
        "provider/stubs/okta/runtime/mcp.ts",
        "provider/stubs/okta/runtime/pg.ts",
        "provider/stubs/okta/runtime/resource.ts",
        "provider/stubs/okta/runtime/routing.ts",
        "provider/stubs/okta/runtime/sql.ts",
        "provider/stubs/okta/runtime/statement.ts",
        "provider/stubs/okta/runtime/types.ts",
        "provider/stubs/okta/runtime/words.ts",
        "provider/stubs/okta/sessions.schema.ts",
        "provider/stubs/okta/sessions.ts",
        "provider/stubs/okta/tables.ts",
      ]
    `);
    for (const { path: file, text } of first.files)
      expect(readFileSync(path.join(ROOT, file), 'utf8'), file).toBe(text);
  });
});

async function oldPage(config: string): Promise<string> {
  const { files } = await generate(config, { profile: 'registry-2025-09' });
  expect(files.map(({ path: file }) => file)).toEqual(['docs/services/sessions/sessions/index.md']);
  return files[0]?.text ?? '';
}

describe('profile registry-2025-09', () => {
  it('renders the page that the public tool published, by its hash', async () => {
    const page = await oldPage(CONFIG);
    expect(createHash('sha256').update(page).digest('hex')).toBe(SEED_SHA256);
    expect(Buffer.byteLength(page)).toBe(13_269);
  });

  it.skipIf(!hasShared)(
    'renders the page that the public tool published, by its content (needs ../shared)',
    async () => {
      expect(await oldPage(CONFIG)).toBe(readFileSync(path.join(SHARED, 'seed/okta-sessions-page.md'), 'utf8'));
    },
  );

  it('renders what the spec says: a changed description, a new field and a new method appear', async () => {
    const folder = scratch();
    cpSync(path.join(ROOT, 'spec'), folder, { recursive: true });
    const spec = path.join(folder, 'okta-sessions.yaml');
    const before = readFileSync(spec, 'utf8');
    const after = before
      .replace('description: Revokes the specified Session', 'description: Ends the Session for good')
      .replace(
        '        userId:\n',
        '        deviceId:\n          type: string\n          description: Where the user signed in\n        userId:\n',
      )
      .replace(
        '  /api/v1/sessions/{sessionId}/lifecycle/refresh:\n',
        '  /api/v1/sessions/{sessionId}/lifecycle/extend:\n    post:\n      operationId: extendSession\n' +
          '      description: Gives the Session more time\n      parameters:\n' +
          '        - $ref: "#/components/parameters/pathSessionId"\n      responses:\n        "204":\n' +
          '          description: Done\n  /api/v1/sessions/{sessionId}/lifecycle/refresh:\n',
      );
    writeFileSync(spec, after);
    const page = await oldPage(path.join(folder, 'okta.config.yaml'));
    expect(page).toContain('<td>Ends the Session for good</td>');
    expect(page).not.toContain('Revokes the specified Session');
    expect(page).toContain(
      '    <td><CopyableCode code="deviceId" /></td>\n    <td><code>string</code></td>\n' +
        '    <td>Where the user signed in</td>\n',
    );
    expect(page).toContain(
      "EXEC okta.sessions.sessions.extend_session \n@subdomain='{{ subdomain }}' --required, \n" +
        "@sessionId='{{ sessionId }}' --required;\n",
    );
  });
});

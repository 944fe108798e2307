import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { emitConfig } from '../../../generator/emit/config.js';
import { generate } from '../../../generator/index.js';
import { hasShared, SHARED, scratch } from '../../places.js';

const OPERATION =
  `
  /things:
    get: {operationId: "list\\u0081\\nThings", responses: {"200": {description: ok, content: ` +
  `{application/json: {schema: {type: array, items: {type: object}}}}}}}`;

/** What a spec makes, and what the config that `init` writes for it makes. */
async function withAndWithout(spec: string) {
  const config = path.join(scratch(), 'acme.config.yaml');
  const before = await generate({ spec, provider: 'acme' }, { stubs: false });
  writeFileSync(
    config,
    emitConfig(before.provider, { spec: path.relative(path.dirname(config), spec), schema: '../config.schema.json' }),
  );
  return { before: before.files, after: (await generate({ config }, { stubs: false })).files };
}

describe('the config that init writes makes what the spec makes', () => {
  it.each([
    ['no server', ''],
    ['a server without a host', 'servers: [{url: /v1}]'],
    [
      'a variable',
      'servers: [{url: "https://{a}.x.com", variables: {a: {default: b, enum: [b, c], x-stackQL-envVar: A_B}}}]',
    ],
    ['a variable without a default', 'servers: [{url: "https://{a}.x.com", variables: {a: {enum: [p, q]}}}]'],
    [
      'a variable that is the whole server',
      'servers: [{url: "{base}/v1", variables: {base: {default: "https://x.com/api"}}}]',
    ],
    ['a pattern', 'servers: [{url: "https://{host:.+}/v1", variables: {"host:.+": {default: a.b}}}]'],
    [
      'keys that a config cannot have',
      'servers: [{url: "https://{a}.x.com", x-a: 1, name: prod, variables: {a: {default: b, x-z: {q: 1}}}}]',
    ],
    ['text that YAML reads otherwise', 'servers: [{url: "https://x.com/#a: b", description: "a\\nevil: 1\\u0085"}]'],
    [
      'a key in the query',
      'security: [{k: []}]\ncomponents: {securitySchemes: {k: {type: apiKey, in: query, name: "a#b: c"}}}',
    ],
    ['basic authentication', 'security: [{k: []}]\ncomponents: {securitySchemes: {k: {type: http, scheme: basic}}}'],
  ])('%s', async (_, keys) => {
    const spec = path.join(scratch(), 'api.yaml');
    writeFileSync(spec, `openapi: 3.0.3\ninfo: {title: t, version: "1"}\n${keys}\npaths:${OPERATION}\n`);
    const { before, after } = await withAndWithout(spec);
    expect(after).toEqual(before);
  });

  const small = path.join(SHARED, 'specs/small');
  // server-variables-3.0 makes nothing: generate refuses what the engine cannot run.
  const specs = hasShared
    ? readdirSync(small).filter((file) => file.endsWith('.yaml') && !file.startsWith('server-variables'))
    : [];
  it.skipIf(!hasShared).each(specs)('%s (needs ../shared)', async (file) => {
    const { before, after } = await withAndWithout(path.join(small, file));
    expect(after).toEqual(before);
  });
});

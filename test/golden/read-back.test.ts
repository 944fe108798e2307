import { readFileSync } from 'node:fs';
import path from 'node:path';
import SwaggerParser from '@apidevtools/swagger-parser';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generate, type Method } from '../../generator/index.js';
import { CONFIG, hasShared, SHARED } from '../places.js';

/** A service file as a reader of YAML 1.1 finds it. */
interface ServiceFile {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: { name: string; in: string; required?: boolean }[];
        requestBody?: { content: Record<string, unknown> };
        responses: Record<string, unknown>;
      }
    >
  >;
  components: {
    schemas: object;
    'x-stackQL-resources': Record<
      string,
      {
        methods: Record<
          string,
          {
            operation: { $ref: string };
            response: { mediaType: string; openAPIDocKey: string };
            config?: { requestBodyTranslate?: { algorithm: string } };
          }
        >;
        sqlVerbs: Record<string, { $ref: string }[]>;
      }
    >;
  };
}

const { provider, files } = await generate(CONFIG);
const read = (suffix: string) =>
  parse(files.find(({ path: file }) => file.endsWith(suffix))?.text ?? '', { version: '1.1' });
const service = read('services/sessions.yaml') as ServiceFile;
const [model] = provider.services;
const resource = model?.resources[0];

describe('the emitted YAML says what the Model says', () => {
  it.each((resource?.methods ?? []).map((method): [string, Method] => [method.name, method]))('%s', (name, method) => {
    const emitted = service.components['x-stackQL-resources'].sessions?.methods[name];
    const operation = service.paths[method.http.path]?.[method.http.method.toLowerCase()];
    expect(emitted?.operation.$ref).toBe(
      `#/paths/${method.http.path.replaceAll('/', '~1')}/${method.http.method.toLowerCase()}`,
    );
    expect(
      operation?.parameters?.map((parameter) => [parameter.name, parameter.in, parameter.required ?? false]) ?? [],
    ).toEqual(
      method.parameters
        .filter((parameter) => parameter.in !== 'server')
        .map((parameter) => [parameter.name, parameter.in, parameter.required]),
    );
    expect(emitted?.response.openAPIDocKey).toBe(method.response.status);
    expect(Object.keys(operation?.responses ?? {})).toEqual([method.response.status]);
    expect(emitted?.response.mediaType).toBe('application/json');
    expect(emitted?.config?.requestBodyTranslate?.algorithm).toBe(method.body ? 'naive' : undefined);
    expect(Object.keys(operation?.requestBody?.content ?? {})).toEqual(method.body ? [method.body.mediaType] : []);
    const routed = Object.entries(service.components['x-stackQL-resources'].sessions?.sqlVerbs ?? {}).filter(
      ([, refs]) => refs.some(({ $ref }) => $ref.endsWith(`/${name}`)),
    );
    expect(routed.map(([verb]) => verb)).toEqual(method.verb === 'exec' ? [] : [method.verb]);
  });

  it('no parameter is left on a path item', () => {
    for (const item of Object.values(service.paths)) expect(Object.keys(item)).not.toContain('parameters');
  });

  it('all five verbs are written, most specific method first', () => {
    const names = Object.entries(service.components['x-stackQL-resources'].sessions?.sqlVerbs ?? {}).map(
      ([verb, refs]) => [verb, refs.map(({ $ref }) => $ref.split('/').pop())],
    );
    expect(Object.fromEntries(names)).toEqual({
      select: ['get_session', 'get_current_session'],
      insert: ['create_session'],
      update: [],
      delete: ['revoke_session', 'close_current_session'],
      replace: [],
    });
  });

  it('the OpenAPI part is valid by swagger-parser', async () => {
    const { components, ...rest } = structuredClone(service);
    await expect(
      SwaggerParser.validate({ ...rest, components: { schemas: components.schemas } } as never),
    ).resolves.toBeTruthy();
  });
});

describe.skipIf(!hasShared)('the engine\u2019s own JSON Schemas accept it (needs ../shared/schemas)', () => {
  const base = 'https://schemas.example/';
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  for (const name of hasShared ? ['provider', 'resources-core', 'stackql-config'] : []) {
    const schema = JSON.parse(readFileSync(path.join(SHARED, `schemas/${name}.schema.json`), 'utf8'));
    ajv.addSchema({ ...schema, $id: `${base}${name}.schema.json` });
  }
  it.each([
    ['provider.yaml', 'provider.schema.json', () => read('provider.yaml')],
    [
      'x-stackQL-resources',
      'resources-core.schema.json#/$defs/ResourceMap',
      () => service.components['x-stackQL-resources'],
    ],
  ])('%s', (_name, schema, value) => {
    const validate = ajv.getSchema(base + schema);
    expect(validate?.(value()), JSON.stringify(validate?.errors)).toBe(true);
  });
});

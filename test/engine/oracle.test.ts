import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { materialFrom } from '../../generator/pipeline/verify-material.js';
import type { Result } from '../../generator/verify/verdicts.js';
import { verifyProvider } from '../../generator/verify/verify-provider.js';
import { ENGINE, hasEngine, scratch } from '../places.js';

interface Options {
  readonly config?: object;
  readonly services?: string[];
  /** Must there be a JOIN among the statements? */
  readonly hasJoin?: boolean;
}

/** What `generate` makes of a spec, verified: every result that is not `ok`. */
async function failures(parts: object, options: Options = {}) {
  const folder = scratch();
  const spec = {
    openapi: '3.0.3',
    info: { title: 'Acme', version: '1' },
    servers: [{ url: 'https://acme.example/v1' }],
  };
  writeFileSync(path.join(folder, 'api.yaml'), stringify({ ...spec, ...parts }));
  const config = path.join(folder, 'acme.config.yaml');
  writeFileSync(config, stringify({ provider: 'acme', specs: ['api.yaml'], ...options.config }));
  const { services } = options;
  const material = await materialFrom(config);
  const report = await verifyProvider(material, {
    engine: ENGINE,
    environment: process.env,
    ...(services && { services }),
  });
  const isJoin = ({ statement }: Result) => statement?.includes('\nJOIN ') === true;
  expect(report.results.length).toBeGreaterThan(0);
  expect(report.results.some(isJoin)).toBe(options.hasJoin === true);
  return report.results.flatMap(({ method, verdict, findings }) =>
    verdict === 'ok' ? [] : [[method, verdict, findings]],
  );
}

const text = { type: 'string' };
const object = (properties: object) => ({ type: 'object', properties });
const list = (items: object) => ({ type: 'array', items });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const gets = (operationId: string, tag: string, schema: object, more: object = {}) => ({
  get: {
    operationId,
    tags: [tag],
    responses: { 200: { description: 'fine', content: { 'application/json': { schema } } } },
    ...more,
  },
});
const inPath = (name: string) => ({ parameters: [{ name, in: 'path', required: true, schema: text }] });
const THINGS = { '/things': gets('listThings', 'things', list(object({ id: text, name: text }))) };
const PART = object({ color: text, size: text });

describe.skipIf(!hasEngine)('verify agrees with what the generator rightly makes of', () => {
  it.each<[string, object, Options?]>([
    [
      'a path parameter that is not declared',
      { paths: { '/apps/{app_id}': gets('getApp', 'apps', object({ id: text })) } },
    ],
    [
      'a property whose reference dangles',
      { paths: { '/things': gets('listThings', 'things', list(object({ id: text, odd: ref('Nowhere') }))) } },
    ],
    [
      'references that lead back to themselves',
      {
        paths: {
          '/nodes': gets('listNodes', 'nodes', list(ref('Node'))),
          '/selves': gets('listSelves', 'selves', list(ref('Self'))),
          '/loops': gets('listLoops', 'loops', ref('Loop'), { parameters: [{ $ref: '#/components/parameters/A' }] }),
        },
        components: {
          parameters: { A: { $ref: '#/components/parameters/B' }, B: { $ref: '#/components/parameters/A' } },
          schemas: {
            Node: object({ id: text, parent: ref('Node'), children: list(ref('Node')) }),
            Self: { allOf: [ref('Self'), object({ id: text })] },
            Loop: ref('Pool'),
            Pool: ref('Loop'),
          },
        },
      },
    ],
    [
      'a part of allOf that says which object another part means',
      {
        paths: {
          '/cars': gets('listCars', 'cars', {
            allOf: [object({ result: { type: 'object' } }), object({ result: list(object({ id: text })) })],
          }),
        },
      },
    ],
    [
      'an API key in the query, also where an operation asks for none',
      {
        paths: { ...THINGS, '/open': gets('listOpen', 'open', list(object({ id: text })), { security: [] }) },
        security: [{ key: [] }],
        components: { securitySchemes: { key: { type: 'apiKey', in: 'query', name: 'api_key' } } },
      },
    ],
    ['servers of the config', { paths: THINGS }, { config: { servers: [{ url: 'https://other.example/api/v2' }] } }],
    [
      'a JOIN whose list is in a service that was not asked for',
      {
        paths: {
          ...THINGS,
          '/things/{thingId}/parts': gets('listParts', 'parts', list(PART), inPath('thingId')),
        },
      },
      { services: ['parts'], hasJoin: true },
    ],
    [
      'a JOIN whose list has a token for the next page',
      {
        paths: {
          '/plans': gets('listPlans', 'plans', object({ plans: list(object({ planId: text })), nextToken: text }), {
            parameters: [{ name: 'nextToken', in: 'query', schema: text }],
          }),
          '/plans/{planId}/boxes': gets('listBoxes', 'boxes', list(PART), inPath('planId')),
        },
      },
      { hasJoin: true },
    ],
    [
      'a JOIN on a column that names the parent',
      {
        paths: {
          '/plans': gets('listPlans', 'plans', list(object({ planId: text, name: text }))),
          '/plans/{planId}/boxes': gets(
            'listBoxes',
            'boxes',
            list(object({ planId: text, color: text })),
            inPath('planId'),
          ),
        },
      },
      { hasJoin: true },
    ],
  ])('%s', async (_name, parts, options) => expect(await failures(parts, options)).toEqual([]));
});

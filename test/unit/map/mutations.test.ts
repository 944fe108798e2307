import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { generate, ProblemsError } from '../../../generator/index.js';
import { step } from '../../../generator/read/pointer.js';
import { scratch, series } from '../../places.js';

const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
const thing = { $ref: '#/components/schemas/Thing' };

/** A small spec that has one of each object of OpenAPI 3 that the generator reads. */
const SPEC = {
  openapi: '3.1.0',
  info: { title: 'T', description: 'd', version: '1' },
  servers: [{ url: 'https://{host}/v1', variables: { host: { default: 'e.com', description: 'd', enum: ['e.com'] } } }],
  tags: [{ name: 'things', description: 'd' }],
  security: [{ key: [] }],
  paths: {
    '/things': {
      parameters: [{ $ref: '#/components/parameters/limit' }],
      get: {
        operationId: 'listThings',
        summary: 's',
        tags: ['things'],
        responses: {
          200: {
            description: 'd',
            headers: { Link: { schema: { type: 'string' } } },
            ...json({
              type: 'object',
              properties: { data: { type: 'array', items: thing }, next: { type: 'string' } },
            }),
          },
        },
      },
      post: {
        operationId: 'createThing',
        security: [{ key: [] }, {}],
        servers: [{ url: 'https://other.com' }],
        requestBody: { description: 'd', required: true, ...json(thing) },
        responses: { 201: { $ref: '#/components/responses/Thing' } },
      },
    },
    '/things/{id}': {
      get: {
        operationId: 'getThing',
        deprecated: true,
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', enum: ['a'] } }],
        responses: { 200: { $ref: '#/components/responses/Thing' } },
      },
      delete: { operationId: 'deleteThing', responses: { 204: { description: 'd' } } },
    },
  },
  components: {
    parameters: {
      limit: { name: 'limit', in: 'query', style: 'form', example: 1, schema: { type: 'integer', maximum: 9 } },
    },
    responses: { Thing: { description: 'd', ...json(thing) } },
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } },
    schemas: {
      Thing: {
        type: 'object',
        required: ['id'],
        properties: {
          id: { type: ['string', 'null'], format: 'uuid', description: 'd', readOnly: true },
          size: { type: 'integer', default: 1, enum: [1, 2] },
          tags: { type: 'array', items: { type: 'string', example: 'x' } },
          labels: { type: 'object', additionalProperties: { type: 'string' } },
          owner: { allOf: [{ $ref: '#/components/schemas/Owner' }] },
          pet: {
            oneOf: [{ $ref: '#/components/schemas/Owner' }, { type: 'object', properties: { kind: { const: 'x' } } }],
            discriminator: { propertyName: 'kind', mapping: { owner: '#/components/schemas/Owner' } },
          },
        },
      },
      Owner: { type: 'object', title: 'Owner', properties: { name: { type: 'string' }, kind: { type: 'string' } } },
    },
  },
};

/** A value of every kind, those of OpenAPI's own objects included: what stands somewhere else in the spec. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  '',
  'text',
  'a "b" {c}\n',
  [],
  [null],
  [[1]],
  {},
  { a: 1 },
  { $ref: 5 },
  { $ref: '#' },
  { $ref: '#/nowhere' },
  { $ref: '#/paths' },
  { $ref: '#/components' },
  { $ref: '#/components/schemas/Thing' },
  { $ref: '#/components/parameters/limit' },
  { $ref: '#/components/responses/Thing' },
  { $ref: '#/paths/~1things/get' },
  { $ref: '#/components/schemas/Thing/properties' },
];

/** The pointer of every value inside another. */
function* pointers(value: unknown, at = '#'): Generator<string> {
  if (at !== '#') yield at;
  if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) yield* pointers(inner, step(at, key));
}

/** A copy with another value at a pointer. */
function replaced(value: unknown, at: string, by: unknown, here = '#'): unknown {
  if (here === at) return by;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, replaced(inner, at, by, step(here, key))]);
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** The same sequence of numbers in [0, 1) on every machine (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ALL = [...pointers(SPEC)].flatMap((at) => VALUES.map((by) => [at, by] as const));
const COUNT = series(100, 500);

it(`${COUNT} specs with a wrong value somewhere give a provider or problems, never another error`, async () => {
  const random = randomFrom(20260701);
  const spec = path.join(scratch(), 'spec.json');
  const failed: unknown[] = [];
  let [providers, slowest] = [0, 0];
  for (let count = 0; count < COUNT; count++) {
    const [at, by] = ALL[Math.floor(random() * ALL.length)] as (typeof ALL)[number];
    writeFileSync(spec, JSON.stringify(replaced(SPEC, at, by)));
    const start = performance.now();
    try {
      await generate({ spec, provider: 'p' }, { stubs: false });
      providers++;
    } catch (error) {
      const isExpected = error instanceof ProblemsError && error.problems.every(({ code, message }) => code && message);
      if (!isExpected)
        failed.push([
          at,
          by,
          String((error as Error).stack)
            .split('\n')
            .slice(0, 4),
        ]);
    }
    slowest = Math.max(slowest, performance.now() - start);
  }
  expect(failed).toEqual([]);
  // Most of them are no reason to lose the API.
  expect(providers).toBeGreaterThan(COUNT * 0.95);
  expect(slowest).toBeLessThan(5000);
}, 120_000);

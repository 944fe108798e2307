import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLoosely } from '../../../generator/doc-pages/loose.js';
import { emitDocs } from '../../../generator/emit/docs/default.js';
import {
  type Method,
  mapSource,
  type OutputFile,
  type Provider,
  type Resource,
  type TemplateSources,
} from '../../../generator/index.js';
import { setInputs, whereInputs } from '../../../generator/model.js';
import { PROFILES } from '../../../generator/pipeline/target.js';
import { readTemplates } from '../../../generator/read/templates.js';
import { exampleStatements } from '../../../generator/sql/example.js';
import { hasShared, SHARED, scratch } from '../../places.js';
import { body, list, map, ok, parameter, row } from '../map/given.js';

/** A statement's words that are no names. */
const KEYWORDS = new Set(
  'SELECT FROM WHERE AND INSERT INTO UPDATE REPLACE SET DELETE EXEC RETURNING JOIN ON AS'.split(' '),
);
const ALL_PROFILES: Readonly<
  Record<
    string,
    (provider: Provider, templates: TemplateSources) => readonly OutputFile[] | Promise<readonly OutputFile[]>
  >
> = {
  default: emitDocs,
};
for (const [name, { emit }] of Object.entries(PROFILES))
  Object.assign(ALL_PROFILES, {
    [name]: async (provider: Provider, sources: TemplateSources) =>
      (await emit(provider, { sources, files: [], isWanted: () => true })).files,
  });

/** The comments of a page of 2025 hold the comma or terminator of their line. */
const COMMENT = /-- ?required[;,]?(?= *\n|$)/y;
const TOKEN = new RegExp(
  [
    /\s+/, // blanks
    /"(?:[^"]|"")*"/, // a quoted name: a backslash escapes nothing in there (tried)
    /'(?:[^'\\]|''|\\[\s\S])*'/, // a literal (ENGINE E3.4)
    /\{\{ [^{}'"\\;#]+ \}\}/, // a bare placeholder
    /[A-Za-z_](?:[\w$.]|-(?!-))*/, // a keyword or bare names with dots
    /[@=,;.()*]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
);

/** The bare words of a statement but for keywords; where a token begins that no statement has, the rest of it. */
function bareWords(sql: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < sql.length; ) {
    const token = [COMMENT, TOKEN].map((each) => matchAt(each, sql, at)).find((each) => each !== undefined);
    if (token === undefined) return [...found, sql.slice(at)];
    at += token.length;
    if (token === ';' && at < sql.length) return [...found, sql.slice(at)];
    if (/^[A-Za-z_]/.test(token) && !KEYWORDS.has(token)) found.push(token);
  }
  return found;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The names that a method's statement gives: all but page tokens and what would make another method run. */
function namesOf(method: Method, sets = setInputs(method)): string[] {
  return [...new Set([...whereInputs(method), ...sets].map(({ name }) => name))].sort();
}

const HOSTILE = fc
  .array(
    fc.oneof(
      fc.constantFrom("'", '"', '\\', ';', '--', '#', '/*', '*/', '\n', '\r\n', '{{', '}}', '`', '```', '$1', '@', ','),
      fc.constantFrom(' DROP TABLE x', ' OR 1=1', 'EXEC a.b.c.d', 'limit', ' -- required', '</TabItem>', 'ü', '\u2028'),
      fc.string({ maxLength: 4 }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => `n${parts.join('')}`);

const TEXTS = fc.uniqueArray(HOSTILE, { minLength: 11, maxLength: 11, selector: (text) => text.trim().toLowerCase() });

/** A provider of every SQL verb, each text of whose inputs is one of these. */
async function hostileProvider(texts: readonly string[]): Promise<Provider> {
  const [query, must, property, inner, option, fallback, example, description, number, only, key] =
    texts as string[] & { length: 11 };
  const text = { type: 'string', description, example, default: fallback, enum: [option, fallback] };
  const inputs = [
    { ...parameter(query as string, 'query', text), description },
    { ...parameter(must as string, 'query', { type: 'string', example }), required: true },
    parameter('X-Tenant', 'header'),
  ];
  const schema = {
    type: 'object',
    required: [property],
    properties: {
      [property as string]: text,
      [number as string]: { type: 'integer' },
      [only as string]: { type: 'string', enum: [option] },
      [key as string]: {
        type: 'object',
        properties: { [inner as string]: text, [query as string]: { type: 'array' } },
      },
    },
  };
  const answers = { responses: ok(row) };
  const { provider } = await map({
    '/things': {
      get: { operationId: 'listThings', parameters: inputs, responses: ok(list) },
      post: { operationId: 'createThing', parameters: inputs, ...answers, ...body(schema) },
    },
    '/things/{id}': {
      get: { operationId: 'getThing', ...answers },
      patch: { operationId: 'updateThing', parameters: inputs, ...answers, ...body(schema) },
      put: { operationId: 'replaceThing', parameters: inputs, ...answers, ...body(schema) },
      delete: { operationId: 'deleteThing', parameters: inputs, responses: { 204: { description } } },
    },
    '/things/{id}/start': { post: { operationId: 'startThing', parameters: inputs, ...answers, ...body(schema) } },
  });
  return provider;
}

function each(provider: Provider, check: (resource: Resource, method: Method) => void): void {
  for (const { resources } of provider.services)
    for (const resource of resources) for (const method of resource.methods) check(resource, method);
}

describe('no text of a spec leaves its token', () => {
  it('in the statements of every verb', async () => {
    await fc.assert(
      fc.asyncProperty(TEXTS, async (texts) => {
        const provider = await hostileProvider(texts);
        let count = 0;
        each(provider, (resource, method) => {
          for (const { sql } of exampleStatements(resource, method, provider.objects)) {
            count++;
            expect(strayWords(sql, resource, texts), sql).toEqual([]);
            const [read, ...more] = readLoosely(sql);
            expect([more, read?.broken, read?.swallowed], sql).toEqual([[], undefined, []]);
            const given = [...new Set(read?.inputs.map(({ name }) => name))].sort();
            expect(given, sql).toEqual(namesOf(method));
          }
        });
        expect(count).toBeGreaterThanOrEqual(6);
      }),
      { numRuns: 60 },
    );
  });

  it.each(Object.keys(ALL_PROFILES))('on the pages of the profile %s', async (profile) => {
    const templates = readTemplates(profile);
    await fc.assert(
      fc.asyncProperty(TEXTS, async (texts) => {
        const provider = await hostileProvider(texts);
        expect(await pageWords(profile, provider, templates, texts)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it
    .skipIf(!hasShared)
    .each([1, 2, 3, 4, 5].flatMap((number) => Object.keys(ALL_PROFILES).map((profile) => [number, profile] as const)))(
    'payload %i, profile %s (needs ../shared)',
    async (number, profile) => {
      const spec = path.join(SHARED, `cases/hostile/sql-inject-${number}.json`);
      const config = path.join(scratch(), 'p.config.yaml');
      writeFileSync(config, `provider: p\nspecs: [${JSON.stringify(spec)}]\n`);
      const { provider } = await mapSource(config);
      expect(await pageWords(profile, provider, readTemplates(profile), ['n'])).toEqual([]);
    },
  );
});

/** The bare words in the statements of a resource that are none of its names. */
function strayWords(sql: string, { id, methods }: Resource, texts: readonly string[]): string[] {
  const names = new Set(['id', 'name', 'X-Tenant', id, ...methods.map(({ name }) => `${id}.${name}`)]);
  for (const text of texts) names.add(text).add(`data__${text}`);
  return bareWords(sql).filter((word) => !names.has(word));
}

/** The same for the statements in the fences of the pages of all resources. */
async function pageWords(
  profile: string,
  provider: Provider,
  templates: TemplateSources,
  texts: readonly string[],
): Promise<string[]> {
  const files = (await ALL_PROFILES[profile]?.(provider, templates)) ?? [];
  const pages = files.filter(({ path: file }) => /services\/\w+\/\w+\/index\.md$/.test(file));
  const statements = pages.flatMap(({ text }) =>
    [...text.matchAll(/^(`{3,})sql\n([\s\S]*?)\n\1$/gm)].map(([, , sql = '']) => sql),
  );
  const resources = provider.services.flatMap(({ resources }) => resources);
  expect(statements.length).toBeGreaterThanOrEqual(resources.flatMap(({ methods }) => methods).length);
  const named: Resource = { ...(resources[0] as Resource), methods: resources.flatMap(({ methods }) => methods) };
  return statements.flatMap((sql) => strayWords(sql, named, texts));
}

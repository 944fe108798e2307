import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli.js';
import { scratch } from '../places.js';
import { hasChromium, measurePages, openEverything, PHONE, startBrowser, visitor } from './browser.js';
import { buildSite, checkLinks, figures, pagesOf, type Site } from './site.js';

/**
 * A spec that attacks the site which is made from it: every text in it is code for one of the languages on its way
 * (MDX, JavaScript, HTML, YAML, Markdown). It must build, run nothing and show what is written.
 */
let bait: Server;
let baited = 0;
let site: Site;
let texts: Map<string, string>;
let errors: string[];

/** What must be readable as it is, wherever it was written. */
let fragments: string[];

/** A text of many lines between two marks, by which it is found again. */
function attack(place: string): string {
  return [
    `«${place}`,
    ...fragments,
    '',
    "import x from 'fs'",
    'export const a = 1',
    '',
    '---',
    'title: x',
    '---',
    '',
    ':::danger',
    'stay calm',
    ':::',
    '',
    '<!-- a comment -->',
    '',
    '`one` ``two`` ```three``` ````four```` `````five````` ``````six``````, ` lone `` lone ``` lone ```` lone',
    '',
    '[link](javascript:window.hacked=3) ![image](http://127.0.0.1:9/image.png)',
    'left \u202eright\u202c \u200flast',
    `${place}»`,
  ].join('\n');
}

/** The same on one line, as names and values are. */
function attackLine(place: string): string {
  return `«${place} ${fragments.join(' ')} ---  title: x  ::: \` \`\`\` ${place}»`;
}

/** A short value for each fragment: long ones are cut on a page. */
function attackValues(place: string): string[] {
  return fragments.map((fragment) => `«${place} ${fragment} ${place}»`);
}

function spec(): object {
  const text = attack;
  const line = attackLine;
  const schema = {
    type: 'object',
    title: line('schema-title'),
    description: text('schema-description'),
    properties: {
      id: { type: 'string', description: text('field-description'), example: line('field-example') },
      state: {
        type: 'string',
        description: 'its state',
        enum: ['on', ...attackValues('field-enum')],
        default: line('field-default'),
      },
      long: { type: 'string', description: `«long-line ${'{process.exit(1)} <b> `'.repeat(5000)} long-line»` },
      word: { type: 'string', description: `«long-word ${'x'.repeat(100_000)} long-word»` },
      parts: {
        type: 'object',
        title: line('nested-title'),
        description: text('nested-description'),
        properties: {
          inner: { type: 'string', description: text('inner-description') },
          '{process.exit(1)}': { type: 'string' },
          '</details>': { type: 'string' },
        },
      },
      '<script>window.hacked=4</script>': { type: 'string', description: text('odd-name-description') },
      "{fetch('/x')}": { type: 'string' },
    },
  };
  const answer = (content: object) => ({
    '200': { description: text('answer-description'), content: { 'application/json': { schema: content } } },
  });
  return {
    openapi: '3.0.3',
    info: { title: line('info-title'), description: text('info-description'), version: '1' },
    servers: [
      {
        url: 'https://{region}.example.com',
        description: text('server-description'),
        variables: {
          region: {
            default: 'eu',
            enum: ['eu', ...attackValues('variable-enum')],
            description: text('variable-description'),
          },
        },
      },
    ],
    tags: [{ name: '<Tag> {x}', description: text('tag-description') }],
    security: [{ key: [] }],
    paths: {
      '/things': {
        get: {
          operationId: 'listThings',
          tags: ['<Tag> {x}'],
          summary: line('list-summary'),
          description: text('list-description'),
          parameters: [
            {
              name: 'state',
              in: 'query',
              description: text('parameter-description'),
              schema: {
                type: 'string',
                enum: ['on', ...attackValues('parameter-enum')],
                default: line('parameter-default'),
              },
              example: line('parameter-example'),
            },
            {
              name: '<img src=x onerror=window.hacked=5>',
              in: 'query',
              description: text('odd-parameter-description'),
              schema: { type: 'string' },
            },
          ],
          responses: answer({ type: 'array', items: { $ref: '#/components/schemas/Thing' } }),
        },
        post: {
          operationId: 'createThing',
          tags: ['<Tag> {x}'],
          summary: line('create-summary'),
          description: text('create-description'),
          requestBody: {
            description: text('body-description'),
            content: {
              'application/json': {
                schema: { $ref: '#/components/schemas/Thing' },
                example: { id: line('body-example') },
              },
            },
          },
          responses: answer({ $ref: '#/components/schemas/Thing' }),
        },
      },
      '/things/{thingId}': {
        parameters: [
          {
            name: 'thingId',
            in: 'path',
            required: true,
            description: text('path-description'),
            schema: { type: 'string' },
            example: line('path-example'),
          },
        ],
        get: {
          operationId: 'getThing',
          tags: ['<Tag> {x}'],
          summary: line('get-summary'),
          responses: answer({ $ref: '#/components/schemas/Thing' }),
        },
        delete: {
          operationId: 'deleteThing',
          tags: ['<Tag> {x}'],
          deprecated: true,
          description: text('delete-description'),
          responses: { '204': { description: 'gone' } },
        },
      },
      '/things/{thingId}/start': {
        parameters: [{ name: 'thingId', in: 'path', required: true, schema: { type: 'string' } }],
        post: {
          operationId: 'startThing',
          tags: ['<Tag> {x}'],
          description: text('start-description'),
          responses: answer({ $ref: '#/components/schemas/Thing' }),
        },
      },
    },
    components: {
      schemas: { Thing: schema },
      securitySchemes: {
        key: { type: 'apiKey', in: 'header', name: 'X-Key', description: text('security-description') },
      },
    },
  };
}

function config(): object {
  return {
    provider: 'hostile',
    title: attackLine('config-title'),
    specs: ['hostile.json'],
    docs: { description: attack('config-description') },
  };
}

beforeAll(async () => {
  bait = createServer((_, response) => {
    baited++;
    response.end();
  });
  await new Promise<void>((done) => bait.listen(0, '127.0.0.1', done));
  const port = (bait.address() as AddressInfo).port;
  fragments = [
    '{process.exit(1)}',
    `{fetch('http://127.0.0.1:${port}/x')}`,
    '<script>window.hacked=1</script>',
    '<img src=x onerror=window.hacked=2>',
    '</TabItem>',
    '</td></table>',
    `$${'{process.exit(1)}'}`,
    '{/* comment */}',
    '<Tabs>',
    '{{ mustache }}',
    'https://cut.exam…',
    '\'}]} "quotes" \\u0061',
  ];
  const folder = scratch();
  mkdirSync(path.join(folder, 'spec'));
  writeFileSync(path.join(folder, 'spec/hostile.json'), JSON.stringify(spec()));
  writeFileSync(path.join(folder, 'spec/hostile.config.yaml'), JSON.stringify(config()));
  const made = await runCli(['generate', '--config', 'spec/hostile.config.yaml', '--out', 'out', '--no-stubs'], {
    cwd: folder,
  });
  if (made.status !== 0) throw new Error(made.stderr);
  site = await buildSite(path.join(folder, 'out/docs'));
  console.log(figures('hostile site', site));
});
afterAll(() => {
  site?.close();
  bait?.close();
});

it('builds, and no link in it is dead', async () => {
  const { dead } = await checkLinks(site);
  expect(dead).toEqual([]);
});

describe.skipIf(!hasChromium)('in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  it('runs nothing', async () => {
    const { context, seen } = await visitor(browser, site.url, { viewport: PHONE });
    const page = await context.newPage();
    texts = new Map();
    for (const { path: where } of pagesOf(site)) {
      await page.goto(site.url + where);
      await page.locator('h1').first().waitFor();
      await openEverything(page);
      expect(await page.evaluate('window.hacked'), where).toBeUndefined();
      expect(
        await page.evaluate(
          'document.querySelectorAll("a[href^=javascript], .markdown img, .markdown script, .markdown iframe").length',
        ),
        where,
      ).toBe(0);
      expect(
        await page.evaluate('document.documentElement.scrollWidth'),
        `${where} scrolls sideways`,
      ).toBeLessThanOrEqual(PHONE.width);
      texts.set(where, ((await page.locator('body').textContent()) ?? '').replace(/\s+/g, ' '));
    }
    const places = [...new Set(JSON.stringify([spec(), config()]).match(/(?<=«)[\w-]+/g))];
    const absent = places.filter((place) => ![...texts.values()].some((text) => text.includes(`«${place}`)));
    console.log(
      `hostile site: texts of ${places.length - absent.length} places are shown; on no page: ${absent.join(', ')}`,
    );
    errors = seen.filter((event) => event.startsWith('console: '));
    expect(seen.filter((event) => !errors.includes(event))).toEqual([]);
    expect([...texts.values()].filter((text) => text.includes('stay calm') && !text.includes(':::danger'))).toEqual([]);
    expect(baited, 'requests made while building or reading').toBe(0);
  });

  it('begins every page of a resource with a statement, within the first screen of a phone', async () => {
    const resources = pagesOf(site).flatMap(({ path }) => (/^\/services\/[^/]+\/[^/]+\/$/.test(path) ? [path] : []));
    const measured = await measurePages(browser, site.url, resources, PHONE);
    expect(measured.length).toBeGreaterThan(0);
    for (const { path, statement } of measured) expect(statement ?? Infinity, path).toBeLessThan(PHONE.height);
  });

  const between = (place: string) =>
    [...texts.values()].flatMap((text) =>
      [...text.matchAll(new RegExp(`«${place} (.*?) ${place}»`, 'g'))].map(([, shown]) => shown ?? ''),
    );

  it.each([
    ...[
      'config-description',
      'tag-description',
      'variable-description',
      'list-description',
      'create-description',
      'delete-description',
    ],
    ...[
      'start-description',
      'parameter-description',
      'odd-parameter-description',
      'path-description',
      'field-description',
      'odd-name-description',
    ],
    ...['nested-description', 'inner-description'],
  ])('shows what is written: %s', (place) => {
    const lines = [
      "import x from 'fs'",
      'export const a = 1',
      'title: x',
      ':::danger',
      'stay calm',
      '<!-- a comment -->',
      'one',
      'six',
      'lone',
      'link',
    ];
    expect(between(place), 'on no page').not.toEqual([]);
    // Images, and what is left of tables, are left out of texts.
    const kept = fragments.filter((part) => !/^<(img|\/td)/.test(part));
    expect(kept.length).toBe(fragments.length - 2);
    for (const shown of between(place))
      for (const part of [...kept, ...lines]) expect(shown).toContain(part.replace(/\s+/g, ' '));
  });

  it.each(['field-enum', 'parameter-enum'])('shows what is written: %s', (place) => {
    expect(between(place)).toEqual(expect.arrayContaining(fragments));
  });

  it.each(['config-title', 'parameter-default', 'parameter-example', 'field-default', 'field-example'])(
    'shows what is written, cut where it is long: %s',
    (place) => {
      const written = attackLine(place).replace(/\s+/g, ' ');
      const shown = [...texts.values()].flatMap((text) =>
        [...text.matchAll(new RegExp(`«${place}.{${written.length - place.length - 1}}`, 'g'))].map(([line]) => line),
      );
      expect(shown, 'on no page').not.toEqual([]);
      for (const line of shown)
        expect(written.startsWith(line.split('…')[0] ?? '') && line.indexOf('…') !== 0, line).toBe(true);
    },
  );
});

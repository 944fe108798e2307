import { compile } from '@mdx-js/mdx';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generate } from '../../generator/index.js';
import { longStatements, shortStatement } from '../../generator/sql/example.js';
import { CONFIG } from '../places.js';

const { provider, files } = await generate(CONFIG);
const pages = files.filter(({ path: file }) => /^docs\/services\/.*\.md$/.test(file));
const textOf = (wanted: string) => files.find(({ path: file }) => file === wanted)?.text ?? '';
const page = pages.find(({ path: file }) => file.endsWith('sessions/sessions/index.md'))?.text ?? '';
const section = (heading: string) => page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

describe('every page', () => {
  it.each(pages.map(({ path: file, text }): [string, string] => [file, text]))(
    '%s: is MDX with YAML front matter, and its links lead somewhere',
    async (file, source) => {
      const [, front = '', body = ''] = source.split(/^---\n/m);
      expect(Object.keys(parse(front))).toContain('title');
      await compile(body);
      const headings = [...source.matchAll(/^## (.+)$/gm)].map(([, heading = '']) =>
        heading.replaceAll('`', '').toLowerCase().replaceAll(' ', '-'),
      );
      const anchors = new Set([...headings, ...[...source.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)]);
      for (const [, tab, anchor] of source.matchAll(/(?:href="|\]\()(?:\?(\w+=\w+))?#([^")]+)[")]/g)) {
        expect(anchors, `#${anchor}`).toContain(anchor);
        if (tab) expect(source).toContain(`queryString="${tab.split('=')[0]}"`);
        if (tab) expect(source).toContain(`<TabItem value="${tab.split('=')[1]}">`);
      }
      for (const [, link = ''] of source.matchAll(/\]\((\.\/[^)]+)\)/g))
        expect(pages.map((other) => other.path)).toContain(`${file.replace(/index\.md$/, '')}${link.slice(2)}`);
    },
  );
});

describe('the resource page', () => {
  const resource = provider.services[0]?.resources[0];
  const short = resource?.methods.map((method) => shortStatement(resource, method, provider.objects)) ?? [];

  it('prints the statements of every method, the short one first, and no other', () => {
    const printed = [...page.matchAll(/```sql\n([\s\S]*?)\n```/g)].map(([, sql]) => sql);
    const long = resource?.methods.map((method) => longStatements(resource, method, provider.objects)) ?? [];
    const tabs = short.flatMap((sql, index) => [sql, ...(long[index]?.map((each) => each.sql) ?? [])]);
    expect(printed).toEqual([short[0], ...tabs]);
  });

  it('begins with a sentence and a statement, before any heading', () => {
    const [, , body = ''] = page.split(/^---\n/m);
    const beginning = body.split('\n## ')[0] ?? '';
    expect(beginning).toContain('Retrieves Session information for the current user.\n');
    expect(beginning).toContain(
      "SELECT\nid,\nlogin,\nstatus,\ncreatedAt,\nexpiresAt\nFROM okta.sessions.sessions\nWHERE subdomain = 'my-org'\n;",
    );
  });

  it('keeps the headings of the published page', () => {
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'Overview',
      'Methods',
      'Fields',
      'Parameters',
      '`SELECT` examples',
      '`INSERT` examples',
      '`DELETE` examples',
      'Lifecycle Methods',
    ]);
  });

  it.each([
    ['get_session', "WHERE subdomain = 'my-org'\nAND sessionId = '{{ sessionId }}'\n;"],
    [
      'revoke_session',
      "DELETE FROM okta.sessions.sessions\nWHERE subdomain = 'my-org'\nAND sessionId = '{{ sessionId }}'\n;",
    ],
    [
      'refresh_session',
      "EXEC okta.sessions.sessions.refresh_session\n@subdomain='my-org',\n@sessionId='{{ sessionId }}'\n;",
    ],
    ['create_session', 'INSERT INTO okta.sessions.sessions (\nsessionToken,\nsubdomain\n)'],
  ])('%s names what it needs', (_name, sql) => expect(page).toContain(sql));

  it('has none of the published page\u2019s defects', () => {
    expect(page).not.toContain('data__');
    expect(page).not.toContain('&gt; **Note');
    expect(page).not.toContain('\nSuccess\n');
    expect(page).not.toMatch(/--.*;/);
    expect(page).toContain('<blockquote><p><strong>Note&#58;</strong> This operation requires');
    expect(section('Parameters')).toContain('<tr id="parameter-sessionId">');
  });

  it('shows what objects hold, and each field has a place of its own', () => {
    expect(page).toContain('<li id="field-get_current_session-_links-self-href">');
    const anchors = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(anchors).size).toBe(anchors.length);
  });

  it('has a manifest that is valid YAML', () => {
    const yaml = page.match(/```yaml\n([\s\S]*?)```/)?.[1] ?? '';
    expect(parse(yaml)).toEqual([
      {
        name: 'sessions',
        props: [
          { name: 'subdomain', value: 'string', description: expect.any(String) },
          { name: 'sessionToken', value: 'string', description: 'The session token obtained during authentication' },
        ],
      },
    ]);
  });
});

describe('beside the pages', () => {
  it('the plain pages and the catalogue have the same statements', () => {
    const printed = new Set([...page.matchAll(/```sql\n([\s\S]*?)\n```/g)].map(([, sql]) => sql));
    const plain = [...textOf('docs/static/services/sessions/sessions.md').matchAll(/~~~sql\n([\s\S]*?)\n~~~/g)].map(
      ([, sql]) => sql,
    );
    expect(plain).toHaveLength(7);
    for (const sql of plain) expect(printed).toContain(sql);
    const { services } = JSON.parse(textOf('docs/static/catalog.json')) as {
      services: { resources: { page: string; methods: { example: string; statements: { sql: string }[] }[] }[] }[];
    };
    const [resource] = services.flatMap(({ resources }) => resources);
    expect(resource?.methods.map(({ example }) => example)).toEqual(plain);
    expect(resource?.methods).toHaveLength(7);
    expect(resource?.page).toBe('services/sessions/sessions/');
  });

  it('llms.txt names the catalogue and every plain page, and nothing else', () => {
    const links = [...textOf('docs/static/llms.txt').matchAll(/\]\(([^)]+)\)/g)].map(
      ([, link]) => `docs/static/${link}`,
    );
    const pages = files.flatMap(({ path: file }) => (/^docs\/static\/.*\.md$/.test(file) ? [file] : []));
    expect(links).toEqual(['docs/static/catalog.json', ...pages]);
  });

  it('each service has its part of the catalogue', () => {
    const whole = JSON.parse(textOf('docs/static/catalog.json'));
    const own = JSON.parse(textOf('docs/static/services/sessions/catalog.json'));
    expect(own).toEqual({ ...whole, services: [whole.services[0]] });
  });

  it('the page of all methods has a row for each, which leads to its tab', () => {
    const all = textOf('docs/services/methods.md');
    const rows = [...all.matchAll(/<tr><td><a href="\.\.\/services\/sessions\/sessions\/([^"]+)">/g)];
    expect(rows).toHaveLength(7);
    for (const [, href] of rows) expect(page).toContain(`href="${href}"`);
  });
});

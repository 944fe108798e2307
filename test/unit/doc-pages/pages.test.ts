import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentedResources } from '../../../generator/doc-pages/resources.js';
import { hasShared, ROOT, SHARED } from '../../places.js';

const page = (file: string) => documentedResources([{ path: 'index.md', text: readFileSync(file, 'utf8') }], 'okta')[0];
const METHODS = [
  'get_current_session',
  'get_session',
  'create_session',
  'close_current_session',
  'revoke_session',
  'refresh_current_session',
  'refresh_session',
];

describe('a page', () => {
  const read = page(path.join(ROOT, 'docs/services/sessions/sessions/index.md'));
  it('says which resource it is of', () => expect([read?.service, read?.resource]).toEqual(['sessions', 'sessions']));
  it('has a statement for every method, with its line', () => {
    expect([...new Set(read?.statements.map(({ method }) => method))]).toEqual(METHODS);
    const lines = readFileSync(path.join(ROOT, 'docs/services/sessions/sessions/index.md'), 'utf8').split('\n');
    for (const { line, sql } of read?.statements ?? []) expect(lines[line - 1]).toBe(sql.split('\n')[0]);
  });
  it('has tables of methods and fields', () => {
    expect([...(read?.methods.keys() ?? [])]).toEqual(METHODS);
    expect(read?.methods.get('revoke_session')).toEqual({ verb: 'delete', required: ['subdomain', 'sessionId'] });
    expect([...(read?.fields.keys() ?? [])]).toEqual(['get_current_session', 'get_session']);
    expect(read?.fields.get('get_session')).toContain('_links');
  });
  it.skipIf(!hasShared)('of September 2025 is read, too (needs ../shared)', () => {
    const old = page(path.join(SHARED, 'seed/okta-sessions-page.md'));
    expect(old?.statements.map(({ method }) => method)).toEqual(METHODS);
    expect(old?.methods.get('revoke_session')).toEqual({ verb: 'delete', required: ['subdomain'] });
    expect(old?.fields.get('get_session')).toHaveLength(11);
  });
});

describe('pages', () => {
  const of = (text: string) =>
    documentedResources([{ path: 'a.md', text: `<CopyableCode code="p.s.r" />\n${text}` }], 'p')[0];
  it.each([
    ['a statement outside a tab names its method', '```sql\nEXEC p.s.r.go;\n```', ['go']],
    [
      'other fences and statements are none',
      '<TabItem value="a">\n```yaml\nx: 1\n```\n```sql\nREGISTRY PULL p;\n```\n```sql\nSELECT * FROM p.s.r;\n' +
        '```\n</TabItem>',
      ['a', 'a'],
    ],
    [
      'what a fence of another language quotes is no part of the page',
      '<TabItem value="a">\n`````yaml\nx: |\n  ````sql\n  SELECT id FROM p.s.r;\n  ````\n`````\n' +
        '```sql\nSELECT * FROM p.s.r;\n```\n</TabItem>',
      ['a'],
    ],
    [
      'a section names the method, and the same statement in its tab is no other',
      '<section data-method="a">\n\n```sql\nSELECT * FROM p.s.r;\n```\n\n</section>\n```sql\nSELECT 1;\n```\n' +
        '<TabItem value="a">\n```sql\nSELECT * FROM p.s.r;\n```\n```sql\nSELECT id FROM p.s.r;\n```\n</TabItem>',
      ['a', 'a'],
    ],
    ['a fence of four', '<TabItem value="a">\n````sql\nSELECT * FROM p.s.r -- ```\n````\n</TabItem>', ['a']],
  ])('%s', (_name, text, want) => expect(of(text)?.statements.map(({ method }) => method)).toEqual(want));

  it('a limit is named in the tab of a method without a statement', () => {
    const text =
      '<TabItem value="a">\nNot through SQL: `body-array`.\n</TabItem>\n<TabItem value="b">\n' +
      '<code>body-map</code>\n```sql\nSELECT * FROM p.s.r;\n```\n</TabItem>\n<TabItem value="c">\n`no-such-limit`\n' +
      '</TabItem>';
    expect([...(of(text)?.limits ?? [])]).toEqual([['a', 'body-array']]);
  });
  it('the input that moves the one page which is read', () => {
    const text =
      '<TabItem value="a">\n```sql\nSELECT * FROM p.s.r;\n```\n' +
      '<ul><li>Reads one page only: <code>starting&#95;after</code> moves it.</li></ul>\n</TabItem>';
    expect([...(of(text)?.onePages ?? [])]).toEqual([['a', 'starting_after']]);
  });
  it('a table in a description is not the table of fields', () => {
    const text =
      '## Fields\n<TabItem value="a">\n<tr>\n    <td><CopyableCode code="id" /></td>\n' +
      '    <td><code>string</code></td>\n    <td><table><tr><td><code>NOT_A_COLUMN</code></td></tr></table></td>\n' +
      '</tr>\n</TabItem>\n```sql\nEXEC p.s.r.a;\n```';
    expect(of(text)?.fields.get('a')).toEqual(['id']);
  });
  it('fields that are those of another method are read', () => {
    const text =
      '## Fields\n<TabItem value="get_it">\n<tr>\n    <td><CopyableCode code="id" /></td>\n</tr>\n</TabItem>\n' +
      '<TabItem value="b">\nThe same fields as <a href="#x"><code>get&#95;it</code></a>.\n</TabItem>\n' +
      '```sql\nEXEC p.s.r.a;\n```';
    expect(of(text)?.fields.get('b')).toEqual(['id']);
  });
  it('entities in names are read', () => {
    const text =
      '## Fields\n<TabItem value="a">\n<tr>\n    <td><CopyableCode code="x5t&#35;S256" /></td>\n</tr>\n' +
      '</TabItem>\n```sql\nEXEC p.s.r.a;\n```';
    expect(of(text)?.fields.get('a')).toEqual(['x5t#S256']);
  });
});

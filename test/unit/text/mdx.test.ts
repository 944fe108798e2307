import { evaluate } from '@mdx-js/mdx';
import fc from 'fast-check';
import { createElement } from 'react';
import * as runtime from 'react/jsx-runtime';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { attribute, fence, markdown, parsedMarkdown, text } from '../../../generator/text/mdx.js';
import { series } from '../../places.js';

/** What a reader sees of an MDX source. */
async function rendered(mdx: string): Promise<string> {
  const { default: Page } = await evaluate(mdx, runtime);
  const html = renderToStaticMarkup(createElement(Page));
  return html;
}

const visible = (html: string) =>
  html
    .replace(/<[^>]+>/g, '')
    .replace(/&#x27;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');

const HOSTILE = [
  '{id}',
  '{process.exit()}',
  '<br>',
  '<https://example.com>',
  'Array<string>',
  '<!-- comment -->',
  'import fs from "fs"',
  'export const x = 1',
  '# heading',
  '- item',
  '1. item',
  '> quote',
  '`code`',
  '**bold** _em_ ~~del~~',
  '[a](javascript:alert(1))',
  ':::danger',
  '| a | b |',
  '---',
  'www.example.com and a@b.c and https://e.com',
  '<script>alert(1)</script>',
  'a\\{b\\}',
  '&amp; &#123;',
  '\u2028import x',
];

describe('text from a spec is shown as written', () => {
  it.each(HOSTILE)('%s: in a paragraph', async (given) => {
    expect(visible(await rendered(text(given)))).toBe(given.replaceAll('\u2028', ' '));
  });
  it.each(HOSTILE)('%s: in a table cell', async (given) => {
    expect(
      visible(await rendered(`<table><tbody>\n<tr>\n    <td>${text(given)}</td>\n</tr>\n</tbody></table>`)).trim(),
    ).toBe(given.replaceAll('\u2028', ' ').trim());
  });
  it.each(HOSTILE)('%s: in an attribute', async (given) => {
    expect(await rendered(`<i title="${attribute(given)}" />`)).toContain('<i title=');
  });
  it.each(HOSTILE)('%s: as Markdown it compiles and runs nothing', async (given) => {
    expect(await rendered(markdown(given))).not.toMatch(/<script|javascript:/);
  });
});

describe('Markdown from a spec', () => {
  it.each([
    ['a paragraph', 'Plain **bold** text', 'Plain <strong>bold</strong> text'],
    ['a quote', 'One\n\n> **Note:** two', '<p>One</p><blockquote><p><strong>Note&#58;</strong> two</p></blockquote>'],
    ['a link to the web', 'see [here](https://e.com/a_b)', 'see <a href="https://e.com/a_b">here</a>'],
    ['a link to nowhere', 'see [here](/openapi/x)', 'see here'],
    ['code with braces', 'path `/a/{id}`', 'path <code>/a/&#123;id&#125;</code>'],
    [
      'a table',
      '|a|b|\n|-|-|\n|1|2|',
      '<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>',
    ],
    ['a list', '- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['nothing', '', ''],
  ])('%s', async (_name, given, want) => {
    expect(markdown(given)).toBe(want);
    await rendered(markdown(given));
  });
});

it('a fence outlasts the backticks in its content', () =>
  expect(fence('sql', 'a\n```\nb\n')).toBe('````sql\na\n```\nb\n````'));

it('the short way for plain text, and without the extensions, writes what the whole parser would', () => {
  const pieces = [
    '\n',
    '\n> ',
    '\n\n',
    '\t',
    ' ',
    '  ',
    'é',
    '|',
    '\n- | -',
    '`a b`',
    '<!-- -->',
    ...(
      'a Be . : 1 - = + % " / // www. WWW. http https:// ( ) ; ? $ ^ \' , * # ` `` `x` `a_b{c}` _ a_b < & ~ ! [ ] @ ' +
      '> ** **B:** **b **B** \\ [^a] [x] &#64; &commat; a@b.cc [a_b](/x) [x](https://e.com/a_b#c) [Y.](#z) :- ~~a~~ ' +
      '[x](https://e.com/?a=b&lt=c!d) (https://e.com) <a> c**'
    ).split(' '),
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), (parts) => {
      const source = parts.join('');
      const whole = parsedMarkdown(source, true);
      expect(parsedMarkdown(source)).toBe(whole);
      expect(markdown(source)).toBe(whole);
    }),
    { numRuns: series(500, 5_000) },
  );
});

import { describe, expect, it } from 'vitest';
import { emitAgentPages, emitDocs } from '../../../../generator/emit/docs/default.js';
import { readTemplates } from '../../../../generator/read/templates.js';
import { reportOf, reportText } from '../../../../generator/report/report.js';
import { methodsOf, ok, map as read } from '../given.js';

const text = { type: 'string' };
const integer = { type: 'integer' };
const object = (properties: object) => ({ type: 'object', properties });
const list = { type: 'array', items: object({ id: text, label: text }) };
const query = (name: string, schema: object = text, more: object = {}) => ({ name, in: 'query', schema, ...more });

const links = { next: text, previous: text };

/** How the engine gets the next page: `from → to`, with the algorithm where it is not the usual one. */
async function pagingOf(parameters: readonly object[], response: object): Promise<string | undefined> {
  const { provider } = await read({
    '/things': { get: { operationId: 'listThings', parameters, responses: ok(response) } },
  });
  const pagination = methodsOf(provider)[0]?.pagination;
  if (!pagination) return undefined;
  const { requestToken, responseToken, responseTerminator, algorithm } = pagination;
  const end = responseTerminator ? ` until ${responseTerminator.key}` : '';
  return `${algorithm ? `${algorithm} ` : ''}${responseToken.key} → ${requestToken.key || 'the URL'}${end}`;
}

type Row = readonly [name: string, parameters: readonly object[], response: object, want: string | undefined];

describe('where the next page is', () => {
  it.each<Row>([
    [
      'a token beside the rows',
      [query('page_token')],
      object({ things: list, next_page_token: text }),
      '$.next_page_token → page_token',
    ],
    [
      'a token of the same name',
      [query('continuation_token')],
      object({ things: list, continuation_token: text }),
      '$.continuation_token → continuation_token',
    ],
    [
      'a token in an object',
      [query('cursor')],
      object({ things: list, response_metadata: object({ next_cursor: text }) }),
      '$.response_metadata.next_cursor → cursor',
    ],
    [
      'Kubernetes',
      [query('continue'), query('limit', integer)],
      object({ items: list, metadata: object({ continue: text }) }),
      '$.metadata.continue → continue',
    ],
    [
      'a cursor whose description links to the documentation',
      [query('cursor')],
      object({ things: list, cursor: { ...text, description: 'See [Pages](https://docs.example.com/pages).' } }),
      '$.cursor → cursor',
    ],
    [
      'an opaque offset, called next',
      [query('offset'), query('limit', integer)],
      object({ things: list, next_offset: text }),
      '$.next_offset → offset',
    ],
    [
      'an opaque offset in the next page',
      [query('offset'), query('limit', integer)],
      object({ data: list, next_page: object({ offset: text, path: text }) }),
      '$.next_page.offset → offset',
    ],
    [
      'the URI of the next page goes before its offset',
      [query('offset')],
      object({ data: list, next_page: object({ offset: text, uri: { ...text, format: 'uri' } }) }),
      '$.next_page.uri → the URL',
    ],
    [
      'OData',
      [query('$skip', integer), query('$top', integer)],
      object({ value: list, '@odata.nextLink': text }),
      '$["@odata.nextLink"] → the URL',
    ],
    [
      'HAL',
      [query('limit', integer)],
      object({ _embedded: object({ things: list }), _links: object({ next: object({ href: text }) }) }),
      '$._links.next.href → the URL',
    ],
    ['JSON:API', [query('page[cursor]')], object({ data: list, links: object(links) }), '$.links.next → the URL'],
    [
      'next beside previous',
      [query('page', integer)],
      object({ data: list, paging: object(links) }),
      '$.paging.next → the URL',
    ],
    [
      'next where no input could take a token',
      [query('offset', integer)],
      object({ results: list, metadata: object({ next: text, count: integer }) }),
      '$.metadata.next → the URL',
    ],
    [
      'a page number and the number of pages',
      [query('page', integer)],
      object({ items: list, page: integer, pages: integer }),
      'page_number $.page → page until $.pages',
    ],
    [
      'Spring',
      [query('page', integer), query('size', integer)],
      object({ content: list, number: integer, totalPages: integer }),
      'page_number $.number → page until $.totalPages',
    ],
    [
      'a number offset',
      [query('offset', integer), query('limit', integer)],
      object({ things: list, offset: integer, total: integer }),
      undefined,
    ],
    [
      'a token that has to be given',
      [query('cursor', text, { required: true })],
      object({ things: list, next_cursor: text }),
      undefined,
    ],
    ['no paging', [query('filter')], object({ things: list }), undefined],
  ])('%s', async (_name, parameters, response, want) => {
    expect(await pagingOf(parameters, response)).toBe(want);
  });
});

describe('what moves the page where the engine cannot', () => {
  it.each<readonly [string, readonly object[], object, string | undefined]>([
    ['an offset', [query('offset', integer), query('limit', integer)], list, 'offset'],
    ['a page number without an end', [query('page', integer)], object({ things: list }), 'page'],
    [
      'an id to start after',
      [query('starting_after')],
      object({ data: list, has_more: { type: 'boolean' } }),
      'starting_after',
    ],
    ['followed by the engine', [query('cursor')], object({ things: list, next_cursor: text }), undefined],
    ['no paging', [query('filter')], object({ things: list }), undefined],
  ])('%s', async (_name, parameters, response, want) => {
    const { provider } = await read({
      '/things': { get: { operationId: 'listThings', parameters, responses: ok(response) } },
    });
    expect(methodsOf(provider)[0]?.onePage?.parameter).toBe(want);
  });
});

it('the page, the report and the catalogue say that one page is read', async () => {
  const operation = { operationId: 'listThings', parameters: [query('offset', integer)], responses: ok(list) };
  const { provider } = await read({ '/things': { get: operation } });
  const files = [...emitDocs(provider, readTemplates('default')), ...emitAgentPages(provider)];
  const text = (end: string) => files.find(({ path }) => path.endsWith(end))?.text;
  expect(text('things/things/index.md')).toContain('Reads one page only: <code>offset</code> moves it.');
  expect(text('services/things/things.md')).toContain('one page is read, offset moves it');
  expect(text('catalog.json')).toContain('"onePage": "offset"');
  expect(reportText(reportOf(provider, []))).toContain('one page is read; offset moves it');
});

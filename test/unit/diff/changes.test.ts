import { describe, expect, it } from 'vitest';
import { type Change, changesBetween } from '../../../generator/diff/changes.js';
import { diffMarkdown, diffReport, markdown } from '../../../generator/diff/report.js';
import { providerDocuments } from '../../../generator/emit/provider.js';
import type { Provider } from '../../../generator/model.js';
import { providerOf } from '../../../generator/provider-package/to-model.js';
import { body, done, list, map, ok, type Paths, parameter, row } from '../map/given.js';

const op = (operationId: string, more: object = {}) => ({ operationId, responses: ok(row), ...more });
const things = (more: Paths = {}): Paths => ({
  '/things': { get: op('listThings', { responses: ok(list) }), post: op('createThing', body()) },
  '/things/{id}': { get: op('getThing'), delete: op('deleteThing', { responses: done }) },
  ...more,
});
const getThing = (more: object): Paths =>
  things({ '/things/{id}': { get: op('getThing', more), delete: op('deleteThing', { responses: done }) } });
const wider = { type: 'object', properties: { ...row.properties, size: { type: 'integer' } } };
const query = (name: string, more: object = {}) => ({ parameters: [{ ...parameter(name, 'query'), ...more }] });
const size = (schema: object) => getThing({ parameters: [parameter('size', 'query', schema)] });

/** As the files of a published provider say it. */
const published = (provider: Provider) =>
  providerOf(providerDocuments(provider).map(({ path: file, document }) => ({ file, value: document })));
const said = (changes: readonly Change[]) =>
  changes.map(({ class: of, kind, name, message }) => `${of} ${kind} ${name}: ${message}`);

describe('what changed', () => {
  it.each<[what: string, before: Paths, after: Paths, want: string[], config?: [object, object]]>([
    ['nothing', things(), things(), []],
    [
      'a method is gone',
      things(),
      things({ '/things/{id}': { get: op('getThing') } }),
      ['breaking method-removed p.things.things.delete_thing: gone'],
    ],
    [
      'a method is new',
      things(),
      things({ '/things/{id}/x': { get: op('getX') } }),
      ['additive method-added p.things.xes.get_x: a new SELECT method'],
    ],
    [
      'an operationId changed: SELECT names no method',
      things(),
      things({ '/things/{id}': { get: op('fetchThing'), delete: op('deleteThing', { responses: done }) } }),
      [
        'docs method-renamed p.things.things.get_thing: is things.things.fetch_thing now; no statement names ' +
          'the method',
        'docs method-operation p.things.things.get_thing: operationId was getThing, is fetchThing',
      ],
    ],
    [
      'the resource has another name',
      things(),
      things(),
      ['breaking method-renamed p.things.things.get_thing: is things.items.get_thing now'],
      [{}, { overrides: [{ operation: 'getThing', resource: 'items' }] }],
    ],
    [
      'another path',
      things({ '/v1/x': { get: op('getX') } }),
      things({ '/v2/x': { get: op('getX') } }),
      ['additive method-rerouted p.x.xes.get_x: calls GET /v2/x; it called GET /v1/x'],
    ],
    [
      'another verb',
      things(),
      things(),
      ['breaking method-verb p.things.things.delete_thing: was reached by DELETE, is by EXEC'],
      [{}, { overrides: [{ operation: 'deleteThing', verb: 'exec' }] }],
    ],
    [
      'a parameter is new',
      getThing({}),
      getThing(query('size')),
      ['additive input-added p.things.things.get_thing: query parameter size is new'],
    ],
    [
      'a required one is new',
      getThing({}),
      getThing(query('size', { required: true })),
      ['breaking input-added p.things.things.get_thing: query parameter size is new and required'],
    ],
    [
      'one is required now',
      getThing(query('size')),
      getThing(query('size', { required: true })),
      ['breaking input-required p.things.things.get_thing: query parameter size is required now'],
    ],
    [
      'one is optional now',
      getThing(query('size', { required: true })),
      getThing(query('size')),
      ['additive input-optional p.things.things.get_thing: query parameter size is optional now'],
    ],
    [
      'one is gone',
      getThing(query('size')),
      getThing({}),
      ['breaking input-removed p.things.things.get_thing: query parameter size is gone'],
    ],
    [
      'one is of another type',
      size({ type: 'string' }),
      size({ type: 'integer' }),
      ['breaking input-retyped p.things.things.get_thing: query parameter size was string, is integer'],
    ],
    [
      'one takes other values',
      size({ type: 'string', enum: ['s', 'm'] }),
      size({ type: 'string', enum: ['m', 'l'] }),
      [
        'breaking input-values p.things.things.get_thing: query parameter size no longer takes s',
        'additive input-values p.things.things.get_thing: query parameter size also takes l',
      ],
    ],
    [
      'a column is new',
      getThing({}),
      getThing({ responses: ok(wider) }),
      ['additive column-added p.things.things.get_thing: column size (integer) is new'],
    ],
    [
      'a column is gone',
      getThing({ responses: ok(wider) }),
      getThing({}),
      ['breaking column-removed p.things.things.get_thing: column size is gone'],
    ],
    [
      'a column is of another type',
      getThing({ responses: ok(wider) }),
      getThing({ responses: ok({ ...wider, properties: { ...wider.properties, size: { type: 'string' } } }) }),
      ['breaking column-retyped p.things.things.get_thing: column size was integer, is string'],
    ],
    [
      'words',
      getThing({}),
      getThing({ description: 'One thing.' }),
      ['docs method-docs p.things.things.get_thing: its description changed'],
    ],
    [
      'deprecated',
      getThing({}),
      getThing({ deprecated: true }),
      ['docs method-docs p.things.things.get_thing: is deprecated now'],
    ],
    [
      'rows are elsewhere in the answer',
      things(),
      things({
        '/things': {
          get: op('listThings', { responses: ok({ type: 'object', properties: { data: list } }) }),
          post: op('createThing', body()),
        },
      }),
      ['additive rows-moved p.things.things.list_things: rows were at the response, are at $.data'],
    ],
    [
      'lists no longer page',
      things({
        '/things': {
          get: op('listThings', { responses: ok(list, { Link: { schema: { type: 'string' } } }) }),
          post: op('createThing', body()),
        },
      }),
      things(),
      ['breaking rows-paging p.things.things.list_things: paging was by header Link, is none'],
    ],
    [
      'authentication',
      things(),
      things(),
      [
        expect.stringMatching(
          /^breaking provider-auth p: authentication was bearer A, is bearer B/,
        ) as unknown as string,
      ],
      [{ auth: { type: 'bearer', envVar: 'A' } }, { auth: { type: 'bearer', envVar: 'B' } }],
    ],
    [
      'another server is said once',
      things(),
      things(),
      ['breaking provider-server p: requests went to https://a.e.com, go to https://b.e.com'],
      [{ servers: [{ url: 'https://a.e.com' }] }, { servers: [{ url: 'https://b.e.com' }] }],
    ],
    [
      'a server variable is new',
      things(),
      things(),
      expect.arrayContaining([
        'breaking input-added p.things.things.list_things: server variable org is new and required',
      ]) as unknown as string[],
      [{}, { servers: [{ url: 'https://{org}.e.com', variables: { org: { default: 'my' } } }] }],
    ],
    [
      'a new method takes the statement of an old one',
      things({ '/things': { get: op('listThings', { responses: ok(list), ...query('color') }) } }),
      things({
        '/things': { get: op('listThings', { responses: ok(list), ...query('color') }) },
        '/colors/{color}/things': { get: op('listColored', { responses: ok(list) }) },
      }),
      [
        'breaking method-shadowed p.things.things.list_things: its documented statement now runs list_colored',
        'additive method-added p.things.things.list_colored: a new SELECT method',
      ],
      [{}, { overrides: [{ operation: 'listColored', service: 'things', resource: 'things' }] }],
    ],
  ])('%s', async (_, before, after, want, [old, now] = [{}, {}]) => {
    const [was, is] = [(await map(before, {}, old)).provider, (await map(after, {}, now)).provider];
    const changes = changesBetween(was, is);
    expect(said(changes)).toEqual(want);
    for (const { class: of, kind, statement } of changes)
      if (of === 'breaking' && !/^(provider|service)-/.test(kind)) expect(statement).toMatch(/p\.things\.things/);
      else expect(statement).toBeUndefined();
    // The files of a published provider say the same, but for the stage and what is deprecated of it.
    expect(said(changesBetween(published(was), published(is))).sort()).toEqual(said(changes).sort());
  });

  it('names of the spec are inert in Markdown, in code spans and in fences', async () => {
    const hostile = 'a`b</details>![x](y)\u001b[31m';
    const [was, is] = [(await map(getThing(query(hostile)))).provider, (await map(getThing({}))).provider];
    const text = diffMarkdown(diffReport({ label: 'old', provider: was }, { label: '**new**', provider: is }));
    expect(text).toContain('\\*\\*new\\*\\*');
    expect(text.replace(/```sql[\s\S]*```/, '')).not.toMatch(/[^\\]<\/details>!\[|\u001b/);
    expect(text).toContain('query parameter a\\`b\\</details\\>\\!\\[x\\](y)');
  });
});

it.each([
  ['a mention', 'ask @octocat', 'ask @&#8203;octocat'],
  ['a mention of a team', '(@org/team)', '(@&#8203;org/team)'],
  ['an address', 'a@example.com', 'a@&#8203;example.com'],
  ['a URL', 'see HTTPS://evil.example/x', 'see HTTPS:&#8203;//evil.example/x'],
  ['a host', 'www.evil.example', 'www&#8203;.evil.example'],
])('%s in Markdown is inert', (_, text, want) => expect(markdown(text)).toBe(want));

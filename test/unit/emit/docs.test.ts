import { describe, expect, it } from 'vitest';
import { documentedResources } from '../../../generator/doc-pages/resources.js';
import { emitDocs } from '../../../generator/emit/docs/default.js';
import { readTemplates } from '../../../generator/read/templates.js';
import { map, ok } from '../map/given.js';

async function pages(properties: object, config: object = {}) {
  const get = { operationId: 'listThings', responses: ok({ type: 'array', items: { type: 'object', properties } }) };
  const { provider } = await map({ '/things': { get } }, {}, config);
  return emitDocs(provider, readTemplates('default'));
}
const columns = (many: number) =>
  Object.fromEntries(Array.from({ length: many }, (_, index) => [`c${index}`, { type: 'string' }]));
const textOf = (files: Awaited<ReturnType<typeof pages>>, path: string) =>
  files.find((file) => file.path === path)?.text ?? '';

describe('a table of many rows', () => {
  it.each([
    [13, ''],
    [14, '4 more fields'],
    [30, '20 more fields'],
  ])('of %i columns is opened by "%s", and is read whole', async (many, summary) => {
    const files = await pages(columns(many));
    const text = textOf(files, 'docs/services/things/things/index.md');
    expect(/<summary>(\d+ more fields)<\/summary>/.exec(text)?.[1] ?? '').toBe(summary);
    const [resource] = documentedResources(files, 'p');
    expect(resource?.fields.get('list_things')?.toSorted()).toEqual(Object.keys(columns(many)).toSorted());
  });
});

describe('how to get the provider', () => {
  it.each([
    ['a registry that the config names', { docs: { registry: true } }, 'REGISTRY PULL p', 'localDocRoot'],
    ['the folder', {}, 'localDocRoot', 'REGISTRY PULL'],
  ])('is %s', async (_name, config, there, absent) => {
    const text = textOf(await pages(columns(1), config), 'docs/services/index.md');
    expect(text).toContain(there);
    expect(text).not.toContain(absent);
  });
});

const list = (name: string, parameters: object[] = [], tag = name) => ({
  get: {
    operationId: `list${name}`,
    tags: [tag],
    description: `Lists ${name}.`,
    parameters,
    responses: ok({ type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } }),
  },
});
const inPath = (name: string) => [{ name, in: 'path', required: true, schema: { type: 'string' } }];

describe('the first page', () => {
  it('lists the rows of the largest services, and verify reads each statement once', async () => {
    const { provider } = await map({
      '/bees': list('Bees'),
      '/ants': list('Ants'),
      '/ants/{ant}/legs': list('Legs', inPath('ant'), 'Ants'),
      '/cows/{cow}/milk': list('Milk', inPath('cow')),
    });
    const files = emitDocs(provider, readTemplates('default'));
    const home = textOf(files, 'docs/services/index.md');
    expect([...home.matchAll(/^FROM (.+)$/gm)].map(([, table]) => table)).toEqual(['p.ants.ants', 'p.bees.bees']);
    const statements = documentedResources(files, 'p').flatMap((each) => each.statements);
    const read = statements.filter(({ sql }) => !sql.includes('JOIN')).map(({ file, method }) => [file, method]);
    expect(read).toEqual([
      ['docs/services/bees/bees/index.md', 'list_bees'],
      ['docs/services/ants/ants/index.md', 'list_ants'],
      ['docs/services/ants/legs/index.md', 'list_legs'],
      ['docs/services/milk/milks/index.md', 'list_milk'],
    ]);
  });

  it('its statements are read when no page of their resource has them', () => {
    const text = '<section data-method="list_ants">\n\n```sql\nSELECT\nid\nFROM p.ants.ants\n;\n```\n\n</section>\n';
    const found = documentedResources([{ path: 'docs/services/index.md', text }], 'p');
    expect(found).toMatchObject([
      { service: 'ants', resource: 'ants', statements: [{ method: 'list_ants', line: 4 }] },
    ]);
  });
});

describe('a service is described by', () => {
  it.each([
    ['the tag that all have', 'Ants', 'Ants API. Long.', 'Ants API. Has ants, legs.'],
    ['the tag of its root', 'Legs', 'Ants API. Long.', 'Ants API. Has ants, legs.'],
    ['what it has, where no tag says more', 'Ants', '', 'Has ants, legs.'],
  ])('%s', async (_name, tag, description, want) => {
    const paths = { '/ants': list('Ants'), '/ants/{ant}/legs': list('Legs', inPath('ant'), tag) };
    const services = [{ match: 'ants|legs', name: 'ants' }];
    const { provider } = await map(paths, { tags: [{ name: 'Ants', description }] }, { services });
    const home = textOf(emitDocs(provider, readTemplates('default')), 'docs/services/index.md');
    expect(/<div className="about">(.*?)<\/div>/.exec(home)?.[1]).toBe(want);
  });
});

describe('a vendor’s text', () => {
  it('is folded after its first sentence where it is long', async () => {
    const files = await pages({ id: { type: 'string', description: `Names it. ${'More words. '.repeat(20)}` } });
    expect(textOf(files, 'docs/services/things/things/index.md')).toContain(
      '<td>Names it.<details className="more"><summary>more</summary>More words.',
    );
  });
});

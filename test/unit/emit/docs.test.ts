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

describe('a vendor’s text', () => {
  it('is folded after its first sentence where it is long', async () => {
    const files = await pages({ id: { type: 'string', description: `Names it. ${'More words. '.repeat(20)}` } });
    expect(textOf(files, 'docs/services/things/things/index.md')).toContain(
      '<td>Names it.<details className="more"><summary>more</summary>More words.',
    );
  });
});

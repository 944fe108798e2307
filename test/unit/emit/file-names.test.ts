import path from 'node:path';
import { expect, it } from 'vitest';
import { emitAgentPages, emitDocs } from '../../../generator/emit/docs/default.js';
import { emitDocs as emitRegistry202509 } from '../../../generator/emit/docs/registry-2025-09.js';
import { emitProvider } from '../../../generator/emit/provider.js';
import { emitStubs } from '../../../generator/emit/stubs/stubs.js';
import { readTemplates } from '../../../generator/read/templates.js';
import { list, map, ok, parameter } from '../map/given.js';

const LONG = 'l'.repeat(240);

it('no service and no resource has a file that a system cannot hold, and every link leads to its page', async () => {
  const get = (operationId: string) => ({
    get: { operationId, parameters: [parameter('q', 'query')], responses: ok(list) },
  });
  const { provider } = await map({
    '/con/aux': get('listAux'),
    '/con/items': get('listItems'),
    '/nul/com1': get('listCom1'),
    [`/${LONG}/${LONG}s`]: get('listLong'),
  });
  const pages = [...emitDocs(provider, readTemplates('default')), ...emitAgentPages(provider)];
  const files = [
    ...emitProvider(provider),
    ...pages,
    ...emitRegistry202509(provider, readTemplates('registry-2025-09')),
    ...(await emitStubs(provider, [], async () => new Map())).files,
  ];
  const services = provider.services.map(({ name }) => name);
  expect(services).toEqual(expect.arrayContaining(['con', 'nul']));
  for (const part of files.flatMap((file) => file.path.split('/'))) {
    expect(part).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
    expect(part.length).toBeLessThan(130);
  }
  const paths = new Set(files.map((file) => file.path));
  for (const { path: from, text } of pages)
    for (const [, link = '', folder = ''] of text.matchAll(/\]\((\.[^)#]*\.md)|href="(\.[^"#]*)\/"/g))
      expect(paths, `${from} → ${link}${folder}`).toContain(
        path.posix.join(path.posix.dirname(from), link || `${folder}/index.md`),
      );
  const catalogue = pages.find((file) => file.path.endsWith('/catalog.json'))?.text ?? '';
  const listed = [...catalogue.matchAll(/"page": "([^"]+)"/g)].map(([, page = '']) => page);
  expect(listed.length).toBe(provider.services.flatMap(({ resources }) => resources).length);
  for (const page of listed) expect(paths).toContain(`docs/${page}index.md`);
  const yaml = files.find((file) => file.path.endsWith('/provider.yaml'))?.text ?? '';
  for (const [, ref = ''] of yaml.matchAll(/\$ref: (\S+)/g)) expect(paths).toContain(`provider/src/${ref}`);
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { changesBetween } from '../../generator/diff/changes.js';
import { emitLock } from '../../generator/emit/lock.js';
import { generate, mapSource, type Provider } from '../../generator/index.js';
import { methodsOf } from '../../generator/model.js';
import { hasShared, SHARED, scratch } from '../places.js';

/** The whole Okta API of one release and of the next, published in between. */
describe.skipIf(!hasShared)('okta 2025.08.0 → 2026.06.3', async () => {
  const folder = scratch();
  const config = path.join(folder, 'okta.config.yaml');
  const use = (release: string) =>
    writeFileSync(
      config,
      JSON.stringify({ provider: 'okta', specs: [path.join(SHARED, `specs/okta-management-${release}.yaml`)] }),
    );
  const named = (provider: Provider) =>
    new Map(
      provider.services.flatMap(({ resources }) =>
        resources.flatMap(({ id, methods }) =>
          methods.map((m) => [`${m.http.method} ${m.http.path}`, { name: `${id}.${m.name}`, verb: m.verb }] as const),
        ),
      ),
    );
  const read = async () => {
    use('2025.08.0');
    const before = await mapSource(config);
    writeFileSync(path.join(folder, 'okta.lock.yaml'), emitLock(before.provider, 'v25.08.00001'));
    use('2026.06.3');
    return { before, after: await generate(config, { stubs: false }) };
  };
  const { before, after } = hasShared ? await read() : ({} as Awaited<ReturnType<typeof read>>);

  it('every operation that is still there keeps its name and verb, and the provider passes check', () => {
    const now = named(after.provider);
    const kept = [...named(before.provider)].filter(([http]) => now.has(http));
    expect(kept).toHaveLength(689);
    expect(kept.map(([http]) => [http, now.get(http)])).toEqual(kept);
  });

  it('the report names all 16 that are gone and all 43 that are new, and what breaks has its statement', () => {
    const https = (provider: Provider) =>
      new Map(
        methodsOf(provider).map(({ operationId, http }) => [
          `${http.method} ${http.path}`,
          `${operationId}, ${http.method} ${http.path}`,
        ]),
      );
    const [was, is] = [https(before.provider), https(after.provider)];
    const gone = [...was].filter(([http]) => !is.has(http)).map(([, operation]) => operation);
    const added = [...is].filter(([http]) => !was.has(http)).map(([, operation]) => operation);
    expect([gone.length, added.length]).toEqual([16, 43]);
    const changes = changesBetween(before.provider, after.provider);
    const of = (kind: string) => changes.filter((change) => change.kind === kind).map(({ operation }) => operation);
    expect(of('method-removed').sort()).toEqual(gone.sort());
    expect(of('method-added').sort()).toEqual(added.sort());
    expect(of('method-renamed')).toEqual([]);
    expect(
      changes.filter(({ kind, name }) => kind === 'method-removed' && name.startsWith('okta.sessions.')),
    ).toHaveLength(4);
    for (const change of changes)
      if (change.class === 'breaking' && change.operation) expect(change.statement, change.name).toContain('okta.');
  });
});

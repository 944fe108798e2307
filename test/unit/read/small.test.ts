import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isObject, type Json } from '../../../generator/read/objects.js';
import { step } from '../../../generator/read/pointer.js';
import { readSpec, type Spec } from '../../../generator/read/spec.js';
import { hasShared, SHARED } from '../../places.js';
import { lineAt, problemsOf } from './given.js';

const folder = path.join(SHARED, 'specs/small');
const files = hasShared ? readdirSync(folder).filter((file) => file.endsWith('.yaml')) : [];
const separate = path.join(folder, 'petstore-separate-2.0');

/** Every object that can be reached from the document's paths, with its place, each once. */
function reached({ document, at, follow }: Spec): { value: Json; at: string }[] {
  const found = new Map<Json, { value: Json; at: string }>();
  const visit = (value: unknown, place: string) => {
    if (Array.isArray(value)) for (const [index, item] of value.entries()) visit(item, step(place, index));
    if (!isObject(value)) return;
    const here = follow<Json>(value, place);
    if (found.has(here.value)) return;
    found.set(here.value, here);
    const isData = (key: string) => /^(x-.*|examples?|default|enum)$/.test(key) && !here.at.endsWith('/responses');
    for (const [key, child] of Object.entries(here.value)) if (!isData(key)) visit(child, step(here.at, key));
  };
  visit(document.paths, step(at, 'paths'));
  return [...found.values()];
}

describe.skipIf(!hasShared)('the small specs (needs ../shared/specs)', () => {
  it.each(files)('%s: has the shape of 3.0, and every description is on the line that its place says', async (file) => {
    const spec = await readSpec(path.join(folder, file));
    const objects = reached(spec);
    expect(objects.length).toBeGreaterThan(5);
    expect(JSON.stringify(spec.document.paths)).not.toMatch(
      /"type":\[|"const":|"\$defs":|"type":"null"|"(exclusiveMinimum|exclusiveMaximum)":\d/,
    );
    for (const { value, at } of objects) {
      if (typeof value.description !== 'string' || value.description.trim() === '') continue;
      const start = value.description.trim().split('\n')[0]?.slice(0, 20).trim() ?? '';
      expect(lineAt(step(at, 'description')), at).toMatch(/^(- )?"?description"?:|\{.*description: /);
      expect(
        [lineAt(step(at, 'description')).includes(start), /: [|>]/.test(lineAt(step(at, 'description')))],
        at,
      ).toContain(true);
    }
  });

  it('references out of the folder are refused, unless the folder above is named', async () => {
    const file = path.join(separate, 'spec/swagger.yaml');
    expect(await problemsOf(async () => reached(await readSpec(file)))).toEqual([
      expect.stringMatching(/^ref-refused swagger.yaml:44:13 "..\/common\/Error.yaml" is outside .*spec$/),
    ]);
    const objects = reached(await readSpec(file, { root: separate }));
    expect(objects.map(({ at }) => path.relative(separate, at))).toContain('common/Error.yaml#');
  });
});

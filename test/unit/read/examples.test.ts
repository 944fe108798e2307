import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../generator/read/config.js';
import { ROOT } from '../../places.js';

const FOLDER = path.join(ROOT, 'examples/providers');
const configs = readdirSync(FOLDER).filter((file) => file.endsWith('.config.yaml'));

describe('the example configs of other APIs', () => {
  it.each(configs)('%s is valid, has at most ten lines, and its document has a source', (file) => {
    const text = readFileSync(path.join(FOLDER, file), 'utf8');
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    const { provider, specs, overrides } = readConfig(path.join(FOLDER, file));
    expect(file).toBe(`${provider}.config.yaml`);
    expect(overrides).toEqual([]);
    const sources = readFileSync(path.join(FOLDER, 'fetch.mjs'), 'utf8');
    for (const spec of specs) expect(sources).toContain(`'${path.basename(spec.file)}':`);
  });
});

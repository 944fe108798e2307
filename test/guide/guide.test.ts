import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../generator/sql/limits.js';
import { REFERENCE, results } from '../engine/facts/results.js';
import { ROOT } from '../places.js';
import { ENTRIES, engineFacts, mappingRules } from './guide.js';
import { commands, configKeys, limits, problems } from './reference.js';

/** The text of every source file below these folders. */
const sources = ['generator', 'test', 'bench'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|hbs)$/.test(file) && !file.startsWith('engine/facts'))
    .map((file) => [`${folder}/${file}`, readFileSync(path.join(ROOT, folder, file), 'utf8')] as const),
);
const numbers = new Set(ENTRIES.map(({ number }) => number));
const keys = ENTRIES.map(({ number, says }) => `${number} ${says}`);

describe('the guide', () => {
  it.each([
    ['engine-facts.md', engineFacts],
    ['mapping-rules.md', mappingRules],
    ['cli.md', commands],
    ['config.md', configKeys],
    ['problems.md', problems],
    ['limits.md', limits],
  ])('%s is what npm run guide writes', async (file, text) => {
    await expect(await text()).toMatchFileSnapshot(path.join(ROOT, 'guide', file));
  });

  it('has every fact of the engine that a source file cites', () => {
    const cited = sources.flatMap(([file, text]) =>
      [...text.matchAll(/\b(?:E\d+\.\d+|[NL]\d+)\b/g)].map(([number]) => [number, file] as const),
    );
    expect(cited.length).toBeGreaterThan(100);
    expect(cited.filter(([number]) => !numbers.has(number))).toEqual([]);
    for (const { evidence } of Object.values(LIMITS)) for (const number of evidence) expect(numbers).toContain(number);
  });

  it('has every mapping rule that a source file cites', () => {
    const rules = mappingRules();
    const cited = sources.flatMap(([file, text]) =>
      [...text.matchAll(/MAPPING (\d[\d, –]*)/g)].flatMap(([, list = '']) =>
        (list.match(/\d+/g) ?? []).map((number) => [number, file] as const),
      ),
    );
    expect(cited.length).toBeGreaterThan(10);
    expect(cited.filter(([number]) => !rules.includes(`<a id="rule-${number}"></a>`))).toEqual([]);
  });

  it('lists every decision', () => {
    const folder = path.join(ROOT, 'guide/adr');
    const files = readdirSync(folder).filter((file) => file !== 'README.md');
    const index = readFileSync(path.join(folder, 'README.md'), 'utf8');
    expect(files.length).toBeGreaterThanOrEqual(10);
    for (const file of files) {
      expect(index).toContain(`](${file})`);
      const text = readFileSync(path.join(folder, file), 'utf8');
      for (const part of ['# ', '## Context', '## Decision', '## Consequences']) expect(text).toContain(part);
    }
  });

  it('is named by the README, which fits on a few screens', () => {
    const text = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    expect(text.length).toBeLessThanOrEqual(6000);
    const index = readFileSync(path.join(ROOT, 'guide/README.md'), 'utf8');
    for (const page of readdirSync(path.join(ROOT, 'guide')).filter((file) => file.endsWith('.md'))) {
      if (page === 'README.md') continue;
      expect(text, page).toContain(`](guide/${page})`);
      expect(index, page).toContain(`](${page})`);
    }
  });

  it('has links that lead somewhere', () => {
    const folder = path.join(ROOT, 'guide');
    const pages = [
      '../README.md',
      ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')),
    ];
    for (const page of pages) {
      const text = readFileSync(path.join(folder, page), 'utf8').replace(/`[^`]*`/g, '');
      for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        const [file = '', fragment] = target.split('#');
        if (/^https?:$/.test(file.split('/')[0] ?? '')) continue;
        const found = path.join(folder, path.dirname(page), file || path.basename(page));
        expect(existsSync(found), `${page}: ${target}`).toBe(true);
        const there = fragment ? readFileSync(found, 'utf8') : '';
        if (fragment) expect(there, `${page}: ${target}`).toContain(`id="${fragment}"`);
      }
    }
  });
});

describe('the recorded facts', () => {
  it('are as stated on the reference build, all of them', () => {
    expect(new Set(keys).size).toBe(keys.length);
    expect(Object.keys(results[REFERENCE] ?? {}).sort()).toEqual([...keys].sort());
    expect(Object.values(results[REFERENCE] ?? {}).filter((result) => result !== 'as stated')).toEqual([]);
  });
  it.each(Object.entries(results))('of %s are facts of the tables', (_build, tried) => {
    expect(Object.keys(tried).filter((key) => !keys.includes(key))).toEqual([]);
  });
});

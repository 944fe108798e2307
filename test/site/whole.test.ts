import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../cli.js';
import { hasShared, SHARED, scratch } from '../places.js';
import {
  axe,
  DESKTOP,
  hasChromium,
  measurePages,
  openEverything,
  PHONE,
  settled,
  startBrowser,
  visitor,
} from './browser.js';
import { buildSite, checkLinks, figures, pagesOf, type Site } from './site.js';

/** A site of real size: the whole Okta API. */
describe.skipIf(!hasShared)('the whole Okta API', () => {
  let site: Site;
  beforeAll(async () => {
    const folder = scratch();
    const config = {
      provider: 'okta',
      title: 'Okta',
      specs: [path.join(SHARED, 'specs/okta-management-2026.06.3.yaml')],
      auth: { type: 'api_key', envVar: 'OKTA_API_TOKEN', valuePrefix: 'SSWS ' },
    };
    writeFileSync(path.join(folder, 'okta.config.yaml'), JSON.stringify(config));
    const made = await runCli(['generate', '--config', 'okta.config.yaml', '--out', 'out', '--no-stubs'], {
      cwd: folder,
    });
    if (made.status !== 0) throw new Error(made.stderr);
    site = await buildSite(path.join(folder, 'out/docs'));
    console.log(figures('whole Okta site', site));
  });
  afterAll(() => site?.close());

  it('has no dead link and no dead anchor', async () => {
    const started = performance.now();
    const { dead, followed, leaving } = await checkLinks(site);
    console.log(
      `whole Okta site: ${followed} links and anchors followed ` +
        `in ${((performance.now() - started) / 1000).toFixed(1)} s, ${dead.length} dead; ${leaving} lead out`,
    );
    expect(dead).toEqual([]);
    expect(followed).toBeGreaterThan(2000);
  });

  it('lists every service and resource where it can be reached', () => {
    const pages = pagesOf(site).filter(({ path }) => path.startsWith('/services/'));
    const linked = new Set(
      pagesOf(site).flatMap((page) => {
        const html = readFileSync(
          path.join(site.folder, page.path, page.path.endsWith('/') ? 'index.html' : ''),
          'utf8',
        );
        return [...html.matchAll(/ href="?(\/services\/[\w/-]+\/)/g)].map(([, href]) => href);
      }),
    );
    expect(pages.filter((page) => !linked.has(page.path))).toEqual([]);
  });

  it('has one page over 250 kB, whose fields have 638 fields within', () => {
    const heavy = pagesOf(site).filter(({ bytes }) => bytes > 250_000);
    expect(heavy.map(({ path }) => path)).toEqual(['/services/meta/application_user_schemas/']);
    expect(heavy[0]?.bytes).toBeLessThan(265_000);
  });

  describe.skipIf(!hasChromium)('in Chromium', () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await startBrowser();
    });
    afterAll(() => browser?.close());

    it.each([
      ['desktop', DESKTOP],
      ['phone', PHONE],
    ])('begins every page of a resource with a statement, within the first screen of a %s', async (device, size) => {
      const paths = pagesOf(site).map(({ path }) => path);
      const resources = paths.filter((path) => /^\/services\/[^/]+\/[^/]+\/$/.test(path));
      const measured = await measurePages(browser, site.url, resources, size);
      const tops = measured.flatMap(({ statement }) => statement ?? []).sort((a, b) => a - b);
      const heights = measured.map(({ height }) => height).sort((a, b) => a - b);
      console.log(
        `whole Okta site, ${device}: the first statement at ${Math.round(tops[tops.length >> 1] ?? 0)} px, at most ` +
          `${Math.round(tops.at(-1) ?? 0)}; pages ${heights[heights.length >> 1]} px high, at most ${heights.at(-1)}`,
      );
      expect(measured.filter(({ statement }) => statement !== undefined && statement > size.height)).toEqual([]);
      // A method that no statement can call has none.
      expect(measured.filter(({ statement }) => statement === undefined).length).toBeLessThan(3);
    });

    it(
      'opens its largest pages and some others: no errors, nothing wider than a phone, sound for a screen ' + 'reader',
      async () => {
        const { context, seen } = await visitor(browser, site.url);
        const page = await context.newPage();
        const bySize = pagesOf(site).sort((a, b) => b.bytes - a.bytes);
        const sample = [...bySize.slice(0, 5), ...bySize.filter((_, index) => index % 25 === 24)];
        for (const { path: where } of sample) {
          await page.setViewportSize(DESKTOP);
          await page.goto(site.url + where);
          await settled(page);
          await openEverything(page);
          const serious = (await axe(page)).filter(({ impact }) => impact === 'serious' || impact === 'critical');
          expect(serious, where).toEqual([]);
          for (const size of [DESKTOP, PHONE]) {
            await page.setViewportSize(size);
            expect(
              await page.evaluate('document.documentElement.scrollWidth'),
              `${where} at ${size.width} px`,
            ).toBeLessThanOrEqual(size.width);
            await settled(page);
          }
        }
        console.log(`whole Okta site: ${sample.length} pages opened, axe found nothing serious`);
        expect(seen).toEqual([]);
      },
    );

    it('opens the tab and the objects that a fragment leads into', async () => {
      const { context, seen } = await visitor(browser, site.url);
      const page = await context.newPage();
      await page.goto(`${site.url}/services/users/users/`);
      await page.locator('h1').first().waitFor();
      const deep = await page.evaluate<string>(
        "[...document.querySelectorAll('[role=tabpanel][hidden] details details [id]')].at(-1).id",
      );
      await page.goto('about:blank');
      await page.goto(`${site.url}/services/users/users/#${deep}`);
      const target = page.locator(`[id="${deep}"]`);
      await target.waitFor({ state: 'visible' });
      await expect.poll(async () => (await target.boundingBox())?.y ?? -1).toBeGreaterThan(0);
      await expect.poll(async () => (await target.boundingBox())?.y ?? -1).toBeLessThan(DESKTOP.height);
      expect(seen).toEqual([]);
    });

    it('finds what is searched for', async () => {
      const { context, seen } = await visitor(browser, site.url);
      const page = await context.newPage();
      await page.goto(`${site.url}/`);
      await page.locator('h1').first().waitFor();
      const started = performance.now();
      await page.locator('.navbar__search-input').click();
      await page.locator('.navbar__search-input').pressSequentially('list users');
      await page.getByRole('option').first().waitFor();
      console.log(`whole Okta site: first search result after ${Math.round(performance.now() - started)} ms`);
      await page.getByRole('option').first().click();
      await page.waitForURL('**/services/**');
      expect(seen).toEqual([]);
    });
  });
});

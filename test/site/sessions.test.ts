import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentedResources } from '../../generator/doc-pages/resources.js';
import { ROOT } from '../places.js';
import { axe, DESKTOP, hasChromium, openEverything, PHONE, settled, startBrowser, visitor } from './browser.js';
import { buildSite, checkLinks, figures, kB, pagesOf, type Site } from './site.js';

/** The site of the committed provider, as a reader meets it. */
const RESOURCE = '/services/sessions/sessions/';
const KINDS = {
  provider: '/',
  methods: '/methods/',
  service: '/services/sessions/',
  resource: RESOURCE,
  'not found': '/no/such/page/',
};
const SHOTS = path.join(ROOT, 'test/site/shots');
/** What `verify` runs of the committed page, by method: its tab is named like it. */
const PAGE = 'docs/services/sessions/sessions/index.md';
const STATEMENTS = new Map<string, string[]>();
for (const { method, sql } of documentedResources(
  [{ path: PAGE, text: readFileSync(path.join(ROOT, PAGE), 'utf8') }],
  'okta',
).flatMap((page) => page.statements))
  STATEMENTS.set(method, [...(STATEMENTS.get(method) ?? []), sql.replace(/\n$/, '')]);

let site: Site;
beforeAll(async () => {
  site = await buildSite();
  console.log(figures('sessions site', site));
  console.log(
    pagesOf(site)
      .map((page) => `  ${page.path} ${kB(page.bytes)}`)
      .join('\n'),
  );
});
afterAll(() => site?.close());

it('is made of sources without type errors', () => {
  const { stdout, status } = spawnSync('npx', ['tsc', '-p', 'docs'], { cwd: ROOT, encoding: 'utf8' });
  expect(status, stdout).toBe(0);
});

it('finds a dead link and a dead anchor', async () => {
  const page = path.join(site.folder, 'services/sessions/index.html');
  const html = readFileSync(page, 'utf8');
  writeFileSync(
    page,
    html.replace(
      '</h1>',
      '</h1><a href="/nowhere/">1</a><a href="/#nowhere">2</a><a href="sessions/?select=x#nowhere">3</a>',
    ),
  );
  const { dead } = await checkLinks(site);
  writeFileSync(page, html);
  for (const planted of ['/nowhere/', '/#nowhere', 'sessions/?select=x#nowhere'])
    expect(dead.join('\n')).toContain(`→ ${planted === '/nowhere/' ? site.url : ''}${planted}`);
});

it('has no dead link and no dead anchor', async () => {
  const { dead, followed, leaving } = await checkLinks(site);
  console.log(
    `sessions site: ${followed} links and anchors followed, ${dead.length} dead; ${leaving} lead out and were not`,
  );
  expect(dead).toEqual([]);
  expect(followed).toBeGreaterThan(40);
});

it('has the files for programs: each entry of catalog.json and llms.txt is a page, llms-full.txt is all plain pages', ({
  skip,
}) => {
  const file = (name: string) => path.join(site.folder, name);
  skip(!existsSync(file('catalog.json')), 'the pages come without a catalog');
  const { services } = JSON.parse(readFileSync(file('catalog.json'), 'utf8')) as {
    services: { resources: { page: string }[] }[];
  };
  const pages = services.flatMap(({ resources }) => resources.map(({ page }) => page));
  expect(pages).toContain(RESOURCE.slice(1));
  for (const page of pages) expect(existsSync(file(`${page}index.html`)), page).toBe(true);
  const plain = [...readFileSync(file('llms.txt'), 'utf8').matchAll(/\]\(([^)\s]+\.md)\)/g)].map(
    ([, link]) => link ?? '',
  );
  expect(plain.length).toBeGreaterThan(0);
  const full = readFileSync(file('llms-full.txt'), 'utf8');
  for (const link of plain) expect(full).toContain(readFileSync(file(link), 'utf8').trimEnd());
});

describe.skipIf(!hasChromium)('in Chromium', () => {
  let browser: Browser;
  let page: Page;
  let seen: string[];
  beforeAll(async () => {
    browser = await startBrowser();
    const reader = await visitor(browser, site.url);
    seen = reader.seen;
    page = await reader.context.newPage();
  });
  afterAll(() => browser?.close());
  const open = (where: string, on = page) => on.goto(site.url + where, { waitUntil: 'load' });
  const clipboard = () => page.evaluate('navigator.clipboard.readText()');
  const panel = (tab: string) =>
    page.locator('[role=tabpanel]:not([hidden])', { has: page.locator(`xpath=self::*[@aria-label="${tab}"]`) });

  it.each(Object.entries(KINDS))('opens the %s page', async (kind, where) => {
    await open(where);
    await page.locator('h1').first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    if (kind === 'provider') expect(await page.locator('h1').first().textContent()).toMatch(/okta/i);
    if (kind === 'not found') expect(await page.locator('h1').first().textContent()).toMatch(/not found/i);
    expect(seen).toEqual([]);
  });

  it('shows its first text soon', async () => {
    const fresh = await (await visitor(browser, site.url)).context.newPage();
    await open('/', fresh);
    await fresh.locator('h1').first().waitFor();
    const painted = await fresh.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime");
    const ready = await fresh.evaluate<number>(
      "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd",
    );
    console.log(`first page: text visible after ${Math.round(painted)} ms, usable after ${Math.round(ready)} ms`);
    expect(painted).toBeLessThan(3000);
    await fresh.context().close();
  });

  it.each([...STATEMENTS])('copies what verify runs: %s', async (method, statements) => {
    await open(RESOURCE);
    await page.getByRole('tab', { name: method, exact: true }).last().click();
    for (const summary of await panel(method).last().locator('details.long > summary').all()) {
      await summary.click();
      // What was closed gets its colours and buttons when it is opened.
      await summary.locator('xpath=..').getByRole('button', { name: 'Copy code' }).first().waitFor();
    }
    const copied = [];
    for (const code of await panel(method)
      .last()
      .locator('.language-sql')
      .filter({ has: page.getByRole('button') })
      .all()) {
      await code.getByRole('button', { name: 'Copy code' }).click();
      copied.push(await clipboard());
    }
    expect(copied).toEqual(statements);
    expect(seen).toEqual([]);
  });

  it('copies a name by keyboard', async () => {
    await open(RESOURCE);
    await page.evaluate("navigator.clipboard.writeText('')");
    await page.getByRole('button', { name: 'Copy okta.sessions.sessions', exact: true }).press('Enter');
    await page.getByRole('button', { name: 'Copied okta.sessions.sessions', exact: true }).waitFor();
    expect(await clipboard()).toBe('okta.sessions.sessions');
  });

  it('finds a page by searching, offline', async () => {
    await open('/');
    const box = page.getByRole('combobox', { name: 'Search' }).or(page.getByRole('textbox', { name: 'Search' }));
    await box.first().click();
    await box.first().pressSequentially('revoke session');
    await page.getByRole('option').first().waitFor();
    await page.getByRole('option').first().click();
    await page.waitForURL(`**${RESOURCE}**`);
    expect(page.url()).toMatch(/[?]delete=revoke_session#delete-examples$/);
    await box.first().fill('refresh');
    await box.first().press('Enter');
    await page.waitForURL('**/methods/?word=refresh');
    await page.getByRole('status').filter({ hasText: '2 of 7' }).waitFor();
    expect(seen).toEqual([]);
  });

  it('filters all methods by verb, word and service', async () => {
    await open('/');
    await page.getByRole('article').getByRole('link', { name: 'All methods' }).click();
    const names = () => page.locator('table.all-methods tbody tr:visible td:first-child').allTextContents();
    await page.getByRole('combobox', { name: 'Verb' }).selectOption('delete');
    expect(await names()).toEqual(['sessions.sessions.close_current_session', 'sessions.sessions.revoke_session']);
    await page.getByRole('searchbox', { name: 'Word' }).fill('signed current');
    expect(await names()).toEqual(['sessions.sessions.close_current_session']);
    await page.getByRole('combobox', { name: 'Service' }).selectOption('sessions');
    await page.getByRole('status').filter({ hasText: '1 of 7' }).waitFor();
    await page.locator('table.all-methods a:visible').click();
    await panel('close_current_session').last().waitFor();
    expect(seen).toEqual([]);
  });

  it('opens the tab and the section that a link of the table of methods names, on the same page', async () => {
    await open(RESOURCE);
    await page.evaluate('window.sameDocument = true');
    await page
      .locator('a[href="?delete=revoke_session#delete-examples"]')
      .first()
      .click({ position: { x: 3, y: 8 } });
    await panel('revoke_session').last().waitFor();
    expect(await page.evaluate('window.sameDocument')).toBe(true);
    expect(await inView('#delete-examples')).toBe(true);
    await open(`${RESOURCE}?delete=close_current_session#delete-examples`);
    await panel('close_current_session').last().waitFor();
  });

  const inView = async (selector: string) => {
    // The page scrolls a moment after it has been drawn.
    await page.waitForTimeout(300);
    return page.evaluate(
      `(() => { const { top, bottom } = ` +
        `document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect(); return bottom > 0 && top < ` +
        `innerHeight; })()`,
    );
  };

  it('opens nested fields, and those that a fragment leads into', async ({ skip }) => {
    await open(RESOURCE);
    const fields = page.locator('details.field');
    skip((await fields.count()) === 0, 'the pages have no nested fields');
    const first = page.locator('[role=tabpanel]:not([hidden]) details.field').first();
    await first.locator('summary').first().click();
    expect(await first.getAttribute('open')).not.toBeNull();
    const deep = await page.evaluate<string>("[...document.querySelectorAll('article details [id]')].at(-1).id");
    await open(`${RESOURCE}#${deep}`);
    await page.locator(`[id="${deep}"]`).waitFor({ state: 'visible' });
    expect(await inView(`[id="${deep}"]`)).toBe(true);
    expect(seen).toEqual([]);
  });

  it('scrolls to the parameter that a fragment names', async () => {
    await open(`${RESOURCE}#parameter-sessionId`);
    expect(await inView('#parameter-sessionId')).toBe(true);
  });

  it.each(['light', 'dark'] as const)('follows the system: %s', async (colorScheme) => {
    const { context, seen } = await visitor(browser, site.url, { colorScheme });
    const view = await context.newPage();
    for (const [kind, where] of Object.entries(KINDS)) {
      await open(where, view);
      await settled(view);
      expect(await view.locator('html').getAttribute('data-theme')).toBe(colorScheme);
      for (const [device, size] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
        await view.setViewportSize(size);
        mkdirSync(SHOTS, { recursive: true });
        await view.screenshot({
          path: path.join(SHOTS, `${kind.replace(' ', '-')}-${device}-${colorScheme}.png`),
          fullPage: true,
        });
        await openEverything(view);
        expect(
          await view.evaluate('document.documentElement.scrollWidth'),
          `${where} on a ${device} scrolls sideways`,
        ).toBeLessThanOrEqual(size.width);
        const found = await axe(view);
        const texts = found.map(({ text }) => text).join('\n') || 'nothing';
        console.log(`axe, ${kind} page, ${device}, ${colorScheme}: ${texts}`);
        expect(found.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
      }
      await view.setViewportSize(DESKTOP);
    }
    expect(seen).toEqual([]);
    await context.close();
  });

  it('can be walked with the keyboard', async () => {
    await open(RESOURCE);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to main content');
    await page.keyboard.press('Enter');
    const reached = new Set<string>();
    for (let step = 0; step < 60; step++) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate<{ role: string; visible: boolean; marked: boolean }>(`(() => {
        const element = document.activeElement;
        const { width, height } = element.getBoundingClientRect();
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        const role = element.getAttribute('role') ?? element.tagName;
        const marked = outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
        return { role, visible: width > 0 && height > 0, marked };
      })()`);
      expect(at).toMatchObject({ visible: true, marked: true });
      reached.add(at.role);
      if (at.role === 'tab') break;
    }
    expect([...reached]).toEqual(expect.arrayContaining(['A', 'BUTTON', 'tab']));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await panel('get_session').first().waitFor();
  });

  it('can be read without JavaScript', async () => {
    const { context, seen } = await visitor(browser, site.url, { javaScriptEnabled: false });
    const plain = await context.newPage();
    await open(RESOURCE, plain);
    const text = await plain.locator('article').textContent();
    for (const [method, statements] of STATEMENTS) {
      for (const sql of statements) expect(text?.replace(/\s+/g, '')).toContain(sql.replace(/\s+/g, ''));
      expect(await plain.locator(`[role=tabpanel][aria-label="${method}"]`).last().isVisible()).toBe(true);
    }
    await open('/', plain);
    await plain.getByRole('article').getByRole('link', { name: 'sessions', exact: true }).first().click();
    await plain.waitForURL('**/services/sessions/');
    await open('/methods/', plain);
    expect(await plain.locator('table.all-methods tbody tr').count()).toBe(STATEMENTS.size);
    expect(seen).toEqual([]);
    await context.close();
  });
});

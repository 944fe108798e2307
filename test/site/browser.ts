import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's; `.ci/chromium` installs it. */
const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
}

/**
 * A visitor, and everything it did that no page of ours may make it do: errors in the console, requests that leave the
 * site, dialogs.
 */
export async function visitor(
  browser: Browser,
  site: string,
  options: BrowserContextOptions = {},
): Promise<{ context: BrowserContext; seen: string[] }> {
  const context = await browser.newContext({ viewport: DESKTOP, reducedMotion: 'reduce', ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: site });
  const seen: string[] = [];
  await context.route(
    (url) => url.origin !== site && url.protocol.startsWith('http'),
    (route) => {
      seen.push(`request: ${route.request().url()}`);
      return route.abort();
    },
  );
  context.on('console', (message) => {
    if (
      message.type() === 'error' &&
      !(message.text().includes('404') && message.location().url.endsWith('/no/such/page/'))
    )
      seen.push(`console: ${message.text().split('\n')[0]}`);
  });
  context.on('weberror', (error) => seen.push(`error: ${error.error().message}`));
  context.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  return { context, seen };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds, each with the first element that has it. */
export async function axe(page: Page): Promise<{ impact: string; text: string }[]> {
  await page.evaluate(AXE);
  const violations = await page.evaluate<
    { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[]
  >('axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)');
  return violations.map(({ id, impact, nodes }) => ({
    impact,
    text: `${impact} ${id} ×${nodes.length}: ${nodes[0]?.html.slice(0, 160)} ${nodes[0]?.failureSummary.slice(0, 300)}`,
  }));
}

/**
 * Waits until React has taken over and drawn. A window that changes its size before then makes Docusaurus 3.10.2 ask a
 * code block for its width that is not there any more.
 */
export async function settled(page: Page): Promise<void> {
  await page.locator('html[data-has-hydrated="true"]').waitFor({ state: 'attached' });
  await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))',
  );
}

/** What a page is before anything on it is opened. */
export interface Measured {
  readonly path: string;
  /** Where its first statement begins, in pixels; none: it has no statement. */
  readonly statement: number | undefined;
  readonly height: number;
}

/**
 * Measures pages as they are before their scripts have run: that is what a reader sees first, and it takes a tenth of
 * the time.
 */
export async function measurePages(
  browser: Browser,
  site: string,
  paths: readonly string[],
  viewport: { readonly width: number; readonly height: number },
): Promise<Measured[]> {
  const { context } = await visitor(browser, site, { viewport });
  await context.route('**/*.js', (route) => route.abort());
  const page = await context.newPage();
  const measured: Measured[] = [];
  for (const path of paths) {
    await page.goto(site + path);
    const { statement, height } = await page.evaluate<{ statement: number | null; height: number }>(`(() => {
      const code = document.querySelector('article section[data-method] .theme-code-block');
      return { statement: code && code.getBoundingClientRect().top, height: document.documentElement.scrollHeight };
    })()`);
    measured.push({ path, statement: statement ?? undefined, height });
  }
  await context.close();
  return measured;
}

/** Every tab and `<details>` open: what is hidden is looked at, too. */
export async function openEverything(page: Page): Promise<void> {
  await page.evaluate(`
    for (const hidden of document.querySelectorAll('[role=tabpanel][hidden]')) hidden.removeAttribute('hidden');
    for (const details of document.querySelectorAll('article details')) details.open = true;`);
}

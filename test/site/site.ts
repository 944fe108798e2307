import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { LinkChecker, LinkState } from 'linkinator';
import { ROOT, scratch } from '../places.js';

const DOCS = path.join(ROOT, 'docs');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.xml': 'application/xml',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
};

export interface Site {
  /** Where it stands, without a slash at the end. */
  readonly url: string;
  readonly folder: string;
  readonly seconds: number;
  close(): void;
}

/** Builds the site of a content folder as `npm run docs:build` does, for the address at which it then serves it. */
export async function buildSite(content?: string): Promise<Site> {
  const folder = path.join(scratch(), 'site');
  const server = serve(folder);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const started = performance.now();
  const env = { ...process.env, NO_COLOR: '1', SITE_URL: url, ...(content !== undefined && { DOCS_CONTENT: content }) };
  install();
  const built = spawnSync('npm', ['--prefix', 'docs', 'run', 'build', '--', '--out-dir', folder], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  if (built.status !== 0) {
    server.close();
    throw new Error(`the site does not build\n${built.stdout}\n${built.stderr}`);
  }
  return { url, folder, seconds: (performance.now() - started) / 1000, close: () => server.close() };
}

/** What `npm ci` in docs/ does, unless it has been done for this lockfile. */
function install(): void {
  const installed = path.join(DOCS, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(path.join(DOCS, 'package-lock.json')).mtimeMs)
    return;
  const { status, stderr } = spawnSync('npm', ['--prefix', 'docs', 'ci', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`docs/ cannot be installed\n${stderr}`);
}

/** A static host as they come: folders have an index.html, what is missing is 404.html. */
function serve(folder: string): Server {
  return createServer((request, response) => {
    const wanted = path.join(folder, decodeURIComponent(new URL(request.url ?? '/', 'http://127.0.0.1').pathname));
    const file = wanted.endsWith(path.sep) ? path.join(wanted, 'index.html') : wanted;
    const found = file.startsWith(folder) && existsSync(file) && statSync(file).isFile();
    const sent = found ? file : path.join(folder, '404.html');
    response.writeHead(found ? 200 : 404, { 'content-type': TYPES[path.extname(sent)] ?? 'application/octet-stream' });
    response.end(request.method === 'HEAD' ? undefined : readFileSync(sent));
  });
}

/** Paths of the built pages, with their bytes, in path order. */
export function pagesOf({ folder }: Site): { path: string; bytes: number }[] {
  return files(folder)
    .filter((file) => file.endsWith('.html'))
    .map((file) => ({
      path: `/${file.replace(/(^|\/)index\.html$/, '$1')}`,
      bytes: statSync(path.join(folder, file)).size,
    }));
}

/** The size of a site in one line, and every page over 300 kB. */
export function figures(name: string, site: Site): string {
  const pages = pagesOf(site);
  const all = files(site.folder).reduce((sum, file) => sum + statSync(path.join(site.folder, file)).size, 0);
  const largest = Math.max(...pages.map(({ bytes }) => bytes));
  const heavy = pages
    .filter(({ bytes }) => bytes > 300_000)
    .map((page) => `\n  over 300 kB: ${page.path} ${kB(page.bytes)}`);
  return (
    `${name}: ${pages.length} pages in ${site.seconds.toFixed(1)} s, ${(all / 1e6).toFixed(1)} MB, ` +
    `largest page ${kB(largest)}${heavy.join('')}`
  );
}

export function kB(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(path.join(folder, file)).isFile())
    .map((file) => file.split(path.sep).join('/'))
    .sort();
}

/**
 * Follows every link within the site, fragments too; links that leave it are counted and not followed. linkinator
 * (7.6.1) looks for a fragment only when it fetches a page for the first time, so the others are looked up in what was
 * built.
 */
export async function checkLinks(site: Site): Promise<{ dead: string[]; followed: number; leaving: number }> {
  const { links } = await new LinkChecker().check({
    path: `${site.url}/`,
    recurse: true,
    checkFragments: true,
    concurrency: 20,
    linksToSkip: async (link) => new URL(link).origin !== site.url,
  });
  const dead = links
    .filter(({ state }) => state === LinkState.BROKEN)
    .map((link) => `${link.parent ?? ''} → ${link.url} (${link.status ?? ''})`);
  const anchors = fragmentsOf(site);
  return {
    dead: [...dead, ...anchors.filter(({ found }) => !found).map(({ from, to }) => `${from} → ${to}`)],
    followed: links.filter(({ state }) => state !== LinkState.SKIPPED).length + anchors.length,
    leaving: links.filter(({ state }) => state === LinkState.SKIPPED).length,
  };
}

/**
 * Every link with a fragment, by page, and whether the page that it leads to has the id; and what is no address at all.
 */
function fragmentsOf(site: Site): { from: string; to: string; found: boolean }[] {
  const attributes = (html: string, name: string) =>
    [...html.matchAll(new RegExp(`<[^<>]*? ${name}=(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'g'))].map(([, ...values]) =>
      unescapeHtml(values.join('')),
    );
  const pages = new Map(
    pagesOf(site).map((page) => {
      const html = readFileSync(
        path.join(site.folder, page.path.endsWith('/') ? `${page.path}index.html` : page.path),
        'utf8',
      );
      return [page.path, { ids: new Set(attributes(html, 'id')), links: new Set(attributes(html, 'href')) }];
    }),
  );
  return [...pages].flatMap(([from, { links }]) =>
    [...links].flatMap((to) => {
      if (!URL.canParse(to, site.url + from)) return { from, to, found: false };
      const { origin, pathname, hash } = new URL(to, site.url + from);
      return hash === '' || origin !== site.url
        ? []
        : { from, to, found: pages.get(pathname)?.ids.has(decodeURIComponent(hash.slice(1))) ?? false };
    }),
  );
}

function unescapeHtml(text: string): string {
  return text.replace(/&(?:amp|#38|#x26);/g, '&');
}

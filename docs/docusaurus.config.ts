import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Options, ThemeConfig } from '@docusaurus/preset-classic';
import type { Config } from '@docusaurus/types';
import escapedText from './src/plugins/escapedText';
import llmsFull from './src/plugins/llmsFull';

/**
 * The site of one provider. All it knows of the provider, it reads in the content folder, which `stackql-provider-gen generate` writes:
 * `services/` has the pages, `static/` what is served as it is, `static/catalog.json` and `static/search.json` among it.
 *
 * DOCS_CONTENT   the content folder; default: this one. Relative to where npm was started
 * SITE_URL       where the site will stand, without a path: https://acme.github.io. Only links that must be absolute need it
 * SITE_BASE_URL  the path it will have there: /my-provider/
 */
const content = path.resolve(process.env.INIT_CWD ?? process.cwd(), process.env.DOCS_CONTENT ?? __dirname);
const staticFolder = path.join(content, 'static');
const staticDirectories = [path.join(__dirname, 'assets'), staticFolder].filter((folder) => existsSync(folder));
const providerPage = path.join(content, 'services', 'index.md');
// With a slash at both ends.
const baseUrl = `/${process.env.SITE_BASE_URL ?? ''}/`.replace(/\/+/g, '/');
const provider = readProvider();

const config: Config = {
  title: `${provider.title} for StackQL`,
  tagline: provider.description,
  favicon: 'img/favicon.svg',
  url: process.env.SITE_URL || 'http://localhost:3000',
  baseUrl,
  trailingSlash: true,
  onBrokenLinks: 'throw',
  onBrokenAnchors: 'throw',
  onDuplicateRoutes: 'throw',
  staticDirectories,
  customFields: { hasSearch: existsSync(path.join(staticFolder, 'search.json')) },
  // Nobody's history decides what a page says: the build works without git.
  future: { v4: true, faster: true, experimental_vcs: 'disabled' },
  markdown: {
    // Texts come from a spec; `:x:` there is no emoji.
    emoji: false,
    hooks: { onBrokenMarkdownLinks: 'throw', onBrokenMarkdownImages: 'throw' },
    parseFrontMatter: async (params) => {
      const { content: text, frontMatter } = await params.defaultParseFrontMatter(params);
      // The provider's page is the first page. A picture that is nowhere would be a dead link on every page.
      if (path.resolve(params.filePath) === providerPage) frontMatter.slug = '/';
      if (!staticDirectories.some((folder) => existsSync(path.join(folder, String(frontMatter.image)))))
        delete frontMatter.image;
      return { content: text, frontMatter };
    },
  },
  headTags: [
    // Without JavaScript every tab is open, under its name.
    {
      tagName: 'noscript',
      attributes: {},
      innerHTML:
        '<style>[role=tablist]{display:none!important}[role=tabpanel]{display:block!important}[role=tabpanel]::before{content:attr(aria-label)}</style>',
    } as NonNullable<Config['headTags']>[number],
  ],
  presets: [
    [
      'classic',
      {
        blog: false,
        docs: {
          path: content,
          include: ['services/**/*.{md,mdx}'],
          // A folder is a name in SQL, whatever it looks like: `_well_known`, `01_things`.
          exclude: [],
          numberPrefixParser: false,
          routeBasePath: '/',
          sidebarPath: path.join(__dirname, 'sidebars.ts'),
          beforeDefaultRemarkPlugins: [escapedText],
          sidebarItemsGenerator: async ({ defaultSidebarItemsGenerator, ...rest }) => {
            const items = await defaultSidebarItemsGenerator(rest);
            const isPage = (item: (typeof items)[number], ids: readonly string[]) =>
              item.type === 'doc' && ids.includes(item.id);
            return [
              { type: 'doc', id: 'services/index', label: 'Overview' },
              ...items.filter((item) => isPage(item, ['services/methods'])),
              ...items.filter((item) => !isPage(item, ['services/index', 'services/methods'])).map(breakable),
            ];
          },
        },
        theme: { customCss: path.join(__dirname, 'src/css/custom.css') },
      } satisfies Options,
    ],
  ],
  plugins: [() => llmsFull(staticFolder)],
  clientModules: [path.join(__dirname, 'src/clientModules/reveal.ts')],
  themeConfig: {
    colorMode: { respectPrefersColorScheme: true },
    navbar: {
      title: provider.title,
      logo: { alt: '', src: 'img/logo.svg', srcDark: 'img/logo-dark.svg', width: 32, height: 32 },
      items: [{ type: 'docSidebar', sidebarId: 'provider', label: 'Services', position: 'left' }],
    },
    docs: { sidebar: { autoCollapseCategories: true } },
    footer: {
      links: ['llms.txt', 'catalog.json']
        .filter((file) => existsSync(path.join(staticFolder, file)))
        .map((file) => ({ html: `<a class="footer__link-item" href="${baseUrl}${file}">${file}</a>` })),
      copyright: `${escapeHtml(provider.title)} for StackQL. Pages generated from its OpenAPI document by stackql-provider-gen.`,
    },
    // Colours are in custom.css: by class, not on each word of each statement.
    prism: { theme: { plain: {}, styles: [] }, additionalLanguages: ['sql', 'json', 'bash'] },
  } satisfies ThemeConfig,
};
export default config;

type SidebarItem = { readonly type: string; readonly label?: string; readonly items?: readonly SidebarItem[] };

/** Long names break after a `_`, where a reader would. */
function breakable<Item>(item: Item): Item {
  const { label, items } = item as SidebarItem;
  return {
    ...item,
    ...(label !== undefined && { label: label.replace(/_(?=.)/g, '_\u200b') }),
    ...(items && { items: items.map(breakable) }),
  };
}

/** What the provider is called: from the catalog, else from the front matter of its page. */
function readProvider(): { title: string; description: string } {
  const catalog = path.join(staticFolder, 'catalog.json');
  if (existsSync(catalog)) {
    const { provider } = JSON.parse(readFileSync(catalog, 'utf8'));
    return { title: oneLine(provider.title || provider.id), description: oneLine(provider.description ?? '') };
  }
  if (!existsSync(providerPage))
    throw new Error(`No pages: ${providerPage} is missing. Run stackql-provider-gen generate, or set DOCS_CONTENT.`);
  const page = readFileSync(providerPage, 'utf8');
  return { title: /^title: *(["']?)(.+)\1 *$/m.exec(page)?.[2] ?? 'Provider', description: '' };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

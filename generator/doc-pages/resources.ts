import type { LimitCode, OutputFile } from '../model.js';
import { type DocumentedMethod, type Page, readPage, type SqlBlock } from './pages.js';

/** The documentation of one resource: `verify` compares it with what the engine does. */
export interface DocumentedResource {
  readonly service: string;
  readonly resource: string;
  /** The table under `Methods`; empty on a page without one. */
  readonly methods: ReadonlyMap<string, DocumentedMethod>;
  /** The tables under `Fields`, by method. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly statements: readonly DocumentedStatement[];
  /** Methods whose tab names a limit of the engine instead of a statement. */
  readonly limits: ReadonlyMap<string, LimitCode>;
  /** The inputs that move the one page which is read, by method. */
  readonly onePages: ReadonlyMap<string, string>;
}

export interface DocumentedStatement {
  readonly method: string;
  /** As printed, placeholders and all. */
  readonly sql: string;
  readonly file: string;
  readonly line: number;
}

/**
 * The resources of a provider that pages of either profile document; files that are no pages are left out. A page about
 * no resource of its own may have statements about some (`<section data-method>`): they join those of the resource.
 */
export function documentedResources(files: readonly OutputFile[], provider: string): DocumentedResource[] {
  const pages = files.filter(({ path }) => /\.mdx?$/.test(path)).map(({ path, text }) => readPage(path, text));
  const resources = new Map(
    pages.flatMap((page) => resourceOf(page, provider) ?? []).map((each) => [`${each.service}.${each.resource}`, each]),
  );
  for (const page of pages.filter((each) => !each.resources.some(([named]) => named === provider)))
    for (const [id, statement] of elsewhere(page, provider)) {
      const [service = '', resource = ''] = id.split('.');
      const found = resources.get(id) ?? { service, resource, ...EMPTY };
      const isKnown = found.statements.some(({ method, sql }) => method === statement.method && sql === statement.sql);
      if (!isKnown) resources.set(id, { ...found, statements: [...found.statements, statement] });
    }
  return [...resources.values()];
}

const EMPTY = { methods: new Map(), fields: new Map(), statements: [], limits: new Map(), onePages: new Map() };

/** The statements of a page that name their method and, in the statement itself, a resource: `service.resource`. */
function elsewhere({ file, blocks }: Page, provider: string): [id: string, DocumentedStatement][] {
  return blocks.flatMap((block) => {
    const target = block.statements[0]?.target.map(({ name }) => name) ?? [];
    if (block.tab === undefined || target[0] !== provider || target.length < 3) return [];
    return [[`${target[1]}.${target[2]}`, { method: block.tab, sql: block.sql, file, line: block.line }]];
  });
}

function resourceOf(page: Page, provider: string): DocumentedResource | undefined {
  const { file, methods, fields, onePages } = page;
  const [, service, resource] = page.resources.find(([named]) => named === provider) ?? [];
  const seen = new Set<string>();
  const statements = page.blocks.flatMap((block): DocumentedStatement[] => {
    const method = methodOf(block, provider);
    const key = `${method} ${block.sql}`;
    // The page begins with a statement that stands in its tab again.
    if (method === undefined || seen.has(key)) return [];
    seen.add(key);
    return [{ method, sql: block.sql, file, line: block.line }];
  });
  if (service === undefined || resource === undefined || (statements.length === 0 && methods.size === 0))
    return undefined;
  const limits = new Map(
    [...page.limits].filter(([method]) => !statements.some((statement) => statement.method === method)),
  );
  return { service, resource, methods, fields, statements, limits, onePages };
}

/** EXEC names its method, the others have only their tab. */
function methodOf({ statements, tab }: SqlBlock, provider: string): string | undefined {
  const exec = statements.find(({ verb, target }) => verb === 'exec' && target[0]?.name === provider);
  return exec?.target[3]?.name ?? tab;
}

import type { LimitCode, OutputFile } from '../model.js';
import { isLimitCode } from '../sql/limits.js';

/** What the pages of a provider say about one resource. */
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
}

export interface DocumentedMethod {
  readonly verb: string;
  readonly required: readonly string[];
}

export interface DocumentedStatement {
  readonly method: string;
  /** As printed, placeholders and all. */
  readonly sql: string;
  readonly file: string;
  readonly line: number;
}

/** Reads Docusaurus pages of either face: SQL fences and code blocks in a `<TabItem value="METHOD">`, tables of fields and methods. */
export function readPages(files: readonly OutputFile[], provider: string): DocumentedResource[] {
  return files.filter(({ path }) => /\.mdx?$/.test(path)).flatMap((file) => readPage(file, provider) ?? []);
}

/** Rows are known by their first cell: a description may hold tables of its own. */
const PIECES = new RegExp(
  [
    /^## +(?<heading>.+)$/,
    /<TabItem\b[^>]*?\bvalue="(?<opened>[^"]+)"[^>]*>/,
    /(?<closed><\/TabItem>)/,
    /^(?<ticks>`{3,})sql[^\n]*\n(?<sql>[\s\S]*?)^\k<ticks> *$/,
    /<CodeBlock language="sql">\{`(?<template>(?:[^`\\]|\\[\s\S])*)`\}<\/CodeBlock>/,
    /<tr\b[^>]*>\s*<td><CopyableCode code="(?<column>[^"]*)" \/><\/td>/,
    /<tr\b[^>]*>\s*<td><a [^>]*>(?:<CopyableCode code="(?<method>[^"]*)" \/>|<code>(?<name>[^<]*)<\/code>)<\/a>.*<\/td>\s*<td>(?<verb>.*)<\/td>\s*<td>(?<required>.*)<\/td>/,
    /<code>(?<code>[\w-]+)<\/code>|`(?<quoted>[\w-]+)`/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);

function readPage({ path: file, text }: OutputFile, provider: string): DocumentedResource | undefined {
  const id = new RegExp(`code="${provider.replace(/\W/g, '\\$&')}\\.([\\w-]+)\\.([\\w-]+)"`).exec(text);
  const methods = new Map<string, DocumentedMethod>();
  const fields = new Map<string, string[]>();
  const statements: DocumentedStatement[] = [];
  const tabs = new Map<string, LimitCode>();
  let section = '';
  let tab: string | undefined;
  for (const match of text.matchAll(PIECES)) {
    const {
      heading,
      opened,
      closed,
      template,
      sql = template?.replace(/\\([\s\S])/g, '$1'),
      column,
      name,
      method = name,
      verb = '',
      required = '',
      code,
      quoted = '',
    } = match.groups ?? {};
    if (heading !== undefined) section = heading.replaceAll('`', '').trim().toLowerCase();
    else if (opened !== undefined) tab = opened;
    else if (closed !== undefined) tab = undefined;
    else if (sql !== undefined) {
      // EXEC names its method, the others have only their tab.
      const named =
        new RegExp(`\\b${provider.replace(/\W/g, '\\$&')}\\.[\\w-]+\\.[\\w-]+\\.([\\w-]+)`).exec(sql)?.[1] ?? tab;
      if (named !== undefined)
        statements.push({ method: named, sql, file, line: text.slice(0, match.index).split('\n').length + 1 });
    } else if (column !== undefined && section === 'fields' && tab !== undefined)
      fields.set(tab, [...(fields.get(tab) ?? []), unescapeEntities(column)]);
    else if (method !== undefined && section === 'methods')
      methods.set(unescapeEntities(method), { verb: codes(verb)[0] ?? '', required: codes(required) });
    else if (tab !== undefined && isLimitCode(code ?? quoted)) tabs.set(tab, (code ?? quoted) as LimitCode);
  }
  if (!id || (statements.length === 0 && methods.size === 0)) return undefined;
  const limits = new Map([...tabs].filter(([method]) => !statements.some((statement) => statement.method === method)));
  return { service: id[1] as string, resource: id[2] as string, methods, fields, statements, limits };
}

/** The texts of a cell's `<code>` and `<CopyableCode code>`. */
function codes(cell: string): string[] {
  return [...cell.matchAll(/<CopyableCode code="([^"]*)"|<code>([^<]*)<\/code>/g)].map(([, attribute, text]) =>
    unescapeEntities(attribute ?? text ?? ''),
  );
}

function unescapeEntities(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_entity, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

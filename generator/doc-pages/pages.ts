import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint, type LimitCode, type OutputFile } from '../model.js';
import { isLimitCode } from '../sql/limits.js';
import { type LooseStatement, readLoosely } from './loose.js';

/** A page of documentation, of either profile or written by hand. */
export interface Page {
  readonly file: string;
  readonly text: string;
  readonly blocks: readonly SqlBlock[];
  /** Every `provider.service.resource` that the page shows to be copied. */
  readonly resources: readonly (readonly string[])[];
  /** The table under `Methods`. */
  readonly methods: ReadonlyMap<string, DocumentedMethod>;
  /** The tables under `Fields`, by the method whose tab they are in. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Limits of the engine by the method whose tab names them. */
  readonly limits: ReadonlyMap<string, LimitCode>;
  /** The inputs that move the one page which is read, by method. */
  readonly onePages: ReadonlyMap<string, string>;
}

/** A fence of SQL, or a `<CodeBlock language="sql">`. */
export interface SqlBlock {
  readonly sql: string;
  /** Line of its first word, 1-based. */
  readonly line: number;
  /** The method whose tab, or `<section data-method>`, the block is in. */
  readonly tab?: string;
  /** Offsets count from the page's first character. */
  readonly statements: readonly PageStatement[];
}

export interface PageStatement extends LooseStatement {
  /** The method whose tab the statement is in. */
  readonly tab?: string;
}

export interface DocumentedMethod {
  readonly verb: string;
  readonly required: readonly string[];
}

/** Lists every Markdown page in or below a folder, in path order. Throws `usage` where there is no folder. */
export function pageFiles(folder: string): OutputFile[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ProblemsError([{ code: 'usage', message: `--docs ${folder}: there is no such folder` }]);
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.mdx?$/.test(entry.name) && !entry.parentPath.split(path.sep).includes('node_modules'),
    )
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .sort(byCodePoint)
    .map((file) => ({ path: file, text: readFileSync(file, 'utf8') }));
}

/** Reads every Markdown page in or below a folder. */
export function readPages(folder: string): Page[] {
  return pageFiles(folder).map((file) => readPage(file.path, file.text));
}

/** Reads the SQL, tabs, tables and limits of a page, in one pass. */
export function readPage(file: string, text: string): Page {
  return new PageReader(file, text).read();
}

/** The parts of a page. Rows are known by their first cell: a description may hold tables of its own. */
const PARTS = new RegExp(
  [
    /^## +(?<heading>.+)$/,
    /<(?:TabItem\b[^>]*\bvalue|section\b[^>]*\bdata-method)=["'{]*(?<tab>[^"'}>\s]+)/,
    /(?<closed><\/(?:TabItem|Tabs|section)>)/,
    /^[ \t]*(?<fence>`{3,}|~{3,})sql\b[^\n]*\n(?<sql>[\s\S]*?)^[ \t]*\k<fence>/,
    // A fence of anything else: a manifest may quote what the spec says, fences and tabs too.
    /^[ \t]*(?<other>`{3,}|~{3,})(?!`|~|sql\b)[^\n]*\n[\s\S]*?^[ \t]*\k<other>/,
    /<CodeBlock\b[^>]*\blanguage=["'{]*sql\b[^>]*>\s*\{`(?<template>(?:[^`\\]|\\[\s\S])*)`/,
    /<tr\b[^>]*>\s*<td><CopyableCode code="(?<column>[^"]*)" \/><\/td>/,
    /<tr\b[^>]*>\s*<td><a [^>]*>(?<method>.*?)<\/a>/,
    /<CopyableCode code="(?<resource>[\w-]+\.[\w-]+\.[\w-]+)"/,
    /Reads one page only: <code>(?<moves>[^<]*)<\/code>/,
    /<code>(?<code>(?:[\w-]|&#\d+;)+)<\/code>|`(?<span>[\w-]+)`/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);

/** The cells after that of a method's name: its verb and its required inputs. */
const METHOD_CELLS = /.*<\/td>\s*<td>(?<verb>.*)<\/td>\s*<td>(?<required>.*)<\/td>/y;

class PageReader {
  private readonly blocks: SqlBlock[] = [];
  private readonly resources: string[][] = [];
  private readonly methods = new Map<string, DocumentedMethod>();
  private readonly fields = new Map<string, string[]>();
  private readonly limits = new Map<string, LimitCode>();
  private readonly onePages = new Map<string, string>();
  private section = '';
  private tab: string | undefined;
  private counted = { offset: 0, line: 1 };

  constructor(
    private readonly file: string,
    private readonly text: string,
  ) {}

  read(): Page {
    for (const match of this.text.matchAll(PARTS)) this.part(match.groups ?? {}, match.index, match[0]);
    const { file, text, blocks, resources, methods, fields, limits, onePages } = this;
    return { file, text, blocks, resources, methods, fields, limits, onePages };
  }

  private part(groups: Readonly<Record<string, string | undefined>>, index: number, whole: string): void {
    const { heading, tab, closed, sql, other, template, column, method, resource, moves, code, span } = groups;
    if (other !== undefined) return;
    if (heading !== undefined) this.section = heading.replaceAll('`', '').trim().toLowerCase();
    else if (tab !== undefined) this.tab = tab;
    else if (closed !== undefined) this.tab = undefined;
    else if (sql !== undefined) this.block(sql, index + whole.indexOf('\n') + 1, false);
    else if (template !== undefined) this.block(template, index + whole.indexOf('{`') + 2, true);
    else if (column !== undefined) this.field(unescapeEntities(column));
    else if (method !== undefined) this.method(method, index + whole.length);
    else if (resource !== undefined) this.resources.push(resource.split('.'));
    else if (moves === undefined) this.word(code ?? span ?? '');
    else if (this.tab !== undefined) this.onePages.set(this.tab, unescapeEntities(moves));
  }

  /** `isTemplate`: the text of a template literal, in which a backslash escapes. */
  private block(written: string, start: number, isTemplate: boolean): void {
    const sql = isTemplate ? written.replace(/\\([\s\S])/g, '$1') : written;
    const offsets = isTemplate ? [...written.matchAll(/\\?[\s\S]/g)].map(({ index }) => start + index) : undefined;
    const inPage = <Located extends { readonly offset: number }>(located: Located): Located => ({
      ...located,
      offset: offsets?.[located.offset] ?? start + located.offset,
    });
    const statements = readLoosely(sql).map(
      (statement): PageStatement => ({
        ...inPage(statement),
        target: statement.target.map(inPage),
        inputs: statement.inputs.map(inPage),
        columns: statement.columns.map(inPage),
        swallowed: statement.swallowed.map(inPage),
        ...(statement.broken && { broken: inPage(statement.broken) }),
        ...(this.tab !== undefined && { tab: this.tab }),
      }),
    );
    const line = this.lineOf(start + written.search(/\S|$/));
    this.blocks.push({ sql, line, statements, ...(this.tab !== undefined && { tab: this.tab }) });
  }

  /** The line of an offset that is not before the last one asked for. */
  private lineOf(offset: number): number {
    for (let end = this.text.indexOf('\n', this.counted.offset); end !== -1 && end < offset; ) {
      this.counted = { offset: end + 1, line: this.counted.line + 1 };
      end = this.text.indexOf('\n', end + 1);
    }
    return this.counted.line;
  }

  private field(column: string): void {
    if (this.section !== 'fields' || this.tab === undefined) return;
    this.fields.set(this.tab, [...(this.fields.get(this.tab) ?? []), column]);
  }

  private method(cell: string, end: number): void {
    METHOD_CELLS.lastIndex = end;
    const { verb, required } = METHOD_CELLS.exec(this.text)?.groups ?? {};
    const [name] = codes(cell);
    if (this.section !== 'methods' || name === undefined || verb === undefined || required === undefined) return;
    this.methods.set(name, { verb: codes(verb)[0] ?? '', required: codes(required) });
  }

  /** A limit of the tab's method; or under `Fields` the method whose fields the tab's are. */
  private word(code: string): void {
    if (this.tab === undefined) return;
    if (isLimitCode(code)) this.limits.set(this.tab, code);
    const same = this.section === 'fields' && !this.fields.has(this.tab) && this.fields.get(unescapeEntities(code));
    if (same) this.fields.set(this.tab, same);
  }
}

/** The contents of a cell's `<code>` and `<CopyableCode code>`. */
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

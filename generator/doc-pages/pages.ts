import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint } from '../model.js';
import { readStatements, type Statement } from './statement.js';

/** A page of documentation with its statements. */
export interface Page {
  readonly file: string;
  readonly text: string;
  readonly statements: readonly DocumentedStatement[];
}

export interface DocumentedStatement extends Statement {
  /** The method whose tab the statement is in. */
  readonly tab?: string;
}

/** Reads every Markdown page in or below a folder. */
export function readPages(folder: string): Page[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ProblemsError([{ code: 'usage', message: `--docs ${folder}: there is no such folder` }]);
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.mdx?$/.test(entry.name) && !entry.parentPath.split(path.sep).includes('node_modules'),
    )
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .sort(byCodePoint)
    .map((file) => pageOf(file, readFileSync(file, 'utf8')));
}

/** Finds the ```sql fences of a page, each with the nearest tab above it. */
export function pageOf(file: string, text: string): Page {
  const statements: DocumentedStatement[] = [];
  let tab: string | undefined;
  for (const match of text.matchAll(
    /<TabItem\b[^>]*\bvalue=["'{]*([^"'}>\s]+)|<\/Tabs>|^[ \t]*(`{3,}|~{3,})sql\b[^\n]*\n([\s\S]*?)^[ \t]*\2/gm,
  )) {
    const [whole, value, , sql] = match;
    if (sql === undefined) tab = value;
    else
      for (const statement of readStatements(sql, match.index + whole.indexOf('\n') + 1))
        statements.push({ ...statement, ...(tab !== undefined && { tab }) });
  }
  return { file, text, statements };
}

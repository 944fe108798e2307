import { createHash } from 'node:crypto';
import type { Extract } from '../doc-pages/strict.js';
import { isObject } from '../read/objects.js';
import type { EngineRows } from './engine.js';
import type { Finding } from './verdicts.js';

type Row = Readonly<Record<string, unknown>>;

/** Rows as they are compared, and as a recording keeps them: how many, and per column a digest of its values. */
export interface SeenRows {
  readonly ended: 'rows';
  readonly columns: readonly string[];
  readonly count: number;
  readonly digests: Readonly<Record<string, string>>;
  /** Absent in a recording. */
  readonly rows?: EngineRows['rows'];
  readonly stderr?: string;
}

export function seenRows({ columns, rows, stderr }: EngineRows): SeenRows {
  const digests = Object.fromEntries(
    columns.map((column, index) => [column, digest(rows.map((row) => comparable(row[index] ?? null)))]),
  );
  return { ended: 'rows', columns, count: rows.length, digests, rows, ...(stderr !== '' && { stderr }) };
}

function digest(values: readonly (string | null)[]): string {
  return createHash('sha256')
    .update(JSON.stringify([...values].map(String).sort()))
    .digest('hex')
    .slice(0, 12);
}

/** Steps down from a response's root to its rows. */
export const ROW_DEPTH = 4;

/**
 * The rows in a response: the objects, at the root or below, that have most of the columns. The page names columns, not
 * the way to them, so a wrong way in the provider shows.
 */
export function rowsIn(answer: unknown, columns: readonly string[]): Row[] {
  let best: Row[] = [];
  let most = -1;
  let bestDepth = 0;
  let level: Row[][] = [objects(answer)];
  for (let depth = 0; depth <= ROW_DEPTH && level.length > 0; depth++) {
    for (const rows of level) {
      const score = columns.filter((column) => rows[0] && Object.hasOwn(rows[0], column)).length;
      // Of one thing and a list of such things beside it, the list.
      const isMore = score > most || (score === most && depth === bestDepth && rows.length > best.length);
      if (rows.length > 0 && isMore) [best, most, bestDepth] = [rows, score, depth];
    }
    level = level.flatMap((rows) => Object.keys(rows[0] ?? {}).map((key) => rows.flatMap((row) => objects(row[key]))));
  }
  return best;
}

function objects(value: unknown): Row[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

/** A value as the engine's wire has it: text, or null (ENGINE E3.10). */
export function wireText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? canonical(value) : comparable(String(value));
}

/**
 * A text so that two can be compared, on another day, too: the keys of a JSON object sorted, `1.0` as `1`, the mock
 * without its port.
 */
function comparable(written: string | null): string | null {
  const text = written?.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://mock') ?? null;
  if (text === null || !/^\s*[[{]/.test(text)) return text?.replace(/^(-?\d+)\.0+$/, '$1') ?? null;
  try {
    return canonical(JSON.parse(text));
  } catch {
    return text;
  }
}

/** JSON with its keys sorted. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

/** The rows that an API returns, page by page, and what of them a statement must bring. */
export interface WantedRows {
  readonly pages: readonly unknown[];
  /** Empty: whatever the statement brings, inputs aside. */
  readonly columns: readonly string[];
  /** All columns that the page documents: a short statement's few may lie beside the rows, too. */
  readonly documented?: readonly string[];
  /** Columns whose value lies inside another. */
  readonly extracts?: ReadonlyMap<string, Extract>;
  /** May there be no other columns? */
  readonly exactly: boolean;
  readonly inputs: readonly string[];
  /** Columns whose value changes with the page: where a whole answer is the row, its own next link is in it. */
  readonly unstable: readonly string[];
  /** A template makes the rows: columns that the answer has not are its own. */
  readonly transformed: boolean;
}

function valueIn(row: Row, column: string, extracts: ReadonlyMap<string, Extract>): unknown {
  const extract = extracts.get(column);
  if (!extract) return row[column];
  return extract.path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), row[extract.column]);
}

/** Compares the rows of a statement with those that the API returned. */
export function compareRows(
  { pages, columns: listed, documented = [], extracts = new Map(), exactly, inputs, unstable, transformed }: WantedRows,
  seen: SeenRows,
): Finding[] {
  const columns = listed.length > 0 ? listed : seen.columns.filter((column) => !inputs.includes(column));
  const sources = columns.map((column) => extracts.get(column)?.column ?? column);
  const perPage = pages.map((page) => rowsIn(page, [...new Set([...sources, ...documented])]));
  const wanted = perPage.flat();
  const count = (verdict: Finding['verdict']): Finding[] => [
    { verdict, seen: `${seen.count} rows${seen.stderr ? `: ${seen.stderr}` : ''}`, wanted: `${wanted.length} rows` },
  ];
  // A list of plain values, or no JSON: only whether there are rows can be said.
  if (wanted.length === 0)
    return seen.count > 0
      ? []
      : [{ verdict: 'rows-missing', seen: '0 rows', wanted: 'rows: the API’s response holds no object' }];
  if (seen.count < wanted.length)
    return count(seen.count > 0 && seen.count === perPage[0]?.length ? 'page-lost' : 'rows-missing');
  if (seen.count > wanted.length) return count('rows-repeated');
  const missing = columns.filter((column) => !seen.columns.includes(column));
  const others = exactly ? seen.columns.filter((column) => !columns.includes(column)) : [];
  if (missing.length > 0 || others.length > 0)
    return [{ verdict: 'columns-differ', seen: seen.columns.join(', '), wanted: columns.join(', ') }];
  const values = (column: string) => wanted.map((row) => wireText(valueIn(row, column, extracts)));
  const isNull = (column: string) => seen.digests[column] === digest(wanted.map(() => null));
  const isMade = (column: string) =>
    transformed && !extracts.has(column) && !wanted.some((row) => Object.hasOwn(row, column)) && !isNull(column);
  const differing = columns.filter(
    (column) => !unstable.includes(column) && !isMade(column) && seen.digests[column] !== digest(values(column)),
  );
  if (differing.length === 0) return [];
  const [first = ''] = differing;
  const brought =
    seen.rows?.map((row) => row[seen.columns.indexOf(first)] ?? 'null').join(' | ') ?? seen.digests[first];
  return [
    {
      verdict: columns.every(isNull) ? 'rows-missing' : 'columns-differ',
      seen: `${differing.join(', ')}: ${brought}`,
      wanted: `${first}: ${values(first)
        .map((value) => value ?? 'null')
        .join(' | ')}`,
    },
  ];
}

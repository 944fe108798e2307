/** The JSON type of a column, which the engine sends as text whatever it is (ENGINE E3.10). */
export type Kind = 'text' | 'integer' | 'number' | 'boolean' | 'json';

/** The columns of a resource that a statement can name. */
export type Columns = Readonly<Record<string, Kind>>;

/** A row as a transport brings it. */
export type WireRow = Readonly<Record<string, unknown>>;

export interface Decoded<R> {
  readonly rows: R[];
  /**
   * Values that are not as the API's description says; they stand in the rows as they came. Empty: every row has its
   * type.
   */
  readonly problems: readonly DecodeProblem[];
  /**
   * Set where the API may have more rows: the engine read as many full pages as it reads at most, or the one page that
   * it reads of this list. Start it with `--http.response.pageLimit 0`, or give filters.
   */
  readonly mayBeCut?: true;
}

/** How the engine reads a list: page after page, or one. `size` is the input that says how many rows a page has. */
export interface Paging {
  readonly pages: 'many' | 'one';
  readonly size?: string;
}

/** The pages that the engine reads of a list unless `--http.response.pageLimit` says otherwise (ENGINE E6.10). */
export const PAGE_LIMIT = 20;

/**
 * Whether a list of so many rows may go on. The size of a page is what the API makes of it, so that many full pages are
 * a multiple of the limit; a single page is full when it has the rows that were asked for.
 * @param pageLimit 0: no limit
 */
export function mayBeCut({ pages }: Paging, rows: number, size: unknown, pageLimit: number): boolean {
  if (rows === 0) return false;
  if (pages === 'many') return pageLimit > 0 && rows % pageLimit === 0;
  return typeof size !== 'number' || rows >= size;
}

export interface DecodeProblem {
  /** Counted from 0. */
  readonly row: number;
  readonly column: string;
  readonly wanted: Kind;
  /** As it came. */
  readonly value: unknown;
}

/**
 * Gives rows their types. A column that was not sent is null, as one that is empty.
 * @param nullText the string that stands for null, where a transport has one: `stackql exec` and the MCP server print
 * `null`
 */
export function decode<R>(
  columns: Columns,
  names: readonly string[],
  wire: readonly WireRow[],
  nullText?: string,
): Decoded<R> {
  const problems: DecodeProblem[] = [];
  const rows = wire.map((sent, row) =>
    Object.fromEntries(
      names.map((column) => {
        const value = sent[column] ?? null;
        const wanted = columns[column] ?? 'text';
        if (value === null || value === nullText) return [column, null];
        const decoded = decodeValue(wanted, value);
        if (decoded === undefined) problems.push({ row, column, wanted, value });
        return [column, decoded ?? value];
      }),
    ),
  );
  return { rows: rows as R[], problems };
}

/** Returns `undefined` for a value that is not of the kind. A client may have parsed a value already. */
export function decodeValue(kind: Kind, value: unknown): unknown {
  if (kind === 'text') return typeof value === 'string' ? value : undefined;
  if (kind === 'boolean') {
    if (typeof value === 'boolean') return value;
    return value === 'true' || value === 'false' ? value === 'true' : undefined;
  }
  if (kind === 'json') return typeof value === 'object' ? value : parsed(value);
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
  // Beyond 2^53 the number is no longer the API's.
  return typeof number === 'number' && (kind === 'number' ? Number.isFinite(number) : Number.isSafeInteger(number))
    ? number
    : undefined;
}

/** Parses an object or array; other text is undefined. */
function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the rows with these columns as dates; a string that is not a date stays as it is. */
export function withDates<R extends object, K extends TextColumns<R>>(
  rows: readonly R[],
  ...columns: readonly K[]
): WithDates<R, K>[] {
  const dated = (row: R) =>
    Object.entries(row).map(([column, value]) => {
      const date =
        typeof value === 'string' && (columns as readonly string[]).includes(column) ? new Date(value) : undefined;
      return [column, date && !Number.isNaN(date.getTime()) ? date : value];
    });
  return rows.map((row) => Object.fromEntries(dated(row)));
}

/** A row whose columns `K` are dates. */
export type WithDates<R, K extends keyof R> = Omit<R, K> & { [Column in K]: Date | Extract<R[Column], null> };

type TextColumns<R> = { [K in keyof R & string]-?: R[K] extends string | null ? K : never }[keyof R & string];

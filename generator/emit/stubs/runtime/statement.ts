import type { Decoded, WireRow } from './codec.js';

/** A statement ready to be sent, whatever the transport. */
export interface Statement<R> {
  readonly verb: Verb;
  /** The text, with `$1`, `$2`, … in place of its strings. */
  readonly sql: string;
  /**
   * The values of `$1`, `$2`, …, escaped for the engine, which pastes them into the text, where a bare backslash would
   * escape. An ordinary Postgres client takes them as they are; `inline` writes them into the text.
   */
  readonly params: string[];
  /** Whether it returns rows: SELECT does, and a statement with RETURNING. */
  readonly hasRows: boolean;
  /** Gives the rows of a transport their types. */
  decode(rows: readonly WireRow[], options?: TransportOptions & { readonly nullText?: string }): Decoded<R>;
}

/** What a transport knows of its engine. */
export interface TransportOptions {
  /** The engine's `--http.response.pageLimit`, for `mayBeCut`: 20 unless it was started with another, 0 for none. */
  readonly pageLimit?: number | undefined;
}

export type Verb = 'select' | 'insert' | 'update' | 'replace' | 'delete' | 'exec';

/** A transport to the engine. Throws EngineError. */
export type Run = <R>(statement: Statement<R>) => Promise<Decoded<R>>;

/** Writes the statement as one string, for transports that have no `$1`. */
export function inline({ sql, params }: Pick<Statement<unknown>, 'sql' | 'params'>): string {
  return sql.replace(/"(?:[^"]|"")*"|\$(\d+)/g, (found, number: string | undefined) =>
    number === undefined ? found : `'${(params[Number(number) - 1] ?? '').replaceAll("'", "''")}'`,
  );
}

/** An input was refused before anything was sent: the engine would have read it as something else. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** The engine, or the API behind it, refused a statement. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** The API's HTTP status, where the transport reports it. */
  readonly status: number | undefined;
  /** The body of the API's response, where the transport reports it: text, mostly JSON. */
  readonly body: string | undefined;
  readonly sql: string;

  constructor(message: string, sql: string) {
    const [, status, body] = HTTP_ERROR.exec(message) ?? /HTTP error: (\d{3})/.exec(message) ?? [];
    super(message.trim() || 'the engine did not say why');
    this.status = status === undefined ? undefined : Number(status);
    this.body = body;
    this.sql = sql;
  }
}

/** The engine's message for an HTTP error: a response from 400 on (ENGINE E3.9). */
export const HTTP_ERROR = /http response status code: (\d{3}), response body: (.*)/i;

/** The engine's message for a statement without rows that was sent. */
export const DONE = /despatched successfully/;

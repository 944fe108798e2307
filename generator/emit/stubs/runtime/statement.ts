import type { Decoded, WireRow } from './codec.js';

/** A statement ready to be sent, whatever the way to the engine. */
export interface Statement<R> {
  readonly verb: Verb;
  /** The text, with `$1`, `$2`, … where its texts go. */
  readonly sql: string;
  /**
   * The values of `$1`, `$2`, …, escaped as the engine wants them: it pastes them into the text, and a bare backslash would escape there.
   * An ordinary Postgres client takes them as they are; `inline` writes them into the text.
   */
  readonly params: string[];
  /** Does it answer rows: SELECT does, and what was asked for RETURNING. */
  readonly hasRows: boolean;
  /** Makes rows of what a transport brought. */
  decode(rows: readonly WireRow[], options?: { readonly nullText?: string }): Decoded<R>;
}

export type Verb = 'select' | 'insert' | 'update' | 'replace' | 'delete' | 'exec';

/** A way to the engine. Throws EngineError. */
export type Run = <R>(statement: Statement<R>) => Promise<Decoded<R>>;

/** The statement as one text, for transports that have no `$1`. */
export function inline({ sql, params }: Pick<Statement<unknown>, 'sql' | 'params'>): string {
  return sql.replace(/"(?:[^"]|"")*"|\$(\d+)/g, (found, number: string | undefined) =>
    number === undefined ? found : `'${(params[Number(number) - 1] ?? '').replaceAll("'", "''")}'`,
  );
}

/** An input was refused before anything was sent: the engine would have made something else of it. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** The engine, or the API behind it, said no. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  /** The API's HTTP status, where the transport tells. */
  readonly status: number | undefined;
  /** The body of the API's answer, where the transport tells: text, mostly JSON. */
  readonly body: string | undefined;
  readonly sql: string;

  constructor(said: string, sql: string) {
    const [, status, body] = HTTP_ERROR.exec(said) ?? /HTTP error: (\d{3})/.exec(said) ?? [];
    super(said.trim() || 'the engine did not say why');
    this.status = status === undefined ? undefined : Number(status);
    this.body = body;
    this.sql = sql;
  }
}

/** What the engine says of an HTTP error: an answer from 400 on (ENGINE E3.9). */
export const HTTP_ERROR = /http response status code: (\d{3}), response body: (.*)/i;

/** What the engine says when something without rows was done. */
export const DONE = /despatched successfully/;

import type { WireRow } from './codec.js';
import { EngineError, HTTP_ERROR, type Run, type TransportOptions } from './statement.js';

/** The part of a client of the `pg` package that is used. */
export interface PgClient {
  query(text: string, values: string[]): Promise<{ readonly rows: WireRow[] }>;
  on(event: 'notice', listener: (notice: { readonly detail?: string | undefined }) => void): unknown;
}

/** The part of a pool of the `pg` package that is used. */
export interface PgPool {
  connect(): Promise<PgPoolClient>;
  readonly totalCount: number;
}

/** A client that a pool lends. */
export interface PgPoolClient extends PgClient {
  release(): void;
}

/**
 * Runs statements through `stackql srv`, which speaks the Postgres protocol. Started with `--pgsrv.debug.enable`, it
 * reports HTTP errors of SELECT and RETURNING, too; without it, a SELECT that the API refused has no rows. Call this
 * once for a client, right after it connected, or for a pool, whose clients run statements side by side.
 */
export function throughPg(client: PgClient | PgPool, options?: TransportOptions): Run {
  const send = 'totalCount' in client ? pooled(client) : watched(client);
  return async (statement) => {
    const { sql, params, hasRows, verb } = statement;
    const sent = await send(sql, params);
    const rows = hasRows ? sent.rows : [];
    if (hasRows && verb !== 'select' && rows.length === 0)
      throw new EngineError('nothing came back: the API refused it', sql);
    return statement.decode(rows, options);
  };
}

type Send = (sql: string, params: string[]) => Promise<{ readonly rows: WireRow[] }>;

function pooled(pool: PgPool): Send {
  const clients = new WeakMap<PgPoolClient, Send>();
  return async (sql, params) => {
    const client = await pool.connect();
    const send = clients.get(client) ?? watched(client);
    clients.set(client, send);
    return send(sql, params).finally(() => client.release());
  };
}

/** Sends statements one after the other and throws an EngineError for what the API refused. */
export function watched(client: PgClient): Send {
  // A notice has everything that went wrong on the connection so far (fact N11).
  let reported = '';
  let latest = '';
  client.on('notice', ({ detail }) => {
    latest = detail ?? '';
  });
  const newErrors = (): string => {
    const errors = latest.startsWith(reported) ? latest.slice(reported.length) : latest;
    reported = latest;
    return errors;
  };
  // So that it is clear whose notice it is.
  let previous: Promise<unknown> = Promise.resolve();
  return (sql, params) => {
    const run = previous.then(async () => {
      const sent = await client.query(sql, params).catch(async (error: unknown) => {
        // The notice of a statement that failed comes with the next statement.
        await client.query('SELECT 1', []).catch(() => undefined);
        throw new EngineError(`${newErrors()}\n${error instanceof Error ? error.message : String(error)}`, sql);
      });
      const errors = newErrors();
      if (HTTP_ERROR.test(errors)) throw new EngineError(errors, sql);
      return sent;
    });
    previous = run.catch(() => undefined);
    return run;
  };
}

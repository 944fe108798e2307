import type { WireRow } from './codec.js';
import { EngineError, HTTP_ERROR, type Run } from './statement.js';

/** The part of a client of the `pg` package that is used: one connection, not a pool. */
export interface PgClient {
  query(text: string, values: string[]): Promise<{ readonly rows: readonly WireRow[] }>;
  on(event: 'notice', listener: (notice: { readonly detail?: string | undefined }) => void): unknown;
}

/**
 * Runs statements through `stackql srv`, which speaks the Postgres protocol. Started with `--pgsrv.debug.enable`, it
 * reports HTTP errors of SELECT and RETURNING, too; without it, a SELECT that the API refused has no rows. Call this
 * once for a client, right after it connected.
 */
export function throughPg(client: PgClient): Run {
  // A notice has everything that went wrong on the connection so far (fact N11).
  let reported = '';
  let latest = '';
  client.on('notice', ({ detail }) => {
    latest = detail ?? '';
  });
  // One after the other, so that it is clear whose notice it is.
  let previous: Promise<unknown> = Promise.resolve();
  return (statement) => {
    const { sql, params, hasRows, verb } = statement;
    const run = previous.then(async () => {
      const sent = await client.query(sql, params).catch(async (error: unknown) => {
        // The notice of a statement that failed comes with the next statement.
        await client.query('SELECT 1', []).catch(() => undefined);
        throw new EngineError(`${newErrors()}\n${error instanceof Error ? error.message : String(error)}`, sql);
      });
      const errors = newErrors();
      if (HTTP_ERROR.test(errors)) throw new EngineError(errors, sql);
      const rows = hasRows ? sent.rows : [];
      if (hasRows && verb !== 'select' && rows.length === 0)
        throw new EngineError('nothing came back: the API refused it', sql);
      return statement.decode(rows);
    });
    previous = run.catch(() => undefined);
    return run;
  };

  function newErrors(): string {
    const errors = latest.startsWith(reported) ? latest.slice(reported.length) : latest;
    reported = latest;
    return errors;
  }
}

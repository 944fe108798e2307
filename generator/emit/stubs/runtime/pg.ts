import type { WireRow } from './codec.js';
import { EngineError, HTTP_ERROR, type Run } from './statement.js';

/** What is used of a client of the `pg` package: one connection, not a pool. */
export interface PgClient {
  query(text: string, values: string[]): Promise<{ readonly rows: readonly WireRow[] }>;
  on(event: 'notice', listener: (notice: { readonly detail?: string | undefined }) => void): unknown;
}

/**
 * Through `stackql srv`, which speaks the Postgres protocol. Started with `--pgsrv.debug.enable`, it tells HTTP errors of SELECT and RETURNING, too;
 * without, a SELECT that the API refused has no rows. Call this once for a client, right after it connected.
 */
export function throughPg(client: PgClient): Run {
  // A notice has everything that went wrong on the connection so far (fact N11).
  let told = '';
  let heard = '';
  client.on('notice', ({ detail }) => {
    heard = detail ?? '';
  });
  // One after the other, so that it is clear whose notice it is.
  let before: Promise<unknown> = Promise.resolve();
  return (statement) => {
    const { sql, params, hasRows, verb } = statement;
    const run = before.then(async () => {
      const sent = await client.query(sql, params).catch(async (error: unknown) => {
        // What was told of a statement that failed comes with the next one.
        await client.query('SELECT 1', []).catch(() => undefined);
        throw new EngineError(`${news()}\n${error instanceof Error ? error.message : String(error)}`, sql);
      });
      const said = news();
      if (HTTP_ERROR.test(said)) throw new EngineError(said, sql);
      const rows = hasRows ? sent.rows : [];
      if (hasRows && verb !== 'select' && rows.length === 0)
        throw new EngineError('nothing came back: the API refused it', sql);
      return statement.decode(rows);
    });
    before = run.catch(() => undefined);
    return run;
  };

  function news(): string {
    const said = heard.startsWith(told) ? heard.slice(told.length) : heard;
    told = heard;
    return said;
  }
}

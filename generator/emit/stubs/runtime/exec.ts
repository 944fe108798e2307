import { DONE, EngineError, HTTP_ERROR, inline, type Run, type TransportOptions } from './statement.js';

/** The output of a run of `stackql exec`. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs statements through `stackql exec --output json`. The callback `exec` runs it with the text of a statement, best
 * from a file (`--infile`), since a command line has its limits. Its exit code says nothing (ENGINE E3.9), so it is not
 * used. The string "null" cannot be told from null.
 */
export function throughExec(exec: (sql: string) => Promise<Printed>, options?: TransportOptions): Run {
  return async (statement) => {
    const { hasRows } = statement;
    const sql = inline(statement);
    const { stdout, stderr } = await exec(sql);
    if (HTTP_ERROR.test(stderr) || (hasRows ? stderr.trim() !== '' : !DONE.test(stderr)))
      throw new EngineError(stderr, sql);
    return statement.decode(hasRows ? rowsIn(stdout, sql) : [], { ...options, nullText: 'null' });
  };
}

/** Parses the rows; the engine prints `null` for none. */
function rowsIn(stdout: string, sql: string): Record<string, unknown>[] {
  try {
    const rows: unknown = JSON.parse(stdout);
    if (rows === null) return [];
    if (Array.isArray(rows)) return rows;
  } catch {
    // Reported below.
  }
  throw new EngineError(`stackql exec must print JSON (--output json), and printed: ${stdout.slice(0, 200)}`, sql);
}

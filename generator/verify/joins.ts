import { line, type Observation } from './compare.js';
import { type ApiOperation, operationFor } from './operations.js';
import { sampleBody } from './responses.js';
import { rowsIn } from './rows.js';
import type { Finding } from './verdicts.js';

/** A join as a page prints it: the rows of a list, and a SELECT for each of them (ENGINE N6). */
export interface ReadJoin {
  /** `provider.service.resource` of the list. */
  readonly list: string;
  /** The list's column that gives the other side its input. */
  readonly column: string;
  readonly input: string;
}

const JOIN =
  /\bFROM\s+(?<list>\S+)\s+(?<l>\w+)\s+JOIN\s+\S+\s+(?<t>\w+)\s+ON\s+\k<t>\.(?<input>\w+)\s*=\s*\k<l>\.(?<column>\w+)/i;

/** Reads `FROM list l JOIN each t ON t.input = l.column`; `undefined` for a statement that is no such join. */
export function readJoin(sql: string): ReadJoin | undefined {
  const { list, column, input } = JOIN.exec(sql)?.groups ?? {};
  return list === undefined || column === undefined || input === undefined ? undefined : { list, column, input };
}

/**
 * A join asks for the list, and then once for each of its rows, with the row's value in the path; and it ends with
 * rows.
 */
export function judgeJoin(
  { column, input }: ReadJoin,
  operation: ApiOperation,
  lists: readonly ApiOperation[],
  operations: readonly ApiOperation[],
  { requests, outcome }: Observation,
): Finding[] {
  const call = `${operation.method} ${operation.path}`;
  if (outcome.ended !== 'rows')
    return [{ verdict: `engine-${outcome.ended}`, seen: outcome.message, wanted: 'no error' }];
  const hits = requests.map((request) => ({
    request,
    hit: request.escaped ? undefined : operationFor(operations, request.method, request.path, operation),
  }));
  const astray = hits.find(({ hit }) => hit !== operation && !(hit && lists.includes(hit)));
  if (astray)
    return [{ verdict: 'stray-request', seen: line(astray.request), wanted: `a list of ${column}, and ${call}` }];
  const list = hits.find(({ hit }) => hit && lists.includes(hit))?.hit;
  if (!list)
    return [
      {
        verdict: 'wrong-operation',
        seen: hits.map(({ request }) => line(request)).join(' · ') || 'no request',
        wanted: 'the list',
      },
    ];
  const place = operation.names.indexOf(input);
  const seen = hits
    .filter(({ hit }) => hit === operation)
    .map(({ request }) => decodeURIComponent(operation.pattern.exec(request.path)?.[place + 1] ?? ''));
  const wanted = rowsIn(sampleBody(list, undefined, 0), [column]).map((row) => String(row[column]));
  const lost = wanted.filter((value) => !seen.includes(value));
  if (lost.length > 0 || wanted.length === 0)
    return [
      {
        verdict: 'parameter-lost',
        seen: `path ${input}: ${seen.join(', ') || 'no request'}`,
        wanted: `path ${input}: ${wanted.join(', ')}`,
      },
    ];
  return outcome.count > 0 ? [] : [{ verdict: 'rows-missing', seen: 'no rows', wanted: 'rows' }];
}

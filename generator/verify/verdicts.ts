import type { LimitCode, SqlVerb } from '../model.js';

/** The verdicts on a documented statement, with their meanings. */
export const VERDICTS = {
  ok: 'It sends the request it stands for, and returns the rows and columns that the page lists.',
  limit: 'The engine cannot do it, and the page says so, or the catalogue of limits explains the difference.',
  undocumented: 'The provider has the method, and no page has a statement for it.',
  'unknown-method': 'The page has a statement for a method that the provider lacks.',
  'unknown-operation': 'The method’s operation is not in the API’s description.',
  'syntax-error': 'The engine cannot read the statement.',
  unterminated: 'Its `;` stands in a comment: in a script it would swallow the next statement.',
  'not-callable': 'The engine refuses the statement before sending anything.',
  'no-request': 'The statement ends without an error and without a request.',
  'engine-crash': 'The engine dies over the statement.',
  'engine-hang': 'The engine does not respond.',
  'engine-error': 'The request was sent, and then the statement failed.',
  'wrong-operation': 'The request is that of another operation.',
  'stray-request': 'A further request, to another operation or host.',
  'parameter-lost': 'A parameter is not at its place, or not with its value.',
  'parameter-added': 'The request has a parameter that nobody gave and the API does not know.',
  'body-field-lost': 'A body field is missing from the request.',
  'body-differs': 'The request’s body has another value or type than was given, or more than was given.',
  'auth-missing': 'The request lacks the secret that the API asks for.',
  'rows-missing': 'Rows that the API returned are missing.',
  'rows-repeated': 'Rows come more than once.',
  'columns-differ': 'Columns are not the documented ones, or empty although the API returned them.',
  'page-lost': 'Rows of later pages are missing.',
  'limit-loses-rows': 'With LIMIT and a condition, a row is lost that the statement finds without.',
  'missing-input-strays': 'Without a required input, the statement reaches an endpoint that is not its own.',
  'session-clash': 'It works alone, and fails in a session in which another method of the resource was run before.',
  'show-methods-differs': 'SHOW METHODS disagrees with the page about the verb or the required inputs.',
  'describe-differs': 'DESCRIBE disagrees with the page about the columns.',
} as const;

export type Verdict = keyof typeof VERDICTS;

export interface Finding {
  readonly verdict: Exclude<Verdict, 'ok'>;
  readonly seen: string;
  readonly wanted: string;
  /** What was run, when it is not the documented statement itself. */
  readonly statement?: string;
  /** The limit of the engine that explains it. */
  readonly limit?: LimitCode;
}

/** What became of one documented statement, or of a method without one. */
export interface Result {
  readonly service: string;
  readonly resource: string;
  readonly method: string;
  readonly verb: SqlVerb;
  /** The first finding's, `limit` when limits explain them all, `ok` without any. */
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** Filled, as it was run. */
  readonly statement?: string;
  readonly page?: { readonly file: string; readonly line: number };
}

export function verdictOf(findings: readonly Finding[]): Verdict {
  const unexplained = findings.find(({ limit }) => limit === undefined);
  return unexplained?.verdict ?? (findings.length > 0 ? 'limit' : 'ok');
}

/** Does it speak against the provider or its pages? */
export function isFailure(verdict: Verdict): boolean {
  return verdict !== 'ok' && verdict !== 'limit';
}

import { byCodePoint, type LimitCode } from '../model.js';
import { LIMITS } from '../sql/limits.js';
import { visible } from '../text/visible.js';
import { type Finding, isFailure, type Result, VERDICTS, type Verdict } from './verdicts.js';

/** What a run found. */
export interface Report {
  readonly provider: string;
  readonly engine: string;
  /** What could not be compared, in a sentence each. */
  readonly unchecked: readonly string[];
  /** A list of several pages, and how many of them the engine follows. */
  readonly paging?: {
    readonly statement: string;
    readonly pages: number;
    readonly followed: number;
    readonly byDefault: number;
  };
  readonly results: readonly Result[];
}

export interface Counts {
  readonly statements: number;
  readonly ok: number;
  readonly limit: number;
  readonly failed: number;
}

export function countsOf(results: readonly Result[]): Counts {
  const ok = results.filter(({ verdict }) => verdict === 'ok').length;
  const limit = results.filter(({ verdict }) => verdict === 'limit').length;
  return { statements: results.length, ok, limit, failed: results.length - ok - limit };
}

export function byService(results: readonly Result[]): [service: string, Result[]][] {
  const services = new Map<string, Result[]>();
  for (const result of results) services.set(result.service, [...(services.get(result.service) ?? []), result]);
  return [...services].sort(([a], [b]) => byCodePoint(a, b));
}

/** The failures, by verdict, those of most statements first. */
export function failuresOf(results: readonly Result[]): [verdict: Verdict, Result[]][] {
  const verdicts = new Map<Verdict, Result[]>();
  for (const result of results)
    if (isFailure(result.verdict)) verdicts.set(result.verdict, [...(verdicts.get(result.verdict) ?? []), result]);
  return [...verdicts].sort(([a, all], [b, others]) => others.length - all.length || byCodePoint(a, b));
}

export function limitsOf(results: readonly Result[]): [limit: LimitCode, Result[]][] {
  const codes = (Object.keys(LIMITS) as LimitCode[]).map((code): [LimitCode, Result[]] => [
    code,
    results.filter(({ findings }) => findings.some(({ limit }) => limit === code)),
  ]);
  return codes.filter(([, found]) => found.length > 0);
}

export function nameOf({ service, resource, method }: Result): string {
  return `${service}.${resource}.${method}`;
}

export function pagingText({ statement, pages, followed, byDefault }: NonNullable<Report['paging']>): string {
  const all = `the engine followed ${followed} with --http.response.pageLimit 0`;
  return `Paging: of ${pages} pages of ${statement} ${all}, and ${byDefault} by default.`;
}

export function reportJson(report: Report) {
  const { results, ...rest } = report;
  return {
    ...rest,
    summary: countsOf(results),
    verdicts: Object.fromEntries(failuresOf(results).map(([verdict, all]) => [verdict, all.length])),
    results,
  };
}

/** The report for people: a line a service, then what failed and how. */
export function reportText(report: Report): string {
  const { provider, engine, results } = report;
  const rows = [...byService(results), ['total', results] as const].map(
    ([name, all]) => [name, countsOf(all)] as const,
  );
  const width = Math.max(...rows.map(([name]) => name.length), 7) + 1;
  const cell = (value: number | string) => String(value).padStart(10);
  const lines = [
    `${provider} on ${engine}`,
    '',
    `${'service'.padEnd(width)}${['statements', 'ok', 'limit', 'failed'].map(cell).join('')}`,
    ...rows.map(
      ([name, { statements, ok, limit, failed }]) =>
        `${name.padEnd(width)}${[statements, ok, limit, failed].map(cell).join('')}`,
    ),
  ];
  for (const [verdict, all] of failuresOf(results)) {
    lines.push('', `${verdict} (${all.length}): ${VERDICTS[verdict]}`);
    for (const result of all) {
      lines.push(`  ${nameOf(result)}${result.page ? `  ${result.page.file}:${result.page.line}` : ''}`);
      for (const finding of result.findings.filter(({ limit }) => limit === undefined))
        lines.push(...findingLines(finding, verdict));
    }
  }
  for (const [code, all] of limitsOf(results)) lines.push('', `limit ${code} (${all.length}): ${LIMITS[code].title}`);
  if (report.paging) lines.push('', pagingText(report.paging));
  for (const sentence of report.unchecked) lines.push('', `Not checked: ${sentence}`);
  return lines.map(visible).join('\n');
}

function findingLines({ verdict, seen, wanted, statement }: Finding, heading: Verdict): string[] {
  return [
    ...(verdict === heading ? [] : [`    also ${verdict}`]),
    `    seen    ${short(seen)}`,
    `    wanted  ${short(wanted)}`,
    ...(statement === undefined ? [] : [`    with    ${short(statement)}`]),
  ];
}

/** The beginning of a text, on one line. */
function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 240 ? `${line.slice(0, 240)}…` : line;
}

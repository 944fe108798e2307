import path from 'node:path';
import type { Colors } from 'picocolors/types.js';
import { CATALOGUE, type Problem, severityOf } from '../diagnostics/problem.js';
import { linesOf, positionOf, textOf } from '../read/place.js';

/**
 * A problem for people: place, severity, code, message; the lines around it; what to do. `sourceOf` gives the text of a file: whoever prints
 * hundreds has read it already.
 */
export function problemText(problem: Problem, colors: Colors, sourceOf = textOf): string {
  const { fix, cause } = CATALOGUE[problem.code];
  const position = problem.at === undefined ? undefined : positionOf(problem.at);
  const place = position ? `${shown(position.file)}:${position.line}:${position.column}  ` : '';
  const severity = labelled(severityName(problem), colors);
  const frame = position ? codeFrame(sourceOf(position.file), position.line, position.column) : [];
  return [
    `${place}${severity}  ${problem.code}  ${problem.message}`,
    ...frame,
    ...(problem.hint ? [`  ${problem.hint}`] : []),
    colors.dim(`  ${cause} ${fix}`),
  ].join('\n');
}

function shown(file: string): string {
  return /^https?:/.test(file) ? file : path.relative(process.cwd(), file);
}

/** Usage problems are errors to whoever reads them. */
export function severityName(problem: Problem): 'error' | 'warning' | 'info' {
  const severity = severityOf(problem);
  return severity === 'usage' ? 'error' : severity;
}

function labelled(severity: 'error' | 'warning' | 'info', colors: Colors): string {
  return { error: colors.red, warning: colors.yellow, info: colors.cyan }[severity](severity);
}

/** The line of a problem between its neighbours, with a mark under the column. */
export function codeFrame(source: string, line: number, column: number): string[] {
  const lines = linesOf(source);
  const from = Math.max(1, line - 1);
  const to = Math.min(lines.length, line + 1);
  const width = String(to).length;
  const frame: string[] = [];
  for (let number = from; number <= to; number++) {
    const content = (lines[number - 1] ?? '').slice(0, 160).trimEnd();
    frame.push(`  ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${content}`.trimEnd());
    if (number === line && column <= 160) frame.push(`    ${' '.repeat(width)} | ${' '.repeat(column - 1)}^`);
  }
  return frame;
}

/** A problem for machines. */
export function problemJson(problem: Problem) {
  const position = problem.at === undefined ? undefined : positionOf(problem.at);
  const { cause, fix } = CATALOGUE[problem.code];
  return {
    code: problem.code,
    severity: severityName(problem),
    message: problem.message,
    ...(position && { file: shown(position.file), line: position.line, column: position.column }),
    cause,
    fix,
  };
}

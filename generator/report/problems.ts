import path from 'node:path';
import type { Colors } from 'picocolors/types.js';
import { CATALOGUE, type Problem, severityOf } from '../diagnostics/problem.js';
import { linesOf, positionOf, textOf } from '../read/place.js';
import { visible, visibleLines } from '../text/visible.js';

/**
 * A problem for people: location, severity, code, message; the lines around it; how to fix it. `sourceOf` returns the
 * content of a file: a caller that prints hundreds has read it already.
 */
export function problemText(problem: Problem, colors: Colors, sourceOf = textOf): string {
  const { fix, cause } = CATALOGUE[problem.code];
  const position = problem.at === undefined ? undefined : positionOf(problem.at);
  const location = position ? `${visible(relative(position.file))}:${position.line}:${position.column}  ` : '';
  const severity = labelled(severityName(problem), colors);
  const frame = position ? codeFrame(sourceOf(position.file), position.line, position.column) : [];
  return [
    `${location}${severity}  ${problem.code}  ${visible(problem.message)}`,
    ...frame,
    ...(problem.hint ? [`  ${visibleLines(problem.hint)}`] : []),
    colors.dim(`  ${cause} ${fix}`),
  ].join('\n');
}

function relative(file: string): string {
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

/** Characters of a source line that are shown. */
const WIDEST = 160;

/** The line of a problem between its neighbours, with a mark under the column. */
export function codeFrame(source: string, line: number, column: number): string[] {
  const lines = linesOf(source);
  const from = Math.max(1, line - 1);
  const to = Math.min(lines.length, line + 1);
  const width = String(to).length;
  const frame: string[] = [];
  for (let number = from; number <= to; number++) {
    const content = (lines[number - 1] ?? '').slice(0, WIDEST).trimEnd().replaceAll('\t', ' ');
    frame.push(`  ${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${visible(content)}`.trimEnd());
    const before = visible(content.slice(0, column - 1).padEnd(column - 1));
    if (number === line && column <= WIDEST) frame.push(`    ${' '.repeat(width)} | ${' '.repeat(before.length)}^`);
  }
  return frame;
}

/** A problem for machines: its message is as it is, `jsonLine` escapes what a terminal would obey. */
export function problemJson(problem: Problem) {
  const position = problem.at === undefined ? undefined : positionOf(problem.at);
  const { cause, fix } = CATALOGUE[problem.code];
  return {
    code: problem.code,
    severity: severityName(problem),
    message: problem.message,
    ...(position && { file: relative(position.file), line: position.line, column: position.column }),
    cause,
    fix,
  };
}

import path from 'node:path';
import { CATALOGUE, type Problem } from '../diagnostics/problem.js';
import { positionOf } from '../read/place.js';
import { visible } from '../text/visible.js';
import { severityName } from './problems.js';

const COMMAND = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** A problem as a workflow command of GitHub Actions, which shows it in the diff. One line. */
export function annotation(problem: Problem): string {
  const position = problem.at === undefined ? undefined : positionOf(problem.at);
  const properties = {
    ...(position && { file: path.relative(process.cwd(), position.file), line: position.line, col: position.column }),
    title: problem.code,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${property(String(value))}`);
  const message = data(`${problem.message}. ${CATALOGUE[problem.code].fix}`);
  return `::${COMMAND[severityName(problem)]} ${list.join(',')}::${message}`;
}

/** Escapes what the runner unescapes in a message; in a property, two characters more. */
function data(text: string): string {
  return visible(text).replaceAll('%', '%25');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

import type { Colors } from 'picocolors/types.js';
import { exitCode, type Problem } from '../diagnostics/problem.js';
import { problemJson, problemText } from '../report/problems.js';
import { jsonLine } from '../text/visible.js';

/** All that a command may ask of the process; `cli.ts` has the only one. stdout carries data, stderr messages. */
export interface Terminal {
  readonly colors: Colors;
  /** A line of data. */
  print(text: string): void;
  /** A line for people. */
  say(text: string): void;
  /** Shows the step that runs, where a person watches; empty: none. */
  progress(text: string): void;
  /** Calls `stop` on Ctrl-C and SIGTERM, after which the process ends. Returns a function that takes this back. */
  onInterrupt(stop: () => Promise<void>): () => void;
  /** The code that the process will end with. */
  exitWith(code: 0 | 1 | 2): void;
  /** The environment: the only place for a secret. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Does this when someone stops the process. */
  onStop(stop: () => void): void;
}

/** So many warnings of a kind are said where not all are. */
const FEW = 3;

/** What is said of warnings: all of them, the first of each kind and how many there are, or nothing. */
export type Detail = 'all' | 'first' | 'errors';

/** Problems for people, and the exit code that they mean. Errors are always said. */
export function sayProblems(terminal: Terminal, problems: readonly Problem[], detail: Detail = 'all'): void {
  const isError = (problem: Problem) => exitCode([problem]) !== 0;
  const counts = new Map<string, number>();
  for (const problem of problems) {
    const count = (counts.get(problem.code) ?? 0) + 1;
    counts.set(problem.code, count);
    if (isError(problem) || detail === 'all' || (detail === 'first' && count <= FEW))
      terminal.say(`${problemText(problem, terminal.colors)}\n`);
  }
  if (detail === 'first')
    for (const [code, count] of counts)
      if (count > FEW && problems.some((problem) => problem.code === code && !isError(problem)))
        terminal.say(`… and ${count - FEW} more ${code}: --verbose or \`report\` has them\n`);
  terminal.exitWith(exitCode(problems));
}

/** A result as one line of JSON, its problems included, and the exit code that they mean. */
export function printJson(terminal: Terminal, result: object, problems: readonly Problem[]): void {
  terminal.print(jsonLine({ ...result, problems: problems.map(problemJson) }));
  terminal.exitWith(exitCode(problems));
}

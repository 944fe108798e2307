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

/** Problems for people, and the exit code that they mean. */
export function sayProblems(terminal: Terminal, problems: readonly Problem[]): void {
  for (const problem of problems) terminal.say(`${problemText(problem, terminal.colors)}\n`);
  terminal.exitWith(exitCode(problems));
}

/** A result as one line of JSON, its problems included, and the exit code that they mean. */
export function printJson(terminal: Terminal, result: object, problems: readonly Problem[]): void {
  terminal.print(jsonLine({ ...result, problems: problems.map(problemJson) }));
  terminal.exitWith(exitCode(problems));
}

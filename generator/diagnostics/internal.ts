import { type Problem, ProblemsError } from './problem.js';

/**
 * The problems that an error stands for: those it holds, one for what the file system refused (`io-failed`), and for
 * anything else, which is a bug, one of code `internal`. `versions` names the tool and what it runs on.
 */
export function problemsOf(error: unknown, versions: string): readonly Problem[] {
  if (error instanceof ProblemsError) return error.problems;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${String(error)}`;
  if (isFromFileSystem(error)) return [{ code: 'io-failed', message: plain(text.replace(/^Error: /, '')) }];
  return [{ code: 'internal', message: plain(text), hint: `Put this into the report: ${versions}` }];
}

/** Errors of `node:fs` name the path; those of programs that cannot be started do, too. */
function isFromFileSystem(error: unknown): boolean {
  const { syscall, path } = Object(error) as Partial<NodeJS.ErrnoException>;
  return typeof syscall === 'string' && typeof path === 'string' && !syscall.startsWith('spawn');
}

/** One line, of what may quote a spec. */
function plain(text: string): string {
  return text.replace(/\p{C}+/gu, ' ').slice(0, 500);
}

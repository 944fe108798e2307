import { type Problem, severityOf } from '../diagnostics/problem.js';
import type { LeftOut } from '../map/provider.js';
import { methodsOf, type Provider } from '../model.js';

/**
 * The operations at whose methods the check finds errors, each with the first. What belongs to no operation is not
 * among them.
 */
export function refusedOperations(provider: Provider, findings: readonly Problem[]): LeftOut {
  const operations = new Set<unknown>(methodsOf(provider).map(({ at }) => at));
  const refused = new Map<string, string>();
  for (const problem of findings) {
    const { code, message, at } = problem;
    if (severityOf(problem) === 'error' && typeof at === 'string' && operations.has(at) && !refused.has(at))
      refused.set(at, `${code}: ${message}`);
  }
  return refused;
}

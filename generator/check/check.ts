import { CATALOGUE, type Problem } from '../diagnostics/problem.js';
import type { RuleCode } from '../diagnostics/rules.js';
import type { Page } from '../doc-pages/pages.js';
import { structureOf } from '../provider-package/structure.js';
import type { Document } from '../provider-package/types.js';
import { RULES } from './rules/index.js';
import type { Finding } from './rules/rule.js';

/**
 * Checks the files of one version of one provider, and its pages if there are any, against every rule or those that are
 * named. Documents may be values that were never text: then the rules about text find nothing.
 */
export function checkDocuments(
  documents: readonly Document[],
  pages: readonly Page[] = [],
  codes: readonly RuleCode[] = ALL,
): Problem[] {
  return [...findingsIn(documents, pages, codes)].map(({ method: _, ...problem }) => problem);
}

/** The same, each with the entry of the method that it is about, if it is about one. */
export function* findingsIn(
  documents: readonly Document[],
  pages: readonly Page[],
  codes: readonly RuleCode[] = ALL,
): Generator<Problem & Pick<Finding, 'method'>> {
  const subject = { ...structureOf(documents), pages };
  for (const code of codes)
    if (code !== 'yaml-syntax') for (const finding of RULES[code](subject)) yield { code, ...finding };
}

const ALL = Object.keys(RULES) as RuleCode[];

/** A rule as `--list-rules` prints it. */
export function ruleLine(code: RuleCode): string {
  const { fact, severity, title } = CATALOGUE[code];
  return `${code.padEnd(28)} ${severity.padEnd(8)} ${fact.padEnd(6)} ${title}`;
}

import { type Problem, severityOf } from '../diagnostics/problem.js';
import { readPage } from '../doc-pages/pages.js';
import { providerDocuments } from '../emit/provider.js';
import type { OutputFile, Provider, Service } from '../model.js';
import { visible } from '../text/visible.js';
import { methodsAt } from './attribution.js';
import { findingsIn } from './check.js';

/**
 * Checks a provider before anything is written: the documents as values, and the pages among the files. A problem of
 * methods has the location of each one's operation in the spec; the hint names the file that would have been written.
 */
export function checkGenerated(provider: Provider, files: readonly OutputFile[]): Problem[] {
  const documents = providerDocuments(provider).map(({ path: file, document }) => ({ file, value: document }));
  const pages = files
    .filter(({ path: file }) => file.endsWith('.md'))
    .map(({ path: file, text }) => readPage(file, text));
  return [...findingsIn(documents, pages)].flatMap(({ at, method, ...problem }): Problem[] => {
    if (at === undefined) return [problem];
    const isOnPage = typeof at !== 'string';
    const located = { ...problem, hint: isOnPage ? `in ${at.file}:${at.line}:${at.column}` : `in ${visible(at)}` };
    const about = method ?? (isOnPage ? undefined : at);
    const methods = about === undefined ? [] : methodsAt(provider, about);
    return methods.length === 0 ? [located] : methods.map((one) => ({ ...located, at: one.at }));
  });
}

/**
 * Checks some services and the pages about them. An error may only come from a service that was left out, so all are
 * checked before it is one.
 */
export function checkSome(provider: Provider, services: readonly Service[], files: readonly OutputFile[]): Problem[] {
  const problems = checkGenerated({ ...provider, services }, files);
  const isFine =
    services.length === provider.services.length || !problems.some((problem) => severityOf(problem) === 'error');
  return isFine ? problems : checkGenerated(provider, files);
}

import path from 'node:path';
import { type Problem, severityOf } from '../diagnostics/problem.js';
import { pageOf } from '../doc-pages/pages.js';
import { providerDocuments } from '../emit/provider.js';
import type { Location, OutputFile, Provider, Service } from '../model.js';
import { tokens } from '../read/pointer.js';
import { checkDocuments } from './check.js';

/**
 * Checks a provider before anything is written: the documents as values, and the pages among the files. What concerns a method is placed where
 * the spec has its operation; the hint names the file that would have been written.
 */
export function checkGenerated(provider: Provider, files: readonly OutputFile[]): Problem[] {
  const documents = providerDocuments(provider).map(({ path: file, document }) => ({ file, value: document }));
  const pages = files
    .filter(({ path: file }) => file.endsWith('.md'))
    .map(({ path: file, text }) => pageOf(file, text));
  return checkDocuments(documents, pages).map(({ at, ...problem }) => {
    if (at === undefined) return problem;
    if (typeof at !== 'string') return { ...problem, hint: `in ${at.file}:${at.line}:${at.column}` };
    const inSpec = placeInSpec(provider, at);
    return { ...problem, ...(inSpec !== undefined && { at: inSpec }), hint: `in ${at}` };
  });
}

/** The same for some services and the pages about them. What looks wrong then may only miss what is not looked at: all are looked at before it is an error. */
export function checkSome(provider: Provider, services: readonly Service[], files: readonly OutputFile[]): Problem[] {
  const problems = checkGenerated({ ...provider, services }, files);
  const isFine =
    services.length === provider.services.length || !problems.some((problem) => severityOf(problem) === 'error');
  return isFine ? problems : checkGenerated(provider, files);
}

/** Where the spec has the operation that a place in a service document comes from. */
function placeInSpec({ services }: Provider, at: Location): Location | undefined {
  const [file = '', pointer = ''] = at.split('#', 2);
  const service = services.find(({ name }) => name === path.basename(file, '.yaml'));
  const [first, second, third, fourth, fifth] = tokens(pointer);
  const methods =
    service?.resources.flatMap((resource) => (first === 'paths' || resource.name === third ? resource.methods : [])) ??
    [];
  const isMeant =
    first === 'paths'
      ? ({ http }: (typeof methods)[number]) => http.path === second && http.method.toLowerCase() === third
      : ({ name }: (typeof methods)[number]) => first === 'components' && fourth === 'methods' && name === fifth;
  return methods.find(isMeant)?.at;
}

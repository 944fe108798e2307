import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import SwaggerParser from '@apidevtools/swagger-parser';
import { type Problem, ProblemsError } from '../diagnostics.js';
import type { At } from '../model.js';
import { isReference, type OpenApiDocument, type Reference } from './openapi.js';
import { syntaxProblem } from './place.js';
import { decodeFragment, step, tokens } from './pointer.js';

/** A value with the place it was found at. */
export interface Located<T> {
  readonly value: T;
  readonly at: At;
}

/** A document as written, its references followed only when asked. */
export interface Spec {
  readonly document: OpenApiDocument;
  /** The root: `file#`. */
  readonly at: At;
  /** The value behind a chain of `$ref`s, with its own place. Throws `ref-dangling`, `ref-refused`, `ref-circular`, or `spec-shape` when it is no object. */
  follow<T>(value: T | Reference, at: At): Located<T>;
}

/**
 * Reads an OpenAPI file and the files it references beneath the file's own folder, never the network.
 * Values stay raw, one per file, so that every pointer keeps its line. `namedAt`: where the config names the file.
 */
export async function readSpec(file: string, namedAt?: At): Promise<Spec> {
  const absolute = path.resolve(file);
  if (!statSync(absolute, { throwIfNoEntry: false })?.isFile())
    throw new ProblemsError([{ code: 'spec-missing', message: `no file at ${path.relative(process.cwd(), absolute)}`, ...(namedAt && { at: namedAt }) }]);
  const folder = realpathSync(path.dirname(absolute));
  const inside = (url: string) => isInside(folder, url);

  const parser = new SwaggerParser();
  const $refs = await parser
    .resolve(absolute, { continueOnError: true, resolve: { http: false, file: { canRead: ({ url }: { url: string }) => inside(url) } } })
    .catch((error: unknown) => {
      throw new ProblemsError([syntaxProblem(absolute) ?? { code: 'spec-syntax', message: String(error), at: `${absolute}#` }]);
    });
  const values = new Map(Object.entries($refs.values()).map(([url, value]) => [filePath(url), value as unknown]));
  const document = values.get(absolute) as OpenApiDocument | undefined;
  if (typeof document !== 'object' || document === null)
    throw new ProblemsError([syntaxProblem(absolute) ?? { code: 'spec-syntax', message: 'the document is not a mapping', at: `${absolute}#` }]);

  const follow = <T>(value: T | Reference, at: At): Located<T> => {
    const seen = new Set<At>();
    let here: Located<T | Reference> = { value, at };
    while (isReference(here.value)) {
      if (seen.has(here.at))
        throw new ProblemsError([{ code: 'ref-circular', message: `$ref "${here.value.$ref}" leads back to itself`, at: step(here.at, '$ref') }]);
      seen.add(here.at);
      here = target<T | Reference>(here.value.$ref, here.at);
    }
    if (typeof here.value !== 'object' || here.value === null)
      throw new ProblemsError([{ code: 'spec-shape', message: `${JSON.stringify(here.value)} stands where OpenAPI wants an object`, at: here.at }]);
    return here as Located<T>;
  };

  const target = <T>($ref: string, at: At): Located<T> => {
    const fail = (code: Problem['code'], message: string) => new ProblemsError([{ code, message, at: step(at, '$ref') }]);
    const from = at.slice(0, at.indexOf('#'));
    const [locator = '', fragment = ''] = $ref.split('#', 2);
    if (/^[a-z][a-z0-9+.-]*:/i.test(locator)) throw fail('ref-refused', `"${$ref}" is not a file beside the spec`);
    const to = locator === '' ? from : path.resolve(path.dirname(from), decodeFragment(locator));
    if (!inside(to)) throw fail('ref-refused', `"${$ref}" is outside ${path.dirname(file)}`);
    if (!values.has(to)) throw syntaxOf(to) ?? fail('ref-dangling', `"${$ref}" names a file that cannot be read`);
    let value: unknown = values.get(to);
    for (const token of tokens(decodeFragment(fragment))) {
      value = typeof value === 'object' && value !== null && Object.hasOwn(value, token) ? (value as Record<string, unknown>)[token] : undefined;
      if (value === undefined) throw fail('ref-dangling', `"${$ref}" points at nothing`);
    }
    return { value: value as T, at: `${to}#${decodeFragment(fragment)}` };
  };

  return { document, at: `${absolute}#`, follow };
}

function syntaxOf(file: string): ProblemsError | undefined {
  const problem = statSync(file, { throwIfNoEntry: false })?.isFile() ? syntaxProblem(file) : undefined;
  return problem && new ProblemsError([problem]);
}

function filePath(url: string): string {
  return url.startsWith('file:') ? fileURLToPath(url) : path.resolve(decodeFragment(url));
}

/** Is the file beneath the folder, links resolved? A file that does not exist is judged by its name. */
function isInside(folder: string, url: string): boolean {
  const named = filePath(url);
  let real = named;
  try {
    real = realpathSync(named);
  } catch {
    // Missing files are reported by whoever follows the reference.
    real = path.join(folder, path.relative(folder, named));
  }
  const relative = path.relative(folder, real);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
}

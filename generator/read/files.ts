import { readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { MAX_BYTES, parseDocument } from './document.js';
import { fetchText } from './fetch.js';
import { keepText, textOf } from './place.js';
import { decodeFragment } from './pointer.js';

/** What the references of a spec may reach beside its own folder. */
export interface Reach {
  /** A folder up to which they may reach. */
  readonly root?: string;
  /** May they reach documents on the network, by http and https? */
  readonly allowRemote?: boolean;
}

/** A document as written, or why there is none: a problem without a place is one of the reference. */
export type Outcome = { readonly name: string; readonly value: unknown } | { readonly problem: Problem };

/** The documents of a spec, each read once, when a reference first names it. */
export interface Files {
  /** The file or URL that a reference in a document names. */
  resolve(locator: string, from: string): string;
  read(name: string): Outcome;
  /** All that were asked for so far, there or not. */
  names(): string[];
  /**
   * Brings documents from the network, where that is allowed: `read` does not wait. Says whether there is anything new.
   */
  fetch(names: readonly string[]): Promise<boolean>;
}

/** At most so many documents come from the network: each may name the next one. */
const MAX_REMOTE = 1000;

/** The documents that a spec can reach, itself included. `report` hears of what is odd in them. */
export function openFiles(
  spec: string,
  { root, allowRemote = false }: Reach,
  report: (problem: Problem) => void,
): Files {
  const roots = [path.dirname(spec), ...(root === undefined ? [] : [root])].map(realPath);
  const known = new Map<string, Outcome>();

  const readFile = (name: string): Outcome => {
    const real = realPath(name);
    if (name !== spec && !roots.some((allowed) => isInside(allowed, real)))
      return refused(`is outside ${path.relative(process.cwd(), roots.at(-1) as string) || '.'}`);
    const size = regularSize(real);
    if (size === undefined) return missing('is not a file that can be read');
    if (size > MAX_BYTES)
      return { problem: { code: 'spec-too-large', message: `is a file of more than ${MAX_BYTES} bytes` } };
    return parse(name, report);
  };

  const fetchOne = async (name: string): Promise<void> => {
    try {
      const { url, text } = await fetchText(name);
      keepText(url, text);
      const outcome = parse(url, report);
      known.set(name, outcome).set(url, outcome);
    } catch (error) {
      const { message, cause } = error as Error;
      const reason = cause instanceof Error ? cause.message : message;
      known.set(name, { problem: { code: 'ref-unreachable', message: `cannot be fetched: ${reason}` } });
    }
  };

  if (isUrl(spec)) known.set(spec, parse(spec, report));
  return {
    resolve(locator, from) {
      if (locator === '') return from;
      if (!isUrl(locator) && !isUrl(from)) return path.resolve(path.dirname(from), decodeFragment(locator));
      const base = isUrl(from) ? from : undefined;
      return URL.canParse(locator, base) ? new URL(locator, base).href : locator;
    },
    read(name) {
      if (isUrl(name))
        return (
          known.get(name) ?? refused(/^https?:/i.test(name) ? 'is on the network' : 'is not a file beside the spec')
        );
      const outcome = known.get(name) ?? readFile(name);
      known.set(name, outcome);
      return outcome;
    },
    // What no file can be called, no later run finds there.
    names: () => [...known.keys()].filter((name) => !name.includes('\0')),
    async fetch(names) {
      const wanted = [...new Set(names)].filter((name) => allowRemote && /^https?:/i.test(name) && !known.has(name));
      await Promise.all(wanted.slice(0, Math.max(0, MAX_REMOTE - known.size)).map(fetchOne));
      return wanted.length > 0;
    },
  };
}

function parse(name: string, report: (problem: Problem) => void): Outcome {
  try {
    return { name, value: parseDocument(name, textOf(name), report) };
  } catch (error) {
    const [problem] = error instanceof ProblemsError ? error.problems : [];
    return problem ? { problem } : missing('is not a file that can be read');
  }
}

function isUrl(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(name);
}

function refused(message: string): Outcome {
  return { problem: { code: 'ref-refused', message } };
}

function missing(message: string): Outcome {
  return { problem: { code: 'ref-dangling', message } };
}

/**
 * Bytes in a regular file; `undefined` for a folder, a pipe, a device (reading those may never end), and for what no
 * file can be called.
 */
function regularSize(file: string): number | undefined {
  try {
    const stat = statSync(file);
    return stat.isFile() ? stat.size : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads a file that somebody named on the command line or in a config. Throws an Error where there is no regular file.
 */
export function readRegularFile(file: string): Buffer {
  if (regularSize(file) === undefined) throw new Error(`${file} is not a file that can be read`);
  return readFileSync(file);
}

/** The path with its links resolved, as far as it exists. */
function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(realPath(parent), path.basename(file));
  }
}

function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}

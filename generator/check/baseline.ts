import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint } from '../model.js';
import { asText } from '../provider-package/positions.js';
import type { Document } from '../provider-package/types.js';
import { tokens } from '../read/pointer.js';

/**
 * Identifies a finding from one run to the next: by the file beneath its package or its documentation, the rule, and
 * the location by names, not by line or index.
 */
export interface Identity {
  readonly file: string;
  readonly code: string;
  readonly place: string;
}

/** Files, and in each the places by rule: what `--write-baseline` writes. */
type Baseline = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export function identify(problem: Problem, documents: readonly Document[], roots: readonly string[]): Identity {
  const { at, code, message } = problem;
  const named = typeof at === 'string' ? at.slice(0, at.indexOf('#')) : (at?.file ?? '');
  const root = roots.find((folder) => !path.relative(folder, named).startsWith('..'));
  const file = (root === undefined ? named : path.relative(root, named)).split(path.sep).join('/');
  const document = typeof at === 'string' ? documents.find((one) => one.file === named) : undefined;
  return {
    file,
    code,
    place: document && typeof at === 'string' ? placeByNames(document.value, at.slice(at.indexOf('#') + 1)) : message,
  };
}

/** A JSON Pointer with names for list indices where items have one: an item keeps it when another is put before it. */
function placeByNames(value: unknown, pointer: string): string {
  let here = value;
  const steps = tokens(pointer).map((token) => {
    const inList = Array.isArray(here);
    here =
      typeof here === 'object' && here !== null && Object.hasOwn(here, token)
        ? (here as Record<string, unknown>)[token]
        : undefined;
    if (!inList) return token;
    const { name, $ref } = (typeof here === 'object' && here !== null ? here : {}) as {
      name?: unknown;
      $ref?: unknown;
    };
    return asText(name ?? $ref ?? (typeof here === 'string' ? here : token));
  });
  return `#/${steps.join('/')}`;
}

/** A short name of an identity, for readers of SARIF. */
export function fingerprint({ file, code, place }: Identity): string {
  return createHash('sha256').update([file, code, place].join('\n')).digest('hex').slice(0, 32);
}

export function baselineText(identities: readonly Identity[]): string {
  const files: Record<string, Record<string, string[]>> = {};
  for (const { file, code, place } of [...identities].sort((a, b) => byCodePoint(keyOf(a), keyOf(b)))) {
    const codes = files[file] ?? {};
    files[file] = codes;
    codes[code] = [...new Set([...(codes[code] ?? []), place])];
  }
  return `${JSON.stringify(files, null, 2)}\n`;
}

/** Tells which findings a baseline holds, and how many of those it holds are gone. */
export function readBaseline(
  file: string,
  text: string,
): { knows(identity: Identity): boolean; gone(identities: readonly Identity[]): number } {
  const known = new Set(flat(file, text).map(keyOf));
  return {
    knows: (identity) => known.has(keyOf(identity)),
    gone: (identities) => {
      const seen = new Set(identities.map(keyOf));
      return [...known].filter((key) => !seen.has(key)).length;
    },
  };
}

function keyOf({ file, code, place }: Identity): string {
  return [file, code, place].join('\n');
}

function flat(file: string, text: string): Identity[] {
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  try {
    const baseline = JSON.parse(text) as Baseline;
    if (
      isObject(baseline) &&
      Object.values(baseline).every((codes) => isObject(codes) && Object.values(codes).every(Array.isArray))
    )
      return Object.entries(baseline).flatMap(([name, codes]) =>
        Object.entries(codes).flatMap(([code, places]) => places.map((place) => ({ file: name, code, place }))),
      );
  } catch {
    // Reported below.
  }
  throw new ProblemsError([{ code: 'baseline-broken', message: `${file} is not a baseline` }]);
}

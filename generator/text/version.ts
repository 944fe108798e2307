import { ProblemsError } from '../diagnostics/problem.js';

const PACKED = /^v\d{2}\.(0[1-9]|1[0-2])\.\d{5}$/;

/**
 * A version that a registry may list: one entry that is not semver makes the engine refuse the whole list (ENGINE
 * E7.4).
 */
export const LISTED = /^v\d{1,9}\.\d{1,9}\.\d{1,9}$/;

/** The version of a source tree; no artifact has it. */
export const SOURCE_VERSION = 'v00.00.00000';

/** The version, if an artifact may have it: `vYY.MM.NNNNN` (ENGINE E7.4). Throws `version-wrong`. */
export function packedVersion(version: string): string {
  if (version === SOURCE_VERSION) throw wrong(`${SOURCE_VERSION} is the version of a source tree`);
  if (!PACKED.test(version)) throw wrong(`${JSON.stringify(version)} is not vYY.MM.NNNNN`);
  return version;
}

/** As the engine orders them: number by number. */
export function byVersion(a: string, b: string): number {
  const [left, right] = [numbers(a), numbers(b)];
  return left.map((number, index) => number - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/**
 * The version after all that are published, in the month `YYYY-MM`: the next number of that month, or its first.
 * Throws `version-wrong` when the month is none, is over for these versions, or is full.
 */
export function nextVersion(published: readonly string[], month: string): string {
  const [, year, number] = /^20(\d{2})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  if (!year || !number) throw wrong(`${JSON.stringify(month)} is not a month YYYY-MM`);
  const highest = [...published].sort(byVersion).at(-1) ?? SOURCE_VERSION;
  const [major = 0, minor = 0, serial = 0] = numbers(highest);
  const same = major === Number(year) && minor === Number(number);
  const next = `v${year}.${number}.${String(same ? serial + 1 : 1).padStart(5, '0')}`;
  if (byVersion(next, highest) <= 0) throw wrong(`${highest} is published and higher than any version of ${month}`);
  if (!PACKED.test(next)) throw wrong(`${month} has no version after ${highest}`);
  return next;
}

function numbers(version: string): number[] {
  return version.slice(1).split('.').map(Number);
}

function wrong(message: string): ProblemsError {
  return new ProblemsError([{ code: 'version-wrong', message }]);
}

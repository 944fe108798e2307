import type { Location } from '../model.js';

/** JSON Pointer (RFC 6901) tokens. */
export function escapeToken(token: string): string {
  return /[~/]/.test(token) ? token.replaceAll('~', '~0').replaceAll('/', '~1') : token;
}

/** The place of a whole document: `file#`. A `#` in the name of the file is escaped, because the first one ends it. */
export function rootOf(file: string): Location {
  return `${file.replace(/[%#]/g, encodeURIComponent)}#`;
}

/** The file, or the URL, that a place is in. */
export function fileOf(at: Location): string {
  return at.slice(0, at.indexOf('#')).replace(/%2[35]/g, decodeURIComponent);
}

/** `/a/b` of `file#/a/b`. */
export function pointerOf(at: Location): string {
  return at.slice(at.indexOf('#') + 1);
}

/** The tokens of the pointer `/a/b~1c`. */
export function tokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `at` one or more steps further in: `file#/a` + `b` = `file#/a/b`. */
export function step(at: Location, ...names: (string | number)[]): Location {
  let to = at;
  for (const name of names) to += `/${escapeToken(String(name))}`;
  return to;
}

/**
 * The pointer inside a `$ref`'s fragment, which may be percent-encoded (RFC 3986). A broken escape stays as written.
 */
export function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

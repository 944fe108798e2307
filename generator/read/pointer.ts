/** JSON Pointer (RFC 6901) tokens. */
export function escapeToken(token: string): string {
  return token.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The tokens of the pointer `/a/b~1c`. */
export function tokens(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** `at` one or more steps further in: `file#/a` + `b` = `file#/a/b`. */
export function step(at: string, ...names: (string | number)[]): string {
  return at + names.map((name) => `/${escapeToken(String(name))}`).join('');
}

/** The pointer inside a `$ref`'s fragment, which may be percent-encoded (RFC 3986). A broken escape stays as written. */
export function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

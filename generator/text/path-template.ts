/** Templates of paths and server URLs: `/things/{id}`, `https://{region}.example.com/{version:[^/]+}`. */

/** A template without the names of its placeholders: `/things/{id}` and `/things/{thingId}` are both `/things/{}`. */
export function blankedPath(template: string): string {
  return template.replace(/\{[^}]*\}/g, '{}');
}

/** The names of the placeholders in order, without the pattern that may follow a colon. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(/\{([^{}:]+)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}/g)].map(([, name = '']) => name);
}

import { dump } from 'js-yaml';

type Json = Record<string, unknown>;

/**
 * A spec of as many copies of an API: each with paths, operationIds, tags and components of its own, so that nothing is
 * shared.
 */
export function copies(document: Json, count: number): string {
  const all: Json = { ...document, tags: [], paths: {}, components: {} };
  for (let copy = 1; copy <= count; copy++) {
    const own = (name: string) => (copy === 1 ? name : `${name}Copy${copy}`);
    const renamed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(renamed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => {
          const isName = key === '$ref' || key === 'operationId';
          if (isName && typeof inner === 'string') return [key, own(inner)];
          return [key, key === 'mapping' ? mapped(inner, own) : renamed(inner)];
        }),
      );
    };
    for (const [path, item] of Object.entries(document.paths as Json))
      (all.paths as Json)[copy === 1 ? path : path.replace(/^(\/api\/v1)?\/([\w.-]+)/, `$1/$2-copy-${copy}`)] = renamed(
        tagged(item, own),
      );
    for (const [kind, components] of Object.entries(document.components as Record<string, Json>)) {
      const made = all.components as Record<string, Json>;
      const into = made[kind] ?? {};
      made[kind] = into;
      // What security says is the API's, not a copy's.
      for (const [name, component] of Object.entries(components))
        into[kind === 'securitySchemes' ? name : own(name)] = renamed(component);
    }
  }
  return dump(all, { noRefs: true, lineWidth: -1 });
}

function mapped(mapping: unknown, own: (name: string) => string): unknown {
  return typeof mapping === 'object' && mapping !== null
    ? Object.fromEntries(Object.entries(mapping).map(([key, to]) => [key, own(String(to))]))
    : mapping;
}

/** The operations of a path under a tag of the copy. */
function tagged(item: unknown, own: (name: string) => string): unknown {
  return Object.fromEntries(
    Object.entries(item as Json).map(([key, value]) => {
      const tags = (value as { tags?: string[] } | null)?.tags;
      return [key, Array.isArray(tags) ? { ...(value as Json), tags: tags.map(own) } : value];
    }),
  );
}

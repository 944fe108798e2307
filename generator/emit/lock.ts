import { byCodePoint, type Provider } from '../model.js';
import { SOURCE_VERSION } from '../text/version.js';
import { toYaml } from '../text/yaml.js';

const HEAD = `# Names that users have in their queries: generate keeps them, whatever the spec calls things by now.
# Written by \`stackql-provider-gen generate --accept\`; review it like code.
`;

/**
 * Prints the lock file of a provider: a line a method, by name. A method without a version, or with that of a source
 * tree, is published from `version` on.
 */
export function emitLock({ id, services }: Provider, version: string): string {
  const operations = services.flatMap(({ name: service, resources }) =>
    resources.flatMap(({ name: resource, methods }) =>
      methods.map(({ name, verb, http, operationId, since = SOURCE_VERSION, body, response: { row } }) => [
        `${service}.${resource}.${name}`,
        {
          verb,
          http: `${http.method} ${http.path}`,
          operationId,
          since: since === SOURCE_VERSION ? version : since,
          ...(body?.component !== undefined && { body: body.component }),
          ...(row?.component !== undefined && { row: row.component }),
        },
      ]),
    ),
  );
  const sorted = operations.sort(([a], [b]) => byCodePoint(a as string, b as string));
  return HEAD + toYaml({ provider: id, operations: Object.fromEntries(sorted) }, { flowLevel: 2 });
}

import { type Code, type Problem, ProblemsError } from '../diagnostics/problem.js';
import { parsePackage } from '../provider-package/files.js';
import { child, children } from '../provider-package/positions.js';
import { structureOf } from '../provider-package/structure.js';
import type { Json, ProviderFile } from '../provider-package/types.js';
import { isObject } from '../read/objects.js';
import type { Artifact, Documents } from './artifact.js';

/** The key by which a packed service document names its own path: a signature covers bytes, not paths (ENGINE E7.5). */
const PATH_KEY = 'x-stackql-artifact-path';

/** The documents of a version, where each service document names its path, so that its signature covers that, too. */
export function withPaths({ provider, version, documents }: Artifact): Documents {
  return new Map(
    [...documents].map(([name, bytes]): [string, Uint8Array] => {
      const line = `${PATH_KEY}: ${provider}/${version}/${name}\n`;
      return [name, name === 'provider.yaml' ? bytes : Buffer.concat([bytes, Buffer.from(line)])];
    }),
  );
}

/**
 * Checks that the documents are the provider that the artifact's path names: `provider.yaml` says so, each of its
 * services has its file under the `$ref` that the engine follows (ENGINE E7.1), each file is the document of that
 * service and version, and nothing else is there. Returns the service documents by file. Throws `artifact-broken` and
 * `artifact-swapped` with everything that is wrong.
 */
export function checkDocuments(artifact: Artifact): ReadonlyMap<string, Json> {
  const { provider, version, documents } = artifact;
  const name = `${provider} ${version}`;
  const parsed = readProvider(artifact, name);
  const broken = whyBroken(parsed, artifact);
  const values = new Map<string, Json>();
  const swapped: string[] = [];
  for (const { key, value, ref = '' } of parsed.services) {
    const file = `services/${key}.yaml`;
    const bytes = documents.get(file);
    const named = { name: value.name ?? key, version: value.version ?? version, $ref: ref };
    for (const [what, want] of Object.entries({ name: key, version, $ref: `${provider}/${version}/${file}` }))
      if (named[what as keyof typeof named] !== want)
        swapped.push(`service ${key} has the ${what} ${JSON.stringify(named[what as keyof typeof named])}`);
    if (!bytes) continue;
    const document = parseDocument(`${provider}/${version}/${file}`, bytes);
    const why = whyNotService(document, provider, key, `${provider}/${version}/${file}`);
    if (why !== undefined) swapped.push(`${file} ${why}`);
    else values.set(file, document as Json);
  }
  const problem =
    (code: Code) =>
    (message: string): Problem => ({ code, message: `${name}: ${message}` });
  const problems = [...broken.map(problem('artifact-broken')), ...swapped.map(problem('artifact-swapped'))];
  if (problems.length > 0) throw new ProblemsError(problems);
  return values;
}

/** Why provider.yaml and the files do not fit together. */
function whyBroken(parsed: ProviderFile, { provider, version, documents }: Artifact): string[] {
  const { value, services } = parsed;
  const wrong: string[] = [];
  if (value.id !== provider || value.name !== provider)
    wrong.push(`provider.yaml names the provider ${JSON.stringify(value.id)}`);
  if (value.version !== version) wrong.push(`provider.yaml has version ${JSON.stringify(value.version)}`);
  if (services.length === 0) wrong.push('provider.yaml has no service');
  for (const key of Object.keys(child(parsed, 'providerServices').value))
    if (!services.some((service) => service.key === key)) wrong.push(`service ${key} is not a mapping`);
  const root = `${provider}/${version}/`;
  const files = services.map(({ key, ref = '' }) => {
    if (!ref.startsWith(root) || !documents.has(ref.slice(root.length)))
      wrong.push(`service ${key} points at ${JSON.stringify(ref)}, which is not there`);
    return ref.slice(root.length);
  });
  const named = new Set(['provider.yaml', ...files].flatMap((file) => [file, `${file}.sig`]));
  const stray = [...documents.keys()].filter((file) => !named.has(file));
  return [...wrong, ...stray.map((file) => `${file} belongs to no service`)];
}

/** Why a document is not the one of a service. */
function whyNotService(document: unknown, provider: string, service: string, path: string): string | undefined {
  if (!isObject(document)) return 'is not a YAML mapping';
  if (document.providerServices !== undefined) return 'is a provider.yaml';
  if (typeof document.openapi !== 'string' || !isObject(document.paths)) return 'is not an OpenAPI document';
  const own = document[PATH_KEY];
  if (own !== undefined && own !== path) return `was packed as ${JSON.stringify(own)}`;
  const resources = children(child({ value: document, at: `${path}#` }, 'components', 'x-stackQL-resources'));
  const foreign = resources.find(([key, { value }]) => value.id !== `${provider}.${service}.${key}`);
  return foreign && `has the resource ${JSON.stringify(foreign[1].value.id)}`;
}

function readProvider({ provider, version, documents }: Artifact, name: string): ProviderFile {
  const refuse = (message: string) => new ProblemsError([{ code: 'artifact-broken', message: `${name}: ${message}` }]);
  const bytes = documents.get('provider.yaml');
  if (!bytes) throw refuse('no provider.yaml');
  const file = `${provider}/${version}/provider.yaml`;
  const read = parsePackage([{ file, text: new TextDecoder().decode(bytes) }]);
  const [problem] = read.problems;
  if (problem) throw refuse(`provider.yaml: ${problem.message}`);
  return structureOf(read.documents).provider as ProviderFile;
}

/** The value of a document; none where it is not YAML. */
function parseDocument(file: string, bytes: Uint8Array): unknown {
  return parsePackage([{ file, text: new TextDecoder().decode(bytes) }]).documents[0]?.value;
}

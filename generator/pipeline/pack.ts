import { ProblemsError } from '../diagnostics/problem.js';
import type { Provider } from '../model.js';
import { packArtifact } from '../registry/artifact.js';
import { checkDocuments, withPaths } from '../registry/documents.js';
import { openApiProblems } from '../registry/openapi.js';
import type { Packed } from '../registry/publish.js';
import { emitPackage } from './target.js';

/**
 * Packs the artifact of a version. The provider is emitted under it, so that every place that names the version has it
 * (ENGINE E7.1). Throws `artifact-not-openapi` for what another reader of OpenAPI refuses.
 */
export async function packProvider(provider: Provider, version: string): Promise<Packed> {
  const { id } = provider;
  const root = `provider/src/${id}/${version}/`;
  const emitted = new Map(
    emitPackage(provider, version).map(({ path, text }) => [path.slice(root.length), new TextEncoder().encode(text)]),
  );
  const documents = withPaths({ provider: id, version, documents: emitted });
  const services = checkDocuments({ provider: id, version, documents });
  const problems = await openApiProblems(services, `${id} ${version}`);
  if (problems.length > 0) throw new ProblemsError(problems);
  return { provider: id, version, bytes: await packArtifact({ version, documents }) };
}

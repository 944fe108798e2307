import type { Provider } from '../model.js';
import { type Artifact, checkDocuments, packArtifact } from '../registry/artifact.js';
import type { Packed } from '../registry/publish.js';
import { emitPackage } from './target.js';

/**
 * Packs the artifact of a version. The provider is emitted under it, so that every place that names the version has it
 * (ENGINE E7.1).
 */
export async function packProvider(provider: Provider, version: string): Promise<Packed> {
  const root = `provider/src/${provider.id}/${version}/`;
  const documents = new Map(
    emitPackage(provider, version).map(({ path, text }) => [path.slice(root.length), new TextEncoder().encode(text)]),
  );
  const artifact: Artifact = { provider: provider.id, version, documents };
  checkDocuments(artifact);
  return { provider: provider.id, version, bytes: await packArtifact(artifact) };
}

import path from 'node:path';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { isInterrupted, recover } from '../write.js';
import { type Artifact, packArtifact, unpackArtifact } from './artifact.js';
import { checkDocuments } from './documents.js';
import { artifactFile, LISTING, parseListing, parseSums, SUMS, sha256 } from './listing.js';
import { withLock } from './mutex.js';
import { type Packed, textOf } from './publish.js';
import { folderStore, REGISTRY, type Store } from './store.js';

/**
 * Every artifact of the registry in a folder, or those of one version, as `readRegistry` reads them. A `pack` or `sign`
 * that was stopped is finished first. Throws `registry-broken` when there is none.
 */
export async function readFolder(root: string, only?: string): Promise<(Packed & Artifact)[]> {
  if (isInterrupted(root, REGISTRY)) await withLock(root, async () => recover(root, {}, REGISTRY));
  const artifacts = (await readRegistry(folderStore(root))).filter(
    ({ version }) => only === undefined || version === only,
  );
  if (artifacts.length > 0) return artifacts;
  const wanted = only === undefined ? 'no artifact' : `no artifact of ${only}`;
  const shown = path.join(path.relative('.', root), 'dist');
  throw new ProblemsError([{ code: 'registry-broken', message: `${wanted} in ${shown}` }]);
}

/**
 * Every artifact that a registry lists, by provider and version. Throws everything that is wrong with the list, the
 * checksums and the artifacts, not with their signatures: `registry-broken`, `artifact-changed`, `artifact-broken`.
 */
export async function readRegistry(store: Store): Promise<(Packed & Artifact)[]> {
  const text = async (file: string) => textOf(await store.read(file));
  const listing = parseListing(await text(LISTING));
  const sums = parseSums(await text(SUMS));
  const artifacts: (Packed & Artifact)[] = [];
  const problems: Problem[] = [];
  for (const [provider, versions] of listing) {
    for (const version of versions) {
      const file = artifactFile(provider, version);
      const found = await store.read(file);
      if (!found)
        problems.push({
          code: 'registry-broken',
          message: `${LISTING} lists ${provider} ${version}, but ${file} is not there`,
        });
      else if (sums.get(file) !== sha256(found.bytes))
        problems.push({ code: 'artifact-changed', message: `${file} is not what ${SUMS} says` });
      else
        artifacts.push({
          provider,
          version,
          bytes: found.bytes,
          documents: await collect(problems, () => open(provider, version, found.bytes)),
        });
    }
  }
  if (problems.length > 0) throw new ProblemsError(problems);
  return artifacts;
}

/**
 * An artifact that has no checksum beside it: it must be what `pack` makes of its documents, byte for byte, so that
 * nothing can hide in how it is packed.
 */
export async function readArtifact(provider: string, version: string, bytes: Uint8Array): Promise<Packed & Artifact> {
  const documents = await open(provider, version, bytes);
  if (Buffer.compare(await packArtifact({ version, documents }), bytes) !== 0)
    throw new ProblemsError([
      {
        code: 'artifact-changed',
        message: `${artifactFile(provider, version)} is not what pack makes of its documents`,
      },
    ]);
  return { provider, version, bytes, documents };
}

async function open(provider: string, version: string, bytes: Uint8Array) {
  const documents = await unpackArtifact(version, bytes, artifactFile(provider, version));
  checkDocuments({ provider, version, documents });
  return documents;
}

/** Adds what is wrong to the problems instead of stopping at it. */
async function collect(
  problems: Problem[],
  read: () => Promise<Artifact['documents']>,
): Promise<Artifact['documents']> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    problems.push(...error.problems);
    return new Map();
  }
}

import { gunzipSync } from 'node:zlib';
import { gzipSync } from 'fflate';
import { packTar, unpackTar } from 'modern-tar';
import { ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint } from '../model.js';

/**
 * What an artifact holds, by path below its version folder: `provider.yaml`, `services/<service>.yaml`, and the `.sig`
 * beside each.
 */
export type Documents = ReadonlyMap<string, Uint8Array>;

export interface Artifact {
  readonly provider: string;
  readonly version: string;
  readonly documents: Documents;
}

/** More than any provider has; what is larger was made to harm. */
export const MAX_ARTIFACT = 64 * 2 ** 20;
const MAX_UNPACKED = 512 * 2 ** 20;
const MAX_ENTRIES = 10_000;
const DOCUMENT = /^(provider|services\/[A-Za-z0-9_][A-Za-z0-9_.-]{0,199})\.yaml(\.sig)?$/;

/**
 * The `.tgz` that REGISTRY PULL unpacks: one folder, named by the version; folders before files (ENGINE E7.2).
 * The same documents make the same bytes on every day and machine: times, owners, modes and order are fixed, and the
 * compressor is a pinned library, since the zlib that a Node was built with decides its bytes.
 */
export async function packArtifact({
  version,
  documents,
}: Pick<Artifact, 'version' | 'documents'>): Promise<Uint8Array> {
  const owner = { uid: 0, gid: 0, mtime: new Date(0) };
  const folders = [version, `${version}/services`].map((name) => ({
    header: { ...owner, name: `${name}/`, size: 0, type: 'directory' as const, mode: 0o755 },
  }));
  const files = [...documents]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([name, body]) => ({
      header: { ...owner, name: `${version}/${name}`, size: body.length, mode: 0o644 },
      body,
    }));
  return gzipSync(await packTar([...folders, ...files]), { level: 9, mtime: 0 });
}

/**
 * The documents of an artifact, which may come from anywhere: only the names of a provider in the version's folder,
 * only files and folders, each once, and never more than fits. Throws `artifact-broken` with the first thing that is
 * not so.
 */
export async function unpackArtifact(version: string, bytes: Uint8Array, name: string): Promise<Documents> {
  const refuse = (reason: string) => new ProblemsError([{ code: 'artifact-broken', message: `${name}: ${reason}` }]);
  if (bytes.length > MAX_ARTIFACT) throw refuse(`larger than ${MAX_ARTIFACT} bytes`);
  let entries: Awaited<ReturnType<typeof unpackTar>>;
  try {
    entries = await unpackTar(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }), { strict: true });
  } catch (error) {
    throw refuse(`cannot be unpacked: ${(error as Error).message}`);
  }
  if (entries.length > MAX_ENTRIES) throw refuse(`more than ${MAX_ENTRIES} entries`);
  const documents = new Map<string, Uint8Array>();
  const folders = new Set<string>();
  for (const { header, data } of entries) {
    const shown = JSON.stringify(header.name.slice(0, 80));
    const inside = header.name.slice(version.length + 1);
    const folder = header.name.slice(0, header.name.lastIndexOf('/') + 1);
    if (header.type === 'directory' && (header.name === `${version}/` || header.name === `${version}/services/`))
      folders.add(header.name);
    else if (header.type !== 'file') throw refuse(`${shown} is a ${header.type}`);
    else if (!header.name.startsWith(`${version}/`) || !DOCUMENT.test(inside))
      throw refuse(`${shown} is not a file of a provider in ${version}/`);
    else if (documents.has(inside)) throw refuse(`${shown} is there twice`);
    // The engine makes no folder on its own (ENGINE E7.2).
    else if (!folders.has(folder)) throw refuse(`${shown} comes before its folder`);
    else documents.set(inside, data ?? new Uint8Array());
  }
  return documents;
}

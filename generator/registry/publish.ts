import { ProblemsError } from '../diagnostics/problem.js';
import { applyPlan, planReplace } from '../write.js';
import {
  artifactFile,
  LISTING,
  listingText,
  parseListing,
  parseSums,
  SUMS,
  sha256,
  sumsText,
  withVersion,
} from './listing.js';
import { type Found, folderStore, REGISTRY, type Store } from './store.js';

/** An artifact as it lies in a registry. */
export interface Packed {
  readonly provider: string;
  readonly version: string;
  readonly bytes: Uint8Array;
}

/**
 * Adds a version to a registry: the artifact, its checksum, and last the list that makes it known, each whole. Stopped
 * anywhere, the registry serves what it served before, and the same call later finishes the work. False: all of it was
 * there. Throws `version-published` when the version is there with other bytes.
 */
export async function addVersion(store: Store, { provider, version, bytes }: Packed): Promise<boolean> {
  const file = artifactFile(provider, version);
  // A list that cannot be read stops the work before it begins.
  parseListing(textOf(await store.read(LISTING)));
  const added = await settle(store, file, (found, isWritten) => {
    if (found && !isWritten && Buffer.compare(found.bytes, bytes) !== 0)
      throw new ProblemsError([
        { code: 'version-published', message: `${provider} ${version} is there with other bytes` },
      ]);
    return bytes;
  });
  const summed = await settle(store, SUMS, (found) =>
    Buffer.from(sumsText(new Map(parseSums(textOf(found))).set(file, sha256(bytes)))),
  );
  const listed = await settle(store, LISTING, (found) =>
    Buffer.from(listingText(withVersion(parseListing(textOf(found)), provider, version))),
  );
  return added || summed || listed;
}

/**
 * Puts artifacts into a registry's folder, in place of what is there under the same versions: all of them with their
 * checksums and the list, or nothing. Whoever calls holds the folder's lock.
 */
export async function replaceVersions(root: string, artifacts: readonly Packed[]): Promise<void> {
  const store = folderStore(root);
  const sums = new Map(parseSums(textOf(await store.read(SUMS))));
  let listing = parseListing(textOf(await store.read(LISTING)));
  const files = new Map<string, Uint8Array>();
  for (const { provider, version, bytes } of artifacts) {
    const file = artifactFile(provider, version);
    files.set(`dist/${file}`, bytes);
    sums.set(file, sha256(bytes));
    listing = withVersion(listing, provider, version);
  }
  files.set(`dist/${SUMS}`, Buffer.from(sumsText(sums))).set(`dist/${LISTING}`, Buffer.from(listingText(listing)));
  applyPlan(root, planReplace(root, files, REGISTRY), REGISTRY);
}

/**
 * Brings a file to what `make` makes of it, again from what is there now when someone else was faster. It is done when
 * the store gives it back. Throws `registry-not-stored` where the store takes it and does not keep it.
 */
async function settle(
  store: Store,
  file: string,
  make: (found: Found | undefined, isWritten: boolean) => Uint8Array,
): Promise<boolean> {
  let written = 0;
  for (let attempt = 0; attempt < 10; attempt++) {
    const found = await store.read(file);
    const wanted = make(found, written > 0);
    if (found && Buffer.compare(found.bytes, wanted) === 0) return written > 0;
    if (written === 3)
      throw new ProblemsError([
        { code: 'registry-not-stored', message: `${file}: written ${written} times, but reading gives something else` },
      ]);
    if (await store.write(file, wanted, found)) written++;
  }
  throw new ProblemsError([{ code: 'registry-locked', message: `${file} is changed by others all the time` }]);
}

export function textOf(found: Found | undefined): string | undefined {
  return found && Buffer.from(found.bytes).toString('utf8');
}

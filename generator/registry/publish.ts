import { ProblemsError } from '../diagnostics/problem.js';
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
import type { Found, Store } from './store.js';

/** An artifact as it lies in a registry. */
export interface Packed {
  readonly provider: string;
  readonly version: string;
  readonly bytes: Uint8Array;
}

/**
 * Adds a version to a registry: the artifact, its checksum, and last the list that makes it known, each whole. Stopped anywhere, the registry
 * serves what it served before, and the same call later finishes the work. False: all of it was there.
 * Throws `version-published` when the version is there with other bytes, unless it may be replaced.
 */
export async function addVersion(
  store: Store,
  { provider, version, bytes }: Packed,
  { replace = false } = {},
): Promise<boolean> {
  const file = artifactFile(provider, version);
  // A list that cannot be read stops the work before it begins.
  parseListing(textOf(await store.read(LISTING)));
  const added = await settle(store, file, (found) => {
    if (found && !replace && Buffer.compare(found.bytes, bytes) !== 0)
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

/** Brings a file to what `make` makes of it, again from what is there now when someone else was faster. */
async function settle(store: Store, file: string, make: (found: Found | undefined) => Uint8Array): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const found = await store.read(file);
    const wanted = make(found);
    if (found && Buffer.compare(found.bytes, wanted) === 0) return false;
    if (await store.write(file, wanted, found)) return true;
  }
  throw new ProblemsError([{ code: 'registry-locked', message: `${file} is changed by others all the time` }]);
}

export function textOf(found: Found | undefined): string | undefined {
  return found && Buffer.from(found.bytes).toString('utf8');
}

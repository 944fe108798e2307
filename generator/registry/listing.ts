import { createHash } from 'node:crypto';
import { load } from 'js-yaml';
import { ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint } from '../model.js';
import { byVersion, LISTED } from '../text/version.js';
import { toYaml } from '../text/yaml.js';

/** The providers of a registry and their versions, lowest first: `dist/providers.yaml` (ENGINE E7.3). */
export type Listing = ReadonlyMap<string, readonly string[]>;

export const LISTING = 'providers.yaml';
export const SUMS = 'SHA256SUMS';

const PROVIDER = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;

/** Where an artifact lies below `dist/`. */
export function artifactFile(provider: string, version: string): string {
  return `${provider}/${version}.tgz`;
}

/**
 * Reads `providers.yaml`; nothing stands for a registry without providers. Throws `registry-broken`, at the first entry
 * that the engine would choke on.
 */
export function parseListing(text: string | undefined): Listing {
  if (text === undefined || text.trim() === '') return new Map();
  const broken = (reason: string) => new ProblemsError([{ code: 'registry-broken', message: `${LISTING}: ${reason}` }]);
  let written: { providers?: unknown } | null;
  try {
    written = load(text) as typeof written;
  } catch (error) {
    throw broken((error as Error).message.split('\n')[0] ?? '');
  }
  if (typeof written?.providers !== 'object') throw broken('no `providers`');
  return new Map(
    Object.entries(written.providers ?? {}).map(([provider, entry]): [string, string[]] => {
      const versions: unknown = (entry as { versions?: unknown } | null)?.versions;
      if (!PROVIDER.test(provider)) throw broken(`${JSON.stringify(provider)} is no provider's name`);
      if (!Array.isArray(versions)) throw broken(`${provider} has no list of versions`);
      const stray = versions.find((version) => typeof version !== 'string' || !LISTED.test(version));
      if (stray !== undefined) throw broken(`${provider} has a version ${JSON.stringify(stray)}`);
      return [provider, versions];
    }),
  );
}

export function listingText(listing: Listing): string {
  const providers = [...listing].sort(([a], [b]) => byCodePoint(a, b));
  return toYaml({
    providers: Object.fromEntries(
      providers.map(([provider, versions]) => [provider, { versions: [...versions].sort(byVersion) }]),
    ),
  });
}

export function withVersion(listing: Listing, provider: string, version: string): Listing {
  return new Map(listing).set(provider, [...new Set([...(listing.get(provider) ?? []), version])]);
}

/** The sha256 of each artifact, by its path below `dist/`, as `sha256sum -c` reads them. Throws `registry-broken`. */
export function parseSums(text: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    (text ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): [string, string] => {
        const [, sum = '', file = ''] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
        if (file === '')
          throw new ProblemsError([
            { code: 'registry-broken', message: `${SUMS}: ${JSON.stringify(line.slice(0, 160))} is no checksum` },
          ]);
        return [file, sum];
      }),
  );
}

export function sumsText(sums: ReadonlyMap<string, string>): string {
  return [...sums]
    .sort(([a], [b]) => byCodePoint(a, b))
    .map(([file, sum]) => `${sum}  ${file}\n`)
    .join('');
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

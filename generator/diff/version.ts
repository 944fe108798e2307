import { methodsOf, type Provider } from '../model.js';
import { byVersion, nextVersion, SOURCE_VERSION } from '../text/version.js';

/**
 * The version after all that are known: those in `versions` (`vYY.MM.NNNNN`), the old provider's, and those in a lock
 * file. `date` (`YYYY-MM`) is its month, by default that of the last one; without either there is no version.
 */
export function suggestVersion(
  old: Provider,
  now: Provider,
  { date, versions = [] }: { readonly date?: string; readonly versions?: readonly string[] },
): string | undefined {
  const locked = [old, now].flatMap((provider) => methodsOf(provider).flatMap(({ since }) => since ?? []));
  const known = [...versions, old.version, ...locked].filter(
    (version) => /^v\d\d\.\d\d\.\d{5}$/.test(version) && version !== SOURCE_VERSION,
  );
  const last = known.sort(byVersion).at(-1);
  const month = date ?? (last && `20${last.slice(1, 3)}-${last.slice(4, 6)}`);
  return month === undefined ? undefined : nextVersion(known, month);
}

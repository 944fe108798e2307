import { createHash } from 'node:crypto';

/** Windows opens a device instead of a file that has such a name, whatever its extension and case. */
const DEVICES = new Set([
  'con',
  'prn',
  'aux',
  'nul',
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((number) => [`com${number}`, `lpt${number}`]),
]);

/** File systems take 255 bytes; an extension and the suffixes of temporary and signature files need some of them. */
const LONGEST = 100;

/**
 * Returns the name of a service's or resource's file, without its extension: the name itself where every system can
 * hold it. The name of a device gets an underscore. A long one is cut and gets a hash of the whole.
 */
export function fileStem(name: string): string {
  if (DEVICES.has(name.toLowerCase().replace(/_+$/, ''))) return `${name}_`;
  if (name.length <= LONGEST) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return `${name.slice(0, LONGEST - hash.length - 1)}_${hash}`;
}

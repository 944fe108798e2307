import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { byCodePoint, type OutputFile } from '../model.js';

/** What of `docs/` is the site, for any provider; the rest are this provider's pages, and what a build leaves. */
const ENTRIES = [
  '.gitignore',
  'assets',
  'docusaurus.config.ts',
  'package-lock.json',
  'package.json',
  'sidebars.ts',
  'src',
  'tsconfig.json',
];

/**
 * The files of the documentation site, in path order: from the package beside this folder, in a checkout from `docs/`.
 */
export function readSite(): OutputFile[] {
  const packaged = fileURLToPath(new URL('../site/', import.meta.url));
  const folder = existsSync(packaged) ? packaged : fileURLToPath(new URL('../../docs/', import.meta.url));
  // npm takes no `.gitignore` into a package; there it has no dot.
  const placeOf = (file: string) => path.join(folder, folder === packaged ? file.replace(/^\./, '') : file);
  return ENTRIES.flatMap((entry) =>
    statSync(placeOf(entry)).isDirectory()
      ? readdirSync(placeOf(entry), { recursive: true, encoding: 'utf8' }).map(
          (file) => `${entry}/${file.split(path.sep).join('/')}`,
        )
      : [entry],
  )
    .filter((file) => statSync(placeOf(file)).isFile())
    .sort(byCodePoint)
    .map((file) => ({ path: file, text: readFileSync(placeOf(file), 'utf8') }));
}

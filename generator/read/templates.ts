import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TemplateSources } from '../model.js';

const BUILT_IN = fileURLToPath(new URL('../templates/', import.meta.url));

/** The Handlebars sources of a face of the documentation, by file name without `.hbs`. */
export function readTemplates(face: string): TemplateSources {
  const folder = path.join(BUILT_IN, face);
  const files = readdirSync(folder).filter((file) => file.endsWith('.hbs'));
  return Object.fromEntries(files.sort().map((file) => [path.basename(file, '.hbs'), readFileSync(path.join(folder, file), 'utf8')]));
}

/** The source of the statement builder that the stubs carry: beside this file in a checkout, copied by the build in the package. */
export function readSqlSource(): string {
  return readFileSync(fileURLToPath(new URL('../emit/sql.ts', import.meta.url)), 'utf8');
}

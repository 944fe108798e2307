import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint, type Location, type OutputFile, type TemplateSources } from '../model.js';

/** The modules of `sql/` that travel with the stubs. In the generated folder they lie beside the runtime, not here. */
const SHARED = ['routing.ts', 'sql.ts', 'words.ts'];
const SHARED_FOLDER = "'../../../sql/";
const BUILT_IN = fileURLToPath(new URL('../templates/', import.meta.url));

/**
 * The Handlebars sources of a face of the documentation, by file name without `.hbs`; those in a folder of the user's
 * own replace the built-in ones of the same name. Throws `templates-missing`, and `template-unknown` for each that
 * replaces nothing.
 */
export function readTemplates(
  face: string,
  own?: { readonly folder: string; readonly at?: Location },
): TemplateSources {
  const builtIn = sourcesIn(path.join(BUILT_IN, face));
  if (own === undefined) return builtIn;
  if (!statSync(own.folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ProblemsError([
      { code: 'templates-missing', message: `no folder ${own.folder}`, ...(own.at && { at: own.at }) },
    ]);
  const replaced = sourcesIn(own.folder);
  const unknown = Object.keys(replaced).filter((name) => !Object.hasOwn(builtIn, name));
  const hint = `There is: ${Object.keys(builtIn).join(', ')}`;
  if (unknown.length > 0)
    throw new ProblemsError(
      unknown.map(
        (name): Problem => ({
          code: 'template-unknown',
          message: `${path.join(own.folder, name)}.hbs replaces nothing`,
          hint,
        }),
      ),
    );
  return { ...builtIn, ...replaced };
}

function sourcesIn(folder: string): TemplateSources {
  const files = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.hbs'),
  );
  const names = files.map(({ name }) => name).sort(byCodePoint);
  return Object.fromEntries(
    names.map((name) => [path.basename(name, '.hbs'), readFileSync(path.join(folder, name), 'utf8')]),
  );
}

/**
 * The sources that travel with the stubs, for their folder `runtime`: beside this file in a checkout, copied by the
 * build in the package.
 */
export function readRuntime(): OutputFile[] {
  const generator = fileURLToPath(new URL('../', import.meta.url));
  const runtime = path.join(generator, 'emit/stubs/runtime');
  const own = readdirSync(runtime).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
  const sources = [
    ...SHARED.map((file) => path.join(generator, 'sql', file)),
    ...own.sort().map((file) => path.join(runtime, file)),
  ];
  return sources.map((file) => ({
    path: `runtime/${path.basename(file)}`,
    text: readFileSync(file, 'utf8').replaceAll(SHARED_FOLDER, "'./"),
  }));
}

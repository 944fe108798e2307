// Fills dist/ with what goes into the npm package: the generator, bundled with what it imports, its types, the committed
// stubs, and the files that they read. `--if-changed`, for tests, makes what runs, and nothing where dist/ is what these
// sources made.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';

// The compiler's version is in the lockfile; of docs/ this is what `init-site` copies.
const SOURCES = [
  ...['generator', 'provider/stubs', '.ci/build.mjs'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'tsconfig.stubs.json'],
  ...['assets', 'src', 'docusaurus.config.ts', 'sidebars.ts', 'package.json', 'package-lock.json', 'tsconfig.json'].map(
    (entry) => `docs/${entry}`,
  ),
  'docs/.gitignore',
];
const BUILT = ['dist/generator', 'dist/stubs', 'dist/package.json'];
const RECORD = 'dist/.built';

const isForTests = process.argv.includes('--if-changed');
if (!isForTests || !isBuilt()) await build();

async function build() {
  const sources = hashOf(SOURCES);
  for (const path of [RECORD, ...BUILT]) rmSync(path, { recursive: true, force: true });
  await bundle();
  if (!isForTests) {
    run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
    run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.stubs.json');
  }
  cpSync('generator/templates', 'dist/generator/templates', { recursive: true });
  copyFileSync('generator/config.schema.json', 'dist/generator/config.schema.json');
  // The stubs of other providers carry these as they are written.
  for (const file of ['routing.ts', 'sql.ts', 'words.ts'])
    cpSync(`generator/sql/${file}`, `dist/generator/sql/${file}`);
  cpSync('generator/emit/stubs/runtime', 'dist/generator/emit/stubs/runtime', { recursive: true });
  // `init-site` writes the site. npm leaves every .gitignore out, so it has another name in the package.
  run('--import', 'tsx', 'generator/cli.ts', 'init-site', 'dist/generator/site');
  renameSync('dist/generator/site/.gitignore', 'dist/generator/site/gitignore');
  // The compiler copies package.json beside what imports it; what else it says holds for the package's root only.
  const { name, version, homepage, repository, type } = JSON.parse(readFileSync('package.json', 'utf8'));
  const copy = { name, version, homepage, repository, type, private: true };
  writeFileSync('dist/package.json', `${JSON.stringify(copy, null, 2)}\n`);
  writeFileSync(RECORD, `${sources} ${hashOf(BUILT)}\n`);
}

// Of the modules that run, two are the package's, two start threads and one is for tests; what they share is in `chunks`. All that finds
// files by its own URL must lie there, one folder below `dist/generator`, as every module does in `generator`.
async function bundle() {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { metafile } = await esbuild.build({
    entryPoints: [
      { in: 'generator/cli.ts', out: 'cli' },
      // All of it but the process: the tests run many command lines in one.
      { in: 'generator/commands/program.ts', out: 'chunks/program' },
      { in: 'generator/index.ts', out: 'index' },
      { in: 'generator/pipeline/define-target.ts', out: 'pipeline/define-target' },
      { in: 'generator/pipeline/target-thread.ts', out: 'chunks/target-thread' },
      { in: 'generator/pipeline/workspace-thread.ts', out: 'chunks/workspace-thread' },
    ],
    outdir: 'dist/generator',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: Object.keys(dependencies),
    // CommonJS packages ask for modules of Node by `require`, which a module has not.
    banner: {
      js: "import { createRequire as requireFor } from 'node:module';\nconst require = requireFor(import.meta.url);",
    },
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
    plugins: [
      { name: 'validators', setup: compileValidators },
      { name: 'schema-types', setup: lightenSchemaTypes },
    ],
  });
  const packages = Object.keys(metafile.inputs).flatMap((file) => /^node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  writeFileSync('dist/generator/LICENSES.txt', [...new Set(packages)].sort().map(licenseOf).join('\n'));
}

// Has ajv make code of the schemas of a module `*-validator.ts`, which takes the module's place.
function compileValidators({ onLoad }) {
  onLoad({ filter: /-validator\.ts$/ }, async ({ path: file }) => {
    const { default: standalone } = createRequire(import.meta.url)('ajv/dist/standalone/index.js');
    const scratch = `dist/.${path.basename(file, '.ts')}.mjs`;
    await esbuild.build({
      entryPoints: [file],
      outfile: scratch,
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
    });
    const { ajv, REFERENCES } = await import(pathToFileURL(path.resolve(scratch)).href);
    rmSync(scratch);
    return { contents: standalone(ajv, REFERENCES), resolveDir: path.dirname(file) };
  });
}

// openapi-typescript prints types for us and nothing else: what it lints and bundles documents with stays out. Node reads
// all 9 MB of TypeScript twice when a module imports it, and once when it is required.
function lightenSchemaTypes({ onResolve, onLoad }) {
  onResolve({ filter: /^(@redocly\/openapi-core|parse-json)$/ }, ({ path }) => ({
    path,
    external: true,
    sideEffects: false,
  }));
  onResolve({ filter: /^typescript$/ }, ({ kind }) =>
    kind === 'import-statement' ? { path: 'typescript', namespace: 'required' } : undefined,
  );
  onLoad({ filter: /.*/, namespace: 'required' }, () => ({
    contents: "module.exports = require('typescript')",
    resolveDir: process.cwd(),
  }));
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return `${name} ${version}: ${license}\n\n${file === undefined ? '' : `${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`}`;
}

// A build that was cut short leaves no record; one whose sources changed meanwhile records the older ones.
function isBuilt() {
  return existsSync(RECORD) && readFileSync(RECORD, 'utf8') === `${hashOf(SOURCES)} ${hashOf(BUILT)}\n`;
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const file of paths.flatMap(filesIn)) hash.update(`${file}\0${existsSync(file) && contentHash(file)}\0`);
  return hash.digest('hex');
}

function filesIn(path) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return [path];
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).map((file) => `${path}/${file}`);
  return files.filter((file) => !statSync(file).isDirectory()).sort();
}

function contentHash(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

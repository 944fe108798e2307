// Fills dist/ with what goes into the npm package: the generator and the committed stubs, compiled, and the files that
// they read. `--if-changed` does nothing where dist/ is what these sources made.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

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

if (!process.argv.includes('--if-changed') || !isBuilt()) build();

function build() {
  const sources = hashOf(SOURCES);
  for (const path of [RECORD, ...BUILT]) rmSync(path, { recursive: true, force: true });
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.stubs.json');
  cpSync('generator/templates', 'dist/generator/templates', { recursive: true });
  copyFileSync('generator/config.schema.json', 'dist/generator/config.schema.json');
  // The stubs of other providers carry these as they are written.
  for (const file of ['routing.ts', 'sql.ts', 'words.ts'])
    copyFileSync(`generator/sql/${file}`, `dist/generator/sql/${file}`);
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

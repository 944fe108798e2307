// What goes into the npm package: the generator and the committed stubs, compiled, and the files that they read.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

rmSync('dist/generator', { recursive: true, force: true });
rmSync('dist/stubs', { recursive: true, force: true });
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.stubs.json');
cpSync('generator/templates', 'dist/generator/templates', { recursive: true });
copyFileSync('generator/config.schema.json', 'dist/generator/config.schema.json');
// The stubs of other providers carry these as they are written.
for (const file of ['routing.ts', 'sql.ts', 'words.ts']) copyFileSync(`generator/sql/${file}`, `dist/generator/sql/${file}`);
cpSync('generator/emit/stubs/runtime', 'dist/generator/emit/stubs/runtime', { recursive: true });
// What `init-site` writes. npm leaves every .gitignore out, so it has another name in the package.
run('--import', 'tsx', 'generator/cli.ts', 'init-site', 'dist/generator/site');
renameSync('dist/generator/site/.gitignore', 'dist/generator/site/gitignore');
// The compiler copies package.json beside what imports it; what else it says holds for the package's root only.
const { name, version, homepage, repository, type } = JSON.parse(readFileSync('package.json', 'utf8'));
writeFileSync('dist/package.json', `${JSON.stringify({ name, version, homepage, repository, type, private: true }, null, 2)}\n`);

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

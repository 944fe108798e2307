import path from 'node:path';
import type { Command } from 'commander';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { OutputFile } from '../model.js';
import { type Generated, generate } from '../pipeline/generate.js';
import { packProvider } from '../pipeline/pack.js';
import { emitPackage } from '../pipeline/target.js';
import { artifactFile } from '../registry/listing.js';
import { withLock } from '../registry/mutex.js';
import { type Packed, replaceVersions } from '../registry/publish.js';
import { PUBLIC_FORM, REGISTRY } from '../registry/store.js';
import { packedVersion, SOURCE_VERSION } from '../text/version.js';
import { applyPlan, type Layout, planWrite, recover } from '../write.js';
import { withFormat } from './format.js';
import { driftProblems } from './generate.js';
import { type SourceOptions, sourcesOf, withSource } from './source.js';
import { printJson, sayProblems, type Terminal } from './terminal.js';

interface PackOptions extends SourceOptions {
  in: string;
  out: string;
  version?: string;
  json?: boolean;
}

/** What a pack writes beside the artifacts. Its state is not beside the tree that goes into a pull request. */
const PACKED: Layout = { ...REGISTRY, trees: [PUBLIC_FORM] };

export function packCommand(command: Command, terminal: Terminal): void {
  withFormat(withSource(command))
    .option('--version <version>', 'vYY.MM.NNNNN (default: the one in the config)')
    .option('--in <dir>', 'where generate wrote provider/ and docs/', '.')
    .option('--out <dir>', "where dist/ goes, and providers/, the public registry's form", '.')
    .action((options: PackOptions) => run(options, terminal));
}

async function run(options: PackOptions, terminal: Terminal): Promise<void> {
  const out = path.resolve(options.out);
  const packed: Packed[] = [];
  const sources: Record<string, OutputFile[]> = {};
  const warnings: Problem[] = [];
  for (const source of sourcesOf(options)) {
    const generated = await generate(source);
    const objections = whyNotPack(generated, path.resolve(options.in));
    if (objections.length > 0) throw new ProblemsError(objections);
    const { provider } = generated;
    packed.push(await packProvider(provider, packedVersion(options.version ?? provider.version)));
    sources[provider.id] = emitPackage(provider, SOURCE_VERSION).map(({ path: file, text }) => ({
      path: file.replace(/^provider\//, 'providers/'),
      text,
    }));
  }
  await withLock(out, async () => {
    recover(out, sources, REGISTRY);
    const plan = planWrite(out, sources, PACKED);
    warnings.push(...plan.warnings);
    applyPlan(out, plan, PACKED);
    await replaceVersions(out, packed);
  });
  const files = packed.map(({ provider, version }) => path.join(options.out, 'dist', artifactFile(provider, version)));
  if (options.json) {
    printJson(
      terminal,
      {
        artifacts: packed.map(({ provider, version, bytes }, index) => ({
          provider,
          version,
          file: files[index],
          bytes: bytes.length,
        })),
      },
      warnings,
    );
    return;
  }
  sayProblems(terminal, warnings);
  for (const file of files) terminal.print(file);
}

/** Why a provider must not be packed. One that `check` finds errors in was not even generated. */
function whyNotPack({ provider, files, lock, warnings }: Generated, root: string): Problem[] {
  const unaccepted = warnings.filter(
    ({ code }) => code === 'lock-new' || code === 'lock-moved' || code === 'lock-removed',
  );
  if (lock?.entries && unaccepted.length > 0)
    return [
      ...unaccepted,
      { code: 'lock-stale', message: `${path.relative(process.cwd(), lock.file)} has not accepted this` },
    ];
  return driftProblems(root, planWrite(root, { [provider.id]: files }));
}

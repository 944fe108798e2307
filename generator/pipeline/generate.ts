import path from 'node:path';
import { checkGenerated } from '../check/generated.js';
import { type Problem, ProblemsError, severityOf } from '../diagnostics/problem.js';
import { emitDocs } from '../emit/docs/default.js';
import { emitDocs as emitRegistry202509 } from '../emit/docs/registry-2025-09.js';
import { TemplateError } from '../emit/docs/templates.js';
import { emitProvider } from '../emit/provider.js';
import { mapProvider } from '../map/provider.js';
import { byCodePoint, methodsOf, type OutputFile, type Provider, type TemplateSources } from '../model.js';
import { readConfig } from '../read/config.js';
import type { Config, Lock, Source } from '../read/config-types.js';
import { readSpec } from '../read/spec.js';
import { readRuntime, readTemplates } from '../read/templates.js';
import type { Emitter } from './target.js';

/** Other faces of the documentation: a view over the same Model, with templates of its own in `templates/<name>`. */
export const PROFILES: Readonly<Record<string, (provider: Provider, sources: TemplateSources) => OutputFile[]>> = {
  'registry-2025-09': emitRegistry202509,
};

export interface Generated {
  readonly provider: Provider;
  /** In path order. */
  readonly files: readonly OutputFile[];
  readonly warnings: readonly Problem[];
  /** Names in use; none without a config. */
  readonly lock?: Lock;
  /** The files and URLs that were looked at, there or not. */
  readonly inputs: readonly string[];
}

/** Reads a config and its specs, or a spec alone, and maps them. Throws ProblemsError with everything that is wrong. */
export async function mapSource(
  source: Source,
  progress: (text: string) => void = () => {},
): Promise<{ provider: Provider; warnings: Problem[]; config: Config; inputs: string[] }> {
  // 1. Read.
  const config = readConfig(source);
  progress(`${config.provider}: reading ${config.specs.map(({ file }) => path.basename(file)).join(', ')}`);
  const specs = await Promise.all(
    config.specs.map(({ file, at }) => readSpec(file, { ...config.references, ...(at && { namedAt: at }) })),
  );
  progress(`${config.provider}: mapping`);
  // 2. Map: the only step that knows OpenAPI and StackQL.
  const { provider, warnings } = mapProvider(specs, config);
  return {
    config,
    provider,
    warnings: [...config.warnings, ...specs.flatMap((spec) => spec.warnings), ...warnings],
    inputs: [...config.files, ...specs.flatMap(({ files }) => files)],
  };
}

/** The provider and its pages; an error in a template of the user's own is the user's to mend. */
function pagesOf(emitter: Emitter, provider: Provider, sources: TemplateSources, { templates }: Config): OutputFile[] {
  try {
    return emitter.pages(provider, sources);
  } catch (error) {
    if (!(error instanceof TemplateError) || !templates) throw error;
    const { template, line, column, message } = error;
    throw new ProblemsError([
      { code: 'template-broken', message, at: { file: path.join(templates.folder, `${template}.hbs`), line, column } },
    ]);
  }
}

export interface Wanted {
  /** Only the documentation, with this face. */
  readonly profile?: string;
  /** Stubs too; default: as the config says. */
  readonly stubs?: boolean;
  /** Hears of each step. */
  progress?(text: string): void;
  /** Makes what is written out of the Model, or knows it from before. */
  readonly emitter?: Emitter;
}

const ANEW: Emitter = {
  pages: (provider, templates) => [...emitProvider(provider), ...emitDocs(provider, templates)],
  check: checkGenerated,
  once: (_what, _of, make) => make(),
};

/** Makes every file of a provider, or of one profile of its documentation, and touches no disk but to read. */
export async function generate(
  source: Source,
  { profile, stubs, progress = () => {}, emitter = ANEW }: Wanted = {},
): Promise<Generated> {
  if (profile !== undefined && !Object.hasOwn(PROFILES, profile))
    throw new ProblemsError([
      {
        code: 'unknown-profile',
        message: `no profile "${profile}"`,
        hint: `There is: ${Object.keys(PROFILES).join(', ')}`,
      },
    ]);
  const { provider, warnings, config, inputs } = await mapSource(source, progress);
  progress(`${provider.id}: writing out ${methodsOf(provider).length} methods in ${provider.services.length} services`);
  // 3. Emit: pure functions of the Model. The stubs bring the TypeScript compiler, a second that nothing else should wait for.
  const withStubs = profile === undefined && (stubs ?? config.stubs);
  const typed = withStubs
    ? await emitter.once('stubs', [provider, readRuntime()], () => stubsOf(provider))
    : { files: [], warnings: [] };
  warnings.push(...typed.warnings);
  const files =
    profile === undefined
      ? [...pagesOf(emitter, provider, readTemplates('default', config.templates), config), ...typed.files]
      : (PROFILES[profile] as (typeof PROFILES)[string])(provider, readTemplates(profile));
  // 4. Check what was made: a provider that the engine cannot run is not written.
  const errors =
    profile === undefined ? emitter.check(provider, files).filter((problem) => severityOf(problem) === 'error') : [];
  if (errors.length > 0) throw new ProblemsError([...errors, ...warnings]);
  return {
    provider,
    files: files.sort((a, b) => byCodePoint(a.path, b.path)),
    warnings,
    inputs,
    ...(config.lock && { lock: config.lock }),
  };
}

async function stubsOf(provider: Provider): Promise<{ files: OutputFile[]; warnings: Problem[] }> {
  return (await import('../emit/stubs/stubs.js')).emitStubs(provider, readRuntime());
}

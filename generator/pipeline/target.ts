import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { emitProvider } from '../emit/provider.js';
import type { Location, OutputFile, Provider, Service, TemplateSources } from '../model.js';
import type { Config } from '../read/config-types.js';
import { readRuntime, readTemplates } from '../read/templates.js';
import { fileStem } from '../text/file-names.js';
import type { Target } from './define-target.js';

/** A target as the pipeline runs it. `Sources`: what it reads beside the Model, which its cache entries depend on. */
export interface RunnableTarget<Sources = unknown> extends Omit<Target, 'emit' | 'contents'> {
  /** What others take its files for: the registry's source tree, or pages with SQL statements. */
  readonly contents?: 'provider' | 'pages';
  /** Reads what `emit` gets as `context.sources`. */
  sources?(config: Config): Sources;
  /**
   * The path, or the beginning of the paths, of the files about one service alone. They are emitted again only when
   * that service, what its columns and bodies hold, or the names and inputs of other services change; every other file
   * of the target on each run.
   */
  serviceFiles?(service: Service, provider: Provider): string;
  /** The files with paths relative to the output root. */
  emit(provider: Provider, context: RunnableContext<Sources>): Emitted | Promise<Emitted>;
}

export interface RunnableContext<Sources = unknown> {
  /** The files of the targets in `dependsOn`. */
  readonly files: readonly OutputFile[];
  readonly sources: Sources;
  /** Are the files about this service needed? Those of the others are in the cache. */
  isWanted(service: Service): boolean;
}

export interface Emitted {
  readonly files: readonly OutputFile[];
  readonly warnings?: readonly Problem[];
  /** The files of code that the target was loaded from. */
  readonly modules?: readonly string[];
}

/**
 * Everything that a run emits, in this order. The pipeline, the cache, `--watch`, `check`, `verify` and `pack` go over
 * this list.
 */
export const TARGETS: readonly RunnableTarget[] = [
  define({
    name: 'provider',
    contents: 'provider',
    serviceFiles: ({ name }, { id, version }) => `provider/src/${id}/${version}/services/${fileStem(name)}.yaml`,
    emit: (provider, { isWanted }) => ({ files: emitProvider(provider, isWanted) }),
  }),
  define({
    name: 'docs',
    contents: 'pages',
    sources: ({ templates }) => readTemplates('default', templates),
    serviceFiles: ({ name }) => `docs/services/${fileStem(name)}/`,
    emit: async (provider, { sources, isWanted }) => ({
      files: (await import('../emit/docs/default.js')).emitDocs(provider, sources, isWanted),
    }),
  }),
  define({
    name: 'agents',
    serviceFiles: ({ name }) => `docs/static/services/${fileStem(name)}/`,
    emit: async (provider, { isWanted }) => ({
      files: (await import('../emit/docs/default.js')).emitAgentPages(provider, isWanted),
    }),
  }),
  define({
    name: 'stubs',
    // It loads the TypeScript compiler and runs another: a second for which nothing else should wait.
    isSlow: true,
    sources: readRuntime,
    emit: async (provider, { sources }) => {
      const { emitStubs } = await import('../emit/stubs/stubs.js');
      return emitStubs(provider, sources, (await import('./compile-stubs.js')).compileErrors);
    },
  }),
];

/** Targets of the documentation as other tools make it, each in place of all of `TARGETS`: `--profile`. */
export const PROFILES: Readonly<Record<string, RunnableTarget>> = {
  'registry-2025-09': define({
    name: 'registry-2025-09',
    sources: () => readTemplates('registry-2025-09'),
    emit: async (provider, { sources }: RunnableContext<TemplateSources>) => ({
      files: (await import('../emit/docs/registry-2025-09.js')).emitDocs(provider, sources),
    }),
  }),
};

/** The files of a provider package, emitted under another version. */
export function emitPackage(provider: Provider, version: string): readonly OutputFile[] {
  return emitProvider({ ...provider, version });
}

/**
 * Puts the files of a target that is not built in into its own folder. Throws `target-output` for one that would lie
 * elsewhere.
 */
export function inOwnFolder(name: string, files: readonly OutputFile[], at?: Location): OutputFile[] {
  const folder = `provider/targets/${name}`;
  const outside = files.filter(({ path }) => !isPlainPath(path));
  if (outside.length === 0) return files.map(({ path, text }) => ({ path: `${folder}/${path}`, text }));
  throw new ProblemsError(
    outside.map(({ path }) => ({
      code: 'target-output',
      message: `${path} leads out of ${folder}/`,
      ...(at !== undefined && { at }),
    })),
  );
}

/** Is this a relative path whose every step is a name? */
function isPlainPath(path: string): boolean {
  return !path.includes('\\') && path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

/** Ties `emit` to what `sources` gives. */
function define<Sources>(target: RunnableTarget<Sources>): RunnableTarget {
  return target as RunnableTarget;
}

import type { Problem } from '../diagnostics/problem.js';
import type { OutputFile, Provider, TemplateSources } from '../model.js';

/** Makes what is written out of the Model. */
export interface Emitter {
  /** The provider and its pages. */
  pages(provider: Provider, templates: TemplateSources): OutputFile[];
  /** What `check` says of it. */
  check(provider: Provider, files: readonly OutputFile[]): Problem[];
  /** What `make` gives; `of`: all that it depends on. */
  once<Result>(what: string, of: readonly unknown[], make: () => Promise<Result>): Promise<Result>;
}

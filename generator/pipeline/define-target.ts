import type { OutputFile, Provider } from '../model.js';

/**
 * What a run emits: the provider, its pages and its stubs are targets, and a module that a config names under `targets`
 * is one more. A target is a pure function of the Model: the same provider gives the same files, on every machine and
 * day.
 *
 * @experimental Keys may come to it; the Model that `emit` gets may change between minor versions.
 */
export interface Target {
  /** Lower-case letters, digits and hyphens. Its files go to the folder `provider/targets/<name>/`. */
  readonly name: string;
  /** Targets that must run before, and whose files `context.files` holds. */
  readonly dependsOn?: readonly string[];
  /** `pages`: its files are Markdown whose SQL statements `check` and `verify` examine. */
  readonly contents?: 'pages';
  /** Does it take seconds? Then `--watch` writes what the other targets emit first. */
  readonly isSlow?: boolean;
  /** Returns the files, with paths relative to the target's folder, with forward slashes. */
  emit(provider: Provider, context: TargetContext): readonly OutputFile[] | Promise<readonly OutputFile[]>;
}

export interface TargetContext {
  /** The files of the targets in `dependsOn`, with paths relative to the output root. */
  readonly files: readonly OutputFile[];
}

/**
 * Defines a target: gives its argument back, with its type checked. A config names the module whose default export it
 * is.
 *
 * @experimental See `Target`.
 * @example
 * import { defineTarget } from 'stackql-provider-gen/target';
 *
 * export default defineTarget({
 *   name: 'inventory',
 *   emit: (provider) => [
 *     { path: `${provider.id}.txt`, text: provider.services.map(({ name }) => `${name}\n`).join('') },
 *   ],
 * });
 */
export function defineTarget(target: Target): Target {
  return target;
}

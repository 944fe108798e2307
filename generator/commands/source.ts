import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import type { Source } from '../read/config-types.js';

/** The options of every command that starts from a config or a spec. */
export interface SourceOptions {
  readonly config?: string;
  /** Several of them. */
  readonly configs?: readonly string[];
  readonly spec?: string;
  readonly provider?: string;
  readonly refRoot?: string;
  readonly allowRemote?: boolean;
  readonly mapping?: string;
  readonly accept?: string | true;
}

export function withSource(command: Command): Command {
  command
    .option('--config <file>', 'the config (default: every spec/*.config.yaml)')
    .option('--spec <file>', 'an OpenAPI document, without a config; needs --provider')
    .option('--provider <name>', "the provider's name in SQL, with --spec")
    .option('--mapping <file>', "the public tool's mapping file (all_services.csv): its names and verbs stay");
  return withReach(command);
}

/** Adds the options of commands that need a config. */
export function withConfig(command: Command): Command {
  return withReach(command.option('--config <file>', 'the config (default: the only spec/*.config.yaml)'));
}

/** Adds the options for what references may reach. */
export function withReach(command: Command): Command {
  return command
    .option('--ref-root <dir>', "a folder up to which the spec's $refs may reach (default: the spec's own)")
    .option('--allow-remote', 'let $refs reach documents on the network, by http and https');
}

/** Returns the sources that the options name: a config, a spec, or every config in `spec/`. */
export function sourcesOf({
  config,
  configs = [],
  spec,
  provider,
  refRoot,
  allowRemote,
  mapping,
  accept,
}: SourceOptions): Source[] {
  const own = { ...(mapping !== undefined && { mapping }), ...(accept !== undefined && { accept: true }) };
  const references = {
    ...(refRoot !== undefined && { root: path.resolve(refRoot) }),
    ...(allowRemote && { allowRemote }),
  };
  if (spec !== undefined || provider !== undefined) {
    if (spec === undefined || provider === undefined || config !== undefined || configs.length > 0)
      throw new ProblemsError([{ code: 'usage', message: '--spec goes with --provider and without --config' }]);
    return [{ spec, provider, references, ...own }];
  }
  const named = [...(config === undefined ? [] : [config]), ...configs];
  if (named.length > 0) return [...new Set(named)].map((file) => ({ config: file, references, ...own }));
  const found = existsSync('spec') ? readdirSync('spec').filter((file) => file.endsWith('.config.yaml')) : [];
  if (found.length === 0) throw new ProblemsError([{ code: 'config-missing', message: 'no spec/*.config.yaml here' }]);
  return found.sort().map((file) => ({ config: path.join('spec', file), references, ...own }));
}

/** Is a file an OpenAPI document, where a config belongs? */
export function isOpenApi(file: string): boolean {
  if (!existsSync(file) || !statSync(file).isFile()) return false;
  return /^\s*(\{\s*)?["']?(openapi|swagger)["']?\s*:/m.test(readFileSync(file, 'utf8').slice(0, 4096));
}

/** Returns the only source that the options name; `thing` is for one provider. Throws `usage` for several. */
export function onlySourceOf(options: SourceOptions, thing: string): Source {
  const [source, ...others] = sourcesOf(options) as [Source, ...Source[]];
  if (others.length > 0)
    throw new ProblemsError([{ code: 'usage', message: `${thing} is for one provider: name it with --config` }]);
  return source;
}

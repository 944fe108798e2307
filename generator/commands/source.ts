import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics.js';
import type { Source } from '../read/config.js';

/** The options of every command that starts from a config or a spec. */
export interface SourceOptions {
  readonly config?: string;
  readonly spec?: string;
  readonly provider?: string;
}

export function withSource(command: Command): Command {
  return command
    .option('--config <file>', 'the config (default: every spec/*.config.yaml)')
    .option('--spec <file>', 'an OpenAPI document, without a config; needs --provider')
    .option('--provider <name>', "the provider's name in SQL, with --spec");
}

/** What to read: the named config, the named spec, or every config in `spec/`. */
export function sourcesOf({ config, spec, provider }: SourceOptions): Source[] {
  if (spec !== undefined || provider !== undefined) {
    if (spec === undefined || provider === undefined || config !== undefined)
      throw new ProblemsError([{ code: 'usage', message: '--spec goes with --provider and without --config' }]);
    return [{ spec, provider }];
  }
  if (config !== undefined) return [config];
  const found = existsSync('spec') ? readdirSync('spec').filter((file) => file.endsWith('.config.yaml')) : [];
  if (found.length === 0) throw new ProblemsError([{ code: 'config-missing', message: 'no spec/*.config.yaml here' }]);
  return found.sort().map((file) => path.join('spec', file));
}

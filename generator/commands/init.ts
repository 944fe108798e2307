import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { emitConfig } from '../emit/config.js';
import { mapSource } from '../pipeline/generate.js';
import { writeNew } from '../write.js';
import { onlySourceOf, type SourceOptions, withReach } from './source.js';
import type { Terminal } from './terminal.js';

interface InitOptions extends Pick<SourceOptions, 'refRoot' | 'allowRemote'> {
  provider: string;
  out?: string;
}

const SCHEMA = 'node_modules/stackql-provider-gen/generator/config.schema.json';

export function initCommand(command: Command, terminal: Terminal): void {
  withReach(command)
    .requiredOption('--provider <name>', "the provider's name in SQL")
    .option('--out <file>', 'where the config goes (default: spec/<provider>.config.yaml)')
    .action(async (spec: string, { out: named, ...options }: InitOptions) => {
      const out = named ?? path.join('spec', `${options.provider}.config.yaml`);
      // A link that leads nowhere is in the way, too.
      if (lstatSync(out, { throwIfNoEntry: false }))
        throw new ProblemsError([{ code: 'output-foreign', message: `${out} exists` }]);
      const { provider } = await mapSource(onlySourceOf({ spec, ...options }, 'a config'), terminal.progress);
      const from = (file: string) =>
        path
          .relative(path.dirname(path.resolve(out)), path.resolve(file))
          .split(path.sep)
          .join('/');
      const { refRoot, allowRemote } = options;
      const references = {
        ...(refRoot !== undefined && { root: from(refRoot) || '.' }),
        ...(allowRemote && { allowRemote }),
      };
      writeNew(
        out,
        emitConfig(provider, {
          spec: from(spec),
          schema: from(SCHEMA),
          ...(Object.keys(references).length > 0 && { references }),
        }),
        0o644,
      );
      terminal.say(`${out} written`);
    });
}

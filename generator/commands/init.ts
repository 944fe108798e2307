import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics.js';
import { emitConfig } from '../emit/config.js';
import { mapSource } from '../pipeline.js';
import { writeNew } from '../write.js';
import type { Terminal } from './terminal.js';

export function initCommand(program: Command, terminal: Terminal): void {
  program
    .command('init <spec>')
    .description('write a commented config with what is inferred from a spec')
    .requiredOption('--provider <name>', "the provider's name in SQL")
    .option('--out <file>', 'where the config goes (default: spec/<provider>.config.yaml)')
    .action(async (spec: string, { provider: name, out = path.join('spec', `${name}.config.yaml`) }: { provider: string; out?: string }) => {
      if (existsSync(out)) throw new ProblemsError([{ code: 'output-foreign', message: `${out} exists` }]);
      const { provider } = await mapSource({ spec, provider: name });
      const relative = path.relative(path.dirname(path.resolve(out)), path.resolve(spec));
      writeNew(out, emitConfig(provider, relative.split(path.sep).join('/')), 0o644);
      terminal.say(`${out} written`);
    });
}

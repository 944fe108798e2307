import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { mapSource } from '../pipeline/generate.js';
import { explain } from '../report/explain.js';
import { type SourceOptions, sourcesOf, withSource } from './source.js';
import type { Terminal } from './terminal.js';

export function explainCommand(command: Command, terminal: Terminal): void {
  withSource(command).action(async (name: string, options: SourceOptions) => {
    const sources = sourcesOf(options);
    for (const [index, source] of sources.entries()) {
      const { provider } = await mapSource(source, terminal.progress);
      try {
        terminal.print(explain(provider, name));
        return;
      } catch (error) {
        if (!(error instanceof ProblemsError) || index === sources.length - 1) throw error;
      }
    }
  });
}

import path from 'node:path';
import type { Command } from 'commander';
import { emitMapping } from '../emit/mapping.js';
import { mapSource } from '../pipeline.js';
import { reportHtml } from '../report/html.js';
import { reportOf, reportText } from '../report/report.js';
import { writeInside } from '../write.js';
import { type SourceOptions, sourcesOf, withSource } from './source.js';
import type { Terminal } from './terminal.js';

interface ReportOptions extends SourceOptions {
  html?: string;
  json?: boolean;
}

export function reportCommand(program: Command, terminal: Terminal): void {
  withSource(program.command('report').description('say what every operation became and why, and what was left out'))
    .option('--html <file>', 'write it as a page with a picture')
    .option('--json', 'print it as JSON, a line a provider')
    .action(async ({ html, json, ...options }: ReportOptions) => {
      for (const source of sourcesOf(options)) {
        const { provider, warnings } = await mapSource(source);
        const report = reportOf(provider, warnings);
        if (html !== undefined) writeInside(path.dirname(path.resolve(html)), path.basename(html), Buffer.from(reportHtml(report)));
        if (json) terminal.print(JSON.stringify(report));
        else if (html === undefined) terminal.print(reportText(report));
      }
    });
}

export function exportMappingCommand(program: Command, terminal: Terminal): void {
  withSource(program.command('export-mapping').description("print names and verbs as the public tool's mapping file; --mapping reads it back")).action(
    async (options: SourceOptions) => {
      for (const source of sourcesOf(options)) terminal.print(emitMapping((await mapSource(source)).provider).trimEnd());
    },
  );
}

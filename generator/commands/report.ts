import type { Command } from 'commander';
import { emitMapping } from '../emit/mapping.js';
import { mapSource } from '../pipeline/generate.js';
import { reportHtml } from '../report/html.js';
import { reportOf, reportText } from '../report/report.js';
import { jsonLine } from '../text/visible.js';
import { writeNamed } from '../write.js';
import { withFormat } from './format.js';
import { onlySourceOf, type SourceOptions, sourcesOf, withSource } from './source.js';
import type { Terminal } from './terminal.js';

interface ReportOptions extends SourceOptions {
  html?: string;
  json?: boolean;
}

export function reportCommand(command: Command, terminal: Terminal): void {
  withFormat(withSource(command))
    .option('--html <file>', 'write it as a page with a picture')
    .action(async ({ html, json, ...options }: ReportOptions) => {
      for (const source of html === undefined ? sourcesOf(options) : [onlySourceOf(options, 'a page')]) {
        const { provider, warnings } = await mapSource(source, terminal.progress);
        const report = reportOf(provider, warnings);
        if (html !== undefined) writeNamed(html, reportHtml(report));
        if (json) terminal.print(jsonLine(report));
        else if (html === undefined) terminal.print(reportText(report));
      }
    });
}

export function exportMappingCommand(command: Command, terminal: Terminal): void {
  withSource(command)
    .option('--out <file>', 'write it to a file')
    .action(async ({ out, ...options }: SourceOptions & { out?: string }) => {
      const { provider } = await mapSource(onlySourceOf(options, 'a mapping file'), terminal.progress);
      const text = emitMapping(provider);
      if (out === undefined) terminal.print(text.trimEnd());
      else writeNamed(out, text);
    });
}

import { statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { readSite } from '../read/site.js';
import { planNew, writeInside } from '../write.js';
import type { Terminal } from './terminal.js';

export function initSiteCommand(command: Command, terminal: Terminal): void {
  command
    .argument('[dir]', 'where the site goes: the folder that holds the generated services/', 'docs')
    .action((dir: string) => {
      const root = path.resolve(dir);
      if (statSync(root, { throwIfNoEntry: false })?.isFile())
        throw new ProblemsError([{ code: 'output-no-folder', message: `${dir} is a file` }]);
      // From now on the files are the user’s: no manifest says otherwise, so their changes stay in the way of another
      // run.
      const written = planNew(root, readSite());
      for (const { path: file, text } of written) writeInside(root, file, Buffer.from(text));
      terminal.say(`${dir}: ${written.length} files written`);
      terminal.say(`next: cd ${dir} && npm ci && npm run build`);
    });
}

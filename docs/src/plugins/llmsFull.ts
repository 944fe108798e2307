import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from '@docusaurus/types';

/**
 * Puts the plain pages under `folder`/services, in path order, into one file for agents: `llms-full.txt`, and says so in
 * `llms.txt`. Without plain pages, none.
 */
export default function llmsFull(folder: string): Plugin {
  return {
    name: 'llms-full',
    async postBuild({ outDir }) {
      const services = path.join(folder, 'services');
      if (!existsSync(services)) return;
      const pages = readdirSync(services, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.md'))
        .map((file) => file.split(path.sep).join('/'))
        .sort((a, b) => (a < b ? -1 : 1));
      if (pages.length === 0) return;
      writeFileSync(
        path.join(outDir, 'llms-full.txt'),
        pages.map((file) => `${readFileSync(path.join(services, file), 'utf8').trimEnd()}\n`).join('\n---\n\n'),
      );
      const index = path.join(outDir, 'llms.txt');
      if (existsSync(index))
        appendFileSync(index, '\n## Optional\n\n- [All of these pages in one file](llms-full.txt)\n');
    },
  };
}

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { registryServer } from '../registry/serve.js';
import type { Terminal } from './terminal.js';

/** How long an answer that is under way may take after a stop. */
const GRACE = 2_000;

export function serveCommand(command: Command, terminal: Terminal): void {
  command
    .option('--port <number>', 'on 127.0.0.1 (default: a free one)', '0')
    .action(async (dir: string | undefined, options: { port: string }) => {
      const root = path.resolve(dir ?? '.');
      const port = Number(options.port);
      if (!/^\d{1,5}$/.test(options.port) || port > 65_535) throw usage(`--port ${options.port} is no port`);
      if (!existsSync(path.join(root, 'dist/providers.yaml')))
        throw usage(`no dist/providers.yaml in ${dir ?? '.'}; pack first`);
      const server = registryServer(root, terminal.say);
      server.listen(port, '127.0.0.1');
      try {
        await once(server, 'listening');
      } catch (error) {
        throw usage(`cannot listen on 127.0.0.1:${port}: ${(error as Error).message}`);
      }
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      terminal.print(url);
      terminal.say(`stackql shell --registry='${JSON.stringify({ url, verifyConfig: { nopVerify: true } })}'`);
      terminal.onStop(() => {
        server.close();
        setTimeout(() => server.closeAllConnections(), GRACE).unref();
      });
      await once(server, 'close');
    });
}

function usage(message: string): ProblemsError {
  return new ProblemsError([{ code: 'usage', message }]);
}

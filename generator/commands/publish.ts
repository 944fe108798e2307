import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { parseListing } from '../registry/listing.js';
import { withLock } from '../registry/mutex.js';
import { addVersion } from '../registry/publish.js';
import { endpointStore, folderStore, type Store } from '../registry/store.js';
import { readFolder } from '../registry/verify.js';
import { nextVersion } from '../text/version.js';
import { withFormat } from './format.js';
import { printJson, type Terminal } from './terminal.js';

const TOKEN_VARIABLE = 'STACKQL_REGISTRY_TOKEN';

export function publishCommand(command: Command, terminal: Terminal): void {
  withFormat(command)
    .requiredOption(
      '--to <registry>',
      `a folder that a web server serves, or a URL that takes PUT, with the token in $${TOKEN_VARIABLE}`,
    )
    .option('--version <version>', 'only this version (default: all that dist/ has)')
    .action(
      async (
        dir: string | undefined,
        { to, version: only, json }: { to: string; version?: string; json?: boolean },
      ) => {
        const artifacts = await readFolder(path.resolve(dir ?? '.'), only);
        const published: { provider: string; version: string; added: boolean; signed: boolean }[] = [];
        const addAll = async (store: Store) => {
          for (const artifact of artifacts) {
            const { provider, version, documents } = artifact;
            const added = await addVersion(store, artifact);
            const signed = documents.has('provider.yaml.sig');
            published.push({ provider, version, added, signed });
            terminal.say(
              `${provider} ${version}: ${added ? 'published' : 'was there already'}${signed ? '' : ' (unsigned)'}`,
            );
          }
        };
        if (/^[a-z][a-z0-9+.-]*:\/\//i.test(to)) await addAll(endpointStore(to, terminal.env[TOKEN_VARIABLE]));
        else await withLock(path.resolve(to), () => addAll(folderStore(path.resolve(to))));
        if (json) printJson(terminal, { published }, []);
      },
    );
}

export function nextVersionCommand(command: Command, terminal: Terminal): void {
  command
    .requiredOption('--index <file>', "the registry's providers.yaml; an empty file stands for a new registry")
    .requiredOption('--date <month>', 'YYYY-MM')
    .option('--provider <name>', 'look at this provider only (default: at all of them)')
    .action(({ index, date, provider }: { index: string; date: string; provider?: string }) => {
      if (!existsSync(index)) throw new ProblemsError([{ code: 'usage', message: `cannot read ${index}` }]);
      const listing = parseListing(readFileSync(index, 'utf8'));
      terminal.print(
        nextVersion(provider === undefined ? [...listing.values()].flat() : (listing.get(provider) ?? []), date),
      );
    });
}

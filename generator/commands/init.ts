import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { ProblemsError } from '../diagnostics/problem.js';
import { type Choices, emitConfig } from '../emit/config.js';
import { mapSource } from '../pipeline/generate.js';
import type { SecuritySchemeObject } from '../read/openapi.js';
import { readSpec } from '../read/spec.js';
import { writeNew } from '../write.js';
import { onlySourceOf, type SourceOptions, withReach } from './source.js';
import { sayProblems, type Terminal } from './terminal.js';

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
        throw new ProblemsError([
          { code: 'output-foreign', message: `${out} exists`, hint: 'It is yours to edit; --out writes another one.' },
        ]);
      const source = onlySourceOf({ spec, ...options }, 'a config');
      const { provider, warnings } = await mapSource(source, terminal.progress);
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
          choices: await choicesOf(spec, options),
        }),
        0o644,
      );
      sayProblems(terminal, warnings, 'first');
      terminal.say(`${out} written\nnext: stackql-provider-gen generate --config ${out}`);
    });
}

/** What else the spec offers: its title, all its servers and security schemes. */
async function choicesOf(spec: string, { refRoot, allowRemote }: Omit<InitOptions, 'out'>): Promise<Choices> {
  const { document, follow, at } = await readSpec(spec, {
    ...(refRoot !== undefined && { root: refRoot }),
    ...(allowRemote && { allowRemote }),
  });
  const { title } = document.info ?? {};
  const written = Object.entries(document.components?.securitySchemes ?? {});
  return {
    ...(typeof title === 'string' && { title }),
    servers: (document.servers ?? []).flatMap(({ url }) => (typeof url === 'string' ? [url] : [])),
    schemes: Object.fromEntries(
      written.flatMap(([name, scheme]) => {
        try {
          return [[name, follow<SecuritySchemeObject>(scheme as SecuritySchemeObject, at).value]];
        } catch {
          // It was said when the operations were read.
          return [];
        }
      }),
    ),
  };
}

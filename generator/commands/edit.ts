import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { closest } from 'fastest-levenshtein';
import { ProblemsError } from '../diagnostics/problem.js';
import { changesBetween } from '../diff/changes.js';
import { type ConfigEdit, editConfig } from '../emit/config-edit.js';
import { type Method, methodsOf, type Provider } from '../model.js';
import { mapSource } from '../pipeline/generate.js';
import { NAME } from '../read/config-types.js';
import { keepText } from '../read/place.js';
import { writeNamed } from '../write.js';
import { onlySourceOf, type SourceOptions, withConfig } from './source.js';
import type { Terminal } from './terminal.js';

export function renameCommand(command: Command, terminal: Terminal): void {
  withConfig(command).action((name: string, to: string, options: SourceOptions) => {
    if (!NAME.test(to)) throw usage(`${to}: a name is lower case letters, digits and underscores`);
    return edit(options, terminal, (provider) => {
      const { kind, methods } = named(provider, name);
      if (kind === 'operation')
        throw usage(`${name} is an operation: rename its method, ${fullNames(provider, methods)}`);
      return methods.map((method) => ({ operation: keyOf(provider, method), path: [kind], value: to }));
    });
  });
}

export function excludeCommand(command: Command, terminal: Terminal): void {
  withConfig(command).action((names: string[], options: SourceOptions) =>
    edit(options, terminal, (provider) =>
      names
        .flatMap((name) => named(provider, name).methods)
        .map((method) => ({ operation: keyOf(provider, method), path: ['exclude'], value: true })),
    ),
  );
}

export function setCommand(command: Command, terminal: Terminal): void {
  withConfig(command).action((name: string, settings: string[], options: SourceOptions) =>
    edit(options, terminal, (provider) => {
      const edits = settings.map(settingOf);
      if (name === provider.id) return edits;
      const { methods } = named(provider, name);
      return methods.flatMap((method) => edits.map((each) => ({ operation: keyOf(provider, method), ...each })));
    }),
  );
}

/** `columns.size.type=integer`: the path of a value in the config, and the value. */
function settingOf(setting: string): { path: string[]; value: string | boolean } {
  const [, key, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (key === undefined || text === undefined) throw usage(`"${setting}" is not key=value`);
  // The name of a column or a parameter may have dots.
  const [head = '', ...rest] = key.split('.');
  const last = head === 'columns' && rest.length > 1 ? rest.splice(-1) : [];
  const path = rest.length > 0 ? [head, rest.join('.'), ...last] : [head];
  return { path, value: text === 'true' || text === 'false' ? text === 'true' : text };
}

/**
 * Edits the only config in place, once it is known that a provider can be made of it, and prints what moves. Throws as
 * `generate` does for what the edited config cannot have; nothing is written then.
 */
async function edit(
  options: SourceOptions,
  terminal: Terminal,
  editsOf: (provider: Provider) => readonly ConfigEdit[],
): Promise<void> {
  // What an earlier edit decided may not be accepted yet.
  const source = onlySourceOf({ ...options, accept: true }, 'an edit') as { readonly config: string };
  const file = source.config;
  const before = await mapSource(source, terminal.progress);
  const text = editConfig(readFileSync(file, 'utf8'), editsOf(before.provider));
  // Problems of the edited config have their locations in it.
  keepText(path.resolve(file), text);
  const after = await mapSource({ ...source, text }, terminal.progress);
  writeNamed(file, text);
  for (const line of moved(before.provider, after.provider)) terminal.print(line);
  const breaking = changesBetween(before.provider, after.provider).filter((change) => change.class === 'breaking');
  terminal.say(
    `${file} edited${breaking.length > 0 ? `; breaking changes for users: ${breaking.length}, see \`diff\`` : ''}`,
  );
  if (before.config.lock?.entries && breaking.length > 0)
    terminal.say('The lock file keeps the published names until `generate --accept` takes these over.');
}

/** `okta.users.users.list_users → okta.users.people.list_users`; a method that is gone leads to nothing. */
function moved(before: Provider, after: Provider): string[] {
  const names = namesByLocation(after);
  return [...namesByLocation(before)].flatMap(([at, name]) => {
    const now = names.get(at);
    if (now === name) return [];
    return [now === undefined ? `${name} is left out` : `${name} → ${now}`];
  });
}

function namesByLocation(provider: Provider): Map<string, string> {
  return new Map(
    resourcesOf(provider).flatMap(({ id, methods }) =>
      methods.map(({ at, name, verb }) => [at, `${id}.${name} (${verb})`] as const),
    ),
  );
}

function resourcesOf({ services }: Provider) {
  return services.flatMap(({ resources }) => resources);
}

interface Named {
  readonly kind: 'service' | 'resource' | 'method' | 'operation';
  readonly methods: readonly Method[];
}

/** What a name stands for: `okta.users`, `okta.users.users`, one of its methods, or an operation. */
function named(provider: Provider, name: string): Named {
  const kinds: [Named['kind'], string, readonly Method[]][] = [
    ...provider.services.map((service): [Named['kind'], string, readonly Method[]] => [
      'service',
      `${provider.id}.${service.name}`,
      service.resources.flatMap(({ methods }) => methods),
    ]),
    ...resourcesOf(provider).flatMap(({ id, methods }): [Named['kind'], string, readonly Method[]][] => [
      ['resource', id, methods],
      ...methods.map((method): [Named['kind'], string, readonly Method[]] => [
        'method',
        `${id}.${method.name}`,
        [method],
      ]),
    ]),
    ...methodsOf(provider).flatMap((method): [Named['kind'], string, readonly Method[]][] => [
      ['operation', method.operationId, [method]],
      ['operation', `${method.http.method} ${method.http.path}`, [method]],
    ]),
  ];
  const found = kinds.find(([, full]) => full === name || full === `${provider.id}.${name}`);
  if (found) return { kind: found[0], methods: found[2] };
  throw new ProblemsError([
    {
      code: 'unknown-name',
      message: `"${name}" is not a service, resource, method or operation of ${provider.id}`,
      hint: `Did you mean ${closest(
        name,
        kinds.map(([, full]) => full),
      )}?`,
    },
  ]);
}

function fullNames(provider: Provider, [method]: readonly Method[]): string {
  const resource = resourcesOf(provider).find(({ methods }) => methods.some((each) => each === method));
  return `${resource?.id}.${method?.name}`;
}

/** The shortest name that means one operation: its operationId, unless another one has it too. */
function keyOf(provider: Provider, { operationId, http }: Method): string {
  const endpoint = `${http.method} ${http.path}`;
  const isOwn = methodsOf(provider).filter((each) => each.operationId === operationId).length === 1;
  return isOwn && /^[\w.-]+$/.test(operationId) && operationId !== `${http.method.toLowerCase()} ${http.path}`
    ? operationId
    : endpoint;
}

function usage(message: string): ProblemsError {
  return new ProblemsError([{ code: 'usage', message }]);
}

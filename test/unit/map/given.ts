import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { type Method, mapSource, type Problem, type Provider } from '../../../generator/index.js';
import { scratch } from '../../places.js';

export const row = { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } };
export const list = { type: 'array', items: row };
export const ok = (schema: unknown, headers?: object) => ({
  200: { description: 'OK', ...(headers && { headers }), content: { 'application/json': { schema } } },
});
export const done = { 204: { description: 'Done' } };
export const body = (schema: unknown = row, more: object = {}, mediaType = 'application/json') => ({
  requestBody: { content: { [mediaType]: { schema } }, ...more },
});
export const parameter = (name: string, location: string, schema: object = { type: 'string' }) => ({
  name,
  in: location,
  schema,
  ...(location === 'path' && { required: true }),
});

/** `get list things` → an operation; its path parameters are declared by the path. */
export type Paths = Record<string, Record<string, object>>;

/** Maps a document of paths; every `{name}` is declared. `lock`: the text of the lock file. */
export async function map(
  paths: Paths,
  document: object = {},
  config: object = {},
  lock?: string,
): Promise<{ provider: Provider; warnings: readonly Problem[] }> {
  const folder = scratch();
  if (lock !== undefined) writeFileSync(path.join(folder, 'p.lock.yaml'), lock);
  const declared = Object.entries(paths).map(([key, item]) => {
    const names = [...key.matchAll(/\{([^}]+)\}/g)].map(([, name]) => parameter(name as string, 'path'));
    return [key, { ...(names.length > 0 && { parameters: names }), ...item }];
  });
  const spec = {
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://e.com' }],
    paths: Object.fromEntries(declared),
    ...document,
  };
  writeFileSync(path.join(folder, 'spec.yaml'), stringify(spec, { aliasDuplicateObjects: false }));
  writeFileSync(path.join(folder, 'p.config.yaml'), stringify({ provider: 'p', specs: ['spec.yaml'], ...config }));
  return mapSource(path.join(folder, 'p.config.yaml'));
}

export function methodsOf(provider: Provider): Method[] {
  return provider.services.flatMap(({ resources }) => resources.flatMap(({ methods }) => methods));
}

/** `service.resource.method verb`, one a line. */
export function names(provider: Provider): string[] {
  return provider.services.flatMap(({ name: service, resources }) =>
    resources.flatMap(({ name: resource, methods }) =>
      methods.map(({ name, verb }) => `${service}.${resource}.${name} ${verb}`),
    ),
  );
}

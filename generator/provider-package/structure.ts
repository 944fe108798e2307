import path from 'node:path';
import { isObject } from '../read/objects.js';
import { decodeFragment, tokens } from '../read/pointer.js';
import { hasPlainNames, operationOf } from './operation.js';
import { asText, child, children, listed } from './positions.js';
import { inspect } from './shape.js';
import {
  type Document,
  type Json,
  type Located,
  type MethodEntry,
  type Package,
  type ProviderFile,
  type ResourceEntry,
  ROUTED_VERBS,
  type Route,
  type RoutedVerb,
  type ServiceFile,
} from './types.js';

/** Puts the documents of one version of one provider together. */
export function structureOf(documents: readonly Document[]): Package {
  const readable = documents.filter(({ value }) => value !== undefined);
  const providerDocument = readable.find(({ file }) => path.basename(file) === 'provider.yaml');
  const version = providerDocument && path.basename(path.dirname(providerDocument.file));
  const folder = providerDocument && path.basename(path.dirname(path.dirname(path.resolve(providerDocument.file))));
  const at = `${providerDocument?.file}#`;
  const value = isObject(providerDocument?.value) ? providerDocument.value : {};
  const entries = children(child({ value, at }, 'providerServices')).map(([key, entry]) => ({
    key,
    entry,
    ref: child(entry, 'service').value.$ref,
  }));

  const services = readable
    .filter((document) => document !== providerDocument)
    .map((document) => {
      const named = entries.find(({ ref }) => typeof ref === 'string' && isFile(document.file, ref))?.key;
      return serviceFile(
        document,
        named ?? path.basename(document.file).replace(/\.ya?ml$/i, ''),
        typeof value.name === 'string' ? value.name : folder,
      );
    });
  if (!providerDocument) return { documents, services };
  const provider: ProviderFile = {
    value,
    at,
    folder: folder ?? '',
    version: version ?? '',
    config: child({ value, at }, 'config'),
    services: entries.map(({ key, entry, ref }) => {
      const file = typeof ref === 'string' ? services.find(({ document }) => isFile(document.file, ref)) : undefined;
      return { ...entry, key, ...(typeof ref === 'string' && { ref }), ...(file && { file }) };
    }),
  };
  return { documents, services, provider };
}

/** Does a path end in what a `$ref` names, relative to the registry's `src`? */
export function isFile(file: string, ref: string): boolean {
  return (
    path.basename(file) === path.posix.basename(ref) &&
    path
      .resolve(file)
      .split(path.sep)
      .join('/')
      .endsWith(`/${path.posix.normalize(ref)}`)
  );
}

function serviceFile(document: Document, name: string, providerName: string | undefined): ServiceFile {
  const root: Located = { value: isObject(document.value) ? document.value : {}, at: `${document.file}#` };
  const targets = new Map<string, Located | undefined>();
  const target = (ref: string): Located | undefined => {
    if (!targets.has(ref)) targets.set(ref, resolve(root, ref));
    return targets.get(ref);
  };
  const follow = (located: Located): Located | undefined => {
    let here: Located | undefined = located;
    for (let hops = 0; here && typeof here.value.$ref === 'string'; hops++)
      here = hops < 50 ? target(here.value.$ref) : undefined;
    return here;
  };
  const resources: ResourceEntry[] = [];
  const service: ServiceFile = {
    ...root,
    document,
    name,
    ...(providerName !== undefined && { providerName }),
    config: child(root, 'x-stackQL-config'),
    resources,
    ...inspect(root.value, root.at),
    target,
    follow,
  };
  for (const [key, resource] of children(child(root, 'components', 'x-stackQL-resources')))
    resources.push(resourceEntry(service, key, resource));
  return service;
}

function resolve(root: Located, ref: string): Located | undefined {
  if (!ref.startsWith('#/')) return undefined;
  let here: unknown = root.value;
  const pointer = decodeFragment(ref.slice(1));
  for (const token of tokens(pointer))
    here = typeof here === 'object' && here !== null && Object.hasOwn(here, token) ? (here as Json)[token] : undefined;
  return isObject(here) ? { value: here, at: `${root.at}${pointer}` } : undefined;
}

function resourceEntry(service: ServiceFile, name: string, resource: Located): ResourceEntry {
  const sqlVerbs = child(resource, 'sqlVerbs');
  const methods: MethodEntry[] = [];
  const routes = Object.fromEntries(
    ROUTED_VERBS.map((verb) => [verb, listed(sqlVerbs, verb).map(routeOf)]),
  ) as unknown as Record<RoutedVerb, Route[]>;
  const entry: ResourceEntry = { ...resource, name, service, config: child(resource, 'config'), methods, routes };
  for (const [key, method] of children(child(resource, 'methods'))) methods.push(methodEntry(entry, key, method));
  for (const verb of ROUTED_VERBS)
    routes[verb] = routes[verb].map((route) => {
      const method = methods.find((each) => each.name === route.name);
      return { ...route, ...(method && { method }) };
    });
  return entry;
}

function routeOf({ value, at }: Located): Route {
  const ref = asText(value.$ref);
  return { at, ref, name: ref.split('/').at(-1) ?? '' };
}

function methodEntry(resource: ResourceEntry, name: string, method: Located): MethodEntry {
  const config = child(method, 'config');
  const naive = hasPlainNames(config);
  const operation = operationOf(resource.service, method, naive);
  const pagination = [config, resource.config, resource.service.config]
    .map(({ value }) => value.pagination)
    .find(isObject);
  return {
    ...method,
    name,
    resource,
    verbs: ROUTED_VERBS.filter((verb) => resource.routes[verb].some((route) => route.name === name)),
    config,
    naive,
    ...(pagination && { pagination }),
    ...(operation && { operation }),
  };
}

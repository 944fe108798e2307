import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Because, Location, Method, Provider, Resource, Service } from '../model.js';
import type { Config } from '../read/config-types.js';
import type { ServerObject } from '../read/openapi.js';
import type { Spec } from '../read/spec.js';
import { plural, snakeCase } from '../text/names.js';
import { methodOf } from './build/methods.js';
import { type Mapped, ServiceDocumentBuilder } from './build/service-document.js';
import { inferAuth } from './infer/auth.js';
import { withLock } from './infer/name-lock.js';
import { declaresLink, type PagingStyle } from './infer/pagination.js';
import { isLocked, type Published, preferred, publishedIn } from './infer/published-names.js';
import { type Decided, type Group, groupOperations, nameResources } from './infer/resources.js';
import { inPageOrder, routesOf, unreachable } from './infer/routes.js';
import { mergedService, type Named, servicesOf } from './infer/services.js';
import { withSources } from './infer/value-sources.js';
import { neighbourhood, type Verb, verbOf } from './infer/verbs.js';
import { hintReader } from './operations/hints.js';
import { type LenientSpec, lenient, type Report } from './operations/lenient.js';
import { isPlaceholder, type Operation, operationsOf } from './operations/operations.js';
import { rowIdentity } from './operations/rows.js';
import { firstServer } from './operations/servers.js';

/** One spec, read for mapping. */
interface Read {
  readonly spec: LenientSpec;
  readonly server: ServerObject;
  readonly operations: readonly Operation[];
}

/** Operations that are not mapped, by their location, each with the reason. */
export type LeftOut = ReadonlyMap<Location, string>;

/**
 * Decides service, resource, method, verb and row shape of every operation of every spec. What the specs lack is assumed and said in a warning;
 * throws what no assumption can mend, all of it at once.
 */
export function mapProvider(
  specs: readonly Spec[],
  config: Config,
  leftOut: LeftOut = new Map(),
): { provider: Provider; warnings: Problem[] } {
  const warnings = new Map<string, Problem>();
  const report = (problem: Problem) =>
    warnings.set(`${problem.code} ${String(problem.at)} ${problem.message}`, problem);

  // 1. Operations, with what somebody decided about them.
  const hints = hintReader(config, report);
  const written = specs.map((raw): Read => {
    const spec = lenient(raw, report);
    const server = firstServer(config.servers ?? spec.document.servers, spec.at, report);
    const operations = operationsOf(spec, server, hints.of).filter(({ at }) => !leftOut.has(at));
    return { spec, server, operations };
  });
  for (const [at, message] of leftOut) report({ code: 'operation-left-out', message, at });
  hints.refuseUnmatched();
  refuseLostKeys(written);
  const read = withLock(written, config.lock, report);
  for (const { spec, operations } of read)
    if (operations.length === 0)
      throw new ProblemsError([
        { code: 'spec-empty', message: 'no operation to map', at: spec.at },
        ...warnings.values(),
      ]);

  // 2. Services, each with its resources and its part of the document.
  const conflicts: Problem[] = [];
  const services = read.flatMap((one) => mapServices(one, config, (problem) => conflicts.push(problem)));
  if (conflicts.length > 0 && !config.lock?.accept) throw new ProblemsError([...conflicts, ...warnings.values()]);
  const twice = services.filter(({ name }, index) => services.findIndex((other) => other.name === name) !== index);
  if (twice.length > 0)
    throw new ProblemsError(
      twice.map(({ name }) => ({
        code: 'name-clash',
        message: `two specs make a service ${name}`,
        at: `${config.file}#/specs`,
      })),
    );

  // 3. The provider.
  const { provider: id, title, version, docs } = config;
  const [first] = read as [Read];
  const auth =
    config.auth ??
    inferAuth(
      first.spec,
      id,
      first.operations.map(({ object }) => object.security),
    );
  const objects = read.flatMap(({ spec }) =>
    [...spec.objects].flatMap(([at, object]) => (object ? [[at, object] as const] : [])),
  );
  const description = docs.description ?? specs[0]?.document.info?.description;
  return {
    provider: {
      id,
      title,
      description: typeof description === 'string' ? description : '',
      version,
      auth,
      docs,
      services: withSources(services),
      objects: Object.fromEntries(objects),
    },
    warnings: [...warnings.values()],
  };
}

/** An objectKey that leads to no rows would quietly make its method EXEC-only. */
function refuseLostKeys(read: readonly Read[]): void {
  const lost = read.flatMap(({ operations }) =>
    operations.flatMap(({ hints: { objectKey }, success, id }): Problem[] =>
      objectKey?.because.rule === 'override' && !success.rows
        ? [
            {
              code: 'override-unmatched',
              message: `${objectKey.value} leads to no rows in the response of ${id}`,
              at: objectKey.at,
            },
          ]
        : [],
    ),
  );
  if (lost.length > 0) throw new ProblemsError(lost);
}

function mapServices({ spec, server, operations: given }: Read, config: Config, refuse: Report): Service[] {
  const inferred = servicesOf(given);
  const isMerged = (operation: Operation) =>
    mergedService(inferred(operation), config.services).because.rule === 'service.merge';
  const operations = config.lock?.accept
    ? given.map((operation) => (isMerged(operation) ? withoutLockedService(operation) : operation))
    : given;
  const near = neighbourhood(operations);
  const published = publishedIn(operations, (operation) => inferred(operation).name);
  const verbs = new Map(operations.map((operation) => [operation, verbOf(operation, near)]));
  const serviceOf = (operation: Operation): Named => {
    const own = inferred(operation);
    const merged = mergedService(own, config.services);
    const known = merged === own ? published.serviceOf(own.name) : undefined;
    return known === undefined
      ? merged
      : {
          name: known,
          because: { rule: 'lock.service', saw: `what the spec has as ${own.name} is published as ${known}` },
        };
  };
  const decided: Decided = {
    near,
    verbOf: (operation) => verbs.get(operation)?.verb ?? 'exec',
    rowOf: ({ success }) => rowIdentity(spec, success),
    serviceOf,
  };
  for (const problem of brokenPromises(operations, serviceOf, verbs)) refuse(problem);
  const groups = groupOperations(operations, decided);
  const places = placeOperations(
    groups,
    nameResources(groups, decided),
    published.resources.size > 0 ? publishedNames(groups, decided, published) : undefined,
  );
  const order = new Map(operations.map(({ at }, index) => [at, index]));
  const orderOf = ({ at }: { at: Location }) => order.get(at) ?? 0;
  const style: PagingStyle = {
    linkHeader: config.pagination === 'link_header' || operations.some(({ success }) => declaresLink(success.response)),
  };

  return [...groupBy(places, ({ service }) => service.name)].map(([name, placed]): Service => {
    const builder = new ServiceDocumentBuilder(spec);
    const mapped: Mapped[] = [];
    const drafts = placed.map((place) => {
      const methods = new Map<string, Method>();
      const reserved = new Set(
        place.operations.flatMap(({ hints }) => (hints.method && isLocked(hints.method) ? [hints.method.value] : [])),
      );
      for (const operation of place.operations) {
        const verb = verbs.get(operation) as Verb;
        const method = methodOf({
          spec,
          operation,
          verb,
          resource: place.name,
          style,
          methodNames: config.methodNames,
          componentOf: (schema) => builder.componentOf(schema),
          arrayOf: (rows, id) => builder.arrayOf(rows, id),
          isFree: (wanted) =>
            !methods.has(wanted) && (!reserved.has(wanted) || operation.hints.method?.value === wanted),
        });
        if (methods.has(method.name))
          throw new ProblemsError([
            {
              code: 'name-clash',
              message: `${name}.${place.name} already has a method ${method.name}`,
              at: operation.at,
            },
          ]);
        methods.set(method.name, method);
        mapped.push({ operation, method });
      }
      return { ...place, methods: [...methods.values()] };
    });
    const reachable = withEveryMethodReachable(drafts, name, refuse);
    const made = reachable.map(({ name: resource, because, methods }): Resource => {
      const id = `${config.provider}.${name}.${resource}`;
      return { name: resource, id, methods: inPageOrder(methods), routes: routesOf(methods), because };
    });
    // As in the spec, whoever decided what goes where: a mapping file that says what was inferred changes no byte.
    mapped.sort((a, b) => orderOf(a.operation) - orderOf(b.operation));
    made.sort((a, b) => Math.min(...a.methods.map(orderOf)) - Math.min(...b.methods.map(orderOf)));
    const final = new Map(made.flatMap(({ methods }) => methods.map((method) => [method.at, method])));
    const info = describeService(spec, config, name, mapped);
    return {
      name,
      ...info,
      document: builder.build(
        { ...info, version: String(spec.document.info?.version ?? '') },
        server,
        mapped.map(({ operation }) => ({ operation, method: final.get(operation.at) as Method })),
      ),
      resources: made,
      because: (placed[0] as Placed).service.because,
    };
  });
}

interface Placed {
  readonly service: Named;
  readonly name: string;
  readonly because: Because;
  readonly operations: Operation[];
}

/** A service and a resource for each group: where most of its operations are published, else as inferred. */
type Homes = ReadonlyMap<Group, { readonly service: Named; readonly resource: Named }>;

/** Where the operations of each group go that the lock does not know: to their published siblings, else to a resource with a name that is not in use. */
function publishedNames(groups: readonly Group[], decided: Decided, published: Published): Homes {
  const homes = new Map(groups.map((group) => [group, published.homeOf(group.operations)]));
  const because = (what: string): Because => ({
    rule: 'lock.siblings',
    saw: `most of what is at this path is published in ${what}`,
  });
  const names = new Map(
    [...homes].flatMap(([group, home]) =>
      home ? [[group, { name: home.resource, because: because(home.resource) }] as const] : [],
    ),
  );
  const resources = nameResources(groups, decided, { names, resources: published.resources });
  return new Map(
    groups.map((group) => {
      const service = homes.get(group)?.service;
      const own =
        service === undefined || service === group.service.name
          ? group.service
          : { name: service, because: because(service) };
      return [group, { service: own, resource: resources.get(group) as Named }];
    }),
  );
}

/** Which operations make which resource, hints included. */
function placeOperations(groups: readonly Group[], names: ReadonlyMap<Group, Named>, homes?: Homes): Placed[] {
  const placed = new Map<string, Placed>();
  for (const group of groups) {
    const inferred = names.get(group) as Named;
    const home = homes?.get(group) ?? { service: group.service, resource: inferred };
    for (const operation of group.operations) {
      const { service, resource } = operation.hints;
      const own = service ? named(preferred(service, valued(group.service))) : home.service;
      const { name, because } = resource ? named(preferred(resource, valued(inferred))) : home.resource;
      const key = `${own.name}.${name}`;
      const place = placed.get(key) ?? { service: own, name, because, operations: [] };
      place.operations.push(operation);
      placed.set(key, place);
    }
  }
  return [...placed.values()];
}

/** Once accepted, what the config merges is no longer where it was published. */
function withoutLockedService({ hints: { service, ...hints }, since, ...operation }: Operation): Operation {
  return { ...operation, hints: { ...hints, ...(service && !isLocked(service) && { service }) } };
}

function named({ value, because }: { value: string; because: Because }): Named {
  return { name: value, because };
}

function valued({ name, because }: Named): { value: string; because: Because } {
  return { value: name, because };
}

/** Published names and verbs that the config's services and the API by now make impossible. */
function* brokenPromises(
  operations: readonly Operation[],
  serviceOf: (operation: Operation) => Named,
  verbs: ReadonlyMap<Operation, Verb>,
): Generator<Problem> {
  for (const operation of operations) {
    const { service, verb } = operation.hints;
    const [own, now] = [serviceOf(operation), verbs.get(operation) as Verb];
    if (isLocked(service) && own.because.rule === 'service.merge' && own.name !== service?.value)
      yield {
        code: 'lock-conflict',
        message: `${operation.id} is published in ${service?.value}, but ${own.because.saw}`,
        at: operation.at,
      };
    if (isLocked(verb) && now.verb !== verb?.value)
      yield {
        code: 'lock-conflict',
        message: `${operation.id} is published as ${verb?.value}, but by now it is ${now.verb}: ${now.because.saw}`,
        at: operation.at,
      };
  }
}

interface DraftResource {
  readonly name: string;
  readonly because: Because;
  readonly methods: readonly Method[];
}

/**
 * Enforces that a statement reaches each method that it documents (MAPPING 16). Of two that take the same required inputs, the second becomes a resource
 * of its own when it reads rows from a path with a name, `keys/active` beside `keys/{id}`; any other becomes EXEC-only.
 */
function withEveryMethodReachable(
  resources: readonly DraftResource[],
  service: string,
  refuse: Report,
): DraftResource[] {
  const taken = new Set(resources.map(({ name }) => name));
  return resources.flatMap((resource) => {
    const hidden = unreachable(resource.methods);
    const split: DraftResource[] = [];
    const kept = resource.methods.flatMap((method): Method[] => {
      const first = hidden.get(method);
      if (!first) return [method];
      if (method.since !== undefined)
        refuse({
          code: 'lock-conflict',
          message: `${service}.${resource.name}.${method.name} is published as ${method.verb}, but ${first.name} takes the same required parameters`,
          at: method.at,
        });
      const last = method.http.path.split('/').at(-1) ?? '';
      const name = plural(snakeCase(`${last}_${resource.name}`));
      const saw = `${first.name} takes the same required parameters`;
      if (
        method.verb === 'select' &&
        !isPlaceholder(last) &&
        !['', resource.name].includes(plural(snakeCase(last))) &&
        !taken.has(name)
      ) {
        taken.add(name);
        split.push({
          name,
          because: { rule: 'resource.unreachable', saw: `in ${resource.name} it could not be reached: ${saw}` },
          methods: [method],
        });
        return [];
      }
      return [{ ...method, verb: 'exec', because: { ...method.because, verb: { rule: 'verb.unreachable', saw } } }];
    });
    return [{ ...resource, methods: kept }, ...split];
  });
}

/** A service is described by its operations' tag when they share one, else by the names of its tags. */
function describeService(
  spec: LenientSpec,
  config: Config,
  service: string,
  mapped: readonly Mapped[],
): { title: string; description: string } {
  const tags = new Set(mapped.map(({ operation }) => operation.object.tags?.[0]));
  const [only] = tags;
  const tag =
    tags.size === 1 && Array.isArray(spec.document.tags)
      ? spec.document.tags.find((candidate) => candidate?.name === only)
      : undefined;
  const title = `${config.title} ${service}`;
  const names = [...tags].filter((name) => typeof name === 'string');
  const described = typeof tag?.description === 'string' && tag.description !== '' ? tag.description : undefined;
  return { title, description: described ?? (names.length > 1 ? `${title}: ${names.join(', ')}` : title) };
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

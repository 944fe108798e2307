import { type Problem, ProblemsError, severityOf } from '../diagnostics/problem.js';
import type { Because, Location, Method, Resource, Service } from '../model.js';
import type { Config } from '../read/config-types.js';
import type { ServerObject } from '../read/openapi.js';
import { plural, snakeCase } from '../text/names.js';
import { firstSentence } from '../text/sentence.js';
import { withOneTypePerInput } from './build/input-types.js';
import { methodOf } from './build/methods.js';
import { type Mapped, ServiceDocumentBuilder } from './build/service-document.js';
import { type Decided, type Group, groupOperations } from './infer/groups.js';
import { declaresLink, type PagingStyle, paginationObstacle } from './infer/pagination.js';
import { isLocked, type Published, preferred, publishedIn } from './infer/published-names.js';
import { nameResources } from './infer/resources.js';
import { inPageOrder, routesOf, unreachable } from './infer/routes.js';
import { mergedService, type Named, servicesOf } from './infer/services.js';
import { neighbourhood, type Verb, verbOf } from './infer/verbs.js';
import type { Hint } from './operations/hints.js';
import type { LenientSpec, Report } from './operations/lenient.js';
import { isPlaceholder, type Operation } from './operations/operations.js';
import { rowIdentity } from './operations/rows.js';

/** One spec, read for mapping. */
export interface ReadOperations {
  readonly spec: LenientSpec;
  readonly server: ServerObject;
  readonly operations: readonly Operation[];
}

/**
 * Decides the services of one spec, each with its resources and its part of the document. `refuse` hears of published
 * names that cannot be kept.
 */
export function mapServices(read: ReadOperations, config: Config, refuse: Report): Service[] {
  const { spec, server } = read;
  const inferred = servicesOf(read.operations);
  const operations = config.lock?.accept
    ? read.operations.map((operation) =>
        mergedService(inferred(operation), config.services).because.rule === 'service.merge'
          ? withoutLockedService(operation)
          : operation,
      )
    : read.operations;
  const near = neighbourhood(operations);
  const published = publishedIn(operations, (operation) => inferred(operation).name);
  const verbs = new Map(operations.map((operation) => [operation, verbOf(operation, near)]));
  const decided: Decided = {
    near,
    verbOf: (operation) => verbs.get(operation)?.verb ?? 'exec',
    rowOf: ({ success }) => rowIdentity(spec, success),
    serviceOf: (operation) => publishedService(inferred(operation), config, published),
  };
  for (const problem of brokenPromises(operations, decided.serviceOf, verbs)) refuse(problem);
  for (const problem of impossibleChoices(operations, verbs))
    (severityOf(problem) === 'error' ? refuse : spec.report)(problem);
  const groups = groupOperations(operations, decided);
  const resources = resourcesOf(
    groups,
    nameResources(groups, decided),
    published.resources.size > 0 ? publishedNames(groups, decided, published) : undefined,
  );
  const mapper = new ServiceMapper(spec, server, config, operations, verbs, refuse);
  return [...groupBy(resources, ({ service }) => service.name)].map(([name, own]) => mapper.serviceOf(name, own));
}

/** The service's published name, unless the config merges it into another one. */
function publishedService(own: Named, config: Config, published: Published): Named {
  const merged = mergedService(own, config.services);
  const name = merged === own ? published.serviceOf(own.name) : undefined;
  if (name === undefined) return merged;
  return { name, because: { rule: 'lock.service', saw: `what the spec has as ${own.name} is published as ${name}` } };
}

/** Makes a service of the resources whose operations are decided. */
class ServiceMapper {
  private readonly order: ReadonlyMap<Location, number>;
  private readonly style: PagingStyle;
  private readonly tags: ReadonlyMap<unknown, string>;

  constructor(
    private readonly spec: LenientSpec,
    private readonly server: ServerObject,
    private readonly config: Config,
    operations: readonly Operation[],
    private readonly verbs: ReadonlyMap<Operation, Verb>,
    private readonly refuse: Report,
  ) {
    this.order = new Map(operations.map(({ at }, index) => [at, index]));
    const declaresLinks = operations.some(({ success }) => declaresLink(success.response));
    this.style = { linkHeader: config.pagination === 'link_header' || declaresLinks };
    this.tags = new Map(
      [...(spec.document.tags ?? [])].reverse().map(({ name, description }) => [name, description ?? '']),
    );
  }

  serviceOf(name: string, decided: readonly DecidedResource[]): Service {
    const builder = new ServiceDocumentBuilder(this.spec);
    const mapped: Mapped[] = [];
    const drafts = decided.map((resource) => {
      const methods = this.methodsOf(name, resource, builder);
      mapped.push(...methods);
      return { ...resource, methods: methods.map(({ method }) => method) };
    });
    const resources = withEveryMethodReachable(drafts, name, this.refuse).map((resource): Resource => {
      const id = `${this.config.provider}.${name}.${resource.name}`;
      const methods = withOneTypePerInput(resource.methods, this.spec.report);
      const { because } = resource;
      return { name: resource.name, id, methods: inPageOrder(methods), routes: routesOf(methods), because };
    });
    // As in the spec, whoever decided what goes where: a mapping file that says what was inferred changes no byte.
    mapped.sort((a, b) => this.orderOf(a.operation) - this.orderOf(b.operation));
    resources.sort((a, b) => this.firstOf(a) - this.firstOf(b));
    const final = new Map(
      resources.flatMap(({ methods }) => methods.map((method) => [method.at, { method, siblings: methods }])),
    );
    const info = this.describe(name, mapped);
    return {
      name,
      ...info,
      document: builder.build(
        { ...info, version: String(this.spec.document.info?.version ?? '') },
        this.server,
        mapped.map((one) => ({ ...one, ...final.get(one.operation.at) })),
      ),
      resources,
      because: (decided[0] as DecidedResource).service.because,
    };
  }

  private methodsOf(service: string, resource: DecidedResource, builder: ServiceDocumentBuilder): Mapped[] {
    const mapped: Mapped[] = [];
    const names = new Set<string>();
    const reserved = new Set(
      resource.operations.flatMap(({ hints: { method } }) => (method && isLocked(method) ? [method.value] : [])),
    );
    for (const operation of resource.operations) {
      const method = methodOf({
        spec: this.spec,
        operation,
        verb: this.verbs.get(operation) as Verb,
        resource: resource.name,
        style: this.style,
        methodNames: this.config.methodNames,
        componentOf: (schema) => builder.componentOf(schema),
        arrayOf: (rows, id) => builder.arrayOf(rows, id),
        isFree: (name) => !names.has(name) && (!reserved.has(name) || operation.hints.method?.value === name),
      });
      if (names.has(method.name)) {
        const message = `${service}.${resource.name} already has a method ${method.name}`;
        throw new ProblemsError([{ code: 'name-clash', message, at: operation.at }]);
      }
      names.add(method.name);
      mapped.push({ operation, method });
    }
    return mapped;
  }

  private orderOf({ at }: { readonly at: Location }): number {
    return this.order.get(at) ?? 0;
  }

  private firstOf({ methods }: Resource): number {
    return Math.min(...methods.map((method) => this.orderOf(method)));
  }

  /**
   * A service is described by its operations' tag when they share one, else by the sentence that describes the tag of
   * the one with the shortest path: that of `/users` for all below it.
   */
  private describe(service: string, mapped: readonly Mapped[]): { title: string; description: string } {
    const tags = new Set(mapped.map(({ operation }) => operation.object.tags?.[0]));
    const [only] = tags;
    const title = `${this.config.title} ${service}`;
    const described = tags.size === 1 ? this.tags.get(only) : firstSentence(this.tags.get(rootTag(mapped)) ?? '');
    return { title, description: described || title };
  }
}

/** Returns the tag of the operations with the shortest path, unless they have several. */
function rootTag(mapped: readonly Mapped[]): string | undefined {
  const steps = mapped.map(({ operation }) => operation.path.split('/').length);
  const shortest = Math.min(...steps);
  const tags = new Set(
    mapped.filter((_, index) => steps[index] === shortest).map(({ operation }) => operation.object.tags?.[0]),
  );
  return tags.size === 1 ? [...tags][0] : undefined;
}

/** A resource with its name, its service and its operations. */
interface DecidedResource {
  readonly service: Named;
  readonly name: string;
  readonly because: Because;
  readonly operations: Operation[];
}

/** A service and a resource for each group: where most of its operations are published, else as inferred. */
type Targets = ReadonlyMap<Group, { readonly service: Named; readonly resource: Named }>;

/**
 * Where the operations of each group go that the lock does not know: to their published siblings, else to a resource
 * with a name that is not in use.
 */
function publishedNames(groups: readonly Group[], decided: Decided, published: Published): Targets {
  const targets = new Map(groups.map((group) => [group, published.homeOf(group.operations)]));
  const because = (what: string): Because => ({
    rule: 'lock.siblings',
    saw: `most of what is at this path is published in ${what}`,
  });
  const names = new Map(
    [...targets].flatMap(([group, home]) =>
      home ? [[group, { name: home.resource, because: because(home.resource) }] as const] : [],
    ),
  );
  const resources = nameResources(groups, decided, { names, resources: published.resources });
  return new Map(
    groups.map((group) => {
      const service = targets.get(group)?.service;
      const own =
        service === undefined || service === group.service.name
          ? group.service
          : { name: service, because: because(service) };
      return [group, { service: own, resource: resources.get(group) as Named }];
    }),
  );
}

/** Which operations make which resource, hints included. */
function resourcesOf(groups: readonly Group[], names: ReadonlyMap<Group, Named>, targets?: Targets): DecidedResource[] {
  const decided = new Map<string, DecidedResource>();
  for (const group of groups) {
    const inferred = names.get(group) as Named;
    const home = targets?.get(group) ?? { service: group.service, resource: inferred };
    for (const operation of group.operations) {
      const { service, resource } = operation.hints;
      const own = service ? named(preferred(service, valued(group.service))) : home.service;
      const { name, because } = resource ? named(preferred(resource, valued(inferred))) : home.resource;
      const key = `${own.name}.${name}`;
      const place = decided.get(key) ?? { service: own, name, because, operations: [] };
      place.operations.push(operation);
      decided.set(key, place);
    }
  }
  return [...decided.values()];
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

/** Verbs and pages that somebody chose and the engine cannot have. Those of a mapping file or the spec are warnings. */
function* impossibleChoices(operations: readonly Operation[], verbs: ReadonlyMap<Operation, Verb>): Generator<Problem> {
  for (const operation of operations) {
    const { verb, pagination } = operation.hints;
    const now = verbs.get(operation) as Verb;
    if (verb && !isLocked(verb) && now.verb !== verb.value)
      yield impossible(`${operation.id} cannot be ${verb.value}: ${now.because.saw}`, verb);
    const { value } = pagination ?? {};
    const why =
      now.verb === 'select'
        ? typeof value === 'object' && paginationObstacle(value, operation.declared)
        : `it is ${now.verb}, and only a SELECT reads pages`;
    if (pagination && why) yield impossible(`${operation.id} cannot page so: ${why}`, pagination);
  }
}

function impossible(message: string, { because, at }: Hint<unknown>): Problem {
  const isOverride = because.rule === 'override';
  return { code: 'override-impossible', message, at, ...(!isOverride && { severity: 'warning' }) };
}

interface DraftResource {
  readonly name: string;
  readonly because: Because;
  readonly methods: readonly Method[];
}

/**
 * Enforces that a statement reaches each method that it documents (MAPPING 16). Of two that take the same required
 * inputs, the second becomes a resource of its own when it reads rows from a path with a name, `keys/active` beside
 * `keys/{id}`; any other becomes EXEC-only.
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
      const saw = `${first.name} takes the same required parameters`;
      if (method.because.verb.rule === 'override')
        refuse({
          code: 'override-impossible',
          message: `${method.operationId} cannot be ${method.verb}: ${saw}`,
          at: method.at,
        });
      if (method.since !== undefined) {
        const name = `${service}.${resource.name}.${method.name}`;
        refuse({ code: 'lock-conflict', message: `${name} is published as ${method.verb}, but ${saw}`, at: method.at });
      }
      const last = method.http.path.split('/').at(-1) ?? '';
      const name = plural(snakeCase(`${last}_${resource.name}`));
      if (
        method.verb === 'select' &&
        !isPlaceholder(last) &&
        !['', resource.name].includes(plural(snakeCase(last))) &&
        !isPartOf(method, first) &&
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

/** `/pods/{name}/status`, readPodStatus, reads the very pod that readPod reads: it is no resource of its own. */
function isPartOf(part: Method, whole: Method): boolean {
  const [last = '', ...rest] = part.http.path.split('/').reverse();
  return (
    rest.reverse().join('/') === whole.http.path &&
    snakeCase(part.operationId) === `${snakeCase(whole.operationId)}_${snakeCase(last)}`
  );
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

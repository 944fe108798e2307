import { type Problem, ProblemsError } from '../diagnostics.js';
import type { Because, BodyField, Method, Provider, RequestBody, Resource, Service, SqlVerb } from '../model.js';
import type { Config, Override } from '../read/config.js';
import type { RequestBodyObject, SchemaObject } from '../read/openapi.js';
import { step } from '../read/pointer.js';
import type { Spec } from '../read/spec.js';
import { snakeCase } from '../text/names.js';
import { type Operation, operationsOf } from './operations.js';
import { paginationOf } from './pagination.js';
import { type Group, groupOperations, nameResources } from './resources.js';
import { demoteUnreachable, inPageOrder, obstacle, routesOf } from './routes.js';
import { preferredMediaType, rowIdentity, type Success, successOf, withoutParameters } from './rows.js';
import { dataType, descriptionOf, enumOf, isMarked, objectShape } from './schema.js';
import { type Mapped, ServiceDocumentBuilder } from './service-document.js';
import { neighbourhood, verbOf } from './verbs.js';

/** Names that the engine gives a verb of their own (ENGINE E8.3). */
const VERB_NAMES = ['list', 'get', 'select', 'insert', 'create', 'delete'];

/**
 * Decides service, resource, method, verb and row shape of every operation of every spec.
 * Throws all errors of a spec and of the overrides at once; warnings come back beside the provider.
 */
export function mapProvider(specs: readonly Spec[], config: Config): { provider: Provider; warnings: Problem[] } {
  const warnings: Problem[] = [];
  for (const spec of specs) checkVersion(spec);
  const operations = collectProblems(specs, (spec) => operationsOf(spec, (problem) => warnings.push(problem)));
  const overrides = matchOverrides([...operations.values()].flat(), config);
  const services = [...operations].flatMap(([spec, own]) => mapServices(spec, config, own, overrides, warnings));
  const twice = services.filter(({ name }, index) => services.findIndex((other) => other.name === name) !== index);
  if (twice.length > 0)
    throw new ProblemsError(twice.map(({ name }) => ({ code: 'name-clash', message: `two specs make a service ${name}`, at: `${config.file}#/specs` })));

  const { provider: id, title, version, auth, docs } = config;
  return { provider: { id, title, description: docs.description ?? specs[0]?.document.info?.description ?? '', version, auth, docs, services }, warnings };
}

function mapServices(
  spec: Spec,
  config: Config,
  operations: readonly Operation[],
  overrides: ReadonlyMap<Operation, Override>,
  warnings: Problem[],
): Service[] {
  const successes = collectProblems(operations, (operation) => successOf(spec, operation.object, operation.at, overrides.get(operation)?.objectKey));
  refuseLostKeys(config, overrides, successes);
  const near = neighbourhood(operations);
  const mappable = operations.filter((operation) => {
    if (successes.get(operation)) return true;
    warnings.push({ code: 'operation-skipped', message: `${operation.id}: it documents no 2xx response`, at: operation.at });
    return false;
  });
  if (mappable.length === 0) throw new ProblemsError([{ code: 'spec-empty', message: 'no operation to map', at: spec.at }, ...warnings]);

  const verbs = new Map(
    mappable.map((operation) => [operation, chooseVerb(overrides.get(operation), () => verbOf(operation, successes.get(operation), near))]),
  );
  const verbIs = (operation: Operation) => verbs.get(operation)?.verb ?? 'exec';
  const groups = groupOperations(mappable, near, verbIs, (operation) => rowIdentity(spec, successes.get(operation)));
  const resources = placeOperations(groups, nameResources(groups), overrides);

  return [...groupBy(resources, ({ service }) => service)].map(([service, placed]): Service => {
    const builder = new ServiceDocumentBuilder(spec);
    const mapped: Mapped[] = [];
    const made = placed.map(({ name, because, operations }): Resource => {
      const id = `${config.provider}.${service}.${name}`;
      const drafts = collectProblems(operations, (operation) =>
        makeMethod({
          spec,
          config,
          builder,
          operation,
          success: successes.get(operation) as Success,
          verb: verbs.get(operation) as { verb: SqlVerb; because: Because },
          resource: name,
          override: overrides.get(operation),
          report: (problem) => warnings.push(problem),
        }),
      );
      const methods = demoteUnreachable([...drafts.values()]);
      [...drafts.keys()].forEach((operation, index) => {
        mapped.push({ operation, success: successes.get(operation) as Success, method: methods[index] as Method });
      });
      refuseClashes(methods, id);
      return { name, id, methods: inPageOrder(methods), routes: routesOf(methods), because };
    });
    const info = describeService(spec, config, service, mapped);
    return {
      name: service,
      ...info,
      document: builder.build({ ...info, version: spec.document.info?.version ?? '' }, mapped),
      resources: made,
      because: (placed[0] as Placed).serviceBecause,
    };
  });
}

function checkVersion(spec: Spec): void {
  const { openapi, swagger } = spec.document;
  if (typeof openapi === 'string' && openapi.startsWith('3.0')) return;
  const found = openapi ?? (swagger && `Swagger ${swagger}`);
  const at = step(spec.at, openapi ? 'openapi' : 'swagger');
  throw new ProblemsError([
    {
      code: 'spec-version',
      message: found ? `this is ${openapi ? `OpenAPI ${found}` : found}` : 'the document has no `openapi` version',
      at: found ? at : spec.at,
    },
  ]);
}

/** One result per item; the problems of all items are thrown together. */
function collectProblems<Item, Result>(items: readonly Item[], make: (item: Item) => Result): Map<Item, Result> {
  const problems = new Map<string, Problem>();
  const results = new Map<Item, Result>();
  for (const item of items) {
    try {
      results.set(item, make(item));
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      for (const problem of error.problems) problems.set(`${problem.code} ${String(problem.at)}`, problem);
    }
  }
  if (problems.size > 0) throw new ProblemsError([...problems.values()]);
  return results;
}

function matchOverrides(operations: readonly Operation[], config: Config): Map<Operation, Override> {
  const matched = new Map<Operation, Override>();
  const unmatched: Problem[] = [];
  config.overrides.forEach((override, index) => {
    const found = operations.filter(({ id, httpMethod, path }) => override.operation === id || override.operation === `${httpMethod.toUpperCase()} ${path}`);
    for (const operation of found) matched.set(operation, { ...matched.get(operation), ...override });
    if (found.length === 0)
      unmatched.push({
        code: 'override-unmatched',
        message: `"${override.operation}" matches no operation`,
        at: `${config.file}#/overrides/${index}/operation`,
      });
  });
  if (unmatched.length > 0) throw new ProblemsError(unmatched);
  return matched;
}

/** An objectKey that leads to no rows would quietly make its method EXEC-only. */
function refuseLostKeys(config: Config, overrides: ReadonlyMap<Operation, Override>, successes: ReadonlyMap<Operation, Success | undefined>): void {
  const lost = [...successes].flatMap(([operation, success]): Problem[] => {
    const key = overrides.get(operation)?.objectKey;
    if (key === undefined || success?.rows) return [];
    const index = config.overrides.findLastIndex(({ objectKey }) => objectKey === key);
    return [
      { code: 'override-unmatched', message: `${key} leads to no rows in the answer of ${operation.id}`, at: `${config.file}#/overrides/${index}/objectKey` },
    ];
  });
  if (lost.length > 0) throw new ProblemsError(lost);
}

function chooseVerb(override: Override | undefined, infer: () => { verb: SqlVerb; because: Because }): { verb: SqlVerb; because: Because } {
  return override?.verb ? { verb: override.verb, because: overridden(override) } : infer();
}

function overridden(override: Override): Because {
  return { rule: 'override', saw: `the config's override of ${override.operation}` };
}

interface Placed {
  readonly service: string;
  readonly serviceBecause: Because;
  readonly name: string;
  readonly because: Because;
  readonly operations: Operation[];
}

/** Which operations make which resource, overrides included. */
function placeOperations(
  groups: readonly Group[],
  names: ReadonlyMap<Group, { name: string; because: Because }>,
  overrides: ReadonlyMap<Operation, Override>,
): Placed[] {
  const placed = new Map<string, Placed>();
  for (const group of groups) {
    const named = names.get(group) as { name: string; because: Because };
    for (const operation of group.operations) {
      const override = overrides.get(operation);
      const service = override?.service ?? group.service;
      const name = override?.resource ?? named.name;
      const key = `${service}.${name}`;
      const place = placed.get(key) ?? {
        service,
        serviceBecause: override?.service ? overridden(override) : group.serviceBecause,
        name,
        because: override?.resource ? overridden(override) : named.because,
        operations: [],
      };
      place.operations.push(operation);
      placed.set(key, place);
    }
  }
  return [...placed.values()];
}

interface Draft {
  spec: Spec;
  config: Config;
  builder: ServiceDocumentBuilder;
  operation: Operation;
  success: Success;
  verb: { verb: SqlVerb; because: Because };
  resource: string;
  override: Override | undefined;
  report: (problem: Problem) => void;
}

function makeMethod({ spec, config, builder, operation, success, verb, resource, override, report }: Draft): Method {
  const { object, at, parameters, httpMethod, path } = operation;
  const body = object.requestBody && requestBodyOf(spec, operation, builder, report);
  const pagination = paginationOf(verb.verb, parameters, success.response, config.pagination);
  const row = success.rows && {
    mediaType: success.mediaType as string,
    columns: success.rows.columns,
    ...(success.rows.keys.length > 0 && { objectKey: `$.${success.rows.keys.join('.')}` }),
    ...optional('component', builder.componentOf(success.rows.row.value, success.rows.row.at)),
  };
  const draft = {
    name: '',
    verb: verb.verb,
    operationId: operation.id,
    http: { method: httpMethod.toUpperCase(), path },
    summary: object.summary ?? '',
    description: object.description ?? object.summary ?? '',
    deprecated: object.deprecated === true,
    parameters,
    ...optional('body', body),
    response: { status: success.status, description: success.response.description ?? '', ...optional('row', row) },
    ...optional('pagination', pagination),
    at,
  };
  const blocked = obstacle(draft);
  const because = blocked ?? verb.because;
  const routed = { ...draft, verb: blocked ? ('exec' as const) : verb.verb };
  return { ...routed, ...nameMethod(operation, routed.verb, resource, override, because) };
}

function nameMethod(
  operation: Operation,
  verb: SqlVerb,
  resource: string,
  override: Override | undefined,
  verbBecause: Because,
): Pick<Method, 'name' | 'because'> {
  const named = (name: string, rule: string, saw: string) => ({ name, because: { name: { rule, saw }, verb: verbBecause } });
  if (override?.method) return { name: override.method, because: { name: overridden(override), verb: verbBecause } };
  const name = snakeCase(operation.object.operationId ?? '');
  if (name === '') return named(`${verb}_${resource}`, 'method.verb', 'the operation has no operationId with a letter or digit');
  if (verb === 'exec' && VERB_NAMES.includes(name)) return named(`${name}_${resource}`, 'method.exec-name', `an EXEC method must not be called ${name}`);
  return named(name, 'method.operation-id', `operationId ${operation.object.operationId}`);
}

function requestBodyOf(spec: Spec, operation: Operation, builder: ServiceDocumentBuilder, report: (problem: Problem) => void): RequestBody | undefined {
  const { value: body, at: bodyAt } = spec.follow<RequestBodyObject>(operation.object.requestBody as RequestBodyObject, step(operation.at, 'requestBody'));
  const mediaType = preferredMediaType(body.content);
  const schema = mediaType === undefined ? undefined : body.content?.[mediaType]?.schema;
  if (mediaType === undefined || !schema) return undefined;
  const schemaAt = step(bodyAt, 'content', mediaType, 'schema');
  const shape = objectShape(spec, schema, schemaAt);
  // The engine does not leave out what only the server sets (ENGINE E4.2).
  const writable = [...(shape?.properties ?? [])].filter(([, { value, at: fieldAt }]) => !isMarked(spec, value, fieldAt, 'readOnly'));
  // A field and a parameter of one name share it in SQL; naming both crashes the engine (ENGINE E3.8, E4.4).
  const isShadowed = (name: string) => operation.parameters.some((parameter) => parameter.name === name);
  for (const [name, { at: fieldAt }] of writable)
    if (isShadowed(name)) report({ code: 'body-field-shadowed', message: `${operation.id}: ${name} is a parameter too`, at: fieldAt });
  const fields = writable
    .filter(([name]) => !isShadowed(name))
    .map(([name, { value, at: fieldAt }]): BodyField => {
      const enumeration = enumOf(spec.follow<SchemaObject>(value, fieldAt).value);
      return {
        name,
        required: shape?.required.has(name) ?? false,
        type: dataType(spec, value, fieldAt),
        description: descriptionOf(spec, value, fieldAt),
        at: fieldAt,
        ...optional('enum', enumeration),
      };
    });
  const whole = !shape?.composed && writable.length === shape?.properties.size;
  return {
    mediaType: withoutParameters(mediaType),
    sendable: /[/+](json|xml)$/i.test(withoutParameters(mediaType)),
    fields,
    ...optional('component', whole ? builder.componentOf(schema, schemaAt) : undefined),
  };
}

/** `{key: value}`, or nothing where there is no value. */
function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [key in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [key in Key]: Value });
}

function refuseClashes(methods: readonly Method[], resource: string): void {
  const clashes = methods.filter((method, index) => methods.findIndex(({ name }) => name === method.name) !== index);
  if (clashes.length > 0)
    throw new ProblemsError(clashes.map((method) => ({ code: 'name-clash', message: `${resource} already has a method ${method.name}`, at: method.at })));
}

/** A service is described by its operations' tag when they share one, else by the document. */
function describeService(spec: Spec, config: Config, service: string, mapped: readonly Mapped[]): { title: string; description: string } {
  const tags = new Set(mapped.map(({ operation }) => operation.object.tags?.[0]));
  const [only] = tags;
  const tag = tags.size === 1 ? spec.document.tags?.find(({ name }) => name === only) : undefined;
  return { title: `${config.title} ${service}`, description: tag?.description ?? `${config.title} ${service}` };
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

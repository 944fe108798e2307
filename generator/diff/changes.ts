import {
  type BodyField,
  bodyInputs,
  type Column,
  type DataType,
  type Method,
  type Pagination,
  type Parameter,
  type Provider,
  type Resource,
  requiredInputs,
  routedMethods,
  type Service,
} from '../model.js';
import { exampleStatement } from '../sql/example.js';
import { chosenMethod } from '../sql/routing.js';
import { pairs } from '../text/matching.js';
import { blankedPath } from '../text/path-template.js';

/**
 * `breaking`: a statement that ran fails, or does something else. `additive`: statements go on. `docs`: only words
 * changed.
 */
export const CLASSES = ['breaking', 'additive', 'docs'] as const;
export type Class = (typeof CLASSES)[number];

/** Every kind of change. A `…-docs` is a change of words. */
export type Kind =
  | `provider-${'renamed' | 'auth' | 'server' | 'docs'}`
  | `service-${'added' | 'removed' | 'docs'}`
  | `method-${'added' | 'removed' | 'renamed' | 'verb' | 'rerouted' | 'shadowed'}`
  | `method-${'limited' | 'callable' | 'server' | 'operation' | 'docs'}`
  | `input-${'added' | 'removed' | 'required' | 'optional' | 'retyped' | 'moved' | 'values' | 'docs'}`
  | `column-${'added' | 'removed' | 'retyped' | 'docs'}`
  | `rows-${'moved' | 'paging'}`;

export interface Change {
  readonly class: Class;
  readonly kind: Kind;
  /** `provider.service.resource.method`, a service, or the provider: as it was, or as it is where it is new. */
  readonly name: string;
  /** The operation behind a method: `getSession, GET /api/v1/sessions/{sessionId}`. */
  readonly operation?: string;
  /** What changed, in a sentence. */
  readonly message: string;
  /** The documented statement of before, where it no longer does what it did. */
  readonly statement?: string;
}

/** A method where it stands. */
interface Placed {
  readonly provider: Provider;
  readonly service: Service;
  readonly resource: Resource;
  readonly method: Method;
}

/** What changed from one Model to another: what is gone first, then in the order of the new one. */
export function changesBetween(before: Provider, after: Provider): Change[] {
  const [olds, news] = [placedIn(before), placedIn(after)];
  const kept = pairs(olds, news, [
    [(one) => `${pathOf(one)} ${httpOf(one)}`, (one) => `${pathOf(one)} ${httpOf(one)}`],
    [(one) => `${pathOf(one)} ${one.method.operationId}`, (one) => `${pathOf(one)} ${one.method.operationId}`],
    [(one) => `${one.method.operationId} ${httpOf(one)}`, (one) => `${one.method.operationId} ${httpOf(one)}`],
    [({ method }) => method.operationId, ({ method }) => method.operationId],
    [(one) => blankedPath(httpOf(one)), (one) => blankedPath(httpOf(one))],
    [pathOf, pathOf],
  ]);
  const found = new Set(kept.values());
  const moves = serverMoves(kept);
  return [
    ...providerChanges(before, after),
    ...[...moves].map((message): Change => ({ class: 'breaking', kind: 'provider-server', name: before.id, message })),
    ...olds.filter((one) => !found.has(one)).map(removed),
    ...news.flatMap((one) => {
      const old = kept.get(one);
      return old
        ? methodChanges(old, one, kept, moves)
        : [change('additive', 'method-added', one, `a new ${one.method.verb.toUpperCase()} method`)];
    }),
  ];
}

function placedIn(provider: Provider): Placed[] {
  return provider.services.flatMap((service) =>
    service.resources.flatMap((resource) =>
      resource.methods.map((method) => ({ provider, service, resource, method })),
    ),
  );
}

/** `service.resource.method`: without the provider, whose name may change. */
function pathOf({ service, resource, method }: Placed): string {
  return `${service.name}.${resource.name}.${method.name}`;
}

function httpOf({ method: { http } }: Placed): string {
  return `${http.method} ${http.path}`;
}

function change(of: Class, kind: Kind, one: Placed, message: string, statement?: string): Change {
  return {
    class: of,
    kind,
    name: `${one.resource.id}.${one.method.name}`,
    operation: `${one.method.operationId}, ${httpOf(one)}`,
    message,
    ...(of === 'breaking' && statement !== undefined && { statement }),
  };
}

function statementOf({ provider, resource, method }: Placed): string | undefined {
  return exampleStatement(resource, method, provider.objects);
}

/** Nobody could call what had a limit. */
function removed(one: Placed): Change {
  return change(
    one.method.limit ? 'docs' : 'breaking',
    'method-removed',
    one,
    one.method.limit ? 'gone; no statement could call it' : 'gone',
    statementOf(one),
  );
}

function* providerChanges(before: Provider, after: Provider): Generator<Change> {
  const of = (to: Class, kind: Kind, name: string, message: string): Change => ({ class: to, kind, name, message });
  if (before.id !== after.id)
    yield of('breaking', 'provider-renamed', before.id, `is called ${after.id} now: every statement names it`);
  const [auth, authNow] = [authOf(before), authOf(after)];
  if (auth !== authNow) yield of('breaking', 'provider-auth', before.id, `authentication was ${auth}, is ${authNow}`);
  if (before.title !== after.title)
    yield of('docs', 'provider-docs', before.id, `title was "${before.title}", is "${after.title}"`);
  for (const { name } of before.services)
    if (!after.services.some((other) => other.name === name))
      yield of('breaking', 'service-removed', `${before.id}.${name}`, 'gone');
  for (const { name, description } of after.services) {
    const old = before.services.find((other) => other.name === name);
    if (!old) yield of('additive', 'service-added', `${after.id}.${name}`, 'new');
    else if (old.description !== description)
      yield of('docs', 'service-docs', `${before.id}.${name}`, 'its description changed');
  }
}

/** Its type and all that it says, whatever the keys are called: the Model's, or the engine's. */
function authOf({ auth }: Provider): string {
  const { type, ...rest } = auth as Record<string, unknown>;
  return [type, ...Object.values(rest).sort()].join(' ').trim();
}

/** What changed about one method. Every change of it breaks the same statement. */
function methodChanges(
  old: Placed,
  now: Placed,
  kept: ReadonlyMap<Placed, Placed>,
  moves: ReadonlySet<string>,
): Change[] {
  const statement = statementOf(old);
  const changes: Change[] = [];
  const isCalled = statement !== undefined;
  const add = (of: Class, kind: Kind, message: string) =>
    changes.push(change(of === 'breaking' && !isCalled ? 'docs' : of, kind, old, message, statement));
  const [was, is] = [old.method, now.method];

  if (pathOf(old) !== pathOf(now)) {
    const isNamed =
      was.verb === 'exec' || old.resource.name !== now.resource.name || old.service.name !== now.service.name;
    add(
      isNamed ? 'breaking' : 'docs',
      'method-renamed',
      `is ${pathOf(now)} now${isNamed ? '' : '; no statement names the method'}`,
    );
  }
  if (was.verb !== is.verb)
    add('breaking', 'method-verb', `was reached by ${was.verb.toUpperCase()}, is by ${is.verb.toUpperCase()}`);
  if (blankedPath(httpOf(old)) !== blankedPath(httpOf(now)))
    add('additive', 'method-rerouted', `calls ${httpOf(now)}; it called ${httpOf(old)}`);
  else if (was.operationId !== is.operationId)
    add('docs', 'method-operation', `operationId was ${was.operationId}, is ${is.operationId}`);
  const move = serverMove(old, now);
  if (move !== undefined && !moves.has(move)) add('breaking', 'method-server', move);
  if (!was.limit && is.limit) add('breaking', 'method-limited', `no statement can call it any more: ${is.limit}`);
  if (was.limit && !is.limit) add('additive', 'method-callable', `statements can call it now; before: ${was.limit}`);

  changes.push(
    ...inputChanges(was, is).map(([of, kind, message]) =>
      change(of === 'breaking' && !isCalled ? 'docs' : of, kind, old, message, statement),
    ),
  );
  for (const [of, kind, message] of columnChanges(was, is)) add(of, kind, message);
  const [rowsWere, rowsAre] = [was, is].map(({ response: { row } }) => row && (row.objectKey ?? 'the response'));
  if (rowsWere !== undefined && rowsAre !== undefined && rowsWere !== rowsAre)
    add('additive', 'rows-moved', `rows were at ${rowsWere}, are at ${rowsAre}`);
  const [paged, pages] = [pagingOf(was.pagination), pagingOf(is.pagination)];
  if (paged !== pages)
    add(pages === 'none' ? 'breaking' : 'additive', 'rows-paging', `paging was ${paged}, is ${pages}`);

  if (!changes.some(({ class: of }) => of === 'breaking')) {
    const other = divertedTo(old, now);
    if (other && kept.get(other) !== old)
      add('breaking', 'method-shadowed', `its documented statement now runs ${other.method.name}`);
  }
  if (was.description !== is.description || was.summary !== is.summary)
    add('docs', 'method-docs', 'its description changed');
  if (was.deprecated !== is.deprecated)
    add('docs', 'method-docs', is.deprecated ? 'is deprecated now' : 'is no longer deprecated');
  if (was.stage !== is.stage)
    add('docs', 'method-docs', `was ${was.stage ?? 'generally available'}, is ${is.stage ?? 'generally available'}`);
  return changes;
}

/** The method that the old documented statement runs now. */
function divertedTo(old: Placed, now: Placed): Placed | undefined {
  const { verb } = old.method;
  if (verb === 'exec') return undefined;
  const given = new Set(
    [...old.method.parameters.filter(({ pageToken }) => !pageToken), ...(old.method.body?.fields ?? [])].map(
      ({ name }) => name,
    ),
  );
  const runs = chosenMethod(routedMethods(now.resource, verb), requiredInputs, given);
  const did = chosenMethod(routedMethods(old.resource, verb), requiredInputs, given);
  // A statement that gives every optional input may have gone elsewhere before.
  if (!runs || runs === now.method || did !== old.method) return undefined;
  return { ...now, method: runs };
}

type ClassifiedChange = readonly [of: Class, kind: Kind, message: string];
type Input = Parameter | BodyField;

function inputChanges(was: Method, is: Method): ClassifiedChange[] {
  const [before, after] = [inputsOf(was), inputsOf(is)];
  const changes: ClassifiedChange[] = [];
  for (const [name, input] of before) {
    const now = after.get(name);
    const what = whatOf(input);
    if (!now) {
      changes.push(['breaking', 'input-removed', `${what} ${name} is gone`]);
      continue;
    }
    if (!input.required && now.required)
      changes.push(['breaking', 'input-required', `${what} ${name} is required now`]);
    if (input.required && !now.required)
      changes.push(['additive', 'input-optional', `${what} ${name} is optional now`]);
    if (whatOf(now) !== what) changes.push(['additive', 'input-moved', `${what} ${name} is a ${whatOf(now)} now`]);
    if (!same(input.type, now.type))
      changes.push([
        retyped(input.type, now.type),
        'input-retyped',
        `${what} ${name} was ${typeName(input.type)}, is ${typeName(now.type)}`,
      ]);
    const lost = now.enum ? (input.enum ?? []).filter((value) => !now.enum?.includes(value)) : [];
    const gained = input.enum ? (now.enum ?? []).filter((value) => !input.enum?.includes(value)) : [];
    if (lost.length > 0)
      changes.push(['breaking', 'input-values', `${what} ${name} no longer takes ${lost.join(', ')}`]);
    if (gained.length > 0)
      changes.push(['additive', 'input-values', `${what} ${name} also takes ${gained.join(', ')}`]);
    if (!input.enum && now.enum)
      changes.push(['breaking', 'input-values', `${what} ${name} takes only ${now.enum.join(', ')}`]);
    if (input.enum && !now.enum) changes.push(['additive', 'input-values', `${what} ${name} takes any value`]);
    if (input.description !== now.description)
      changes.push(['docs', 'input-docs', `the description of ${name} changed`]);
  }
  for (const [name, now] of after)
    if (!before.has(name))
      changes.push([
        now.required ? 'breaking' : 'additive',
        'input-added',
        `${whatOf(now)} ${name} is new${now.required ? ' and required' : ''}`,
      ]);
  return changes;
}

/** What a statement can give: parameters but for page tokens, and the body's fields. */
function inputsOf(method: Method): Map<string, Input> {
  const body =
    method.verb === 'select' || method.verb === 'delete'
      ? (method.body?.fields.filter(({ required }) => required) ?? [])
      : bodyInputs(method);
  return new Map(
    [...method.parameters.filter(({ pageToken }) => !pageToken), ...body].map((input) => [input.name, input]),
  );
}

function whatOf(input: Input): string {
  if (!('in' in input)) return 'body field';
  return input.in === 'server' ? 'server variable' : `${input.in} parameter`;
}

function columnChanges(was: Method, is: Method): ClassifiedChange[] {
  const columns = (method: Method) =>
    new Map((method.response.row?.columns ?? []).map((column): [string, Column] => [column.name, column]));
  const [before, after] = [columns(was), columns(is)];
  // No statement names a column of what EXEC returns.
  const breaking: Class = was.verb === 'exec' ? 'additive' : 'breaking';
  const changes: ClassifiedChange[] = [];
  for (const [name, column] of before) {
    const now = after.get(name);
    if (!now) changes.push([breaking, 'column-removed', `column ${name} is gone`]);
    else if (!same(column.type, now.type)) {
      const of = retyped(column.type, now.type);
      changes.push([
        of === 'breaking' ? breaking : of,
        'column-retyped',
        `column ${name} was ${typeName(column.type)}, is ${typeName(now.type)}`,
      ]);
    } else if (column.description !== now.description)
      changes.push(['docs', 'column-docs', `the description of column ${name} changed`]);
  }
  for (const [name, { type }] of after)
    if (!before.has(name)) changes.push(['additive', 'column-added', `column ${name} (${typeName(type)}) is new`]);
  return changes;
}

/** Another format is a hint about the same type. */
function retyped(was: DataType, is: DataType): Class {
  return was.type === is.type ? 'additive' : 'breaking';
}

function typeName({ type, format }: DataType): string {
  return format === undefined ? type : `${type} (${format})`;
}

function pagingOf(pagination: Pagination | undefined): string {
  if (!pagination) return 'none';
  const { requestToken, responseToken } = pagination;
  return `${requestToken.key === '' ? '' : `${requestToken.key} `}by ${responseToken.location} ${responseToken.key}`;
}

/** The URL that a method's requests go to. */
/** Where the requests of a method go now, if elsewhere than before. */
function serverMove(old: Placed, now: Placed): string | undefined {
  const [was, is] = [serverOf(old), serverOf(now)];
  return was === is ? undefined : `requests went to ${was}, go to ${is}`;
}

/** What happened to the server of several methods is said once, of the provider. */
function serverMoves(kept: ReadonlyMap<Placed, Placed>): Set<string> {
  const moves = [...kept].flatMap(([now, old]) => serverMove(old, now) ?? []);
  return new Set(moves.filter((move, index) => moves.indexOf(move) !== index));
}

function serverOf({ service: { document }, method: { http } }: Placed): string {
  const { paths, servers } = document as {
    paths?: Record<string, Record<string, { servers?: { url?: string }[] }>>;
    servers?: { url?: string }[];
  };
  return (paths?.[http.path]?.[http.method.toLowerCase()]?.servers ?? servers)?.[0]?.url ?? '';
}

function same(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

/** JSON with its keys sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

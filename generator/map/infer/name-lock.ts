import { type Problem, ProblemsError } from '../../diagnostics/problem.js';
import type { Lock, LockEntry } from '../../read/config-types.js';
import { nameOf } from '../../read/lock.js';
import { isReference } from '../../read/openapi.js';
import { tokens } from '../../read/pointer.js';
import { pairs } from '../../text/matching.js';
import { words } from '../../text/names.js';
import { blankedPath } from '../../text/path-template.js';
import type { Hint, Hints } from '../operations/hints.js';
import type { Report, Written } from '../operations/lenient.js';
import type { Operation } from '../operations/operations.js';
import { meaningful } from './services.js';
import { blank } from './verbs.js';

/** The parts of a name that the lock keeps. */
const KEPT = ['service', 'resource', 'method', 'verb'] as const;

/**
 * Gives every operation that the lock knows its published names and verb, as hints that are stronger than the spec's
 * and weaker than the config's. Reports what moved, what is gone and what is new; throws `lock-conflict` where the
 * config decides otherwise and nobody accepted that.
 */
export function withLock<Read extends { readonly operations: readonly Operation[] }>(
  read: readonly Read[],
  lock: Lock | undefined,
  report: Report,
): Read[] {
  if (!lock?.entries) return [...read];
  const operations = read.flatMap((one) => one.operations);
  const known = matchLock(lock.entries, operations);
  if (!lock.accept) for (const problem of changesOf(lock.entries, known, operations)) report(problem);
  const conflicts: Problem[] = [];
  const withNames = (operation: Operation): Operation => {
    const entry = known.get(operation);
    if (!entry) return operation;
    const hints: Record<string, Hint<string>> = {};
    for (const key of KEPT) {
      const own = operation.hints[key];
      const isConfigs = own && own.because.rule !== 'hint';
      if (isConfigs) {
        if (own.value !== entry[key] && !lock.accept)
          conflicts.push(conflict(entry, `${own.because.saw} says ${key} ${own.value}`, own.at));
      } else
        hints[key] = {
          value: entry[key],
          because: { rule: 'lock', saw: `published since ${entry.since}` },
          at: entry.at,
        };
    }
    const isRenamed = (['service', 'resource', 'method'] as const).some(
      (key) => (hints[key] ?? operation.hints[key])?.value !== entry[key],
    );
    return {
      ...operation,
      hints: { ...operation.hints, ...hints } as Hints,
      ...(!isRenamed && { since: entry.since }),
    };
  };
  const named = read.map((one) => ({ ...one, operations: one.operations.map(withNames) }));
  if (conflicts.length > 0) throw new ProblemsError(conflicts);
  return named;
}

/** What is published cannot be kept. */
export function conflict(
  entry: Pick<LockEntry, 'service' | 'resource' | 'method' | 'verb'>,
  why: string,
  at: Problem['at'],
): Problem {
  return {
    code: 'lock-conflict',
    message: `${nameOf(entry)} is published as ${entry.verb}, but ${why}`,
    ...(at !== undefined && { at }),
  };
}

/**
 * Which operation each entry means: the one with its operationId and path, else its operationId, else its path,
 * whatever its parameters are called; else the one that is as good as the same, if there is one only.
 */
export function matchLock(entries: readonly LockEntry[], operations: readonly Operation[]): Map<Operation, LockEntry> {
  const known = pairs<LockEntry, Operation>(entries, operations, [
    [({ operationId, http }) => `${operationId} ${http}`, (operation) => `${operation.id} ${httpOf(operation)}`],
    [({ operationId }) => operationId, ({ id }) => id],
    [({ http }) => http, httpOf],
    [({ http }) => blankedPath(http), (operation) => blankedPath(httpOf(operation))],
  ]);
  const found = new Set(known.values());
  const open = entries.filter((entry) => !found.has(entry)).map((entry) => [entry, featuresOfEntry(entry)] as const);
  const left = operations
    .filter((operation) => !known.has(operation))
    .map((operation) => [operation, featuresOf(operation)] as const);
  const candidates = open.map(
    ([entry, features]) =>
      [entry, left.flatMap(([operation, others]) => (isAlike(features, others) ? [operation] : []))] as const,
  );
  const claims = new Map<Operation, number>();
  for (const operation of candidates.flatMap(([, alike]) => alike))
    claims.set(operation, (claims.get(operation) ?? 0) + 1);
  for (const [entry, [only, ...more]] of candidates)
    if (only && more.length === 0 && claims.get(only) === 1) known.set(only, entry);
  return known;
}

/** What an entry and an operation are compared by, read once of each: in a whole renamed API all are compared. */
interface Features {
  readonly httpMethod: string;
  readonly steps: readonly string[];
  readonly words: readonly string[];
  /** The names of the schemas of the request body and of the rows. */
  readonly body: string | undefined;
  readonly row: string | undefined;
}

function featuresOfEntry({ http, operationId, body, row }: LockEntry): Features {
  const { httpMethod, path } = parted(http);
  return { httpMethod, steps: stepsOf(path), words: words(operationId), body, row };
}

function featuresOf({ httpMethod, path, id, request, success }: Operation): Features {
  const [body, row] = [schemaName(request?.schema.value), schemaName(success.rows?.row.value)];
  return { httpMethod, steps: stepsOf(path), words: words(id), body, row };
}

/**
 * The same schemas, by their names, and a path that shares more than half of its steps; where no schema has a name, an
 * operationId of the same words.
 */
function isAlike(entry: Features, operation: Features): boolean {
  if (entry.httpMethod !== operation.httpMethod) return false;
  if ((entry.body ?? operation.body) !== operation.body || (entry.row ?? operation.row) !== operation.row) return false;
  const isNamed = entry.body !== undefined || entry.row !== undefined;
  return shared(entry.steps, operation.steps) > 0.5 && (isNamed || shared(entry.words, operation.words) > 0.5);
}

/** How much two lists have in common, in order: 0 nothing, 1 everything. */
function shared(left: readonly string[], right: readonly string[]): number {
  let row = right.map(() => 0);
  for (const one of left) {
    const next: number[] = [];
    right.forEach((other, index) => {
      next.push(one === other ? (row[index - 1] ?? 0) + 1 : Math.max(row[index] ?? 0, next[index - 1] ?? 0));
    });
    row = next;
  }
  return (2 * (row.at(-1) ?? 0)) / Math.max(1, left.length + right.length);
}

function stepsOf(path: string): string[] {
  return meaningful(blank(path.split('/').filter(Boolean)).split('/'));
}

function schemaName(written: Written | undefined): string | undefined {
  if (!written || !isReference(written)) return undefined;
  return tokens(written.$ref.slice(written.$ref.indexOf('#') + 1)).at(-1);
}

function httpOf({ httpMethod, path }: Operation): string {
  return `${httpMethod.toUpperCase()} ${path}`;
}

function parted(http: string): { httpMethod: string; path: string } {
  const [method = '', ...path] = http.split(' ');
  return { httpMethod: method.toLowerCase(), path: path.join(' ') };
}

function* changesOf(
  entries: readonly LockEntry[],
  known: ReadonlyMap<Operation, LockEntry>,
  operations: readonly Operation[],
): Generator<Problem> {
  for (const [operation, entry] of known) {
    const [http, id] = [httpOf(operation), operation.id];
    if (http === entry.http && id === entry.operationId) continue;
    const was = [
      ...(id === entry.operationId ? [] : [entry.operationId]),
      ...(http === entry.http ? [] : [entry.http]),
    ].join(', ');
    const is = [...(id === entry.operationId ? [] : [id]), ...(http === entry.http ? [] : [http])].join(', ');
    yield { code: 'lock-moved', message: `${nameOf(entry)} was ${was}; it is taken to be ${is}`, at: operation.at };
  }
  const found = new Set(known.values());
  for (const entry of entries)
    if (!found.has(entry))
      yield {
        code: 'lock-removed',
        message: `${nameOf(entry)} (${entry.operationId}, ${entry.http}) is gone`,
        at: entry.at,
      };
  const added = operations.filter((operation) => !known.has(operation));
  const [first] = added;
  if (first)
    yield {
      code: 'lock-new',
      message: `${added.length} ${added.length === 1 ? 'is' : 'are'} new: ${added.map(({ id }) => id).join(', ')}`,
      at: first.at,
    };
}

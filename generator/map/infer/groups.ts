import type { SqlVerb } from '../../model.js';
import { plural, snakeCase, words } from '../../text/names.js';
import { wordingOf } from '../operations/operation-id.js';
import { isPlaceholder, type Operation } from '../operations/operations.js';
import { type IdGroup, idGroups } from './id-groups.js';
import { meaningful, type Named } from './services.js';
import { blank, customMethod, isAction, isGenerator, type Neighbourhood } from './verbs.js';

/** A set of operations on the same rows: a resource in the making. */
export interface Group {
  readonly service: Named;
  /** What its operations call it, innermost last: the group of their operationIds, or the noun of a custom method. */
  readonly called?: readonly string[];
  /** The path that the group stands for, without trailing parameters. */
  readonly segments: readonly string[];
  readonly operations: Operation[];
}

/** What grouping asks about an operation. */
export interface Decided {
  readonly near: Neighbourhood;
  verbOf(operation: Operation): SqlVerb;
  /** What one row is; equal for equal rows. */
  rowOf(operation: Operation): string | undefined;
  serviceOf(operation: Operation): Named;
}

/**
 * Groups operations by service and by the path of their rows (MAPPING 3, 4, 11).
 * - An action belongs to the nearest ancestor that can be read.
 * - A literal item, `/sessions/me` beside `/sessions/{id}`, belongs to the collection when both read the same rows.
 * - A group that can be neither selected from nor inserted into folds into its nearest ancestor that can be selected
 *   from; one that can only be inserted into, `/enrollments/phone` beside `/enrollments/{id}`, into the collection
 *   whose items it makes. What operations call by a name of its own does not fold.
 */
export function groupOperations(operations: readonly Operation[], decided: Decided): Group[] {
  const { near, verbOf } = decided;
  const groups = gather(operations, decided);
  const has = (group: Group, ...verbs: SqlVerb[]) =>
    group.operations.some((operation) => verbs.includes(verbOf(operation)));
  const folded = new Set<Group>();
  const deepestFirst = [...new Set(groups.values())].sort((a, b) => b.segments.length - a.segments.length);
  for (const group of deepestFirst) {
    if (group.called !== undefined || has(group, 'select')) continue;
    const makesItems = near.hasItem(group.segments.slice(0, -1)) && !isPlaceholder(group.segments.at(-2));
    if (has(group, 'insert') && !makesItems) continue;
    for (let up = group.segments.slice(0, -1); up.length > 0; up = up.slice(0, -1)) {
      const ancestor = groups.get(keyOf(group.service.name, up));
      if (!ancestor || !has(ancestor, 'select')) continue;
      ancestor.operations.push(...group.operations);
      folded.add(group);
      break;
    }
  }
  const order = new Map(operations.map((operation, index) => [operation, index]));
  const kept = [...new Set(groups.values())].filter((group) => !folded.has(group));
  for (const group of kept) group.operations.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return kept;
}

/** Says at which path the rows of an operation are. */
class Homes {
  private readonly paths: ReadonlySet<string>;
  /** What GETs read, by their path. */
  private readonly rowsAt: ReadonlyMap<string, string | undefined>;
  /** The noun of GETs that read one thing, by their path. */
  private readonly nounAt: ReadonlyMap<string, string>;

  constructor(
    operations: readonly Operation[],
    private readonly near: Neighbourhood,
    rowOf: Decided['rowOf'],
  ) {
    const gets = operations.filter(({ httpMethod }) => httpMethod === 'get');
    this.paths = new Set(operations.map(({ segments }) => blank(segments)));
    this.rowsAt = new Map(gets.map((operation) => [blank(operation.segments), rowOf(operation)]));
    const items = gets.filter(({ success }) => success.rows?.isList === false);
    this.nounAt = new Map(items.map((operation) => [blank(operation.segments), nounOf(operation)]));
  }

  of(operation: Operation): readonly string[] {
    const { near } = this;
    let segments = this.withoutStream(operation.segments);
    const custom = customNoun(operation, near);
    if (custom) return [...segments.slice(0, -1), custom];
    if (this.isPart(operation)) segments = segments.slice(0, -1);
    else if (isAction(operation, near)) {
      let parent = segments.slice(0, -1);
      while (parent.length > 0 && !near.hasGet(parent)) parent = parent.slice(0, -1);
      // Nothing above can be read: the path as far as its last static segment before the action.
      segments = parent.length > 0 ? parent : segments.slice(0, -1);
    } else if (near.isRpcTail(segments) || isGenerator(operation, near)) segments = segments.slice(0, -1);
    segments = withoutParameters(segments);
    // Nothing above has a name: the operation stands for itself.
    if (meaningful(segments).every(isPlaceholder)) segments = withoutParameters(operation.segments);
    return this.isLiteralItem(segments) ? withoutParameters(segments.slice(0, -1)) : segments;
  }

  private isLiteralItem(segments: readonly string[]): boolean {
    const own = this.rowsAt.get(blank(segments));
    return own !== undefined && own === this.rowsAt.get(blank([...segments.slice(0, -1), '{}']));
  }

  /** `/pods/{name}/status` reads the very pod, and is called after it: readPodStatus. */
  private isPart(operation: Operation): boolean {
    const [path, whole] = [operation.segments, operation.segments.slice(0, -1)].map(blank) as [string, string];
    const own = this.rowsAt.get(path);
    return (
      own !== undefined &&
      own === this.rowsAt.get(whole) &&
      this.nounAt.has(path) &&
      isPlaceholder(operation.segments.at(-2)) &&
      nounOf(operation) === `${this.nounAt.get(whole)}_${snakeCase(operation.segments.at(-1) ?? '')}`
    );
  }

  /** `/watch/things` follows what happens to `/things`. */
  private withoutStream(segments: readonly string[]): readonly string[] {
    const at = segments.indexOf('watch');
    const rest = segments.filter((_, index) => index !== at);
    return at >= 0 && this.paths.has(blank(rest)) ? rest : segments;
  }
}

function nounOf({ object }: Operation): string {
  return wordingOf(object.operationId ?? '').noun.join('_');
}

/**
 * What a custom method reads, sets or tests of its parent: `POST /key_rings/{ring}:testIamPermissions` is about
 * key_rings_iam_policies, because `:getIamPolicy` beside it is.
 */
function customNoun(operation: Operation, near: Neighbourhood): string | undefined {
  const { segments } = operation;
  const parent = segments.slice(0, -1);
  const noun = customMethod(operation, near)?.noun ?? near.customNouns(parent).find((one) => isLike(one, segments));
  const owner = meaningful(parent).findLast((segment) => !isPlaceholder(segment));
  return noun === undefined ? undefined : [...(owner === undefined ? [] : [snakeCase(owner)]), plural(noun)].join('_');
}

/** Does `:testIamPermissions` begin, after its verb, as `iam_policy` does? */
function isLike(noun: string, segments: readonly string[]): boolean {
  const [, first] = words(segments.at(-1) ?? '');
  return segments.at(-1)?.startsWith(':') === true && noun.includes('_') && noun.split('_')[0] === first;
}

function keyOf(service: string, segments: readonly string[]): string {
  return `${service} ${blank(segments)}`;
}

/**
 * The groups by service and path. Where operationIds are grouped, theirs hold what is named by a verb alone, what else
 * is at those paths, and what acts on their rows.
 */
function gather(operations: readonly Operation[], { near, rowOf, serviceOf }: Decided): Map<string, Group> {
  const places = new Homes(operations, near, rowOf);
  const homes = new Map(operations.map((operation) => [operation, places.of(operation)]));
  const idGroupOf = idGroups(operations);
  const atPath = new Map<string, IdGroup>();
  const pathOf = (operation: Operation) => keyOf(serviceOf(operation).name, homes.get(operation) as readonly string[]);
  for (const operation of operations) {
    const idGroup = idGroupOf(operation);
    if (idGroup?.isBare && !isAction(operation, near) && !atPath.has(pathOf(operation)))
      atPath.set(pathOf(operation), idGroup);
  }
  const groups = new Map<string, Group>();
  for (const operation of operations) {
    const [service, path, own] = [serviceOf(operation), pathOf(operation), idGroupOf(operation)];
    const custom = customNoun(operation, near);
    const isOwn = own && !custom && (own.isBare || isAction(operation, near));
    const idGroup = isOwn ? own : atPath.get(path);
    const key = idGroup ? `${service.name} #${idGroup.key}` : path;
    const called = idGroup ? idGroup.parts : custom && [custom];
    const fresh = { service, segments: homes.get(operation) as readonly string[], operations: [] };
    const group: Group = groups.get(key) ?? { ...fresh, ...(called && { called }) };
    group.operations.push(operation);
    groups.set(key, group);
    // What folds into the path goes where most of the path is.
    if (!groups.has(path)) groups.set(path, group);
  }
  return groups;
}

function withoutParameters(segments: readonly string[]): readonly string[] {
  return segments.slice(0, segments.findLastIndex((segment) => !isPlaceholder(segment)) + 1);
}

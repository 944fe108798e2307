import type { SqlVerb } from '../../model.js';
import { plural, singular, snakeCase } from '../../text/names.js';
import { isSendable } from '../operations/bodies.js';
import { wordingOf } from '../operations/operation-id.js';
import { isPlaceholder, type Operation } from '../operations/operations.js';
import type { Decided, Group } from './groups.js';
import { meaningful, type Named, tally } from './services.js';

/** Every group with its two possible names. */
interface Candidate {
  readonly group: Group;
  /** The path's last static segments, innermost last, in words: `user`, `factors`. */
  readonly statics: readonly string[];
  readonly fromPath: string;
  /** The plural noun that most operationIds agree on; empty without operationIds. */
  readonly fromIds: string;
  readonly agreed: boolean;
}

/**
 * A name per group, unique inside its service (MAPPING 12). Names that are published are theirs whose they are:
 * `published` has those of groups.
 */
export function nameResources(
  groups: readonly Group[],
  { verbOf, rowOf }: Decided,
  published: {
    readonly names: ReadonlyMap<Group, Named>;
    readonly resources: ReadonlyMap<string, readonly Operation[]>;
  } = NOTHING,
): Map<Group, Named> {
  const candidates = groups.map((group) => candidateOf(group, verbOf));
  const mean =
    candidates.reduce((sum, { fromIds }) => sum + fromIds.split('_').length, 0) / Math.max(1, candidates.length);
  // One operation always agrees with itself: only groups of several say something about the API's style.
  const several = candidates.filter(({ group }) => group.operations.length > 1);
  const byNoun = several.filter(({ agreed }) => agreed).length >= 0.75 * several.length && mean <= 3.5;

  const names = new Map<Group, Named>();
  const rowsOf = (operations: readonly Operation[]) =>
    operations
      .map((operation) => (verbOf(operation) === 'select' ? rowOf(operation) : undefined))
      .find((row) => row !== undefined);
  const inputsOf = (operations: readonly Operation[]) =>
    new Set(operations.filter((one) => verbOf(one) !== 'exec').map((one) => signatureOf(one, verbOf(one))));
  const taken = new Map(
    [...published.resources].map(([name, operations]) => [
      name,
      { rows: rowsOf(operations), inputs: inputsOf(operations) },
    ]),
  );
  /**
   * A name is free for a group, or for another one that reads the very same rows, if a statement tells by its inputs
   * which of the two it means: both are one resource.
   */
  const take = (group: Group, name: string) => {
    const key = `${group.service.name}.${name}`;
    const [rows, inputs] = [rowsOf(group.operations), inputsOf(group.operations)];
    const known = taken.get(key);
    if (!known) taken.set(key, { rows, inputs });
    else if (rows === undefined || known.rows !== rows || [...inputs].some((one) => known.inputs.has(one)))
      return false;
    else for (const one of inputs) known.inputs.add(one);
    return true;
  };
  // A group that has no other name comes first: one that the operationIds name, or one at the top.
  const hasOthers = ({ group, statics }: Candidate) => group.called === undefined && statics.length > 1;
  const inTurn = [...candidates].sort((a, b) => Number(hasOthers(a)) - Number(hasOthers(b)));
  for (const candidate of inTurn) {
    const { group, statics } = candidate;
    const known = published.names.get(group);
    if (known) {
      names.set(group, known);
      continue;
    }
    const { name, because } = choose(candidate, byNoun);
    let chosen = { name, because };
    for (let length = 2; !take(group, chosen.name); length++) {
      const parts = group.called ?? statics;
      const longer = group.called ? owned(parts.slice(-length)) : plural(parts.slice(-length).join('_'));
      const next = length <= parts.length ? longer : `${longer}_${length - parts.length + 1}`;
      chosen = {
        name: next,
        because: { rule: 'resource.path-with-parent', saw: `another resource of the service is ${name}` },
      };
    }
    names.set(group, chosen);
  }
  return names;
}

/** What of the inputs tells a statement from another one of the same verb (ENGINE E1.2). */
function signatureOf({ parameters, request }: Operation, verb: SqlVerb): string {
  const required = parameters.filter((one) => one.required).map(({ name }) => name);
  const fields = request && isSendable(request.mediaType) ? [...(request.shape?.required ?? [])] : [];
  const body = fields.filter((name) => !request?.readOnly.includes(name));
  return [verb, ...new Set([...required, ...body])].sort().join(' ');
}

function candidateOf(group: Group, verbOf: Decided['verbOf']): Candidate {
  const all = meaningful(group.segments)
    .filter((segment) => !isPlaceholder(segment))
    .map(snakeCase)
    .filter((name) => name !== '');
  // The one thing of its kind: `/blobServices/default`.
  const statics = all.length > 1 && all.at(-1) === 'default' ? all.slice(0, -1) : all;
  const crud = group.operations.filter((operation) => verbOf(operation) !== 'exec');
  const nouns = (crud.length > 0 ? crud : group.operations).map(({ object }) =>
    plural(
      snakeCase(
        wordingOf(object.operationId ?? '')
          .noun.join('_')
          .replace(/^v\d+_/, ''),
      ),
    ),
  );
  const [noun = '', votes = 0] = [...tally(nouns.filter(Boolean))].sort(([, a], [, b]) => b - a)[0] ?? [];
  return {
    group,
    statics,
    fromPath: plural(withoutVerb(statics.at(-1) ?? group.service.name)),
    fromIds: noun,
    agreed: votes >= 0.8 * nouns.length,
  };
}

/** `getDiscussions` of a path is about discussions. */
function withoutVerb(name: string): string {
  const [first = '', ...rest] = name.split('_');
  return READS.has(first) && rest.length > 0 ? rest.join('_') : name;
}

const READS = new Set(['get', 'list', 'fetch', 'find', 'search', 'query']);

const NOTHING = { names: new Map(), resources: new Map() };

/** For comparing names: `agent_pools` and `agentpool` are one. */
function squeezed(name: string): string {
  return plural(name).replaceAll('_', '');
}

/** The last words of a noun that are, written as one, the name of a path: `api_groups` for `apigroups`. */
function partedBy(noun: string, name: string): string | undefined {
  if (name.includes('_')) return undefined;
  const all = noun.split('_');
  for (let at = all.length - 2; at >= 0; at--) if (all.slice(at).join('') === name) return all.slice(at).join('_');
  return undefined;
}

function choose({ group, statics, fromPath, fromIds }: Candidate, byNoun: boolean): Named {
  const called = group.called?.at(-1);
  if (called !== undefined)
    return { name: called, because: { rule: 'resource.operation-id-group', saw: `its operations are of ${called}` } };
  const path = `the last static path segment is ${statics.at(-1) ?? group.service.name}`;
  if (fromIds === '') return { name: fromPath, because: { rule: 'resource.path', saw: path } };
  if (fromIds === fromPath)
    return {
      name: fromPath,
      because: { rule: 'resource.path', saw: `the last static path segment and most operationIds say ${fromPath}` },
    };
  const ids: Named = {
    name: fromIds,
    because: { rule: 'resource.operation-id', saw: `most operationIds say ${fromIds}` },
  };
  if (fromIds.endsWith(`_${fromPath}`)) {
    const context = fromIds.slice(0, -fromPath.length - 1).replace(/_v\d+\w*$/, '');
    const known = (name: string) => squeezed(name) === squeezed(context);
    if (known(group.service.name))
      return { name: fromPath, because: { rule: 'resource.path', saw: `${path}; the service says ${context}` } };
    if (statics.slice(0, -1).some(known)) return ids;
  }
  // `subscriptions_roles` of /roles/{}/subscriptions: the tail is the context.
  if (fromIds.startsWith(`${fromPath}_`)) return { name: fromPath, because: { rule: 'resource.path', saw: path } };
  if (byNoun) return ids;
  // `horizontalpodautoscalers` of a path is `horizontal_pod_autoscalers` where the operationIds part it.
  const parted = partedBy(fromIds, fromPath);
  if (parted === undefined) return { name: fromPath, because: { rule: 'resource.path', saw: path } };
  return { name: parted, because: { rule: 'resource.path', saw: `${path}, which most operationIds part` } };
}

/** `service_accounts`, `keys` → service_account_keys. */
function owned(parts: readonly string[]): string {
  return [...parts.slice(0, -1).map(singular), parts.at(-1)].join('_');
}

import { plural, snakeCase, words } from '../../text/names.js';
import { isPreposition, isVerb } from '../operations/operation-id.js';
import type { Operation } from '../operations/operations.js';
import { tally } from './services.js';

/** What a grouped operationId says: `VirtualHubs_Get`, `drive.files.list`. */
export interface IdGroup {
  /** As it is written: `VirtualHubs`, `drive.files`. */
  readonly key: string;
  /** In snake case, innermost last: `virtual_hubs`; `drive`, `files`. */
  readonly parts: readonly string[];
  /** Is the rest a verb alone, perhaps with what it goes by: `Get`, `CreateOrUpdate`, `ListByResourceGroup`? */
  readonly isBare: boolean;
}

/** How APIs write a group in an operationId; the last capture is the rest. */
const STYLES = [/^_?([A-Z][A-Za-z\d]*)_([A-Za-z]\w*)$/, /^(.+)\.([^.]+)$/];

/** Words of what an operation does to all it is about, beside its verb. */
const FILLERS = new Set(['all', 'and', 'async', 'begin', 'bulk', 'if', 'exists', 'not', 'or']);

/**
 * Reads the groups of operationIds, where they decide: nine operationIds of ten are written in one style, and in a
 * group most have no noun behind the verb, so that the group is what they are about.
 */
export function idGroups(operations: readonly Operation[]): (operation: Operation) => IdGroup | undefined {
  const read = (style: RegExp) =>
    new Map(
      operations.flatMap((operation) => {
        const [, group, rest] = style.exec(String(operation.object.operationId ?? '')) ?? [];
        return group && rest ? [[operation, groupOf(group, rest)] as const] : [];
      }),
    );
  const groups = STYLES.map(read).find((found) => found.size >= 0.9 * operations.length && found.size > 0);
  if (!groups) return () => undefined;
  const all = tally([...groups.values()].map(({ key }) => key));
  const bare = tally([...groups.values()].filter(({ isBare }) => isBare).map(({ key }) => key));
  if ([...bare.values()].reduce((total, count) => total + count, 0) < groups.size / 3) return () => undefined;
  return (operation) => {
    const group = groups.get(operation);
    return group && (bare.get(group.key) ?? 0) >= 0.4 * (all.get(group.key) ?? 0) ? group : undefined;
  };
}

function groupOf(written: string, rest: string): IdGroup {
  const parts = written.split('.').map(snakeCase);
  const all = words(rest);
  const tail = all.findIndex((word, index) => index > 0 && isPreposition(word));
  const left = (tail < 0 ? all : all.slice(0, tail)).filter((word) => !isVerb(word) && !FILLERS.has(word));
  const noun = plural(left.join('_'));
  const own = plural(parts.at(-1) as string);
  return {
    key: written,
    parts,
    isBare: left.length < all.length && (noun === '' || own === noun || own.endsWith(`_${noun}`)),
  };
}

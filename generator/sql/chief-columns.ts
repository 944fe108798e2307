import type { Column, Field, Provider } from '../model.js';
import { type Expression, selectable } from './sql.js';

type Objects = Provider['objects'];

/** What a reader of a list looks for, in this order; the names that APIs give it, in lower case without `_`. */
const KINDS: readonly ReadonlySet<string>[] = [
  new Set(['id', 'uid', 'uuid', 'guid', 'key', 'kid', 'arn']),
  new Set([
    'name',
    'login',
    'username',
    'label',
    'title',
    'displayname',
    'email',
    'fullname',
    'domain',
    'subject',
    'summary',
  ]),
  new Set(['status', 'state', 'phase', 'enabled', 'active', 'lifecyclestate']),
  new Set(['type', 'kind', 'category', 'eventtype']),
  new Set([
    'created',
    'createdat',
    'createdon',
    'creationdate',
    'creationtime',
    'createtime',
    'createddate',
    'published',
    'timestamp',
    'date',
    'time',
  ]),
  new Set(['lastupdated', 'updated', 'updatedat', 'modified', 'lastmodified', 'modifiedat', 'expiresat']),
];
/** The places of `KINDS` that tell rows apart for a human. */
const NAME = 1;

/** With fewer, others fill up. */
const FEWEST = 3;
const MOST = 6;

/**
 * Returns the three to six columns that say most of a row: its id, name, status, type and times, then the first plain
 * ones. A name that stands inside an object is reached by `json_extract`.
 */
export function chiefColumns(columns: readonly Column[], objects: Objects): (string | Expression)[] {
  const usable = columns.filter(({ name, deprecated, writeOnly }) => selectable(name) && !deprecated && !writeOnly);
  const plain = usable.filter(isPlain);
  const chosen = KINDS.flatMap((kind, index): (string | Expression)[] => {
    const found = bestOf(plain, kind);
    if (found) return [found.name];
    return index === NAME ? nestedName(usable, objects) : [];
  }).slice(0, MOST);
  for (const { name } of [...plain, ...usable]) if (chosen.length < FEWEST && !chosen.includes(name)) chosen.push(name);
  return chosen;
}

function isPlain({ type, object, name }: Field): boolean {
  return object === undefined && type.type !== 'object' && type.type !== 'array' && !name.startsWith('_');
}

/** Returns the field whose name stands first in a kind. */
function bestOf<Each extends Field>(fields: readonly Each[], kind: ReadonlySet<string>): Each | undefined {
  const named = new Map(fields.map((field) => [plainName(field.name), field]));
  for (const name of kind) if (named.has(name)) return named.get(name);
  return undefined;
}

/** The place of a field among those that name a thing, in the order of `KINDS`; a large number for any other. */
export function nameRank({ name }: { readonly name: string }): number {
  const rank = [...(KINDS[NAME] as ReadonlySet<string>)].indexOf(plainName(name));
  return rank === -1 ? Number.MAX_SAFE_INTEGER : rank;
}

function plainName(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/** A key that a JSON path names without quotes. */
const KEY = /^[A-Za-z_]\w*$/;

function nestedName(columns: readonly Column[], objects: Objects): Expression[] {
  const taken = new Set(columns.map(({ name }) => name));
  for (const column of columns) {
    const { object, type, name } = column;
    // Links and embedded resources are about other things.
    if (object === undefined || type.type !== 'object' || name.startsWith('_')) continue;
    const texts = (objects[object]?.fields ?? []).filter(
      (field) => isPlain(field) && field.type.type === 'string' && KEY.test(field.name) && !taken.has(field.name),
    );
    const found = bestOf(texts, KINDS[NAME] as ReadonlySet<string>);
    if (found && selectable(found.name)) return [{ column: name, path: [found.name], as: found.name }];
  }
  return [];
}

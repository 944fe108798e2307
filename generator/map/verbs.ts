import type { Because, SqlVerb } from '../model.js';
import { words } from '../text/names.js';
import { isPlaceholder, type Operation } from './operations.js';
import type { Success } from './rows.js';

/** What the other operations of the spec say about a path. */
export interface Neighbourhood {
  hasGet(segments: readonly string[]): boolean;
  hasItem(segments: readonly string[]): boolean;
}

const CREATES = ['create', 'add', 'insert', 'register', 'assign', 'provision', 'upload', 'issue'];
const UPDATES = ['update', 'modify', 'edit', 'set'];
const REPLACES = ['replace', 'overwrite', 'upsert', 'create'];
/** Segments that hold nothing but actions on their parent. */
const ACTION_CONTAINERS = ['lifecycle', 'actions', 'commands'];
const NEUTRAL = ['post', 'put', 'patch', 'get', 'delete'];
const DOWNLOADS = ['export', 'download'];

export function neighbourhood(operations: readonly Operation[]): Neighbourhood {
  const gets = new Set<string>();
  const items = new Set<string>();
  for (const { httpMethod, segments } of operations) {
    if (httpMethod === 'get') gets.add(blank(segments));
    if (isPlaceholder(segments.at(-1))) items.add(blank(segments.slice(0, -1)));
  }
  return { hasGet: (segments) => gets.has(blank(segments)), hasItem: (segments) => items.has(blank(segments)) };
}

/** A path with its parameters' names left out. */
export function blank(segments: readonly string[]): string {
  return segments.map((segment) => (isPlaceholder(segment) ? '{}' : segment)).join('/');
}

/** Does the operation act on its parent rather than hold rows (MAPPING 4)? */
export function isAction({ httpMethod, segments, id }: Operation, near: Neighbourhood): boolean {
  const last = segments.at(-1);
  if (httpMethod === 'get' || last === undefined || isPlaceholder(last)) return last?.includes(':') ?? false;
  if (last.includes(':') || ACTION_CONTAINERS.includes(segments.at(-2) ?? '')) return true;
  if (near.hasGet(segments) || near.hasItem(segments)) return false;
  return httpMethod === 'post' ? !CREATES.includes(verbWord(id, last)) : isPlaceholder(segments.at(-2));
}

/** The word that says what the operation does: the first of its operationId, unless that only repeats the HTTP method. */
function verbWord(operationId: string, last: string): string {
  const [first = '', ...rest] = words(operationId);
  return NEUTRAL.includes(first) ? (rest.find((word) => [...CREATES, ...UPDATES].includes(word)) ?? words(last)[0] ?? first) : first;
}

/** The SQL verb of an operation and the rule that chose it (MAPPING 4–10). */
export function verbOf(operation: Operation, success: Success | undefined, near: Neighbourhood): { verb: SqlVerb; because: Because } {
  const { httpMethod, segments, id } = operation;
  const last = segments.at(-1) ?? '';
  const is = (verb: SqlVerb, rule: string, saw: string) => ({ verb, because: { rule: `verb.${rule}`, saw } });

  if (isAction(operation, near)) return is('exec', 'action', `${httpMethod.toUpperCase()} on the action path /${segments.join('/')}`);
  const word = verbWord(id, last);
  switch (httpMethod) {
    case 'get':
      if (DOWNLOADS.includes(last)) return is('exec', 'download', `GET of /${last}`);
      return success?.rows ? is('select', 'get', 'GET that answers rows') : is('exec', 'get-without-rows', 'GET whose answer holds no rows');
    case 'delete':
      return is('delete', 'delete', 'DELETE');
    case 'patch':
      return is('update', 'patch', 'PATCH');
    case 'put':
      if (isPlaceholder(last) && !near.hasGet(segments) && CREATES.includes(word))
        return is('insert', 'put-creates', `PUT of an item that cannot be read, named "${word}"`);
      if (isPlaceholder(last) || near.hasGet(segments) || REPLACES.includes(word)) return is('replace', 'put', 'PUT');
      return is('exec', 'put-orphan', 'PUT on a path that is neither an item nor readable');
    default: {
      if (isPlaceholder(last)) {
        if (CREATES.includes(word)) return is('insert', 'post-item-creates', `POST on an item, named "${word}"`);
        return near.hasGet(segments)
          ? is('update', 'post-item', 'POST on an item that can be read')
          : is('exec', 'post-item-unreadable', 'POST on an item that cannot be read');
      }
      if (near.hasItem(segments)) return is('insert', 'post-collection', 'POST on a collection whose items have a path of their own');
      if (near.hasGet(segments)) {
        return UPDATES.includes(word)
          ? is('update', 'post-updates', `POST on a readable path, named "${word}"`)
          : is('insert', 'post-readable', 'POST on a collection that can be listed');
      }
      return CREATES.includes(word) ? is('insert', 'post-creates', `POST named "${word}"`) : is('exec', 'post-other', 'POST that creates nothing');
    }
  }
}

import type { Because, RuleCode, SqlVerb } from '../../model.js';
import { words } from '../../text/names.js';
import { isPlainInput, isSendable, writableFields } from '../operations/bodies.js';
import { isVerb, wordingOf } from '../operations/operation-id.js';
import { isPlaceholder, type Operation } from '../operations/operations.js';
import { isLocked } from './published-names.js';

/** What the other operations of the spec say about a path. */
export interface Neighbourhood {
  hasGet(segments: readonly string[]): boolean;
  hasItem(segments: readonly string[]): boolean;
  /** What custom methods read of what is at the path: `iam_policy` for `:getIamPolicy`. */
  customNouns(segments: readonly string[]): readonly string[];
  /** Does any operation have the path? */
  hasPath(segments: readonly string[]): boolean;
  /** Is it one of several CRUD words under one parent: `/clusters/create`, `/clusters/list` (MAPPING 5)? */
  isRpcTail(segments: readonly string[]): boolean;
}

const CREATES = ['create', 'add', 'insert', 'register', 'provision', 'issue', 'invite', 'new'];
/** POSTs that make something happen to a collection rather than add to it. */
const ACTS = [
  'attach',
  'clear',
  'execute',
  'export',
  'generate',
  'map',
  'publish',
  'purge',
  'request',
  'review',
  'send',
  'submit',
];
/** Changes of a state rather than of content: no row is replaced, updated or deleted by them. */
const TRANSITIONS = new Set([
  'abort',
  'accept',
  'activate',
  'approve',
  'archive',
  'block',
  'cancel',
  'convert',
  'deactivate',
  'decline',
  'finalize',
  'follow',
  'merge',
  'mute',
  'pause',
  'promote',
  'reject',
  'reorder',
  'reset',
  'resume',
  'rollback',
  'star',
  'start',
  'stop',
  'suspend',
  'sync',
  'transfer',
  'unarchive',
  'unblock',
  'unfollow',
  'unmute',
  'unpublish',
  'unregister',
  'unstar',
  'unsuspend',
]);
const UPDATES = ['update', 'modify', 'edit', 'patch', 'change', 'set', 'save'];
const REPLACES = ['replace', 'overwrite', 'upsert', 'create', 'put', 'update', 'set', 'save'];
const READS = [
  'get',
  'list',
  'read',
  'show',
  'describe',
  'search',
  'query',
  'find',
  'fetch',
  'retrieve',
  'lookup',
  'view',
  'filter',
];
/** Reads that do not end by themselves. */
const STREAMS = new Set(['watch', 'stream', 'tail', 'follow', 'subscribe']);
const DELETES = ['delete', 'remove', 'destroy', 'purge'];
/** Segments that hold nothing but actions on their parent. */
const ACTION_CONTAINERS = ['lifecycle', 'actions', 'commands'];
const DOWNLOADS = ['export', 'download'];
/** The SQL verb of a path that ends in a CRUD word. */
const RPC: Readonly<Record<string, SqlVerb>> = {
  ...Object.fromEntries(['create', 'add', 'insert', 'grant'].map((word) => [word, 'insert'])),
  ...Object.fromEntries(['list', 'get', 'show', 'describe', 'search', 'query', 'find'].map((word) => [word, 'select'])),
  ...Object.fromEntries(['update', 'edit', 'modify', 'patch'].map((word) => [word, 'update'])),
  ...Object.fromEntries(['delete', 'remove', 'destroy', 'revoke'].map((word) => [word, 'delete'])),
  replace: 'replace',
};

export function neighbourhood(operations: readonly Operation[]): Neighbourhood {
  const gets = new Set<string>();
  const items = new Set<string>();
  const tails = new Map<string, Set<string>>();
  const paths = new Set(operations.map(({ segments }) => blank(segments)));
  const nouns = new Map<string, string[]>();
  for (const { httpMethod, segments, success } of operations) {
    const parent = blank(segments.slice(0, -1));
    const last = segments.at(-1) ?? '';
    if (httpMethod === 'get') gets.add(blank(segments));
    if (isPlaceholder(last)) items.add(parent);
    const [word = '', ...noun] = words(last);
    if (last.startsWith(':') && httpMethod === 'get' && READS.includes(word) && success.rows && noun.length > 0)
      nouns.set(parent, [...(nouns.get(parent) ?? []), noun.join('_')]);
    if (Object.hasOwn(RPC, last)) tails.set(parent, (tails.get(parent) ?? new Set()).add(last));
  }
  return {
    hasGet: (segments) => gets.has(blank(segments)),
    hasItem: (segments) => items.has(blank(segments)),
    customNouns: (segments) => nouns.get(blank(segments)) ?? [],
    hasPath: (segments) => paths.has(blank(segments)),
    isRpcTail: (segments) =>
      Object.hasOwn(RPC, segments.at(-1) ?? '') && (tails.get(blank(segments.slice(0, -1)))?.size ?? 0) >= 2,
  };
}

/** A path with its parameters' names left out. */
export function blank(segments: readonly string[]): string {
  return segments.map((segment) => (isPlaceholder(segment) ? '{}' : segment)).join('/');
}

/** A custom method that reads or sets something of its parent: `:getPolicy`, `:setPolicy`. */
export interface CustomMethod {
  readonly verb: 'get' | 'set';
  /** What it reads or sets, in words: `policy`. */
  readonly noun: string;
}

/**
 * `GET /buckets/{b}:getPolicy` reads rows of their own, which `POST /buckets/{b}:setPolicy` replaces (MAPPING 4); any
 * other custom method acts on its parent.
 */
export function customMethod(
  { httpMethod, segments, success }: Operation,
  near: Neighbourhood,
): CustomMethod | undefined {
  const last = segments.at(-1) ?? '';
  if (!last.startsWith(':')) return undefined;
  const [word = '', ...noun] = words(last);
  if (httpMethod === 'get' && READS.includes(word) && success.rows && noun.length > 0)
    return { verb: 'get', noun: noun.join('_') };
  const read = [...segments.slice(0, -1), last.replace(/^:set/, ':get')];
  const isSetter = httpMethod !== 'get' && word === 'set' && noun.length > 0 && near.hasPath(read);
  return isSetter ? { verb: 'set', noun: noun.join('_') } : undefined;
}

/** Does the operation act on its parent rather than hold rows (MAPPING 4)? */
export function isAction(operation: Operation, near: Neighbourhood): boolean {
  const { httpMethod, segments } = operation;
  const last = segments.at(-1);
  if (last?.startsWith(':')) return customMethod(operation, near) === undefined;
  if (httpMethod === 'get' || last === undefined || isPlaceholder(last) || near.isRpcTail(segments)) return false;
  if (near.hasGet(segments) || near.hasItem(segments)) return false;
  if (ACTION_CONTAINERS.includes(segments.at(-2) ?? '')) return true;
  const word = verbWord(operation);
  const tail = words(last)[0] ?? '';
  if (httpMethod === 'post') {
    if (isGenerator(operation, near)) return false;
    return !CREATES.includes(word) || (isVerb(tail) && !CREATES.includes(tail) && word !== 'create');
  }
  if (httpMethod === 'put') return !REPLACES.includes(word) || (isVerb(tail) && !REPLACES.includes(tail));
  return httpMethod === 'delete' && isPlaceholder(segments.at(-2));
}

/** `POST /keys/generate` beside `/keys/{id}` makes a key. */
export function isGenerator({ httpMethod, segments }: Operation, near: Neighbourhood): boolean {
  return httpMethod === 'post' && segments.at(-1) === 'generate' && near.hasItem(segments.slice(0, -1));
}

/**
 * What the operation does, in a word: its operationId's verb, unless that only repeats the HTTP method; else the last
 * path segment's.
 */
export function verbWord({ id, object, httpMethod, segments }: Operation): string {
  const { verb: written, noun } = wordingOf(object.operationId ?? id);
  // `begin_create` begins to create.
  const begun = written === 'begin' ? noun.findIndex((word) => isVerb(word)) : -1;
  const verb = begun < 0 ? written : noun[begun];
  // What the HTTP method says of itself is no other act: `deleteArchive` deletes.
  if (verb === httpMethod && verb === 'delete') return verb;
  if (verb !== undefined && verb !== httpMethod) return verb;
  const tail = words(segments.at(-1) ?? '')[0] ?? '';
  return noun.find((word) => isVerb(word)) ?? (isVerb(tail) ? tail : (verb ?? ''));
}

/** The rest of a verb's rule, after `verb.`. */
type VerbRule = Extract<RuleCode, `verb.${string}`> extends `verb.${infer Rest}` ? Rest : never;

export interface Verb {
  readonly verb: SqlVerb;
  readonly because: Because;
}

/**
 * The SQL verb of an operation and the rule that chose it: a person's word, else MAPPING 4–10. One that cannot route
 * yields to `exec`.
 */
export function verbOf(operation: Operation, near: Neighbourhood): Verb {
  const routable = (chosen: Verb): Verb => {
    const because = obstacle(operation, chosen.verb);
    return because ? { verb: 'exec', because } : chosen;
  };
  const { hints } = operation;
  const own = hints.verb && routable({ verb: hints.verb.value, because: hints.verb.because });
  if (own && !isLocked(hints.verb)) return own;
  const guess = routable(inferred(operation, near));
  return own && own.verb !== guess.verb ? own : guess;
}

/** Why this verb cannot route, although the operation suggests it. */
function obstacle({ success, request, parameters }: Operation, verb: SqlVerb): Because | undefined {
  const exec = (rule: VerbRule, saw: string): Because => ({ rule: `verb.${rule}`, saw });
  const fields = request ? writableFields(request, parameters).length : 0;
  if (verb === 'select' && !success.rows) return exec('no-rows', 'the response holds no rows');
  if (request && !isSendable(request.mediaType) && verb !== 'exec')
    return exec('body-media-type', `the engine cannot send ${request.mediaType}`);
  // ENGINE E3.8: SET needs an assignment; a required parameter of the API's own will do.
  const isSettable = !request && parameters.some((parameter) => parameter.required && parameter.in !== 'server');
  if ((verb === 'update' || verb === 'replace') && fields === 0 && !isSettable)
    return exec('no-body-fields', 'there is nothing to SET');
  // Tried: a DELETE without a WHERE is refused. Of a body, WHERE gives the required fields.
  if (verb === 'delete' && parameters.length === 0 && !(request && isPlainInput(request)))
    return exec('no-where', 'there is nothing for a WHERE clause');
  if (verb === 'insert' && fields === 0 && (request || parameters.length === 0))
    return exec('no-body-fields', 'there is no column to INSERT');
  return undefined;
}

function inferred(operation: Operation, near: Neighbourhood): Verb {
  const { httpMethod, segments, success, request } = operation;
  const rows = success.rows !== undefined;
  // A statement must be able to give all that a reader needs.
  const plainInputs = !request || isPlainInput(request);
  const last = segments.at(-1) ?? '';
  const path = `/${segments.join('/')}`;
  const reads = (rule: 'get' | 'rpc', saw: string) => {
    if (!rows) return is('exec', `${rule}-without-rows`, `${saw}, whose response holds no rows`);
    return plainInputs
      ? is('select', rule, `${saw} that responds with rows`)
      : is('exec', `${rule}-optional-body`, `${saw}, with a body that WHERE cannot give`);
  };

  const word = verbWord(operation);
  const custom = customMethod(operation, near);
  if (custom?.verb === 'get') return reads('get', 'GET');
  if (custom) return is('replace', 'sets', `${httpMethod.toUpperCase()} of ${last} beside its GET`);
  const first = words(operation.object.operationId ?? '')[0] ?? '';
  if (httpMethod === 'get' && (STREAMS.has(first) || segments.includes('watch')))
    return is('exec', 'streams', 'GET that follows changes');
  const isReading = READS.includes(word) && (request ? plainInputs : READS.includes(words(last)[0] ?? ''));
  if (httpMethod === 'post' && isReading && rows && !near.hasGet(segments))
    return is('select', 'post-reads', `POST named "${word}" that responds with rows`);
  if (isAction(operation, near)) return is('exec', 'action', `${httpMethod.toUpperCase()} on the action path ${path}`);
  if (near.isRpcTail(segments)) {
    const verb = RPC[last] as SqlVerb;
    return verb === 'select'
      ? reads('rpc', `/${last} beside its siblings`)
      : is(verb, 'rpc', `/${last} beside its siblings`);
  }
  const isTransition = TRANSITIONS.has(word) && (httpMethod !== 'delete' || word.startsWith('un'));
  if (httpMethod !== 'get' && httpMethod !== 'post' && isTransition)
    return is('exec', 'transition', `${httpMethod.toUpperCase()} named "${word}"`);
  switch (httpMethod) {
    case 'get':
      return DOWNLOADS.includes(last) ? is('exec', 'download', `GET of /${last}`) : reads('get', 'GET');
    case 'delete':
      return is('delete', 'delete', 'DELETE');
    case 'patch':
      return is('update', 'patch', 'PATCH');
    case 'put':
      if (isPlaceholder(last) && ['create', 'add'].includes(word) && !(near.hasGet(segments) && isOpen(operation)))
        return is('insert', 'put-creates', `PUT of an item, named "${word}" and no more`);
      if (isPlaceholder(last) || near.hasGet(segments) || REPLACES.includes(word)) return is('replace', 'put', 'PUT');
      return is('exec', 'put-orphan', 'PUT on a path that is neither an item nor readable');
    default:
      return verbOfPost(operation, near);
  }
}

/** Is it named for more than one thing, as `createOrUpdate` is? */
function isOpen({ object, id }: Operation): boolean {
  return words(object.operationId ?? id).some((word) => word === 'or' || word === 'update' || word === 'replace');
}

function verbOfPost(operation: Operation, near: Neighbourhood): Verb {
  const { segments } = operation;
  const word = verbWord(operation);
  if (isPlaceholder(segments.at(-1))) {
    if (CREATES.includes(word)) return is('insert', 'post-item-creates', `POST on an item, named "${word}"`);
    return near.hasGet(segments)
      ? is('update', 'post-item', 'POST on an item that can be read')
      : is('exec', 'post-item-unreadable', 'POST on an item that cannot be read');
  }
  if (
    (near.hasItem(segments) || near.hasGet(segments)) &&
    (ACTS.includes(word) || TRANSITIONS.has(word) || DELETES.includes(word))
  )
    return is('exec', 'post-acts', `POST on a readable path, named "${word}"`);
  if (near.hasItem(segments))
    return is('insert', 'post-collection', 'POST on a collection whose items have a path of their own');
  if (near.hasGet(segments)) {
    if (UPDATES.includes(word)) return is('update', 'post-updates', `POST on a readable path, named "${word}"`);
    return is('insert', 'post-readable', 'POST on a collection that can be listed');
  }
  return CREATES.includes(word) || isGenerator(operation, near)
    ? is('insert', 'post-creates', `POST named "${word}"`)
    : is('exec', 'post-other', 'POST that creates nothing');
}

function is(verb: SqlVerb, rule: VerbRule, saw: string): Verb {
  return { verb, because: { rule: `verb.${rule}`, saw } };
}

import { words } from '../../text/names.js';

/** What an operationId says in words: `listAppTargetsForRole` → verb `list`, noun `app_targets`. */
export interface Wording {
  /** Lower case; absent when no word is a verb. */
  readonly verb?: string;
  /** The words of the thing, without articles and prepositional tail; may be empty. */
  readonly noun: readonly string[];
}

/**
 * Words that begin (or end) an operationId as its verb. Nouns that happen to be verbs (load, store, order, make, new)
 * are left out: `load_balancers`.
 */
const VERBS = new Set([
  'abort',
  'accept',
  'acknowledge',
  'acquire',
  'activate',
  'add',
  'allow',
  'analyze',
  'append',
  'apply',
  'approve',
  'archive',
  'assign',
  'associate',
  'attach',
  'authorize',
  'backup',
  'ban',
  'batch',
  'begin',
  'block',
  'bulk',
  'calculate',
  'cancel',
  'change',
  'check',
  'claim',
  'clear',
  'clone',
  'close',
  'compare',
  'complete',
  'compute',
  'confirm',
  'connect',
  'convert',
  'copy',
  'count',
  'create',
  'deactivate',
  'decline',
  'decrypt',
  'delete',
  'deny',
  'deploy',
  'deprovision',
  'deregister',
  'describe',
  'destroy',
  'detach',
  'determine',
  'disable',
  'disassociate',
  'discard',
  'disconnect',
  'dismiss',
  'download',
  'drop',
  'duplicate',
  'edit',
  'enable',
  'encrypt',
  'end',
  'enroll',
  'ensure',
  'evaluate',
  'exchange',
  'execute',
  'exit',
  'expand',
  'expire',
  'export',
  'extend',
  'fetch',
  'find',
  'finish',
  'follow',
  'force',
  'generate',
  'get',
  'grant',
  'import',
  'initiate',
  'insert',
  'install',
  'introspect',
  'invalidate',
  'invite',
  'invoke',
  'join',
  'kill',
  'launch',
  'leave',
  'link',
  'list',
  'lock',
  'login',
  'logout',
  'lookup',
  'map',
  'mark',
  'merge',
  'migrate',
  'modify',
  'move',
  'mute',
  'overwrite',
  'patch',
  'pause',
  'perform',
  'pin',
  'post',
  'prepare',
  'preview',
  'process',
  'promote',
  'provision',
  'publish',
  'purge',
  'push',
  'put',
  'query',
  'read',
  'reactivate',
  'reboot',
  'rebuild',
  'recover',
  'redeliver',
  'refresh',
  'register',
  'regenerate',
  'reject',
  'release',
  'remove',
  'rename',
  'renew',
  'reopen',
  'reorder',
  'replace',
  'replay',
  'reprocess',
  'request',
  'rerun',
  'resend',
  'reset',
  'resize',
  'resolve',
  'restart',
  'restore',
  'resume',
  'retire',
  'retrieve',
  'retry',
  'reverse',
  'revert',
  'review',
  'revoke',
  'rollback',
  'rotate',
  'run',
  'save',
  'schedule',
  'search',
  'send',
  'set',
  'share',
  'show',
  'shutdown',
  'skip',
  'snapshot',
  'snooze',
  'star',
  'start',
  'stop',
  'submit',
  'subscribe',
  'suspend',
  'switch',
  'sync',
  'terminate',
  'test',
  'toggle',
  'track',
  'transfer',
  'transition',
  'trigger',
  'unarchive',
  'unassign',
  'unban',
  'unblock',
  'undelete',
  'undo',
  'undrop',
  'unenroll',
  'unfollow',
  'uninstall',
  'unlink',
  'unlock',
  'unmute',
  'unpin',
  'unpublish',
  'unregister',
  'unset',
  'unshare',
  'unstar',
  'unsubscribe',
  'unsuspend',
  'untag',
  'update',
  'upgrade',
  'upload',
  'upsert',
  'validate',
  'verify',
  'view',
  'withdraw',
  'write',
]);
const PREPOSITIONS = new Set([
  'for',
  'by',
  'of',
  'in',
  'to',
  'from',
  'with',
  'on',
  'at',
  'via',
  'using',
  'under',
  'as',
  'into',
  'that',
  'per',
  'against',
]);
/**
 * Words that make one with the preposition behind them: sign_in, opt_in, add_on, log_in, check_in, plug_in, built_in,
 * roll_up.
 */
const COMPOUND = new Set([
  'sign',
  'opt',
  'add',
  'log',
  'check',
  'plug',
  'built',
  'single',
  'logged',
  'signed',
  'follow',
]);
const ARTICLES = new Set([
  'a',
  'an',
  'the',
  'all',
  'my',
  'new',
  'own',
  'existing',
  'single',
  'specific',
  'multiple',
  'every',
  'given',
]);

export function isVerb(word: string): boolean {
  return VERBS.has(word);
}

export function isPreposition(word: string): boolean {
  return PREPOSITIONS.has(word);
}

const CRUD = new Set([
  'list',
  'get',
  'create',
  'update',
  'delete',
  'patch',
  'post',
  'put',
  'add',
  'remove',
  'read',
  'search',
]);
/** What versions of an operation add to its name. */
const SUFFIXES = /^(v\d+|legacy|deprecated|beta)$/;

/**
 * MAPPING 2: the verb is the first word (`listUsers`), else the last (`backupsList`), else the first word that is one
 * (`repos/list-forks`). What has no noun behind its verb has it before: `repos/list-for-org` is about repos.
 */
export function wordingOf(operationId: string): Wording {
  const all = withoutPath(words(operationId));
  while (all.length > 1 && SUFFIXES.test(all.at(-1) as string)) all.pop();
  const last = all.length - 1;
  const isSuffix = CRUD.has(all[last] ?? '') && !CRUD.has(all[0] ?? '');
  const at = isSuffix && last > 0 ? last : all.findIndex(isVerb);
  if (at < 0) return { noun: nounOf(all) };
  const behind = nounOf(all.slice(at + 1));
  return { verb: all[at] as string, noun: behind.length > 0 ? behind : nounOf(all.slice(0, at)) };
}

/** Frameworks append the path and the HTTP method, both in words: `list_files` of list_files_v1_files_get. */
function withoutPath(all: readonly string[]): string[] {
  const version = all.findIndex((word, index) => index > 0 && /^(v\d+|api)$/.test(word));
  const isAppended = version > 0 && HTTP.has(all.at(-1) ?? '') && all.length - version > 2;
  return isAppended ? all.slice(0, version) : [...all];
}

const HTTP = new Set(['get', 'put', 'post', 'delete', 'patch']);

function nounOf(given: readonly string[]): string[] {
  const start = given.findIndex((word) => !ARTICLES.has(word));
  const rest = start < 0 ? [] : given.slice(start);
  const tail = rest.findIndex((word, index) => PREPOSITIONS.has(word) && !COMPOUND.has(rest[index - 1] ?? ''));
  return tail < 0 ? [...rest] : rest.slice(0, tail);
}

import { step } from '../../read/pointer.js';
import type { Located } from '../../read/spec.js';
import { isPlural, plural, words } from '../../text/names.js';
import type { LenientSpec, Written } from './lenient.js';
import { isVerb, wordingOf } from './operation-id.js';
import { dataType, type ObjectShape, objectShape } from './schema.js';

/** What an operation says of its rows before its response is looked at. */
export interface Endpoint {
  readonly httpMethod: string;
  /** The path's steps, as `Operation.segments` has them. */
  readonly segments: readonly string[];
  readonly operationId?: string;
}

/** A list of objects somewhere in a response. */
interface Candidate {
  readonly keys: readonly string[];
  /** Is everything beside it, and beside what holds it, about the rows? */
  readonly isAlone: boolean;
  readonly score: number;
}

type Property = readonly [name: string, schema: Located<Written>];

/** Names under which APIs keep the rows of any list. */
const LIST_NAMES = new Set([
  'content',
  'data',
  'elements',
  'entries',
  'hits',
  'items',
  'list',
  'objects',
  'payload',
  'records',
  'resources',
  'response',
  'result',
  'results',
  'rows',
  'value',
  'values',
]);

/** Names under which APIs keep one thing, whatever it is. */
const ITEM_NAMES = new Set(['data', 'item', 'payload', 'record', 'response', 'result']);

/** First words of what says something about the rows: `next_url`, `total_things`, `request_id`. */
const ABOUT_ROWS_FIRST = new Set([
  'error',
  'errors',
  'failed',
  'failures',
  'first',
  'has',
  'incomplete',
  'invalid',
  'is',
  'last',
  'next',
  'odata',
  'paging',
  'per',
  'prev',
  'previous',
  'rejected',
  'request',
  'skipped',
  'start',
  'total',
  'trace',
  'warning',
  'warnings',
]);

/** Last words of it: `status`, `response_metadata`, `api_version`. */
const ABOUT_ROWS_LAST = new Set([
  'code',
  'count',
  'counts',
  'cursor',
  'cursors',
  'error',
  'errors',
  'etag',
  'failures',
  'included',
  'kind',
  'limit',
  'link',
  'links',
  'message',
  'messages',
  'meta',
  'metadata',
  'more',
  'object',
  'offset',
  'page',
  'pageable',
  'pages',
  'pagination',
  'paging',
  'query',
  'schemas',
  'self',
  'size',
  'status',
  'success',
  'total',
  'totals',
  'truncated',
  'version',
  'warnings',
]);

/** First words of what went wrong: rows are never inside. */
const PROBLEMS = new Set([
  'error',
  'errors',
  'failed',
  'failures',
  'invalid',
  'rejected',
  'skipped',
  'warning',
  'warnings',
]);

/** Words of what counts or continues a list, and so stands beside one. */
const PAGING = new Set([
  'continuation',
  'count',
  'cursor',
  'limit',
  'more',
  'next',
  'offset',
  'page',
  'pages',
  'paging',
  'pagination',
  'total',
  'truncated',
]);

/** Names of what a row is known by. */
const IDENTITY = new Set(['id', 'uuid', 'guid', 'uid', 'name']);

/** Plurals that name one thing. */
const ONE_THING = new Set(['details', 'limits', 'options', 'preferences', 'settings', 'statistics', 'stats']);

/** A list deeper than this is part of a row. */
const DEEPEST = 3;

/**
 * Finds the properties that lead from a JSON response to its rows (MAPPING 13). Structure decides: the only list of
 * objects, else the one that the path or the operation names, else the one with paging beside it; names of envelopes
 * only break ties. The response to a request for one thing is that thing, or holds it in one property.
 * Empty: the response is the row, or an array of rows.
 */
export function envelopeKeys(spec: LenientSpec, response: Located<Written>, endpoint: Endpoint): string[] {
  return dataType(spec, response.value, response.at).type === 'array'
    ? []
    : new Envelope(spec, response, endpoint).keys();
}

/** The properties of shapes as lists. */
const LISTED = new WeakMap<ObjectShape, readonly Property[]>();

class Envelope {
  private readonly properties: readonly Property[];
  /** What the path and the operation call the thing, as plurals. */
  private readonly nouns: ReadonlySet<string>;
  private readonly isForOne: boolean;
  private readonly isForMany: boolean;
  private readonly hasIdentity: boolean;

  constructor(
    private readonly spec: LenientSpec,
    private readonly response: Located<Written>,
    private readonly endpoint: Endpoint,
  ) {
    this.properties = this.propertiesOf(response);
    this.nouns = nounsOf(endpoint);
    this.isForOne = endpoint.httpMethod !== 'get' || (endpoint.segments.at(-1)?.includes('{') ?? false);
    this.isForMany = asksForMany(endpoint);
    this.hasIdentity = this.isIdentified(response);
  }

  keys(): string[] {
    const [only] = this.properties;
    if (this.properties.length === 1 && only && this.isList(only[1])) return [only[0]];
    const list = this.list();
    if (list && this.isListed(list)) return [...list.keys];
    return this.item();
  }

  /** The list that says most for itself; none when two say the same. */
  private list(): Candidate | undefined {
    const [best, second] = this.candidates().sort((a, b) => b.score - a.score || a.keys.length - b.keys.length);
    if (!best || (second?.score === best.score && second.keys.length === best.keys.length)) return undefined;
    return best;
  }

  private candidates(): Candidate[] {
    const found: Candidate[] = [];
    const enter = (properties: readonly Property[], parents: readonly string[], areAlone: boolean) => {
      const siblings = properties.map(([name]) => name);
      const payload = siblings.filter((name) => !isAboutRows(name));
      const paging = siblings.filter((name) => words(name).some((word) => PAGING.has(word)));
      for (const [name, schema] of properties) {
        const keys = [...parents, name];
        const isAlone = areAlone && payload.every((other) => other === name);
        if (this.isList(schema)) {
          const score = this.scoreOf(name, paging);
          if (score >= 0 && !this.holdsItself(schema)) found.push({ keys, isAlone, score });
        } else if (keys.length < DEEPEST && this.holdsMore(name, schema))
          enter(this.propertiesOf(schema), keys, isAlone);
      }
    };
    enter(this.properties, [], true);
    return found;
  }

  /** Is it a list of what the response is or extends, as the friends of a friend? It is then part of that thing. */
  private holdsItself(list: Located<Written>): boolean {
    const items = itemsOf(this.spec, list);
    const { value: held } = this.spec.schema(items.value, items.at);
    const seen = new Set<unknown>();
    const is = ({ value: written, at: writtenAt }: Located<Written>): boolean => {
      const { value, at } = this.spec.schema(written, writtenAt);
      if (value === held) return true;
      if (seen.has(value)) return false;
      seen.add(value);
      return (value.allOf ?? []).some((part, index) => is({ value: part, at: step(at, 'allOf', index) }));
    };
    return is(this.response);
  }

  /**
   * How much speaks for a list, with the properties beside it that count or continue one; negative: what it holds is
   * about the rows.
   */
  private scoreOf(name: string, paging: readonly string[]): number {
    if (this.isNamed(name)) return 8;
    if (isAboutRows(name)) return -1;
    const isNamed = LIST_NAMES.has(name.toLowerCase()) ? 4 : 0;
    return isNamed + (paging.some((other) => other !== name) ? 2 : 0);
  }

  /** Does the path or the operation name it, as in `sweeps` of `bank_transfer_sweep_list`? */
  private isNamed(name: string): boolean {
    const own = pluralOf(name);
    return [...this.nouns].some((noun) => own === noun || noun.endsWith(`_${own}`) || own.endsWith(`_${noun}`));
  }

  /** Is the response a list, and not one thing that has parts? */
  private isListed({ keys, isAlone, score }: Candidate): boolean {
    if (this.hasIdentity) return !this.isForOne && keys.length === 1 && score >= 8;
    if (isAlone && (keys.length === 1 || !this.isForOne)) return true;
    if (this.isForOne) return score >= 6;
    return score > 0 || (keys.length === 1 && this.isForMany);
  }

  /** The one thing inside an envelope. */
  private item(): string[] {
    if (this.hasIdentity) return [];
    const payload = this.properties.filter(([name]) => !isAboutRows(name));
    const parts = payload.filter(([, schema]) => this.isObject(schema) || this.isList(schema));
    const objects = this.properties.filter(([, schema]) => this.isObject(schema));
    const isAlmostAlone = (one: Property) => parts.filter((part) => part !== one).length <= 1;
    const named = objects.find((one) => this.isNamed(one[0]) && !isAboutRows(one[0]) && isAlmostAlone(one));
    const wrapped = objects.find((one) => ITEM_NAMES.has(one[0].toLowerCase()) && isAlmostAlone(one));
    const [only] = parts;
    // Alone, or with a token or the like beside it, if it has an identity that they lack.
    const most = only && this.endpoint.httpMethod === 'get' && this.isIdentified(only[1]) ? 2 : 1;
    const sole = parts.length === 1 && payload.length <= most ? objects.find((one) => one === only) : undefined;
    const found = named ?? wrapped ?? sole;
    return found ? [found[0]] : [];
  }

  /** Can rows be inside? Not in links, and not in what is a row itself. */
  private holdsMore(name: string, schema: Located<Written>): boolean {
    return (
      words(name).at(-1) !== 'links' &&
      !PROBLEMS.has(words(name)[0] ?? '') &&
      this.isObject(schema) &&
      !this.isIdentified(schema)
    );
  }

  /** Does it have an id or a name, itself or in its metadata? */
  private isIdentified(schema: Located<Written>): boolean {
    return this.propertiesOf(schema).some(
      ([name, inner]) =>
        IDENTITY.has(name.toLowerCase()) ||
        (name === 'metadata' && this.propertiesOf(inner).some(([own]) => IDENTITY.has(own.toLowerCase()))),
    );
  }

  private propertiesOf({ value, at }: Located<Written>): readonly Property[] {
    const shape = objectShape(this.spec, value, at);
    if (!shape) return [];
    const known = LISTED.get(shape) ?? [...shape.properties];
    LISTED.set(shape, known);
    return known;
  }

  private isObject({ value, at }: Located<Written>): boolean {
    return dataType(this.spec, value, at).type === 'object' && objectShape(this.spec, value, at) !== undefined;
  }

  private isList(located: Located<Written>): boolean {
    const items = itemsOf(this.spec, located);
    return items !== located && objectShape(this.spec, items.value, items.at) !== undefined;
  }
}

/** Returns the items of a list, or of the first of several lists that are alternatives; anything else as it is. */
export function itemsOf(
  spec: LenientSpec,
  located: Located<Written>,
  outer: readonly unknown[] = [],
): Located<Written> {
  const { value: schema, at } = spec.schema(located.value, located.at);
  if (outer.includes(schema)) return located;
  if (schema.type === 'array') return { value: schema.items ?? {}, at: step(at, 'items') };
  if (schema.type !== undefined || schema.properties) return located;
  for (const kind of ['oneOf', 'anyOf'] as const) {
    const branches = (schema[kind] ?? []).map((value, index) => ({ value, at: step(at, kind, index) }));
    const items = branches.map((branch) => itemsOf(spec, branch, [...outer, schema]));
    if (items[0] && items.every((one, index) => one !== branches[index])) return items[0];
  }
  return located;
}

function isAboutRows(name: string): boolean {
  const all = words(name);
  return name.startsWith('_') || ABOUT_ROWS_FIRST.has(all[0] ?? '') || ABOUT_ROWS_LAST.has(all.at(-1) ?? '');
}

function pluralOf(name: string): string {
  return plural(words(name).join('_'));
}

/** The last steps of the path that are names, and the noun of the operationId; all as plurals. */
function nounsOf({ segments, operationId }: Endpoint): Set<string> {
  const wording = wordingOf(operationId ?? '').noun.join('_');
  return new Set([...namesIn(segments), wording].filter((name) => words(name).length > 0).map(pluralOf));
}

/** The last name in a path, and the one before a verb: `/sweep/list` is about sweeps. */
function namesIn(segments: readonly string[]): string[] {
  const names = segments.filter((segment) => !segment.includes('{') && !/^[:.]/.test(segment));
  const last = names.at(-1)?.replace(/\.(json|list)$/, '') ?? '';
  return isVerb(words(last)[0] ?? '') ? [last, names.at(-2) ?? ''] : [last];
}

/** Does the path end in a plural, or does the operation list or search? */
function asksForMany({ segments, operationId }: Endpoint): boolean {
  const verbs = [wordingOf(operationId ?? '').verb, words(segments.at(-1) ?? '')[0]];
  if (verbs.some((verb) => verb === 'list' || verb === 'search' || verb === 'find' || verb === 'query')) return true;
  const last = words(namesIn(segments).at(-1) ?? '').join('_');
  return isPlural(last) && !ONE_THING.has(last.split('_').at(-1) ?? '');
}

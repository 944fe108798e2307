import { readFileSync } from 'node:fs';
import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE } from 'js-yaml';
import type { Position } from '../diagnostics.js';
import type { At } from '../model.js';
import { fileOf, pointerOf, tokens } from './pointer.js';

/** How deep values may be nested: more would overflow the stack of whoever walks them. */
export const MAX_DEPTH = 400;

/** The texts of documents from the network, which cannot be read again. */
const fetched = new Map<string, string>();

export function keepText(url: string, text: string): void {
  fetched.set(url, text);
}

/** The text of a document, without the byte-order mark that some editors write. */
export function textOf(file: string): string {
  return (fetched.get(file) ?? readFileSync(file, 'utf8')).replace(/^\ufeff/, '');
}

/** Positions are made only for what is printed, mostly of one file: the events of the last text are kept. */
let last: { readonly text: string; readonly events: readonly Event[] } | undefined;

function eventsOf(text: string): readonly Event[] {
  if (last?.text === text) return last.events;
  let events: readonly Event[] = [];
  try {
    events = parseEvents(text, { maxDepth: MAX_DEPTH });
  } catch {
    // A text that is no YAML has no places inside; its syntax error brings a position of its own.
  }
  last = { text, events };
  return events;
}

/**
 * The position of a pointer in a YAML or JSON text: of the key if the last step names one, else of the value.
 * A pointer that leads nowhere gives the deepest place on its way.
 */
export function positionIn(text: string, pointer: string, of: 'key' | 'value' = 'key'): { line: number; column: number } {
  const events = eventsOf(text);
  let node = 1; // The first event opens the document.
  let offset = startOf(events[node]);
  for (const token of tokens(pointer)) {
    const child = childOf(text, events, node, token);
    if (!child) break;
    node = child.value;
    offset = startOf(events[of === 'key' ? child.key : child.value]) ?? offset;
  }
  const before = text.slice(0, offset ?? 0).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The events of a collection's entry; the last of its name, as the reader takes it. An item of a list is its own key. */
function childOf(text: string, events: readonly Event[], collection: number, token: string): { key: number; value: number } | undefined {
  const isMapping = events[collection]?.type === EVENT_ID.MAPPING;
  if (!isMapping && events[collection]?.type !== EVENT_ID.SEQUENCE) return undefined;
  let found: { key: number; value: number } | undefined;
  let key = collection + 1;
  for (let index = 0; key < events.length && events[key]?.type !== EVENT_ID.POP; index++) {
    const event = events[key];
    const value = isMapping ? after(events, key) : key;
    if (isMapping ? event?.type === EVENT_ID.SCALAR && getScalarValue(text, event) === token : String(index) === token) found = { key, value };
    key = after(events, value);
  }
  return found;
}

/** The index of the event behind a whole node. */
function after(events: readonly Event[], node: number): number {
  let depth = 0;
  let index = node;
  do {
    const type = events[index++]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    else if (type === EVENT_ID.POP) depth--;
  } while (depth > 0 && index < events.length);
  return index;
}

function startOf(event: Event | undefined): number | undefined {
  switch (event?.type) {
    case EVENT_ID.SCALAR:
      return event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED ? event.valueStart - 1 : event.valueStart;
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    default:
      return undefined;
  }
}

/** A place as file, line and column (1-based). */
export function positionOf(at: At | Position): Position {
  if (typeof at !== 'string') return at;
  const file = fileOf(at);
  return { file, ...positionIn(textOf(file), pointerOf(at)) };
}

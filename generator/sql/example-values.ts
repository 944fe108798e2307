import type { DataType, Parameter } from '../model.js';
import { placeholderLabel } from './sql.js';

/** What the spec says of an input's values. */
export interface Described {
  readonly name: string;
  readonly type: DataType;
  readonly in?: Parameter['in'];
  readonly example?: string;
  readonly default?: string;
  readonly enum?: readonly string[];
}

/** Longer values hide the statement around them. */
const LONGEST = 80;

/**
 * Returns a value that an input may really have: the spec's example, its default or the first of its enum; `undefined`
 * where it names none that a statement can carry to the API unchanged.
 */
export function realValue({
  example,
  default: fallback,
  enum: options,
  type,
  in: location,
}: Described): string | undefined {
  const isListed = (value: string) => options === undefined || options.includes(value);
  return [example, fallback, options?.[0]].find(
    (value) => value !== undefined && isListed(value) && isTyped(value, type) && isCarried(value, location),
  );
}

function isTyped(value: string, { type }: DataType): boolean {
  if (type === 'integer') return /^-?\d{1,15}$/.test(value);
  if (type === 'number') return /^-?\d{1,15}(\.\d{1,15})?$/.test(value);
  if (type === 'boolean') return value === 'true' || value === 'false';
  return type === 'string';
}

/** ENGINE E3.4, E3.5: a path takes what needs no encoding, a host no more than letters, digits, dots and hyphens. */
function isCarried(value: string, location: Described['in']): boolean {
  if (value === '' || value.length > LONGEST || !/^[\p{L}\p{N}\p{P}\p{S} ]+$/u.test(value)) return false;
  if (location === 'path') return /^[\w~-][\w.~-]*$/.test(value);
  if (location === 'server') return /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(value);
  return !/^[[{]|^null$|[\\`]|\{\{|\}\}|^\s|\s$/i.test(value);
}

/** Names placeholders so that no two inputs of a statement share one. */
export class Placeholders {
  private readonly used: Set<string>;

  /** `names`: the inputs of the statement, whose placeholders are their names. */
  constructor(names: readonly string[]) {
    this.used = new Set(names.map(placeholderLabel));
  }

  /**
   * Returns the name for a value inside a body: its own, or where that is taken, with those that it stands in. A path
   * of one name is an input of the statement.
   */
  nested(path: readonly string[]): string {
    if (path.length === 1) return placeholderLabel(path[0] as string);
    for (let length = 1; length <= path.length; length++) {
      const label = placeholderLabel(path.slice(-length).join('.'));
      if (!this.used.has(label)) return this.take(label);
    }
    const label = placeholderLabel(path.join('.'));
    for (let number = 2; ; number++) if (!this.used.has(`${label}_${number}`)) return this.take(`${label}_${number}`);
  }

  private take(label: string): string {
    this.used.add(label);
    return label;
  }
}

import { literal } from '../sql/sql.js';

/** The value of a placeholder: a string, or a number or boolean where the page prints it bare. */
export type Fill = (name: string) => string | number | boolean;

const PLACEHOLDER = /'\{\{\s*(?<literal>[^{}]+?)\s*\}\}'|(?<quote>["']?)\{\{\s*(?<name>[^{}]+?)\s*\}\}/g;

/**
 * Fills the `{{ name }}` of a documented statement. A quoted placeholder becomes a literal; one inside a longer
 * literal, such as the JSON of a page of the profile registry-2025-09, becomes text in it.
 */
export function fillStatement(sql: string, fill: Fill): string {
  return sql.replace(PLACEHOLDER, (...match) => {
    const groups = match.at(-1) as { literal?: string; quote?: string; name?: string };
    if (groups.literal !== undefined) return literal(String(fill(groups.literal)));
    const { quote = '', name = '' } = groups;
    return quote + within(quote, fill(name));
  });
}

function within(quote: string, value: string | number | boolean): string {
  // Inside a JSON string.
  if (quote === '"') return literal(JSON.stringify(String(value)).slice(1, -1)).slice(1, -1);
  const isBare = quote === '' && typeof value === 'string' && !/^[[{]/.test(value);
  return isBare ? value : literal(String(value)).slice(1, -1);
}

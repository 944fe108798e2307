import type { Method } from '../../model.js';
import { markdown, text } from '../../text/mdx.js';
import { toYaml } from '../../text/yaml.js';

export function frontMatter(values: Record<string, unknown>): string {
  return toYaml(values).trimEnd();
}

export function code(plain: string): string {
  return `<code>${text(plain)}</code>`;
}

/** A description's first paragraph, cut where a table would lose its shape. */
export function oneLine(description: string): string {
  const paragraph = description.split(/\n\s*\n/)[0] ?? '';
  // Not in the middle of a link.
  return paragraph.length > 300
    ? markdown(cut(paragraph, 300).replace(/\[[^\]]*(\]\([^)]*)?…$|\S*…$/, '…'))
    : markdown(paragraph);
}

/** A text of at most so many characters, the ellipsis aside. */
export function cut(plain: string, length: number): string {
  return plain.length > length ? `${plain.slice(0, length).toWellFormed()}…` : plain;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The first of each name. */
export function distinct<Item extends { readonly name: string }>(items: readonly Item[]): Item[] {
  const seen = new Set<string>();
  return items.filter(({ name }) => !seen.has(name) && seen.add(name));
}

/** `deprecated`, and how far the vendor stands behind a method. */
export function marksOf({ deprecated, stage }: Method): string[] {
  return [...(deprecated ? ['deprecated'] : []), ...(stage === undefined ? [] : [text(stage)])];
}

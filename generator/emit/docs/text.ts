import type { Method } from '../../model.js';
import { withoutLayout } from '../../text/layout-html.js';
import { markdown, text } from '../../text/mdx.js';
import { splitDescription } from '../../text/sentence.js';
import { toYaml } from '../../text/yaml.js';

export function frontMatter(values: Record<string, unknown>): string {
  return toYaml(values).trimEnd();
}

export function code(plain: string): string {
  return `<code>${text(plain)}</code>`;
}

/** A description's first paragraph, cut where a table would lose its shape. */
export function oneLine(description: string): string {
  const paragraph = withoutLayout(description).split(/\n\s*\n/)[0] ?? '';
  // Not in the middle of a link.
  return paragraph.length > 300
    ? markdown(cut(paragraph, 300).replace(/\[[^\]]*(\]\([^)]*)?…$|\S*…$/, '…'))
    : markdown(paragraph);
}

/**
 * A method in one sentence, and what its description says after that, both as JSX. Where the description does not begin
 * with a sentence, the summary is the first.
 */
export function describedMethod({ summary, description }: Method): { first: string; more: string } {
  const { first, rest } = splitDescription(withoutLayout(description));
  return { first: first === '' ? oneLine(summary) : markdown(first), more: rest === '' ? '' : markdown(rest) };
}

/** A vendor's text: its first sentence, and the rest where the reader opens it. Short ones and tables stay whole. */
export function folded(written: string): string {
  const description = withoutLayout(written);
  if (description.length <= SHORT) return markdown(description);
  const { first, rest } = splitDescription(description);
  if (first === '' || rest === '') return markdown(description);
  return `${markdown(first)}<details className="more"><summary>more</summary>${markdown(rest)}</details>`;
}

/** Rows of a table that are shown at once; when few more are left, those too. */
const SHOWN_ROWS = 10;
const FEW_ROWS = 3;

/** Splits the rows of a table into those that are shown and those that the reader opens. */
export function foldedRows<Row>(rows: readonly Row[]): { shown: readonly Row[]; others: readonly Row[] } {
  const shown = rows.length <= SHOWN_ROWS + FEW_ROWS ? rows.length : SHOWN_ROWS;
  return { shown: rows.slice(0, shown), others: rows.slice(shown) };
}

/** Up to so many characters, folding would hide less than it takes. */
const SHORT = 140;

/** A vendor's text, whole. */
export function whole(description: string): string {
  return markdown(withoutLayout(description));
}

/** The same sentence without the marks of Markdown, for places that show text only. */
export function plainSentence({ summary, description }: Method): string {
  return plain(splitDescription(withoutLayout(description)).first || summary);
}

/** Markdown without its marks: links of the vendor's site lead nowhere on another. */
export function plain(markdownText: string): string {
  return markdownText
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[`*]/g, '')
    .replace(/\s+/g, ' ');
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

import { withoutLayout } from './layout-html.js';

/** A description in two parts: its first sentence, and what comes after it. Both are Markdown. */
export interface Parts {
  /** '' where it begins with anything but a plain paragraph. */
  readonly first: string;
  readonly rest: string;
}

/** What begins a block that is no paragraph: a heading, quote, list, table, fence or raw HTML. */
const BLOCK = /^(?:#|>|[-*+] |\d+[.)] |\||`{3}|~{3}|<|:{3}| {4}|\t)/;
/** Ends of words that end no sentence. */
const ABBREVIATIONS = new Set(['e.g', 'i.e', 'etc', 'vs', 'approx', 'resp', 'no', 'incl', 'cf']);
/** Longer ones are no sentence to show on its own. */
const LONGEST = 400;

/** Splits a Markdown description after its first sentence. */
export function splitDescription(description: string): Parts {
  const source = description.trim();
  if (source === '' || BLOCK.test(source)) return { first: '', rest: source };
  const paragraph = source.split(/\n[ \t]*\n|\n(?=[-*+] |\d+[.)] |>|#|`{3})/, 1)[0] ?? '';
  const end = sentenceEnd(paragraph) ?? paragraph.length;
  if (end > LONGEST) return { first: '', rest: source };
  return { first: source.slice(0, end).replace(/(?:\s|<br\s?\/?>)+$/i, ''), rest: source.slice(end).trim() };
}

/**
 * The first sentence that says what something is, as Markdown; notes, lists and headings are no such sentence. '' where
 * there is none.
 */
export function firstSentence(description: string): string {
  const paragraphs = withoutLayout(description).split(/\n[ \t]*\n/);
  for (const paragraph of paragraphs) {
    const { first } = splitDescription(paragraph);
    if (first !== '' && !first.endsWith(':') && !/^(?:\*\*|__)?note\b/i.test(first)) return first;
  }
  return '';
}

function sentenceEnd(paragraph: string): number | undefined {
  for (const { index } of paragraph.matchAll(/[.!?](?=\s+[A-Z`*[("'])/g)) {
    const before = paragraph.slice(0, index);
    const word = /[^\s(]+$/.exec(before.slice(-20))?.[0].toLowerCase() ?? '';
    if (!ABBREVIATIONS.has(word) && word.length > 1 && isClosed(before)) return index + 1;
  }
  return undefined;
}

/** Is no code, emphasis, link or parenthesis open at the end? */
function isClosed(text: string): boolean {
  const count = (mark: RegExp) => text.match(mark)?.length ?? 0;
  return (
    count(/`/g) % 2 === 0 && count(/\*\*/g) % 2 === 0 && count(/\[/g) === count(/\]/g) && count(/\(/g) === count(/\)/g)
  );
}

/** Characters that a terminal obeys or does not show: controls, formats such as U+202E, separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of a spec as one line of a terminal or a CI log: what would steer the terminal or break the line is spelled out
 * (`\n`, `\u001b`), and what the runner of GitHub Actions would take for a command, `::…` that begins a line and `##[`
 * anywhere, is broken up. Every printer of text passes what it did not write itself through here.
 */
export function visible(text: string): string {
  return text
    .replace(UNSEEN, (character) => SHORT[character] ?? spelled(character))
    .replace(/^(\s*)::/, '$1\\u003a:')
    .replaceAll('##[', '#\\u0023[');
}

/** The same for text whose line breaks are meant. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/** A value as one line of JSON, with the same characters escaped: it stays the same value to whoever parses it. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, jsonSpelled).replaceAll('##[', '#\\u0023[');
}

function spelled(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
}

/** JSON knows four digits: other characters are two units. */
function jsonSpelled(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

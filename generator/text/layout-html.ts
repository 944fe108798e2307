/** Elements that only say how a description is laid out. Others (`<AuthnRequest>`, `<script>`) are text to show. */
const LAYOUT = new Set([
  'b',
  'center',
  'details',
  'div',
  'em',
  'font',
  'i',
  'img',
  'li',
  'ol',
  'p',
  'small',
  'span',
  'strong',
  'summary',
  'table',
  'tbody',
  'td',
  'th',
  'thead',
  'tr',
  'u',
  'ul',
]);

/** Elements whose end ends a paragraph. */
const BLOCKS = new Set(['details', 'div', 'ol', 'p', 'summary', 'table', 'tr', 'ul']);

/** Code, which stays as it is; or a tag with its name. */
const CODE_OR_TAG = /(`{3,}|~{3,})[\s\S]*?\1|`[^`\n]*`|<(\/?)([a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*)(\s[^<>]*)?\/?>/g;

/**
 * Removes the tags of layout from a Markdown description, and those of a vendor's own elements (`<x-lifecycle>`): what
 * they hold stays, an image becomes its alternative text.
 */
export function withoutLayout(source: string): string {
  if (!source.includes('<')) return source;
  const found = source.replace(CODE_OR_TAG, (whole, _fence, end = '', name = '', attributes = '') => {
    const element = name.toLowerCase();
    if (!LAYOUT.has(element) && !element.startsWith('x-')) return whole;
    if (element === 'img') return /\balt=(["'])(.*?)\1/.exec(attributes)?.[2] ?? '';
    if (element === 'li') return end === '' ? '\n- ' : '';
    if (element === 'td' || element === 'th') return end === '' ? '' : ' ';
    return end !== '' && BLOCKS.has(element) ? '\n\n' : '';
  });
  return found === source ? source : found.replace(/^(?:[ \t]*(?:<br\s*\/?>)?[ \t]*\n)+|^\s*<br\s*\/?>\s*/i, '').trim();
}

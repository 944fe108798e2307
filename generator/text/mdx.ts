import type { Nodes, Parents } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';

/** Characters that mean nothing to MDX in the middle of a line. Every other ASCII character is written as an entity. */
const INERT = /[^A-Za-z0-9 ,.'()/;?\-\u0080-\u{10ffff}]/gu;

/** Text that MDX shows as written and never runs: specs are untrusted, and MDX is code. One line. */
export function text(plain: string): string {
  return guardStart(inline(plain));
}

/** The same for text that does not begin a line. */
function inline(plain: string): string {
  const line = plain.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.replace(INERT, entity).replace(/www\./gi, (www) => `${www.slice(0, 3)}${entity('.')}`);
}

/** A letter starts no Markdown block; every other character may, and `import` and `export` start a module. */
function guardStart(line: string): string {
  return /^[A-Za-z]/.test(line) && !/^(import|export)\b/.test(line)
    ? line
    : line.replace(/^[A-Za-z0-9 ,.'()/;?-]/, entity);
}

/** A double-quoted JSX attribute value. */
export function attribute(plain: string): string {
  return plain.replace(/[^A-Za-z0-9 ,.'()/;?\-_:@=+#$%*|~!]/g, entity);
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/** A fenced code block that its content cannot close. */
export function fence(language: string, code: string): string {
  let longest = 2;
  for (const [ticks] of code.matchAll(/`+/g)) longest = Math.max(longest, ticks.length);
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${code.trimEnd()}\n${ticks}`;
}

/**
 * Renders a spec's Markdown (CommonMark with GitHub's tables) as JSX on one line: only what the parser understood is
 * written. Raw HTML is shown as text, links lead only to the web, a lone paragraph has no element.
 */
export function markdown(source: string): string {
  const cached = rendered.get(source);
  if (cached !== undefined) return cached;
  const jsx = plainMarkdown(source.trimEnd()) ?? parsedMarkdown(source);
  if (rendered.size >= MOST_RENDERED) rendered.clear();
  rendered.set(source, jsx);
  return jsx;
}

/** A spec repeats itself: the same parameter is described in every method. */
const rendered = new Map<string, string>();
const MOST_RENDERED = 50_000;

/** The pieces of a plain paragraph: words, code in single backticks, strong words and links of the plainest kind. */
const PIECES = {
  words:
    /(?:[A-Za-z0-9 ,.'()/;:?"%$^+=-]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9])|(?<! {2})\n(?=[A-Za-z`[]|\*\*[A-Za-z0-9]))+/y,
  code: /`([A-Za-z0-9,.'()/;:?"%$^+=_{}[\]<>*#&@!|~-]+(?: [A-Za-z0-9,.'()/;:?"%$^+=_{}[\]<>*#&@!|~-]+)*)`(?!`)/y,
  strong: /(?<![^ \n])\*\*([A-Za-z0-9](?:[A-Za-z0-9 ,.'():-]*[A-Za-z0-9.:])?)\*\*(?![^ \n,.:;)?])/y,
  link: /\[([A-Za-z0-9](?:[A-Za-z0-9 ,.'-]|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))*)(?<! )\]\(([A-Za-z0-9/#][A-Za-z0-9:/._#?=%&!-]*)\)/y,
};
/** Addresses that become links by themselves. */
const ADDRESS = /\/\/|www\./i;

/**
 * Renders paragraphs and quotes of such pieces, and returns undefined where anything else may stand. Most descriptions
 * are plain, and parsing them would be most of the work of the pages.
 */
function plainMarkdown(source: string): string | undefined {
  const blocks = source.split(/\n(?:[ \t]*\n)+/);
  const paragraphs = blocks.map((block) => plainBlock(block, blocks.length > 1));
  return paragraphs.includes(undefined) ? undefined : guardStart(paragraphs.join(''));
}

/** A paragraph, a quote, or a quote that ends a paragraph; `isOneOfSeveral`: a lone paragraph has no element. */
function plainBlock(block: string, isOneOfSeveral: boolean): string | undefined {
  if (block === '') return undefined;
  const quote = block.startsWith('> ') ? 0 : block.indexOf('\n> ') + 1 || block.length;
  const before = quote === 0 ? '' : plainParagraph(block.slice(0, quote).replace(/\n$/, ''));
  if (before === undefined || quote === block.length) return isOneOfSeveral && before ? `<p>${before}</p>` : before;
  const lines = block.slice(quote).split('\n');
  if (!lines.every((line) => line.startsWith('> '))) return undefined;
  const inner = plainParagraph(lines.map((line) => line.slice(2)).join('\n'));
  return inner === undefined ? undefined : `${before && `<p>${before}</p>`}<blockquote><p>${inner}</p></blockquote>`;
}

function plainParagraph(block: string): string | undefined {
  const source = withoutTrailingBlanks(block);
  if (!/^(?:[A-Za-z`[]|\*\*[A-Za-z0-9])/.test(source)) return undefined;
  let made = '';
  for (let at = 0; at < source.length; ) {
    const next = pieceAt(source, at);
    if (!next) return undefined;
    made += next.text;
    at = next.end;
  }
  return made;
}

/** A regular expression would look at every run of blanks once for each blank in it. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (line[end - 1] === ' ' || line[end - 1] === '\t') end--;
  return line.slice(0, end);
}

function pieceAt(source: string, at: number): { text: string; end: number } | undefined {
  const match = (piece: RegExp) => {
    piece.lastIndex = at;
    return piece.exec(source);
  };
  const words = match(PIECES.words);
  if (words) return ADDRESS.test(words[0]) ? undefined : { text: inline(words[0]), end: PIECES.words.lastIndex };
  const code = match(PIECES.code);
  if (code) return { text: `<code>${inline(code[1] as string)}</code>`, end: PIECES.code.lastIndex };
  const strong = match(PIECES.strong);
  if (strong) return { text: `<strong>${inline(strong[1] as string)}</strong>`, end: PIECES.strong.lastIndex };
  const link = match(PIECES.link);
  if (!link) return undefined;
  const [, label = '', url = ''] = link;
  return {
    text: /^(https?|mailto):/i.test(url) ? `<a href="${attribute(url)}">${inline(label)}</a>` : inline(label),
    end: PIECES.link.lastIndex,
  };
}

const GITHUB = { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] };

/**
 * What may begin something that only GitHub's Markdown has: an address, a footnote, a struck out word, a table, a task,
 * or an entity that becomes one of their characters. Their extensions look at every letter, and most texts have none.
 */
const GITHUBS = /[@&^~|]|www|http|:-|-:|\[[\sxX]/i;
/** Links whose address cannot be taken for one of GitHub's. */
const LINKS = /(?<![\\!\]])\[[A-Za-z0-9](?:[A-Za-z0-9 ,.'-]*[A-Za-z0-9])?\]\(https?:\/\/[A-Za-z0-9:/._#?=%!&-]*\)/g;

/** The same by the parser alone; `isGithubs`: with GitHub's extensions? */
export function parsedMarkdown(source: string, isGithubs = GITHUBS.test(source.replace(LINKS, 'link'))): string {
  const root = fromMarkdown(source, isGithubs ? GITHUB : {});
  if (isDeep(root)) return guardStart(inline(source.replace(/\s+/g, ' ')));
  const [only] = root.children;
  return guardStart(root.children.length === 1 && only?.type === 'paragraph' ? children(only) : children(root));
}

/** Is Markdown nested deeper than any description is, so that walking it would overflow the stack? */
function isDeep(root: Parents): boolean {
  let level: readonly Nodes[] = [root];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > 200) return true;
    level = level.flatMap((node) => ('children' in node ? node.children : []));
  }
  return false;
}

function children(node: Parents): string {
  return node.children.map(element).join('');
}

function element(node: Nodes): string {
  switch (node.type) {
    case 'text':
      return inline(node.value);
    case 'html':
      return /^<br\s*\/?>$/i.test(node.value) ? '<br />' : inline(node.value);
    case 'inlineCode':
      return `<code>${inline(node.value)}</code>`;
    case 'code':
      return `<pre><code>${node.value.split('\n').map(inline).join('&#10;')}</code></pre>`;
    case 'break':
      return '<br />';
    case 'thematicBreak':
      return '<hr />';
    case 'paragraph':
      return `<p>${children(node)}</p>`;
    // A heading of a description is not a heading of the page.
    case 'heading':
      return `<p><strong>${children(node)}</strong></p>`;
    case 'strong':
      return `<strong>${children(node)}</strong>`;
    case 'emphasis':
      return `<em>${children(node)}</em>`;
    case 'delete':
      return `<del>${children(node)}</del>`;
    case 'blockquote':
      return `<blockquote>${children(node)}</blockquote>`;
    case 'list':
      return node.ordered ? `<ol>${children(node)}</ol>` : `<ul>${children(node)}</ul>`;
    case 'listItem':
      return `<li>${node.children.length === 1 && node.children[0]?.type === 'paragraph' ? children(node.children[0]) : children(node)}</li>`;
    case 'link':
      return /^(https?|mailto):/i.test(node.url) && URL.canParse(node.url)
        ? `<a href="${attribute(node.url)}">${children(node)}</a>`
        : children(node);
    case 'image':
      return inline(node.alt ?? '');
    case 'table': {
      const [head, ...rows] = node.children.map((row) => row.children.map((cell) => children(cell)));
      const line = (tag: string, cells: string[]) =>
        `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
      return `<table><thead>${line('th', head ?? [])}</thead><tbody>${rows.map((cells) => line('td', cells)).join('')}</tbody></table>`;
    }
    default:
      if ('children' in node) return children(node);
      return 'value' in node ? inline(String(node.value)) : '';
  }
}

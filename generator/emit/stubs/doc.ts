/** A tag of a doc comment: `['deprecated']`, `['default', 'my-org']`. */
export type Tag = readonly [name: string, value?: string];

/** Prints a doc comment whose Markdown can neither end it nor pass for a tag; '' when there is no text. */
export function doc(...parts: readonly (string | Tag | false | undefined)[]): string {
  const blocks = parts.filter((part): part is string => typeof part === 'string' && part.trim() !== '').map(textLines);
  const tags = parts
    .filter((part) => typeof part === 'object')
    .map((tag) => tag.map((text) => oneLine(text ?? '')).join(' '));
  const lines = [
    ...blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block])),
    ...tags.map((tag) => `@${tag}`),
  ];
  if (lines.length === 0) return '';
  return lines.length === 1
    ? `/** ${lines[0]} */\n`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join('\n')}\n */\n`;
}

function textLines(text: string): string[] {
  return inert(text.trim())
    .split(LINE_BREAK)
    .map((line) => line.trimEnd().replace(/^(\s*)@/, '$1\\@'));
}

const LINE_BREAK = /\r\n|[\n\r\u2028\u2029]/;

function oneLine(text: string): string {
  return inert(text).split(LINE_BREAK).join(' ');
}

function inert(text: string): string {
  return text.replaceAll('*/', '*\\/');
}

export function indent(block: string): string {
  return block.replace(/^(?=.)/gm, '  ');
}

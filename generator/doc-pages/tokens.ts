/** A token of SQL as documentation prints it, placeholders and comments included. */
export interface Token {
  readonly kind: 'comment' | 'string' | 'quoted' | 'placeholder' | 'word' | 'number' | 'symbol';
  /** The content of a string or a quoted name, escapes resolved; otherwise the same as `sql`. */
  readonly text: string;
  /** As written. */
  readonly sql: string;
  /** Where it begins, 0-based, in the text that was given. */
  readonly offset: number;
}

const KINDS = {
  comment: /--[^\n]*|\/\*[\s\S]*?\*\//,
  string: /'(?:[^'\\]|''|\\[\s\S])*'/,
  quoted: /"(?:[^"]|"")*"/,
  placeholder: /\{\{[\s\S]*?\}\}/,
  word: /[A-Za-z_][\w$]*/,
  number: /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/,
  symbol: /@@|\S/,
} as const satisfies Readonly<Record<Token['kind'], RegExp>>;

const TOKEN = new RegExp(
  Object.entries(KINDS)
    .map(([kind, { source }]) => `(?<${kind}>${source})`)
    .join('|'),
  'g',
);

/** Splits SQL into tokens. Both readers of statements, the loose and the strict one, are views over these. */
export function tokensOf(sql: string): Token[] {
  return [...sql.matchAll(TOKEN)].map((match) => {
    const [written] = match;
    const groups = match.groups as Readonly<Record<Token['kind'], string | undefined>>;
    const kind = (Object.keys(KINDS) as Token['kind'][]).find((each) => groups[each] !== undefined) ?? 'symbol';
    return { kind, text: contentOf(kind, written), sql: written, offset: match.index };
  });
}

function contentOf(kind: Token['kind'], written: string): string {
  if (kind === 'string') return unescaped(written.slice(1, -1));
  return kind === 'quoted' ? written.slice(1, -1).replaceAll('""', '"') : written;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0', b: '\b', Z: '\u001a' };

/** Both the quote and the backslash escape (ENGINE E3.4). */
function unescaped(text: string): string {
  return text.replace(/''|\\([\s\S])/g, (_pair, escaped: string | undefined) =>
    escaped === undefined ? "'" : (ESCAPES[escaped] ?? escaped),
  );
}

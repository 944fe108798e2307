import { createHash } from 'node:crypto';
import pluralize from 'pluralize';

// What the library's English does to the vocabulary of APIs.
pluralize.addIrregularRule('schema', 'schemas');
pluralize.addIrregularRule('uri', 'uris');
/** Words without a plural: the library would take their last letter for one, or add one that nobody says. */
const UNCOUNTABLE = new Set([
  // Acronyms that end in s.
  'aws',
  'cors',
  'css',
  'dns',
  'https',
  'kms',
  'nfs',
  'os',
  'saas',
  'sms',
  'tls',
  // Other acronyms.
  'http',
  'sso',
  'auth',
  'oauth',
  'mfa',
  'kv',
  'i18n',
  'l10n',
  // Who asks, and what is one of a kind.
  'me',
  'self',
  'whoami',
  // How many or how often.
  'all',
  'daily',
  'hourly',
  'monthly',
  'now',
  'today',
  'weekly',
  'yearly',
  // Words for a whole.
  'news',
  'health',
  'meta',
  'access',
  'billing',
  'cache',
  'data',
  'history',
  'info',
  'metadata',
  'status',
  'usage',
]);
for (const word of UNCOUNTABLE) pluralize.addUncountableRule(word);

/** Words that stay whole although their letters change case (plural acronyms, product names). */
const WHOLE = /[oO]Auth2?|GraphQL|MySQL|NoSQL|IPv[46]|(?<![A-Z])[A-Z]{2,}s(?![a-z])/g;

/**
 * Returns the lower-case words of a name in any case: `listSAMLMetadata`, `list-saml.metadata` → list, saml, metadata.
 */
export function words(name: string): string[] {
  return name
    .replace(WHOLE, (whole) => ` ${whole.toLowerCase()} `)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

export function snakeCase(name: string): string {
  const snake = words(name).join('_');
  return shortened(/^\d/.test(snake) ? `_${snake}` : snake);
}

/** A name is part of a file's: 255 bytes on every system, with an ending and with what a temporary copy adds. */
const LONGEST_NAME = 200;

/** The name, or its beginning and a hash of all of it: the same in every run, and another one for every other name. */
export function shortened(name: string): string {
  if (name.length <= LONGEST_NAME) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, LONGEST_NAME - hash.length - 1)}_${hash}`;
}

/** `session_token` → `session_tokens`: only the last word has a number. */
export function plural(snake: string): string {
  const parts = snake.split('_');
  const last = parts.at(-1) ?? '';
  // The library's own exceptions (me, us) go before what it is told.
  const many = UNCOUNTABLE.has(last) ? last : pluralize.plural(last);
  return shortened([...parts.slice(0, -1), many].join('_'));
}

/** `session_tokens` → `session_token`. */
export function singular(snake: string): string {
  const parts = snake.split('_');
  return shortened([...parts.slice(0, -1), pluralize.singular(parts.at(-1) ?? '')].join('_'));
}

/** Is it the plural of something else? `metadata` and `status` are not. */
export function isPlural(snake: string): boolean {
  const last = snake.split('_').at(-1) ?? '';
  return pluralize.isPlural(last) && pluralize.singular(last) !== last;
}

/** `session_tokens` → `SessionTokens`. */
export function pascalCase(name: string): string {
  const pascal = words(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^\d/.test(pascal) ? `_${pascal}` : pascal;
}

import type { PrismTheme } from 'prism-react-renderer';

/** Code in the page's own colours: variables of custom.css, so that light and dark need one theme and both have contrast. */
export const codeTheme: PrismTheme = {
  plain: { color: 'var(--code-text)', backgroundColor: 'var(--code-background)' },
  styles: [
    { types: ['comment'], style: { color: 'var(--code-comment)' } },
    { types: ['string', 'url', 'attr-value'], style: { color: 'var(--code-string)' } },
    { types: ['keyword', 'atrule', 'property', 'key', 'tag'], style: { color: 'var(--code-keyword)' } },
    { types: ['number', 'boolean', 'constant', 'function'], style: { color: 'var(--code-number)' } },
  ],
};

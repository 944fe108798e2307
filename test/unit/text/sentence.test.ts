import { describe, expect, it } from 'vitest';
import { splitDescription } from '../../../generator/text/sentence.js';

describe('splitDescription', () => {
  it.each<[name: string, given: string, first: string, rest: string]>([
    ['nothing', '', '', ''],
    ['one sentence', 'Lists users.', 'Lists users.', ''],
    ['one without a full stop', 'Lists users', 'Lists users', ''],
    ['two sentences', 'Lists users. Pages follow.', 'Lists users.', 'Pages follow.'],
    ['two paragraphs', 'Lists users\n\nPages follow.', 'Lists users', 'Pages follow.'],
    ['a list after it', 'Lists these:\n- a\n- b', 'Lists these:', '- a\n- b'],
    ['an abbreviation', 'Takes a key, e.g. The first. Then.', 'Takes a key, e.g. The first.', 'Then.'],
    ['a full stop in code', 'Sets `a. B` now. Then.', 'Sets `a. B` now.', 'Then.'],
    ['a full stop in a link', 'See [a. B](https://x.example). Then.', 'See [a. B](https://x.example).', 'Then.'],
    ['a number', 'Takes 1.5 seconds. Then.', 'Takes 1.5 seconds.', 'Then.'],
    ['a line break at its end', 'Lists users.<br>\n\nMore.', 'Lists users.', 'More.'],
    ['a heading first', '# Users\n\nLists users.', '', '# Users\n\nLists users.'],
    ['a quote first', '> **Note:** x.', '', '> **Note:** x.'],
    ['raw HTML first', '<div>x. Y.</div>', '', '<div>x. Y.</div>'],
    ['no sentence', `${'word '.repeat(200)}. Then.`, '', `${'word '.repeat(200)}. Then.`],
  ])('%s', (_name, given, first, rest) => expect(splitDescription(given)).toEqual({ first, rest }));
});

import { describe, expect, it } from 'vitest';
import { jsonLine, visible, visibleLines } from '../../../generator/text/visible.js';

/** Text that a spec may hold: [name, given, want]. */
const HOSTILE: [name: string, given: string, want: string][] = [
  ['plain text stays', 'GET /things/{id} — ü ::', 'GET /things/{id} — ü ::'],
  ['a title of the window', '\u001b]2;gotcha\u0007', '\\u001b]2;gotcha\\u0007'],
  ['colours', '\u001b[1;32mok\u001b[0m', '\\u001b[1;32mok\\u001b[0m'],
  ['the one-character CSI of C1', 'a\u009b2K', 'a\\u009b2K'],
  ['a line over the one before', 'bad\rgood', 'bad\\rgood'],
  ['line breaks of all kinds', 'a\nb\u2028c\u0085d', 'a\\nb\\u2028c\\u0085d'],
  ['text that runs backwards', 'a\u202eb', 'a\\u202eb'],
  ['a character beyond four digits', 'a\u{e0041}b', 'a\\u{e0041}b'],
  ['a command that begins the text', '::warning file=a.md::x', '\\u003a:warning file=a.md::x'],
  ['… after spaces, which the runner trims', '  ::set-output name=a::b', '  \\u003a:set-output name=a::b'],
  ['a command after a line break', 'x\n::add-path::/tmp', 'x\\n::add-path::/tmp'],
  ['an old command, which may stand anywhere', 'x ##[group]y', 'x #\\u0023[group]y'],
];

it.each(HOSTILE)('visible: %s', (_name, given, want) => expect(visible(given)).toBe(want));

it('visibleLines keeps line breaks, and looks at each line', () =>
  expect(visibleLines('a\u0000\n::debug::b')).toBe('a\\u0000\n\\u003a:debug::b'));

describe('jsonLine', () => {
  it.each(HOSTILE)('%s: shows nothing raw, and keeps the value', (_name, given) => {
    const line = jsonLine({ message: given });
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|##\[/u);
    expect(JSON.parse(line)).toEqual({ message: given });
  });
});

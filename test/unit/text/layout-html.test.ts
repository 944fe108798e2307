import { expect, it } from 'vitest';
import { withoutLayout } from '../../../generator/text/layout-html.js';
import { firstSentence } from '../../../generator/text/sentence.js';

it.each([
  ['nothing to remove', 'Use a < b, and `<div>`.', 'Use a < b, and `<div>`.'],
  ["a vendor's own element", '<x-lifecycle class="ea"></x-lifecycle>\n\nLists things.', 'Lists things.'],
  ['what it holds stays', '<x-box><x-life/></x-box>\nText', 'Text'],
  ['a box', '<div class="note">\n\nFirst.\n\n</div>\n\nSecond.', 'First.\n\n\n\n\n\nSecond.'],
  ['an image is its alternative text', 'See <img src="a.png" alt="the flow" width=3>.', 'See the flow.'],
  ['a list', '<ul><li>One</li><li>Two</li></ul>', '- One\n- Two'],
  ['rows of a table', '<table><tr><th>A</th><td>1</td></tr><tr><td>2</td></tr></table>', 'A 1 \n\n2'],
  ['XML in a sentence is no layout', 'Sent in the <AuthnRequest> element', 'Sent in the <AuthnRequest> element'],
  ['nor is a script', '<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['code is left alone', '```xml\n<div/>\n```\n<div>x</div>', '```xml\n<div/>\n```\nx'],
])('without layout: %s', (_name, given, want) => {
  expect(withoutLayout(given)).toBe(want);
});

it.each([
  ['Manages things. More.', 'Manages things.'],
  ['<x-lifecycle class="ea"></x-lifecycle><br>\n> **Note:** Early.\n\nManages things.', 'Manages things.'],
  ['**Note:** Early access.\n\nManages things.', 'Manages things.'],
  ['Change what is on, including:\n- a', ''],
  ['', ''],
])('the first sentence of %j', (given, want) => {
  expect(firstSentence(given)).toBe(want);
});

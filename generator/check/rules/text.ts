import type { RuleCode } from '../../diagnostics/rules.js';
import type { Document } from '../../provider-package/types.js';
import { plainScalar } from '../../provider-package/yaml.js';
import { step } from '../../read/pointer.js';
import { lineColumns, wording, type YamlNode, yamlNodes } from '../../read/yaml-nodes.js';
import type { Finding, Rule } from './rule.js';

/**
 * Rules about the text of a file that its values no longer show. The nodes are walked only where the reader noticed
 * something.
 */
export const textRules = {
  'yaml-key': nodes(
    ({ hasOddScalars, text }) => hasOddScalars === true || /^[ \t]*(?:- +)*null[ \t]*:/im.test(text),
    function* (_node, keys, at) {
      for (const { word, isPlain } of keys) {
        const value = isPlain ? plainScalar(word) : word;
        if (value === null || String(value) !== word)
          yield { at: step(at, word), message: `the key ${word === '' ? '(empty)' : word} is read as ${value}` };
      }
    },
  ),

  'yaml-duplicate-key': documents(function* (document) {
    if (document.duplicateKeys)
      yield* walk(document, function* (_node, keys, at) {
        const seen = new Set<string>();
        for (const { word } of keys) {
          if (seen.has(word)) yield { at: step(at, word), message: `the key ${word} occurs twice` };
          seen.add(word);
        }
      });
  }),

  'yaml-alias': nodes(
    ({ hasAnchors }) => hasAnchors === true,
    function* (node, _keys, at, text) {
      if (node.kind === 'alias') yield { at, message: `${wording(text, node)} stands for a value elsewhere` };
    },
  ),

  'control-character': documents(function* ({ file, text }) {
    const toLineColumn = lineColumns(text);
    // A byte-order mark may begin a file.
    for (const match of text.matchAll(
      /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|(?<!^)\ufeff/g,
    )) {
      const code = match[0].charCodeAt(0);
      const fatal = code !== 0x85 && (code < 0xa0 || code > 0xfffd);
      const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
      yield {
        at: { file, ...toLineColumn(match.index) },
        message: fatal ? `${name}: the engine cannot read the file` : `${name} changes the text`,
        ...(fatal && { severity: 'error' }),
      };
    }
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

type Written = Document & { readonly text: string };
/** A key as it is worded, and whether without quotes. */
type Key = { readonly word: string; readonly isPlain: boolean };
type Visit = (node: YamlNode, keys: readonly Key[], at: string, text: string) => Iterable<Finding>;

function documents(find: (document: Written) => Iterable<Finding>): Rule {
  return function* (subject) {
    for (const document of subject.documents) if (document.text !== undefined) yield* find(document as Written);
  };
}

function nodes(isWorthALook: (document: Written) => boolean, visit: Visit): Rule {
  return documents(function* (document) {
    if (isWorthALook(document)) yield* walk(document, visit);
  });
}

function walk({ file, text, trace = [] }: Written, visit: Visit): Iterable<Finding> {
  function* into(node: YamlNode, at: string): Iterable<Finding> {
    const isMapping = node.kind === 'mapping';
    const words = node.children.map((child, index) =>
      isMapping && index % 2 === 0 && child ? wording(text, child) : '',
    );
    const keys = node.children.flatMap((key, index) =>
      isMapping && index % 2 === 0 && key
        ? [{ word: words[index] ?? '', isPlain: !/["']/.test(text[key.start] ?? '') }]
        : [],
    );
    yield* visit(node, keys, at, text);
    for (const [index, inner] of node.children.entries())
      if (inner && !(isMapping && index % 2 === 0))
        yield* into(inner, step(at, isMapping ? (words[index - 1] ?? '') : index));
  }
  const root = yamlNodes(text, trace);
  return root ? into(root, `${file}#`) : [];
}

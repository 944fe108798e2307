import { step } from '../../read/pointer.js';
import type { RuleCode } from '../catalogue.js';
import type { Document } from '../package.js';
import { lineColumns, type YamlNode, yamlNodes } from '../yaml.js';
import type { Finding, Rule } from './rule.js';

/** What the text of a file says and its values no longer show. A quick look decides whether the nodes are walked at all. */
export const textRules = {
  'yaml-key': nodes(/(?:^[ \t]*(?:- +)*|[{,]\s*)(?:y|n|yes|no|on|off|null|~|0\d+|0[xob]\w+|\d[\d_]*[._][\d._]*)[ \t]*:(?:\s|$)/im, function* (_node, keys, at) {
    for (const { key, text } of keys) {
      if (typeof key.value === 'string' || (key.value !== null && String(key.value) === text)) continue;
      yield { at: step(at, String(key.value)), message: `the key ${text === '' ? '(empty)' : text} is read as ${key.value}` };
    }
  }),

  'yaml-duplicate-key': documents(function* (document) {
    if (document.duplicateKeys)
      yield* walk(document, function* (_node, keys, at) {
        const seen = new Set<string>();
        for (const { key } of keys) {
          if (seen.has(String(key.value))) yield { at: step(at, String(key.value)), message: `the key ${key.value} occurs twice` };
          seen.add(String(key.value));
        }
      });
  }),

  'yaml-alias': nodes(/(?:^|[\s[{,:-])&\w/m, function* ({ kind }, _keys, at, text) {
    if (kind === 'alias') yield { at, message: `${text} stands for a value elsewhere` };
  }),

  'control-character': documents(function* ({ file, text }) {
    const toLineColumn = lineColumns(text);
    // A byte-order mark may begin a file.
    for (const match of text.matchAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|(?<!^)\ufeff/g)) {
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
/** A key with its text. */
type Key = { readonly key: YamlNode; readonly text: string };
type Visit = (node: YamlNode, keys: readonly Key[], at: string, text: string) => Iterable<Finding>;

function documents(find: (document: Written) => Iterable<Finding>): Rule {
  return function* (subject) {
    for (const document of subject.documents) if (document.text !== undefined) yield* find(document as Written);
  };
}

function nodes(worthALook: RegExp, visit: Visit): Rule {
  return documents(function* (document) {
    if (worthALook.test(document.text)) yield* walk(document, visit);
  });
}

function walk({ file, text }: Written, visit: Visit): Iterable<Finding> {
  const written = ({ start, end }: YamlNode) => text.slice(start, end).trimEnd();
  function* into(node: YamlNode, at: string): Iterable<Finding> {
    const isMapping = node.kind === 'mapping';
    const keys = isMapping ? node.children.flatMap((key, index) => (index % 2 === 0 && key ? [{ key, text: written(key) }] : [])) : [];
    yield* visit(node, keys, at, node.kind === 'alias' ? written(node) : '');
    for (const [index, inner] of node.children.entries()) {
      if (!inner || (isMapping && index % 2 === 0)) continue;
      yield* into(inner, step(at, isMapping ? String(node.children[index - 1]?.value) : index));
    }
  }
  const root = yamlNodes(text);
  return root ? into(root, `${file}#`) : [];
}

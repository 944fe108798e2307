import { Document, type Scalar, stringify, visit } from 'yaml';

/** Characters that YAML readers refuse or fold, raw (ENGINE E6.2): controls, line separators, byte-order marks, non-characters. */
const HOSTILE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/** YAML that a YAML 1.1 reader understands as meant: no aliases, no folding, words like `on` and dates quoted (ENGINE E6.1). */
export function toYaml(value: unknown): string {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  const hostile = new Map<string, string>();
  visit(document, {
    Scalar(_key, node: Scalar) {
      if (typeof node.value !== 'string') return;
      node.value = node.value.toWellFormed();
      const text = node.value as string;
      if (!HOSTILE.test(text)) return;
      // The library writes these characters raw: a stand-in takes their place until the text is made.
      const standIn = `\u{10fffd}${hostile.size}\u{10fffd}`;
      hostile.set(standIn, doubleQuoted(text));
      node.value = standIn;
    },
  });
  const text = document.toString({ lineWidth: 0 });
  return hostile.size === 0 ? text : text.replace(/["']?(\u{10fffd}\d+\u{10fffd})["']?/gu, (whole, standIn: string) => hostile.get(standIn) ?? whole);
}

function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (character) =>
    HOSTILE.test(character) ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character,
  );
}

/** One value on one line, for front matter. */
export function yamlScalar(text: string): string {
  return stringify(text, { compat: 'yaml-1.1', lineWidth: 0, defaultStringType: 'QUOTE_DOUBLE' }).trimEnd();
}

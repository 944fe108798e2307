import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap, YAMLSeq } from 'yaml';

/** A value that a config gets, at a path of keys: `['title']`, or inside the override of an operation. */
export interface ConfigEdit {
  /** The `operation` of the override that the path leads into; absent: the config itself. */
  readonly operation?: string;
  readonly path: readonly string[];
  readonly value: string | boolean;
}

/**
 * Returns a config's text with some values set. Comments, order and everything else stay; an operation that has no
 * override of its own yet gets one at the end. The text must be a valid config.
 */
export function editConfig(text: string, edits: readonly ConfigEdit[]): string {
  const document = parseDocument(text, { keepSourceTokens: true });
  for (const { operation, path, value } of edits) {
    if (operation === undefined) document.setIn(path, value);
    else overrideOf(document, operation).setIn(path, value);
  }
  return document.toString({
    lineWidth: 0,
    indentSeq: !/^- /m.test(text),
    flowCollectionPadding: /[{[] /.test(text) || !/[{[]\w/.test(text),
    ...(/^ +/m.test(text) && {
      indent: Math.min(...[...text.matchAll(/^( +)\S/gm)].map(([, own = '']) => own.length)),
    }),
  });
}

function overrideOf(document: Document.Parsed, operation: string): YAMLMap {
  const written = document.get('overrides');
  const overrides = isSeq(written) ? written : new YAMLSeq();
  if (overrides !== written) document.set('overrides', overrides);
  // `[]` grows into lines: a person reads and edits them.
  if (overrides.items.length === 0) overrides.flow = false;
  const own = overrides.items.filter(isMap).findLast((item) => {
    const name = item.get('operation', true);
    return isScalar(name) && name.value === operation;
  });
  if (own) return own as YAMLMap;
  const added = document.createNode({ operation }) as YAMLMap;
  overrides.items.push(added);
  return added;
}

interface Node {
  type: string;
  position?: unknown;
  children?: Node[];
}

/**
 * A remark plugin: what was escaped stays text. GFM looks for addresses once more in texts whose escapes are gone, even in those of an `<a>`,
 * and Docusaurus ends at one that is no URL (`https://exa…`). Such a link has no place in the source; one that somebody wrote has.
 */
export default function escapedText() {
  return function unlink(node: Node): void {
    if (!node.children) return;
    node.children = node.children.flatMap((child) =>
      child.type === 'link' && !child.position ? (child.children ?? []) : [child],
    );
    node.children.forEach(unlink);
  };
}

import { byCodePoint, type Resource, SQL_VERBS } from '../../model.js';
import { fileStem } from '../../text/file-names.js';
import { attribute, text } from '../../text/mdx.js';
import { blankedPath } from '../../text/path-template.js';

/** A letter and a column for each verb, so that no one needs colours to tell them apart. */
const LETTERS = { select: 'S', insert: 'I', update: 'U', replace: 'R', delete: 'D', exec: 'E' } as const;

/** A row of the picture, in units of the SVG. */
const ROW = 26;
const INDENT = 18;
const CELL = 30;
/** How wide a letter of a name is at most. */
const LETTER = 8;

/**
 * The resources of a service as an SVG: a tree of their paths, and a grid of the SQL verbs that each has, with how many
 * methods. One line each, because MDX would make a paragraph of text on a line of its own.
 */
export function picture(resources: readonly Resource[]): string {
  const rows = treeOf(resources);
  // The grid goes first: on a phone, long names may be scrolled to, and the verbs are there.
  const left = SQL_VERBS.length * CELL + 12;
  const width =
    left + Math.max(0, ...rows.map(({ resource, depth }) => depth * INDENT + resource.name.length * LETTER)) + 12;
  const height = (rows.length + 1) * ROW;
  const column = (index: number) => index * CELL + CELL / 2;
  const heading = SQL_VERBS.map(
    (verb, index) => `<text x="${column(index)}" y="17" className="verb"><title>${verb}</title>${LETTERS[verb]}</text>`,
  );
  const lines = rows.map(({ resource, depth, parent }, index) => {
    const y = (index + 1) * ROW;
    const verbs = SQL_VERBS.map((verb) => ({
      verb,
      count: resource.methods.filter((method) => method.verb === verb).length,
    }));
    const cells = verbs.map(({ verb, count }, place) =>
      count === 0
        ? `<circle cx="${column(place)}" cy="${y + ROW / 2}" r="1.5" className="none" />`
        : `<rect x="${column(place) - 11}" y="${y + 2}" width="22" height="22" rx="4" className="${verb}" /><text x="${column(place)}" y="${y + 18}" className="count">${count}</text>`,
    );
    const x = left + depth * INDENT;
    const branch =
      parent === undefined
        ? ''
        : `<path d="M${x - 12} ${(parent + 1) * ROW + 22}V${y + 13}H${x - 3}" className="branch" />`;
    const label = `${resource.name}: ${verbs.flatMap(({ verb, count }) => (count > 0 ? [`${verb} ${count}`] : [])).join(', ')}`;
    return `<a href="./${attribute(fileStem(resource.name))}/"><title>${text(label)}</title>${branch}<text x="${x}" y="${y + 18}" className="name">${text(resource.name)}</text>${cells.join('')}</a>`;
  });
  return `<svg className="picture" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="Resources and their SQL verbs">${heading.join('')}${lines.join('')}</svg>`;
}

interface Row {
  readonly resource: Resource;
  readonly depth: number;
  /** The row above that it hangs on. */
  readonly parent?: number;
}

/** Each resource below the one whose path its own goes on from. */
function treeOf(resources: readonly Resource[]): Row[] {
  const placed = resources
    .map((resource) => ({ resource, path: pathOf(resource) }))
    .sort((a, b) => byCodePoint(a.path, b.path));
  const rows: Row[] = [];
  const open: { path: string; index: number }[] = [];
  for (const { resource, path } of placed) {
    while (open.length > 0 && !path.startsWith(`${open.at(-1)?.path}/`)) open.pop();
    const parent = open.at(-1)?.index;
    rows.push({ resource, depth: open.length, ...(parent !== undefined && { parent }) });
    open.push({ path, index: rows.length - 1 });
  }
  return rows;
}

/** The shortest path of a resource, placeholders blanked; its own placeholder at the end is the same thing. */
function pathOf({ methods }: Resource): string {
  const paths = methods.map(({ http }) => blankedPath(http.path).replace(/(\/\{\})+\/?$/, ''));
  return paths.reduce((shortest, path) => (path.length < shortest.length ? path : shortest), paths[0] ?? '');
}

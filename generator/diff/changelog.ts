import { type DiffReport, sections } from './report.js';

const HEAD = '# Changelog\n';

/**
 * A changelog with an entry for what changed, the newest first. The entry of the same version is written anew,
 * whatever it said; everything else stays as it is.
 */
export function withEntry(changelog: string | undefined, report: DiffReport): string {
  const title = `## ${report.version ?? 'Unreleased'}`;
  const entry = [title, ...sections(report, '###')].join('\n\n');
  const text = changelog ?? HEAD;
  const starts = [...text.matchAll(/^## .*$/gm)].map(({ index, 0: line }) => ({ index, line: line.trimEnd() }));
  const at = starts.findIndex(({ line }) => line === title);
  const from = at === -1 ? (starts[0]?.index ?? text.length) : (starts[at]?.index ?? text.length);
  const to = at === -1 ? from : (starts[at + 1]?.index ?? text.length);
  const [before, after] = [text.slice(0, from).trimEnd(), text.slice(to).trim()];
  return `${[before, entry, after].filter((part) => part !== '').join('\n\n')}\n`;
}

import type { Provider } from '../model.js';
import { visible } from '../text/visible.js';
import { type Change, CLASSES, type Class, changesBetween } from './changes.js';

/** What changed, for text, JSON (`diff --format json` prints it) and Markdown. */
export interface DiffReport {
  readonly provider: string;
  readonly old: string;
  readonly new: string;
  readonly summary: Readonly<Record<Class, number>>;
  /**
   * The version that what is new would have; absent when nothing changed, or when nobody says which versions there
   * are.
   */
  readonly version?: string;
  readonly changes: readonly Change[];
}

export function diffReport(before: Labelled, after: Labelled, version?: string): DiffReport {
  const changes = changesBetween(before.provider, after.provider);
  const count = (of: Class) => changes.filter((change) => change.class === of).length;
  return {
    provider: after.provider.id,
    old: before.label,
    new: after.label,
    summary: { breaking: count('breaking'), additive: count('additive'), docs: count('docs') },
    ...(changes.length > 0 && version !== undefined && { version }),
    changes,
  };
}

interface Labelled {
  readonly label: string;
  readonly provider: Provider;
}

/** All that happened to one thing, of one class. */
interface Entry {
  readonly name: string;
  readonly operation?: string;
  readonly messages: readonly string[];
  readonly statement?: string;
}

const TITLES: Readonly<Record<Class, string>> = { breaking: 'Breaking', additive: 'Additive', docs: 'Docs only' };

function entriesOf({ changes }: DiffReport, of: Class): Entry[] {
  const entries = new Map<string, Change[]>();
  for (const change of changes)
    if (change.class === of) entries.set(change.name, [...(entries.get(change.name) ?? []), change]);
  return [...entries].map(([name, [first, ...more]]) => ({
    name,
    ...(first?.operation !== undefined && { operation: first.operation }),
    messages: [first, ...more].flatMap((change) => change?.message ?? []),
    ...(first?.statement !== undefined && { statement: first.statement }),
  }));
}

export function summaryLine({ provider, old, new: now, summary, version }: DiffReport): string {
  const counts = `${summary.breaking} breaking, ${summary.additive} additive, ${summary.docs} docs only`;
  return `${provider}: ${old} → ${now}: ${counts}${version === undefined ? '' : `; the next version is ${version}`}`;
}

export function diffText(report: DiffReport): string {
  const blocks = CLASSES.flatMap((of) => {
    const entries = entriesOf(report, of);
    const lines = entries.map(({ name, operation, messages, statement }) =>
      [
        `  ${visible(name)}${operation === undefined ? '' : `  (${visible(operation)})`}`,
        ...messages.map((message) => `    ${visible(message)}`),
        ...(statement === undefined
          ? []
          : ['    stops working:', ...statement.split('\n').map((line) => `      ${visible(line)}`)]),
      ].join('\n'),
    );
    return lines.length > 0 ? [`${TITLES[of]}:\n${lines.join('\n')}`] : [];
  });
  return blocks.length > 0 ? blocks.join('\n\n') : 'nothing changed';
}

/** For a pull request: what breaks in full with its statements, what is added as a list, words folded. */
export function diffMarkdown(report: DiffReport): string {
  return [`### ${markdown(summaryLine(report))}`, ...sections(report, '####')].join('\n\n');
}

export function sections(report: DiffReport, heading: string): string[] {
  if (report.changes.length === 0) return ['Nothing changed.'];
  return CLASSES.flatMap((of) => {
    const entries = entriesOf(report, of);
    if (entries.length === 0) return [];
    const items = entries.map((entry) => (of === 'docs' ? wording(entry) : item(entry))).join('\n');
    const title = `${TITLES[of]} (${entries.length})`;
    return of === 'docs'
      ? [`<details><summary>${title}</summary>`, items, '</details>']
      : [`${heading} ${title}`, items];
  });
}

function item({ name, operation, messages, statement }: Entry): string {
  const subject = operation === undefined ? code(name) : `${code(name)} (${code(operation)})`;
  const head = `- ${subject}: ${messages.map(markdown).join('; ')}`;
  if (statement === undefined) return head;
  const fence = '`'.repeat(Math.max(3, longestRun(statement) + 1));
  return `${head}\n\n  ${fence}sql\n${statement
    .split('\n')
    .map((line) => `  ${visible(line)}`)
    .join('\n')}\n  ${fence}\n`;
}

/** A pull request holds 65,536 characters: of words it is enough to know where they changed. */
function wording({ name, messages: [first = '', ...more] }: Entry): string {
  return `- ${code(name)}: ${markdown(first)}${more.length > 0 ? `, and ${more.length} more` : ''}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}

function code(text: string): string {
  const ticks = text.includes('`') ? '`'.repeat(longestRun(text) + 1) : '`';
  return ticks === '`' ? `\`${visible(text)}\`` : `${ticks} ${visible(text)} ${ticks}`;
}

/**
 * Text for Markdown. Names come from specs: nothing in them may be taken for Markdown or HTML, call a person, or
 * become a link.
 */
export function markdown(text: string): string {
  return visible(text)
    .replace(/[\\`*_{}[\]<>#|~&!]/g, (character) => `\\${character}`)
    .replace(/@(?=\w)|\b(?:https?|ftp):(?=\/\/)|\bwww(?=\.)/gi, (begin) => `${begin}${NO_LINK}`);
}

/** A space without width: GitHub makes mentions and links even of escaped text, but not across it. */
const NO_LINK = '&#8203;';

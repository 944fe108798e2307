import path from 'node:path';

/** What became of a document; the same for the same document, seed, engine and version of this program. */
export interface DocumentResult {
  readonly file: string;
  /** Of OpenAPI. */
  readonly version: string;
  readonly operations: number;
  readonly mapped: number;
  /** Operations by the code of the warning that says why they are not there. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Operations that are neither mapped nor the subject of a warning. */
  readonly unexplained: readonly string[];
  /** Why nothing was made. */
  readonly lost?: readonly { readonly code: string; readonly message: string }[];
  /** Absent without an engine. */
  readonly verified?: {
    readonly engine: string;
    readonly statements: number;
    readonly right: number;
    readonly limits: Readonly<Record<string, number>>;
    readonly failed: Readonly<Record<string, number>>;
    readonly failures: readonly Failure[];
  };
}

export interface Failure {
  readonly verdict: string;
  /** `service.resource.method` */
  readonly method: string;
  readonly statement: string;
  readonly seen: string;
  readonly wanted: string;
}

/** A result and what it took, which differs from run to run. */
export interface Measured extends DocumentResult {
  readonly seconds: number;
  /** The most memory that this program had, without the engine's. */
  readonly megabytes: number;
}

/** The name of a provider after a file: `my-api.v2.json` makes `my_api_v2`. */
export function providerName(file: string): string {
  const name = path
    .basename(file)
    .replace(/\.[^.]*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return /^[a-z]/.test(name) ? name : `api_${name}`;
}

const sum = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((total, each) => total + each, 0);

function merged(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const counts of all)
    for (const [code, count] of Object.entries(counts)) total.set(code, (total.get(code) ?? 0) + count);
  return Object.fromEntries([...total].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)));
}

/** The sums over all documents, and the rates that they make. */
export function totalsOf(results: readonly DocumentResult[]) {
  const verified = results.flatMap((each) => each.verified ?? []);
  const add = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
  const operations = add(results.map((each) => each.operations));
  const unexplained = add(results.map((each) => (each.lost ? each.operations : each.unexplained.length)));
  const statements = add(verified.map((each) => each.statements));
  const right = add(verified.map((each) => each.right));
  const limits = merged(verified.map((each) => each.limits));
  const failed = merged(verified.map((each) => each.failed));
  return {
    documents: results.length,
    lost: results.filter(({ lost }) => lost).length,
    operations,
    mapped: add(results.map((each) => each.mapped)),
    leftOut: merged(results.map((each) => each.leftOut)),
    unexplained,
    explainedPercent: percent(operations - unexplained, operations),
    engines: [...new Set(verified.map(({ engine }) => engine))].sort(),
    statements,
    right,
    limits,
    failed,
    rightPercent: percent(right, statements - sum(limits)),
    limitPercent: percent(sum(limits), statements),
  };
}

/** With two decimals, never rounded up to a whole that it is not. */
function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.floor((part / whole) * 10_000) / 100;
}

const codes = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([code, count]) => `${count} ${code}`)
    .join(', ');

/** The table for people: a row a document, the sums, and the failures of each kind with an example. */
export function markdown(results: readonly Measured[]): string {
  const totals = totalsOf(results);
  const heads = ['document', 'OpenAPI', 'operations', 'mapped', 'left out', 'neither', 'statements', 'right', 'limits'];
  const row = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
  const lines = results.map(({ file, version, operations, mapped, leftOut, unexplained, lost, verified, ...took }) =>
    row([
      path.basename(file),
      version,
      operations,
      lost ? `lost: ${[...new Set(lost.map(({ code }) => code))].join(', ')}` : mapped,
      codes(leftOut),
      unexplained.length || '',
      verified?.statements ?? '',
      verified?.right ?? '',
      codes(verified?.limits ?? {}),
      codes(verified?.failed ?? {}),
      took.seconds,
      took.megabytes,
    ]),
  );
  return [
    row([...heads, 'failed', 's', 'MB']),
    row([...heads, 'failed', 's', 'MB'].map(() => '---')),
    ...lines,
    '',
    `- Documents: ${totals.documents}, of which ${totals.lost} lost.`,
    `- Operations: ${totals.operations}; mapped or left out with a code: ${totals.explainedPercent ?? '-'} %. ` +
      `Left out: ${codes(totals.leftOut) || 'none'}.`,
    ...(totals.statements > 0
      ? [
          `- Statements on ${totals.engines.join(', ')}: ${totals.statements}; right among those without a limit: ` +
            `${totals.rightPercent} %; limits: ${totals.limitPercent} %.`,
          `- Limits: ${codes(totals.limits) || 'none'}. Failed: ${codes(totals.failed) || 'none'}.`,
        ]
      : []),
    '',
  ].join('\n');
}

/** Every kind of failure, the most frequent first, with its shortest statement. */
export function failuresMarkdown(results: readonly DocumentResult[]): string {
  const kinds = new Map<string, { readonly file: string; readonly failure: Failure }[]>();
  for (const { file, verified } of results)
    for (const failure of verified?.failures ?? []) {
      const kind = `${failure.verdict}: ${kindOf(failure)}`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), { file: path.basename(file), failure }]);
    }
  const sections = [...kinds]
    .sort(([a, all], [b, others]) => others.length - all.length || (a < b ? -1 : 1))
    .flatMap(([kind, all]) => {
      const [{ file, failure }] = [...all].sort((a, b) => a.failure.statement.length - b.failure.statement.length) as [
        (typeof all)[0],
      ];
      const files = [...new Set(all.map((each) => each.file))];
      return [
        `## ${kind} (${all.length})`,
        '',
        `In ${files.join(', ')}. For example ${file}, \`${failure.method}\`:`,
        '',
        '```sql',
        failure.statement.trim().slice(0, 1500),
        '```',
        '',
        `- seen: ${oneLine(failure.seen)}`,
        `- wanted: ${oneLine(failure.wanted)}`,
        '',
      ];
    });
  const reasons = (lost: NonNullable<DocumentResult['lost']>) =>
    oneLine(lost.map(({ code, message }) => `${code}: ${message}`).join('; '));
  return [
    ...results.flatMap(({ file, lost }) => (lost ? [`- ${path.basename(file)} is lost: ${reasons(lost)}`] : [])),
    ...results
      .filter(({ unexplained }) => unexplained.length > 0)
      .map(
        ({ file, unexplained }) => `- ${path.basename(file)}, neither mapped nor explained: ${unexplained.join(', ')}`,
      ),
    '',
    ...sections,
  ].join('\n');
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').slice(0, 300);

/** What is alike in failures of one kind: what was seen, without names, numbers and values. */
function kindOf({ seen }: Failure): string {
  return oneLine(seen)
    .replace(/(GET|PUT|POST|PATCH|DELETE) \S+.*/, '$1 …')
    .replace(/['"`][^'"`]*['"`]/g, '…')
    .replace(/: .*/, '')
    .replace(/\b\w*[\d_.]\w*\b/g, '…')
    .slice(0, 70);
}

import { readFileSync, statSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { closest } from 'fastest-levenshtein';
import { baselineText, fingerprint, type Identity, identify, readBaseline } from '../check/baseline.js';
import { checkDocuments, ruleLine } from '../check/check.js';
import { exitCode, type Position, type Problem, ProblemsError } from '../diagnostics/problem.js';
import { RULE_CATALOGUE, type RuleCode } from '../diagnostics/rules.js';
import { type Page, readPages } from '../doc-pages/pages.js';
import { byCodePoint, type Location } from '../model.js';
import { runTargets } from '../pipeline/generate.js';
import { isConfig, readPackages } from '../provider-package/files.js';
import type { Document } from '../provider-package/types.js';
import { positionsIn } from '../provider-package/yaml.js';
import { annotation } from '../report/annotations.js';
import { problemJson, problemText, severityName } from '../report/problems.js';
import { sarif } from '../report/sarif.js';
import { jsonLine } from '../text/visible.js';
import { writeWhole } from '../write.js';
import { withFormat } from './format.js';
import type { Terminal } from './terminal.js';

const SEVERITIES = ['error', 'warning', 'info'] as const;

interface CheckOptions {
  docs?: string;
  format: 'text' | 'json' | 'sarif' | 'github';
  severity: (typeof SEVERITIES)[number];
  rule?: string[];
  ignore?: string[];
  baseline?: string;
  writeBaseline?: boolean;
  listRules?: boolean;
}

export function checkCommand(command: Command, terminal: Terminal): void {
  withFormat(command, ['text', 'json', 'sarif', 'github'])
    .option('--docs <dir>', 'pages whose statements must agree with the provider')
    .addOption(new Option('--severity <name>', 'the least that is printed').choices(SEVERITIES).default('warning'))
    .option('--rule <codes...>', 'only these rules')
    .option('--ignore <codes...>', 'all rules but these')
    .option('--baseline <file>', 'leave out the findings that are listed there')
    .option('--write-baseline', 'write all findings to the baseline')
    .option('--list-rules', 'print every rule with its severity and the fact of the engine behind it')
    .action((target: string | undefined, options: CheckOptions) =>
      options.listRules ? listRules(terminal) : run(target ?? 'provider', options, terminal),
    );
}

function listRules(terminal: Terminal): void {
  for (const code of Object.keys(RULE_CATALOGUE) as RuleCode[]) terminal.print(ruleLine(code));
}

interface Checked {
  readonly documents: readonly Document[];
  readonly pages: readonly Page[];
  readonly problems: readonly Problem[];
  /** The folders of the packages and the documentation: a finding is identified by its path beneath. */
  readonly roots: readonly string[];
}

async function run(target: string, options: CheckOptions, terminal: Terminal): Promise<void> {
  const codes = chosenRules(options);
  if (isConfig(target) && options.docs !== undefined)
    throw new ProblemsError([
      { code: 'usage', message: '--docs goes with a provider package; what a config makes has its own pages' },
    ]);
  const checked = isConfig(target) ? await checkConfig(target) : checkTarget(target, options.docs);
  const all = checked.problems
    .filter(({ code }) => codes.has(code))
    .map((problem) => ({ problem, identity: identify(problem, checked.documents, checked.roots) }));
  if (options.writeBaseline) {
    if (options.baseline === undefined)
      throw new ProblemsError([{ code: 'usage', message: '--write-baseline goes with --baseline' }]);
    const known = all.filter(({ problem }) => severityName(problem) !== 'info').map(({ identity }) => identity);
    writeWhole(options.baseline, baselineText(known));
    terminal.say(`${known.length} findings written to ${options.baseline}`);
    return;
  }
  const baseline =
    options.baseline === undefined ? undefined : readBaseline(options.baseline, baselineSource(options.baseline));
  const fresh = all.filter(({ identity }) => !baseline?.knows(identity));
  const atLeast = SEVERITIES.indexOf(options.severity);
  const sourceOf = sources(checked);
  const printed = inOrder(
    fresh.filter(({ problem }) => SEVERITIES.indexOf(severityName(problem)) <= atLeast),
    checked,
    sourceOf,
  );
  print(printed, options.format, sourceOf, terminal);
  const counts = SEVERITIES.map(
    (severity) => `${fresh.filter(({ problem }) => severityName(problem) === severity).length} ${severity}`,
  );
  const gone = baseline?.gone(all.map(({ identity }) => identity)) ?? 0;
  if (options.format === 'text') {
    const knownOnes = baseline ? `, ${all.length - fresh.length} known` : '';
    terminal.say(`${checked.documents.length} files: ${counts.join(', ')}${knownOnes}`);
    if (gone > 0) terminal.say(`${gone} findings of the baseline are gone: write it again`);
  }
  terminal.exitWith(exitCode(fresh.map(({ problem }) => problem)));
}

function chosenRules({ rule, ignore = [] }: CheckOptions): Set<string> {
  const known = Object.keys(RULE_CATALOGUE);
  const unknown = [...(rule ?? []), ...ignore].filter((code) => !known.includes(code));
  if (unknown.length > 0)
    throw new ProblemsError(
      unknown.map((code) => ({
        code: 'unknown-rule',
        message: `no rule "${code}"`,
        hint: `Did you mean ${closest(code, known)}?`,
      })),
    );
  return new Set((rule ?? known).filter((code) => !ignore.includes(code)));
}

function checkTarget(target: string, docs: string | undefined): Checked {
  const packages = readPackages(target);
  const pages = docs === undefined ? [] : readPages(docs);
  return {
    documents: packages.flatMap(({ documents }) => documents),
    pages,
    problems: packages.flatMap(({ documents, problems }) => [...problems, ...checkDocuments(documents, pages)]),
    roots: [...packages.map(({ folder }) => folder), ...(docs === undefined ? [] : [docs])],
  };
}

/** Checks what a config would generate, without writing it. */
async function checkConfig(config: string): Promise<Checked> {
  const { findings: problems } = await runTargets(config, { skipSlow: true });
  return { documents: [], pages: [], problems, roots: [process.cwd()] };
}

function baselineSource(file: string): string {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new ProblemsError([{ code: 'baseline-broken', message: `no file at ${file}` }]);
  return readFileSync(file, 'utf8');
}

interface Found {
  readonly problem: Problem;
  readonly identity: Identity;
}

/** The texts that are read already; others, such as the spec of a config, are read once. */
function sources({ documents, pages }: Checked): (file: string) => string {
  const texts = new Map([...documents, ...pages].map(({ file, text }) => [file, text]));
  return (file) => {
    const text = texts.get(file) ?? readFileSync(file, 'utf8');
    texts.set(file, text);
    return text;
  };
}

/** By file, then line. Positions are looked up here, once a file, and only for what is printed. */
function inOrder(found: readonly Found[], { documents }: Checked, sourceOf: (file: string) => string): Found[] {
  const traces = new Map(documents.map(({ file, trace }) => [file, trace]));
  const places = new Map<string, ReturnType<typeof positionsIn>>();
  const positioned = (at: Location): Position => {
    const [file, pointer] = [at.slice(0, at.indexOf('#')), at.slice(at.indexOf('#') + 1)];
    const place = places.get(file) ?? positionsIn(sourceOf(file), traces.get(file));
    places.set(file, place);
    return { file, ...place(pointer) };
  };
  return found
    .map(({ problem, identity }) => {
      const at = typeof problem.at === 'string' ? positioned(problem.at) : problem.at;
      return { problem: { ...problem, ...(at && { at }) }, identity, at };
    })
    .sort(
      (a, b) =>
        byCodePoint(a.at?.file ?? '', b.at?.file ?? '') ||
        (a.at?.line ?? 0) - (b.at?.line ?? 0) ||
        (a.at?.column ?? 0) - (b.at?.column ?? 0),
    );
}

function print(
  found: readonly Found[],
  format: CheckOptions['format'],
  sourceOf: (file: string) => string,
  terminal: Terminal,
): void {
  switch (format) {
    case 'text':
      for (const { problem } of found) terminal.print(`${problemText(problem, terminal.colors, sourceOf)}\n`);
      break;
    case 'json': {
      const findings = found.map(({ problem, identity }) => ({
        ...problemJson(problem),
        fact: RULE_CATALOGUE[problem.code as RuleCode].fact,
        fingerprint: fingerprint(identity),
      }));
      terminal.print(jsonLine({ findings }));
      break;
    }
    case 'sarif':
      terminal.print(
        jsonLine(sarif(found.map(({ problem, identity }) => ({ problem, fingerprint: fingerprint(identity) })))),
      );
      break;
    case 'github':
      for (const { problem } of found) terminal.print(annotation(problem));
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compile } from '@mdx-js/mdx';
import picocolors from 'picocolors';
import { type Code, type Problem, ProblemsError, severityOf } from '../../generator/diagnostics/problem.js';
import { type PageStatement, readPage } from '../../generator/doc-pages/pages.js';
import { check, type Generated, generate } from '../../generator/index.js';
import { type Method, methodsOf, type OutputFile } from '../../generator/model.js';
import { pointerOf, tokens } from '../../generator/read/pointer.js';
import { problemText } from '../../generator/report/problems.js';
import { fileStem } from '../../generator/text/file-names.js';
import { applyPlan, planWrite } from '../../generator/write.js';
import type { Input } from './specs.js';

/** What of a spec does not hold: `kind` is the same for all specs that the same fault would explain. */
export interface Failure {
  readonly kind: string;
  readonly detail: string;
}

/** `isGenerated`: it was not refused as a whole. */
export interface Examined {
  readonly failures: readonly Failure[];
  readonly isGenerated: boolean;
}

/** How often the dearer checks are made: each in one of so many runs. */
const SHARES = { again: 10, package: 10, printed: 20, mdx: 200, written: 400, stubs: 2000 } as const;
type Dear = keyof typeof SHARES;

/** Why a spec may be refused as a whole; anything else costs one operation or less. */
const REFUSALS = new Set<Code>([
  'spec-empty',
  'spec-not-openapi',
  'spec-syntax',
  'spec-too-large',
  'spec-version',
  // A reference out of the spec's reach: what stands there is unknown.
  'ref-refused',
]);

/** Problems that no location in the spec explains: none so far. */
const NOWHERE = new Set<Code>();

const LONGEST_STEP = 255;
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const CONTROL = /(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * Examines one spec. `index`: the number of its run, which says what dear checks are due; none: all for `kind`.
 */
export async function examine(input: Input, index?: number, kind?: string): Promise<Examined> {
  const isDue = (dear: Dear) =>
    index === undefined ? (kind ?? dear).startsWith(dear) : index % SHARES[dear] === SHARES[dear] - 1;
  const { failures, generated } = await generatedFrom(input, false);
  if (!generated) return { failures, isGenerated: false };
  failures.push(...wrongPaths(generated.files), ...wrongStatements(generated));
  if (isDue('again')) failures.push(...(await again(input, generated)));
  if (isDue('package')) failures.push(...(await wrongPackage(generated.files)));
  if (isDue('printed')) failures.push(...wrongPrint(generated.warnings));
  if (isDue('mdx')) failures.push(...(await wrongPages(generated.files)));
  if (isDue('written')) failures.push(...(await wrongOnDisk(input, generated)));
  if (isDue('stubs')) failures.push(...(await generatedFrom(input, true)).failures.map(within('stubs')));
  return { failures, isGenerated: true };
}

const within = (dear: Dear) => (failure: Failure) => ({ ...failure, kind: `${dear} ${failure.kind}` });

/** Generates the provider; `undefined` where the spec was refused, be it with reason or not. */
export async function generatedFrom(
  { text, hasGood }: Input,
  stubs: boolean,
  provider = 'fuzz',
): Promise<{ failures: Failure[]; generated?: Generated }> {
  try {
    const generated = await generate({ document: text, provider }, { stubs });
    const failures = wrongProblems(generated.warnings, text);
    const isMapped = methodsOf(generated.provider).some(({ http }) => http.path === '/good');
    if (hasGood && !isMapped) failures.push({ kind: 'good-operation-lost', detail: shown(generated.warnings) });
    return { failures, generated };
  } catch (error) {
    if (!(error instanceof ProblemsError)) return { failures: [uncaught(error)] };
    return { failures: [...wrongProblems(error.problems, text), ...wrongRefusal(error.problems, hasGood)] };
  }
}

function shown(problems: readonly Problem[]): string {
  return problems
    .map(({ code, message, at }) => `${code} ${message} @${typeof at === 'object' ? JSON.stringify(at) : at}`)
    .join('\n');
}

function uncaught(error: unknown): Failure {
  if (!(error instanceof Error)) return { kind: 'threw a value', detail: String(error) };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const own = frames.find((line) => line.includes('/generator/')) ?? frames[0] ?? '';
  const place = /(?:generator\/)?[\w.-]+\/[\w.-]+:\d+/.exec(own)?.[0] ?? own.trim();
  return { kind: `threw ${error.name} at ${place}`, detail: `${error.message}\n${frames.slice(0, 8).join('\n')}` };
}

function wrongRefusal(problems: readonly Problem[], hasGood: boolean): Failure[] {
  const errors = problems.filter((problem) => severityOf(problem) === 'error' || severityOf(problem) === 'usage');
  const detail = shown(errors);
  if (errors.length === 0) return [{ kind: 'refused without an error', detail: shown(problems) }];
  return errors
    .filter(({ code }) => !REFUSALS.has(code) || (code === 'spec-empty' && hasGood))
    .map(({ code }) => ({ kind: `refused ${code}`, detail }));
}

/** Each problem must have a location, which is one of the spec. */
function wrongProblems(problems: readonly Problem[], text: string): Failure[] {
  const document = jsonOf(text);
  return problems.flatMap((problem): Failure[] => {
    const { code, at, message } = problem;
    const detail = shown([problem]);
    if (message === '') return [{ kind: `no message ${code}`, detail }];
    if (at === undefined) return NOWHERE.has(code) ? [] : [{ kind: `no location ${code}`, detail }];
    if (typeof at !== 'string')
      return at.line >= 1 && at.column >= 1 ? [] : [{ kind: `no position ${code}`, detail: JSON.stringify(at) }];
    if (document === undefined || leads(document, pointerOf(at))) return [];
    return [{ kind: `location leads nowhere ${code}`, detail }];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Half of a surrogate pair in a key is U+FFFD in a pointer. */
function leads(document: unknown, pointer: string): boolean {
  let here = document;
  for (const token of tokens(pointer)) {
    if (typeof here !== 'object' || here === null) return false;
    const key = Object.keys(here).findLast((each) => each.toWellFormed() === token);
    if (key === undefined) return false;
    here = (here as Record<string, unknown>)[key];
  }
  return true;
}

function wrongPaths(files: readonly OutputFile[]): Failure[] {
  const seen = new Set<string>();
  return files.flatMap(({ path: file }) => {
    const wrong: string[] = [];
    const steps = file.split('/');
    if (!/^(provider|docs)\//.test(file) || steps.some((step) => /^\.*$/.test(step)))
      wrong.push('path leaves its folder');
    if (steps.some((step) => Buffer.byteLength(step) > LONGEST_STEP)) wrong.push('path too long');
    if (steps.some((step) => DEVICE.test(step) || /[\\<>:"|?*\p{Cc}]|[. ]$/u.test(step)))
      wrong.push('path not for Windows');
    if (seen.has(file.toLowerCase())) wrong.push('path twice');
    seen.add(file.toLowerCase());
    return wrong.map((kind) => ({ kind, detail: JSON.stringify(file) }));
  });
}

/** Every method that a statement can call has one in its tab, and each is of its verb and resource. */
function wrongStatements({ provider, files }: Generated): Failure[] {
  const texts = new Map(files.map(({ path: file, text }) => [file, text]));
  return provider.services.flatMap(({ name: service, resources }) =>
    resources.flatMap(({ id, name, methods }) => {
      const file = `docs/services/${fileStem(service)}/${fileStem(name)}/index.md`;
      const statements = readPage(file, texts.get(file) ?? '').blocks.flatMap((block) => block.statements);
      const wrong = methods
        .filter(({ limit }) => limit === undefined)
        .filter((method) => !statements.some((statement) => isOf(statement, method, id)))
        .map(({ name: method }) => ({ kind: 'method without a statement', detail: `${method} in ${file}` }));
      const strange = statements.filter(
        (statement) => statement.broken || !methods.some((method) => isOf(statement, method, id)),
      );
      return [
        ...wrong,
        ...strange.map((one) => ({ kind: 'statement of no method', detail: `${file} ${JSON.stringify(one)}` })),
      ];
    }),
  );
}

function isOf({ verb, target, tab }: PageStatement, method: Method, id: string): boolean {
  const wanted = method.verb === 'exec' ? `${id}.${method.name}` : id;
  return verb === method.verb && tab === method.name && target.map(({ name }) => name).join('.') === wanted;
}

function differences(before: readonly OutputFile[], after: readonly OutputFile[]): string[] {
  const texts = new Map(after.map(({ path: file, text }) => [file, text]));
  const changed = before.filter(({ path: file, text }) => texts.get(file) !== text).map(({ path: file }) => file);
  return before.length === after.length ? changed : [...changed, `${before.length} and ${after.length} files`];
}

async function again(input: Input, { files }: Generated): Promise<Failure[]> {
  const { generated } = await generatedFrom(input, false);
  const changed = generated ? differences(files, generated.files) : ['nothing was generated'];
  return changed.length > 0 ? [{ kind: 'again other bytes', detail: changed.join('\n') }] : [];
}

async function wrongPackage(files: readonly OutputFile[]): Promise<Failure[]> {
  const errors = (await check(files)).filter((problem) => severityOf(problem) === 'error');
  return errors.map((problem) => ({
    kind: `package ${problem.code}`,
    detail: `${problem.message} ${shown([problem])}`,
  }));
}

function wrongPrint(problems: readonly Problem[]): Failure[] {
  const plain = picocolors.createColors(false);
  return problems.flatMap((problem) => {
    // The frame around a problem in memory needs a text that is no longer kept: its position is enough here.
    const printed = problemText(problem, plain, () => '');
    const found = CONTROL.exec(printed);
    return found ? [{ kind: `printed control ${problem.code}`, detail: JSON.stringify(printed) }] : [];
  });
}

interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly name?: unknown;
  readonly url?: unknown;
  readonly attributes?: readonly Node[];
  readonly children?: readonly Node[];
}

/** What MDX would run or open of a page: code, components and addresses that a hostile text brought. */
function* hostile(node: Node): Generator<string> {
  const { type, value, name, url, attributes = [], children = [] } = node;
  if (/^mdx.*(Expression|Esm)$/.test(type) && /hacked/i.test(String(value))) yield `${type} ${value}`;
  if (/^mdxJsx.*Element$/.test(type) && /hacked|script|style/i.test(String(name))) yield `${type} ${name}`;
  if (/^\s*javascript:/i.test(String(url ?? ''))) yield `${type} ${url}`;
  for (const attribute of attributes) {
    const inner = attribute.value;
    if (attribute.type === 'mdxJsxExpressionAttribute' && /hacked/i.test(String(inner))) yield `attribute ${inner}`;
    if (typeof inner === 'object' && inner !== null && /hacked/i.test(String((inner as Node).value)))
      yield `attribute ${String((inner as Node).value)}`;
    if (attribute.name === 'href' && /^\s*javascript:/i.test(String(inner))) yield `href ${inner}`;
  }
  for (const child of children) yield* hostile(child);
}

async function wrongPages(files: readonly OutputFile[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const { path: file, text } of files) {
    if (!/^docs\/services\/.*\.md$/.test(file)) continue;
    const [, , ...body] = text.split(/^---\n/m);
    const found: string[] = [];
    const look = () => (tree: unknown) => void found.push(...hostile(tree as Node));
    try {
      await compile(body.join('---\n'), { remarkPlugins: [look] });
    } catch (error) {
      failures.push({ kind: 'mdx does not compile', detail: `${file}: ${String(error)}` });
    }
    failures.push(...found.map((what) => ({ kind: 'mdx runs a text', detail: `${file}: ${what}` })));
  }
  return failures;
}

/** Writes the provider, and looks whether another run would have anything to do. */
async function wrongOnDisk(input: Input, { files }: Generated): Promise<Failure[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stackql-provider-gen-fuzz-'));
  try {
    const outputs = { fuzz: files };
    applyPlan(folder, planWrite(folder, outputs));
    const { generated } = await generatedFrom(input, false);
    const { written, removed } = planWrite(folder, { fuzz: generated?.files ?? [] });
    const left = [...written.map(({ path: file }) => file), ...removed];
    if (left.length > 0) return [{ kind: 'written and not up to date', detail: left.join('\n') }];
    const found = (await check(path.join(folder, 'provider'), { docs: path.join(folder, 'docs') })).filter(
      (problem) => severityOf(problem) === 'error',
    );
    return found.map((problem) => ({ kind: `written ${problem.code}`, detail: shown([problem]) }));
  } catch (error) {
    return [within('written')(uncaught(error))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

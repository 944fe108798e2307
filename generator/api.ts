import { checkDocuments } from './check/check.js';
import { type Problem, ProblemsError } from './diagnostics/problem.js';
import { type DiffReport, diffReport } from './diff/report.js';
import { comparable, readSides, type Side } from './diff/sides.js';
import { suggestVersion } from './diff/version.js';
import { readPage, readPages } from './doc-pages/pages.js';
import type { OutputFile } from './model.js';
import {
  type Generated,
  type GenerateOptions,
  mapSource,
  generate as runGenerate,
  runTargets,
} from './pipeline/generate.js';
import { packProvider } from './pipeline/pack.js';
import { type Documents, isConfig, parsePackage, readPackages } from './provider-package/files.js';
import { providerOf } from './provider-package/to-model.js';
import type { Source } from './read/config-types.js';
import { MEMORY, positionOf } from './read/place.js';
import type { Packed } from './registry/publish.js';
import { type Report, reportOf } from './report/report.js';
import { packedVersion } from './text/version.js';
import type { Report as VerifyReport } from './verify/report.js';
import type { VerifyOptions } from './verify/verify-provider.js';

/**
 * The files of a provider package in memory, such as `generate` gives: `.yaml` files, and Markdown pages whose SQL
 * statements belong to them.
 */
export type Files = readonly OutputFile[];

/**
 * Generates a provider: its YAML, pages and stubs, and what other targets emit. Reads the config, the specs and the
 * templates; writes and prints nothing (`planWrite` and `applyPlan` write). Throws `ProblemsError` with all that is
 * wrong, also when the engine could not run the provider.
 *
 * @example
 * import { generate } from 'stackql-provider-gen';
 *
 * const document = {
 *   openapi: '3.0.3',
 *   info: { title: 'Acme', version: '1' },
 *   servers: [{ url: 'https://api.acme.com' }],
 *   paths: { '/things/{id}': { delete: { operationId: 'removeThing', responses: { 204: { description: 'Gone' } } } } },
 * };
 * const { files, warnings } = await generate({ document, provider: 'acme' }, { stubs: false });
 * console.log(files[0]?.path); // prints docs/services/index.md
 * console.log(warnings[0]?.code); // prints parameter-undeclared
 */
export async function generate(source: Source, options: GenerateOptions = {}): Promise<Generated> {
  return withPositions(() => runGenerate(source, options));
}

export interface CheckOptions {
  /** A folder with pages whose SQL statements must agree with the provider package that a path names. */
  readonly docs?: string;
}

/**
 * Looks for what the engine cannot run: in a provider package (a folder or file, or its files in memory), or in what a
 * config or an OpenAPI document would become. Returns findings of every severity (`severityOf`), in no particular
 * order. Throws `package-missing`, and for a source what `generate` throws.
 *
 * @example
 * import { check, severityOf } from 'stackql-provider-gen';
 *
 * const findings = await check('provider');
 * console.log(findings.filter((finding) => severityOf(finding) === 'error').length); // prints 0
 *
 * const [broken] = await check([{ path: 'provider.yaml', text: 'id: [' }]);
 * console.log(broken?.code); // prints yaml-syntax
 */
export async function check(subject: string | Source | Files, { docs }: CheckOptions = {}): Promise<Problem[]> {
  if (isFiles(subject)) {
    const pages = subject.filter(({ path }) => /\.mdx?$/.test(path)).map(({ path, text }) => readPage(path, text));
    const { documents, problems } = documentsIn(subject);
    return [...problems, ...checkDocuments(documents, pages)];
  }
  if (typeof subject === 'object' || isConfig(subject))
    return withPositions(async () => (await runTargets(subject, { skipSlow: true })).findings as Problem[]);
  const pages = docs === undefined ? [] : readPages(docs);
  return readPackages(subject).flatMap(({ documents, problems }) => [...problems, ...checkDocuments(documents, pages)]);
}

/**
 * Runs every documented statement on a real engine, against a mock of the API on this machine, and says what differs
 * from the API's description. Takes the config or document that the provider is generated from, or its files in memory
 * with paths below `provider/src/` and `docs/`. Throws `engine-missing`.
 *
 * @example
 * import { verify } from 'stackql-provider-gen';
 *
 * const { results } = await verify('spec/okta.config.yaml', {
 *   engine: process.env.STACKQL ?? 'stackql',
 *   environment: process.env,
 *   limit: 2,
 * });
 * console.log(results.map(({ verdict }) => verdict).join()); // prints ok,ok
 */
export async function verify(subject: Source | Files, options: VerifyOptions): Promise<VerifyReport> {
  const { verifyProvider } = await import('./verify/verify-provider.js');
  const { materialFrom } = await import('./pipeline/verify-material.js');
  if (!isFiles(subject)) return withPositions(async () => verifyProvider(await materialFrom(subject), options));
  const provider = subject.flatMap(({ path, text }) =>
    path.startsWith('provider/src/') ? [{ path: path.slice('provider/src/'.length), text }] : [],
  );
  const pages = subject.filter(({ path }) => path.startsWith('docs/'));
  return verifyProvider({ provider, specs: [], ...(pages.length > 0 && { pages }) }, options);
}

export interface DiffOptions {
  /** The provider's name, where specs are compared. */
  readonly provider?: string;
  /** `YYYY-MM`, the month of the version to suggest. Default: that of the last known one. */
  readonly date?: string;
  /** Versions that are published, `vYY.MM.NNNNN`: the suggested one comes after them. */
  readonly versions?: readonly string[];
}

/**
 * Says what changes for users from one provider to another. A string is what the command line takes: a config, a spec,
 * a provider's folder, `REF:PATH` or a git ref. Throws `diff-missing`, and for a source what `generate` throws.
 *
 * @example
 * import { diff } from 'stackql-provider-gen';
 *
 * const api = (summary: string, ...paths: string[]) => ({
 *   openapi: '3.0.3',
 *   info: { title: 'Acme', version: '1' },
 *   servers: [{ url: 'https://api.acme.com' }],
 *   paths: Object.fromEntries(
 *     paths.map((path) => [path, { get: { summary, responses: { 204: { description: 'Fine' } } } }]),
 *   ),
 * });
 * const before = { document: api('Old words', '/things', '/shops'), provider: 'acme' };
 * const after = { document: api('New words', '/things'), provider: 'acme' };
 * const { summary } = await diff(before, after);
 * console.log(summary.breaking, summary.docs); // prints 2 1
 */
export async function diff(
  before: Source | Files,
  after: Source | Files,
  options: DiffOptions = {},
): Promise<DiffReport> {
  return withPositions(async () => {
    const areNames = typeof before === 'string' && typeof after === 'string';
    const [old, now] = areNames
      ? await readSides(before, after, options.provider)
      : comparable([await sideOf(before, 'old', options), await sideOf(after, 'new', options)]);
    return diffReport(old, now, suggestVersion(old.provider, now.provider, options));
  });
}

/**
 * Says what became of every operation of an API, and why, and what was left out. Throws what `generate` throws, but for
 * errors that only the finished provider has.
 *
 * @example
 * import { report } from 'stackql-provider-gen';
 *
 * const { operations } = await report('spec/okta.config.yaml');
 * const { http, verb, because } = operations.find(({ operationId }) => operationId === 'getSession')!;
 * console.log(http, verb); // prints GET /api/v1/sessions/{sessionId} select
 * console.log(because.verb.rule.length > 0); // prints true
 */
export async function report(source: Source): Promise<Report> {
  return withPositions(async () => {
    const { provider, warnings } = await mapSource(source);
    return reportOf(provider, warnings);
  });
}

export interface PackOptions {
  /** `vYY.MM.NNNNN`. Default: the config's. */
  readonly version?: string;
}

/**
 * Packs the registry artifact of a provider, a gzipped tar whose bytes depend on nothing but the provider and the
 * version. Unlike the command, it does not compare with files on disk. Throws `version-wrong`, and what `generate`
 * throws.
 *
 * @example
 * import { pack } from 'stackql-provider-gen';
 *
 * const { provider, version, bytes } = await pack('spec/okta.config.yaml', { version: 'v26.11.00001' });
 * console.log(`${provider}/${version}.tgz`, bytes.length > 1000); // prints okta/v26.11.00001.tgz true
 */
export async function pack(source: Source, { version }: PackOptions = {}): Promise<Packed> {
  return withPositions(async () => {
    const { provider } = await runGenerate(source, { skipSlow: true });
    return packProvider(provider, packedVersion(version ?? provider.version));
  });
}

function isFiles(subject: string | Source | Files): subject is Files {
  return Array.isArray(subject);
}

/** The YAML files of a package; stubs and other files are no part of it. */
function documentsIn(files: Files): Documents {
  return parsePackage(
    files.filter(({ path }) => /\.ya?ml$/i.test(path)).map(({ path: file, text }) => ({ file, text })),
  );
}

async function sideOf(subject: Source | Files, label: string, { provider }: DiffOptions): Promise<Side> {
  if (typeof subject === 'string') {
    const [side] = await readSides(subject, subject, provider);
    return side;
  }
  if (!isFiles(subject)) return { label, provider: (await mapSource(subject)).provider, isPackage: false };
  const { documents, problems } = documentsIn(subject);
  if (problems.length > 0) throw new ProblemsError(problems);
  return { label, provider: providerOf(documents), isPackage: true };
}

/** Gives the problems in documents that are in memory their line and column, while the text is there. */
async function withPositions<Result>(run: () => Promise<Result>): Promise<Result> {
  const placed = (problem: Problem): Problem => {
    if (typeof problem.at !== 'string' || !problem.at.startsWith(MEMORY)) return problem;
    const { file, line, column } = positionOf(problem.at);
    return { ...problem, at: { file: file.replace(/^memory:\/\/\d+\//, ''), line, column } };
  };
  try {
    const result = await run();
    if (Array.isArray(result)) return result.map(placed) as Result;
    const { warnings } = result as { readonly warnings?: readonly Problem[] };
    return warnings ? { ...result, warnings: warnings.map(placed) } : result;
  } catch (error) {
    throw error instanceof ProblemsError ? new ProblemsError(error.problems.map(placed)) : error;
  }
}

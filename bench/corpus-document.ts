import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Problem, ProblemsError } from '../generator/diagnostics/problem.js';
import { methodsOf } from '../generator/model.js';
import { type Generated, generate } from '../generator/pipeline/generate.js';
import { materialOf } from '../generator/pipeline/verify-material.js';
import { readConfig } from '../generator/read/config.js';
import { readSpec } from '../generator/read/spec.js';
import { type ApiOperation, operationsOf, shapeOf } from '../generator/verify/operations.js';
import { isFailure, type Result } from '../generator/verify/verdicts.js';
import { verifyProvider } from '../generator/verify/verify-provider.js';
import { type DocumentResult, type Failure, providerName } from './corpus-table.js';

/**
 * One document through generate, check and verify, in a process of its own: prints its result as JSON. `corpus.ts`
 * starts it.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { engine: { type: 'string' }, sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const [file = ''] = positionals;

/** The operations as `verify` reads them, which shares no code with the mapper. */
async function operationsIn(): Promise<ApiOperation[]> {
  try {
    return operationsOf(await readSpec(file));
  } catch (error) {
    if (error instanceof ProblemsError) return [];
    throw error;
  }
}

const callOf = (method: string, path: string) => `${method.toUpperCase()} ${shapeOf(path)}`;

/** What became of the operations: mapped, left out with a code, or neither. */
function fates(operations: readonly ApiOperation[], { provider, warnings }: Generated) {
  const calls = new Set(methodsOf(provider).map(({ http }) => callOf(http.method, http.path)));
  const leftOut: Record<string, number> = {};
  const unexplained: string[] = [];
  let mapped = 0;
  for (const { method, path, at } of operations) {
    const isAbout = (problem: Problem) =>
      typeof problem.at === 'string' &&
      (`${problem.at}/`.startsWith(`${at}/`) || `${at}/`.startsWith(`${problem.at}/`));
    const code = warnings.find(isAbout)?.code;
    if (calls.has(callOf(method, path))) mapped += 1;
    else if (code === undefined) unexplained.push(`${method} ${path}`);
    else leftOut[code] = (leftOut[code] ?? 0) + 1;
  }
  return { mapped, leftOut, unexplained };
}

function counted(codes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of [...codes].sort()) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}

function failureOf({ service, resource, method, verdict, findings, statement = '' }: Result): Failure {
  const { seen = '', wanted = '', statement: other } = findings.find(({ limit }) => limit === undefined) ?? {};
  return { verdict, method: `${service}.${resource}.${method}`, statement: other ?? statement, seen, wanted };
}

/** Ends the engines with this process. */
function onInterrupt(stop: () => Promise<void>): () => void {
  const end = () => void stop().finally(() => process.exit(1));
  process.once('SIGINT', end);
  return () => process.off('SIGINT', end);
}

async function verified(generated: Generated, source: { spec: string; provider: string }) {
  if (values.engine === undefined) return {};
  const { engine, results } = await verifyProvider(materialOf(generated, readConfig(source)), {
    engine: values.engine,
    environment: process.env,
    engines: 1,
    onInterrupt,
    ...(values.sample && { sample: { methods: Number(values.sample), seed: Number(values.seed) } }),
  });
  const failed = results.filter(({ verdict }) => isFailure(verdict));
  const limits = results.filter(({ verdict }) => verdict === 'limit');
  return {
    verified: {
      engine,
      statements: results.length,
      right: results.filter(({ verdict }) => verdict === 'ok').length,
      limits: counted(limits.map(({ findings }) => findings.find(({ limit }) => limit)?.limit ?? '')),
      failed: counted(failed.map(({ verdict }) => verdict)),
      failures: failed.map(failureOf),
    },
  };
}

async function resultOf(): Promise<DocumentResult> {
  const operations = await operationsIn();
  const source = { spec: file, provider: providerName(file) };
  const common = { file, version: versionOf(), operations: operations.length };
  try {
    // What check says of the provider and its pages is among what generate refuses.
    const generated = await generate(source, { skipSlow: true });
    return { ...common, ...fates(operations, generated), ...(await verified(generated, source)) };
  } catch (error) {
    const problems = error instanceof ProblemsError ? error.problems : [{ code: 'uncaught', message: String(error) }];
    const lost = problems.map(({ code, message }) => ({ code, message }));
    return { ...common, mapped: 0, leftOut: {}, unexplained: [], lost };
  }
}

/** `openapi: 3.0.1`, as it is written. */
function versionOf(): string {
  return /["']?(?:openapi|swagger)["']?\s*:\s*["']?(\d[\d.]*)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}

console.log(JSON.stringify(await resultOf()));

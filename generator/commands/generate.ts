import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { type Problem, ProblemsError, severityOf } from '../diagnostics.js';
import { methodsOf, type OutputFile } from '../model.js';
import { type Generated, generate, PROFILES } from '../pipeline.js';
import { applyPlan, type Plan, planWrite, recover } from '../write.js';
import { type SourceOptions, sourcesOf, withSource } from './source.js';
import { printJson, sayProblems, type Terminal } from './terminal.js';

interface GenerateOptions extends SourceOptions {
  out: string;
  profile?: string;
  stubs: boolean;
  strict?: boolean;
  check?: boolean;
  json?: boolean;
}

export function generateCommand(program: Command, terminal: Terminal): void {
  withSource(program.command('generate').description('write the provider, its stubs and its documentation'))
    .option('--out <dir>', 'where provider/ and docs/ go', '.')
    .option('--profile <name>', `write only the documentation, as another tool made it: ${Object.keys(PROFILES).join(', ')}`)
    .option('--no-stubs', 'make no TypeScript stubs')
    .option('--strict', 'take warnings for errors')
    .option('--check', 'write nothing; exit 1 if the files on disk differ')
    .option('--json', 'print the result as JSON')
    .action((options: GenerateOptions) => run(options, terminal));
}

async function run(options: GenerateOptions, terminal: Terminal): Promise<void> {
  const root = path.resolve(options.out);
  if (statSync(root, { throwIfNoEntry: false })?.isFile()) throw new ProblemsError([{ code: 'output-no-folder', message: `${options.out} is a file` }]);
  const runs = new Map<string, Generated>();
  for (const source of sourcesOf(options)) {
    const generated = await generate(source, {
      ...(options.profile !== undefined && { profile: options.profile }),
      ...(!options.stubs && { stubs: false }),
      progress: terminal.progress,
    });
    runs.set(options.profile === undefined ? generated.provider.id : `${generated.provider.id}@${options.profile}`, generated);
  }
  const warnings = [...runs.values()].flatMap((generated) => generated.warnings);
  const strict = options.strict ? warnings.filter((problem) => severityOf(problem) === 'warning') : [];
  if (strict.length > 0) throw new ProblemsError(strict.map((warning) => ({ ...warning, severity: 'error' })));
  if (!options.check) recover(root);
  const plan = planWrite(root, Object.fromEntries([...runs].map(([owner, { files }]) => [owner, files])));
  if (!options.check) {
    terminal.progress(`writing ${plan.written.length} files`);
    applyPlan(root, plan);
  }
  const problems: Problem[] = [...warnings, ...(options.check ? driftProblems(root, plan) : plan.warnings)];
  const written = plan.written.map(({ path: file }) => file);
  if (options.json) {
    const result = options.check ? { drift: [...written, ...plan.removed] } : { written, removed: plan.removed };
    const providers = [...runs].map(([owner, { provider, files }]) => ({
      owner,
      services: provider.services.length,
      methods: methodsOf(provider).length,
      files: files.length,
    }));
    printJson(terminal, { providers, ...result }, problems);
    return;
  }
  sayProblems(terminal, problems);
  for (const [owner, { provider, files }] of runs) terminal.say(`${owner}: ${methodsOf(provider).length} methods, ${files.length} files`);
  const differing = written.length + plan.removed.length;
  if (!options.check) terminal.say(`${written.length} written, ${plan.removed.length} removed`);
  else terminal.say(differing === 0 ? 'everything is up to date' : `${differing} files differ`);
}

/** What is on disk and is not what would be generated. */
export function driftProblems(root: string, plan: Plan): Problem[] {
  const stale = plan.removed.map((file): Problem => ({ code: 'drift', message: `${file} is no longer generated` }));
  return [...plan.written.map((file) => driftProblem(root, file)), ...stale];
}

/** The first lines in which a file differs from what would be generated. */
function driftProblem(root: string, { path: file, text }: OutputFile): Problem {
  const onDisk = path.join(root, file);
  if (!existsSync(onDisk)) return { code: 'drift', message: `${file} is missing` };
  const before = readFileSync(onDisk, 'utf8').split('\n');
  const after = text.split('\n');
  const first = after.findIndex((line, index) => line !== before[index]);
  const line = first === -1 ? after.length : first;
  return {
    code: 'drift',
    message: `${file} differs from line ${line + 1} on`,
    hint: `- ${before[line] ?? '(end of file)'}\n  + ${after[line] ?? '(end of file)'}`,
  };
}

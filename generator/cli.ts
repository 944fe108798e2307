#!/usr/bin/env node
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import picocolors from 'picocolors';
import manifest from '../package.json' with { type: 'json' };
import { exitCode, type Problem, ProblemsError } from './diagnostics.js';
import { explain } from './explain.js';
import type { OutputFile, Provider } from './model.js';
import { type Generated, generate, mapConfig, PROFILES } from './pipeline.js';
import { problemJson, problemText } from './text/problems.js';
import { applyPlan, type Plan, planWrite, recover } from './write.js';

/** The only file that knows arguments, console and exit codes. stdout: data; stderr: messages. */
const colors = picocolors.createColors(process.stderr.isTTY === true && !process.env.NO_COLOR);
const say = (line: string) => process.stderr.write(`${line}\n`);

interface GenerateOptions {
  config?: string;
  out: string;
  profile?: string;
  check?: boolean;
  json?: boolean;
  debug?: boolean;
}

const program = new Command('stackql-provider-gen')
  .description('Reads an OpenAPI document and makes a StackQL provider from it: provider YAML, typed stubs, documentation.')
  .version(manifest.version)
  .option('--debug', 'print stack traces')
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) });

program
  .command('generate')
  .description('write the provider, its stubs and its documentation')
  .option('--config <file>', 'the config (default: every spec/*.config.yaml)')
  .option('--out <dir>', 'where provider/ and docs/ go', '.')
  .option('--profile <name>', `write only the documentation, as another tool made it: ${Object.keys(PROFILES).join(', ')}`)
  .option('--check', 'write nothing; exit 1 if the files on disk differ')
  .option('--json', 'print the result as JSON')
  .action(async (options: GenerateOptions) => {
    const root = path.resolve(options.out);
    if (statSync(root, { throwIfNoEntry: false })?.isFile()) throw new ProblemsError([{ code: 'output-no-folder', message: `${options.out} is a file` }]);
    const runs = new Map<string, Generated>();
    for (const config of configFiles(options.config)) {
      const generated = await generate(config, options.profile);
      runs.set(options.profile === undefined ? generated.provider.id : `${generated.provider.id}@${options.profile}`, generated);
    }
    if (!options.check) recover(root);
    const plan = planWrite(root, Object.fromEntries([...runs].map(([owner, { files }]) => [owner, files])));
    if (!options.check) applyPlan(root, plan);
    const problems: Problem[] = [...[...runs.values()].flatMap(({ warnings }) => warnings), ...(options.check ? driftProblems(root, plan) : plan.warnings)];
    const written = plan.written.map(({ path: file }) => file);
    if (options.json) {
      const result = options.check ? { drift: [...written, ...plan.removed] } : { written, removed: plan.removed };
      const providers = [...runs].map(([owner, { provider, files }]) => ({
        owner,
        services: provider.services.length,
        methods: methodCount(provider),
        files: files.length,
      }));
      process.stdout.write(`${JSON.stringify({ providers, ...result, problems: problems.map(problemJson) })}\n`);
    } else {
      for (const problem of problems) say(`${problemText(problem, colors)}\n`);
      for (const [owner, { provider, files }] of runs) say(`${owner}: ${methodCount(provider)} methods, ${files.length} files`);
      say(
        options.check
          ? written.length + plan.removed.length === 0
            ? 'everything is up to date'
            : `${written.length + plan.removed.length} files differ`
          : `${written.length} written, ${plan.removed.length} removed`,
      );
    }
    process.exitCode = exitCode(problems);
  });

program
  .command('explain <name>')
  .description('say why an operation has its service, resource, method name and SQL verb')
  .option('--config <file>', 'the config (default: every spec/*.config.yaml)')
  .action(async (name: string, options: { config?: string }) => {
    const configs = configFiles(options.config);
    for (const [index, config] of configs.entries()) {
      const { provider } = await mapConfig(config);
      try {
        process.stdout.write(`${explain(provider, name)}\n`);
        return;
      } catch (error) {
        if (!(error instanceof ProblemsError) || index === configs.length - 1) throw error;
      }
    }
  });

function configFiles(given: string | undefined): string[] {
  if (given !== undefined) return [given];
  const found = existsSync('spec') ? readdirSync('spec').filter((file) => file.endsWith('.config.yaml')) : [];
  if (found.length === 0) throw new ProblemsError([{ code: 'config-missing', message: 'no spec/*.config.yaml here' }]);
  return found.sort().map((file) => path.join('spec', file));
}

function methodCount({ services }: Provider): number {
  return services.flatMap(({ resources }) => resources.flatMap(({ methods }) => methods)).length;
}

function driftProblems(root: string, plan: Plan): Problem[] {
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

for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: (text) => process.stderr.write(text) });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof ProblemsError) {
    const json = process.argv.includes('--json');
    if (json) process.stdout.write(`${JSON.stringify({ problems: error.problems.map(problemJson) })}\n`);
    else say(error.problems.map((problem) => problemText(problem, colors)).join('\n\n'));
    process.exitCode = exitCode(error.problems) || 1;
  } else {
    const system = error as NodeJS.ErrnoException;
    say(`${colors.red('error')}  ${system.message}`);
    process.exitCode = 1;
  }
  if (process.argv.includes('--debug') && error instanceof Error) say(error.stack ?? '');
}

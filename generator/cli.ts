#!/usr/bin/env node
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import picocolors from 'picocolors';
import manifest from '../package.json' with { type: 'json' };
import { exitCode, type Problem, ProblemsError } from './diagnostics.js';
import { explain } from './explain.js';
import type { OutputFile } from './model.js';
import { generate, mapConfig, PROFILES } from './pipeline.js';
import { problemJson, problemText } from './text/problems.js';
import { applyPlan, planWrite, recover } from './write.js';

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
    const runs = [];
    for (const config of configFiles(options.config)) {
      const generated = await generate(config, options.profile);
      const owner = options.profile === undefined ? generated.provider.id : `${generated.provider.id}@${options.profile}`;
      runs.push({ owner, ...generated });
    }
    if (!options.check) recover(root);
    let drifted = false;
    for (const { owner, provider, files, warnings } of runs) {
      const plan = planWrite(root, owner, files);
      const problems: Problem[] = [...warnings, ...(options.check ? [] : plan.warnings)];
      const drift = [...plan.written.map(({ path: file }) => file), ...plan.removed];
      if (options.check)
        problems.push(
          ...[
            ...plan.written.map((file) => driftProblem(root, file)),
            ...plan.removed.map((file) => ({ code: 'drift' as const, message: `${file} is no longer generated` })),
          ],
        );
      else applyPlan(root, plan);
      drifted ||= options.check === true && drift.length > 0;
      const methods = provider.services.flatMap(({ resources }) => resources.flatMap((resource) => resource.methods)).length;
      if (options.json) {
        process.stdout.write(
          `${JSON.stringify({ provider: provider.id, services: provider.services.length, methods, written: options.check ? [] : plan.written.map(({ path: file }) => file), removed: options.check ? [] : plan.removed, drift: options.check ? drift : [], unchanged: plan.unchanged, problems: problems.map(problemJson) })}\n`,
        );
      } else {
        for (const problem of problems) say(`${problemText(problem, colors)}\n`);
        say(
          options.check
            ? `${owner}: ${drift.length === 0 ? `${files.length} files are up to date` : `${drift.length} of ${files.length} files differ`}`
            : `${owner}: ${methods} methods, ${plan.written.length} files written, ${plan.removed.length} removed, ${plan.unchanged} unchanged`,
        );
      }
    }
    if (drifted) process.exitCode = 1;
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

/** The first lines in which a file differs from what would be generated. */
function driftProblem(root: string, { path: file, text }: OutputFile): Problem {
  const on = path.join(root, file);
  if (!existsSync(on)) return { code: 'drift', message: `${file} is missing` };
  const before = readFileSync(on, 'utf8').split('\n');
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

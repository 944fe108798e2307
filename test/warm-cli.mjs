// Runs command lines in one process, one after the other: `{ args, cwd, env }` in, `{ status, stdout, stderr }` out.
import picocolors from 'picocolors';
import { reportError, run, VERSION } from '../dist/generator/chunks/program.js';

process.on('message', async ({ args, cwd, env }) => {
  const output = { stdout: '', stderr: '' };
  let status = 0;
  const terminal = {
    colors: picocolors.createColors(false),
    print: (text) => void (output.stdout += `${text}\n`),
    say: (text) => void (output.stderr += `${text}\n`),
    progress: () => {},
    onInterrupt: () => () => {},
    exitWith: (code) => void (status = code),
    env: { ...process.env, ...env },
    onStop: () => {},
  };
  const before = { ...process.env };
  Object.assign(process.env, env);
  process.chdir(cwd);
  try {
    await run(args, terminal);
  } catch (error) {
    reportError(error, args, terminal, VERSION);
  }
  for (const name of Object.keys(env)) delete process.env[name];
  Object.assign(process.env, before);
  process.send({ status, ...output });
});
process.on('disconnect', () => process.exit());

#!/usr/bin/env node
import picocolors from 'picocolors';
import { reportError, run, VERSION } from './commands/program.js';
import type { Terminal } from './commands/terminal.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const VERSIONS = `${VERSION}, Node ${process.version}, ${process.platform} ${process.arch}`;

/** What has to be stopped, however the process ends. */
const running = new Set<() => Promise<unknown>>();

/** The only file that touches the process: arguments, console, exit code. Commands are in `commands/`. */
const terminal: Terminal = {
  colors: picocolors.createColors(process.stderr.isTTY === true && !process.env.NO_COLOR),
  print: (text) => {
    terminal.progress('');
    process.stdout.write(`${text}\n`);
  },
  say: (text) => {
    terminal.progress('');
    process.stderr.write(`${text}\n`);
  },
  onInterrupt: (stop) => {
    const interrupt = (signal: NodeJS.Signals) => stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
    for (const signal of SIGNALS) process.once(signal, interrupt);
    running.add(stop);
    return () => {
      running.delete(stop);
      for (const signal of SIGNALS) process.off(signal, interrupt);
    };
  },
  exitWith: (code) => {
    process.exitCode = code;
  },
  progress: progressLine(),
  env: process.env,
  onStop: (stop) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop);
  },
};

/** One line on a terminal that is written over, from the second second on; nothing in a pipe or in CI. */
function progressLine(): Terminal['progress'] {
  if (!process.stderr.isTTY || process.env.CI) return () => {};
  let shown = '';
  return (text) => {
    if (text === shown || process.uptime() < 1) return;
    // A line that wraps could not be written over. It may quote the spec, which shall not steer the terminal.
    shown = text.replace(/\p{C}/gu, ' ').slice(0, (process.stderr.columns || 80) - 1);
    process.stderr.write(`\r\u001b[K${shown}`);
  };
}

const args = process.argv.slice(2);
const report = (error: unknown) => reportError(error, args, terminal, VERSIONS);

// The command and all that it uses is loaded later: its lines in a stack are then those of the sources.
if (args.includes('--debug')) process.setSourceMapsEnabled(true);

let isEnding = false;

/** Ends the process after an error that no command has caught: once, whatever else goes wrong meanwhile. */
function end(error: unknown): void {
  if (isEnding) return;
  isEnding = true;
  report(error);
  void Promise.allSettled([...running].map((stop) => stop())).then(() => process.exit());
}

process.on('uncaughtException', end);
process.on('unhandledRejection', end);
// Node sets 13 when it has nothing left to do while something is still waited for.
process.on('exit', () => process.exitCode === 13 && report(new Error('the run ended before its work did')));
// `… | head` closes the pipe: there is nobody left to print to.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? (process.exitCode ?? 0) : 1));

try {
  await run(args, terminal);
} catch (error) {
  end(error);
}

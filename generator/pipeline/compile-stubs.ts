import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { OutputFile } from '../model.js';

/** As strict as any user's project may be, with as little of the language's library as types need. */
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
  target: 'es2022',
  lib: ['es5'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: [],
};

/** A program that type-checks a folder: its file, and what comes before the arguments of `tsc`. */
export type Compiler = readonly [file: string, ...args: string[]];

const require = createRequire(import.meta.url);

/** TypeScript 7, seven times as fast as 5.9, which checks where 7 has no program for the machine. */
export function compilers(): Compiler[] {
  const next = path.dirname(require.resolve('typescript-next/package.json'));
  const program = `@typescript/typescript-${platform()}-${arch()}/package.json`;
  const classic: Compiler = [process.execPath, require.resolve('typescript/lib/tsc.js')];
  try {
    const folder = path.dirname(createRequire(path.join(next, 'package.json')).resolve(program));
    return [[path.join(folder, 'lib', platform() === 'win32' ? 'tsc.exe' : 'tsc')], classic];
  } catch {
    return [classic];
  }
}

/**
 * Type-checks modules that import only each other and the runtime, as one program, and returns the first error of each
 * by its path. They lie in a temporary folder meanwhile.
 */
export async function compileErrors(
  files: readonly OutputFile[],
  runtime: readonly OutputFile[],
  compiler = compilers()[0] as Compiler,
): Promise<Map<string, string>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'stackql-provider-gen-stubs-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  try {
    write('package.json', '{"type":"module"}');
    for (const { path: file, text } of files) write(file, text);
    // The runtime needs more of the library than types do, and is checked with the generator.
    for (const { path: file, text } of runtime) write(file, `// @ts-nocheck\n${text}`);
    write('tsconfig.json', JSON.stringify({ compilerOptions: STRICT, files: files.map((file) => file.path) }));
    const errors = new Map<string, string>();
    for (let isDone = false; !isDone; ) {
      const found = firstErrors(await printed(compiler, folder)).filter(({ file }) => !errors.has(file));
      for (const { file, message } of found) errors.set(file, message);
      // Types are looked at when every text can be parsed.
      const unparsed = found.filter(({ code }) => code < 2000);
      for (const { file } of unparsed) write(file, 'export {};\n');
      isDone = unparsed.length === 0;
    }
    return errors;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns what the compiler prints, which ends with 1 or 2 where it finds errors. */
async function printed([program, ...args]: Compiler, folder: string): Promise<string> {
  const run = promisify(execFile)(program, [...args, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  const { stdout } = await run.catch((error) => {
    if (error.code !== 1 && error.code !== 2) throw error;
    return error;
  });
  return stdout;
}

/** `file(line,column): error TS2456: message`, and what belongs to it in indented lines. */
function firstErrors(output: string): { file: string; code: number; message: string }[] {
  const lines = /^(?<file>[^\s(].*)\(\d+,\d+\): error TS(?<code>\d+): (?<message>.*(?:\r?\n +.*)*)/gm;
  const errors = [...output.matchAll(lines)].map(({ groups: { file = '', code, message = '' } = {} }) => ({
    file,
    code: Number(code),
    message: message.replace(/\s+/g, ' ').trim(),
  }));
  return errors.filter(({ file }, index) => errors.findIndex((other) => other.file === file) === index);
}

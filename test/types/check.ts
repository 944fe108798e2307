import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { OutputFile } from '../../generator/index.js';
import { ROOT, scratch } from '../places.js';

/** TypeScript as the stubs are made with, and the newest, as a checker only. */
export const CHECKERS = ['typescript', 'typescript-next'] as const;

/** As `@tsconfig/strictest` has it, and libraries are checked, too. */
const OPTIONS = {
  ...{
    strict: true,
    allowUnusedLabels: false,
    allowUnreachableCode: false,
    exactOptionalPropertyTypes: true,
    noFallthroughCasesInSwitch: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noPropertyAccessFromIndexSignature: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    isolatedModules: true,
    noEmit: true,
    skipLibCheck: false,
  },
  ...{ target: 'ES2022', lib: ['ES2022'], module: 'NodeNext', moduleResolution: 'NodeNext' },
};

export interface Project {
  readonly folder: string;
  /** By file, the errors that a compiler finds: as it prints them. */
  check(checker: (typeof CHECKERS)[number]): Promise<Map<string, string[]>>;
}

/** A project of these files, as strict as a user's may be. `types`: packages whose types it may use. */
export function project(files: readonly OutputFile[], types: readonly string[] = []): Project {
  const folder = scratch();
  const all = [
    ...files,
    { path: 'package.json', text: '{"type":"module"}' },
    {
      path: 'tsconfig.json',
      text: JSON.stringify({ compilerOptions: { ...OPTIONS, types, ...(types.length > 0 && { skipLibCheck: true }) } }),
    },
  ];
  for (const { path: file, text } of all) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  if (types.length > 0) symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return {
    folder,
    check: async (checker) => errorsIn(await output(folder, checker)),
  };
}

/** What a compiler prints for a project. It ends with code 1 or 2 where it finds errors. */
async function output(folder: string, checker: string): Promise<string> {
  const tsc = path.join(ROOT, 'node_modules', checker, 'bin/tsc');
  const run = promisify(execFile)(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: folder,
    maxBuffer: 2 ** 26,
  });
  const { stdout } = await run.catch((error) => {
    if (error.code !== 1 && error.code !== 2) throw error;
    return error;
  });
  return stdout;
}

function errorsIn(output: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let errors: string[] = [];
  for (const line of output.split('\n')) {
    const [, file = 'tsconfig.json', message] = /^(?:([^\s(][^(]*)\(\d+,\d+\): )?error (.*)$/.exec(line) ?? [];
    if (message === undefined) {
      // A long message goes on in indented lines.
      if (line.startsWith(' ')) errors.push(`${errors.pop() ?? ''}\n${line}`);
      continue;
    }
    errors = found.get(file) ?? [];
    errors.push(message);
    found.set(file, errors);
  }
  return found;
}

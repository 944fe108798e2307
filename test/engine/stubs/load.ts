import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { Statement } from '../../../generator/emit/stubs/runtime/statement.js';
import type { OutputFile } from '../../../generator/index.js';
import { scratch } from '../../places.js';

type Values = Readonly<Record<string, unknown>>;
export type Builder = (
  params: Values,
  body?: Values,
  options?: { columns?: readonly string[]; returning?: readonly string[] },
) => Statement<Values>;

/** Stubs as a program without types sees them: `stubs.service.resource.select(…)`. */
export type Stubs = Readonly<
  Record<
    string,
    Readonly<Record<string, Readonly<Record<string, Builder>> & { readonly exec: Readonly<Record<string, Builder>> }>>
  >
>;

/** Compiles generated stubs and loads them. */
export async function loadStubs(files: readonly OutputFile[]): Promise<Stubs> {
  const folder = scratch();
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  for (const file of files) {
    const target = path.join(folder, file.path.replace(/\.ts$/, '.js'));
    mkdirSync(path.dirname(target), { recursive: true });
    const { outputText } = ts.transpileModule(file.text, {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(target, outputText);
  }
  const index = files.find((file) => file.path.endsWith('/index.ts'))?.path.replace(/\.ts$/, '.js') ?? '';
  return import(/* @vite-ignore */ pathToFileURL(path.join(folder, index)).href);
}

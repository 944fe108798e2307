import path from 'node:path';
import ts from 'typescript';
import type { OutputFile } from '../../model.js';

/** As strict as any user's project may be. */
export const STRICT: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
};

/** Type-checks modules that import only each other: by path, the first error in each. Nothing is read but TypeScript's own library. */
export function compileErrors(files: readonly OutputFile[]): Map<string, string> {
  const root = path.resolve('/stubs');
  const texts = new Map(files.map((file) => [path.join(root, file.path), file.text]));
  texts.set(path.join(root, 'package.json'), '{"type":"module"}');
  const host = ts.createCompilerHost(STRICT);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => texts.get(path.normalize(file)) ?? readFile(file);
  host.fileExists = (file) => texts.has(path.normalize(file)) || (!path.normalize(file).startsWith(root) && fileExists(file));
  host.directoryExists = () => true;
  host.getSourceFile = (file, options, onError) => {
    const text = texts.get(path.normalize(file));
    return text === undefined ? getSourceFile(file, options, onError) : ts.createSourceFile(file, text, options, true);
  };
  const names = [...texts.keys()].filter((file) => file.endsWith('.ts'));
  const program = ts.createProgram(names, STRICT, host);
  const errors = new Map<string, string>();
  for (const { file, messageText } of ts.getPreEmitDiagnostics(program)) {
    const name = file ? path.relative(root, file.fileName).split(path.sep).join('/') : '';
    if (!errors.has(name)) errors.set(name, ts.flattenDiagnosticMessageText(messageText, ' '));
  }
  return errors;
}

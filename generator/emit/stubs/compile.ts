import path from 'node:path';
import ts from 'typescript';
import type { OutputFile } from '../../model.js';

/** As strict as any user's project may be, with as little of the language's library as types need. */
const STRICT: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es5.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: [],
};

/**
 * Type-checks modules that import only each other and the runtime, and returns the first error of each by its path. It
 * reads nothing but TypeScript's own library.
 */
export function compileErrors(files: readonly OutputFile[], runtime: readonly OutputFile[]): Map<string, string> {
  const root = path.resolve('/stubs');
  const texts = new Map([...files, ...runtime].map((file) => [path.join(root, file.path), file.text]));
  texts.set(path.join(root, 'package.json'), '{"type":"module"}');
  const host = ts.createCompilerHost(STRICT);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (file) => texts.get(path.normalize(file)) ?? readFile(file);
  host.fileExists = (file) =>
    texts.has(path.normalize(file)) || (!path.normalize(file).startsWith(root) && fileExists(file));
  host.directoryExists = () => true;
  host.getSourceFile = (file, options, onError) => {
    const text = texts.get(path.normalize(file));
    return text === undefined ? getSourceFile(file, options, onError) : ts.createSourceFile(file, text, options, true);
  };
  const program = ts.createProgram(
    files.map((file) => path.join(root, file.path)),
    STRICT,
    host,
  );
  const errors = new Map<string, string>();
  for (const file of files) {
    const source = program.getSourceFile(path.join(root, file.path));
    const [first] = source
      ? [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      : [];
    if (first) errors.set(file.path, ts.flattenDiagnosticMessageText(first.messageText, ' '));
  }
  return errors;
}

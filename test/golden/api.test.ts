import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, it } from 'vitest';
import { check, diff, generate, ProblemsError, report, severityOf } from '../../generator/index.js';
import { ENGINE, hasEngine, ROOT, scratch } from '../places.js';

const INDEX = path.join(ROOT, 'generator/index.ts');
const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(path.join(ROOT, 'tsconfig.json'), ts.sys.readFile).config,
  ts.sys,
  ROOT,
);
/** As a user's project that is strict sees the package: its types are those of the sources, which the build copies. */
const STRICT = {
  ...options,
  ...{ noEmit: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  paths: {
    'stackql-provider-gen': [INDEX],
    'stackql-provider-gen/target': [path.join(ROOT, 'generator/pipeline/define-target.ts')],
  },
};
const program = ts.createProgram([INDEX], STRICT);
const checker = program.getTypeChecker();
const module = checker.getSymbolAtLocation(program.getSourceFile(INDEX) as ts.SourceFile) as ts.Symbol;
const resolved = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
const exported = new Set(checker.getExportsOfModule(module).map(resolved));
const isOurs = (node: ts.Node) => /[\\/]generator[\\/]/.test(node.getSourceFile().fileName);

/** The types of this project that a declaration names: those of a function's body are its own business. */
function typesIn(node: ts.Node): ts.Symbol[] {
  if (ts.isBlock(node)) return [];
  const name = ts.isTypeReferenceNode(node) ? node.typeName : undefined;
  const symbol = name && checker.getSymbolAtLocation(name);
  const own = symbol ? [resolved(symbol)] : [];
  const inner: ts.Symbol[] = [];
  ts.forEachChild(node, (child) => void inner.push(...typesIn(child)));
  return [...own, ...inner].filter((each) =>
    each.declarations?.some((declaration) => isOurs(declaration) && !ts.isTypeParameterDeclaration(declaration)),
  );
}

const examples = [...exported].flatMap((symbol) =>
  symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'example')
    .map(({ text }): [name: string, code: string] => [symbol.name, ts.displayPartsToString(text)]),
);

describe('the public API', () => {
  it('exports every type that an exported declaration names', () => {
    const missing = [...exported].flatMap((symbol) =>
      (symbol.declarations ?? []).flatMap((declaration) =>
        typesIn(declaration)
          .filter((type) => !exported.has(type))
          .map((type) => `${symbol.name} names ${type.name}`),
      ),
    );
    expect([...new Set(missing)]).toEqual([]);
  });

  it('has a docstring with an example for every operation', () => {
    const named = examples.map(([name]) => name);
    expect(named).toEqual(
      expect.arrayContaining(['generate', 'check', 'verify', 'diff', 'report', 'pack', 'defineTarget']),
    );
  });

  describe('each example compiles, strictly, and prints what it says', () => {
    const folder = scratch();
    const errors: string[] = [];
    const printed: Record<string, string> = {};
    beforeAll(() => {
      for (const each of ['spec', 'provider'])
        cpSync(path.join(ROOT, each), path.join(folder, each), { recursive: true });
      mkdirSync(path.join(folder, 'node_modules'));
      symlinkSync(ROOT, path.join(folder, 'node_modules/stackql-provider-gen'));
      for (const [name, code] of examples) {
        writeFileSync(path.join(folder, `${name}.mts`), code);
        writeFileSync(
          path.join(folder, `${name}.mjs`),
          ts.transpile(code, { target: options.target, module: ts.ModuleKind.ESNext }),
        );
      }
      writeFileSync(path.join(folder, 'all.mjs'), ALL);
      const files = examples.map(([name]) => path.join(folder, `${name}.mts`));
      const all = ts.createProgram([INDEX, ...files], STRICT, undefined, program);
      for (const file of files)
        for (const { messageText } of ts.getPreEmitDiagnostics(all, all.getSourceFile(file)))
          errors.push(`${path.basename(file)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
      const names = examples.map(([name]) => name).filter((name) => name !== 'verify' || hasEngine);
      const ran = spawnSync(process.execPath, ['all.mjs', ...names], {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, STACKQL: ENGINE },
      });
      Object.assign(printed, ran.status === 0 ? JSON.parse(ran.stdout) : { failed: ran.stderr });
    });

    it('all of them compile', () => expect(errors).toEqual([]));
    it.each(examples)('%s', (name, code) => {
      if (name === 'verify' && !hasEngine) return;
      const wanted = [...code.matchAll(/\/\/ prints (.*)/g)].map(([, text]) => text);
      expect(printed).toHaveProperty([name], wanted.join('\n'));
    });
  });
});

/** Runs modules in one process, and prints what each of them prints. */
const ALL = `
  import { format } from 'node:util';
  const printed = {};
  for (const name of process.argv.slice(2)) {
    const lines = [];
    console.log = (...values) => lines.push(format(...values));
    await import('./' + name + '.mjs');
    printed[name] = lines.join('\\n');
  }
  process.stdout.write(JSON.stringify(printed));
`;

describe('an OpenAPI document in memory', () => {
  const document = {
    openapi: '3.0.3',
    info: { title: 'T', version: '1' },
    servers: [{ url: 'https://e.com' }],
    paths: { '/things/{id}': { get: { responses: { 204: { description: 'None' } } } } },
  };
  const source = { document, provider: 'p' };

  it('is generated as the same document in a file is, from an object or from text', async () => {
    const spec = path.join(scratch(), 'p.json');
    writeFileSync(spec, JSON.stringify(document));
    const fromFile = await generate({ spec, provider: 'p' }, { stubs: false });
    for (const each of [document, JSON.stringify(document)])
      expect((await generate({ document: each, provider: 'p' }, { stubs: false })).files).toEqual(fromFile.files);
  });

  it('has the line and column of what is odd in it', async () => {
    const { warnings } = await generate(source, { stubs: false });
    expect(warnings.map(({ code, at }) => [code, at])).toContainEqual([
      'parameter-undeclared',
      { file: 'p', line: expect.any(Number), column: expect.any(Number) },
    ]);
    await expect(generate({ document: 'a: [', provider: 'p' })).rejects.toThrow(ProblemsError);
  });

  it.each(['secret.yaml', '/etc/hostname', 'file:///etc/hostname', '../package.json'])(
    'cannot reach %s',
    async ($ref) => {
      const responses = { 200: { description: 'R', content: { 'application/json': { schema: { $ref } } } } };
      const reaching = { ...document, paths: { '/a': { get: { operationId: 'a', responses } } } };
      const outcome = await generate({ document: reaching, provider: 'p' }, { stubs: false }).catch((error) => error);
      const problems = outcome instanceof ProblemsError ? outcome.problems : outcome.warnings;
      expect(problems.map(({ code }: { code: string }) => code)).toContain('ref-refused');
    },
  );

  it('can be checked, compared and reported, and so can the files that it becomes', async () => {
    const { files } = await generate(source, { stubs: false });
    expect(await check(source)).toEqual([]);
    expect((await check(files)).filter((problem) => severityOf(problem) === 'error')).toEqual([]);
    expect((await diff(files, source)).changes).toEqual([]);
    expect((await report(source)).operations).toHaveLength(1);
  });
});

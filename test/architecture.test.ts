import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROOT } from './places.js';

/** The rooms of `generator/` from the bottom up. A room imports itself and lower floors only, types included. */
const FLOORS = [
  ['model.ts'],
  ['diagnostics', 'sql'],
  ['text', 'doc-pages', 'read', 'write'],
  ['write.ts'],
  ['map', 'emit', 'report'],
  ['provider-package'],
  ['check', 'registry', 'verify'],
  ['pipeline'],
  ['diff'],
  ['api.ts'],
  ['index.ts'],
  ['commands'],
  ['cli.ts'],
];

/** What pure rooms may import: text and data, nothing that reads, writes or asks. `node:path` computes only. */
const PURE = ['emit', 'sql'];
const PURE_IMPORTS = ['model.ts', 'diagnostics', 'sql', 'text', 'emit', 'node:path'];

/** `process` and `console` belong to `cli.ts`. `[member, files, why they ask themselves]`. */
const PROCESS: readonly (readonly [string, readonly string[], string])[] = [
  [
    'process.cwd',
    [
      'commands/check.ts',
      'commands/pack.ts',
      'pipeline/incremental.ts',
      'read/files.ts',
      'read/spec.ts',
      'report/annotations.ts',
      'report/problems.ts',
      'report/sarif.ts',
    ],
    'paths are shown relative to it; node:path starts there as well',
  ],
  ['process.version', ['pipeline/cache.ts'], 'part of the cache key: another Node may write other bytes'],
  ['process.getuid', ['pipeline/cache-access.ts'], 'the cache must belong to whoever runs the tool'],
  ['process.pid', ['pipeline/cache.ts'], 'no other process gives its temporary file that name'],
  ['process.execPath', ['pipeline/compile-stubs.ts'], 'the compiler in JavaScript needs a Node to run it'],
  [
    'process.kill',
    ['verify/engine.ts'],
    'an engine ends with all that it forked, which only a signal to its group does',
  ],
  ['node:process', ['registry/mutex.ts'], 'the lock names its holder, and asks whether that one lives'],
];

const room = (file: string) => file.split('/')[0] as string;
const floor = (name: string) => FLOORS.findIndex((rooms) => rooms.includes(name));

/** Breaches of the rules in source files by their path below `generator/`. */
function breaches(files: ReadonlyMap<string, string>): string[] {
  const imports = new Map([...files].map(([file, source]) => [file, importsOf(file, source)]));
  return [
    ...new Set([...files.keys()].filter((file) => floor(room(file)) < 0).map((file) => `${room(file)} is on no floor`)),
    ...[...imports].flatMap(([file, targets]) => targets.flatMap((target) => arrow(file, target))),
    ...circles(imports),
    ...[...files].flatMap(([file, source]) =>
      processUses(file, source)
        .filter((use) => !PROCESS.some(([member, excepted]) => member === use && excepted.includes(file)))
        .map((use) => `${file} uses ${use}`),
    ),
  ];
}

/** The packages and files of `generator/` that a file imports, for code or for types. JSON is data. */
function importsOf(file: string, source: string): string[] {
  const names = ts.preProcessFile(source).importedFiles.map(({ fileName }) => fileName);
  const targets = names.map((name) =>
    name.startsWith('.') ? path.posix.join(path.posix.dirname(file), name.replace(/\.js$/, '.ts')) : name,
  );
  return targets.filter((target) => !target.endsWith('.json'));
}

function arrow(file: string, target: string): string[] {
  const [from, to, isFile] = [room(file), room(target), target.endsWith('.ts')];
  if (isFile && from !== to && floor(to) >= floor(from)) return [`${file} imports ${target}, which is not below it`];
  const isBarred = PURE.includes(from) && (isFile || target.startsWith('node:')) && !PURE_IMPORTS.includes(to);
  return isBarred ? [`${file} is pure and imports ${target}`] : [];
}

function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): string[] => {
    if (trail.includes(file)) return [`circle: ${[...trail.slice(trail.indexOf(file)), file].join(' → ')}`];
    if (done.has(file)) return [];
    const found = (imports.get(file) ?? []).flatMap((target) => visit(target, [...trail, file]));
    done.add(file);
    return found;
  };
  return [...imports.keys()].flatMap((file) => visit(file, []));
}

/** What of `process` and `console` a file uses: `process.cwd`, `process` where it is taken whole, `node:process`. */
function processUses(file: string, source: string): string[] {
  if (file === 'cli.ts') return [];
  const uses = importsOf(file, source).filter((target) => /^(node:)?process$/.test(target));
  const visit = (node: ts.Node, parent: ts.Node) => {
    const isMember = ts.isPropertyAccessExpression(parent);
    const isName = (isMember && parent.name === node) || ts.isPropertyAssignment(parent);
    if (ts.isIdentifier(node) && /^(process|console)$/.test(node.text) && !isName)
      uses.push(isMember ? `${node.text}.${parent.name.text}` : node.text);
    ts.forEachChild(node, (child) => visit(child, node));
  };
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest);
  ts.forEachChild(tree, (child) => visit(child, tree));
  return uses;
}

describe('planted breaches are found', () => {
  it.each<[name: string, files: Record<string, string>, want: string[]]>([
    ['an import of what is below', { 'map/a.ts': "import { b } from '../read/b.js'", 'read/b.ts': '' }, []],
    ['an arrow up', { 'read/a.ts': "import '../map/b.js'" }, ['read/a.ts imports map/b.ts, which is not below it']],
    [
      'an arrow up, of a type',
      { 'read/a.ts': "export type { B } from '../map/b.js'" },
      ['read/a.ts imports map/b.ts, which is not below it'],
    ],
    [
      'an arrow up, when it is needed',
      { 'sql/a.ts': "const b = import('../map/b.js')" },
      ['sql/a.ts imports map/b.ts, which is not below it'],
    ],
    [
      'a neighbour on the same floor',
      { 'report/a.ts': "import '../emit/b.js'" },
      ['report/a.ts imports emit/b.ts, which is not below it'],
    ],
    ['a new room', { 'attic/a.ts': '' }, ['attic is on no floor']],
    [
      'a circle of types',
      { 'map/a.ts': "import './b.js'", 'map/b.ts': "import type { C } from './c.js'", 'map/c.ts': "import './a.js'" },
      ['circle: map/a.ts → map/b.ts → map/c.ts → map/a.ts'],
    ],
    ['the process', { 'map/a.ts': 'process.env.CI' }, ['map/a.ts uses process.env']],
    ['the console', { 'map/a.ts': 'console.log(1)' }, ['map/a.ts uses console.log']],
    ['the whole process', { 'map/a.ts': 'const { env } = process' }, ['map/a.ts uses process']],
    ['the process, imported', { 'map/a.ts': "import { env } from 'node:process'" }, ['map/a.ts uses node:process']],
    ['a use that another file may make', { 'map/a.ts': 'process.cwd()' }, ['map/a.ts uses process.cwd']],
    ['another thing of that name', { 'map/a.ts': '// process\nx.process({ process: 1 }, "process.env")' }, []],
    ['the process in cli.ts', { 'cli.ts': 'process.exit()' }, []],
    ['the disk in a pure room', { 'emit/a.ts': "import 'node:fs'" }, ['emit/a.ts is pure and imports node:fs']],
    [
      'the reader in a pure room',
      { 'emit/a.ts': "import '../read/b.js'" },
      ['emit/a.ts is pure and imports read/b.ts'],
    ],
    ['paths in a pure room', { 'emit/a.ts': "import path from 'node:path'; import '../text/b.js'" }, []],
  ])('%s', (_name, files, want) => expect(breaches(new Map(Object.entries(files)))).toEqual(want));
});

describe('the generator', () => {
  const generator = path.join(ROOT, 'generator');
  const names = readdirSync(generator, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const files = new Map(names.map((file) => [file, readFileSync(path.join(generator, file), 'utf8')]));

  it('has one direction, no circles, and one place that talks to the process', () => {
    expect(files.size).toBeGreaterThan(100);
    expect(breaches(files)).toEqual([]);
  });

  it.each(PROCESS)('still needs the exception for %s', (member, excepted) => {
    for (const file of excepted) expect(processUses(file, files.get(file) ?? ''), file).toContain(member);
  });
});

it('no line of the tests and the bench is over 120 columns', () => {
  const files = ['test', 'bench'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  const long = files
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(path.join(ROOT, file), 'utf8')
        .split('\n')
        .map((line, at) => [file, at + 1, line]),
    )
    .filter(([, , line]) => String(line).length > 120)
    .map(([file, at]) => `${file}:${at}`);
  expect(long).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Handlebars from 'handlebars';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../places.js';

/**
 * Handlebars' strict mode does not notice a missing path in `{{#each}}` or `{{#if}}`. This walks every template beside
 * the type of its view, and finds each path there; a view field that may be undefined is refused too.
 */
const VIEWS: [template: string, source: string, type: string][] = [
  ['default/provider', 'views.ts', 'ProviderView'],
  ['default/service', 'views.ts', 'ServiceView'],
  ['default/all-methods', 'views.ts', 'MethodsView'],
  ['default/resource', 'views.ts', 'ResourceView'],
  ['default/overview', 'views.ts', 'ResourceView'],
  ['default/fields', 'views.ts', 'ResourceView'],
  ['default/methods', 'views.ts', 'ResourceView'],
  ['default/parameters', 'views.ts', 'ResourceView'],
  ['default/examples', 'views.ts', 'ResourceView'],
  ['default/field', 'views.ts', 'FieldView'],
  ['default/column', 'views.ts', 'FieldView'],
  ['default/parameter', 'views.ts', 'ParameterView'],
  ['default/nested', 'views.ts', 'NestedView'],
  ['default/variant', 'views.ts', 'VariantView'],
  ['default/facts', 'views.ts', 'FactsView'],
  ['default/marks', 'views.ts', 'MarkedView'],
  ['registry-2025-09/resource', 'registry-2025-09.ts', 'ResourceView'],
];

const folder = path.join(ROOT, 'generator/emit/docs');
const program = ts.createProgram([path.join(folder, 'views.ts'), path.join(folder, 'registry-2025-09.ts')], {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  skipLibCheck: true,
});
const checker = program.getTypeChecker();

function typeNamed(source: string, name: string): ts.Type {
  const file = program.getSourceFile(path.join(folder, source));
  const declaration = file?.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  );
  if (!declaration) throw new Error(`no ${name} in ${source}`);
  return checker.getTypeAtLocation(declaration);
}

function walk(program: hbs.AST.Program, contexts: ts.Type[], missing: string[]): void {
  const find = (expression: hbs.AST.Expression): ts.Type | undefined => {
    if (expression.type !== 'PathExpression') return undefined;
    const { data, depth, parts, original } = expression as hbs.AST.PathExpression;
    if (data) return undefined;
    let type = contexts[contexts.length - 1 - depth];
    for (const part of parts) {
      const symbol = type && checker.getPropertyOfType(type, String(part));
      type = symbol && checker.getTypeOfSymbol(symbol);
      if (
        !symbol ||
        !type ||
        (symbol.flags & ts.SymbolFlags.Optional) !== 0 ||
        checker.typeToString(type).includes('undefined')
      ) {
        missing.push(original);
        return undefined;
      }
    }
    return type;
  };
  for (const statement of program.body) {
    if (statement.type === 'PartialStatement') {
      // A partial is given what its own view says.
      const { name, params } = statement as hbs.AST.PartialStatement;
      const partial = (name as hbs.AST.PathExpression).original;
      const view = VIEWS.find(([template]) => template === `default/${partial}`);
      const given = params[0] ? find(params[0]) : contexts.at(-1);
      if (!view || (given && !checker.isTypeAssignableTo(given, typeNamed(view[1], view[2]))))
        missing.push(`> ${partial}`);
    }
    if (statement.type === 'MustacheStatement')
      find((statement as hbs.AST.MustacheStatement).path as hbs.AST.Expression);
    if (statement.type !== 'BlockStatement') continue;
    const { path: helper, params, program: inner, inverse } = statement as hbs.AST.BlockStatement;
    const type = params[0] && find(params[0]);
    const element =
      type && checker.isArrayType(type) ? checker.getIndexTypeOfType(type, ts.IndexKind.Number) : undefined;
    const isEach = (helper as hbs.AST.PathExpression).original === 'each';
    if (isEach && type && !element) missing.push(`${(params[0] as hbs.AST.PathExpression).original} is no list`);
    // Without a type the list itself was reported: its content cannot be judged.
    if (!isEach || element) walk(inner, isEach && element ? [...contexts, element] : contexts, missing);
    if (inverse) walk(inverse, contexts, missing);
  }
}

function missingPaths(source: string, type: ts.Type): string[] {
  const missing: string[] = [];
  walk(Handlebars.parse(source) as hbs.AST.Program, [type], missing);
  return missing;
}

describe('every path of a template is in the type of its view', () => {
  it('and every template has a view', () => {
    const files = readdirSync(path.join(ROOT, 'generator/templates'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.hbs'),
    );
    expect(files.map((file) => file.split(path.sep).join('/').replace('.hbs', '')).sort()).toEqual(
      VIEWS.map(([template]) => template).sort(),
    );
  });

  it.each(VIEWS)('%s', (template, source, type) => {
    expect(
      missingPaths(
        readFileSync(path.join(ROOT, `generator/templates/${template}.hbs`), 'utf8'),
        typeNamed(source, type),
      ),
    ).toEqual([]);
  });
  it.each([
    ['a mustache', '{{nope}}', ['nope']],
    ['a list', '{{#each nope}}x{{/each}}', ['nope']],
    ['a condition', '{{#if nope}}x{{/if}}', ['nope']],
    ['inside a list', '{{#each resources}}{{nope}}{{../nope}}{{/each}}', ['nope', '../nope']],
    ['a partial', '{{> nope}}{{> marks}}{{> field}}', ['> nope', '> marks', '> field']],
    ['a list that is none', '{{#each description}}x{{/each}}', ['description is no list']],
  ])('the walk finds what is missing in %s', (_name, source, want) =>
    expect(missingPaths(source, typeNamed('views.ts', 'ServiceView'))).toEqual(want),
  );
});

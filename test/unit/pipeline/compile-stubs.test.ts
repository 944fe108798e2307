import { expect, it } from 'vitest';
import { compileErrors, compilers } from '../../../generator/pipeline/compile-stubs.js';

const runtime = [{ path: 'runtime/types.ts', text: 'export type Id = string;\nconst wrong: number = new Set();\n' }];
const files = [
  { path: 'sound.ts', text: "import type { Id } from './runtime/types.js';\nexport type Row = { readonly id: Id };\n" },
  { path: 'circle.ts', text: 'export type Self = Self & { a: 1 };\nexport type Other = Other;\n' },
  { path: 'deep (1).ts', text: "import type { Row } from './sound.js';\nexport const row: Row[] = [{ id: 1 }, 2];\n" },
  { path: 'syntax.ts', text: 'export type = ;\n' },
  { path: 'user.ts', text: "import type { Gone } from './syntax.js';\nexport type User = Gone;\n" },
];

it.each(compilers().map((compiler) => [compiler[1] ?? compiler[0], compiler] as const))(
  'the first error of each module, by %s',
  async (_name, compiler) => {
    expect(Object.fromEntries(await compileErrors(files, runtime, compiler))).toEqual({
      'circle.ts': "Type alias 'Self' circularly references itself.",
      'deep (1).ts': "Type 'number' is not assignable to type 'string'.",
      'syntax.ts': expect.stringContaining('expected.'),
      'user.ts': expect.stringContaining('Gone'),
    });
  },
);

it('a compiler that cannot run is no proof', async () => {
  await expect(compileErrors(files, runtime, ['/nowhere/tsc'])).rejects.toThrow('ENOENT');
});

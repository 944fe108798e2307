import { pascalCase } from '../../text/names.js';

/** Names that a module of the stubs has or may use: its imports, and types of the language. */
const TAKEN = new Set([
  // Imports.
  'components',
  'operations',
  'Readable',
  'Writable',
  'resource',
  'Row',
  'Only',
  'Item',
  'Not',
  'SelectOptions',
  'ReturningOptions',
  'Statement',
  'Columns',
  'ResourceTable',
  'Table',
  // Types of the language.
  'Array',
  'Exclude',
  'NonNullable',
  'Object',
  'Omit',
  'Readonly',
  'Record',
  'String',
  'Number',
  'Boolean',
  'Symbol',
]);

/** Words that cannot name a constant of a module, which is strict. */
const KEYWORDS = new Set([
  'arguments',
  'await',
  'break',
  'case',
  'catch',
  'class',
  'const',
  'continue',
  'debugger',
  'default',
  'delete',
  'do',
  'else',
  'enum',
  'eval',
  'export',
  'extends',
  'false',
  'finally',
  'for',
  'function',
  'if',
  'implements',
  'import',
  'in',
  'instanceof',
  'interface',
  'let',
  'new',
  'null',
  'package',
  'private',
  'protected',
  'public',
  'return',
  'static',
  'super',
  'switch',
  'this',
  'throw',
  'true',
  'try',
  'typeof',
  'undefined',
  'var',
  'void',
  'while',
  'with',
  'yield',
]);

/** Hands out the names of one module, each once. */
export class Names {
  private readonly taken = new Set<string>(TAKEN);

  /** `SessionsRow`; a second one gets a number. */
  type(...parts: readonly string[]): string {
    return this.free(parts.map(pascalCase).join('') || 'Unnamed');
  }

  /** `sessionsColumns` */
  variable(...parts: readonly string[]): string {
    const name = parts.map(pascalCase).join('');
    return this.free(name.charAt(0).toLowerCase() + name.slice(1) || 'unnamed');
  }

  /** A resource's constant is its name; a word of the language gets an underscore. */
  constant(name: string): string {
    return this.free(KEYWORDS.has(name) || TAKEN.has(name) ? `${name}_` : name);
  }

  private free(name: string): string {
    const plain = /^\d/.test(name) ? `_${name}` : name;
    let unique = plain;
    for (let count = 2; this.taken.has(unique); count++) unique = `${plain}_${count}`;
    this.taken.add(unique);
    return unique;
  }
}

/** Writes a string literal of TypeScript. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner.replace(/[\u2028\u2029\uFEFF]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`;
}

/** A property's name: bare where it can be. */
export function key(name: string): string {
  // As a plain key it would set the prototype.
  if (name === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** Writes the members of an object literal, on one line where they fit. */
export function braces(members: readonly string[]): string {
  const line = members.join(', ');
  if (line === '') return '{}';
  return line.length <= 120 ? `{ ${line} }` : `{\n${members.map((member) => `  ${member},\n`).join('')}}`;
}

import type { Column, DataType, Method, Provider, RowShape } from '../../model.js';
import { selectable } from '../../sql/sql.js';
import { doc, indent } from './doc.js';
import { braces, key, type Names, quoted } from './names.js';
import { componentType, operationKey, variantsType } from './schema.js';

/** The type of a method's rows and the constant with their columns; methods with the same rows share them. */
export interface RowNames {
  readonly row: string;
  readonly column: string;
  readonly columns: string;
}

/** The origin of the types: openapi-typescript, which printed types of these components, or the Model alone. */
export type TypeSource =
  | { readonly from: 'model' }
  | { readonly from: 'schema'; readonly components: ReadonlySet<string>; readonly objects: Provider['objects'] };

/** The row types of a resource, each printed once. */
export class RowTypes {
  private readonly printedRows = new Map<string, RowNames>();
  private readonly tables = new Map<string, Pick<RowNames, 'column' | 'columns'>>();
  readonly printed: string[] = [];

  constructor(
    private readonly names: Names,
    private readonly resource: { readonly name: string; readonly id: string },
    private readonly source: TypeSource,
    private readonly addOperation: (key: string) => void,
  ) {}

  /** The names for the rows of a method; none when it has no rows that a statement can name. */
  of(method: Method): RowNames | undefined {
    const row = method.verb === 'exec' || method.verb === 'delete' ? undefined : method.response.row;
    const columns = row?.columns.filter(({ name }) => selectable(name)) ?? [];
    if (!row || columns.length === 0) return undefined;
    const described = this.source.from === 'model' ? modelRow(columns) : (this.variants(row) ?? schemaRow(method, row));
    const table = braces(columns.map(({ name, type }) => `${key(name)}: '${kindOf(type)}'`));
    const same = this.printedRows.get(`${described} ${table}`);
    if (same) return same;
    if (this.source.from === 'schema' && described.includes('operations['))
      this.addOperation(operationKey(method.operationId));
    const about = this.printedRows.size === 0 ? [this.resource.name] : [this.resource.name, method.name];
    const names = { row: this.names.type(...about, 'row'), ...(this.tables.get(table) ?? this.table(table, about)) };
    this.printedRows.set(`${described} ${table}`, names);
    const type = this.source.from === 'model' ? described : `Row<Readable<${described}>, ${names.column}>`;
    const of = this.printedRows.size === 1 ? this.resource.id : `${this.resource.id}, as \`${method.name}\` returns it`;
    this.printed.push(`${doc(`A row of ${of}.`)}export type ${names.row} = ${type};\n`);
    return names;
  }

  private variants({ object, transform }: RowShape): string | undefined {
    return this.source.from === 'model' || transform
      ? undefined
      : variantsType(object, this.source.objects, this.source.components);
  }

  private table(columns: string, about: readonly string[]): Pick<RowNames, 'column' | 'columns'> {
    const names = { column: this.names.type(...about, 'column'), columns: this.names.variable(...about, 'columns') };
    this.tables.set(columns, names);
    this.printed.push(
      `const ${names.columns} = ${columns} as const satisfies Columns;\nexport type ${names.column} = keyof typeof ${names.columns};\n`,
    );
    return names;
  }
}

/** How the engine's text is read (ENGINE E3.10). */
function kindOf({ type }: DataType): string {
  if (type === 'array' || type === 'object') return 'json';
  return type === 'string' ? 'text' : type;
}

function schemaRow(
  { operationId, response }: Method,
  { component, transform, mediaType, objectKey }: RowShape,
): string {
  if (transform) return `Item<${componentType(transform.component)}>`;
  if (component !== undefined) return componentType(component);
  const steps = (objectKey ?? '')
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((step) => step !== '');
  const body = `operations[${quoted(operationKey(operationId))}]['responses'][${response.status}]['content'][${quoted(mediaType)}]`;
  return `Item<${steps.reduce((type, step) => `NonNullable<${type}[${quoted(step)}]>`, body)}>`;
}

function modelRow(columns: readonly Column[]): string {
  const member = ({ name, type, description, enum: options, enumIsOpen }: Column) =>
    indent(`${doc(description)}${key(name)}: ${columnType(type, enumIsOpen ? undefined : options)} | null;\n`);
  return `{\n${columns.map(member).join('')}}`;
}

function columnType({ type }: DataType, options: readonly string[] | undefined): string {
  if (type === 'array' || type === 'object') return 'unknown';
  if (type === 'string') return options ? options.map(quoted).join(' | ') : 'string';
  return type === 'boolean' ? 'boolean' : 'number';
}

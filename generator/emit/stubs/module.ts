import { type Method, type Resource, type Service, SQL_VERBS, type SqlVerb } from '../../model.js';
import { LIMITS } from '../../sql/limits.js';
import { doc, indent } from './doc.js';
import {
  bodyInterface,
  inputsOf,
  inputTable,
  type MethodInputs,
  paramsInterface,
  type ServerInputs,
  serverInputs,
} from './inputs.js';
import { braces, key, Names, quoted } from './names.js';
import { type RowNames, RowTypes, type TypeSource } from './rows.js';
import { componentType, operationKey, variantsType } from './schema.js';

/** A service's module, and the operations whose types it takes from the schema module. */
export interface ServiceModule {
  readonly text: string;
  readonly operations: ReadonlySet<string>;
  /** The resources that Kysely can name. */
  readonly tables: readonly TableNames[];
}

/** The names that a resource has in its module: of the type of its table, and of its statement builders. */
export interface TableNames {
  readonly resource: string;
  readonly type: string;
  readonly constant: string;
}

export function serviceModule(service: Service, source: TypeSource, schemaFile: string): ServiceModule {
  const names = new Names();
  const operations = new Set<string>();
  const server = serverInputs(service, () => names.type('server'));
  const parts = service.resources.map((resource) => new ResourcePart(resource, source, names, operations, server));
  const body = [...(server ? [server.text] : []), ...parts.map((part) => part.text())].join('\n');
  // Comments and strings may hold any word.
  const code = body.replace(/\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'/g, '');
  const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
  const imported = (from: string, list: readonly string[], only = 'import type') => {
    const used = list.filter(uses);
    return used.length > 0 ? `${only} { ${used.join(', ')} } from './${from}';\n` : '';
  };
  const imports = [
    source.from === 'schema' ? imported(schemaFile, ['components', 'operations', 'Readable', 'Writable']) : '',
    imported('runtime/codec.js', ['Columns']),
    imported('runtime/kysely.js', ['Table']),
    imported('runtime/resource.js', ['resource'], 'import'),
    imported('runtime/statement.js', ['Statement']),
    imported('runtime/types.js', ['Item', 'Not', 'Only', 'ReturningOptions', 'Row', 'SelectOptions']),
  ];
  // The rest of a long description is on the service's page.
  const [opening] = service.description.split(/\n\s*\n/);
  const about = doc(service.title, opening !== service.title && opening);
  return {
    text: `${about}${imports.join('')}\n${body.trimStart()}${body.includes('export ') ? '' : 'export {};\n'}`,
    operations,
    tables: parts.flatMap(({ table }) => table ?? []),
  };
}

/** A method with all that its statements need. */
interface Called {
  readonly method: Method;
  readonly inputs: MethodInputs;
  readonly params: string;
  readonly body: string | undefined;
  readonly rows: RowNames | undefined;
}

/** Types, builders and table of one resource. */
class ResourcePart {
  private readonly rows: RowTypes;
  /** By verb, the union of what its methods take. */
  private readonly named: Record<string, string> = {};
  /** Set by `text`, where a statement other than EXEC can name the resource. */
  table: TableNames | undefined;

  constructor(
    private readonly resource: Resource,
    private readonly source: TypeSource,
    private readonly names: Names,
    private readonly operations: Set<string>,
    private readonly server: ServerInputs | undefined,
  ) {
    this.rows = new RowTypes(names, resource, source, (operation) => operations.add(operation));
  }

  text(): string {
    const { name, id, methods, routes } = this.resource;
    const limited = methods.filter(({ limit }) => limit !== undefined);
    const types: string[] = [];
    const called = new Map<SqlVerb, Called[]>();
    for (const verb of SQL_VERBS) {
      const callable = methods.filter((method) => method.verb === verb && method.limit === undefined);
      const inputs = callable.map((method) => inputsOf(method, this.resource));
      const list = callable.map((method, index) =>
        this.called(method, inputs[index] as MethodInputs, verb === 'exec' ? [] : inputs, types),
      );
      // In the order in which the engine tries them.
      const rank = ({ method }: Called) => (verb === 'exec' ? 0 : routes[verb].indexOf(method.name));
      if (list.length > 0)
        called.set(
          verb,
          list.sort((a, b) => rank(a) - rank(b)),
        );
    }
    const why = limited.map(
      (method) =>
        `\`${method.name}\` has no statement (\`${method.limit}\`): ${LIMITS[method.limit as keyof typeof LIMITS].title}.`,
    );
    if (called.size === 0) return `// ${id}: ${why.join(' ')}\n`;
    const aliases = [...called].flatMap(([verb, list]) => this.aliases(verb, list));
    const builders = this.names.type(name);
    const interfaceText = `${doc(`Statements on ${id}.`, why.join('\n\n'))}export interface ${builders} {\n${[...called].map(([verb, list]) => indent(signatures(verb, list, this.named))).join('')}}\n`;
    const constant = this.names.constant(name);
    const tableType = this.tableType(called, constant);
    const table = `export const ${constant}: ${builders} = /* @__PURE__ */ resource<${builders}>(${tableOf(id, called)});\n`;
    return `${[...this.rows.printed, ...types, ...aliases, interfaceText, ...tableType].join('\n')}\n${doc(`Statements on ${id}.`)}${table}`;
  }

  private called(method: Method, inputs: MethodInputs, siblings: readonly MethodInputs[], types: string[]): Called {
    const rows = this.rows.of(method);
    const params = this.names.type(this.resource.name, method.name, 'params');
    types.push(
      paramsInterface(
        params,
        method,
        inputs,
        siblings.filter((sibling) => sibling !== inputs),
        this.server,
      ),
    );
    if (inputs.body.length === 0) return { method, inputs, params, body: undefined, rows };
    const body = this.names.type(this.resource.name, method.name, 'body');
    types.push(this.bodyType(body, method, inputs));
    return { method, inputs, params, body, rows };
  }

  /** EXEC takes numbers and booleans as strings, which the schema of its body says; the builder writes them. */
  private bodyType(name: string, method: Method, inputs: MethodInputs): string {
    const { body, operationId } = method;
    if (this.source.from === 'model' || body?.prefixed || (method.verb === 'exec' && body?.component === undefined))
      return bodyInterface(name, method, inputs.body);
    const left = [...(body?.shadowed ?? []), ...inputs.diverting].map(quoted).join(' | ');
    const variants = left === '' ? variantsType(body?.object, this.source.objects, this.source.components) : undefined;
    const content = `NonNullable<operations[${quoted(operationKey(operationId))}]['requestBody']>['content'][${quoted(body?.mediaType ?? '')}]`;
    const component = body?.component !== undefined ? componentType(body.component) : variants;
    if (component === undefined) this.operations.add(operationKey(operationId));
    const type = `Writable<${component ?? content}>`;
    return `${doc(`The request body of \`${method.name}\`.`)}export type ${name} = ${left === '' ? type : `Omit<${type}, ${left}>`};\n`;
  }

  /** The type of the resource in Kysely's `DB`. */
  private tableType(called: ReadonlyMap<SqlVerb, readonly Called[]>, constant: string): string[] {
    const of = (...verbs: SqlVerb[]) => verbs.flatMap((verb) => called.get(verb) ?? []);
    const listed = of('select', 'insert', 'update', 'delete');
    if (listed.length === 0) return [];
    const { name, id } = this.resource;
    const type = this.names.type(name, 'table');
    this.table = { resource: name, type, constant };
    const union = (members: readonly (string | undefined)[]) =>
      [...new Set(members.filter((member) => member !== undefined))].join(' | ') || 'never';
    const parameters = [
      union(listed.map(({ rows }) => rows?.row)),
      union(of('select', 'update', 'delete').map(({ params }) => params)),
      union(of('insert').map(({ params, body }) => (body === undefined ? params : `(${params} & ${body})`))),
      union(of('update').map(({ body }) => body)),
    ];
    return [`${doc(`The table ${id} of Kysely.`)}export type ${type} = Table<${parameters.join(', ')}>;\n`];
  }

  private aliases(verb: SqlVerb, list: readonly Called[]): string[] {
    const { name, id } = this.resource;
    if (verb === 'exec') return [];
    const isWhere = verb === 'select' || verb === 'delete';
    const members = list
      .map((called) => (isWhere ? called.params : called.body))
      .filter((member) => member !== undefined);
    if (members.length === 0) return [];
    const type = this.names.type(name, verb === 'select' ? 'select_params' : verb);
    this.named[verb] = type;
    const about = isWhere
      ? `The inputs of a ${verb.toUpperCase()} of ${id}: one member for each method.`
      : `The fields that ${verb.toUpperCase()} sends to ${id}.`;
    return [`${doc(about)}export type ${type} = ${members.join(' | ')};\n`];
  }
}

/** The methods of one verb as members of the resource's interface; methods whose rows are the same need one only. */
function signatures(verb: SqlVerb, list: readonly Called[], aliases: Readonly<Record<string, string>>): string {
  if (verb === 'exec')
    return `readonly exec: {\n${list.map((called) => indent(signature(verb, called.method.name, [called], called.params))).join('')}};\n`;
  if (verb === 'delete') return signature(verb, 'delete', list, aliases.delete ?? '');
  if (verb === 'select') {
    const byRows = new Map<string, Called[]>();
    for (const called of list)
      byRows.set(called.rows?.row ?? '', [...(byRows.get(called.rows?.row ?? '') ?? []), called]);
    return [...byRows.values()]
      .map((same) =>
        signature(
          verb,
          'select',
          same,
          byRows.size === 1 ? (aliases.select ?? '') : same.map(({ params }) => params).join(' | '),
        ),
      )
      .join('');
  }
  return list.map((called) => signature(verb, verb, [called], called.params)).join('');
}

function signature(verb: SqlVerb, name: string, list: readonly Called[], params: string): string {
  const [{ rows, body, method, inputs }] = list as [Called];
  const each = list.map((called) => `- ${call(called.method)}${called.method.deprecated ? ' (deprecated)' : ''}`);
  const pages = verb === 'select' ? pagesOf(list) : '';
  const comment =
    list.length === 1
      ? doc(call(method), method.description, pages, method.deprecated && ['deprecated'])
      : doc(each.join('\n'), pages);
  const parameters = [`params: ${params}`];
  const returns = rows && `Only<${rows.row}, C>`;
  if (verb === 'select') {
    if (rows) parameters.push(`options?: SelectOptions<C>`);
  } else if (verb !== 'delete') {
    const optional = method.body?.optional || (verb === 'exec' && inputs.body.every(({ required }) => !required));
    if (body !== undefined) parameters.push(`body${optional ? '?' : ''}: ${body}`);
    else if (rows) parameters.push('body?: undefined');
    if (rows) parameters.push('options?: ReturningOptions<C>');
  }
  const generic = rows ? `<C extends ${rows.column} = ${verb === 'select' ? rows.column : 'never'}>` : '';
  return `${comment}${key(name)}${generic}(${parameters.join(', ')}): Statement<${returns ?? 'never'}>;\n`;
}

/** Says how far the engine reads the lists among these methods. */
function pagesOf(list: readonly Called[]): string {
  const name = ({ method }: Called) => (list.length === 1 ? 'The engine' : `Of \`${method.name}\` the engine`);
  const sentences = list.flatMap((called) => {
    const { pagination, onePage } = called.method;
    if (pagination) return `${name(called)} reads 20 pages unless \`--http.response.pageLimit\` says otherwise.`;
    return onePage ? `${name(called)} reads one page: \`${onePage.parameter}\` says which.` : [];
  });
  return sentences.length > 0
    ? `${sentences.join('\n')}\nThe result's \`mayBeCut\` is set where there may be more.`
    : '';
}

function call({ name, http }: Method): string {
  return `\`${name}\`: ${http.method} ${http.path}`;
}

function pagingOf({ pagination, onePage, pageSize }: Method): string[] {
  const pages = (pagination && 'many') || (onePage && 'one');
  const size = pageSize ? [`size: ${quoted(pageSize.parameter)}`] : [];
  return pages ? [`paging: ${braces([`pages: '${pages}'`, ...size])}`] : [];
}

function tableOf(id: string, called: ReadonlyMap<SqlVerb, readonly Called[]>): string {
  const method = ({ method, inputs, rows }: Called) =>
    indent(
      indent(
        indent(
          `${key(method.name)}: ${braces([
            `inputs: ${inputTable(inputs)}`,
            ...(rows ? [`columns: ${rows.columns}`] : []),
            ...(inputs.body.length > 0 && method.body?.optional ? ['optionalBody: true'] : []),
            ...(rows && method.verb === 'select' ? pagingOf(method) : []),
          ])},\n`,
        ),
      ),
    );
  const verbs = [...called].map(([verb, list]) => `    ${verb}: {\n${list.map(method).join('')}    },\n`);
  return `{\n  id: ${quoted(id)},\n  methods: {\n${verbs.join('')}  },\n} as const`;
}

import type {
  DataType,
  Method,
  OutputFile,
  Parameter,
  Provider,
  Resource,
  Service,
  SqlVerb,
  TemplateSources,
} from '../../model.js';
import { takesBodyColumns } from '../../model.js';
import { identifier, placeholder } from '../../sql/sql.js';
import { fileStem } from '../../text/file-names.js';
import { renderer } from './templates.js';

/**
 * Prints the pages of the public tool of September 2025, defects included: parameters of path items are missing,
 * comments swallow terminators, body columns have a `data__` prefix, Markdown is not rendered. They exist for
 * comparison, so their statements are written by the template and not by `sql.ts`.
 */
export function emitDocs(provider: Provider, sources: TemplateSources): OutputFile[] {
  const render = renderer(sources);
  return provider.services.flatMap((service) =>
    service.resources.map((resource) => ({
      path: `docs/services/${fileStem(service.name)}/${fileStem(resource.name)}/index.md`,
      text: render('resource', resourceView(provider, service, resource)),
    })),
  );
}

/** What `templates/registry-2025-09` may name. */
export interface ResourceView {
  readonly provider: string;
  readonly service: string;
  readonly resource: string;
  readonly id: string;
  readonly image: string;
  readonly hasSelects: boolean;
  readonly selects: MethodsView;
  readonly methods: readonly MethodView[];
  readonly parameters: readonly ParameterView[];
  readonly hasInserts: boolean;
  readonly inserts: MethodsView;
  readonly insertProps: readonly { readonly name: string; readonly value: string; readonly description: string }[];
  readonly insertParams: readonly { readonly name: string }[];
  readonly changes: readonly { readonly verb: string; readonly methods: MethodsView }[];
  readonly hasDeletes: boolean;
  readonly deletes: MethodsView;
  readonly hasExecs: boolean;
  readonly execs: MethodsView;
}

export interface MethodsView {
  readonly first: string;
  readonly all: readonly MethodView[];
}

export interface MethodView {
  readonly name: string;
  readonly verb: SqlVerb;
  readonly description: string;
  readonly responseDescription: string;
  readonly columns: readonly {
    readonly name: string;
    readonly sql: string;
    readonly datatype: string;
    readonly description: string;
  }[];
  readonly hasColumns: boolean;
  readonly required: readonly { readonly name: string }[];
  readonly optional: readonly { readonly name: string }[];
  readonly inputs: readonly { readonly name: string; readonly placeholder: string; readonly required: boolean }[];
  readonly body: readonly { readonly name: string; readonly placeholder: string }[];
}

export interface ParameterView {
  readonly name: string;
  readonly datatype: string;
  readonly description: string;
}

export function resourceView(provider: Provider, service: Service, resource: Resource): ResourceView {
  const of = (verb: SqlVerb): MethodsView => {
    const all = resource.methods.filter((method) => method.verb === verb).map(methodView);
    return { first: all[0]?.name ?? '', all };
  };
  const seen = new Map(
    resource.methods
      .flatMap(({ parameters }) => parameters.filter(wasRead))
      .map((parameter) => [parameter.name, parameter] as const),
  );
  const insertMethods = resource.methods.filter(({ verb }) => verb === 'insert');
  const props = new Map(
    insertMethods.flatMap(({ body }) => body?.fields ?? []).map((field) => [field.name, field] as const),
  );
  const params = new Set(
    insertMethods
      .flatMap(({ parameters }) => parameters.filter((parameter) => wasRead(parameter) && parameter.required))
      .map(({ name }) => name),
  );
  const changes = (['update', 'replace'] as const)
    .map((verb) => ({ verb: verb.toUpperCase(), methods: of(verb) }))
    .filter(({ methods }) => methods.all.length > 0);
  const [selects, inserts, deletes, execs] = [of('select'), of('insert'), of('delete'), of('exec')];
  return {
    provider: provider.id,
    service: service.name,
    resource: resource.name,
    id: resource.id,
    image: provider.docs.image ?? `/img/stackql-${provider.id}-provider-featured-image.png`,
    hasSelects: selects.all.length > 0,
    selects,
    methods: resource.methods.map(methodView),
    parameters: [...seen.values()].map(parameterView),
    hasInserts: inserts.all.length > 0,
    inserts,
    insertProps: [...props.values()].map(({ name, type, description }) => ({
      name,
      value: type.type,
      description: description.replaceAll('\n', '\n        '),
    })),
    insertParams: [...params].map((name) => ({ name })),
    changes,
    hasDeletes: deletes.all.length > 0,
    deletes,
    hasExecs: execs.all.length > 0,
    execs,
  };
}

/** That tool did not read the parameters of a path item. */
function wasRead({ declaredOn }: Parameter): boolean {
  return declaredOn !== 'path-item';
}

function methodView(method: Method): MethodView {
  const parameters = method.parameters.filter(wasRead);
  const columns = method.response.row?.columns ?? [];
  const sorted = [...parameters].sort((a, b) => Number(b.required) - Number(a.required));
  return {
    name: method.name,
    verb: method.verb,
    description: cell(method.description),
    responseDescription: method.response.description,
    columns: columns.map(({ name, type, description }) => ({
      name,
      sql: sqlName(name),
      datatype: datatype(type),
      description: cell(description),
    })),
    hasColumns: columns.length > 0,
    required: sorted.filter(({ required }) => required).map(({ name }) => ({ name })),
    optional: sorted.filter(({ required }) => !required).map(({ name }) => ({ name })),
    inputs: sorted.map(({ name, required }) => ({ name: sqlName(name), placeholder: placeholder(name), required })),
    body: takesBodyColumns(method)
      ? (method.body?.fields ?? []).map(({ name, property = name }) => ({
          name: sqlName(`data__${property}`),
          placeholder: placeholder(name),
        }))
      : [],
  };
}

/** That tool quoted no name. One that would be read as more than a name is quoted all the same. */
function sqlName(name: string): string {
  return /^(?:[\w.$]|-(?!-))+$/.test(name) ? name : identifier(name);
}

function parameterView({ name, type, description, default: fallback, example }: Parameter): ParameterView {
  const facts = [
    ...(fallback === undefined ? [] : [` (default: ${cell(fallback)})`]),
    ...(example === undefined ? [] : [` (example: ${cell(example)})`]),
  ];
  return { name, datatype: datatype(type), description: cell(description) + facts.join('') };
}

/** Its only escape: Markdown stays as written. */
function cell(markdown: string): string {
  return markdown
    .replace(
      /[<>{}]/g,
      (character) => ({ '<': '&lt;', '>': '&gt;', '{': '&#123;', '}': '&#125;' })[character] as string,
    )
    .replaceAll('\n', '<br />');
}

function datatype({ type, format }: DataType): string {
  return format ? `${type} (${format})` : type;
}

import {
  bodyInputs,
  bodyInWhere,
  type LimitCode,
  type Method,
  type Provider,
  type Resource,
  type SqlVerb,
} from '../../model.js';
import { joinExample, longStatements, shortStatement } from '../../sql/example.js';
import { LIMITS } from '../../sql/limits.js';
import { attribute, fence, text } from '../../text/mdx.js';
import { toYaml } from '../../text/yaml.js';
import { anchorOf, type FieldViewer } from './fields.js';
import { pageOf } from './parameters.js';
import { code, describedMethod, distinct, marksOf } from './text.js';
import type { ExampleSection, ExampleTab, TabsView } from './views.js';

/** The context of a tab: the page and the provider around it. */
interface Around {
  /** Finds another resource by its id. */
  readonly find: (id: string) => Resource | undefined;
  readonly viewer: FieldViewer;
}

/** The statements of one verb, a tab a method. */
export function exampleSection(
  provider: Provider,
  resource: Resource,
  verb: SqlVerb,
  around: Around,
): ExampleSection[] {
  const methods = resource.methods.filter((method) => method.verb === verb);
  if (methods.length === 0) return [];
  const tabs = [
    ...methods.map((method) => exampleTab(provider, resource, method, around)),
    ...(verb === 'insert' ? [manifestTab(resource, methods)] : []),
  ];
  return [
    {
      heading: verb === 'exec' ? 'Lifecycle Methods' : `\`${verb.toUpperCase()}\` examples`,
      tabs: tabsView(verb, tabs),
    },
  ];
}

export function tabsView<Tab extends { readonly value: string }>(
  queryString: string,
  tabs: readonly Tab[],
): TabsView<Tab> {
  const values = tabs.map(
    ({ value }) => `        { label: ${JSON.stringify(value)}, value: ${JSON.stringify(value)} }`,
  );
  return { queryString, first: attribute(tabs[0]?.value ?? ''), values: `[\n${values.join(',\n')}\n    ]`, tabs };
}

function exampleTab({ objects }: Provider, resource: Resource, method: Method, { find, viewer }: Around): ExampleTab {
  const anchor = anchorOf('body', method.name);
  const { body } = method;
  const variants = body?.object === undefined || !body.sendable ? undefined : objects[body.object]?.variants;
  const { first, more } = describedMethod(method);
  const short = shortStatement(resource, method, objects);
  const statements = longStatements(resource, method, objects);
  return {
    value: method.name,
    marks: marksOf(method),
    description: first,
    more,
    short: short === undefined ? '' : fence('sql', short),
    anchor: longAnchor(method),
    summary: longSummary(method, statements.length),
    statements: statements.map(({ sql, variant }) => ({
      title: variant ? text(variant.name) : '',
      code: fence('sql', sql),
    })),
    limit: method.limit
      ? `This method cannot be called through SQL: ${text(LIMITS[method.limit as LimitCode].title)} (<code>${method.limit}</code>).`
      : '',
    notes: notesOf(method),
    body: viewer.views([...bodyInWhere(method), ...bodyInputs(method)], anchor),
    bodyVariants: viewer.variants(variants, anchor),
    join: joinView(resource, method, find),
  };
}

/** Where the long statements of a method are: a closed part of its tab, which a link opens. */
export function longAnchor({ name }: Method): string {
  return attribute(anchorOf('all', name));
}

function longSummary({ verb, response }: Method, statements: number): string {
  if (statements > 1) return `All inputs, ${statements} variants`;
  return verb !== 'delete' && verb !== 'exec' && response.row ? 'All columns and inputs' : 'All inputs';
}

/** Does a number or boolean of the body reach the API as a string? */
function sendsText(method: Method): boolean {
  const { verb, body, limit } = method;
  if (limit || !body?.sendable) return false;
  const fields = verb === 'select' ? bodyInWhere(method) : body.fields;
  const isAsText = verb === 'update' || verb === 'replace' || verb === 'select';
  return isAsText && fields.some(({ type }) => ['integer', 'number', 'boolean'].includes(type.type));
}

/** The facts that a reader of a method's statement or of its rows must know. */
export function notesOf(method: Method): string[] {
  const { verb, limit, response, pagination, pageSize, onePage, unsentBody, body } = method;
  const isExec = verb === 'exec' && limit === undefined;
  const isInWhere = (verb === 'select' || verb === 'delete') && body?.sendable;
  const left = isInWhere ? body.fields.filter(({ required, readOnly }) => !required && !readOnly) : [];
  return [
    // ENGINE N17
    ...(isExec && response.row
      ? [`Shows no rows; ${code('EXEC /*+ SHOWRESULTS */ …')} shows those of the response.`]
      : []),
    ...(isExec && !response.row ? ['Shows no rows.'] : []),
    ...(unsentBody ? [`Its optional body cannot be sent: ${text(LIMITS[unsentBody].title)}.`] : []),
    // ENGINE E4.5
    ...(left.length > 0
      ? [`Optional fields of the body cannot be given: ${left.map(({ name }) => code(name)).join(', ')}.`]
      : []),
    // ENGINE E8.2
    ...(sendsText(method)
      ? ['Numbers and booleans of the body are sent as strings (<code>value-as-text</code>).']
      : []),
    // ENGINE E6.10
    ...(pagination
      ? [`Reads page after page, 20 at most unless told otherwise (${code('--http.response.pageLimit')}).`]
      : []),
    ...(onePage ? [`Reads one page only: ${code(onePage.parameter)} moves it.`] : []),
    ...(pageSize
      ? [
          `${code(pageSize.parameter)} sets how many rows a page has${pageSize.maximum === undefined ? '' : `, at most ${pageSize.maximum}`}.`,
        ]
      : []),
    // ENGINE E6.11
    ...(pagination ? ['<code>LIMIT</code> cuts what was read; it saves no request.'] : []),
  ];
}

/** A code block and not a fence: what a fence holds is one request, a join is one and then one for each row. */
function joinView(resource: Resource, method: Method, find: (id: string) => Resource | undefined): ExampleTab['join'] {
  const join = joinExample(resource, method, find);
  if (!join) return { sentence: '', code: '' };
  return {
    sentence: `For each row of [${text(join.list)}](${pageOf(join.list, '../..')}):`,
    code: `<CodeBlock language="sql">{\`${join.sql.replace(/[`\\$]/g, '\\$&')}\`}</CodeBlock>`,
  };
}

/** No method is called so: their names are in lower case. */
const MANIFEST = 'Manifest';

function manifestTab(resource: Resource, inserts: readonly Method[]): ExampleTab {
  return {
    value: MANIFEST,
    marks: [],
    description: 'The inputs of an insert, for tools that deploy from a manifest.',
    more: '',
    short: fence('yaml', manifestYaml(resource, inserts)),
    anchor: '',
    summary: '',
    statements: [],
    limit: '',
    notes: [],
    body: [],
    bodyVariants: [],
    join: { sentence: '', code: '' },
  };
}

function manifestYaml(resource: Resource, inserts: readonly Method[]): string {
  const required = distinct(inserts.flatMap(({ parameters }) => parameters).filter((parameter) => parameter.required));
  const fields = distinct(inserts.flatMap(({ body }) => body?.fields ?? []));
  const props = [
    ...required.map(({ name, type, description }) => ({
      name,
      value: type.type,
      description: description || `Required parameter of the ${resource.name} resource.`,
    })),
    ...fields.map(({ name, type, description }) => ({ name, value: type.type, ...(description && { description }) })),
  ];
  return `# Description fields are for documentation purposes\n${toYaml([{ name: resource.name, props }])}`;
}

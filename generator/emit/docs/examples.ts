import {
  bodyInputs,
  bodyInWhere,
  type LimitCode,
  type Method,
  type Provider,
  type Resource,
  type SqlVerb,
} from '../../model.js';
import { exampleStatements, joinExample } from '../../sql/example.js';
import { LIMITS } from '../../sql/limits.js';
import { attribute, fence, markdown, text } from '../../text/mdx.js';
import { toYaml } from '../../text/yaml.js';
import { anchorOf, type FieldViewer } from './fields.js';
import { pageOf } from './parameters.js';
import { code, distinct, marksOf } from './text.js';
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
  return {
    value: method.name,
    marks: marksOf(method),
    description: markdown(method.description),
    statements: exampleStatements(resource, method, objects).map(({ sql, variant }) => ({
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

/** Does a number or boolean of the body reach the API as a string? */
function sendsText(method: Method): boolean {
  const { verb, body, limit } = method;
  if (limit || !body?.sendable) return false;
  const fields = verb === 'select' ? bodyInWhere(method) : body.fields;
  const isAsText = verb === 'update' || verb === 'replace' || verb === 'select';
  return isAsText && fields.some(({ type }) => ['integer', 'number', 'boolean'].includes(type.type));
}

function notesOf(method: Method): string[] {
  const { pagination, pageSize, onePage } = method;
  return [
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
    statements: [{ title: '', code: fence('yaml', manifestYaml(resource, inserts)) }],
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

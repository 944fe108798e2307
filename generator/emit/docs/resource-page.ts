import {
  bodyInputs,
  bodyInWhere,
  type Method,
  type Provider,
  type Resource,
  requiredInputs,
  type Service,
  SQL_VERBS,
  type SqlVerb,
} from '../../model.js';
import { selectable } from '../../sql/sql.js';
import { attribute, markdown, text } from '../../text/mdx.js';
import { exampleSection, tabsView } from './examples.js';
import { anchorOf, type FieldViewer, fieldViewer } from './fields.js';
import { parameterView } from './parameters.js';
import { distinct, frontMatter, marksOf } from './text.js';
import type { FieldsTab, MethodView, ResourceView } from './views.js';

/** The page of a resource; `find` finds the others, for what is joined. */
export function resourceView(
  provider: Provider,
  service: Service,
  resource: Resource,
  find: (id: string) => Resource | undefined,
): ResourceView {
  const { name, id, methods } = resource;
  const readable = methods.filter(({ verb, response }) => verb === 'select' && response.row);
  const viewer = fieldViewer(provider.objects);
  const parameters = distinct(methods.flatMap((method) => method.parameters).filter(({ pageToken }) => !pageToken));
  return {
    frontMatter: frontMatter({
      title: name,
      hide_title: false,
      hide_table_of_contents: false,
      keywords: [
        ...new Set([name, service.name, provider.id]),
        'infrastructure-as-code',
        'configuration-as-data',
        'cloud inventory',
      ],
      description: `Query, deploy and manage ${provider.id} resources using SQL`,
      custom_edit_url: null,
      ...(provider.docs.image !== undefined && { image: provider.docs.image }),
    }),
    name: text(name),
    id: attribute(id),
    about: `${abilities(methods)} <code>${text(name)}</code>.`,
    fields: tabsView(
      'fields',
      readable.map((method) => fieldsTab(provider, method, viewer)),
    ),
    methods: methods.map(methodView),
    parameters: parameters.map((parameter) => parameterView(provider, parameter, '../..')),
    examples: SQL_VERBS.flatMap((verb) => exampleSection(provider, resource, verb, { find, viewer })),
  };
}

function fieldsTab({ objects }: Provider, { name, response }: Method, viewer: FieldViewer): FieldsTab {
  const { columns = [], object } = response.row ?? {};
  const anchor = anchorOf('field', name);
  const unselectable = new Set(columns.map((column) => column.name).filter((column) => !selectable(column)));
  const views = viewer
    .views(columns, anchor)
    .map((view, index) =>
      unselectable.has(columns[index]?.name ?? '')
        ? { ...view, facts: { ...view.facts, notes: [...view.facts.notes, 'only with <code>SELECT &#42;</code>'] } }
        : view,
    );
  return {
    value: name,
    columns: views,
    variants: viewer.variants(object === undefined ? undefined : objects[object]?.variants, anchor),
  };
}

const ABILITIES: Record<SqlVerb, string> = {
  select: 'reads',
  insert: 'creates',
  update: 'updates',
  replace: 'replaces',
  delete: 'deletes',
  exec: 'runs actions on',
};

/** "Reads, creates and deletes": what this resource can do, not what any could. */
function abilities(methods: readonly Method[]): string {
  const parts = SQL_VERBS.filter((verb) => methods.some((method) => method.verb === verb)).map(
    (verb) => ABILITIES[verb],
  );
  const joined = parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? '');
  return joined.charAt(0).toUpperCase() + joined.slice(1);
}

function methodView(method: Method): MethodView {
  const required = new Set(requiredInputs(method));
  const links = (wanted: boolean) => [
    ...method.parameters
      .filter(({ name, pageToken }) => !pageToken && required.has(name) === wanted)
      .map(({ name }) => ({ href: attribute(`#${anchorOf('parameter', name)}`), name: text(name) })),
    ...[...bodyInWhere(method), ...bodyInputs(method)]
      .filter((field) => field.required === wanted)
      .map(({ name }) => ({ href: attribute(`#${anchorOf('body', method.name, name)}`), name: text(name) })),
  ];
  return {
    href: exampleHref(method),
    name: text(method.name),
    verb: method.verb,
    required: links(true),
    optional: links(false),
    marks: marksOf(method),
    description: markdown(method.description),
  };
}

/** Opens the method's tab and goes to its section. */
function exampleHref({ verb, name }: Method): string {
  return attribute(
    `?${verb}=${encodeURIComponent(name)}#${verb === 'exec' ? 'lifecycle-methods' : `${verb}-examples`}`,
  );
}

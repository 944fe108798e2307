import {
  bodyInputs,
  bodyInWhere,
  type Column,
  type Method,
  type Provider,
  type Resource,
  requiredInputs,
  type Service,
  SQL_VERBS,
  type SqlVerb,
} from '../../model.js';
import { longStatements, shortStatement } from '../../sql/example.js';
import { selectable } from '../../sql/sql.js';
import { attribute, fence, text } from '../../text/mdx.js';
import { exampleSection, longAnchor, notesOf, tabsView } from './examples.js';
import { anchorOf, type FieldViewer, fieldViewer } from './fields.js';
import { parameterView } from './parameters.js';
import { count, cut, describedMethod, distinct, foldedRows, frontMatter, marksOf, plainSentence } from './text.js';
import type { FieldsTab, FirstStatement, MethodView, ResourceView } from './views.js';

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
  const { shown, others } = foldedRows(parameters.map((parameter) => parameterView(provider, parameter, '../..')));
  return {
    frontMatter: frontMatter({
      title: id,
      sidebar_label: name,
      hide_title: false,
      hide_table_of_contents: false,
      keywords: [
        ...new Set([name, service.name, provider.id]),
        'infrastructure-as-code',
        'configuration-as-data',
        'cloud inventory',
      ],
      description: metaDescription(provider, resource),
      custom_edit_url: null,
      ...(provider.docs.image !== undefined && { image: provider.docs.image }),
    }),
    name: text(name),
    id: attribute(id),
    about: methods[0] ? describedMethod(methods[0]).first : '',
    first: firstStatement(provider, resource),
    fields: tabsView(
      'fields',
      readable.map((method, index) => fieldsTab(provider, method, viewer, readable.slice(0, index))),
    ),
    methods: methods.map(methodView),
    parameters: shown,
    otherParameters: others,
    otherParametersSummary: count(others.length, 'more parameter'),
    examples: SQL_VERBS.flatMap((verb) => exampleSection(provider, resource, verb, { find, viewer })),
  };
}

/** For search results: what it does, and the plain first sentence. */
function metaDescription({ title }: Provider, { name, methods }: Resource): string {
  const about = methods[0] ? plainSentence(methods[0]) : '';
  const does = `${abilities(methods)} ${name} of ${title} with SQL.`;
  return cut(`${does.charAt(0).toUpperCase()}${does.slice(1)} ${about}`.replace(/\s+/g, ' ').trim(), 200);
}

/** Pages list reading first, and what lists before what gets one. */
function firstStatement({ objects }: Provider, resource: Resource): FirstStatement {
  for (const method of resource.methods) {
    const sql = shortStatement(resource, method, objects);
    if (sql === undefined) continue;
    const hasMore = longStatements(resource, method, objects).length > 0;
    return {
      method: attribute(method.name),
      code: fence('sql', sql),
      notes: notesOf(method),
      href: hasMore ? attribute(`#${longAnchor(method)}`) : '',
    };
  }
  return { method: '', code: '', notes: [], href: '' };
}

/** `earlier`: the methods whose tabs come before. */
function fieldsTab(
  { objects }: Provider,
  { name, response }: Method,
  viewer: FieldViewer,
  earlier: readonly Method[],
): FieldsTab {
  const { columns = [], object } = response.row ?? {};
  const same = earlier.find(({ response: { row } }) => row && isSameRow(row.columns, columns) && row.object === object);
  if (same) {
    const href = attribute(`?fields=${encodeURIComponent(same.name)}#fields`);
    const nothing = { columns: [], others: [], othersSummary: '', variants: [] };
    return { value: name, same: [{ href, name: text(same.name) }], ...nothing };
  }
  const anchor = anchorOf('field', name);
  const unselectable = new Set(columns.map((column) => column.name).filter((column) => !selectable(column)));
  const views = viewer
    .views(columns, anchor)
    .map((view, index) =>
      unselectable.has(columns[index]?.name ?? '')
        ? { ...view, facts: { ...view.facts, notes: [...view.facts.notes, 'only with <code>SELECT &#42;</code>'] } }
        : view,
    );
  const { shown, others } = foldedRows(views);
  return {
    value: name,
    same: [],
    columns: shown,
    others,
    othersSummary: count(others.length, 'more field'),
    variants: viewer.variants(object === undefined ? undefined : objects[object]?.variants, anchor),
  };
}

function isSameRow(one: readonly Column[], other: readonly Column[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ at, name }, index) => {
      const column = other[index];
      return column?.at === at && column.name === name;
    })
  );
}

const ABILITIES: Record<SqlVerb, string> = {
  select: 'reads',
  insert: 'creates',
  update: 'updates',
  replace: 'replaces',
  delete: 'deletes',
  exec: 'runs actions on',
};

/** "reads, creates and deletes": what this resource can do, not what any could. */
function abilities(methods: readonly Method[]): string {
  const parts = SQL_VERBS.filter((verb) => methods.some((method) => method.verb === verb)).map(
    (verb) => ABILITIES[verb],
  );
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? '');
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
    description: describedMethod(method).first,
  };
}

/** Opens the method's tab and goes to its section. */
export function exampleHref(method: Method): string {
  return attribute(exampleAddress(method));
}

/** The same address, not written for an attribute. */
export function exampleAddress({ verb, name }: Method): string {
  return `?${verb}=${encodeURIComponent(name)}#${verb === 'exec' ? 'lifecycle-methods' : `${verb}-examples`}`;
}

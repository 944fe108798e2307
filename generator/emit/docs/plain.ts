import {
  type Field,
  type Method,
  type OutputFile,
  type Provider,
  type Resource,
  requiredInputs,
  type Service,
  SQL_VERBS,
} from '../../model.js';
import { exampleStatements } from '../../sql/example.js';
import { fileStem } from '../../text/file-names.js';
import { count, cut } from './text.js';

/**
 * Prints every page once more as plain Markdown, without components and with the spec's own Markdown as it is, for
 * programs; and `llms.txt`, their index (llmstxt.org). They are served as files, never compiled. Fences are of `~`, so
 * that `check` and `verify` find each documented statement once, on the pages.
 */
export function plainPages(provider: Provider, isWanted: (service: Service) => boolean): OutputFile[] {
  return [
    { path: 'docs/static/llms.txt', text: index(provider) },
    ...provider.services.filter(isWanted).flatMap((service) =>
      service.resources.map((resource) => ({
        path: `docs/static/services/${fileStem(service.name)}/${fileStem(resource.name)}.md`,
        text: resourcePage(provider, service, resource),
      })),
    ),
  ];
}

function index({ id, title, description, services }: Provider): string {
  const list = (service: Service) =>
    service.resources
      .map(
        (resource) =>
          `- [${resource.id}](services/${fileStem(service.name)}/${fileStem(resource.name)}.md): ${verbsOf(resource)}`,
      )
      .join('\n');
  return [
    `# ${line(title)} for StackQL`,
    `> ${line(description) || `${line(title)} as SQL tables.`}`,
    `Provider \`${id}\`: query and manage the API with SQL. ${count(services.length, 'service')}. Everything in one file: llms-full.txt; for programs: catalog.json.`,
    ...services.map((service) => `## ${line(service.name)}\n\n${list(service)}`),
    '',
  ].join('\n\n');
}

function verbsOf({ methods }: Resource): string {
  return SQL_VERBS.filter((verb) => methods.some((method) => method.verb === verb)).join(', ');
}

function resourcePage(provider: Provider, service: Service, resource: Resource): string {
  const rows = resource.methods.find(({ verb, response }) => verb === 'select' && response.row)?.response.row;
  return [
    `# ${resource.id}`,
    `Resource \`${resource.name}\` of service \`${service.name}\`: ${verbsOf(resource)}.`,
    ...(rows ? ['## Columns', rows.columns.map((column) => fieldLine(provider, column)).join('\n')] : []),
    ...resource.methods.map((method) => methodPart(provider, resource, method)),
    '',
  ].join('\n\n');
}

function methodPart({ objects }: Provider, resource: Resource, method: Method): string {
  const { name, verb, http, deprecated, stage, limit, pagination, onePage } = method;
  const required = requiredInputs(method);
  const facts = [
    `${verb.toUpperCase()} · ${http.method} ${http.path}`,
    ...(required.length > 0 ? [`requires ${required.join(', ')}`] : []),
    ...(deprecated ? ['deprecated'] : []),
    ...(stage === undefined ? [] : [stage]),
    ...(pagination ? ['pages, 20 at most unless told otherwise'] : []),
    ...(onePage ? [`one page is read, ${onePage.parameter} moves it`] : []),
    ...(limit ? [`cannot be called: ${limit}`] : []),
  ];
  return [
    `## ${name}`,
    facts.join('; '),
    quoted(method.description),
    ...exampleStatements(resource, method, objects).map(({ sql }) => `~~~sql\n${sql}\n~~~`),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function fieldLine({ objects }: Provider, { name, type, values, object, description }: Field): string {
  const fields = object === undefined ? [] : (objects[object]?.fields ?? []);
  const inside = fields.length > 0 ? ` {${fields.map((field) => field.name).join(', ')}}` : '';
  const about = line(description);
  return `- \`${name}\` ${type.type}${values ? ` of ${values.type}` : ''}${inside}${about ? `: ${about}` : ''}`;
}

/** The spec's words, marked as such: a heading or a fence in them ends with them. */
function quoted(description: string): string {
  return description.trim() === ''
    ? ''
    : description
        .trim()
        .split(/\r?\n/)
        .map((each) => `> ${each}`.trimEnd())
        .join('\n');
}

function line(text: string): string {
  return cut(text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim(), 500);
}

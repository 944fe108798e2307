import {
  bodyInputs,
  type Field,
  type Method,
  type OutputFile,
  type Provider,
  type Resource,
  requiredInputs,
  type Service,
  SQL_VERBS,
  whereInputs,
} from '../../model.js';
import { shortStatement } from '../../sql/example.js';
import { fileStem } from '../../text/file-names.js';
import { firstSentence } from '../../text/sentence.js';
import { count, cut, plain, plainSentence } from './text.js';

/**
 * Prints every page once more as plain Markdown, without components and long texts, for programs; and `llms.txt`, their index (llmstxt.org). They are served as files, never compiled. Fences are of `~`, so
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
    `Provider \`${id}\`: query and manage the API with SQL. ${count(services.length, 'service')}. For programs: [catalog.json](catalog.json) has all of it, and catalog.json in the folder of a service that service.`,
    ...services.map((service) => `## ${line(service.name)}\n\n${list(service)}`),
    '',
  ].join('\n\n');
}

function verbsOf({ methods }: Resource): string {
  return SQL_VERBS.filter((verb) => methods.some((method) => method.verb === verb)).join(', ');
}

/** Statements first: who reads by the token may stop there. */
function resourcePage(provider: Provider, service: Service, resource: Resource): string {
  const rows = resource.methods.find(({ verb, response }) => verb === 'select' && response.row)?.response.row;
  return [
    `# ${resource.id}`,
    `Resource \`${resource.name}\` of service \`${service.name}\`: ${verbsOf(resource)}.`,
    ...resource.methods.map((method) => methodPart(provider, resource, method)),
    ...(rows ? ['## Columns', rows.columns.map((column) => fieldLine(provider, column)).join('\n')] : []),
    '',
  ].join('\n\n');
}

function methodPart({ objects }: Provider, resource: Resource, method: Method): string {
  const sql = shortStatement(resource, method, objects);
  return [
    `## ${method.name}`,
    `> ${line(plainSentence(method)) || '…'}`,
    ...(sql === undefined ? [] : [`~~~sql\n${sql}\n~~~`]),
    factsOf(method).join('; '),
  ].join('\n\n');
}

function factsOf(method: Method): string[] {
  const { verb, http, deprecated, stage, limit, pagination, onePage, response } = method;
  const required = new Set(requiredInputs(method));
  const optional = [...whereInputs(method), ...bodyInputs(method)].map(({ name }) => name);
  const others = [...new Set(optional)].filter((name) => !required.has(name));
  return [
    `${verb.toUpperCase()} · ${http.method} ${http.path}`,
    ...(required.size > 0 ? [`requires ${[...required].join(', ')}`] : []),
    ...(others.length > 0 ? [`takes ${others.join(', ')}`] : []),
    ...(deprecated ? ['deprecated'] : []),
    ...(stage === undefined ? [] : [stage]),
    ...(pagination ? ['pages, 20 at most unless told otherwise'] : []),
    ...(onePage ? [`one page is read, ${onePage.parameter} moves it`] : []),
    ...(verb === 'exec' && response.row ? ['shows rows with EXEC /*+ SHOWRESULTS */'] : []),
    ...(limit ? [`cannot be called: ${limit}`] : []),
  ];
}

function fieldLine({ objects }: Provider, { name, type, values, object, description }: Field): string {
  const fields = object === undefined ? [] : (objects[object]?.fields ?? []);
  const inside = fields.length > 0 ? ` {${fields.map((field) => field.name).join(', ')}}` : '';
  const about = line(plain(firstSentence(description)));
  return `- \`${name}\` ${type.type}${values ? ` of ${values.type}` : ''}${inside}${about ? `: ${about}` : ''}`;
}

function line(text: string): string {
  return cut(text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim(), 500);
}

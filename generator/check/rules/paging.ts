import type { RuleCode } from '../../diagnostics/rules.js';
import { asText, child } from '../../provider-package/positions.js';
import { propertiesOf } from '../../provider-package/schema.js';
import type { Located, MethodEntry, ServiceFile } from '../../provider-package/types.js';
import { isObject } from '../../read/objects.js';
import { step } from '../../read/pointer.js';
import { eachService, listOf, nameOf, type Rule } from './rule.js';

/** Providers of these names get Link paging without any config (ENGINE E6.8). */
const LINK_PROVIDERS = ['okta', 'github'];
const PAGE_TOKENS = /^(after|before|cursor|page|page_?token|starting_after|next)$/i;

/** Pagination and what the engine pushes into the query. */
export const pagingRules = {
  'pagination-form': eachService(function* (service) {
    for (const { config } of levels(service)) {
      const pagination = child(config, 'pagination');
      if (!isObject(config.value.pagination)) continue;
      const problem = formProblem(pagination);
      if (problem) yield { at: pagination.at, message: problem };
    }
  }),

  'config-misplaced': eachService(function* ({ value, at, resources }) {
    if (value.config !== undefined)
      yield { at: step(at, 'config'), message: 'the root of a document has x-stackQL-config, not config' };
    const places: Located[] = resources.flatMap((resource) => [resource, ...resource.methods]);
    for (const method of resources.flatMap(({ methods }) => methods))
      if (method.operation) places.push(method.operation);
    for (const place of new Map(places.map((one) => [one.at, one])).values())
      if (place.value['x-stackQL-config'] !== undefined)
        yield { at: step(place.at, 'x-stackQL-config'), message: 'this x-stackQL-config is not read' };
  }),

  'pagination-body': eachService(function* ({ resources }) {
    for (const method of resources.flatMap(({ methods }) => methods))
      if (method.pagination && method.verbs.includes('select') && method.operation?.body)
        yield { at: method.at, message: `${nameOf(method)} sends a body and is paged` };
  }),

  'pagination-inherited': eachService(function* (service) {
    for (const { config, methods, own } of levels(service))
      if (config.value.pagination !== undefined && !own)
        yield { at: step(config.at, 'pagination'), message: `${methods.length} methods inherit this pagination` };
  }),

  'pushdown-pages': eachService(function* (service) {
    for (const { config, methods } of levels(service)) {
      const top = child(config, 'queryParamPushdown', 'top');
      if (!isObject(child(config, 'queryParamPushdown').value.top)) continue;
      const paged = methods.filter((method) => method.verbs.includes('select') && pages(method));
      if (paged.length > 0) yield { at: top.at, message: `LIMIT goes into the pages of ${listOf(paged.map(nameOf))}` };
    }
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

interface Level {
  readonly config: Located;
  readonly methods: readonly MethodEntry[];
  /** Is it a method's own? */
  readonly own: boolean;
}

/** Every config of a service with the methods that it reaches. */
function levels({ config, resources }: ServiceFile): Level[] {
  const all = resources.flatMap(({ methods }) => methods);
  return [
    { config, methods: all, own: false },
    ...resources.map((resource) => ({ config: resource.config, methods: resource.methods, own: false })),
    ...all.map((method) => ({ config: method.config, methods: [method], own: true })),
  ];
}

function formProblem(pagination: Located): string | undefined {
  const [request, response] = [child(pagination, 'requestToken'), child(pagination, 'responseToken')];
  const { algorithm, requestToken, responseToken, responseTerminator } = pagination.value;
  if (!isObject(requestToken) || !isObject(responseToken))
    return `${isObject(requestToken) ? 'responseToken' : 'requestToken'} is missing`;
  const [to, from] = [request, response].map(({ value }) => asText(value.location).toLowerCase());
  const [toKey, fromKey] = [request, response].map(({ value }) => asText(value.key));
  if (!['query', 'request', 'body'].includes(to ?? ''))
    return `requestToken goes to ${to || 'no location'}: query, request and body are known`;
  if (!['header', 'body'].includes(from ?? ''))
    return `responseToken comes from ${from || 'no location'}: header and body are known`;
  if (to !== 'request' && toKey === '') return 'requestToken has no key';
  if (fromKey === '') return 'responseToken has no key';
  if (from === 'header' && fromKey?.toLowerCase() === 'link' && to !== 'request')
    return 'a Link header holds a URL: requestToken goes to request';
  if (algorithm === 'page_number' && !isObject(responseTerminator)) return 'page_number needs a responseTerminator';
  if (isObject(responseTerminator) && algorithm !== 'page_number')
    return 'a responseTerminator needs algorithm: page_number';
  return undefined;
}

/** Does the engine page this method: by config, or as it does on its own? What answers one object has no next page. */
function pages({ pagination, resource, operation }: MethodEntry): boolean {
  const { service } = resource;
  if (!operation?.response.rows?.isList && !operation?.parameters.some(({ name }) => PAGE_TOKENS.test(name)))
    return false;
  if (pagination) return true;
  if (LINK_PROVIDERS.includes(service.providerName ?? ''))
    return operation?.parameters.some(({ name }) => PAGE_TOKENS.test(name)) ?? false;
  const schema = operation?.response.schema;
  return schema !== undefined && propertiesOf(service, schema).has('nextPageToken');
}

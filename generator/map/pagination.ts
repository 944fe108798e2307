import type { Pagination, SqlVerb } from '../model.js';
import type { ParameterObject, ResponseObject } from '../read/openapi.js';

/** Query parameters that carry a page token. */
const PAGE_TOKENS = ['after', 'cursor', 'page_token', 'pagetoken', 'next_token', 'starting_after'];

export function isPageToken(parameter: ParameterObject): boolean {
  return parameter.in === 'query' && PAGE_TOKENS.includes(parameter.name.toLowerCase());
}

/** How the engine gets the next page of a list: written per method, because newer engines read nothing else (ENGINE E6.8, E6.9). */
export function paginationOf(
  verb: SqlVerb,
  parameters: readonly { pageToken: boolean }[],
  response: ResponseObject | undefined,
  configured: 'none' | 'link_header',
): Pagination | undefined {
  if (verb !== 'select' || !parameters.some((parameter) => parameter.pageToken)) return undefined;
  const declared = Object.keys(response?.headers ?? {}).some((header) => header.toLowerCase() === 'link');
  if (!declared && configured !== 'link_header') return undefined;
  return {
    requestToken: { key: '', location: 'request' },
    responseToken: { key: 'Link', location: 'header' },
    because: { rule: 'pagination', saw: declared ? 'the response declares a Link header' : 'the config says link_header' },
  };
}

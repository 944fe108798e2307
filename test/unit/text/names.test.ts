import { describe, expect, it } from 'vitest';
import { pascalCase, plural, snakeCase } from '../../../generator/text/names.js';

describe('names', () => {
  it.each([
    ['camelCase', 'getCurrentSession', 'get_current_session', 'GetCurrentSession'],
    ['an acronym', 'getSAMLMetadata', 'get_saml_metadata', 'GetSamlMetadata'],
    ['a plural acronym', 'listJWKs', 'list_jwks', 'ListJwks'],
    ['OAuth2', 'listOAuth2Tokens', 'list_oauth2_tokens', 'ListOauth2Tokens'],
    ['a version in an acronym', 'listIPv6Ranges', 'list_ipv6_ranges', 'ListIpv6Ranges'],
    ['OAuth', 'getOAuthClient', 'get_oauth_client', 'GetOauthClient'],
    ['a product', 'runGraphQLQuery', 'run_graphql_query', 'RunGraphqlQuery'],
    ['kebab-case', 'api-tokens', 'api_tokens', 'ApiTokens'],
    ['dots', 'users.list', 'users_list', 'UsersList'],
    ['a digit in front', '2fa', '_2fa', '_2fa'],
  ])('%s', (_name, given, snake, pascal) => {
    expect(snakeCase(given)).toBe(snake);
    expect(pascalCase(given)).toBe(pascal);
  });
  it.each([
    ['session', 'sessions'],
    ['sessions', 'sessions'],
    ['api_key_policy', 'api_key_policies'],
    ['users_me', 'users_me'],
    ['kv', 'kv'],
    ['i18n', 'i18n'],
    ['news', 'news'],
    ['add_all', 'add_all'],
    ['usage_record_daily', 'usage_record_daily'],
  ])('plural of %s', (given, want) => expect(plural(given)).toBe(want));
});

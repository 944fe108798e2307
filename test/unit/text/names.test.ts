import { describe, expect, it } from 'vitest';
import { pascalCase, plural, snakeCase } from '../../../generator/text/names.js';

describe('names', () => {
  it.each([
    ['camelCase', 'getCurrentSession', 'get_current_session', 'GetCurrentSession'],
    ['an acronym', 'getSAMLMetadata', 'get_saml_metadata', 'GetSamlMetadata'],
    ['a plural acronym', 'listJWKs', 'list_jwks', 'ListJwks'],
    ['OAuth2', 'listOAuth2Tokens', 'list_oauth2_tokens', 'ListOauth2Tokens'],
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
  ])('plural of %s', (given, want) => expect(plural(given)).toBe(want));
});

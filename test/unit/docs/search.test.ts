import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Search, type SearchIndex } from '../../../docs/src/search/rank.js';
import { searchIndex } from '../../../generator/emit/docs/search.js';
import { mapSource } from '../../../generator/index.js';
import { hasShared, SHARED, scratch } from '../../places.js';
import { map, ok } from '../map/given.js';

const thing = (operationId: string, description: string) => ({
  operationId,
  description,
  responses: ok({ type: 'array', items: { type: 'object', properties: { lastUpdated: { type: 'string' } } } }),
});

describe('a search', async () => {
  const { provider } = await map({
    '/things': {
      get: thing('listThings', 'Lists things.'),
      post: { ...thing('createThing', 'Creates a thing.') },
    },
    '/things/{id}/lifecycle/deactivate': { post: thing('deactivateThing', 'Switches a thing off. It stays.') },
  });
  const search = new Search(searchIndex(provider) as SearchIndex);

  it.each([
    ['the name of a method', 'deactivate_thing', 'p.things.things · deactivate_thing'],
    ['a form of its word', 'deactivating', 'p.things.things · deactivate_thing'],
    ['a word that is still being typed', 'deact', 'p.things.things · deactivate_thing'],
    ['a word of its first sentence', 'how do I switch one off?', 'p.things.things · deactivate_thing'],
    ['another word for the verb', 'show me the things', 'p.things.things · list_things'],
    ['a column', 'updated', 'p.things.things'],
  ])('finds %s', (_name, query, title) => {
    expect(search.find(query)[0]?.title).toBe(title);
  });

  it('leads to the statement', () => {
    expect(search.find('deactivate thing')[0]).toEqual({
      title: 'p.things.things · deactivate_thing',
      about: 'Switches a thing off.',
      href: 'services/things/things/?exec=deactivate_thing#lifecycle-methods',
    });
  });

  it.each(['', ' ', '%', 'nowhere'])('finds nothing for %j', (query) => {
    expect(search.find(query)).toEqual([]);
  });
});

/** Whoever asks does not know how things are called. Beside each question the methods that would do. */
const QUESTIONS: [question: string, ...methods: string[]][] = [
  ['list users with their status', 'users.users · list_users'],
  ['create a group', 'groups.groups · add_group'],
  ['assign an app to a group', 'apps.application_group_assignments · assign_group_to_application'],
  ['deactivate a user', 'users.users · deactivate_user'],
  ['who has admin roles', 'iam.users · list_users_with_role_assignments'],
  ['how do I unlock a user?', 'users.users · unlock_user'],
  ['reset the password of a user', 'users.users · reset_password'],
  ['end all sessions of a user', 'users.users · revoke_user_sessions'],
  ['add a user to a group', 'groups.users · assign_user_to_group'],
  ['remove a user from a group', 'groups.users · unassign_user_from_group'],
  ['which applications does a group have', 'groups.assigned_applications · list_assigned_applications_for_group'],
  ['which users are in an application', 'apps.application_users · list_application_users'],
  ['show the system log', 'logs.log_events · list_log_events'],
  ['list all api tokens', 'api_tokens.api_tokens · list_api_tokens'],
  ['revoke an api token', 'api_tokens.api_tokens · revoke_api_token'],
  ['give a user an admin role', 'users.roles · assign_role_to_user'],
  ['take a role away from a user', 'users.roles · unassign_role_from_user'],
  ['create a new user', 'users.users · create_user'],
  ['suspend a user', 'users.users · suspend_user'],
  ['block a device', 'devices.devices · suspend_device', 'devices.devices · deactivate_device'],
  ['which devices does a user have', 'users.devices · list_user_devices'],
  ['enroll a factor for a user', 'users.factors · enroll_factor'],
  ['reset multifactor authentication of a user', 'users.users · reset_factors'],
  ['list network zones', 'zones.network_zones · list_network_zones'],
  ['change a policy rule', 'policies.rules · replace_policy_rule'],
  ['turn off an event hook', 'eventhooks.event_hooks · deactivate_event_hook'],
  ['test an inline hook', 'inlinehooks.inline_hooks · execute_inline_hook'],
  ['add a trusted origin', 'trustedorigins.trusted_origins · create_trusted_origin'],
  ['upload a logo', 'brands.themes · upload_brand_theme_logo', 'apps.logos · upload_application_logo'],
  ['verify a custom domain', 'domains.custom_domains · verify_domain'],
];

describe.skipIf(!hasShared)('the search of the whole Okta API', () => {
  const spec = path.join(SHARED, 'specs/okta-management-2026.06.3.yaml');

  // Their methods do not say "admin": "Assigns a standard role to a user", "Lists all users with role assignments".
  const known = ['who has admin roles', 'give a user an admin role'];

  it('has the right method among the first three for 28 of 30 plain questions, and a light index', async () => {
    const config = path.join(scratch(), 'okta.config.yaml');
    writeFileSync(config, stringify({ provider: 'okta', title: 'Okta', specs: [spec] }));
    const { provider } = await mapSource(config);
    const index = searchIndex(provider);
    const search = new Search(index as SearchIndex);
    const missed = QUESTIONS.flatMap(([question, ...methods]) => {
      const titles = search.find(question).map(({ title }) => title.replace(/^okta\./, ''));
      return methods.some((method) => titles.slice(0, 3).includes(method)) ? [] : [question];
    });
    console.log(`30 questions: ${30 - missed.length} have the right method among the first three`);
    expect(missed).toEqual(known);
    expect(gzipSync(JSON.stringify(index)).length).toBeLessThan(100_000);
  });
});

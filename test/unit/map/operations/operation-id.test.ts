import { expect, it } from 'vitest';
import { wordingOf } from '../../../../generator/map/operations/operation-id.js';

it.each<[operationId: string, verb: string | undefined, noun: string]>([
  ['listUsers', 'list', 'users'],
  ['listAppTargetsForRole', 'list', 'app_targets'],
  ['getAllOrgSettings', 'get', 'org_settings'],
  ['repos/list-for-org', 'list', 'repos'],
  ['repos/list-forks', 'list', 'forks'],
  ['backupsList', 'list', 'backups'],
  ['actions/get-reviews-for-run', 'get', 'reviews'],
  ['getSignInPage', 'get', 'sign_in_page'],
  ['ingestBudgetGetV2', 'get', 'ingest_budget'],
  ['listSAMLMetadata', 'list', 'saml_metadata'],
  ['list_files_v1_files_get', 'list', 'files'],
  ['create_chat_completion_api_v2_chat_completions_post', 'create', 'chat_completion'],
  ['users', undefined, 'users'],
  ['', undefined, ''],
])('%s', (operationId, verb, noun) => {
  const wording = wordingOf(operationId);
  expect([wording.verb, wording.noun.join('_')]).toEqual([verb, noun]);
});

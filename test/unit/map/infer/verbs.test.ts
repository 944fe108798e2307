import { expect, it } from 'vitest';
import { body, done, list, map, methodsOf, ok, type Paths, row } from '../given.js';

const get = { operationId: 'listThings', responses: ok(list) };
const item = { '/things/{id}': { get: { operationId: 'getThing', responses: ok(row) } } };
const post = (operationId: string, more: object = body()) => ({ post: { operationId, responses: ok(row), ...more } });
const put = (operationId: string, more: object = {}) => ({ put: { operationId, responses: done, ...more } });

it.each<[string, Paths, string, string]>([
  ['POST on a collection with items', { '/things': post('makeThing'), ...item }, 'make_thing', 'insert'],
  ['POST that acts on a collection', { '/things': { get, ...post('exportThings') } }, 'export_things', 'exec'],
  ['POST that updates what can be read', { '/things': { get, ...post('updateThings') } }, 'update_things', 'update'],
  [
    'POST on an item',
    { '/things/{id}': { ...item['/things/{id}'], ...post('changeThing') } },
    'change_thing',
    'update',
  ],
  ['POST on an item that creates', { '/things/{id}': post('createThing') }, 'create_thing', 'insert'],
  ['POST beside nothing that creates', { '/things': post('createThing') }, 'create_thing', 'insert'],
  ['POST beside nothing that does not', { '/things': post('sendThing') }, 'send_thing', 'exec'],
  [
    'POST of a generator of items',
    { '/keys': { get }, '/keys/generate': post('generateKey'), '/keys/{id}': item['/things/{id}'] },
    'generate_key',
    'insert',
  ],
  ['POST under lifecycle', { ...item, '/things/{id}/lifecycle/start': post('startThing', {}) }, 'start_thing', 'exec'],
  [
    'POST under a resource called actions',
    {
      '/actions': { get },
      '/actions/runners': { get: { operationId: 'r', responses: ok(row) }, ...post('createRunner') },
    },
    'create_runner',
    'insert',
  ],
  ['POST of item:verb', { ...item, '/things/{id}:archive': post('archiveThing', {}) }, 'archive_thing', 'exec'],
  ['POST of thing.verb', { '/users.list': post('x', {}), '/users.create': post('y') }, 'y', 'insert'],
  [
    'POST that only reads',
    { '/things/search': post('searchThings', body({ ...row, required: ['name'] })) },
    'search_things',
    'select',
  ],
  ['POST that reads by optional fields', { '/things/search': post('searchThings') }, 'search_things', 'exec'],
  [
    'RPC: list',
    { '/things/list': { get }, '/things/delete': post('deleteThing', body({ ...row, required: ['id'] })) },
    'list_things',
    'select',
  ],
  [
    'RPC: delete',
    { '/things/list': { get }, '/things/delete': post('deleteThing', body({ ...row, required: ['id'] })) },
    'delete_thing',
    'delete',
  ],
  [
    'RPC: grant and revoke',
    {
      '/{org}/consent': { get },
      '/{org}/consent/grant': post('grantConsent', {}),
      '/{org}/consent/revoke': post('revokeConsent', {}),
    },
    'revoke_consent',
    'delete',
  ],
  [
    'PUT on an item',
    { '/things/{id}': { ...item['/things/{id}'], ...put('replaceThing', body()) } },
    'replace_thing',
    'replace',
  ],
  [
    'PUT without a body: SET gives a parameter',
    { '/groups/{g}/users/{u}': put('assignUser') },
    'assign_user',
    'replace',
  ],
  ['PUT with nothing of its own to give', { '/things': { get, ...put('resetThings') } }, 'reset_things', 'exec'],
  ['PUT that creates an unreadable item', { '/things/{id}': put('createThing', body()) }, 'create_thing', 'insert'],
  ['PUT that changes a state', { ...item, '/things/{id}/star': put('starThing') }, 'star_thing', 'exec'],
  ['PUT of a list', { '/things': { get, ...put('replaceThings', body(list)) } }, 'replace_things', 'exec'],
  [
    'PATCH',
    { '/things/{id}': { ...item['/things/{id}'], patch: { operationId: 'p', responses: done, ...body() } } },
    'p',
    'update',
  ],
  ['DELETE', { '/things/{id}': { delete: { operationId: 'd', responses: done } } }, 'd', 'delete'],
  [
    'DELETE of everything: no WHERE',
    { '/things': { get, delete: { operationId: 'd', responses: done } } },
    'd',
    'exec',
  ],
  [
    'DELETE that ends a relation',
    { '/stars/{id}': { delete: { operationId: 'unstarThing', responses: done } } },
    'unstar_thing',
    'exec',
  ],
  [
    'DELETE named as a change of state',
    { '/jobs/{id}': { delete: { operationId: 'cancelJob', responses: done } } },
    'cancel_job',
    'delete',
  ],
  [
    'DELETE of what is called an archive',
    { '/jobs/{id}/archives/{a}': { delete: { operationId: 'deleteArchive', responses: done } } },
    'delete_archive',
    'delete',
  ],
  [
    'GET that does not end',
    { '/things/{id}': { get: { ...get, operationId: 'watchThings' } } },
    'watch_things',
    'exec',
  ],
  ['POST that lists without a body', { ...item, '/things/{id}/listKeys': post('listKeys', {}) }, 'list_keys', 'select'],
  [
    'PUT that creates what can be read',
    { '/things/{id}': { ...item['/things/{id}'], ...put('beginCreate', body()) } },
    'begin_create',
    'insert',
  ],
  [
    'PUT that creates or updates',
    { '/things/{id}': { ...item['/things/{id}'], ...put('createOrUpdate', body()) } },
    'create_or_update',
    'replace',
  ],
  [
    'DELETE of what hangs on an item',
    { ...item, '/things/{id}/logo': { delete: { operationId: 'deleteLogo', responses: done } } },
    'delete_logo',
    'exec',
  ],
  [
    'GET of a download',
    { '/things/export': { get: { operationId: 'exportAll', responses: ok(list) } } },
    'export_all',
    'exec',
  ],
  [
    'GET of a scalar',
    { '/count': { get: { operationId: 'count', responses: ok({ type: 'integer' }) } } },
    'count',
    'exec',
  ],
  [
    'GET of a list of scalars',
    { '/names': { get: { operationId: 'names', responses: ok({ type: 'array', items: { type: 'string' } }) } } },
    'names',
    'select',
  ],
])('%s', async (_name, paths, method, verb) => {
  const { provider } = await map(paths);
  expect(methodsOf(provider).find(({ name }) => name === method)?.verb).toBe(verb);
});

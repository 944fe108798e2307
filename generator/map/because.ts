import type { RuleCode } from '../model.js';

/** What a reason's code stands for. */
export interface Rule {
  /** The decision and what led to it, as a sentence. */
  readonly means: string;
  /**
   * The mapping rules behind it, numbered as in `guide/mapping-rules.md`; none for what a person or a former run
   * decided.
   */
  readonly numbers: readonly number[];
  /** The file under `generator/` that gives the code. */
  readonly decided: string;
}

const SERVICES = 'map/infer/services.ts';
const RESOURCES = 'map/infer/resources.ts';
const VERBS = 'map/infer/verbs.ts';
const METHODS = 'map/build/methods.ts';
const MAPPED_SERVICES = 'map/services.ts';
const HINTS = 'map/operations/hints.ts';

/** The closed catalogue of the reasons that `explain`, `report` and the Model give. */
export const RULES: Readonly<Record<RuleCode, Rule>> = {
  'service.namespace': {
    means: 'The service is the namespace of the resource provider: `/providers/Contoso.KeyVault` is `key_vault`.',
    numbers: [1],
    decided: SERVICES,
  },
  'service.group': {
    means: 'The service is the API group that the path begins with, `/apis/apps/v1`, and with several its version.',
    numbers: [1],
    decided: SERVICES,
  },
  'service.host': {
    means: 'The service is the first label of the host, where operations go to different hosts.',
    numbers: [1],
    decided: SERVICES,
  },
  'service.operation-id': {
    means: 'The service is the first part of operationIds of three parts or more: `drive.files.list`.',
    numbers: [1],
    decided: SERVICES,
  },
  'service.tag': {
    means: 'The service is the first tag: nearly every operation has a tag, and the tags tell more than the paths.',
    numbers: [1],
    decided: SERVICES,
  },
  'service.path': {
    means: 'The service is the first path segment that is neither a version nor a word such as `api`.',
    numbers: [1],
    decided: SERVICES,
  },
  'service.path-in-container': {
    means: 'The service is the segment behind containers of much of the API, such as `/accounts/{id}`, at any depth.',
    numbers: [1],
    decided: SERVICES,
  },
  'service.merge': {
    means: 'The config merges the inferred service into another one.',
    numbers: [1],
    decided: SERVICES,
  },
  'resource.path': {
    means: 'The resource has the plural of the last static path segment as its name.',
    numbers: [3, 12],
    decided: RESOURCES,
  },
  'resource.operation-id': {
    means: 'The resource has the noun that most of its operationIds agree on as its name.',
    numbers: [2, 3, 12],
    decided: RESOURCES,
  },
  'resource.operation-id-group': {
    means: 'The operationIds are grouped, `VirtualHubs_Get`, `drive.files.list`: the group is the resource.',
    numbers: [3, 12],
    decided: RESOURCES,
  },
  'resource.path-with-parent': {
    means: 'The name was taken in the service, so the path segments before it were put in front.',
    numbers: [12],
    decided: RESOURCES,
  },
  'resource.unreachable': {
    means: 'A SELECT of another method takes the same required inputs, so this one got a resource of its own.',
    numbers: [16],
    decided: MAPPED_SERVICES,
  },
  'method.operation-id': {
    means: 'The method has the operationId in snake case as its name.',
    numbers: [14],
    decided: METHODS,
  },
  'method.crud': {
    means: 'The config asks for CRUD names, and this one was free.',
    numbers: [14],
    decided: METHODS,
  },
  'method.verb': {
    means:
      'There is no usable operationId: the name is what the operation does, with the resource (get_job, list_jobs).',
    numbers: [14],
    decided: METHODS,
  },
  'method.made-unique': {
    means: 'The operationId was taken, or EXEC must not have it as a name, so the name of the resource was added.',
    numbers: [14, 16],
    decided: METHODS,
  },
  'verb.get': { means: 'A GET that responds with rows is a SELECT.', numbers: [6], decided: VERBS },
  'verb.get-without-rows': {
    means: 'A GET whose response holds no rows is EXEC-only.',
    numbers: [6],
    decided: VERBS,
  },
  'verb.get-optional-body': {
    means: 'A GET with a request body that WHERE cannot give is EXEC-only.',
    numbers: [5, 6],
    decided: VERBS,
  },
  'verb.download': {
    means: 'A GET whose path ends in `export` or `download` is EXEC-only.',
    numbers: [6],
    decided: VERBS,
  },
  'verb.streams': {
    means: 'A GET named as what does not end by itself (watch, stream) is EXEC-only.',
    numbers: [2, 6],
    decided: VERBS,
  },
  'verb.sets': {
    means: 'A custom method `:setPolicy` beside a `:getPolicy` replaces what that one reads.',
    numbers: [4],
    decided: VERBS,
  },
  'verb.post-reads': {
    means:
      'A POST named as a reading (search, query, list), which responds with rows and needs no more than WHERE gives.',
    numbers: [2, 5],
    decided: VERBS,
  },
  'verb.action': {
    means: 'The path ends in an action on its parent, such as `/users/{id}/lifecycle/activate`: EXEC-only.',
    numbers: [4, 10],
    decided: VERBS,
  },
  'verb.rpc': {
    means: 'The path ends in a CRUD word beside others under the same parent: the word is the verb.',
    numbers: [5],
    decided: VERBS,
  },
  'verb.rpc-without-rows': {
    means: 'The path ends in a reading word beside other CRUD words, but the response holds no rows: EXEC-only.',
    numbers: [5, 6],
    decided: VERBS,
  },
  'verb.rpc-optional-body': {
    means: 'The path ends in a reading word beside other CRUD words, but WHERE cannot give the body: EXEC-only.',
    numbers: [5],
    decided: VERBS,
  },
  'verb.transition': {
    means:
      'A PUT or PATCH named as a change of state (archive, follow, reset), or a DELETE as its end (unfollow): EXEC-only.',
    numbers: [2, 4],
    decided: VERBS,
  },
  'verb.delete': { means: 'A DELETE is a DELETE.', numbers: [10], decided: VERBS },
  'verb.patch': { means: 'A PATCH is an UPDATE.', numbers: [10], decided: VERBS },
  'verb.put': {
    means: 'A PUT on an item or on what can be read, or one named as a replacement, is a REPLACE.',
    numbers: [9],
    decided: VERBS,
  },
  'verb.put-creates': {
    means: 'A PUT of an item that is named as a creation, and not as a change too, is an INSERT.',
    numbers: [9],
    decided: VERBS,
  },
  'verb.put-orphan': {
    means: 'A PUT on a path that is neither an item nor readable is EXEC-only.',
    numbers: [9],
    decided: VERBS,
  },
  'verb.post-item': {
    means: 'A POST on an item that can be read is an UPDATE.',
    numbers: [8],
    decided: VERBS,
  },
  'verb.post-item-creates': {
    means: 'A POST on an item, named as a creation, is an INSERT.',
    numbers: [8],
    decided: VERBS,
  },
  'verb.post-item-unreadable': {
    means: 'A POST on an item that cannot be read is EXEC-only.',
    numbers: [8],
    decided: VERBS,
  },
  'verb.post-collection': {
    means: 'A POST on a collection whose items have a path of their own is an INSERT.',
    numbers: [7],
    decided: VERBS,
  },
  'verb.post-readable': {
    means: 'A POST on a path that has a GET is an INSERT.',
    numbers: [7],
    decided: VERBS,
  },
  'verb.post-updates': {
    means: 'A POST named as a change, on a path that has a GET, is an UPDATE.',
    numbers: [7],
    decided: VERBS,
  },
  'verb.post-acts': {
    means: 'A POST named as an act (send, attach, purge), on a path that has a GET or items, is EXEC-only.',
    numbers: [7],
    decided: VERBS,
  },
  'verb.post-creates': {
    means: 'A POST named as a creation, beside neither a GET nor items, is an INSERT.',
    numbers: [7],
    decided: VERBS,
  },
  'verb.post-other': {
    means: 'A POST beside neither a GET nor items, not named as a creation, is EXEC-only.',
    numbers: [7],
    decided: VERBS,
  },
  'verb.no-rows': {
    means: 'It was to be a SELECT, but the response holds no rows: EXEC-only.',
    numbers: [6],
    decided: VERBS,
  },
  'verb.body-media-type': {
    means: 'The engine sends JSON and XML bodies only: EXEC-only.',
    numbers: [16],
    decided: VERBS,
  },
  'verb.no-body-fields': {
    means: 'An INSERT needs a column and an UPDATE or REPLACE something to SET, and there is none: EXEC-only.',
    numbers: [16],
    decided: VERBS,
  },
  'verb.no-where': {
    means: 'The engine refuses a DELETE without WHERE, and the operation has nothing for it: EXEC-only.',
    numbers: [16],
    decided: VERBS,
  },
  'verb.unreachable': {
    means: 'Another method of the same verb takes the same required inputs, so this one is EXEC-only.',
    numbers: [16],
    decided: MAPPED_SERVICES,
  },
  pagination: {
    means: 'The response says where the next page is, and the request takes it.',
    numbers: [15],
    decided: 'map/infer/pagination.ts',
  },
  hint: { means: 'The spec says so: an `x-stackql-…` key of the operation.', numbers: [], decided: HINTS },
  override: { means: 'The config says so: an entry of `overrides`.', numbers: [], decided: HINTS },
  mapping: { means: 'A row of the mapping file says so.', numbers: [], decided: HINTS },
  lock: {
    means: 'The lock file keeps the published name or verb.',
    numbers: [],
    decided: 'map/infer/name-lock.ts',
  },
  'lock.service': {
    means: 'What the spec calls something else by now keeps the name of its published service.',
    numbers: [],
    decided: MAPPED_SERVICES,
  },
  'lock.siblings': {
    means: 'A new operation goes where most of what is at its path is published.',
    numbers: [],
    decided: MAPPED_SERVICES,
  },
  published: {
    means: 'The provider was read as it is published; nothing was inferred.',
    numbers: [],
    decided: 'provider-package/to-model.ts',
  },
};

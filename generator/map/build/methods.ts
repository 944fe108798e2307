import type { Because, LimitCode, Method, RuleCode, SqlVerb } from '../../model.js';
import { isObject } from '../../read/objects.js';
import type { OperationObject } from '../../read/openapi.js';
import type { Located } from '../../read/spec.js';
import { shortened, singular, snakeCase, words } from '../../text/names.js';
import { isPageToken, type PagingStyle, pagingOf } from '../infer/pagination.js';
import { isLocked } from '../infer/published-names.js';
import type { Verb } from '../infer/verbs.js';
import { isSendable, type RequestContent, requestBodyOf } from '../operations/bodies.js';
import { objectAt } from '../operations/fields.js';
import type { LenientSpec, Written } from '../operations/lenient.js';
import { isVerb, wordingOf } from '../operations/operation-id.js';
import { isPlaceholder, type Operation } from '../operations/operations.js';
import { objectKeyOf, type Rows } from '../operations/rows.js';
import { dataType } from '../operations/schema.js';

/** Names that the engine gives a verb of their own (ENGINE E8.3). */
const VERB_NAMES = ['list', 'get', 'select', 'insert', 'create', 'delete'];

/** How methods are called: by their operationId, or `list`, `get`, `create`, … where that is one of a kind. */
export type MethodNames = 'operationId' | 'crud';

export interface Draft {
  readonly spec: LenientSpec;
  readonly operation: Operation;
  readonly verb: Verb;
  readonly resource: string;
  readonly style: PagingStyle;
  readonly methodNames: MethodNames;
  /** The component of the service document that a schema is. */
  componentOf(schema: Located<Written>): string | undefined;
  /** A new component of the service document: the array that a transform makes of an answer. */
  arrayOf(rows: Rows, operationId: string): string;
  /** Is the name free in the resource? */
  isFree(name: string): boolean;
}

/** The method of an operation whose verb and resource are decided. */
export function methodOf({
  spec,
  operation,
  verb,
  resource,
  style,
  methodNames,
  componentOf,
  arrayOf,
  isFree,
}: Draft): Method {
  const { object, at, parameters, declared, httpMethod, path, request, success, id } = operation;
  const hasBody = request !== undefined;
  const paging =
    verb.verb === 'select' ? pagingOf(spec, declared, success, style, hasBody, operation.hints.pagination) : {};
  const token = paging.pagination?.requestToken.key;
  const component = success.rows?.transform === undefined && success.rows ? componentOf(success.rows.row) : undefined;
  const rowAt = success.rows && objectAt(spec, success.rows.row);
  const objectKey = success.rows && objectKeyOf(success.rows);
  const stage = stageOf(object);
  const obstacle = request && obstacleOf(spec, request);
  const limit = verb.verb === 'exec' && request && isWanted(request) ? obstacle : undefined;
  const { name, because } = nameOf(operation, verb.verb, resource, methodNames, isFree);
  return {
    name,
    verb: verb.verb,
    operationId: id,
    http: { method: httpMethod.toUpperCase(), path },
    summary: textOf(object.summary),
    description: textOf(object.description) || textOf(object.summary),
    deprecated: object.deprecated === true,
    ...(stage !== undefined && { stage }),
    parameters: parameters.map((parameter) =>
      parameter.in === 'query' && paging.pagination && (parameter.name === token || isPageToken(parameter.name))
        ? { ...parameter, pageToken: true }
        : parameter,
    ),
    ...(request && { body: requestBodyOf(spec, request, parameters, componentOf, id) }),
    response: {
      status: success.status,
      description: textOf(success.response.description),
      ...(success.rows && {
        row: {
          mediaType: success.mediaType as string,
          columns: success.rows.columns,
          ...(success.rows.transform !== undefined && {
            transform: { template: success.rows.transform, component: arrayOf(success.rows, id) },
          }),
          ...(objectKey !== undefined && { objectKey }),
          ...(rowAt !== undefined && { object: rowAt }),
          ...(component !== undefined && { component }),
        },
      }),
    },
    ...(limit && { limit }),
    ...(obstacle && !limit && { unsentBody: obstacle }),
    ...paging,
    ...(operation.since !== undefined && { since: operation.since }),
    at,
    because: { name: because, verb: verb.because },
  };
}

/** Does the API insist on the body? */
function isWanted({ object, shape, readOnly }: RequestContent): boolean {
  return object.required === true || [...(shape?.required ?? [])].some((name) => !readOnly.includes(name));
}

/** Why the engine cannot send a body: it cannot call a method whose API wants it. */
function obstacleOf(spec: LenientSpec, { mediaType, schema, shape }: RequestContent): LimitCode | undefined {
  if (!isSendable(mediaType)) return 'body-media-type';
  if (shape) return undefined;
  const { type } = dataType(spec, schema.value, schema.at);
  if (type === 'array') return 'body-array';
  return type === 'object' ? 'body-map' : 'body-scalar';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function nameOf(
  operation: Operation,
  verb: SqlVerb,
  resource: string,
  methodNames: MethodNames,
  isFree: (name: string) => boolean,
): { name: string; because: Because } {
  const hint = operation.hints.method;
  if (hint && !isLocked(hint)) return { name: hint.value, because: hint.because };
  const guess = inferredName(operation, verb, resource, methodNames, isFree);
  return hint && hint.value !== guess.name ? { name: hint.value, because: hint.because } : guess;
}

function inferredName(
  operation: Operation,
  verb: SqlVerb,
  resource: string,
  methodNames: MethodNames,
  isFree: (name: string) => boolean,
): { name: string; because: Because } {
  const named = (name: string, rule: RuleCode, saw: string) => ({ name, because: { rule, saw } });
  const own = snakeCase(operation.object.operationId ?? '');
  const crud = crudName(operation, verb);
  if (methodNames === 'crud' && crud !== '' && isFree(crud))
    return named(crud, 'method.crud', `the config asks for CRUD names, and this is the ${verb}`);
  if (own !== '' && !(verb === 'exec' && VERB_NAMES.includes(own)) && isFree(own))
    return named(own, 'method.operation-id', `operationId ${operation.object.operationId}`);
  const base = shortened(own === '' ? plainName(operation, verb, resource) : `${own}_${resource}`);
  const last = operation.parameters.filter((parameter) => parameter.in === 'path').at(-1);
  const candidates = [base, ...(last ? [`${base}_by_${snakeCase(last.name)}`] : [])].map(shortened);
  let name = candidates.find(isFree);
  for (let count = 2; name === undefined; count++) name = isFree(`${base}_${count}`) ? `${base}_${count}` : undefined;
  if (own === '') return named(name, 'method.verb', 'the operation has no operationId with a letter or digit');
  const isReserved = VERB_NAMES.includes(own) && verb === 'exec';
  const saw = isReserved ? `an EXEC method must not be called ${own}` : `${resource} has a method ${own} already`;
  return named(name, 'method.made-unique', saw);
}

/** What an operation without an operationId does: `list_jobs`, `get_job`, `cancel_job`, `batch_get_jobs`. */
function plainName({ segments, success }: Operation, verb: SqlVerb, resource: string): string {
  const isList = verb === 'select' && success.rows?.isList === true;
  if (verb !== 'exec') {
    const word = verb === 'select' ? 'get' : CRUD[verb];
    return isList ? `list_${resource}` : `${word}_${singular(resource)}`;
  }
  const action = words(segments.at(-1) ?? '');
  const isOfOne = isPlaceholder(segments.at(-2));
  return isVerb(action[0] ?? '') || isVerb(action.at(-1) ?? '')
    ? `${action.join('_')}_${isOfOne ? singular(resource) : resource}`
    : `exec_${resource}`;
}

const CRUD: Readonly<Record<Exclude<SqlVerb, 'exec' | 'select'>, string>> = {
  insert: 'create',
  update: 'update',
  replace: 'replace',
  delete: 'delete',
};

function crudName({ object, segments, success }: Operation, verb: SqlVerb): string {
  if (verb === 'select') return success.rows?.isList ? 'list' : 'get';
  if (verb !== 'exec') return CRUD[verb];
  const action = wordingOf(object.operationId ?? '').verb ?? words(segments.at(-1) ?? '').join('_');
  return VERB_NAMES.includes(action) ? '' : action;
}

const STAGES: Readonly<Record<string, string>> = {
  ea: 'early access',
  ga: '',
  stable: '',
  limited_ga: 'limited availability',
};

/** `x-acme-lifecycle: beta`, `x-stability: {level: preview}`, `x-beta: true`: vendors write it in many ways. */
function stageOf(object: OperationObject): string | undefined {
  for (const [key, value] of Object.entries(object)) {
    if (!key.startsWith('x-')) continue;
    const flag = /^x-(?:.*-)?(beta|alpha|preview|experimental)$/i.exec(key)?.[1];
    if (flag && value === true) return flag.toLowerCase();
    if (!/(lifecycle|stability|stage|maturity|release-?status|availability)(-level)?$/i.test(key)) continue;
    const written = isObject(value)
      ? (value.lifecycle ?? value.stage ?? value.level ?? value.state ?? value.status)
      : value;
    if (typeof written !== 'string') continue;
    const stage = words(written.slice(0, 40)).join(' ');
    return (STAGES[stage.replaceAll(' ', '_')] ?? stage) || undefined;
  }
  return undefined;
}

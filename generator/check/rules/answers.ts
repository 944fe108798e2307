import type { RuleCode } from '../../diagnostics/rules.js';
import { asText, child } from '../../provider-package/positions.js';
import { compositionOf, deepNames, ownProperties, propertiesOf, rowsAt } from '../../provider-package/schema.js';
import type { Located, MethodEntry, Operation, ResponseRows } from '../../provider-package/types.js';
import { isObject } from '../../read/objects.js';
import { step } from '../../read/pointer.js';
import { selectable } from '../../sql/sql.js';
import { lostProperties } from './bodies.js';
import { once } from './parameters.js';
import { isExecOnly } from './resources.js';
import { eachMethod, eachResource, type Finding, listOf, nameOf, type Rule } from './rule.js';

/** Names under which APIs wrap rows. */
const WRAPPERS = ['data', 'result', 'results', 'items', 'value', 'values', 'records', 'entries', 'resources'];
/** Names of what APIs put beside rows, in lower case. */
const BESIDE_ROWS: ReadonlySet<string> = new Set([
  '_link',
  '_links',
  'count',
  'cursor',
  'error',
  'errors',
  'etag',
  'has_more',
  'hasmore',
  'kind',
  'limit',
  'link',
  'links',
  'message',
  'messages',
  'meta',
  'metadata',
  'offset',
  'pagination',
  'paging',
  'size',
  'success',
  'warning',
  'warnings',
]);
/** Beginnings of such names: `page_size`, `nextToken`, `totalCount`. */
const BESIDE_ROWS_PREFIXES = ['page', 'next', 'prev', 'total'];

/** Responses: the rows of SELECT, and what EXEC does with them. */
export const answerRules = {
  'response-undeclared': eachMethod(function* (method, { response: answer }) {
    const missing = ['mediaType', 'openAPIDocKey'].filter((key) => answer.value[key] === undefined);
    if (missing.length > 0 && !answer.bent)
      yield {
        at: method.value.response === undefined ? method.at : answer.at,
        message: `${nameOf(method)} lacks response.${missing.join(' and response.')}`,
        ...(!method.verbs.includes('select') && { severity: 'info' }),
      };
  }),

  'response-unresolved': eachMethod(function* (method, operation) {
    const { response: answer } = operation;
    const { openAPIDocKey: status, mediaType } = answer.value;
    // DELETE and EXEC need no response.
    const returns = ['select', 'insert', 'update', 'replace'].some((verb) =>
      (method.verbs as readonly string[]).includes(verb),
    );
    if (answer.schema || answer.bent || status === undefined || !returns) return;
    const responses = child(operation, 'responses');
    const weight = method.verbs.includes('select') ? {} : ({ severity: 'warning' } as const);
    if (!isObject(responses.value[asText(status)])) {
      const statuses = listOf(Object.keys(responses.value));
      yield {
        at: step(answer.at, 'openAPIDocKey'),
        message: `${nameOf(method)} takes ${asText(status)}; the operation responds ${statuses || 'nothing'}`,
        ...weight,
      };
      return;
    }
    const response = method.resource.service.follow(child(responses, asText(status)));
    const types = response ? Object.keys(child(response, 'content').value) : [];
    if (types.length > 0 && !types.includes(asText(mediaType)))
      yield {
        at: step(answer.at, 'mediaType'),
        message: `${nameOf(method)} takes ${asText(mediaType)}; ${asText(status)} responds ${listOf(types)}`,
        ...weight,
      };
  }),

  'object-key': selects(function* (method, { response: answer }) {
    const { objectKey, rows } = answer;
    if (objectKey === '') return;
    const plain = !objectKey.startsWith('$') || /^\$(\.[\p{L}_][\p{L}\p{N}_]*(\[\*\])?)*$/u.test(objectKey);
    const fault = plain ? 'is not in the response' : 'is not a path that the engine reads';
    if (!rows || !plain)
      yield { at: step(answer.at, 'objectKey'), message: `${objectKey} of ${nameOf(method)} ${fault}` };
  }),

  'envelope-without-object-key': selects(function* (method, { response: answer }, schema) {
    const { service, name } = method.resource;
    if (answer.objectKey !== '' || schema.value.type === 'array') return;
    const properties = propertiesOf(service, schema);
    if (ownProperties(schema).has('items')) return;
    const lists = [...properties].filter(([, property]) =>
      holdsObjects(service.follow(property), (items) => service.follow(items)),
    );
    const [wrapper] = lists[0] ?? [];
    const others = [...properties.keys()].filter((property) => property !== wrapper);
    if (wrapper === undefined || lists.length > 1 || isBesideRows(wrapper) || !others.every(isBesideRows)) return;
    if (others.length > 0 || WRAPPERS.includes(wrapper.toLowerCase()) || wrapper === name)
      yield { at: method.at, message: `the rows of ${nameOf(method)} are in ${wrapper}` };
  }),

  'select-crash': selects(function* (method, { response: { rows } }, schema) {
    if (rows?.kind === 'crash' && (!isRoot(rows, schema) || schema.value.type === 'array'))
      yield { at: schema.at, message: `the rows of ${nameOf(method)} are ${typeName(rows.row)}` };
  }),

  'select-no-rows': eachMethod(function* (method, { response: answer, at }) {
    if (!method.verbs.includes('select') || answer.isOpaque) return;
    const { schema, rows, objectKey } = answer;
    if (!schema) {
      if (answer.value.openAPIDocKey === undefined)
        yield { at: step(at, 'responses'), message: `${nameOf(method)} has no response with a body` };
      else if (hasEmptyAnswer(method))
        yield {
          at: answer.at,
          message: `${nameOf(method)} responds ${asText(answer.value.openAPIDocKey)} without a body`,
        };
      return;
    }
    if (!rows) return;
    const isAll = isRoot(rows, schema);
    const isEmpty =
      rows.kind === 'none' ||
      (rows.kind === 'text' && (isAll || objectKey !== '')) ||
      (rows.kind === 'crash' && isAll && schema.value.type !== 'array');
    if (isEmpty)
      yield { at: rows.row.at, message: `the response of ${nameOf(method)} is ${typeName(rows.row)} without columns` };
  }),

  'columns-lost': rowsOf(function* (method, row) {
    const lost = lostProperties(method.resource.service, row);
    if (lost.length > 0) yield { at: row.at, message: `${listOf(lost)} of ${nameOf(method)} are not columns` };
  }),

  'column-doubled': rowsOf(function* (method, row) {
    if (ownProperties(row).size > 0) return;
    const seen = new Set<string>();
    const doubled = new Set<string>();
    for (const branch of compositionOf(row)?.branches ?? []) {
      const followed = method.resource.service.follow(branch);
      if (followed)
        for (const name of propertiesOf(method.resource.service, followed).keys())
          (seen.has(name) ? doubled : seen).add(name);
    }
    if (doubled.size > 0) yield { at: row.at, message: `${listOf(doubled)} of ${nameOf(method)} comes twice` };
  }),

  'type-object-missing': rowsOf(function* (method, row) {
    if (row.value.type === undefined && ownProperties(row).size > 0)
      yield { at: row.at, message: `the rows of ${nameOf(method)} have no type` };
  }),

  'column-unselectable': rowsOf(function* (method, row, columns) {
    const names = columns.filter((name) => !selectable(name));
    if (names.length > 0) yield { at: row.at, message: `${listOf(names)} of ${nameOf(method)}` };
  }),

  'column-clash': eachResource(function* (resource) {
    const selected = resource.methods.flatMap((method) => {
      const rows = method.operation?.response.rows;
      return rows?.kind === 'columns' ? [{ method, row: rows.row, columns: rows.columns.keys() }] : [];
    });
    for (const { method, row, columns } of selected) {
      if (!method.verbs.includes('select')) continue;
      // All methods whose rows are of one component share a table, with their required inputs as columns.
      const inputs = selected
        .filter((other) => other.method === method || other.row.at === row.at)
        .flatMap((other) => required(other.method));
      const byLowerCase = new Map<string, string>();
      for (const name of new Set([...columns, ...inputs])) {
        const other = byLowerCase.get(name.toLowerCase());
        if (name.includes('"'))
          yield { at: method.at, message: `the column ${name} of ${nameOf(method)} holds a quotation mark` };
        else if (other !== undefined)
          yield { at: method.at, message: `${other} and ${name} meet in the rows of ${nameOf(method)}` };
        byLowerCase.set(name.toLowerCase(), name);
      }
    }
  }),

  'exec-crash': execs(function* (method, { required: needed, server }, schema) {
    const { service } = method.resource;
    const rows = rowsAt(service, schema, '');
    if (schema.value.type === 'array') {
      if (rows?.kind === 'crash')
        yield { at: method.at, message: `${nameOf(method)} responds an array of ${typeName(rows.row)}` };
      return;
    }
    if (!hasColumns(method, schema)) return;
    const { names, hasArray } = deepNames(service, schema);
    const inputs = [
      ...needed,
      ...(server ? Object.keys(child(server, 'variables').value) : []),
      // Of methods whose rows are of one component, the engine unites the required inputs (ENGINE N24).
      ...method.resource.methods.filter((other) => rowAt(other) === schema.at).flatMap(required),
    ];
    const stranger = inputs.find((name) => !names.has(name));
    if (!hasArray && stranger !== undefined)
      yield { at: method.at, message: `the response of ${nameOf(method)} has no ${stranger} and no array` };
  }),

  'exec-answer': execs(function* (method, _operation, schema) {
    if (schema.value.type === 'array' || hasColumns(method, schema)) return;
    yield { at: method.at, message: `${nameOf(method)} responds ${typeName(schema)} without properties` };
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

type FindInAnswer = (method: MethodEntry, operation: Operation, schema: Located) => Iterable<Finding>;

function isBesideRows(name: string): boolean {
  const lower = name.toLowerCase();
  return BESIDE_ROWS.has(lower) || BESIDE_ROWS_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

/** SELECT methods whose response is JSON with a known schema. */
function selects(find: FindInAnswer): Rule {
  return eachMethod(function* (method, operation) {
    const { schema, mediaType, isOpaque } = operation.response;
    if (method.verbs.includes('select') && schema && !isOpaque && (mediaType === undefined || /json/i.test(mediaType)))
      yield* find(method, operation, schema);
  });
}

/** EXEC-only methods whose answer the engine looks into. */
function execs(find: FindInAnswer): Rule {
  return eachMethod(function* (method, operation) {
    const { schema, mediaType, isOpaque } = operation.response;
    if (isExecOnly(method) && schema && !isOpaque && !/xml/i.test(mediaType ?? ''))
      yield* find(method, operation, schema);
  });
}

/** The rows of SELECT that have columns, one finding a schema. */
function rowsOf(find: (method: MethodEntry, row: Located, columns: readonly string[]) => Iterable<Finding>): Rule {
  return once(
    eachMethod(function* (method, { response: { rows } }) {
      if (rows?.kind === 'columns' && method.verbs.includes('select'))
        yield* find(method, rows.row, [...rows.columns.keys()]);
    }),
  );
}

/** Is the answer itself the row? */
function isRoot({ row }: ResponseRows, schema: Located): boolean {
  return row.at === schema.at && row.value === schema.value;
}

function hasColumns({ resource }: MethodEntry, { value, at }: Located): boolean {
  const isObjectLike =
    value.type === 'object' || ownProperties({ value, at }).size > 0 || compositionOf({ value, at }) !== undefined;
  return isObjectLike && propertiesOf(resource.service, { value, at }).size > 0;
}

/** Where the schema of its rows stands. */
function rowAt({ operation }: MethodEntry): string | undefined {
  const rows = operation?.response.rows;
  return rows?.kind === 'columns' ? rows.row.at : undefined;
}

function required({ operation }: MethodEntry): string[] {
  return operation
    ? [...operation.required, ...(operation.server ? Object.keys(child(operation.server, 'variables').value) : [])]
    : [];
}

function holdsObjects(schema: Located | undefined, follow: (items: Located) => Located | undefined): boolean {
  if (schema?.value.type !== 'array' || !isObject(schema.value.items)) return false;
  const items = follow(child(schema, 'items'));
  return items !== undefined && (ownProperties(items).size > 0 || compositionOf(items) !== undefined);
}

function hasEmptyAnswer({ operation, resource }: MethodEntry): boolean {
  if (!operation) return false;
  const responses = child(operation, 'responses');
  const status = asText(operation.response.value.openAPIDocKey);
  const response = isObject(responses.value[status]) ? resource.service.follow(child(responses, status)) : undefined;
  return response !== undefined && Object.keys(child(response, 'content').value).length === 0;
}

function typeName({ value }: Located): string {
  return typeof value.type === 'string' ? value.type : 'anything';
}

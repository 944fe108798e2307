import { selectable } from '../../emit/sql.js';
import { step } from '../../read/pointer.js';
import type { RuleCode } from '../catalogue.js';
import { columnsOf, compositionOf, deepNames, ownProperties, propertiesOf, rowsAt } from '../schema.js';
import { type Answer, asText, child, isObject, type Located, type MethodEntry, type Operation } from '../structure.js';
import { lostProperties } from './bodies.js';
import { once } from './parameters.js';
import { isExecOnly } from './resources.js';
import { eachMethod, eachResource, type Finding, listOf, nameOf, type Rule } from './rule.js';

/** Names under which APIs wrap rows, and names of what they put beside them. */
const WRAPPERS = ['data', 'result', 'results', 'items', 'value', 'values', 'records', 'entries', 'resources'];
const BESIDE_ROWS =
  /^(_?links?|paging|pagination|page.*|next.*|prev.*|previous|total.*|count|size|limit|offset|cursor|has_?more|meta(data)?|errors?|messages?|success|kind|etag|warnings?)$/i;

/** Answers: the rows of SELECT, and what EXEC makes of them. */
export const answerRules = {
  'response-undeclared': eachMethod(function* (method, { answer }) {
    const missing = ['mediaType', 'openAPIDocKey'].filter((key) => answer.value[key] === undefined);
    if (missing.length > 0 && !answer.bent)
      yield {
        at: method.value.response === undefined ? method.at : answer.at,
        message: `${nameOf(method)} lacks response.${missing.join(' and response.')}`,
        ...(!method.verbs.includes('select') && { severity: 'info' }),
      };
  }),

  'response-unresolved': eachMethod(function* (method, operation) {
    const { answer } = operation;
    const { openAPIDocKey: status, mediaType } = answer.value;
    // DELETE and EXEC need no answer.
    const returns = ['select', 'insert', 'update', 'replace'].some((verb) => (method.verbs as readonly string[]).includes(verb));
    if (answer.schema || answer.bent || status === undefined || !returns) return;
    const responses = child(operation, 'responses');
    const weight = method.verbs.includes('select') ? {} : ({ severity: 'warning' } as const);
    if (!isObject(responses.value[asText(status)])) {
      const known = listOf(Object.keys(responses.value));
      yield {
        at: step(answer.at, 'openAPIDocKey'),
        message: `${nameOf(method)} takes ${asText(status)}; the operation answers ${known || 'nothing'}`,
        ...weight,
      };
      return;
    }
    const response = method.resource.service.follow(child(responses, asText(status)));
    const types = response ? Object.keys(child(response, 'content').value) : [];
    if (types.length > 0 && !types.includes(asText(mediaType)))
      yield {
        at: step(answer.at, 'mediaType'),
        message: `${nameOf(method)} takes ${asText(mediaType)}; ${asText(status)} answers ${listOf(types)}`,
        ...weight,
      };
  }),

  'object-key': selects(function* (method, { answer }, schema) {
    const { objectKey } = answer;
    if (objectKey === '') return;
    const rows = rowsAt(method.resource.service, schema, objectKey);
    const plain = !objectKey.startsWith('$') || /^\$(\.[\p{L}_][\p{L}\p{N}_]*(\[\*\])?)*$/u.test(objectKey);
    if ('unresolved' in rows || !plain)
      yield {
        at: step(answer.at, 'objectKey'),
        message: `${objectKey} of ${nameOf(method)} ${plain ? 'is not in the answer' : 'is no path that the engine reads'}`,
      };
  }),

  'envelope-without-object-key': selects(function* (method, { answer }, schema) {
    const { service, name } = method.resource;
    if (answer.objectKey !== '' || schema.value.type === 'array') return;
    const properties = propertiesOf(service, schema);
    if (ownProperties(schema).has('items')) return;
    const lists = [...properties].filter(([, property]) => holdsObjects(service.follow(property), (items) => service.follow(items)));
    const [wrapper] = lists[0] ?? [];
    const others = [...properties.keys()].filter((property) => property !== wrapper);
    if (wrapper === undefined || lists.length > 1 || BESIDE_ROWS.test(wrapper) || !others.every((property) => BESIDE_ROWS.test(property))) return;
    if (others.length > 0 || WRAPPERS.includes(wrapper.toLowerCase()) || wrapper === name)
      yield { at: method.at, message: `the rows of ${nameOf(method)} are in ${wrapper}` };
  }),

  'select-crash': selects(function* (method, { answer }, schema) {
    const rows = rowsAt(method.resource.service, schema, answer.objectKey);
    if ('unresolved' in rows) return;
    const inside = rows.row.at !== schema.at || rows.row.value !== schema.value;
    if (columnsOf(method.resource.service, rows.row).kind === 'crash' && (inside || schema.value.type === 'array'))
      yield { at: schema.at, message: `the rows of ${nameOf(method)} are ${typeName(rows.row)}` };
  }),

  'select-no-rows': eachMethod(function* (method, { answer, at }) {
    if (!method.verbs.includes('select')) return;
    if (!answer.schema) {
      if (!answer.bent && answer.value.openAPIDocKey === undefined) yield { at: step(at, 'responses'), message: `${nameOf(method)} has no answer with a body` };
      else if (!answer.bent && hasEmptyAnswer(method))
        yield { at: answer.at, message: `${nameOf(method)} answers ${asText(answer.value.openAPIDocKey)} without a body` };
      return;
    }
    if (!readsJson(answer.mediaType) || (answer.bent && answer.value.schema_override === undefined)) return;
    const rows = rowsAt(method.resource.service, answer.schema, answer.objectKey);
    if ('unresolved' in rows) return;
    const { kind } = columnsOf(method.resource.service, rows.row);
    const isRoot = rows.row.at === answer.schema.at && rows.row.value === answer.schema.value;
    const isEmpty =
      kind === 'none' || (kind === 'text' && (isRoot || answer.objectKey !== '')) || (kind === 'crash' && isRoot && rows.row.value.type !== 'array');
    if (isEmpty) yield { at: rows.row.at, message: `the answer of ${nameOf(method)} is ${typeName(rows.row)} without columns` };
  }),

  'columns-lost': rowsOf(function* (method, row) {
    const lost = lostProperties(method.resource.service, row);
    if (lost.length > 0) yield { at: row.at, message: `${listOf(lost)} of ${nameOf(method)} are no columns` };
  }),

  'column-doubled': rowsOf(function* (method, row) {
    if (ownProperties(row).size > 0) return;
    const seen = new Set<string>();
    const doubled = new Set<string>();
    for (const branch of compositionOf(row)?.branches ?? []) {
      const followed = method.resource.service.follow(branch);
      if (followed) for (const name of propertiesOf(method.resource.service, followed).keys()) (seen.has(name) ? doubled : seen).add(name);
    }
    if (doubled.size > 0) yield { at: row.at, message: `${listOf(doubled)} of ${nameOf(method)} comes twice` };
  }),

  'type-object-missing': rowsOf(function* (method, row) {
    if (row.value.type === undefined && ownProperties(row).size > 0) yield { at: row.at, message: `the rows of ${nameOf(method)} have no type` };
  }),

  'column-unselectable': rowsOf(function* (method, row) {
    const names = [...propertiesOf(method.resource.service, row).keys()].filter((name) => !selectable(name));
    if (names.length > 0) yield { at: row.at, message: `${listOf(names)} of ${nameOf(method)}` };
  }),

  'column-clash': eachResource(function* (resource) {
    const selected = resource.methods.flatMap((method) => {
      const row = rowOf(method);
      return row ? [{ method, row }] : [];
    });
    for (const { method, row } of selected) {
      if (!method.verbs.includes('select')) continue;
      const columns = [...propertiesOf(resource.service, row).keys()];
      // All methods whose rows are of one component share a table, with their required inputs as columns.
      const inputs = selected.filter((other) => other.method === method || other.row.at === row.at).flatMap((other) => required(other.method));
      const byLowerCase = new Map<string, string>();
      for (const name of new Set([...columns, ...inputs])) {
        const other = byLowerCase.get(name.toLowerCase());
        if (name.includes('"')) yield { at: method.at, message: `the column ${name} of ${nameOf(method)} holds a quotation mark` };
        else if (other !== undefined) yield { at: method.at, message: `${other} and ${name} meet in the rows of ${nameOf(method)}` };
        byLowerCase.set(name.toLowerCase(), name);
      }
    }
  }),

  'exec-crash': execs(function* (method, { required: needed, server }, schema, at) {
    const { service } = method.resource;
    const rows = rowsAt(service, schema, '');
    if ('unresolved' in rows) return;
    const { kind } = columnsOf(service, rows.row);
    if (schema.value.type === 'array') {
      if (kind === 'crash') yield { at, message: `${nameOf(method)} answers an array of ${typeName(rows.row)}` };
      return;
    }
    if (columnsOf(service, schema).kind !== 'columns') return;
    const { names, hasArray } = deepNames(service, schema);
    const inputs = [...needed, ...(server ? Object.keys(child(server, 'variables').value) : [])];
    const stranger = inputs.find((name) => !names.has(name));
    if (!hasArray && stranger !== undefined) yield { at, message: `the answer of ${nameOf(method)} knows no ${stranger} and holds no array` };
  }),

  'exec-answer': execs(function* (method, _operation, schema, at) {
    if (schema.value.type === 'array' || columnsOf(method.resource.service, schema).kind === 'columns') return;
    yield { at, message: `${nameOf(method)} answers ${typeName(schema)} without properties` };
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

function readsJson(mediaType: string | undefined): boolean {
  return mediaType === undefined || /json/i.test(mediaType);
}

type FindInAnswer = (method: MethodEntry, operation: Operation, schema: Located) => Iterable<Finding>;

/** SELECT methods whose answer is JSON with a known schema. */
function selects(find: FindInAnswer): Rule {
  return eachMethod(function* (method, operation) {
    const { answer } = operation;
    if (method.verbs.includes('select') && answer.schema && knowsJson(operation)) yield* find(method, operation, answer.schema);
  });
}

function knowsJson({ answer }: Operation): boolean {
  return readsJson(answer.mediaType) && !isTransformed(answer);
}

/** Does a transform make the answer, without a schema that says what it makes? */
function isTransformed({ bent, value }: Answer): boolean {
  return bent && value.schema_override === undefined;
}

/** EXEC-only methods whose answer the engine looks into. */
function execs(find: (method: MethodEntry, operation: Operation, schema: Located, at: string) => Iterable<Finding>): Rule {
  return eachMethod(function* (method, operation) {
    const { answer } = operation;
    if (isExecOnly(method) && answer.schema && !/xml/i.test(answer.mediaType ?? '') && !isTransformed(answer))
      yield* find(method, operation, answer.schema, method.at);
  });
}

function rowOf({ resource, operation }: MethodEntry): Located | undefined {
  if (!operation?.answer.schema || !knowsJson(operation)) return undefined;
  const rows = rowsAt(resource.service, operation.answer.schema, operation.answer.objectKey);
  if ('unresolved' in rows) return undefined;
  return columnsOf(resource.service, rows.row).kind === 'columns' ? rows.row : undefined;
}

/** The rows of SELECT, one finding a schema. */
function rowsOf(find: (method: MethodEntry, row: Located) => Iterable<Finding>): Rule {
  return once(
    eachMethod(function* (method) {
      const row = method.verbs.includes('select') ? rowOf(method) : undefined;
      if (row) yield* find(method, row);
    }),
  );
}

function required({ operation }: MethodEntry): string[] {
  return operation ? [...operation.required, ...(operation.server ? Object.keys(child(operation.server, 'variables').value) : [])] : [];
}

function holdsObjects(schema: Located | undefined, follow: (items: Located) => Located | undefined): boolean {
  if (schema?.value.type !== 'array' || !isObject(schema.value.items)) return false;
  const items = follow(child(schema, 'items'));
  return items !== undefined && (ownProperties(items).size > 0 || compositionOf(items) !== undefined);
}

function hasEmptyAnswer({ operation, resource }: MethodEntry): boolean {
  if (!operation) return false;
  const responses = child(operation, 'responses');
  const status = asText(operation.answer.value.openAPIDocKey);
  const response = isObject(responses.value[status]) ? resource.service.follow(child(responses, status)) : undefined;
  return response !== undefined && Object.keys(child(response, 'content').value).length === 0;
}

function typeName({ value }: Located): string {
  return typeof value.type === 'string' ? value.type : 'anything';
}

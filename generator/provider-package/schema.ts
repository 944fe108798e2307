import type { Location } from '../model.js';
import { step } from '../read/pointer.js';
import { asText, listed } from './positions.js';
import type { Json, Located, ResponseRows, ServiceFile } from './types.js';

/** Schemas as the engine sees them (ENGINE E5.2, E5.5, E8.1; tried): what are the properties, the rows, the columns. */

const COMPOSITIONS = ['allOf', 'oneOf', 'anyOf'] as const;

/** The composition that counts when there are several, with its branches. */
export function compositionOf(
  schema: Located,
): { keyword: (typeof COMPOSITIONS)[number]; branches: Located[] } | undefined {
  const keyword = COMPOSITIONS.find(
    (name) => Array.isArray(schema.value[name]) && (schema.value[name] as unknown[]).length > 0,
  );
  return (
    keyword && {
      keyword,
      branches: (schema.value[keyword] as unknown[]).map((value, index) => raw(value, step(schema.at, keyword, index))),
    }
  );
}

/** A value where a schema belongs; what is not an object counts as an empty schema. */
function raw(value: unknown, at: Location): Located {
  return { value: typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}, at };
}

export function ownProperties({ value, at }: Located): Map<string, Located> {
  const properties = raw(value.properties, at).value;
  return new Map(Object.keys(properties).map((name) => [name, raw(properties[name], step(at, 'properties', name))]));
}

/**
 * The properties of a composition: the union of its branches', a branch's own ones not counted when it is composed
 * itself. A second property of one name becomes `<Component>_<name>`, which is always null (ENGINE E5.2). Each schema
 * is looked at once, however often and deep it stands in itself; `unions` has those that were.
 */
function unionProperties(
  service: ServiceFile,
  schema: Located,
  unions = new Map<Json, Map<string, Located>>(),
): Map<string, Located> {
  const known = unions.get(schema.value);
  if (known) return known;
  const union = new Map<string, Located>();
  unions.set(schema.value, union);
  for (const branch of compositionOf(schema)?.branches ?? []) {
    const followed = service.follow(branch);
    if (!followed) continue;
    const properties = compositionOf(followed) ? unionProperties(service, followed, unions) : ownProperties(followed);
    const component = asText(branch.value.$ref).split('/').at(-1);
    for (const [name, property] of [...properties])
      union.set(union.has(name) ? `${component}_${name}` : name, property);
  }
  return union;
}

/** The properties of an object as columns: its own, or those of its composition. */
export function propertiesOf(service: ServiceFile, schema: Located): Map<string, Located> {
  const own = ownProperties(schema);
  return own.size > 0 ? own : unionProperties(service, schema);
}

/** Its `items`, through `allOf` too. */
function itemsOf(service: ServiceFile, schema: Located): Located | undefined {
  for (const one of [schema, ...(schema.value.allOf ? (compositionOf(schema)?.branches ?? []) : [])]) {
    const followed = service.follow(one);
    if (followed && followed.value.items !== undefined)
      return service.follow(raw(followed.value.items, step(followed.at, 'items')));
  }
  return undefined;
}

/**
 * The rows at the `objectKey` of a response, or the response itself; of an array its items. None when the key leads
 * nowhere.
 */
export function rowsAt(service: ServiceFile, answer: Located, objectKey: string): ResponseRows | undefined {
  const place = holderAt(service, answer, objectKey);
  if (!place) return undefined;
  const isList = place.holder.value.items !== undefined;
  const row = isList || place.mustHoldItems ? itemsOf(service, place.holder) : place.holder;
  return row && { row, isList, ...columnsOf(service, row) };
}

/** What holds the rows: an array, or one of them. */
function holderAt(
  service: ServiceFile,
  answer: Located,
  objectKey: string,
): { holder: Located; mustHoldItems?: boolean } | undefined {
  if (objectKey === '')
    return ownProperties(answer).has('items') ? holderAt(service, answer, 'items') : { holder: answer };
  if (!objectKey.startsWith('$')) {
    if (answer.value.type === 'array') return { holder: answer, mustHoldItems: true };
    const own = ownProperties(answer);
    if (own.size === 0 && compositionOf(answer))
      return { holder: { value: { type: 'object', properties: unionValue(service, answer) }, at: answer.at } };
    const property = own.get(objectKey);
    const holder = property && service.follow(property);
    return holder && { holder, mustHoldItems: true };
  }
  let here: Located | undefined = answer;
  for (const name of pathSteps(objectKey)) here = here && stepInto(service, here, name);
  return here && { holder: here };
}

function unionValue(service: ServiceFile, schema: Located): Json {
  return Object.fromEntries([...unionProperties(service, schema)].map(([name, { value }]) => [name, value]));
}

/** `$.a[*].b` → a, [*], b: the only forms that the engine takes. */
function pathSteps(objectKey: string): string[] {
  const [first = '', ...rest] = objectKey.split('.');
  return [...(first === '$' ? [] : [first]), ...rest].flatMap((name) =>
    name.endsWith('[*]') ? [name.slice(0, -3), '[*]'] : [name],
  );
}

function stepInto(service: ServiceFile, schema: Located, name: string): Located | undefined {
  if (name === '[*]') {
    const { additionalProperties } = schema.value;
    return (
      itemsOf(service, schema) ??
      (typeof additionalProperties === 'object' ? service.follow(raw(additionalProperties, schema.at)) : undefined)
    );
  }
  const properties = compositionOf(schema) ? unionProperties(service, schema) : ownProperties(schema);
  const property = properties.get(name);
  return property && service.follow(property);
}

function columnsOf(service: ServiceFile, row: Located): Pick<ResponseRows, 'kind' | 'columns'> {
  const isArray = row.value.type === 'array';
  if (row.value.type === 'object' || (!isArray && (ownProperties(row).size > 0 || compositionOf(row)))) {
    const columns = propertiesOf(service, row);
    return { kind: columns.size > 0 ? 'columns' : 'none', columns };
  }
  if (isArray) {
    const items = itemsOf(service, row);
    return items ? columnsOf(service, items) : { kind: 'crash', columns: new Map() };
  }
  return { kind: row.value.type === 'string' ? 'text' : 'crash', columns: new Map() };
}

/**
 * Every property name beneath a schema, and whether an array is among its properties: what EXEC looks for (ENGINE
 * E8.1).
 */
export function deepNames(service: ServiceFile, schema: Located): { names: Set<string>; hasArray: boolean } {
  const names = new Set<string>();
  const seen = new Set<object>();
  let hasArray = false;
  const walk = (one: Located) => {
    const followed = service.follow(one);
    if (!followed || hasArray || seen.has(followed.value)) return;
    seen.add(followed.value);
    if (followed.value.type === 'array') hasArray = true;
    const properties = compositionOf(followed) ? unionProperties(service, followed) : ownProperties(followed);
    for (const [name, property] of properties) {
      names.add(name);
      walk(property);
    }
  };
  walk(schema);
  return { names, hasArray };
}

/**
 * Is the component of one of a schema's own properties that of another property, too, at any depth? RETURNING and EXEC
 * then die now and then: looking for a column, the engine passes over what it has visited, and finds nothing, unless
 * there is an array on its way. Below the first level alone it does no harm (fact N5).
 */
export function repeatsComponent(service: ServiceFile, schema: Located): boolean {
  if (deepNames(service, schema).hasArray) return false;
  const seen = new Set<string>();
  const columns = new Set<string>();
  const ofProperties = new Set<string>();
  const repeated = new Set<string>();
  // An alias may stand for the same schema again and again.
  const walked = new Set<Json>();
  const walk = (one: Located, as: 'row' | 'column' | 'inner' | 'part'): void => {
    const { $ref: ref } = one.value;
    if (typeof ref === 'string') {
      if (as === 'column') columns.add(ref);
      if (as === 'column' || as === 'inner') {
        if (ofProperties.has(ref)) repeated.add(ref);
        ofProperties.add(ref);
      }
      const target = seen.has(ref) ? undefined : service.target(ref);
      seen.add(ref);
      if (target) walk(target, as === 'row' ? 'row' : 'part');
      return;
    }
    if (walked.has(one.value)) return;
    walked.add(one.value);
    for (const property of ownProperties(one).values()) walk(property, as === 'row' ? 'column' : 'inner');
    for (const keyword of COMPOSITIONS)
      for (const branch of listed(one, keyword)) walk(branch, as === 'row' ? 'row' : 'part');
  };
  walk(schema, 'row');
  return [...repeated].some((ref) => columns.has(ref));
}

import type { RuleCode } from '../../diagnostics/rules.js';
import { asText, child } from '../../provider-package/positions.js';
import { compositionOf, ownProperties, propertiesOf } from '../../provider-package/schema.js';
import type {
  Body,
  Json,
  Located,
  MethodEntry,
  Operation,
  Package,
  ServiceFile,
} from '../../provider-package/types.js';
import { isObject } from '../../read/objects.js';
import { step } from '../../read/pointer.js';
import { once } from './parameters.js';
import { isExecOnly } from './resources.js';
import { eachMethod, eachService, type Finding, listOf, nameOf, type Rule } from './rule.js';

const TAKES_BODY = ['insert', 'update', 'replace'] as const;
/** What the engine can write: JSON and XML of any name, without parameters. */
const SENDABLE = /^(application\/[^\s;]*json[^\s;]*|(application|text)\/[^\s;]*xml[^\s;]*)$/;
const NOT_TEXT = ['integer', 'number', 'boolean'];

/** Request bodies: what SQL calls their fields, and what is sent. */
export const bodyRules = {
  'body-translate-misplaced': function* (subject) {
    const configs: Located[] = subject.services.flatMap(({ config, resources }) => [
      config,
      ...resources.map((resource) => resource.config),
    ]);
    if (subject.provider) configs.push(subject.provider.config);
    for (const { value, at } of configs)
      if (value.requestBodyTranslate !== undefined)
        yield { at: step(at, 'requestBodyTranslate'), message: 'this requestBodyTranslate is not read' };
    for (const { config } of methodsOf(subject)) {
      const { algorithm } = child(config, 'requestBodyTranslate').value;
      if (algorithm !== undefined && !/^(naive|default_request|default)/.test(asText(algorithm)))
        yield {
          at: step(config.at, 'requestBodyTranslate', 'algorithm'),
          message: `no algorithm is named ${asText(algorithm)}: null is sent`,
          severity: 'error',
        };
    }
  },

  'body-style-mixed': function* (subject) {
    const withColumns = methodsOf(subject).filter((method) => hasBodyColumns(method) && !needsPrefix(method));
    const [naive, prefixed] = [withColumns.filter(isNaive), withColumns.filter((method) => !isNaive(method))];
    if (naive.length === 0 || prefixed.length === 0) return;
    const [fewer, style, more] =
      naive.length < prefixed.length ? [naive, 'plain', prefixed] : [prefixed, 'data__', naive];
    for (const method of fewer)
      yield {
        at: method.at,
        message: `${nameOf(method)} has ${style} body columns, unlike ${more.length} other methods`,
      };
  },

  'body-prefixed': eachService(function* ({ resources, at, name }) {
    const prefixed = resources
      .flatMap(({ methods }) => methods)
      .filter((method) => hasBodyColumns(method) && !isNaive(method) && !needsPrefix(method));
    if (prefixed.length > 0)
      yield {
        at: prefixed[0]?.at ?? at,
        message: `${prefixed.length} methods of ${name} have data__ columns: ${listOf(prefixed.map(nameOf))}`,
      };
  }),

  'body-required-lost': withBody(function* (method, body, schema) {
    if (!routesBody(method)) return;
    const counted = new Set(body.required);
    const lost = [...requiredInAllOf(method.resource.service, schema)]
      .map((name) => columnName(body, name))
      .filter((name) => body.fields.has(name) && !counted.has(name));
    if (lost.length > 0) yield { at: schema.at, message: `${listOf(lost)} of ${nameOf(method)} count as optional` };
  }),

  'body-fields-lost': withBody(function* (method, _body, schema) {
    const lost = lostProperties(method.resource.service, schema);
    if (lost.length > 0) yield { at: schema.at, message: `${listOf(lost)} of ${nameOf(method)} cannot be given` };
  }),

  'body-read-only': withBody(function* (method, { fields, required }) {
    if (!routesBody(method)) return;
    for (const [name, field] of fields)
      if (method.resource.service.follow(field)?.value.readOnly === true)
        yield {
          at: field.at,
          message: `${name} of ${nameOf(method)} is read-only${required.includes(name) ? ' and required' : ''}`,
          ...(required.includes(name) && { severity: 'warning' }),
        };
  }),

  'body-field-nested': withBody(function* (method, { fields }) {
    if (child(method, 'request').value.transform !== undefined) return;
    for (const [name, field] of fields)
      if (name.includes('.')) yield { at: field.at, message: `${name} of ${nameOf(method)} is sent nested` };
  }),

  'body-media-type': eachMethod(function* (method, { body }) {
    if (!body || body.mediaTypes.length === 0 || (body.mediaType !== undefined && SENDABLE.test(body.mediaType)))
      return;
    // A transform writes the body itself; a body without a schema has a rule of its own.
    if (
      isObject(child(method, 'request').value.transform) ||
      (!body.schema && (isExecOnly(method) || body.mediaType !== undefined))
    )
      return;
    yield {
      at: body.contentAt,
      message: `${nameOf(method)} sends ${body.mediaType ?? listOf(body.mediaTypes)}`,
      // EXEC can still leave out a body of which nothing is required.
      ...(!routesBody(method) && { severity: isExecOnly(method) && body.required.length === 0 ? 'info' : 'warning' }),
    };
  }),

  'body-unresolved': eachMethod(function* (method, { body, at }) {
    if (!body || body.schema) return;
    const has = `the operation has ${listOf(body.mediaTypes) || 'no media type'}`;
    if (body.mediaType !== undefined && !body.mediaTypes.includes(body.mediaType) && body.mediaTypes.length > 0)
      yield {
        at: step(method.at, 'request', 'mediaType'),
        message: `${nameOf(method)} sends ${body.mediaType}; ${has}`,
      };
    else if (isExecOnly(method))
      yield { at: step(at, 'requestBody'), message: `EXEC finds no body for ${nameOf(method)}; ${has}` };
  }),

  'media-type-order': once(
    eachMethod(function* (_method, { body, path, httpMethod }) {
      const types = body?.mediaTypes ?? [];
      if (body && types.findIndex((type) => /json/.test(type)) > 0)
        yield { at: body.contentAt, message: `${httpMethod.toUpperCase()} ${path} has ${types[0]} before JSON` };
    }),
  ),

  'body-field-is-parameter': withBody(function* (method, { fields }, _schema, { parameters }) {
    for (const [name, { at }] of fields)
      if (parameters.some((parameter) => parameter.name === name))
        yield { at, message: `${name} of ${nameOf(method)} is a parameter too` };
  }),

  'select-body': eachMethod(function* (method, { body, at }) {
    if (!method.verbs.includes('select')) return;
    const sends = child(method, 'request').value.mediaType;
    if (!body || body.mediaTypes.length === 0) {
      if (sends !== undefined)
        yield {
          at: step(method.at, 'request', 'mediaType'),
          message: `SELECT of ${nameOf(method)} sends null as its body`,
        };
      return;
    }
    const optional = [...body.fields.keys()].filter((name) => !body.required.includes(name));
    if (body.required.length === 0)
      yield { at: step(at, 'requestBody'), message: `SELECT of ${nameOf(method)} sends null as its body` };
    else if (optional.length > 0)
      yield {
        at: step(at, 'requestBody'),
        message: `${listOf(optional)} of ${nameOf(method)} cannot be given`,
        severity: 'info',
      };
  }),

  // A parameter will do: it goes where it belongs (tried: `REPLACE … SET id = 'a'` puts it into the path).
  'set-nothing': eachMethod(function* (method, { body, parameters }) {
    const verb = method.verbs.find((one) => one === 'update' || one === 'replace');
    if (verb && !body?.fields.size && parameters.length === 0)
      yield { at: method.at, message: `${verb.toUpperCase()} has nothing to set with ${nameOf(method)}` };
  }),

  'update-sends-text': withBody(function* (method, { fields }) {
    if (
      !method.verbs.some((verb) => verb === 'update' || verb === 'replace') ||
      child(method, 'request').value.transform !== undefined
    )
      return;
    const bare = [...fields]
      .filter(([, field]) => NOT_TEXT.includes(asText(method.resource.service.follow(field)?.value.type)))
      .map(([name]) => name);
    if (bare.length > 0) yield { at: method.at, message: `${nameOf(method)} sends ${listOf(bare)} as strings` };
  }),
} satisfies Partial<Record<RuleCode, Rule>>;

function methodsOf({ services }: Package): MethodEntry[] {
  return services.flatMap(({ resources }) => resources.flatMap(({ methods }) => methods));
}

function hasBodyColumns(method: MethodEntry): boolean {
  const body = method.operation?.body;
  return (
    body !== undefined &&
    body.fields.size > 0 &&
    SENDABLE.test(body.mediaType ?? '') &&
    (routesBody(method) || isExecOnly(method))
  );
}

function routesBody({ verbs }: MethodEntry): boolean {
  return TAKES_BODY.some((verb) => verbs.includes(verb));
}

function isNaive({ operation }: MethodEntry): boolean {
  return operation?.body?.naive ?? false;
}

/** Has a parameter the name of a field that must be given? Only the prefix keeps them apart (ENGINE E4.4). */
function needsPrefix({ operation }: MethodEntry): boolean {
  const { body, parameters = [], itemParameters = [] } = operation ?? {};
  const names = new Set([...parameters, ...itemParameters].map(({ name }) => name));
  return body?.required.some((column) => names.has(body.naive ? column : column.slice('data__'.length))) ?? false;
}

function columnName({ naive }: Body, property: string): string {
  return naive ? property : `data__${property}`;
}

/** Methods whose body has a schema. */
function withBody(
  find: (method: MethodEntry, body: Body, schema: Located, operation: Operation) => Iterable<Finding>,
): Rule {
  return once(
    eachMethod(function* (method, operation) {
      const { body } = operation;
      if (body?.schema) yield* find(method, body, body.schema, operation);
    }),
  );
}

/** Every property name in a composition, however deep, and beside it. */
function allProperties(service: ServiceFile, schema: Located, seen = new Set<Json>()): Set<string> {
  const names = new Set(ownProperties(schema).keys());
  seen.add(schema.value);
  for (const keyword of ['allOf', 'oneOf', 'anyOf'])
    for (const branch of compositionOf({ value: { [keyword]: schema.value[keyword] }, at: schema.at })?.branches ??
      []) {
      const followed = service.follow(branch);
      if (followed && !seen.has(followed.value))
        for (const name of allProperties(service, followed, seen)) names.add(name);
    }
  return names;
}

/** The properties that a composition has and the engine does not see (ENGINE E5.2). */
export function lostProperties(service: ServiceFile, schema: Located): string[] {
  if (!compositionOf(schema)) return [];
  const seen = propertiesOf(service, schema);
  return [...allProperties(service, schema)].filter((name) => !seen.has(name));
}

function requiredInAllOf(service: ServiceFile, schema: Located, seen = new Set<Json>()): Set<string> {
  const names = new Set(Array.isArray(schema.value.required) ? schema.value.required.map(asText) : []);
  seen.add(schema.value);
  for (const branch of compositionOf({ value: { allOf: schema.value.allOf }, at: schema.at })?.branches ?? []) {
    const followed = service.follow(branch);
    if (followed && !seen.has(followed.value))
      for (const name of requiredInAllOf(service, followed, seen)) names.add(name);
  }
  return names;
}

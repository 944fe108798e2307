import type { StatementInput } from '../doc-pages/strict.js';
import type { Credential } from './credential.js';
import type { Request } from './mock.js';
import { type ApiOperation, isLoose, operationFor, plainType } from './operations.js';
import { meantUrl } from './provider.js';
import { canonical, compareRows, type SeenRows, type WantedRows } from './rows.js';
import { isAnyScalar, typeOf } from './sample.js';
import type { Finding } from './verdicts.js';

/** What the engine did with one statement. */
export interface Observation {
  readonly requests: readonly Request[];
  readonly outcome: SeenRows | { readonly ended: 'error' | 'crash' | 'hang'; readonly message: string };
}

/** An input of a statement and where the API's description has it. */
export interface Input {
  readonly name: string;
  /** In a body, the JSON value that must arrive. */
  readonly value: unknown;
  /** In a body, may it be a text as well as a number or boolean? */
  readonly isAnyScalar?: boolean;
  readonly in: 'path' | 'query' | 'header' | 'server' | 'body' | 'nowhere';
}

/** What a statement must do. */
export interface Wanted {
  readonly operations: readonly ApiOperation[];
  readonly operation: ApiOperation;
  readonly inputs: readonly Input[];
  /** The server's URL, `{variable}`s and all. */
  readonly server: string;
  readonly credential: Credential;
  /** Does the engine send what a body holds as strings (`value-as-text`)? */
  readonly bodyAsText: boolean;
  /** Absent when the statement returns no rows. */
  readonly rows?: WantedRows;
  /**
   * Query parameters that may be added: page tokens, those with a default, and those of the path key (ENGINE E6.11).
   */
  readonly added: (name: string) => boolean;
}

/** Where an input belongs, by the API's description. Without `naive`, body columns have a prefix (ENGINE E4.1). */
export function inputOf(
  { name, value }: StatementInput,
  operation: ApiOperation,
  server: string,
  isSet: boolean,
): Input {
  const parameter = operation.parameters.find((each) => each.name === name && each.in !== 'cookie');
  const key = name.replace(/^data__/, '');
  const field = operation.body?.fields?.all.get(key);
  if (parameter && !(isSet && field)) return { name, value, in: parameter.in as 'path' | 'query' | 'header' };
  if (field) {
    const typed = jsonValue(value, typeOf(operation.spec, field));
    return { name: key, value: typed, in: 'body', ...(isAnyScalar(operation.spec, field) && { isAnyScalar: true }) };
  }
  return { name, value, in: variablesIn(server).includes(name) ? 'server' : 'nowhere' };
}

/** What a literal means for a field of that type. */
function jsonValue(value: StatementInput['value'], type: string): unknown {
  if (type === 'string') return value === null ? null : String(value);
  if (typeof value !== 'string') return value;
  if ((type === 'integer' || type === 'number') && value.trim() !== '' && !Number.isNaN(Number(value)))
    return Number(value);
  if (type === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
  if (!/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const VARIABLE = /\{([^{}:]*)(?::[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\}/;

/** `https://{sub}.example.com/{version:[^/]+}` has `sub` and `version`. */
export function variablesIn(server: string): string[] {
  return [...server.matchAll(new RegExp(VARIABLE, 'g'))].map(([, name = '']) => name);
}

/** Compares what a statement did with what it must do; everything that differs, what matters most first. */
export function compare(wanted: Wanted, { requests, outcome }: Observation): Finding[] {
  const { operation, operations } = wanted;
  const call = `${operation.method} ${operation.path}`;
  const ending = outcome.ended === 'rows' ? `${outcome.count} rows` : outcome.message;
  if (outcome.ended === 'crash') return [{ verdict: 'engine-crash', seen: ending, wanted: call }];
  if (outcome.ended === 'hang') return [{ verdict: 'engine-hang', seen: ending, wanted: call }];
  const [first] = requests;
  if (!first) {
    if (outcome.ended === 'rows') return [{ verdict: 'no-request', seen: ending, wanted: call }];
    return [{ verdict: /syntax error/i.test(ending) ? 'syntax-error' : 'not-callable', seen: ending, wanted: call }];
  }
  const hits = requests.map((request) =>
    request.escaped ? undefined : operationFor(operations, request.method, request.path, operation),
  );
  if (hits[0] !== operation)
    return [{ verdict: first.escaped ? 'stray-request' : 'wrong-operation', seen: line(first), wanted: call }];
  const stray = requests.find((_request, index) => hits[index] !== operation);
  const findings: Finding[] = stray ? [{ verdict: 'stray-request', seen: line(stray), wanted: `only ${call}` }] : [];
  const own = requests.filter((_request, index) => hits[index] === operation);
  findings.push(...firstOf(own.map((request) => compareInputs(wanted, request))));
  findings.push(...firstOf(own.map((request) => compareAuth(wanted, request))));
  if (outcome.ended === 'error') findings.push({ verdict: 'engine-error', seen: ending, wanted: 'no error' });
  else if (wanted.rows && outcome.ended === 'rows') findings.push(...compareRows(wanted.rows, outcome));
  return findings;
}

/** Pages repeat what is wrong with the first of them. */
function firstOf(findings: readonly Finding[][]): Finding[] {
  return findings.find((each) => each.length > 0) ?? [];
}

export function line({ method, origin, path, query, body }: Request): string {
  const shown = body.length > 300 ? `${body.slice(0, 300)}…` : body;
  return `${method} ${origin}${path}${query} ${shown}`.trimEnd();
}

function compareInputs({ operation, inputs, server, bodyAsText, added }: Wanted, request: Request): Finding[] {
  const findings: Finding[] = [];
  const groups = operation.pattern.exec(request.path)?.slice(1) ?? [];
  const query = new URLSearchParams(request.query);
  const lost = (name: string, place: string, seen: string | undefined, value: unknown) =>
    findings.push({
      verdict: 'parameter-lost',
      seen: `${place} ${name}: ${seen ?? 'missing'}`,
      wanted: `${place} ${name}: ${value}`,
    });

  const url = `${request.origin}${request.path}`;
  if (!serverPattern(server, inputs).test(url)) {
    const variables = inputs.filter((input) => input.in === 'server').map(({ name, value }) => `${name} = ${value}`);
    findings.push({ verdict: 'parameter-lost', seen: url, wanted: [`server ${server}`, ...variables].join(', ') });
  }
  for (const input of inputs) {
    const { name, value } = input;
    if (input.in === 'path') {
      const seen = groups[operation.names.indexOf(name)];
      if (decoded(seen) !== String(value)) lost(name, 'path', seen, value);
    } else if (input.in === 'query') {
      const seen = query.getAll(name);
      if (!seen.includes(String(value))) lost(name, 'query', seen[0], value);
    } else if (input.in === 'header') {
      const seen = request.headers[name.toLowerCase()];
      if (seen !== String(value)) lost(name, 'header', seen?.toString(), value);
    } else if (input.in === 'nowhere') lost(name, 'input', 'the API has none of that name', value);
  }
  // Placeholders that nobody filled.
  operation.names.forEach((name, index) => {
    const seen = decoded(groups[index]) ?? '';
    if (!inputs.some((input) => input.in === 'path' && input.name === name) && (seen === '' || /[{}]/.test(seen)))
      lost(name, 'path', seen, 'a value');
  });
  for (const name of new Set(query.keys())) {
    if (!inputs.some((input) => input.in === 'query' && input.name === name) && !added(name))
      findings.push({
        verdict: 'parameter-added',
        seen: `query ${name}: ${query.get(name)}`,
        wanted: 'no such parameter',
      });
  }
  return [...findings, ...compareBody(inputs, request, operation, bodyAsText)];
}

function compareBody(
  inputs: readonly Input[],
  { body, headers }: Request,
  operation: ApiOperation,
  bodyAsText: boolean,
): Finding[] {
  const wanted = inputs.filter((input) => input.in === 'body');
  let sent: unknown;
  try {
    sent = body === '' ? undefined : JSON.parse(body);
  } catch {
    return [{ verdict: 'body-differs', seen: body.slice(0, 200), wanted: 'JSON' }];
  }
  const fields =
    typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? (sent as Record<string, unknown>) : undefined;
  if (wanted.length === 0) {
    const extra = fields ? Object.keys(fields).length > 0 : sent !== undefined && sent !== null;
    return extra ? [{ verdict: 'body-differs', seen: body.slice(0, 200), wanted: 'no body' }] : [];
  }
  const findings: Finding[] = [];
  const sentType = plainType(String(headers['content-type'] ?? ''));
  const mediaTypes = operation.body?.mediaTypes ?? [];
  const isTaken = mediaTypes.some((type) => type === sentType || (isLoose(type) && sentType === 'application/json'));
  if (fields && !isTaken)
    findings.push({
      verdict: 'body-differs',
      seen: `content-type ${sentType || 'missing'}`,
      wanted: mediaTypes.join(' or '),
    });
  for (const { name, value, isAnyScalar } of wanted) {
    const seen = fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (seen === undefined)
      findings.push({
        verdict: 'body-field-lost',
        seen: body.slice(0, 200) || 'no body',
        wanted: `${name}: ${canonical(value)}`,
      });
    else if (canonical(seen) !== canonical(value) && !(isAnyScalar && String(seen) === String(value))) {
      const asText =
        typeof seen === 'string' && (typeof value === 'number' || typeof value === 'boolean') && seen === String(value);
      findings.push({
        verdict: 'body-differs',
        seen: `${name}: ${canonical(seen)}`,
        wanted: `${name}: ${canonical(value)}`,
        ...(asText && bodyAsText && { limit: 'value-as-text' }),
      });
    }
  }
  const extra = Object.keys(fields ?? {}).filter((name) => !wanted.some((input) => input.name === name));
  if (extra.length > 0)
    findings.push({ verdict: 'body-differs', seen: `also ${extra.join(', ')}`, wanted: 'the given fields only' });
  return findings;
}

function compareAuth({ operation, credential }: Wanted, request: Request): Finding[] {
  if (!credential.checked || credential.isIn(request, operation.secrets)) return [];
  const places = operation.secrets.map(({ in: location, name }) => `${location} ${name}`);
  return [
    {
      verdict: 'auth-missing',
      seen: line(request),
      wanted: `the secret in ${[...new Set(places)].join(' or ') || 'its place'}`,
    },
  ];
}

function decoded(segment: string | undefined): string | undefined {
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What a URL on that server begins with: the given values of its variables, any for the others. */
function serverPattern(server: string, inputs: readonly Input[]): RegExp {
  const parts = meantUrl(server).replace(/\/+$/, '').split(new RegExp(VARIABLE, 'g'));
  // Splitting by a group leaves literals at even places and names at odd ones.
  const variable = (name: string) => inputs.find((input) => input.in === 'server' && input.name === name)?.value;
  const source = parts.map((part, index) => {
    const value = index % 2 === 0 ? part : variable(part);
    return value === undefined ? '[^/]*' : String(value).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}(?:/|$)`);
}

import type { Location, Parameter } from '../../model.js';
import { isObject } from '../../read/objects.js';
import {
  HTTP_METHODS,
  type HttpMethod,
  type OperationObject,
  type PathItemObject,
  type Reference,
  type ServerObject,
} from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import { words } from '../../text/names.js';
import { type RequestContent, requestContentOf, requiredFields } from './bodies.js';
import type { Hints } from './hints.js';
import { type LenientSpec, recoverable } from './lenient.js';
import { isVerb } from './operation-id.js';
import { type DeclaredParameter, parametersOf } from './parameters.js';
import { type Success, successOf, withoutNamesakes } from './rows.js';
import { firstServer } from './servers.js';

/** One operation of the spec with everything that its path item and its servers give it. */
export interface Operation {
  /** `get`, `post`, …: lower case, as the spec writes it. */
  readonly httpMethod: string;
  readonly path: string;
  /**
   * The path's steps for the mapping rules: no query, and `thing:verb` or `thing.verb` taken apart as `thing`, `:verb`.
   */
  readonly segments: readonly string[];
  /** The operationId, made unique; `get /path` without one. */
  readonly id: string;
  readonly object: OperationObject;
  readonly at: Location;
  /** Where this operation's requests go, if not to the document's servers. */
  readonly servers?: readonly ServerObject[];
  readonly declared: readonly DeclaredParameter[];
  readonly parameters: readonly Parameter[];
  readonly request?: RequestContent;
  readonly success: Success;
  readonly hints: Hints;
  /** The provider version that the lock has its name from. */
  readonly since?: string;
}

/** The methods that a request of a data API has; `options`, `head` and `trace` carry no rows. */
type MappedMethod = Exclude<HttpMethod, 'options' | 'head' | 'trace'>;

function isMapped(key: string): key is MappedMethod {
  return ['get', 'put', 'post', 'delete', 'patch'].includes(key);
}

type HintsOf = (operation: Pick<Operation, 'httpMethod' | 'path' | 'object' | 'at'>) => Hints;

/**
 * All operations in file order (OpenAPI 3.0.3, 4.7.8–4.7.10). An operation that cannot be read is left out and
 * reported; the others stand.
 */
export function operationsOf(spec: LenientSpec, server: ServerObject, hintsOf: HintsOf): Operation[] {
  const reader = new OperationReader(spec, server, hintsOf);
  for (const [path, written] of Object.entries(spec.document.paths ?? {}))
    if (!path.startsWith('x-')) reader.readPath(path, written);
  return reader.operations;
}

class OperationReader {
  readonly operations: Operation[] = [];
  /** How many operations had each operationId so far. */
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly spec: LenientSpec,
    private readonly server: ServerObject,
    private readonly hintsOf: HintsOf,
  ) {}

  readPath(path: string, written: PathItemObject | Reference): void {
    const pathAt = step(this.spec.at, 'paths', path);
    const obstacle = obstacleIn(path);
    if (obstacle !== undefined) this.skip(`${path} ${obstacle}`, pathAt);
    else
      this.attempt(path, pathAt, () => {
        const { value: item, at } = this.spec.follow<PathItemObject>(written, pathAt, 'pathItem');
        const methods = HTTP_METHODS.filter((method) => item[method]);
        for (const method of methods.filter((one) => !isMapped(one)))
          this.skip(`${method.toUpperCase()} ${path} carries no rows`, step(at, method));
        // File order, not the order of HTTP_METHODS: pages follow it.
        for (const method of Object.keys(item).filter(isMapped))
          this.attempt(`${method.toUpperCase()} ${path}`, step(at, method), () => {
            const operation = this.read(path, method, item, at);
            if (operation.hints.exclude?.value) this.exclude(operation);
            else this.operations.push(operation);
          });
      });
  }

  private attempt(what: string, at: Location, read: () => void): void {
    try {
      read();
    } catch (error) {
      for (const problem of recoverable(error)) this.spec.report(problem);
      this.skip(what, at);
    }
  }

  private exclude({ id, hints, at }: Operation): void {
    this.spec.report({ code: 'operation-excluded', message: `${id}: ${hints.exclude?.because.saw}`, at });
  }

  private skip(message: string, at: Location): void {
    this.spec.report({ code: 'operation-skipped', message, at });
  }

  private read(path: string, httpMethod: MappedMethod, item: PathItemObject, itemAt: Location): Operation {
    const { spec } = this;
    const operation = item[httpMethod] as OperationObject | Reference;
    const { value: written, at } = spec.follow<OperationObject>(operation, step(itemAt, httpMethod), 'operation');
    const hints = this.hintsOf({ httpMethod, path, object: written, at });
    const object = withHints(written, hints);
    const servers = object.servers ?? item.servers;
    const own = servers?.length ? firstServer(servers, itemAt, spec.report) : undefined;
    const id = this.identify(object, httpMethod, path, at);
    const server = own ?? this.server;
    const inputs = parametersOf({ spec, path, item, itemAt, operation: object, operationAt: at, server });
    const read = {
      httpMethod,
      path: percentEncoded(withoutQueryPlaceholders(path)),
      segments: segmentsOf(path),
      id,
      object,
      at,
      hints,
    };
    const body = object.requestBody;
    const request = isObject(body) ? requestContentOf(spec, body, step(at, 'requestBody')) : undefined;
    return {
      ...read,
      ...(own && { servers: [own] }),
      ...inputs,
      ...(request && { request }),
      success: withoutNamesakes(spec, this.successOf(read), [
        ...inputs.parameters.map(({ name }) => name),
        ...(request ? requiredFields(request) : []),
      ]),
    };
  }

  /** An objectKey of the spec or the mapping file that leads to no rows is left to inference. */
  private successOf({ httpMethod, segments, object, at, id, hints: { objectKey: key } }: ReadOperation): Success {
    const { operationId } = object;
    const endpoint = { httpMethod, segments, ...(typeof operationId === 'string' && { operationId }) };
    const success = successOf(this.spec, object, at, id, endpoint, key?.value);
    if (success.rows || !key || key.because.rule === 'override') return success;
    const code = key.because.rule === 'mapping' ? 'mapping-stale' : 'hint-invalid';
    this.spec.report({ code, message: `${key.value} leads to no rows in the response of ${id}`, at: key.at });
    return successOf(this.spec, object, at, id, endpoint);
  }

  private identify({ operationId }: OperationObject, httpMethod: string, path: string, at: Location): string {
    const endpoint = `${httpMethod.toUpperCase()} ${path}`;
    if (typeof operationId !== 'string' || operationId.trim() === '') {
      this.spec.report({ code: 'operation-id-missing', message: endpoint, at });
      return `${httpMethod} ${path}`;
    }
    const count = (this.counts.get(operationId) ?? 0) + 1;
    this.counts.set(operationId, count);
    if (count === 1) return operationId;
    this.spec.report({
      code: 'operation-id-duplicate',
      message: `${operationId} is taken; ${endpoint} is called ${operationId}_${count}`,
      at: step(at, 'operationId'),
    });
    return `${operationId}_${count}`;
  }
}

/** The operation with what the config says in place of the spec. */
function withHints(operation: OperationObject, { description, deprecated }: Hints): OperationObject {
  return {
    ...operation,
    ...(description && { description: description.value }),
    ...(deprecated && { deprecated: deprecated.value }),
  };
}

type ReadOperation = Pick<Operation, 'httpMethod' | 'segments' | 'object' | 'at' | 'id' | 'hints'>;

/** Why no operation at this path can be mapped. */
function obstacleIn(path: string): string | undefined {
  if (!path.startsWith('/')) return 'does not begin with a slash';
  if (path.includes('#')) return 'has a fragment, which no request carries';
  return /\s/.test(path) ? 'holds a blank, which the reference of a method cannot' : undefined;
}

/** A placeholder in the query of a path is a query parameter by another spelling; a fixed query stays. */
function withoutQueryPlaceholders(path: string): string {
  const [route = '', query = ''] = path.split('?', 2);
  const fixed = query.split('&').filter((pair) => pair !== '' && !pair.includes('{'));
  return fixed.length > 0 ? `${route}?${fixed.join('&')}` : route;
}

/** The steps of a path; a format at its end, `/calls.json` or `/calls/json`, is none. */
export /** The engine finds no operation whose path holds letters beyond ASCII, but their percent-encoding (tried). */
function percentEncoded(path: string): string {
  return path.replace(/\{[^{}]*\}|[^ -~]+/g, (part) => (part.startsWith('{') ? part : encodeURIComponent(part)));
}

function segmentsOf(path: string): string[] {
  const written = path.split('?')[0]?.split('/').filter(Boolean) ?? [];
  const isFormat = written.length > 1 && /^(json|xml)$/.test(written.at(-1) ?? '');
  const segments = isFormat ? written.slice(0, -1) : written;
  const plain = segments.at(-1)?.replace(/(?<=.)\.(json|xml)$/, '');
  if (plain !== undefined) segments[segments.length - 1] = plain;
  const last = segments.at(-1) ?? '';
  const custom = /^(.+?)(:[A-Za-z]\w*)$/.exec(last) ?? /^([a-z]\w*(?:\.[a-z]\w*)*)\.([a-z][a-z]*[A-Z]?\w*)$/.exec(last);
  if (!custom || !isVerb(words(custom[2] as string)[0] ?? '')) return segments;
  return [...segments.slice(0, -1), custom[1] as string, custom[2] as string];
}

export function isPlaceholder(segment: string | undefined): boolean {
  return segment?.includes('{') ?? false;
}

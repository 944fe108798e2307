import type { Location, Parameter } from '../../model.js';
import { isObject } from '../../read/objects.js';
import {
  HTTP_METHODS,
  type OperationObject,
  type PathItemObject,
  type Reference,
  type ServerObject,
} from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import { words } from '../../text/names.js';
import { type RequestContent, requestContentOf } from './bodies.js';
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
  /** The path's steps for the mapping rules: no query, and `thing:verb` or `thing.verb` taken apart as `thing`, `:verb`. */
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
const MAPPED = HTTP_METHODS.filter((method) => method !== 'options' && method !== 'head' && method !== 'trace');

/**
 * All operations in file order (OpenAPI 3.0.3, 4.7.8–4.7.10). An operation that cannot be read is left out and reported; the others stand.
 */
export function operationsOf(
  spec: LenientSpec,
  server: ServerObject,
  hintsOf: (operation: Pick<Operation, 'httpMethod' | 'path' | 'object' | 'at'>) => Hints,
): Operation[] {
  const { report } = spec;
  const seen = new Map<string, number>();
  const operations: Operation[] = [];
  const attempt = (what: string, at: Location, make: () => void) => {
    try {
      make();
    } catch (error) {
      for (const problem of recoverable(error)) report(problem);
      report({ code: 'operation-skipped', message: what, at });
    }
  };
  for (const [path, written] of Object.entries(spec.document.paths ?? {})) {
    const pathAt = step(spec.at, 'paths', path);
    if (path.startsWith('x-')) continue;
    const obstacle = obstacleIn(path);
    if (obstacle !== undefined) {
      report({ code: 'operation-skipped', message: `${path} ${obstacle}`, at: pathAt });
      continue;
    }
    attempt(path, pathAt, () => {
      const { value: item, at: itemAt } = spec.follow<PathItemObject>(written, pathAt, 'pathItem');
      for (const key of HTTP_METHODS.filter(
        (method) => item[method] && !(MAPPED as readonly string[]).includes(method),
      ))
        report({
          code: 'operation-skipped',
          message: `${key.toUpperCase()} ${path} carries no rows`,
          at: step(itemAt, key),
        });
      // File order, not the order of HTTP_METHODS: pages follow it.
      for (const httpMethod of Object.keys(item).filter((key) =>
        (MAPPED as readonly string[]).includes(key),
      ) as (typeof MAPPED)[number][]) {
        attempt(`${httpMethod.toUpperCase()} ${path}`, step(itemAt, httpMethod), () => {
          const { value: object, at } = spec.follow<OperationObject>(
            item[httpMethod] as OperationObject | Reference,
            step(itemAt, httpMethod),
            'operation',
          );
          const hints = hintsOf({ httpMethod, path, object, at });
          const written = object.servers ?? item.servers;
          const own = written?.length ? firstServer(written, itemAt, report) : undefined;
          const id = identify(object, httpMethod, path, at);
          const inputs = parametersOf({
            spec,
            path,
            item,
            itemAt,
            operation: object,
            operationAt: at,
            server: own ?? server,
          });
          operations.push({
            httpMethod,
            path,
            segments: segmentsOf(path),
            id,
            object,
            at,
            hints,
            ...(own && { servers: [own] }),
            ...inputs,
            ...(isObject(object.requestBody) && {
              request: requestContentOf(spec, object.requestBody, step(at, 'requestBody')),
            }),
            success: withoutNamesakes(
              spec,
              responseOf(object, at, id, httpMethod, path, hints.objectKey),
              inputs.parameters,
            ),
          });
        });
      }
    });
  }
  return operations;

  /** An objectKey of the spec or the mapping file that leads to no rows is left to inference. */
  function responseOf(
    object: OperationObject,
    at: Location,
    id: string,
    httpMethod: string,
    path: string,
    key: Hints['objectKey'],
  ): Success {
    const { operationId } = object;
    const endpoint = {
      httpMethod,
      segments: segmentsOf(path),
      ...(typeof operationId === 'string' && { operationId }),
    };
    const success = successOf(spec, object, at, id, endpoint, key?.value);
    if (success.rows || !key || key.because.rule === 'override') return success;
    const code = key.because.rule === 'mapping' ? 'mapping-stale' : 'hint-invalid';
    report({ code, message: `${key.value} leads to no rows in the response of ${id}`, at: key.at });
    return successOf(spec, object, at, id, endpoint);
  }

  function identify({ operationId }: OperationObject, httpMethod: string, path: string, at: Location): string {
    if (typeof operationId !== 'string' || operationId.trim() === '') {
      report({ code: 'operation-id-missing', message: `${httpMethod.toUpperCase()} ${path}`, at });
      return `${httpMethod} ${path}`;
    }
    const count = (seen.get(operationId) ?? 0) + 1;
    seen.set(operationId, count);
    if (count === 1) return operationId;
    report({
      code: 'operation-id-duplicate',
      message: `${operationId} is taken; ${httpMethod.toUpperCase()} ${path} is called ${operationId}_${count}`,
      at: step(at, 'operationId'),
    });
    return `${operationId}_${count}`;
  }
}

/** Why no operation at this path can be mapped. */
function obstacleIn(path: string): string | undefined {
  if (!path.startsWith('/')) return 'does not begin with a slash';
  return /\s/.test(path) ? 'holds a blank, which the reference of a method cannot' : undefined;
}

function segmentsOf(path: string): string[] {
  const segments = path.split('?')[0]?.split('/').filter(Boolean) ?? [];
  const last = segments.at(-1) ?? '';
  const custom = /^(.+?)(:[A-Za-z]\w*)$/.exec(last) ?? /^([a-z]\w*(?:\.[a-z]\w*)*)\.([a-z][a-z]*[A-Z]?\w*)$/.exec(last);
  if (!custom || !isVerb(words(custom[2] as string)[0] ?? '')) return segments;
  return [...segments.slice(0, -1), custom[1] as string, custom[2] as string];
}

export function isPlaceholder(segment: string | undefined): boolean {
  return segment?.includes('{') ?? false;
}

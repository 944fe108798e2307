import type { Problem } from '../diagnostics.js';
import type { At, Parameter } from '../model.js';
import { HTTP_METHODS, type OperationObject, type PathItemObject, type ServerObject } from '../read/openapi.js';
import { step } from '../read/pointer.js';
import type { Spec } from '../read/spec.js';
import { type DeclaredParameter, parametersOf } from './parameters.js';

/** One operation of the spec with everything that its path item and its servers give it. */
export interface Operation {
  /** `get`, `post`, …: lower case, as the spec writes it. */
  readonly httpMethod: string;
  readonly path: string;
  readonly segments: readonly string[];
  readonly id: string;
  readonly object: OperationObject;
  readonly at: At;
  /** Where this operation's requests go, if not to the document's servers. */
  readonly servers?: readonly ServerObject[];
  readonly declared: readonly DeclaredParameter[];
  readonly parameters: readonly Parameter[];
}

/** The methods that a request of a data API has; `options`, `head` and `trace` carry no rows. */
const MAPPED = HTTP_METHODS.filter((method) => method !== 'options' && method !== 'head' && method !== 'trace');

/** All operations in file order (OpenAPI 3.0.3, 4.7.8–4.7.10). */
export function operationsOf(spec: Spec, report: (problem: Problem) => void): Operation[] {
  const paths = spec.document.paths ?? {};
  return Object.entries(paths).flatMap(([path, written]) => {
    const { value: item, at } = spec.follow<PathItemObject>(written, step(spec.at, 'paths', path));
    // File order, not the order of HTTP_METHODS: pages follow it.
    const methods = Object.keys(item).filter((key) => (MAPPED as readonly string[]).includes(key)) as (typeof MAPPED)[number][];
    return methods.flatMap((httpMethod): Operation[] => {
      const object = item[httpMethod];
      if (!object) return [];
      const operationAt = step(at, httpMethod);
      const servers = object.servers ?? item.servers;
      return [
        {
          httpMethod,
          path,
          segments: path.split('?')[0]?.split('/').filter(Boolean) ?? [],
          id: object.operationId || `${httpMethod} ${path}`,
          object,
          at: operationAt,
          ...(servers && { servers }),
          ...parametersOf({ spec, path, item, itemAt: at, operation: object, operationAt, servers: servers ?? spec.document.servers ?? [], report }),
        },
      ];
    });
  });
}

export function isPlaceholder(segment: string | undefined): boolean {
  return segment?.includes('{') ?? false;
}

import { type Problem, ProblemsError } from '../diagnostics.js';
import type { At, Because, SqlVerb } from '../model.js';
import { SQL_VERBS } from '../model.js';
import type { Config } from '../read/config.js';
import type { OperationObject } from '../read/openapi.js';
import { step } from '../read/pointer.js';
import type { Report } from './lenient.js';

/** What somebody decided about an operation, each value with who said so and where. */
export interface Hints {
  readonly service?: Hint<string>;
  readonly resource?: Hint<string>;
  readonly method?: Hint<string>;
  readonly verb?: Hint<SqlVerb>;
  readonly objectKey?: Hint<string>;
}

export interface Hint<Value> {
  readonly value: Value;
  readonly because: Because;
  readonly at: At;
}

const KEYS = ['service', 'resource', 'method', 'verb', 'objectKey'] as const;
/** As config.schema.json has it. */
const NAME = /^[a-z_][a-z0-9_]*$/;

/** The operation that hints are asked for. */
interface Asked {
  readonly httpMethod: string;
  readonly path: string;
  readonly object: OperationObject;
  readonly at: At;
}

/** Vendor hints in the spec, then the config's overrides, which win (`x-stackql-resource: things`; key names in any case). */
export function hintReader(config: Config, report: Report): { of(operation: Asked): Hints; refuseUnmatched(): void } {
  const unmatched = new Set(config.overrides.keys());
  return {
    of({ httpMethod, path, object, at }) {
      const hints: Record<string, Hint<unknown>> = {};
      for (const [key, value] of Object.entries(object)) {
        const wanted = key
          .toLowerCase()
          .replace(/^x-stackql-/, '')
          .replace('object-key', 'objectkey');
        const known = KEYS.find((name) => name.toLowerCase() === wanted);
        if (!known || !key.toLowerCase().startsWith('x-stackql-')) continue;
        if (isAllowed(known, value)) hints[known] = { value, because: { rule: 'hint', saw: `the spec's ${key}` }, at: step(at, key) };
        else report({ code: 'hint-invalid', message: `${key}: ${JSON.stringify(value)}`, at: step(at, key) });
      }
      config.overrides.forEach((override, index) => {
        if (override.operation !== object.operationId && override.operation !== `${httpMethod.toUpperCase()} ${path}`) return;
        unmatched.delete(index);
        for (const key of KEYS) {
          if (override[key] === undefined) continue;
          const place = `${config.file}#/overrides/${index}/${key}`;
          hints[key] = { value: override[key], because: { rule: 'override', saw: `the config's override of ${override.operation}` }, at: place };
        }
      });
      return hints as Hints;
    },
    refuseUnmatched() {
      if (unmatched.size === 0) return;
      throw new ProblemsError(
        [...unmatched].map((index): Problem => {
          const { operation } = config.overrides[index] as Config['overrides'][number];
          return { code: 'override-unmatched', message: `"${operation}" matches no operation`, at: `${config.file}#/overrides/${index}/operation` };
        }),
      );
    },
  };
}

function isAllowed(key: (typeof KEYS)[number], value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (key === 'verb') return (SQL_VERBS as readonly string[]).includes(value);
  return key === 'objectKey' ? value.startsWith('$') : NAME.test(value);
}

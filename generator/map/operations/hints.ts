import { type Position, type Problem, ProblemsError, severityOf } from '../../diagnostics/problem.js';
import type { Because, Location, SqlVerb } from '../../model.js';
import { SQL_VERBS } from '../../model.js';
import {
  type ColumnOverride,
  type Config,
  NAME,
  OBJECT_KEY,
  type Override,
  type PaginationOverride,
} from '../../read/config-types.js';
import type { OperationObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import type { Report } from './lenient.js';

/** What somebody decided about an operation, each value with who said so and where. */
export interface Hints {
  readonly service?: Hint<string>;
  readonly resource?: Hint<string>;
  readonly method?: Hint<string>;
  readonly verb?: Hint<SqlVerb>;
  readonly objectKey?: Hint<string>;
  readonly exclude?: Hint<boolean>;
  readonly description?: Hint<string>;
  readonly deprecated?: Hint<boolean>;
  readonly pagination?: Hint<PaginationOverride>;
  readonly columns?: Hint<Readonly<Record<string, ColumnOverride>>>;
  readonly sources?: Hint<Readonly<Record<string, string>>>;
}

export interface Hint<Value> {
  readonly value: Value;
  readonly because: Because;
  readonly at: Location | Position;
}

/** What the spec may say too, as `x-stackql-…`. */
const KEYS = ['service', 'resource', 'method', 'verb', 'objectKey'] as const;
const OVERRIDE_KEYS = [
  ...KEYS,
  'exclude',
  'description',
  'deprecated',
  'pagination',
  'columns',
  'sources',
] as const satisfies readonly (keyof Hints)[];

/** The operation that hints are asked for. */
interface Asked {
  readonly httpMethod: string;
  readonly path: string;
  readonly object: OperationObject;
  readonly at: Location;
}

/**
 * Vendor hints in the spec, then the config's overrides, which win (`x-stackql-resource: things`; key names in any
 * case).
 */
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
        if (isAllowed(known, value))
          hints[known] = { value, because: { rule: 'hint', saw: `the spec's ${key}` }, at: step(at, key) };
        else report({ code: 'hint-invalid', message: `${key}: ${JSON.stringify(value)}`, at: step(at, key) });
      }
      config.overrides.forEach((override, index) => {
        if (!matches(override.operation, [object.operationId, `${httpMethod.toUpperCase()} ${path}`])) return;
        unmatched.delete(index);
        for (const key of OVERRIDE_KEYS) {
          if (override[key] === undefined) continue;
          const at = typeof override.at === 'string' ? step(override.at, key) : override.at;
          hints[key] = { value: override[key], because: becauseOf(override), at };
        }
      });
      return hints as Hints;
    },
    refuseUnmatched() {
      const stale = [...unmatched].map((index): Problem => {
        const { operation, at } = config.overrides[index] as Override;
        const message = `"${operation}" matches no operation`;
        return typeof at === 'string'
          ? { code: 'override-unmatched', message, at: step(at, 'operation') }
          : { code: 'mapping-stale', message, at };
      });
      const errors = stale.filter((problem) => severityOf(problem) === 'error');
      if (errors.length > 0) throw new ProblemsError(errors);
      for (const problem of stale) report(problem);
    },
  };
}

/** Is one of the names meant? `*` stands for any characters. */
function matches(wanted: string, names: readonly (string | undefined)[]): boolean {
  if (!wanted.includes('*')) return names.includes(wanted);
  const parts = wanted.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`, 's');
  return names.some((name) => name !== undefined && pattern.test(name));
}

function becauseOf({ operation, at }: Override): Because {
  return typeof at === 'string'
    ? { rule: 'override', saw: `the config's override of ${operation}` }
    : { rule: 'mapping', saw: `line ${at.line} of the mapping file` };
}

function isAllowed(key: (typeof KEYS)[number], value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (key === 'verb') return (SQL_VERBS as readonly string[]).includes(value);
  return key === 'objectKey' ? OBJECT_KEY.test(value) : NAME.test(value);
}

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { type Position, type Problem, ProblemsError } from '../diagnostics.js';
import { SQL_VERBS, type SqlVerb } from '../model.js';
import type { Override } from './config.js';

/** The columns of the public tool's mapping file that are read here; it may have others. */
const WANTED = ['filename', 'path', 'verb', 'stackql_resource_name', 'stackql_method_name', 'stackql_verb'];
const NAME = /^[a-z_][a-z0-9_]*$/;
/** `$.a.b`, or one key that stands bare. */
const OBJECT_KEY = /^(\$|[\w-]+$)/;

interface Parsed {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

/**
 * Reads the public tool's mapping file (`all_services.csv`) as overrides, one per row, keyed by HTTP method and path. A row without a resource name, or
 * with the tool's mark for one to skip, is left to inference. Throws `mapping-broken` with every row that cannot be meant.
 */
export function readMapping(file: string): Override[] {
  let records: Parsed[];
  try {
    records = parse(readFileSync(file), { bom: true, columns: true, skip_empty_lines: true, trim: true, info: true }) as unknown as Parsed[];
  } catch (error) {
    if (error instanceof CsvError)
      throw new ProblemsError([{ code: 'mapping-broken', message: error.message, at: { file, line: Number(error.lines) || 1, column: 1 } }]);
    throw new ProblemsError([{ code: 'usage', message: `cannot read ${file}` }]);
  }
  const missing = WANTED.filter((column) => records[0] && !(column in records[0].record));
  if (missing.length > 0) throw new ProblemsError([{ code: 'mapping-broken', message: `no column ${missing.join(', ')}`, at: { file, line: 1, column: 1 } }]);
  const problems: Problem[] = [];
  const overrides = records.flatMap(({ record, info }) => {
    const {
      filename = '',
      verb = '',
      stackql_resource_name: resource = '',
      stackql_method_name: method = '',
      stackql_verb: sqlVerb = '',
      stackql_object_key: objectKey = '',
    } = record;
    if (resource === '' || resource === 'skip_this_resource') return [];
    const at: Position = { file, line: info.lines, column: 1 };
    const service = path.basename(filename).replace(/\.(ya?ml|json)$/, '');
    const broken = [
      ...(['filename', 'stackql_resource_name', 'stackql_method_name'] as const).flatMap((column, index) => {
        const value = [service, resource, method][index] as string;
        return NAME.test(value) || (value === '' && column !== 'stackql_resource_name') ? [] : [`${column} "${value}" is no name`];
      }),
      ...(sqlVerb === '' || (SQL_VERBS as readonly string[]).includes(sqlVerb) ? [] : [`stackql_verb "${sqlVerb}" is none of ${SQL_VERBS.join(', ')}`]),
      ...(objectKey === '' || OBJECT_KEY.test(objectKey) ? [] : [`stackql_object_key "${objectKey}" is no path`]),
    ];
    problems.push(...broken.map((message): Problem => ({ code: 'mapping-broken', message, at })));
    return [
      {
        operation: `${verb.toUpperCase()} ${record.path ?? ''}`,
        at,
        resource,
        ...(service && { service }),
        ...(method && { method }),
        ...(sqlVerb && { verb: sqlVerb as SqlVerb }),
        ...(objectKey && { objectKey }),
      },
    ];
  });
  if (problems.length > 0) throw new ProblemsError(problems);
  return overrides;
}

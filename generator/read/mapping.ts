import path from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { type Position, type Problem, ProblemsError } from '../diagnostics/problem.js';
import { SQL_VERBS, type SqlVerb } from '../model.js';
import { type Mapping, NAME, OBJECT_KEY, type Override } from './config-types.js';
import { readRegularFile } from './files.js';
import { HTTP_METHODS } from './openapi.js';

/** The columns of the public tool's mapping file that are read here; it may have others. */
const WANTED = ['filename', 'path', 'verb', 'stackql_resource_name', 'stackql_method_name', 'stackql_verb'];

const SKIP = 'skip_this_resource';

interface Parsed {
  readonly record: readonly string[];
  readonly info: { readonly bytes: number };
}

/** A row: its cells, its text as written and the line that begins on. */
interface Row {
  readonly cells: readonly string[];
  readonly text: string;
  readonly line: number;
}

/**
 * Reads the public tool's mapping file (`all_services.csv`) as overrides, one per row, keyed by HTTP method and path. A
 * row without a resource name is left to inference; one with the tool's mark to skip it excludes the operation. Cells
 * are separated by what the first line has most of: commas, semicolons or tabs. Throws `mapping-broken` with every row
 * that cannot be meant.
 */
export function readMapping(file: string): Mapping {
  const {
    delimiter,
    rows: [head = { cells: [], text: '', line: 1 }, ...rows],
  } = rowsOf(file);
  const missing = WANTED.filter((column) => !head.cells.includes(column));
  if (missing.length > 0)
    throw new ProblemsError([
      { code: 'mapping-broken', message: `no column ${missing.join(', ')}`, at: { file, line: 1, column: 1 } },
    ]);
  const broken: Problem[] = [];
  const unnamed: Position[] = [];
  const warnings: Problem[] = [];
  const lines = new Map<string, number>();
  const overrides = rows.flatMap((row): Override[] => {
    const cell = (column: string) => row.cells[head.cells.indexOf(column)] ?? '';
    const at = (column: string): Position => ({ file, ...placeOf(row, head.cells.indexOf(column), delimiter) });
    const service = path.basename(cell('filename')).replace(/\.(ya?ml|json)$/, '');
    if (row.cells.every((each) => each === '')) return [];
    const [resource, method, writtenVerb, objectKey] = ['resource_name', 'method_name', 'verb', 'object_key'].map(
      (name) => cell(`stackql_${name}`),
    ) as Four;
    const verb = writtenVerb.toLowerCase();
    const operation = `${cell('verb').toUpperCase()} ${cell('path')}`;
    if (resource === SKIP) return [{ operation, at: at('stackql_resource_name'), exclude: true }];
    if (resource === '') {
      unnamed.push(at('stackql_resource_name'));
      return [];
    }
    const expect = (column: string, value: string, allowed: boolean, what: string) => {
      if (value !== '' && !allowed)
        broken.push({ code: 'mapping-broken', message: `${column} "${value}" is ${what}`, at: at(column) });
    };
    expect('filename', service, NAME.test(service), 'no name');
    expect('verb', cell('verb'), isHttpMethod(cell('verb')), 'no HTTP method');
    expect('stackql_resource_name', resource, NAME.test(resource), 'no name');
    expect('stackql_method_name', method, NAME.test(method), 'no name');
    expect('stackql_verb', verb, (SQL_VERBS as readonly string[]).includes(verb), `none of ${SQL_VERBS.join(', ')}`);
    expect('stackql_object_key', objectKey, OBJECT_KEY.test(objectKey), 'no path');
    const before = lines.get(operation);
    if (before !== undefined)
      warnings.push({ code: 'mapping-repeated', message: `${operation} is on line ${before} too`, at: at('path') });
    lines.set(operation, row.line);
    return [
      {
        operation,
        at: at('path'),
        resource,
        ...(service && { service }),
        ...(method && { method }),
        ...(verb && { verb: verb as SqlVerb }),
        ...(objectKey && { objectKey }),
      },
    ];
  });
  if (broken.length > 0) throw new ProblemsError(broken);
  const [first] = unnamed;
  const some = `${unnamed.length} ${unnamed.length === 1 ? 'row names' : 'rows name'} no resource; this is the first`;
  return {
    overrides,
    warnings: [...warnings, ...(first ? [{ code: 'mapping-unnamed' as const, message: some, at: first }] : [])],
  };
}

type Four = [resource: string, method: string, verb: string, objectKey: string];

function isHttpMethod(verb: string): boolean {
  return (HTTP_METHODS as readonly string[]).includes(verb.toLowerCase());
}

/** What may stand between cells: spreadsheets write what their country writes. */
const DELIMITERS = [',', ';', '\t'];

function rowsOf(file: string): { delimiter: string; rows: Row[] } {
  let text: Buffer;
  try {
    text = readRegularFile(file);
  } catch {
    throw new ProblemsError([{ code: 'usage', message: `cannot read ${file}` }]);
  }
  try {
    let [start, line] = [0, 1];
    const head = text.toString().split('\n', 1)[0] ?? '';
    const [delimiter = ','] = [...DELIMITERS].sort((a, b) => head.split(b).length - head.split(a).length);
    const options = { bom: true, skip_empty_lines: true, trim: true, info: true, delimiter } as const;
    const rows = (parse(text, options) as unknown as Parsed[]).map(({ record, info }) => {
      // The library's own count of lines is off after a CRLF inside quotes; its count of bytes is right.
      const written = text.subarray(start, info.bytes).toString();
      const own = written.replace(/^\s+/, '');
      const row = { cells: record, text: own, line: line + count(written.slice(0, written.length - own.length)) };
      [start, line] = [info.bytes, line + count(written)];
      return row;
    });
    return { delimiter, rows };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new ProblemsError([
      { code: 'mapping-broken', message: error.message, at: { file, line: Number(error.lines) || 1, column: 1 } },
    ]);
  }
}

/** Where a cell begins. */
function placeOf({ text, line }: Row, index: number, delimiter: string): { line: number; column: number } {
  let [offset, quoted] = [0, false];
  for (let left = Math.max(0, index); left > 0 && offset < text.length; offset++) {
    if (text[offset] === '"') quoted = !quoted;
    else if (text[offset] === delimiter && !quoted) left--;
  }
  return { line: line + count(text.slice(0, offset)), column: offset - text.lastIndexOf('\n', offset - 1) };
}

function count(text: string): number {
  return text.split('\n').length - 1;
}

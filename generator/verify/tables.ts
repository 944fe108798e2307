import type { DocumentedResource } from '../doc-pages/resources.js';
import { byCodePoint } from '../model.js';
import { literal, placeholder, render } from '../sql/sql.js';
import type { Observation } from './compare.js';
import type { ApiOperation } from './operations.js';
import type { MethodPackage, ResourcePackage } from './provider.js';
import type { Finding } from './verdicts.js';

/** The response to SHOW METHODS or DESCRIBE. */
export interface Table {
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  readonly failed?: string;
}

export function tableOf({ outcome }: Observation): Table {
  if (outcome.ended !== 'rows') return { rows: [], failed: outcome.message };
  return {
    rows: (outcome.rows ?? []).map((row) =>
      Object.fromEntries(outcome.columns.map((column, index) => [column, row[index] ?? null])),
    ),
  };
}

const names = (text: string | null | undefined) => (text ?? '').split(', ').filter((name) => name !== '');

/** Does SHOW METHODS say of a method what its page says: the verb and the required inputs? */
export function showFindings(page: DocumentedResource, method: MethodPackage, { rows, failed }: Table): Finding[] {
  const documented = page.methods.get(method.name);
  if (!documented) return [];
  const row = rows.find(({ MethodName }) => MethodName === method.name);
  const line = (verb: string, required: readonly string[]) =>
    `${verb.toLowerCase()} (${[...required].sort(byCodePoint).join(', ')})`;
  const seen = row ? line(row.SQLVerb ?? '', names(row.RequiredParams)) : (failed ?? 'no such method');
  const wanted = line(documented.verb, documented.required);
  return seen === wanted ? [] : [{ verdict: 'show-methods-differs', seen, wanted, statement: 'SHOW METHODS' }];
}

/**
 * Does DESCRIBE list the documented columns? It tells those of the first method that SELECT tries. The text "null" comes
 * as null (ENGINE E3.10).
 */
export function describeFindings(
  page: DocumentedResource,
  resource: ResourcePackage,
  method: MethodPackage,
  described: Table | undefined,
): Finding[] {
  const documented = page.fields.get(method.name);
  if (!documented || !described || resource.selects[0] !== method.name) return [];
  const list = (columns: readonly string[]) => [...columns].sort(byCodePoint).join(', ');
  const seen = described.failed ?? list(described.rows.map(({ name }) => name || 'null'));
  return seen === list(documented)
    ? []
    : [{ verdict: 'describe-differs', seen, wanted: list(documented), statement: 'DESCRIBE' }];
}

/**
 * A statement for a method without pages: of what SHOW METHODS says is required, and one field where SQL needs a
 * column.
 */
export function madeStatement(
  resource: string,
  method: MethodPackage,
  operation: ApiOperation | undefined,
  { rows }: Table,
): string {
  const required = names(rows.find(({ MethodName }) => MethodName === method.name)?.RequiredParams);
  const fields = operation?.body?.fields?.all;
  const isField = (name: string) =>
    fields?.has(name.replace(/^data__/, '')) === true &&
    !operation?.parameters.some((parameter) => parameter.name === name);
  const sets = method.verb === 'update' || method.verb === 'replace';
  const body = sets ? required.filter(isField) : [];
  const first = [...(fields?.keys() ?? [])][0];
  const needsColumn = sets ? body.length === 0 : method.verb === 'insert' && required.length === 0;
  if (needsColumn && first !== undefined) body.push(method.naive ? first : `data__${first}`);
  const filled = (name: string) => ({ name, value: literal(placeholder(name)) });
  const parameters = required.filter((name) => !body.includes(name)).map(filled);
  return render({ verb: method.verb, resource, method: method.name, parameters, body: body.map(filled) });
}

import { stringify } from 'csv-stringify/sync';
import type { Provider } from '../model.js';
import { snakeCase } from '../text/names.js';

const COLUMNS = [
  ...['filename', 'path', 'operationId', 'formatted_op_id', 'verb', 'response_object', 'tags', 'formatted_tags'],
  ...['stackql_resource_name', 'stackql_method_name', 'stackql_verb', 'stackql_object_key', 'op_description'],
];

/** The provider's names and verbs as the public tool's mapping file; `--mapping` reads it back to the same provider. */
export function emitMapping({ services }: Provider): string {
  const rows = services.flatMap((service) =>
    service.resources.flatMap((resource) =>
      resource.methods.map(({ http, operationId, name, verb, response, summary }) => ({
        filename: `${service.name}.yaml`,
        path: http.path,
        operationId: inert(operationId),
        formatted_op_id: snakeCase(operationId),
        verb: http.method.toLowerCase(),
        response_object: response.row?.component ?? '',
        tags: '',
        formatted_tags: '',
        stackql_resource_name: resource.name,
        stackql_method_name: name,
        stackql_verb: verb,
        stackql_object_key: response.row?.objectKey ?? '',
        op_description: inert(summary),
      })),
    ),
  );
  return stringify(rows, { header: true, columns: COLUMNS });
}

/** Text of the spec that a spreadsheet would take for a formula; nobody reads these columns back. */
function inert(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

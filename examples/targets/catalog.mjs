// @ts-check
import { defineTarget } from 'stackql-provider-gen/target';

/** Quotes a value for CSV (RFC 4180). @param {string} value */
const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

export default defineTarget({
  name: 'catalog',
  emit: (provider) => {
    const methods = provider.services.flatMap((service) =>
      service.resources.flatMap((resource) =>
        resource.methods.map(({ name, verb, http }) => [resource.id, name, verb, http.method, http.path]),
      ),
    );
    const rows = [['resource', 'method', 'verb', 'httpMethod', 'path'], ...methods];
    return [{ path: `${provider.id}.csv`, text: rows.map((row) => `${row.map(cell).join(',')}\n`).join('') }];
  },
});

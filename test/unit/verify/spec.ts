import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { readSpec, type Spec } from '../../../generator/read/spec.js';
import { scratch } from '../../places.js';

/** A spec of these parts, read from a file as every spec is. */
export function specOf(parts: object): Promise<Spec> {
  const file = path.join(scratch(), 'api.yaml');
  writeFileSync(file, stringify({ openapi: '3.0.3', info: { title: 't', version: '1' }, paths: {}, ...parts }));
  return readSpec(file);
}

/** A 200 with a JSON schema. */
export const answers = (schema: object, more: object = {}) => ({
  200: { description: 'fine', content: { 'application/json': { schema } }, ...more },
});

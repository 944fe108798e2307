import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import schema from '../config.schema.json' with { type: 'json' };

/** `.ci/build.mjs` puts code that ajv has made of the schema in place of this module: a start shall not compile it. */
export const ajv = new Ajv2020({
  allErrors: true,
  discriminator: true,
  strictSchema: false,
  schemas: [schema],
  code: { source: true, esm: true },
});
export const REFERENCES = { validateConfig: schema.$id };

export const validateConfig = ajv.getSchema(REFERENCES.validateConfig) as ValidateFunction;

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import schema from './package.schema.json' with { type: 'json' };

/** `.ci/build.mjs` puts code that ajv has made of the schema in place of this module: a start shall not compile it. */
export const ajv = new Ajv2020({
  allErrors: true,
  strict: false,
  schemas: [schema],
  code: { source: true, esm: true },
});
export const REFERENCES = {
  validateProvider: `${schema.$id}#/$defs/provider`,
  validateResources: `${schema.$id}#/$defs/resources`,
};

export const validateProvider = ajv.getSchema(REFERENCES.validateProvider) as ValidateFunction;
export const validateResources = ajv.getSchema(REFERENCES.validateResources) as ValidateFunction;

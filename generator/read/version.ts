import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import { isObject, type Json } from './objects.js';
import { step } from './pointer.js';

/** What else people have lying about, by a key or two that nothing else has. */
const OTHERS: readonly [name: string, is: (document: Json) => unknown][] = [
  ['an AsyncAPI document', ({ asyncapi }) => asyncapi],
  [
    'a Postman collection',
    ({ info, item }) =>
      isObject(info) && (info._postman_id || /getpostman/.test(String(info.schema)) || Array.isArray(item)),
  ],
  ['a Swagger 1 document', ({ swaggerVersion }) => swaggerVersion],
  ['an Arazzo document', ({ arazzo }) => arazzo],
  ['an OpenAPI Overlay', ({ overlay }) => overlay],
  ['an OpenRPC document', ({ openrpc }) => openrpc],
  ['a Google API Discovery document', ({ discoveryVersion }) => discoveryVersion],
  ['a HAR recording', ({ log }) => isObject(log) && log.entries],
  ['a GraphQL introspection', ({ data, __schema }) => __schema || (isObject(data) && data.__schema)],
  ['a Kubernetes manifest', ({ apiVersion, kind }) => apiVersion && kind],
  ['a config of this tool', ({ provider, specs }) => provider && specs],
  ['a JSON Schema', ({ $schema, type, properties }) => $schema || (type && properties)],
  ['an OpenAPI document whose version is missing', ({ paths }) => isObject(paths)],
];

/**
 * Refuses what is no OpenAPI document of version 2.0 to 3.2. Versions written as numbers are taken as meant (`openapi:
 * 3.1`). Throws `spec-not-openapi` or `spec-version`; `report` hears of 3.2, which is read as 3.1.
 */
export function checkVersion(
  document: unknown,
  at: Location,
  report: (problem: Problem) => void,
): asserts document is Json {
  const fail = (code: Problem['code'], message: string, place: Location) =>
    new ProblemsError([{ code, message, at: place }]);
  if (document === undefined || document === null) throw fail('spec-not-openapi', 'the document is empty', at);
  if (!isObject(document))
    throw fail('spec-not-openapi', `the document is ${Array.isArray(document) ? 'a list' : 'text'}, not a mapping`, at);
  const key = document.openapi === undefined ? 'swagger' : 'openapi';
  const version = ['string', 'number'].includes(typeof document[key]) ? String(document[key]) : undefined;
  if (version === undefined) {
    const looks = OTHERS.find(([, is]) => is(document))?.[0];
    throw fail(
      'spec-not-openapi',
      `${looks ? `it looks like ${looks}: ` : ''}there is neither \`openapi\` nor \`swagger\` with a version`,
      at,
    );
  }
  if (!(key === 'swagger' ? /^2(\.0)?$/ : /^3(\.[0-2]\b.*)?$/).test(version))
    throw fail('spec-version', `this is ${key === 'swagger' ? 'Swagger' : 'OpenAPI'} ${version}`, step(at, key));
  if (version.startsWith('3.2'))
    report({ code: 'spec-version-newer', message: `OpenAPI ${version} is read as 3.1`, at: step(at, key) });
}

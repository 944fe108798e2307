import type { Auth } from '../../model.js';
import { isObject } from '../../read/objects.js';
import type { SecurityRequirement, SecuritySchemeObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import { snakeCase } from '../../text/names.js';
import { type LenientSpec, recoverable } from '../operations/lenient.js';
import { tally } from './services.js';

/**
 * How the engine authenticates (ENGINE E6.7), from the security scheme that most operations accept (OpenAPI 3.0.3,
 * 4.7.27–4.7.30). Secrets come from environment variables named by the provider: `ACME_TOKEN`.
 */
export function inferAuth(
  spec: LenientSpec,
  provider: string,
  required: readonly (readonly SecurityRequirement[] | undefined)[],
): Auth {
  const written = spec.document.components?.securitySchemes;
  const schemes = new Map<string, SecuritySchemeObject>();
  for (const [name, scheme] of Object.entries(isObject(written) ? written : {})) {
    try {
      const { value } = spec.follow(
        scheme as SecuritySchemeObject,
        step(spec.at, 'components', 'securitySchemes', name),
        'securityScheme',
      );
      if (authOf(provider, name, value)) schemes.set(name, value);
    } catch (error) {
      for (const problem of recoverable(error)) spec.report(problem);
    }
  }
  const accepted = required.flatMap((own) => [
    ...new Set((own ?? spec.document.security ?? []).flatMap((alternative) => Object.keys(alternative))),
  ]);
  const [most] = [...tally(accepted.filter((name) => schemes.has(name)))].sort(([, a], [, b]) => b - a)[0] ?? [];
  // A document that requires nothing may still say what there is.
  const name = most ?? [...schemes.keys()][0];
  return (
    (name !== undefined && authOf(provider, name, schemes.get(name) as SecuritySchemeObject)) || { type: 'null_auth' }
  );
}

function authOf(
  provider: string,
  name: string,
  { type, scheme, in: location, name: key }: SecuritySchemeObject,
): Auth | undefined {
  const variable = (suffix: string) => `${provider}_${suffix}`.toUpperCase();
  switch (type) {
    case 'http':
      return scheme?.toLowerCase() === 'basic'
        ? { type: 'basic', usernameEnvVar: variable('username'), passwordEnvVar: variable('password') }
        : { type: 'bearer', envVar: variable('token') };
    case 'oauth2':
    case 'openIdConnect':
      return { type: 'bearer', envVar: variable('token') };
    case 'apiKey': {
      const envVar = variable(snakeCase(name).replace(new RegExp(`^${provider}_`), '') || 'api_key');
      if (location === 'header' && key?.toLowerCase() === 'authorization') return { type: 'api_key', envVar };
      return (location === 'header' || location === 'query') && key
        ? { type: 'custom', envVar, location, name: key }
        : undefined;
    }
    default:
      return undefined;
  }
}

import type { Auth } from '../../model.js';
import { isObject } from '../../read/objects.js';
import type { SecurityRequirement, SecuritySchemeObject } from '../../read/openapi.js';
import { step } from '../../read/pointer.js';
import { snakeCase } from '../../text/names.js';
import { type LenientSpec, recoverable } from '../operations/lenient.js';
import { tally } from './services.js';

/** How the engine authenticates, and the ways that the API asks for and the engine does not have. */
export interface Authentication {
  readonly auth: Auth;
  readonly missing: readonly string[];
}

/**
 * How the engine authenticates (ENGINE E6.7), from the requirement that most operations accept (OpenAPI 3.0.3,
 * 4.7.27–4.7.30): a scheme, or several at once. Secrets come from environment variables named by the provider:
 * `ACME_TOKEN`. What the engine cannot do is reported, and returned as `missing`.
 */
export function inferAuth(
  spec: LenientSpec,
  provider: string,
  required: readonly (readonly SecurityRequirement[] | undefined)[],
): Authentication {
  const schemes = schemesOf(spec);
  const alternatives = required.flatMap((own) => {
    const names = (own ?? spec.document.security ?? []).map((alternative) => Object.keys(alternative));
    return [...new Set(names.filter((each) => each.length > 0).map((each) => JSON.stringify(each)))];
  });
  const ways = [...tally(alternatives)].map(([key, count]) => ({ names: JSON.parse(key) as string[], count }));
  for (const name of new Set(ways.flatMap(({ names }) => names)))
    if (!schemes.has(name))
      spec.report({
        code: 'auth-undefined',
        message: `the security scheme ${JSON.stringify(name)}`,
        at: step(spec.at, 'components', 'securitySchemes'),
      });
  const scopes = scopesOf(spec, required);
  const keysOf = (names: readonly string[]) =>
    names.flatMap((name) => {
      const scheme = schemes.get(name);
      const auth = scheme && authOf(provider, name, scheme, scopes.get(name) ?? []);
      return auth ? [auth] : [];
    });
  // A document that requires nothing may still say what there is.
  const candidates = ways.length > 0 ? ways : [...schemes.keys()].map((name) => ({ names: [name], count: 0 }));
  const isWhole = ({ names }: { names: readonly string[] }) => keysOf(names).length === names.length;
  const sorted = [...candidates].sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)) || b.count - a.count);
  const [best] = sorted;
  const lacking = (best?.names ?? []).flatMap((name) => {
    const scheme = schemes.get(name);
    return scheme && keysOf([name]).length === 0 ? [wordsOf(scheme)] : [];
  });
  const missing = [...new Set(lacking)];
  for (const way of ways.length > 0 ? missing : [])
    spec.report({ code: 'auth-unsupported', message: way, at: step(spec.at, 'components', 'securitySchemes') });
  return { auth: joined(keysOf(best?.names ?? [])), missing: ways.length > 0 ? missing : [] };
}

function schemesOf(spec: LenientSpec): Map<string, SecuritySchemeObject> {
  const written = spec.document.components?.securitySchemes;
  const schemes = new Map<string, SecuritySchemeObject>();
  for (const [name, scheme] of Object.entries(isObject(written) ? written : {})) {
    try {
      const at = step(spec.at, 'components', 'securitySchemes', name);
      schemes.set(name, spec.follow(scheme as SecuritySchemeObject, at, 'securityScheme').value);
    } catch (error) {
      for (const problem of recoverable(error)) spec.report(problem);
    }
  }
  return schemes;
}

/** The scopes that operations require of each scheme. */
function scopesOf(
  { document }: LenientSpec,
  required: readonly (readonly SecurityRequirement[] | undefined)[],
): Map<string, string[]> {
  const scopes = new Map<string, string[]>();
  for (const requirement of required.flatMap((own) => own ?? document.security ?? []))
    for (const [name, list] of Object.entries(requirement))
      scopes.set(name, [...new Set([...(scopes.get(name) ?? []), ...(Array.isArray(list) ? list.map(String) : [])])]);
  return scopes;
}

/** Authorization schemes that answer a challenge or sign each request: more than a secret after their name. */
const CHALLENGES = new Set(['digest', 'dpop', 'gnap', 'hoba', 'mutual', 'negotiate', 'ntlm', 'oauth', 'vapid']);

function authOf(
  provider: string,
  name: string,
  { type, scheme = 'bearer', in: location, name: key, flows }: SecuritySchemeObject,
  scopes: readonly string[],
): Auth | undefined {
  const variable = (suffix: string) => `${provider}_${suffix}`.toUpperCase();
  switch (type) {
    case 'http': {
      const lower = scheme.toLowerCase();
      if (lower === 'basic')
        return { type: 'basic', usernameEnvVar: variable('username'), passwordEnvVar: variable('password') };
      if (lower === 'bearer') return { type: 'bearer', envVar: variable('token') };
      // RFC 9110, 11.6.2: the scheme's name stands before the credentials.
      return CHALLENGES.has(lower) || /^(aws|scram)/.test(lower)
        ? undefined
        : { type: 'api_key', envVar: variable('token'), valuePrefix: `${scheme} ` };
    }
    case 'oauth2': {
      const tokenUrl = flows?.clientCredentials?.tokenUrl;
      const isOnly = Object.keys(flows ?? {}).length === 1;
      return isOnly && typeof tokenUrl === 'string' && /^https?:\/\/[^{}]+$/.test(tokenUrl)
        ? {
            type: 'oauth2',
            clientIdEnvVar: variable('client_id'),
            clientSecretEnvVar: variable('client_secret'),
            tokenUrl,
            ...(scopes.length > 0 && { scopes }),
          }
        : { type: 'bearer', envVar: variable('token') };
    }
    case 'openIdConnect':
      return { type: 'bearer', envVar: variable('token') };
    case 'apiKey': {
      const envVar = variable(snakeCase(name).replace(new RegExp(`^${provider}_`), '') || 'api_key');
      // Not as api_key, which begins with a word of its own (ENGINE E6.7).
      if (!key) return undefined;
      // The engine has no cookies, but a cookie is a header (ENGINE E2.2).
      if (location === 'cookie') return { type: 'custom', envVar, location: 'header', name: 'Cookie', cookie: key };
      return location === 'header' || location === 'query'
        ? { type: 'custom', envVar, location, name: key }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** Several secrets at once: the engine sends them as headers and query parameters one after another (ENGINE N18). */
function joined(all: readonly Auth[]): Auth {
  const [only] = all;
  if (!only) return { type: 'null_auth' };
  if (all.length === 1) return only;
  return all.map(asCustom).reduceRight((successor, auth) => ({ ...auth, successor }));
}

type Custom = Extract<Auth, { type: 'custom' }>;

/** The Authorization header as any other: its variable then holds all of it. */
function asCustom(auth: Auth): Custom {
  if (auth.type === 'custom') return auth;
  const base = { type: 'custom', location: 'header', name: 'Authorization' } as const;
  switch (auth.type) {
    case 'basic':
      return { ...base, envVar: auth.passwordEnvVar.replace(/PASSWORD$/, 'AUTHORIZATION'), begins: 'Basic ' };
    case 'oauth2':
      return { ...base, envVar: auth.clientIdEnvVar.replace(/CLIENT_ID$/, 'TOKEN'), begins: 'Bearer ' };
    case 'bearer':
      return { ...base, envVar: auth.envVar, begins: 'Bearer ' };
    case 'api_key':
      return { ...base, envVar: auth.envVar, ...(auth.valuePrefix !== undefined && { begins: auth.valuePrefix }) };
    default:
      return { ...base, envVar: '' };
  }
}

function wordsOf({ type, scheme, in: location, name }: SecuritySchemeObject): string {
  if (type === 'mutualTLS') return 'mutual TLS';
  if (type === 'http') return `HTTP authentication of the scheme ${scheme}`;
  if (type === 'apiKey') return `an API key in ${location ?? 'no location'} ${name ?? ''}`.trim();
  return `a security scheme of the type "${type ?? ''}"`;
}

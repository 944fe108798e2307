import type { Request } from './mock.js';
import type { SecretPlace } from './operations.js';

/** A made-up secret: the variables that the engine reads it from, and how to know it again. */
export interface Credential {
  readonly env: Readonly<Record<string, string>>;
  /** Flags that the engine needs with it. */
  readonly flags: readonly string[];
  /** Given out by the mock to providers that fetch a token. */
  readonly token: string;
  /**
   * The query parameter in which the provider sends it, with every request, also to operations that ask for nothing.
   */
  readonly queryParameter?: string;
  /** Can it be checked? Some ways to authenticate need a third party; the engine then runs without. */
  readonly checked: boolean;
  /** Is it in one of these places, or, where the API's description is silent, in the provider's own? */
  isIn(request: Request, places: readonly SecretPlace[]): boolean;
}

const KNOWN = ['api_key', 'bearer', 'basic', 'custom', 'oauth2', 'null_auth'];

/** Secrets for every variable that a provider's `config.auth` names (ENGINE E6.7). */
export function credentialOf(provider: string, auth: Readonly<Record<string, unknown>>): Credential {
  const type = String(auth.type ?? '');
  const variables = variablesOf(auth);
  const env = Object.fromEntries(variables.map((variable) => [variable, `secret-of-${variable}`]));
  const token = 'secret-token';
  const named = (key: string) => env[String(auth[key])] ?? '';
  const pair = Buffer.from(`${named('username_var')}:${named('password_var')}`).toString('base64');
  const secrets = [...Object.values(env), token, ...(type === 'basic' ? [pair] : [])];
  const ownPlace: SecretPlace = {
    in: auth.location === 'query' ? 'query' : 'header',
    name: type === 'custom' ? String(auth.name ?? '') : 'Authorization',
  };
  const own = type === 'null_auth' ? [] : [ownPlace];
  const checked = KNOWN.includes(type);
  return {
    env,
    flags: checked ? [] : ['--auth', JSON.stringify({ [provider]: { type: 'null_auth' } })],
    token,
    ...(ownPlace.in === 'query' && { queryParameter: ownPlace.name }),
    checked,
    isIn: (request, places) => {
      const wanted = places.length > 0 ? places : own;
      return (
        wanted.length === 0 ||
        wanted.some(({ in: location, name }) =>
          secrets.some((secret) => valueAt(request, location, name).includes(secret)),
        )
      );
    },
  };
}

/** Of nested objects, too: `successor` holds a second key. */
function variablesOf(auth: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(auth).flatMap(([key, value]) => {
    if (typeof value === 'object' && value !== null) return variablesOf(value as Record<string, unknown>);
    return /(envvar|env_var|_var)$/i.test(key) && typeof value === 'string' ? [value] : [];
  });
}

function valueAt({ headers, query }: Request, location: SecretPlace['in'], name: string): string {
  if (location === 'query') return new URLSearchParams(query).get(name) ?? '';
  return String(headers[name.toLowerCase()] ?? '');
}

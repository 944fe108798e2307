import { describe, expect, it } from 'vitest';
import { credentialOf } from '../../../generator/verify/credential.js';
import type { Request } from '../../../generator/verify/mock.js';

const request = (headers: Record<string, string>, query = ''): Request => ({
  method: 'GET',
  origin: '',
  path: '/',
  query,
  headers,
  body: '',
  escaped: false,
});
const basic = Buffer.from('secret-of-U:secret-of-P').toString('base64');

describe('a made-up secret', () => {
  it.each<[string, Record<string, unknown>, Request, boolean]>([
    [
      'api_key',
      { type: 'api_key', credentialsenvvar: 'K', valuePrefix: 'SSWS ' },
      request({ authorization: 'SSWS secret-of-K' }),
      true,
    ],
    ['api_key, not sent', { type: 'api_key', credentialsenvvar: 'K' }, request({}), false],
    ['bearer', { type: 'bearer', credentialsenvvar: 'K' }, request({ authorization: 'Bearer secret-of-K' }), true],
    [
      'basic',
      { type: 'basic', username_var: 'U', password_var: 'P' },
      request({ authorization: `BASIC ${basic}` }),
      true,
    ],
    [
      'a header of its own',
      { type: 'custom', location: 'header', name: 'X-Key', credentialsenvvar: 'K' },
      request({ 'x-key': 'secret-of-K' }),
      true,
    ],
    [
      'a query parameter',
      { type: 'custom', location: 'query', name: 'key', credentialsenvvar: 'K' },
      request({}, '?key=secret-of-K'),
      true,
    ],
    [
      'a token that was fetched',
      { type: 'oauth2', client_id_env_var: 'I', client_secret_env_var: 'S', token_url: 'https://x' },
      request({ authorization: 'Bearer secret-token' }),
      true,
    ],
    ['none', { type: 'null_auth' }, request({}), true],
  ])('%s', (_name, auth, sent, want) => expect(credentialOf('p', auth).isIn(sent, [])).toBe(want));

  it('is looked for where the API wants it', () => {
    const credential = credentialOf('p', { type: 'api_key', credentialsenvvar: 'K' });
    expect(credential.isIn(request({ authorization: 'secret-of-K' }), [{ in: 'header', name: 'X-Key' }])).toBe(false);
    expect(credentialOf('p', { type: 'null_auth' }).isIn(request({}), [{ in: 'header', name: 'X-Key' }])).toBe(false);
  });
  it('has every variable, those of a second key too', () => {
    const auth = {
      type: 'custom',
      name: 'A',
      location: 'header',
      credentialsenvvar: 'K1',
      successor: { type: 'custom', name: 'B', location: 'header', credentialsenvvar: 'K2' },
    };
    expect(credentialOf('p', auth).env).toEqual({ K1: 'secret-of-K1', K2: 'secret-of-K2' });
  });
  it('is not checked where a third party would be asked: the engine then runs without', () => {
    const credential = credentialOf('google', { type: 'service_account', credentialsenvvar: 'G' });
    expect([credential.checked, credential.flags]).toEqual([false, ['--auth', '{"google":{"type":"null_auth"}}']]);
  });
});

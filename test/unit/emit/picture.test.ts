import { describe, expect, it } from 'vitest';
import { picture } from '../../../generator/emit/docs/picture.js';
import { map, ok, row } from '../map/given.js';

const get = (operationId: string) => ({ get: { operationId, responses: ok({ type: 'array', items: row }) } });

describe('the picture of a service', () => {
  it('hangs each resource on the one whose path its own goes on from, and counts methods by verb', async () => {
    const { provider } = await map({
      '/users': get('listUsers'),
      '/users/{userId}/roles': get('listRoles'),
      '/users/{userId}/roles/{roleId}/targets': get('listTargets'),
    });
    const [service] = provider.services;
    const svg = picture(service?.resources ?? []);
    const labels = [...svg.matchAll(/<a [^>]*><title>([^<]+)<\/title>/g)].map(([, label]) => label);
    const indents = [...svg.matchAll(/<text x="(\d+)" y="\d+" className="name">/g)].map(([, x]) => Number(x));
    expect(labels).toEqual(['users&#58; select 1', 'roles&#58; select 1', 'targets&#58; select 1']);
    expect(indents).toEqual([192, 210, 228]);
    expect(svg).not.toContain('\n');
  });
});

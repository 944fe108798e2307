import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentedResources } from '../../generator/doc-pages/resources.js';
import type { OutputFile } from '../../generator/model.js';
import { readSpec } from '../../generator/read/spec.js';
import { credentialOf } from '../../generator/verify/credential.js';
import { operationsOf } from '../../generator/verify/operations.js';
import { providerPackage, readProviderFolder } from '../../generator/verify/provider.js';
import { replay } from '../../generator/verify/recording.js';
import { verify } from '../../generator/verify/run.js';
import { ROOT } from '../places.js';

/**
 * What the engine did when it was last asked, compared anew with the committed provider, pages and spec: no engine is
 * needed.
 */
const below = (folder: string): OutputFile[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(md|yaml)$/.test(file))
    .map((file) => ({
      path: file.split(path.sep).join('/'),
      text: readFileSync(path.join(ROOT, folder, file), 'utf8'),
    }));
const files = readProviderFolder(path.join(ROOT, 'provider'));
const pages = below('docs/services');
const recordings = below('test/engine/recordings');
const operations = operationsOf(await readSpec(path.join(ROOT, 'spec/okta-sessions.yaml')));

function replayed(changed: { files?: OutputFile[]; pages?: OutputFile[]; recordings?: OutputFile[] } = {}) {
  const provider = providerPackage(changed.files ?? files);
  const resources = documentedResources(changed.pages ?? pages, provider.name);
  const stage = replay(changed.recordings ?? recordings, provider);
  return verify(
    { provider, resources, operations: async () => operations, credential: credentialOf(provider.name, provider.auth) },
    [stage],
  );
}
const edited = (all: readonly OutputFile[], from: string, to: string) => {
  expect(all.some(({ text }) => text.includes(from))).toBe(true);
  return all.map((file) => ({ ...file, text: file.text.replaceAll(from, to) }));
};

describe(
  'the recordings of the engine (after a change: `npx tsx generator/cli.ts verify --record ' +
    'test/engine/recordings`)',
  () => {
    it('every documented statement is right', async () => {
      const results = await replayed();
      expect(results.map(({ method, verdict, findings }) => [method, verdict, findings])).toEqual(
        results.map(({ method }) => [method, 'ok', []]),
      );
      // A short statement of each method, and a long one of those that have more.
      expect(results).toHaveLength(12);
    });
    it('there is none of a service that is gone', () => {
      const services = providerPackage(files).services.map(({ name }) => `okta/${name}.yaml`);
      expect(recordings.map(({ path: file }) => file)).toEqual(services);
    });

    it.each<[string, Parameters<typeof replayed>[0]]>([
      ['the service changed', { files: edited(files, 'Revokes the specified Session', 'Ends it') }],
      ['the provider changed', { files: edited(files, 'SSWS ', 'Bearer ') }],
      [
        'a page changed',
        { pages: edited(pages, "AND sessionId = '{{ sessionId }}'", "AND sessionid = '{{ sessionId }}'") },
      ],
      ['there is no recording', { recordings: [] }],
    ])('is stale when %s', async (_name, changed) => {
      await expect(replayed(changed)).rejects.toThrow('recording-stale');
    });
    it.each<[string, string, string, string]>([
      [
        'another request',
        'GET https://my-org.okta.com/api/v1/sessions/v_sessionId',
        'GET https://my-org.okta.com/api/v1/sessions/me',
        'wrong-operation',
      ],
      ['another body', String.raw`"{\"sessionToken\":\"v_sessionToken\"}"`, '"null"', 'body-field-lost'],
      ['other rows', 'login: ', 'login: 0', 'columns-differ'],
      ['no secret', 'authorization: SSWS secret-of-OKTA_API_TOKEN', 'authorization: none', 'auth-missing'],
    ])('would show %s', async (_name, from, to, verdict) => {
      const results = await replayed({ recordings: edited(recordings, from, to) });
      expect(results.flatMap(({ findings }) => findings.map((finding) => finding.verdict))).toContain(verdict);
    });
  },
);

import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemsError } from '../diagnostics/problem.js';
import { type Layout, staysInside, writeInside } from '../write.js';
import { MAX_ARTIFACT } from './artifact.js';
import { LISTING, SUMS } from './listing.js';

/** The provider in the form of the public registry, which `pack` writes beside the artifacts. */
export const PUBLIC_FORM: Layout['trees'][number] = ['providers/src/', '.yaml'];

/** What `pack` and `sign` write, and where they keep the journal of a change under way. */
export const REGISTRY: Layout = {
  state: 'dist/.stackql-provider-gen',
  trees: [PUBLIC_FORM, ['dist/', '.tgz'], [`dist/${LISTING}`, ''], [`dist/${SUMS}`, '']],
};

/** What a store has at a path, with the mark by which the store knows it again. */
export interface Found {
  readonly bytes: Uint8Array;
  readonly tag?: string;
}

/** Where a registry's files are kept, each by its path below `dist/`. */
export interface Store {
  read(file: string): Promise<Found | undefined>;
  /** Puts a file, whole, if the store still has there what was found. False: it has not. */
  write(file: string, bytes: Uint8Array, found: Found | undefined): Promise<boolean>;
}

/**
 * A registry folder on this machine; nothing that leads out of it is read or written. Whoever writes holds its lock.
 */
export function folderStore(root: string): Store {
  const read = async (file: string) => {
    const inside = `dist/${file}`;
    if (!staysInside(root, inside))
      throw new ProblemsError([{ code: 'output-outside', message: `${inside} leads out of ${root}` }]);
    const found = path.join(root, inside);
    return lstatSync(found, { throwIfNoEntry: false }) && { bytes: readFileSync(found) };
  };
  return {
    read,
    async write(file, bytes, found) {
      const now = await read(file);
      if (now === undefined ? found !== undefined : !found || Buffer.compare(now.bytes, found.bytes) !== 0)
        return false;
      writeInside(root, `dist/${file}`, bytes);
      return true;
    },
  };
}

const TRIES = 5;
const TIMEOUT = 60_000;

/**
 * A registry behind HTTP that takes PUT: `<url>/dist/…`. Conditional requests keep two publishers apart; what may pass
 * is tried again, later each time. The token goes over TLS or to this machine only, and to no place that the server
 * points at. Throws `registry-unreachable`.
 */
export function endpointStore(base: string, token: string | undefined, firstWait = 500): Store {
  const url = endpointUrl(base);
  const ask = async (
    method: string,
    file: string,
    headers: Record<string, string>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Response> => {
    const refuse = (reason: string) =>
      new ProblemsError([{ code: 'registry-unreachable', message: `${method} ${url}/dist/${file}: ${reason}` }]);
    for (let attempt = 1; ; attempt++) {
      let reason: string;
      let wait = firstWait * 2 ** (attempt - 1);
      try {
        const response = await fetch(`${url}/dist/${file}`, {
          method,
          headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT),
          ...(body && { body }),
        });
        if (response.ok || response.status === 404 || response.status === 412) return response;
        await response.body?.cancel();
        reason = `answered ${response.status}`;
        if (response.status < 500 && response.status !== 408 && response.status !== 429) throw refuse(reason);
        wait = Math.max(wait, Math.min(Number(response.headers.get('retry-after')) || 0, 30) * 1000);
      } catch (error) {
        if (error instanceof ProblemsError) throw error;
        reason = (((error as Error).cause as Error | undefined) ?? (error as Error)).message;
      }
      if (attempt === TRIES) throw refuse(`${reason}, ${TRIES} times`);
      await sleep(wait);
    }
  };
  return {
    async read(file) {
      const response = await ask('GET', file, {});
      if (response.status === 404) return void (await response.body?.cancel());
      if (!response.ok)
        throw new ProblemsError([
          { code: 'registry-unreachable', message: `GET ${url}/dist/${file}: answered ${response.status}` },
        ]);
      const tag = response.headers.get('etag');
      return { bytes: await bounded(response, file), ...(tag && { tag }) };
    },
    async write(file, bytes, found) {
      const condition: Record<string, string> =
        found === undefined ? { 'if-none-match': '*' } : found.tag ? { 'if-match': found.tag } : {};
      const type = file.endsWith('.tgz')
        ? 'application/gzip'
        : file.endsWith('.yaml')
          ? 'application/yaml'
          : 'text/plain';
      const response = await ask('PUT', file, { ...condition, 'content-type': type }, new Uint8Array(bytes));
      await response.body?.cancel();
      if (response.status === 404)
        throw new ProblemsError([{ code: 'registry-unreachable', message: `PUT ${url}/dist/${file}: answered 404` }]);
      return response.ok;
    },
  };
}

async function bounded(response: Response, file: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MAX_ARTIFACT)
      throw new ProblemsError([
        { code: 'registry-unreachable', message: `${file}: the answer is larger than ${MAX_ARTIFACT} bytes` },
      ]);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function endpointUrl(base: string): string {
  const wrong = (reason: string) => new ProblemsError([{ code: 'usage', message: `--to: ${reason}` }]);
  if (!URL.canParse(base)) throw wrong('not a URL');
  const url = new URL(base);
  if (url.username || url.password || url.search || url.hash)
    throw wrong('a registry URL has no user, query or fragment; the token comes from the environment');
  const local = url.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url.protocol !== 'https:' && !local) throw wrong('https, or http to this machine');
  return url.href.replace(/\/+$/, '');
}

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

/** How often, and how long, a registry behind HTTP is asked. Times in milliseconds. */
const PATIENCE = { tries: 5, firstWait: 500, request: 60_000, all: 120_000 };

/** A whole response. */
interface Answer {
  readonly status: number;
  readonly bytes: Uint8Array;
  readonly tag?: string;
}

/**
 * A registry behind HTTP that takes PUT: `<url>/dist/…`. Conditional requests keep two publishers apart; what may pass
 * is tried again, later each time. The token goes over TLS or to this machine only, and to no place that the server
 * points at. Throws `registry-unreachable`.
 */
export function endpointStore(base: string, token: string | undefined, patience: Partial<typeof PATIENCE> = {}): Store {
  const endpoint = new Endpoint(endpointUrl(base), token, { ...PATIENCE, ...patience });
  return {
    async read(file) {
      // A cache on the way would hide that something was not stored.
      const { status, bytes, tag } = await endpoint.ask('GET', file, { 'cache-control': 'no-cache' });
      if (status === 412) throw endpoint.refusal('GET', file, 'answered 412');
      return status === 404 ? undefined : { bytes, ...(tag && { tag }) };
    },
    async write(file, bytes, found) {
      const headers = { ...conditionOf(found), 'content-type': typeOf(file) };
      const { status } = await endpoint.ask('PUT', file, headers, new Uint8Array(bytes));
      if (status === 404) throw endpoint.refusal('PUT', file, 'answered 404');
      return status !== 412;
    },
  };
}

function conditionOf(found: Found | undefined): Record<string, string> {
  if (found === undefined) return { 'if-none-match': '*' };
  return found.tag ? { 'if-match': found.tag } : {};
}

function typeOf(file: string): string {
  if (file.endsWith('.tgz')) return 'application/gzip';
  return file.endsWith('.yaml') ? 'application/yaml' : 'text/plain';
}

class Endpoint {
  constructor(
    readonly url: string,
    readonly token: string | undefined,
    readonly patience: typeof PATIENCE,
  ) {}

  /**
   * Asks until the registry answers with success, 404 or 412. An answer that is cut off is none. Throws
   * `registry-unreachable`.
   */
  async ask(
    method: string,
    file: string,
    headers: Record<string, string>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Answer> {
    const { tries, firstWait, all } = this.patience;
    const end = Date.now() + all;
    for (let attempt = 1; ; attempt++) {
      const wait = firstWait * 2 ** (attempt - 1);
      const result = await this.once(method, file, headers, body);
      if ('status' in result) return result;
      if (result.isFinal) throw this.refusal(method, file, result.reason);
      const pause = Math.max(wait, result.retryAfter);
      if (attempt === tries || Date.now() + pause > end)
        throw this.refusal(method, file, `${result.reason}, ${attempt} times`);
      await sleep(pause);
    }
  }

  refusal(method: string, file: string, reason: string): ProblemsError {
    const message = `${method} ${this.url}/dist/${file}: ${reason}`;
    return new ProblemsError([{ code: 'registry-unreachable', message }]);
  }

  private async once(
    method: string,
    file: string,
    headers: Record<string, string>,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Answer | { reason: string; isFinal: boolean; retryAfter: number }> {
    try {
      const response = await fetch(`${this.url}/dist/${file}`, {
        method,
        headers: { ...headers, ...(this.token && { authorization: `Bearer ${this.token}` }) },
        redirect: 'manual',
        signal: AbortSignal.timeout(this.patience.request),
        ...(body && { body }),
      });
      const { status } = response;
      if (response.ok && method === 'GET') return { status, ...(await contentOf(response)) };
      await response.body?.cancel();
      if (response.ok || status === 404 || status === 412) return { status, bytes: new Uint8Array() };
      const isFinal = status < 500 && status !== 408 && status !== 429;
      const retryAfter = Math.min(Number(response.headers.get('retry-after')) || 0, 30) * 1000;
      return { reason: `answered ${status}`, isFinal, retryAfter };
    } catch (error) {
      if (error instanceof TooLarge) return { reason: error.message, isFinal: true, retryAfter: 0 };
      const { name, message, cause } = error as Error;
      const reason = name === 'TimeoutError' ? 'no answer in time' : ((cause as Error | undefined)?.message ?? message);
      return { reason, isFinal: false, retryAfter: 0 };
    }
  }
}

class TooLarge extends Error {}

async function contentOf(response: Response): Promise<Omit<Answer, 'status'>> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    length += part.length;
    if (length > MAX_ARTIFACT) throw new TooLarge(`the answer is larger than ${MAX_ARTIFACT} bytes`);
    parts.push(part);
  }
  const tag = response.headers.get('etag');
  return { bytes: Buffer.concat(parts), ...(tag && { tag }) };
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

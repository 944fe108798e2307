import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const TYPES: Readonly<Record<string, string>> = { '.tgz': 'application/gzip', '.yaml': 'application/yaml' };

/**
 * All that is served: the list, the checksums and artifacts (ENGINE E7.2, E7.3), by their plain names; an encoded path
 * is not among them.
 */
const SERVED = /^\/dist\/(providers\.yaml|SHA256SUMS|[A-Za-z][A-Za-z0-9_.-]{0,99}\/v\d{1,9}\.\d{1,9}\.\d{1,9}\.tgz)$/;

/** What a client can hold at most. Times in milliseconds. */
const LIMITS = { connections: 128, headers: 5_000, request: 10_000, idle: 5_000, response: 60_000, check: 1_000 };

/**
 * The registry in a folder, as a server that is not listening yet. It answers GET and HEAD, reads nothing outside the
 * folder's `dist/`, and bounds what a client can hold: connections, header size, time. `log` gets a line for each
 * answer.
 */
export function registryServer(root: string, log: (line: string) => void, limits = LIMITS): Server {
  const server = createServer(
    {
      maxHeaderSize: 8192,
      requestTimeout: limits.request,
      headersTimeout: limits.headers,
      keepAliveTimeout: limits.idle,
      connectionsCheckingInterval: limits.check,
    },
    (request, response) => {
      const start = performance.now();
      // A client may read as slowly as it sends.
      const deadline = setTimeout(() => request.socket.destroy(), limits.response);
      response.on('close', () => {
        clearTimeout(deadline);
        const sent = response.writableFinished ? response.statusCode : `${response.statusCode} cut off`;
        log(
          `${request.method} ${JSON.stringify((request.url ?? '').slice(0, 200)).slice(1, -1)} ${sent} ${(performance.now() - start).toFixed(1)} ms`,
        );
      });
      answer(path.join(root, 'dist'), request, response).catch(() =>
        response.headersSent ? response.destroy() : refuse(response, 500, 'cannot be read'),
      );
    },
  );
  server.maxConnections = limits.connections;
  server.setTimeout(limits.response);
  return server;
}

async function answer(dist: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [pathname = ''] = (request.url ?? '').split('?');
  const hasBody =
    (request.headers['content-length'] ?? '0') !== '0' || request.headers['transfer-encoding'] !== undefined;
  if (hasBody) return refuse(response.setHeader('connection', 'close'), 400, 'a request has no body here');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response.setHeader('allow', 'GET, HEAD'), 405, 'GET or HEAD');
  if (pathname === '/ping')
    return void response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 5 }).end('pong\n');
  const [, name] = SERVED.exec(pathname) ?? [];
  const file = name && (await openInside(dist, name));
  if (!file) return refuse(response, 404, 'not in this registry');
  try {
    await send(file, name, request, response);
  } finally {
    await file.close();
  }
}

async function send(file: FileHandle, name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { size, ino, mtimeMs } = await file.stat();
  // Files are replaced, never changed, so these tell two states apart. A folder may be packed anew under the same
  // version: ask each time.
  const tag = `"${ino.toString(36)}-${size.toString(36)}-${Math.trunc(mtimeMs * 1000).toString(36)}"`;
  response.setHeader('etag', tag).setHeader('cache-control', 'no-cache').setHeader('x-content-type-options', 'nosniff');
  const known = (request.headers['if-none-match'] ?? '').split(',').map((entry) => entry.trim().replace(/^W\//, ''));
  if (known.includes(tag) || known.includes('*')) return void response.writeHead(304).end();
  const type = TYPES[path.extname(name)] ?? 'text/plain';
  response.writeHead(200, { 'content-type': type, 'content-length': size });
  if (request.method === 'HEAD' || size === 0) return void response.end();
  await pipeline(file.createReadStream({ autoClose: false, end: size - 1 }), response);
}

/** The file, if it is one and neither it nor its folder is a link that leads out. */
async function openInside(dist: string, name: string): Promise<FileHandle | undefined> {
  let file: FileHandle | undefined;
  try {
    const folder = await realpath(path.dirname(path.join(dist, name)));
    const root = await realpath(dist);
    if (folder !== root && path.dirname(folder) !== root) return undefined;
    file = await open(
      path.join(folder, path.basename(name)),
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error;
  }
  return undefined;
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'text/plain', 'content-length': reason.length + 1 }).end(`${reason}\n`);
}

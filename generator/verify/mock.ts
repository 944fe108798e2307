import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** A request as the API would have seen it. */
export interface Request {
  readonly method: string;
  /**
   * The scheme and host that the engine meant, `https://my.example.com`; for a request that left the mock's URLs,
   * where it went.
   */
  readonly origin: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** It was meant for another host than the copy of the provider names. */
  readonly escaped: boolean;
}

export interface MockResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Mock {
  readonly port: number;
  /** Returns the requests since the last call, in order; from now on `respond` makes the responses. */
  listen(respond: (request: Request) => MockResponse): Request[];
  close(): Promise<void>;
}

/** What an API says to a request that none of its operations takes. */
export const NOT_FOUND: MockResponse = {
  status: 404,
  headers: { 'content-type': 'application/json' },
  body: '{"error":"no such operation"}',
};

/** Larger than any request of a documented statement. */
const BODY_LIMIT = 8 * 1024 * 1024;

/**
 * A server on a free port of loopback. It is the engine's HTTP proxy, too: whatever URL the provider names, the
 * request ends here, and nothing leaves the machine.
 */
export function startMock(token: string): Promise<Mock> {
  const mock = new MockServer(token);
  return mock.start();
}

class MockServer implements Mock {
  private requests: Request[] = [];
  private respond: (request: Request) => MockResponse = () => NOT_FOUND;
  private readonly server = createServer((incoming, response) => this.receive(incoming, response));

  constructor(private readonly token: string) {
    // HTTPS through a proxy begins with CONNECT: somebody else's server, refused.
    this.server.on('connect', (incoming, socket: Duplex) => {
      const request = readRequest('CONNECT', '', incoming.headers, '', this.port);
      this.requests.push({ ...request, origin: `https://${incoming.url}`, escaped: true });
      socket.on('error', () => {});
      socket.end('HTTP/1.1 502 Refused\r\n\r\n');
    });
    this.server.on('clientError', (_error, socket) => socket.destroy());
  }

  start(): Promise<Mock> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', () => resolve(this));
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo | null)?.port ?? 0;
  }

  listen(respond: (request: Request) => MockResponse): Request[] {
    const received = this.requests;
    this.requests = [];
    this.respond = respond;
    return received;
  }

  close(): Promise<void> {
    return new Promise((done) => {
      this.server.close(() => done());
      this.server.closeAllConnections();
    });
  }

  private receive(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '' } = incoming;
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= BODY_LIMIT) chunks.push(chunk);
    });
    incoming.on('error', () => {});
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const {
        status,
        headers,
        body: sent,
      } = this.responseTo(readRequest(method, url, incoming.headers, body, this.port));
      response.writeHead(status, headers).end(sent);
    });
  }

  private responseTo(request: Request): MockResponse {
    // A provider that fetches a token first (RFC 6749, section 4.4): no request of the statement.
    if (request.method === 'POST' && /(^|&)grant_type=/.test(request.body)) {
      const body = JSON.stringify({ access_token: this.token, token_type: 'Bearer', expires_in: 3600 });
      return { status: 200, headers: { 'content-type': 'application/json' }, body };
    }
    this.requests.push(request);
    return this.respond(request);
  }
}

/** The engine names the mock by its full URL (as a proxy) or by a path; both are `/<scheme>/<host>/<path>`. */
function readRequest(method: string, url: string, headers: IncomingHttpHeaders, body: string, port: number): Request {
  const own = `http://127.0.0.1:${port}/`;
  const local = url.startsWith(own) ? url.slice(own.length - 1) : url;
  const hash = local.indexOf('?');
  const [route, query] = hash === -1 ? [local, ''] : [local.slice(0, hash), local.slice(hash)];
  const meant = /^\/([^/]*)\/([^/]*)(\/.*)?$/.exec(route);
  const escaped = !route.startsWith('/');
  const common = { method, headers, body, query: query === '?' ? '' : query };
  if (escaped) return { ...common, origin: url, path: '', escaped };
  return meant
    ? { ...common, origin: `${meant[1]}://${meant[2]}`, path: meant[3] ?? '/', escaped }
    : { ...common, origin: '', path: route, escaped };
}

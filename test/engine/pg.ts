import { createServer } from 'node:net';
import pg from 'pg';
import { start } from './facts/tiny.js';

/** An engine in server mode on a registry folder, with flags of its own: where to connect to, and how to end it. */
export async function pgServer(
  registry: string,
  flags: readonly string[] = [],
  secrets: Readonly<Record<string, string>> = {},
) {
  const port = await new Promise<number>((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => done(port));
    });
  });
  const server = start(
    registry,
    [...flags, '--pgsrv.address', '127.0.0.1', '--pgsrv.port', String(port), '--pgsrv.loglevel', 'FATAL', 'srv'],
    secrets,
  );
  const gone = new Promise<void>((done) => server.once('close', () => done()));
  const connection = {
    host: '127.0.0.1',
    port,
    user: 'stackql',
    password: 'stackql',
    database: 'stackql',
    ssl: false,
  } as const;
  for (let tries = 0; ; tries++) {
    const client = new pg.Client(connection);
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      break;
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((done) => setTimeout(done, 30));
    }
  }
  const stop = (): Promise<void> => {
    server.kill('SIGKILL');
    return gone;
  };
  return { connection, stop };
}

import type { ToolResult } from '../../generator/emit/stubs/runtime/mcp.js';
import { start } from './facts/tiny.js';

/**
 * The engine's MCP server over stdio, spoken to by hand (JSON-RPC 2.0, a message a line): `callTool` as an MCP client
 * has it. Mutations need the server's full access, or somebody who confirms each.
 */
export async function mcpServer(registry: string, secrets: Readonly<Record<string, string>> = {}) {
  const server = start(
    registry,
    ['mcp', '--mcp.server.type=stdio', '--mcp.config', '{"server":{"mode":"full_access"}}'],
    secrets,
  );
  const gone = new Promise<void>((done) => server.once('close', () => done()));
  const waiting = new Map<number, (result: ToolResult) => void>();
  let heard = '';
  server.stdout.on('data', (chunk: Buffer) => {
    const lines = (heard + chunk).split('\n');
    heard = lines.pop() ?? '';
    for (const line of lines) {
      const { id, result } = JSON.parse(line);
      waiting.get(id)?.(result);
    }
  });
  let last = 0;
  const say = (message: object) => server.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ask = (method: string, params: object) =>
    new Promise<ToolResult>((done) => {
      waiting.set(++last, done);
      say({ id: last, method, params });
    });
  await ask('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  });
  say({ method: 'notifications/initialized' });
  const stop = (): Promise<void> => {
    server.kill('SIGKILL');
    return gone;
  };
  return { callTool: (call: { name: string; arguments: { sql: string } }) => ask('tools/call', call), stop };
}

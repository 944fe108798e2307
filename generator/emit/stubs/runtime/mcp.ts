import { DONE, EngineError, InputError, inline, type Run, type TransportOptions, type Verb } from './statement.js';

/** The part of an MCP client that is used. */
export interface McpClient {
  callTool(call: { name: string; arguments: { sql: string } }): Promise<object>;
}

/** A tool's result (MCP, CallToolResult). */
export interface ToolResult {
  readonly content?: unknown;
  readonly structuredContent?: unknown;
  readonly isError?: unknown;
}

const TOOLS: Readonly<Record<Verb, string>> = {
  select: 'run_select_query',
  insert: 'run_mutation_query',
  update: 'run_mutation_query',
  replace: 'run_mutation_query',
  delete: 'run_mutation_query',
  exec: 'run_lifecycle_operation',
};

/**
 * Runs statements through the engine's MCP server (`stackql mcp`). A SELECT that the API refused has no rows, and the
 * server does not say why. The string "null" cannot be told from null. Mutations return no rows there, so a statement
 * with RETURNING is refused with an InputError.
 */
export function throughMcp(client: McpClient, options?: TransportOptions): Run {
  return async (statement) => {
    const { hasRows, verb } = statement;
    if (hasRows && verb !== 'select') throw new InputError(`${TOOLS[verb]} brings no rows: leave "returning" out`);
    const sql = inline(statement);
    const { isError, structuredContent, content }: ToolResult = await client.callTool({
      name: TOOLS[verb],
      arguments: { sql },
    });
    const { rows, messages } = (structuredContent ?? {}) as { rows?: unknown; messages?: unknown };
    if (isError === true) throw new EngineError(textOf(content), sql);
    if (!hasRows && !(Array.isArray(messages) && messages.some((message) => DONE.test(String(message)))))
      throw new EngineError(Array.isArray(messages) ? messages.join('\n') : textOf(content), sql);
    return statement.decode(hasRows && Array.isArray(rows) ? rows : [], { ...options, nullText: 'null' });
  };
}

function textOf(content: unknown): string {
  return Array.isArray(content)
    ? content.map((part) => String((part as { text?: unknown }).text ?? '')).join('\n')
    : '';
}

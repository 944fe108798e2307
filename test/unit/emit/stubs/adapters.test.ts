import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { decode, type WireRow } from '../../../../generator/emit/stubs/runtime/codec.js';
import { throughExec } from '../../../../generator/emit/stubs/runtime/exec.js';
import { throughMcp } from '../../../../generator/emit/stubs/runtime/mcp.js';
import { throughPg } from '../../../../generator/emit/stubs/runtime/pg.js';
import {
  EngineError,
  InputError,
  type Statement,
  type Verb,
} from '../../../../generator/emit/stubs/runtime/statement.js';

const statement = (verb: Verb, hasRows = verb === 'select'): Statement<{ n: number | null }> => ({
  verb,
  sql: `${verb} $1`,
  params: ["it's"],
  hasRows,
  decode: (rows, { nullText } = {}) => decode({ n: 'integer' }, ['n'], rows, nullText),
});
const HTTP = 'http response status code: 404, response body: {"errorSummary":"none"}\n';
const rejected = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('throughPg', () => {
  class Client extends EventEmitter {
    readonly sent: unknown[] = [];
    constructor(private readonly answers: (() => { rows: WireRow[] })[]) {
      super();
    }
    async query(text: string, values: string[]) {
      this.sent.push([text, values]);
      await null;
      return (this.answers.shift() ?? (() => ({ rows: [] })))();
    }
    said(detail: string) {
      this.emit('notice', { detail });
    }
  }

  it('sends text and values, and decodes', async () => {
    const client = new Client([() => ({ rows: [{ n: '5' }, { n: null }] })]);
    expect(await throughPg(client)(statement('select'))).toEqual({ rows: [{ n: 5 }, { n: null }], problems: [] });
    expect(client.sent).toEqual([['select $1', ["it's"]]]);
  });

  it('takes what is new in a notice for this statement, and not what was told before', async () => {
    const client: Client = new Client([
      () => {
        client.said(HTTP);
        return { rows: [] };
      },
      () => {
        client.said(HTTP);
        return { rows: [{ n: '1' }] };
      },
      () => {
        client.said(HTTP + HTTP.replace('404', '403'));
        return { rows: [] };
      },
    ]);
    const run = throughPg(client);
    // Started at once: they are sent one after the other.
    const [first, second, third] = [
      rejected(run(statement('select'))),
      run(statement('select')),
      rejected(run(statement('select'))),
    ];
    expect(await first).toMatchObject({
      name: 'EngineError',
      status: 404,
      body: '{"errorSummary":"none"}',
      sql: 'select $1',
    });
    expect((await second).rows).toEqual([{ n: 1 }]);
    expect(await third).toMatchObject({ status: 403 });
  });

  it('throws what the engine says, with the HTTP error that it told in a notice', async () => {
    const client: Client = new Client([
      () => {
        client.said(HTTP);
        throw new Error('insert over HTTP error: 404 Not Found');
      },
    ]);
    const error = await rejected(throughPg(client)(statement('insert')));
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ status: 404, message: expect.stringContaining('insert over HTTP error') });
  });

  it('RETURNING without a row is a failure', async () => {
    expect(await rejected(throughPg(new Client([]))(statement('insert', true)))).toBeInstanceOf(EngineError);
    expect(await throughPg(new Client([]))(statement('insert'))).toEqual({ rows: [], problems: [] });
  });
});

describe('throughExec', () => {
  const run = (verb: Verb, stdout: string, stderr: string, hasRows?: boolean) =>
    throughExec(async () => ({ stdout, stderr }))(statement(verb, hasRows));

  it('writes the values into the text', async () => {
    let sent = '';
    await throughExec(async (sql) => {
      sent = sql;
      return { stdout: 'null', stderr: '' };
    })(statement('select'));
    expect(sent).toBe("select 'it''s'");
  });

  it.each<[string, Verb, string, string, unknown]>([
    ['rows', 'select', '[{"n":"5"},{"n":"null"}]', '', [{ n: 5 }, { n: null }]],
    ['no rows', 'select', 'null', '', []],
    ['what has no rows', 'delete', '', 'The operation was despatched successfully\n', []],
  ])('%s', async (_name, verb, stdout, stderr, want) => expect((await run(verb, stdout, stderr)).rows).toEqual(want));

  it.each<[string, Verb, string, string, object]>([
    ['an HTTP error', 'select', 'null', HTTP, { status: 404, body: '{"errorSummary":"none"}' }],
    ['an HTTP error of what has no rows', 'delete', '', HTTP, { status: 404 }],
    [
      'a syntax error',
      'select',
      '',
      "syntax error at position 6 near 'SELEC'",
      { status: undefined, message: expect.stringContaining('syntax error') },
    ],
    ['nothing was done', 'delete', '', '', { message: expect.stringContaining('did not say why') }],
    ['a table instead of JSON', 'select', '|---|', '', { message: expect.stringContaining('--output json') }],
  ])('throws %s', async (_name, verb, stdout, stderr, want) => {
    const error = await rejected(run(verb, stdout, stderr));
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject(want);
  });
});

describe('throughMcp', () => {
  const done = { structuredContent: { messages: ['The operation was despatched successfully'], timestamp: '' } };
  const run = (result: object, ...of: Parameters<typeof statement>) =>
    throughMcp({ callTool: async () => result })(statement(...of));

  it.each<[Verb, string]>([
    ['select', 'run_select_query'],
    ['insert', 'run_mutation_query'],
    ['update', 'run_mutation_query'],
    ['replace', 'run_mutation_query'],
    ['delete', 'run_mutation_query'],
    ['exec', 'run_lifecycle_operation'],
  ])('%s calls %s', async (verb, tool) => {
    const calls: unknown[] = [];
    await throughMcp({
      callTool: async (call) => {
        calls.push(call);
        return verb === 'select' ? { structuredContent: { rows: [] } } : done;
      },
    })(statement(verb));
    expect(calls).toEqual([{ name: tool, arguments: { sql: `${verb} 'it''s'` } }]);
  });

  it('decodes rows', async () =>
    expect((await run({ structuredContent: { rows: [{ n: '5' }, { n: 'null' }] } }, 'select')).rows).toEqual([
      { n: 5 },
      { n: null },
    ]));

  it.each<[string, object, Verb]>([
    ['a tool that refuses', { isError: true, content: [{ type: 'text', text: "server is in 'safe' mode" }] }, 'delete'],
    ['a mutation that was not done', { structuredContent: { messages: [], timestamp: '' } }, 'delete'],
    ['a SELECT that failed', { isError: true, content: [] }, 'select'],
  ])('throws %s', async (_name, result, verb) => expect(await rejected(run(result, verb))).toBeInstanceOf(EngineError));

  it('refuses RETURNING before it is sent', async () =>
    expect(await rejected(run(done, 'insert', true))).toBeInstanceOf(InputError));
});

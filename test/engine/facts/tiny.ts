import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from '../../../generator/text/yaml.js';
import {
  type Engine,
  engineArguments,
  engineEnvironment,
  engineServer,
  type Outcome,
} from '../../../generator/verify/engine.js';
import { ENGINE, hasEngine, scratch } from '../../places.js';
import { BUILD, knownDifferences } from './results.js';

/**
 * A method: its SQL verb, its operation, what is special about it. Path placeholders become parameters unless
 * `parameters` says otherwise.
 */
export interface TinyMethod {
  readonly verb?: 'select' | 'insert' | 'update' | 'replace' | 'delete';
  readonly op: string;
  /** More parameters, as YAML flow: `{name: n, in: query}`; a schema of type string unless given. */
  readonly with?: readonly string[];
  /** The JSON request body's schema. */
  readonly body?: object;
  readonly requestBody?: object;
  /** The 2xx's JSON schema; none: no content. */
  readonly answers?: object;
  readonly responses?: object;
  /** More keys of the operation, the method, its `response`, its `config`. */
  readonly operation?: object;
  readonly method?: object;
  readonly response?: object;
  readonly config?: object;
}

export interface Tiny {
  readonly methods?: Readonly<Record<string, TinyMethod>>;
  readonly servers?: readonly object[];
  readonly schemas?: object;
  /** Laid over the path items, the resource, the document; an undefined value removes its key. */
  readonly paths?: Readonly<Record<string, object>>;
  readonly resource?: object;
  readonly document?: object;
  /** The last word on the document's text; `MOCK` stands for the mock's host and port. */
  readonly text?: (text: string) => string;
  /** What the mock answers; by default two things, or one, or nothing, as the method and path suggest. */
  readonly answer?: (request: Request) => Answer;
  /** A provider of its own, for what stands in provider.yaml. */
  readonly provider?: object;
  /** The service's `$ref` below the version, where it is not that of the file. */
  readonly $ref?: string;
  readonly flags?: readonly string[];
}

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** What a statement does. Only what is given is compared. */
export interface Want {
  /** The values of its `$1`, `$2`. */
  readonly values?: readonly string[];
  /** `METHOD /path body`: every request, in order. */
  readonly sends?: readonly string[];
  readonly inAnyOrder?: true;
  /** One request, somewhat like this. */
  readonly sendsOne?: RegExp;
  readonly headers?: Record<string, string | undefined>;
  readonly rows?: readonly Record<string, unknown>[];
  readonly count?: number;
  readonly columns?: readonly string[];
  /** `name: type` of DESCRIBE, `NAME VERB required` of SHOW METHODS: one line a row. */
  readonly lines?: readonly string[];
  readonly fails?: RegExp;
  readonly crashes?: true;
  readonly hangs?: true;
  /** So many times at most until it crashes; or so many times without. */
  readonly within?: number;
}

/** The number in `guide/engine-facts.md`, what it says as a sentence of its own, the provider, and what shows it. */
export type Fact = readonly [number: string, says: string, tiny: Tiny, shown: readonly Statement[] | Trial];

/** A statement and what it must do. */
export type Statement = readonly [sql: string, want: Want];

/**
 * What takes more than statements over the Postgres wire. Its provider is called `p` and has a registry folder of its
 * own.
 */
export type Trial = (bench: Bench) => Promise<void>;

export interface Bench {
  /** The registry folder. */
  readonly folder: string;
  /** The mock's host and port. */
  readonly host: string;
  /** `METHOD /path body` of each request since the last call. */
  sent(): string[];
}

/** What a statement did that its fact does not say: recorded in `results.yaml` for builds that differ. */
export interface Difference {
  readonly statement: string;
  readonly did: string;
}

/** What most methods answer: a component, because methods with inline rows clash in one session (see rows.test.ts). */
export const THING = { $ref: '#/components/schemas/Thing' };
export const FIELDS = { id: { type: 'string' }, name: { type: 'string' } };
export const THINGS = { type: 'array', items: THING };
export const NAIVE = { requestBodyTranslate: { algorithm: 'naive' } };

const VERBS = ['select', 'insert', 'update', 'delete', 'replace'] as const;

/**
 * Runs a table of facts on the engine, each on a service of its own; `X` in a statement is `provider.service.things`.
 */
export function facts(title: string, table: readonly Fact[]): void {
  describe.skipIf(!hasEngine)(title, () => {
    const mock = new Mock();
    const engines = new Engines();
    const named = table.map(
      (fact, index) => [...fact, `f${index}_${fact[0].toLowerCase().replace(/\W/g, '_')}`] as const,
    );

    beforeAll(async () => {
      await mock.start();
      for (const [, , tiny, , name] of named) writeProvider(engines.folder, name, tiny, mock.host);
    });
    afterAll(async () => {
      await engines.stop();
      mock.stop();
    });

    it.for(named)('%s %s', async ([number, says, tiny, shown, name], { task }) => {
      mock.answer = tiny.answer ?? usual;
      const errors: unknown[] = [];
      const differences: Difference[] = [];
      const attempt = async (statement: string, run: () => Promise<string>, check: (said: string) => void) => {
        let said = '';
        try {
          said = await run();
          check(said);
        } catch (error) {
          errors.push(error);
          differences.push({ statement, did: plainly(said || String(error), name, mock.host) });
        }
      };
      if (typeof shown === 'function')
        await attempt(
          says,
          () => onItsOwn(tiny, shown, mock).then(() => ''),
          () => {},
        );
      else
        for (const [sql, want] of shown) {
          let ran: Ran | undefined;
          const own = sql
            .replaceAll('MOCK', mock.host)
            .replace(/\bX\b(?!-)/g, `${name}.s.things`)
            .replace(/\bPROVIDER\b/g, name);
          await attempt(
            sql,
            async () => {
              ran = await runStatement(engines.with(tiny.flags), own, want, mock);
              return didOf(ran);
            },
            (did) => compare(ran as Ran, want, `${own}\n→ ${did}`),
          );
        }
      Object.assign(task.meta, { differences });
      const known = knownDifferences(BUILD, number, says);
      if (known) expect(differences).toEqual(known);
      else if (errors.length > 0) throw errors[0];
    });
  });
}

/** How a statement ended, its rows as objects, and the requests that it caused. */
interface Ran {
  readonly outcome: Outcome;
  readonly rows: readonly Record<string, unknown>[];
  readonly requests: readonly Request[];
}

async function runStatement(engine: Engine, sql: string, { values, within = 1 }: Want, mock: Mock): Promise<Ran> {
  mock.requests.length = 0;
  let outcome = await engine.run(sql, values);
  for (let times = 1; times < within && outcome.ended !== 'crash'; times++) outcome = await engine.run(sql, values);
  const rows =
    outcome.ended === 'rows'
      ? outcome.rows.map((row) => Object.fromEntries(outcome.columns.map((column, at) => [column, row[at]])))
      : [];
  return { outcome, rows, requests: [...mock.requests] };
}

function compare({ outcome, rows, requests }: Ran, want: Want, clue: string): void {
  const message = outcome.ended === 'rows' ? '' : outcome.message;
  if (want.crashes) expect(outcome.ended, clue).toBe('crash');
  else if (want.hangs) expect(outcome.ended, clue).toBe('hang');
  else if (want.fails) {
    expect(outcome.ended, clue).toBe('error');
    expect(message, clue).toMatch(want.fails);
  } else expect(outcome.ended, clue).toBe('rows');
  const sent = requests.map(lineOfRequest);
  if (want.sends) expect(want.inAnyOrder ? sent.sort() : sent, clue).toEqual(want.sends);
  if (want.sendsOne) {
    expect(sent.length, clue).toBe(1);
    expect(sent[0], clue).toMatch(want.sendsOne);
  }
  for (const [header, value] of Object.entries(want.headers ?? {}))
    expect(requests[0]?.headers[header], clue).toBe(value);
  if (want.rows) expect(rows, clue).toEqual(want.rows);
  if (want.count !== undefined) expect(rows.length, clue).toBe(want.count);
  if (want.columns && outcome.ended === 'rows') expect(outcome.columns, clue).toEqual(want.columns);
  if (want.lines) expect(rows.map(lineOf), clue).toEqual(want.lines);
}

/** `rows []; sends GET /things`: what a statement did, on a line. */
function didOf({ outcome, rows, requests }: Ran): string {
  const ended = { rows: `rows ${JSON.stringify(rows)}`, error: 'fails', crash: 'crashes', hang: 'hangs' }[
    outcome.ended
  ];
  const why = outcome.ended === 'error' ? `: ${outcome.message.split('\n')[0]}` : '';
  return [`${ended}${why}`, ...requests.map((request) => `sends ${lineOfRequest(request)}`)].join('; ');
}

function plainly(said: string, name: string, host: string): string {
  return (said.split('\n')[0] ?? '').replaceAll(name, 'PROVIDER').replaceAll(host, 'MOCK');
}

function lineOfRequest({ method, url, body }: Request): string {
  return `${method} ${url}${body && ` ${body}`}`;
}

async function onItsOwn(tiny: Tiny, trial: Trial, mock: Mock): Promise<void> {
  const folder = scratch();
  writeProvider(folder, 'p', tiny, mock.host);
  mock.requests.length = 0;
  try {
    await trial({ folder, host: mock.host, sent: () => mock.requests.splice(0).map(lineOfRequest) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The API behind the providers of a table. */
class Mock {
  readonly requests: Request[] = [];
  answer: (request: Request) => Answer = usual;
  host = '';
  private readonly server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk) => (body += chunk));
    incoming.on('end', () => {
      const url = (incoming.url ?? '').replace(/\?$/, '');
      const { method = '', headers } = incoming;
      const request = { method, url, query: new URL(url, 'http://mock').searchParams, headers, body };
      this.requests.push(request);
      const answer = this.answer(request);
      const text = typeof answer.body === 'string' ? answer.body : (JSON.stringify(answer.body) ?? '');
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers }).end(text);
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** An engine for each set of flags, on one registry folder. */
class Engines {
  readonly folder = scratch();
  private readonly running = new Map<string, Engine>();

  with(flags: readonly string[] = []): Engine {
    const key = flags.join(' ');
    const secrets = { TINY_SECRET: 'secret', TINY_USER: 'user', TINY_PASSWORD: 'password', TINY_SUB: 'from-env' };
    const env = engineEnvironment(process.env, this.folder, secrets);
    const engine =
      this.running.get(key) ??
      engineServer({ file: ENGINE, registry: this.folder, scratch: this.folder, env, flags, patience: 3000 });
    this.running.set(key, engine);
    return engine;
  }

  async stop(): Promise<void> {
    for (const engine of this.running.values()) await engine.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function lineOf(row: Record<string, unknown>): string {
  return 'MethodName' in row
    ? `${row.MethodName} ${row.SQLVerb} ${String(row.RequiredParams).split(', ').sort().join(' ')}`.trim()
    : `${row.name}: ${row.type}`.trim();
}

function usual({ method, url }: Request): Answer {
  if (method === 'DELETE') return { status: 204 };
  const thing = { id: 'i1', name: 'n1' };
  return { body: /\/things(\?|$)/.test(url) && method === 'GET' ? [thing, { id: 'i2', name: 'n2' }] : thing };
}

/** Writes a provider of that name with one service, `s`, and one resource, `things`. */
export function writeProvider(folder: string, name: string, tiny: Tiny, host: string, version = 'v00.00.00000'): void {
  const root = path.join(folder, 'src', name, version);
  mkdirSync(path.join(root, 'services'), { recursive: true });
  const provider = {
    id: name,
    name,
    version,
    providerServices: {
      s: {
        id: `s:${version}`,
        name: 's',
        preferred: true,
        service: { $ref: `${name}/${version}/${tiny.$ref ?? 'services/s.yaml'}` },
        title: 's',
        version,
        description: 's',
      },
    },
    config: { auth: { type: 'null_auth' } },
    ...tiny.provider,
  };
  const text = toYaml(serviceOf(name, tiny));
  writeFileSync(path.join(root, 'provider.yaml'), toYaml(provider).replaceAll('MOCK', host));
  writeFileSync(path.join(root, 'services/s.yaml'), (tiny.text?.(text) ?? text).replaceAll('MOCK', host));
}

function serviceOf(name: string, tiny: Tiny) {
  const { methods = {}, servers = [{ url: 'http://MOCK/' }], schemas = {} } = tiny;
  const paths: Record<string, Record<string, object>> = {};
  for (const [method, tiny] of Object.entries(methods)) {
    const [verb = '', route = ''] = tiny.op.split(' ');
    const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({
      name: parameter,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    }));
    const more = (tiny.with ?? []).map((text) => ({ schema: { type: 'string' }, ...parse(text) }));
    const body = tiny.requestBody ?? (tiny.body && { content: { 'application/json': { schema: tiny.body } } });
    const responses = tiny.responses ?? {
      [tiny.answers ? 200 : 204]: {
        description: 'fine',
        ...(tiny.answers && { content: { 'application/json': { schema: tiny.answers } } }),
      },
    };
    paths[route] ??= {};
    paths[route][verb.toLowerCase()] = {
      operationId: method,
      ...(inPath.length + more.length > 0 && { parameters: [...inPath, ...more] }),
      ...(body && { requestBody: body }),
      responses,
      ...tiny.operation,
    };
  }
  for (const [route, item] of Object.entries(tiny.paths ?? {})) paths[route] = { ...paths[route], ...item };
  const resource = {
    id: `${name}.s.things`,
    name: 'things',
    title: 'things',
    methods: Object.fromEntries(Object.entries(methods).map(([method, tiny]) => [method, methodOf(tiny)])),
    sqlVerbs: Object.fromEntries(
      VERBS.map((verb) => [
        verb,
        Object.entries(methods)
          .filter(([, tiny]) => tiny.verb === verb)
          .map(([method]) => ({ $ref: `#/components/x-stackQL-resources/things/methods/${method}` })),
      ]),
    ),
    ...tiny.resource,
  };
  const components = {
    schemas: { Thing: { type: 'object', properties: FIELDS }, ...schemas },
    'x-stackQL-resources': { things: resource },
  };
  return { openapi: '3.0.3', info: { title: 's', version: '1' }, servers, paths, components, ...tiny.document };
}

function methodOf({ op, answers, body, responses, response, config, method }: TinyMethod) {
  const [verb = '', route = ''] = op.split(' ');
  return {
    operation: { $ref: `#/paths/${route.replaceAll('/', '~1')}/${verb.toLowerCase()}` },
    ...(body && { request: { mediaType: 'application/json' } }),
    response: {
      mediaType: 'application/json',
      openAPIDocKey: Object.keys(responses ?? {})[0] ?? (answers ? '200' : '204'),
      ...response,
    },
    ...(config && { config }),
    ...method,
  };
}

/** Starts the engine on a registry folder, with its own arguments. */
export function start(folder: string, args: readonly string[], secrets: Readonly<Record<string, string>> = {}) {
  const env = engineEnvironment(process.env, folder, secrets);
  return spawn(ENGINE, [...engineArguments({ file: ENGINE, registry: folder, scratch: folder, env }), ...args], {
    env,
    cwd: folder,
  });
}

/** `stackql exec` with its own arguments: what it prints, and its exit code. */
export async function exec(folder: string, args: readonly string[], secrets: Readonly<Record<string, string>> = {}) {
  const child = start(folder, ['exec', ...args], secrets);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdin.end();
  const code = await new Promise<number | null>((done) => child.on('close', done));
  return { code, stdout, stderr };
}

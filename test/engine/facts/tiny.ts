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
  type EngineOptions,
  engineArguments,
  engineEnvironment,
  engineServer,
} from '../../../generator/verify/engine.js';
import { ENGINE, hasEngine, scratch } from '../../places.js';

/** A method: its SQL verb, its operation, what is special about it. Path placeholders become parameters unless `parameters` says otherwise. */
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

/** The number in ENGINE.md, what it says, the provider, and statements with what each must do. */
export type Fact = readonly [
  number: string,
  says: string,
  tiny: Tiny,
  runs: readonly (readonly [statement: string, want: Want])[],
];

/** What most methods answer: a component, because methods with inline rows clash in one session (see rows.test.ts). */
export const THING = { $ref: '#/components/schemas/Thing' };
export const FIELDS = { id: { type: 'string' }, name: { type: 'string' } };
export const THINGS = { type: 'array', items: THING };
export const NAIVE = { requestBodyTranslate: { algorithm: 'naive' } };

const VERBS = ['select', 'insert', 'update', 'delete', 'replace'] as const;

/** Runs a table of facts on the engine, each on a service of its own; `X` in a statement is `provider.service.things`. */
export function facts(title: string, table: readonly Fact[]): void {
  describe.skipIf(!hasEngine)(title, () => {
    const folder = scratch();
    const requests: Request[] = [];
    let answer: Tiny['answer'];
    let host = '';
    const mock = createServer((incoming, response) => {
      let body = '';
      incoming.on('data', (chunk) => (body += chunk));
      incoming.on('end', () => {
        const url = (incoming.url ?? '').replace(/\?$/, '');
        const request = {
          method: incoming.method ?? '',
          url,
          query: new URL(url, 'http://mock').searchParams,
          headers: incoming.headers,
          body,
        };
        requests.push(request);
        const { status = 200, headers = {}, body: said } = (answer ?? usual)(request);
        const text = said === undefined ? '' : typeof said === 'string' ? said : JSON.stringify(said);
        response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
      });
    });
    const engines = new Map<string, Engine>();
    const names = table.map(([number], index) => `f${index}_${number.toLowerCase().replace(/\W/g, '_')}`);
    const options = (flags: readonly string[] = []): EngineOptions => ({
      file: ENGINE,
      registry: folder,
      scratch: folder,
      env: engineEnvironment(process.env, folder, {
        TINY_SECRET: 'secret',
        TINY_USER: 'user',
        TINY_PASSWORD: 'password',
      }),
      flags,
      patience: 3000,
    });
    const engineFor = (flags: readonly string[] = []) => {
      const key = flags.join(' ');
      if (!engines.has(key)) engines.set(key, engineServer(options(flags)));
      return engines.get(key) as Engine;
    };

    beforeAll(async () => {
      await new Promise<void>((done) => mock.listen(0, '127.0.0.1', done));
      host = `127.0.0.1:${(mock.address() as AddressInfo).port}`;
      table.forEach(([, , tiny], index) => {
        writeProvider(folder, names[index] as string, tiny, host);
      });
    });
    afterAll(async () => {
      for (const engine of engines.values()) await engine.stop();
      mock.close();
      mock.closeAllConnections();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(
      table.map(([number, says, tiny, runs], index) => [number, says, tiny, runs, names[index] as string] as const),
    )('%s %s', async (_number, _says, tiny, runs, name) => {
      for (const [statement, want] of runs) {
        requests.length = 0;
        answer = tiny.answer;
        const sql = statement
          .replaceAll('MOCK', host)
          .replace(/\bX\b(?!-)/g, `${name}.s.things`)
          .replace(/\bPROVIDER\b/g, name);
        const engine = engineFor(tiny.flags);
        let outcome = await engine.run(sql, want.values);
        for (let times = 1; times < (want.within ?? 1) && outcome.ended !== 'crash'; times++)
          outcome = await engine.run(sql, want.values);
        const rows =
          outcome.ended === 'rows'
            ? outcome.rows.map((row) => Object.fromEntries(outcome.columns.map((column, at) => [column, row[at]])))
            : [];
        const said = outcome.ended === 'rows' ? JSON.stringify(rows) : `${outcome.ended}: ${outcome.message}`;
        const clue = `${sql}\n→ ${said}\n→ ${requests.map(({ method, url, body }) => `${method} ${url} ${body}`).join('\n→ ')}`;
        if (want.crashes) expect(outcome.ended, clue).toBe('crash');
        else if (want.hangs) expect(outcome.ended, clue).toBe('hang');
        else if (want.fails) {
          expect(outcome.ended, clue).toBe('error');
          expect(said, clue).toMatch(want.fails);
        } else expect(outcome.ended, clue).toBe('rows');
        if (want.sends) {
          const sent = requests.map(({ method, url, body }) => `${method} ${url}${body && ` ${body}`}`);
          expect(want.inAnyOrder ? sent.sort() : sent, clue).toEqual(want.sends);
        }
        if (want.sendsOne) {
          expect(requests.length, clue).toBe(1);
          expect(requests.map(({ method, url, body }) => `${method} ${url}${body && ` ${body}`}`)[0], clue).toMatch(
            want.sendsOne,
          );
        }
        for (const [header, value] of Object.entries(want.headers ?? {}))
          expect(requests[0]?.headers[header], clue).toBe(value);
        if (want.rows) expect(rows, clue).toEqual(want.rows);
        if (want.count !== undefined) expect(rows.length, clue).toBe(want.count);
        if (want.columns && outcome.ended === 'rows') expect(outcome.columns, clue).toEqual(want.columns);
        if (want.lines) expect(rows.map(lineOf), clue).toEqual(want.lines);
      }
    });
  });
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
  writeFileSync(path.join(root, 'provider.yaml'), toYaml(provider));
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

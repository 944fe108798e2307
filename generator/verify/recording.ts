import { createHash } from 'node:crypto';
import { ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint, type OutputFile } from '../model.js';
import { readYaml } from '../provider-package/yaml.js';
import { toYaml } from '../text/yaml.js';
import type { Observation } from './compare.js';
import type { Request } from './mock.js';
import type { ProviderPackage } from './provider.js';
import { type SeenRows, seenRows } from './rows.js';
import type { Stage } from './run.js';

/**
 * What the engine did with every statement of a service, as it is kept in a file: small, in the order of the run,
 * readable in a diff.
 */
interface Recording {
  readonly engine: string;
  /** A hash of provider.yaml and the service's document: others may make the engine do something else. */
  readonly provider: string;
  readonly statements: readonly RecordedStatement[];
}

interface RecordedStatement {
  readonly statement: string;
  readonly requests?: readonly RecordedRequest[];
  /** How many rows, and per column a digest of its values. */
  readonly rows?: number;
  readonly columns?: Readonly<Record<string, string>>;
  /** The rows themselves, of SHOW and DESCRIBE. */
  readonly table?: readonly Readonly<Record<string, string | null>>[];
  readonly ended?: 'error' | 'crash' | 'hang';
  readonly message?: string;
}

interface RecordedRequest {
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Headers of the connection and the client, not of the API. */
const PLAIN = [
  'host',
  'connection',
  'proxy-connection',
  'content-length',
  'user-agent',
  'accept-encoding',
  'transfer-encoding',
];

export interface Recorder {
  readonly stages: readonly Stage[];
  /** `<provider>/<service>.yaml` for every service that was entered. */
  files(): OutputFile[];
}

/** Stages that write down what happens on them. */
export function recorder(stages: readonly Stage[], provider: ProviderPackage, engine: string): Recorder {
  const statements = new Map<string, RecordedStatement[]>();
  const recording = stages.map((stage): Stage => {
    let current: RecordedStatement[] = [];
    return {
      ...stage,
      enter: (service) => {
        current = [];
        statements.set(service, current);
        stage.enter(service);
      },
      run: async (sql, api) => {
        const seen = await stage.run(sql, api);
        current.push(recorded(sql, seen, api === undefined));
        return seen;
      },
    };
  });
  const files = () =>
    [...statements]
      .sort(([a], [b]) => byCodePoint(a, b))
      .map(([service, each]) => ({
        path: fileOf(provider, service),
        text: toYaml({ engine, provider: hashOf(provider, service), statements: each } satisfies Recording),
      }));
  return { stages: recording, files };
}

/** A stage on which the recordings are played; whatever asks for something else finds out that they are stale. */
export function replay(files: readonly OutputFile[], provider: ProviderPackage): Stage {
  let service = '';
  let left: RecordedStatement[] = [];
  const stale = (message: string) =>
    new ProblemsError([{ code: 'recording-stale', message: `${fileOf(provider, service)}: ${message}` }]);
  return {
    mock: 'http://mock',
    enter: (next) => {
      service = next;
      const file = files.find((each) => each.path === fileOf(provider, service));
      if (!file) throw stale('the recording does not exist');
      const recording = readYaml(file.text).value as Recording;
      if (recording.provider !== hashOf(provider, service)) throw stale('the provider has changed since');
      left = [...recording.statements];
    },
    run: async (sql) => {
      // A statement may have been run twice; the first time comes first.
      const at = left.findIndex(({ statement }) => statement === sql);
      const [found] = at === -1 ? [] : left.splice(at, 1);
      if (!found) throw stale(`it has no statement\n${sql}`);
      return observed(found);
    },
    renew: async () => {},
  };
}

function fileOf(provider: ProviderPackage, service: string): string {
  return `${provider.name}/${service}.yaml`;
}

function hashOf({ services, files }: ProviderPackage, service: string): string {
  const document = services.find(({ name }) => name === service)?.file;
  const texts = files
    .filter(({ path }) => path === document || path.endsWith('/provider.yaml'))
    .map(({ text }) => text);
  return createHash('sha256').update(texts.join('\0')).digest('hex');
}

function recorded(statement: string, { requests, outcome }: Observation, isTable: boolean): RecordedStatement {
  const sent = requests.length === 0 ? {} : { requests: requests.map(recordedRequest) };
  if (outcome.ended !== 'rows') return { statement, ...sent, ended: outcome.ended, message: outcome.message };
  const { columns, rows = [], count, digests } = outcome;
  if (isTable)
    return {
      statement,
      ...sent,
      table: rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null]))),
    };
  return { statement, ...sent, rows: count, ...(count > 0 && { columns: digests }) };
}

function recordedRequest({ method, origin, path, query, headers, body }: Request): RecordedRequest {
  const kept = Object.entries(headers).filter(([name, value]) => !PLAIN.includes(name) && value !== undefined);
  return {
    request: `${method} ${origin}${path}${query}`,
    ...(kept.length > 0 && {
      headers: Object.fromEntries(
        kept.map(([name, value]) => [name, String(value)]).sort(([a = ''], [b = '']) => byCodePoint(a, b)),
      ),
    }),
    ...(body !== '' && { body }),
  };
}

function observed({ requests = [], rows, columns = {}, table, ended, message = '' }: RecordedStatement): Observation {
  const sent = requests.map(({ request, headers = {}, body = '' }): Request => {
    const [method = '', url = ''] = request.split(/ (.*)/s);
    const [, origin = '', path = '', query = ''] = /^([^/]*:\/\/[^/?]*)([^?]*)(.*)$/s.exec(url) ?? [];
    return { method, origin, path, query, headers, body, escaped: path === '' };
  });
  if (ended !== undefined) return { requests: sent, outcome: { ended, message } };
  if (table) {
    const names = Object.keys(table[0] ?? {});
    return {
      requests: sent,
      outcome: seenRows({
        ended: 'rows',
        columns: names,
        rows: table.map((row) => names.map((name) => row[name] ?? null)),
        stderr: '',
      }),
    };
  }
  const outcome: SeenRows = { ended: 'rows', columns: Object.keys(columns), count: rows ?? 0, digests: columns };
  return { requests: sent, outcome };
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ProblemsError } from '../diagnostics/problem.js';
import type { OutputFile } from '../model.js';
import type { Observation } from './compare.js';
import type { Credential } from './credential.js';
import { engineEnvironment, engineServer } from './engine.js';
import { NOT_FOUND, startMock } from './mock.js';
import { type ProviderPackage, pointAtMock } from './provider.js';
import { responseTo } from './responses.js';
import { seenRows } from './rows.js';
import type { Stage } from './run.js';

export interface LiveOptions {
  readonly engine: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly provider: ProviderPackage;
  readonly credential: Credential;
  /** Takes what ends everything on an interrupt; gives back what takes it away again. */
  readonly onInterrupt: (stop: () => Promise<void>) => () => void;
  /**
   * How many engines share the services. One leaves a core idle while this process compares; two fill a small machine.
   */
  readonly lanes?: number;
}

export interface Live {
  readonly stages: readonly Stage[];
  /** Writes a file of the provider as it is, beside the copies, and gives its path. */
  original(file: OutputFile): string;
  /** An engine that pages as it does by default. */
  byDefault(): Promise<Stage>;
}

/** Requests of one statement: for one URL, and for different ones. */
const MOST_EQUAL = 3;
const MOST_REQUESTS = 100;

/** The engine's own end after 20 pages would hide what comes later (ENGINE E6.10). */
const ALL_PAGES = ['--http.response.pageLimit', '0'];

/**
 * Starts engines, each with a mock of the API and a copy of the provider whose servers are that mock, and ends them
 * all and removes the copies, whatever happens. The provider itself is never touched.
 */
export async function onEngines<Value>(options: LiveOptions, use: (live: Live) => Promise<Value>): Promise<Value> {
  const { provider, credential, lanes = 2 } = options;
  const scratch = mkdtempSync(path.join(tmpdir(), 'stackql-verify-'));
  const endings: (() => Promise<void> | void)[] = [
    () => rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }),
  ];
  const stop = async () => {
    while (endings.length > 0) await endings.pop()?.();
  };
  const release = options.onInterrupt(stop);

  const lane = async (name: string, flags: readonly string[]): Promise<Stage> => {
    const mock = await startMock(credential.token);
    endings.push(() => mock.close());
    const [registry, home] = [path.join(scratch, name, 'registry'), path.join(scratch, name, 'home')];
    mkdirSync(home, { recursive: true });
    for (const file of provider.files) writeInside(path.join(registry, 'src'), pointAtMock(file, mock.port));
    const engine = engineServer({
      file: options.engine,
      registry,
      scratch: home,
      env: engineEnvironment(options.environment, home, credential.env),
      proxy: mock.port,
      flags: [...credential.flags, ...flags],
    });
    endings.push(() => engine.stop());
    return {
      mock: `http://127.0.0.1:${mock.port}`,
      run: async (sql, api, values): Promise<Observation> => {
        const asked = new Map<string, number>();
        mock.listen((request) => {
          const url = `${request.method} ${request.origin}${request.path}${request.query}`;
          asked.set(url, (asked.get(url) ?? 0) + 1);
          // An engine that asks for the same page again and again, or for ever more, would never end.
          const isEndless = (asked.get(url) ?? 0) > MOST_EQUAL || asked.size > MOST_REQUESTS;
          return api && !isEndless ? responseTo(request, api) : NOT_FOUND;
        });
        const outcome = await engine.run(sql, values);
        return {
          requests: mock.listen(() => NOT_FOUND),
          outcome: outcome.ended === 'rows' ? seenRows(outcome) : outcome,
        };
      },
      enter: () => {},
      renew: () => engine.renew(),
    };
  };

  try {
    const stages: Stage[] = [];
    for (let number = 0; number < Math.min(lanes, provider.services.length); number++)
      stages.push(await lane(String(number), ALL_PAGES));
    return await use({
      stages,
      original: (file) => writeInside(path.join(scratch, 'original'), file),
      byDefault: () => lane('default', []),
    });
  } finally {
    await stop();
    release();
  }
}

function writeInside(folder: string, { path: file, text }: OutputFile): string {
  const target = path.join(folder, file);
  if (!target.startsWith(`${folder}${path.sep}`))
    throw new ProblemsError([{ code: 'output-outside', message: `${file} leads out of the registry` }]);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
  return target;
}

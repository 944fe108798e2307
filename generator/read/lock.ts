import { existsSync } from 'node:fs';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { type Location, SQL_VERBS } from '../model.js';
import { type Lock, type LockEntry, NAME } from './config-types.js';
import { parseConfig } from './document.js';
import { readRegularFile } from './files.js';
import { isObject } from './objects.js';
import { rootOf, step } from './pointer.js';

/** `service.resource.method`. */
export function nameOf({ service, resource, method }: Pick<LockEntry, 'service' | 'resource' | 'method'>): string {
  return `${service}.${resource}.${method}`;
}

const FIELDS = {
  verb: (value: unknown) => (SQL_VERBS as readonly unknown[]).includes(value),
  http: (value: unknown) => typeof value === 'string' && /^[A-Z]+ \S/.test(value),
  operationId: isText,
  since: (value: unknown) => typeof value === 'string' && /^v\d{2}\.\d{2}\.\d{5}$/.test(value),
  body: (value: unknown) => value === undefined || isText(value),
  row: (value: unknown) => value === undefined || isText(value),
};

/** Reads a lock file, which need not exist. Throws `lock-broken` with everything in it that nobody can have meant. */
export function readLock(file: string, provider: string, accept = false): Lock {
  if (!existsSync(file)) return { file, accept };
  const at = rootOf(file);
  const problems: Problem[] = [];
  const broken = (message: string, place: Location) => problems.push({ code: 'lock-broken', message, at: place });
  const written = parseConfig(file, textOf(file), 'lock-broken');
  const { provider: owner, operations = {} } = isObject(written) ? written : { provider: undefined };
  if (owner !== provider) broken(`it is not the lock of ${provider}`, step(at, 'provider'));
  if (!isObject(operations)) broken('operations is no mapping', step(at, 'operations'));
  const entries = Object.entries(isObject(operations) ? operations : {}).flatMap(([name, value]): LockEntry[] => {
    const place = step(at, 'operations', name);
    const [service = '', resource = '', method = '', ...more] = name.split('.');
    const entry = isObject(value) ? value : {};
    const wrong = Object.entries(FIELDS).filter(([key, isRight]) => !isRight(entry[key]));
    const unknown = Object.keys(entry).filter((key) => !Object.hasOwn(FIELDS, key));
    if (more.length > 0 || ![service, resource, method].every((part) => NAME.test(part)))
      broken(`"${name}" is not service.resource.method`, place);
    for (const [key] of wrong) {
      const why = entry[key] === undefined ? 'missing' : `not allowed to be ${JSON.stringify(entry[key])}`;
      broken(`${name}: ${key} is ${why}`, place);
    }
    for (const key of unknown) broken(`${name}: unknown key "${key}"`, step(place, key));
    return [
      {
        ...(entry as unknown as Omit<LockEntry, 'service' | 'resource' | 'method' | 'at'>),
        service,
        resource,
        method,
        at: place,
      },
    ];
  });
  if (problems.length > 0) throw new ProblemsError(problems);
  return { file, entries, accept };
}

function textOf(file: string): string {
  try {
    return readRegularFile(file).toString();
  } catch {
    throw new ProblemsError([{ code: 'lock-broken', message: `${file} is not a file that can be read` }]);
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

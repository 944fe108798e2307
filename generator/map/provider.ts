import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location, Provider, Service } from '../model.js';
import type { ColumnOverride, Config } from '../read/config-types.js';
import type { SchemaObject, ServerObject } from '../read/openapi.js';
import { rootOf } from '../read/pointer.js';
import type { Spec } from '../read/spec.js';
import { inferAuth } from './infer/auth.js';
import { withLock } from './infer/name-lock.js';
import { type ChosenSource, withSources } from './infer/value-sources.js';
import { hintReader } from './operations/hints.js';
import { lenient } from './operations/lenient.js';
import { operationsOf } from './operations/operations.js';
import { objectShape } from './operations/schema.js';
import { firstServer } from './operations/servers.js';
import { mapServices, type ReadOperations } from './services.js';

/** Operations that are not mapped, by their location, each with the reason. */
export type LeftOut = ReadonlyMap<Location, string>;

/**
 * Decides service, resource, method, verb and row shape of every operation of every spec. What the specs lack is
 * assumed, with a warning; throws ProblemsError with all that no assumption can repair.
 */
export function mapProvider(
  specs: readonly Spec[],
  config: Config,
  leftOut: LeftOut = new Map(),
): { provider: Provider; warnings: Problem[] } {
  const warnings = new Map<string, Problem>();
  const report = (problem: Problem) =>
    warnings.set(`${problem.code} ${String(problem.at)} ${problem.message}`, problem);

  // 1. Operations, with what somebody decided about them.
  const hints = hintReader(config, report);
  const written = specs.map((raw): ReadOperations => {
    if (config.overrides.some(({ columns }) => columns)) overrideColumns(raw, config);
    const spec = lenient(raw, report);
    const server = serverOf(spec, config, report);
    const operations = operationsOf(spec, server, hints.of).filter(({ at }) => !leftOut.has(at));
    return { spec, server, operations };
  });
  for (const [at, message] of leftOut) report({ code: 'operation-left-out', message, at });
  hints.refuseUnmatched();
  refuseLostKeys(written);
  const read = withLock(written, config.lock, report);
  for (const { spec, operations } of read)
    if (operations.length === 0)
      throw new ProblemsError([
        { code: 'spec-empty', message: 'no operation to map', at: spec.at },
        ...warnings.values(),
      ]);

  // 2. Services, each with its resources and its part of the document.
  const conflicts: Problem[] = [];
  const services = read.flatMap((one) => mapServices(one, config, (problem) => conflicts.push(problem)));
  const refused = config.lock?.accept ? conflicts.filter(({ code }) => code !== 'lock-conflict') : conflicts;
  if (refused.length > 0) throw new ProblemsError([...refused, ...warnings.values()]);
  refuseRepeated(services, config);
  return { provider: providerOf(specs, read, services, config), warnings: [...warnings.values()] };
}

/** Where requests go: as the config says, else the spec. */
function serverOf(spec: Spec, { servers, file }: Config, report: (problem: Problem) => void): ServerObject {
  const at = servers && file !== undefined ? rootOf(file) : spec.at;
  return firstServer(servers ?? spec.document.servers, at, report);
}

function refuseRepeated(services: readonly Service[], { file }: Config): void {
  const names = new Set<string>();
  const repeated = services.filter(({ name }) => names.has(name) || !names.add(name));
  if (repeated.length > 0)
    throw new ProblemsError(
      repeated.map(({ name }) => ({
        code: 'name-clash',
        message: `two specs make a service ${name}`,
        at: `${file}#/specs`,
      })),
    );
}

function providerOf(
  specs: readonly Spec[],
  read: readonly ReadOperations[],
  services: readonly Service[],
  config: Config,
): Provider {
  const { provider: id, title, version, docs } = config;
  const [first] = read as [ReadOperations];
  const security = first.operations.map(({ object }) => object.security);
  const objects = read.flatMap(({ spec }) =>
    [...spec.objects].flatMap(([at, object]) => (object ? [[at, object] as const] : [])),
  );
  const { auth, missing } = config.auth ? { auth: config.auth, missing: [] } : inferAuth(first.spec, id, security);
  return {
    id,
    title,
    description: docs.description ?? specs[0]?.document.info?.description ?? '',
    version,
    auth,
    ...(missing.length > 0 && { missingAuth: missing }),
    docs,
    services: withSources(services, chosenSources(read, id)),
    objects: Object.fromEntries(objects),
  };
}

/**
 * Writes what the config says of columns into the schemas of the rows, before anything else is made of them. Throws
 * `override-unmatched` for columns that no row has.
 */
function overrideColumns(raw: Spec, config: Config): void {
  const spec = lenient(raw, () => {});
  const lost: Problem[] = [];
  const server = serverOf(spec, config, () => {});
  for (const { hints, success, id } of operationsOf(spec, server, hintReader(config, () => {}).of))
    for (const [name, change] of Object.entries(hints.columns?.value ?? {})) {
      const row = success.rows && objectShape(spec, success.rows.row.value, success.rows.row.at);
      const property = row?.properties.get(name)?.value as SchemaObject | undefined;
      if (property) overrideProperty(property, change);
      else
        lost.push({
          code: 'override-unmatched',
          message: `${name} is not a column of ${id}`,
          ...(hints.columns && { at: hints.columns.at }),
        });
    }
  if (lost.length > 0) throw new ProblemsError(lost);
}

/** Another type makes the rest of a schema void, its format, its values and what it refers to. */
function overrideProperty(property: SchemaObject, { type, description = property.description }: ColumnOverride): void {
  if (type !== undefined) for (const key of Object.keys(property)) delete property[key];
  Object.assign(property, type !== undefined && { type }, description !== undefined && { description });
}

/** What the config says about where the values of parameters come from. */
function chosenSources(read: readonly ReadOperations[], provider: string): ChosenSource[] {
  return read.flatMap(({ operations }) =>
    operations.flatMap(({ hints: { sources }, at }) =>
      Object.entries(sources?.value ?? {}).map(([parameter, column]) => ({
        operation: at,
        parameter,
        column: `${provider}.${column}`,
        ...(sources && { at: sources.at }),
      })),
    ),
  );
}

/** An objectKey of the config that leads to no rows would quietly make its method EXEC-only. */
function refuseLostKeys(read: readonly ReadOperations[]): void {
  const lost: Problem[] = [];
  for (const { operations } of read)
    for (const { hints, success, id } of operations) {
      const { value, because, at } = hints.objectKey ?? {};
      const message = `${value} leads to no rows in the response of ${id}`;
      if (because?.rule === 'override' && !success.rows)
        lost.push({ code: 'override-unmatched', message, ...(at && { at }) });
    }
  if (lost.length > 0) throw new ProblemsError(lost);
}

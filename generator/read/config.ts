import path from 'node:path';
import type { ErrorObject } from 'ajv/dist/2020.js';
import { closest, distance } from 'fastest-levenshtein';
import schema from '../config.schema.json' with { type: 'json' };
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Config, Mapping, Override, Source } from './config-types.js';
import { validateConfig } from './config-validator.js';
import { parseConfig } from './document.js';
import { readRegularFile } from './files.js';
import { readLock } from './lock.js';
import { readMapping } from './mapping.js';
import { MEMORY, positionIn } from './place.js';
import { escapeToken, rootOf, step } from './pointer.js';

type Written = Partial<
  Omit<Config, 'specs' | 'services' | 'overrides' | 'lock' | 'warnings' | 'files' | 'templates' | 'targets'>
> &
  Pick<Config, 'provider'> & {
    specs: string[];
    overlays?: string[];
    services?: { match: string; name: string }[];
    mapping?: string;
    templates?: string;
    targets?: string[];
    overrides?: Omit<Override, 'at'>[];
  };

/** Reads and checks a config; throws all its problems at once, each with its place. A spec alone has every default. */
export function readConfig(source: Source): Config {
  if (typeof source === 'object' && !('config' in source)) return withoutConfig(source);
  const file = typeof source === 'string' ? source : source.config;
  let text: string;
  try {
    text = (typeof source === 'object' && source.text) || readRegularFile(file).toString();
  } catch {
    throw new ProblemsError([{ code: 'config-missing', message: `cannot read ${file}` }]);
  }
  const config: unknown = parseConfig(file, text);
  if (!validateConfig(config))
    throw new ProblemsError((validateConfig.errors ?? []).map((error) => problemOf(error, file, text)));
  const written = config as Written;
  const mappingFile = mappingOf(source, written.mapping, file);
  const mapping = mappingFile === undefined ? NO_MAPPING : readMapping(mappingFile);
  const lock = readLock(
    path.join(path.dirname(file), `${written.provider}.lock.yaml`),
    written.provider,
    typeof source === 'object' && source.accept,
  );
  const { templates, targets, overlays = [], ...plain } = written;
  const specs = written.specs.map((spec) => path.resolve(path.dirname(file), spec));
  const overlayFiles = overlays.map((overlay, index) => ({
    file: path.resolve(path.dirname(file), overlay),
    at: step(rootOf(file), 'overlays', index),
    others: specs,
  }));
  return {
    ...defaults(written.provider),
    ...plain,
    ...(templates !== undefined && {
      templates: { folder: path.resolve(path.dirname(file), templates), at: step(rootOf(file), 'templates') },
    }),
    ...(targets && { targets: targets.map((name, index) => ({ name, at: step(rootOf(file), 'targets', index) })) }),
    services: compiled(written.services ?? [], file, text),
    // The config's own go after the mapping file's: the last word counts.
    overrides: [
      ...mapping.overrides,
      ...(written.overrides ?? []).map((override, index) => ({
        ...override,
        at: step(rootOf(file), 'overrides', index),
      })),
    ],
    warnings: [
      ...mapping.warnings,
      ...(written.mapping === undefined && !lock.entries ? passing(mappingFile, written.provider) : []),
    ],
    docs: { ...defaults(written.provider).docs, ...written.docs },
    specs: specs.map((spec, index) => ({
      file: spec,
      at: step(rootOf(file), 'specs', index),
      ...(overlayFiles.length > 0 && { overlays: overlayFiles }),
    })),
    references: {
      ...written.references,
      ...(written.references?.root !== undefined && {
        root: path.resolve(path.dirname(file), written.references.root),
      }),
      ...(typeof source === 'object' && source.references),
    },
    lock,
    files: [
      file,
      lock.file,
      ...(mappingFile === undefined ? [] : [mappingFile]),
      ...(templates === undefined ? [] : [path.resolve(path.dirname(file), templates)]),
    ],
    file,
  };
}

const NO_MAPPING: Mapping = { overrides: [], warnings: [] };

/** Without a lock file, only a mapping file that the config names has a say in the next run's names, too. */
function passing(mappingFile: string | undefined, provider: string): Problem[] {
  return mappingFile === undefined
    ? []
    : [{ code: 'mapping-passing', message: `${provider} has its names from ${mappingFile}` }];
}

function mappingOf(source: Source, named: string | undefined, file: string): string | undefined {
  const given = typeof source === 'object' ? source.mapping : undefined;
  return given ?? (named !== undefined ? path.resolve(path.dirname(file), named) : undefined);
}

function defaults(provider: string): Omit<Config, 'specs' | 'provider' | 'files'> {
  return {
    title: provider,
    version: 'v00.00.00000',
    services: [],
    methodNames: 'operationId',
    pagination: 'none',
    stubs: true,
    references: {},
    ...NO_MAPPING,
    docs: {},
  };
}

function compiled(
  services: readonly { match: string; name: string }[],
  file: string,
  text: string,
): Config['services'] {
  const problems: Problem[] = [];
  const merges = services.flatMap(({ match, name }, index) => {
    try {
      return [{ match: new RegExp(`^(?:${match})$`), name }];
    } catch (error) {
      problems.push({
        code: 'config-invalid',
        message: (error as Error).message,
        at: { file, ...positionIn(text, `/services/${index}/match`, 'value') },
      });
      return [];
    }
  });
  if (problems.length > 0) throw new ProblemsError(problems);
  return merges;
}

function withoutConfig(source: Exclude<Source, string | { config: string }>): Config {
  const { provider, references = {}, mapping } = source;
  if (!new RegExp(schema.properties.provider.pattern).test(provider))
    throw new ProblemsError([
      { code: 'usage', message: `--provider ${provider}: a name is lower case letters, digits and underscores` },
    ]);
  return {
    ...defaults(provider),
    provider,
    specs: [specOf(source)],
    references,
    ...(mapping !== undefined && readMapping(mapping)),
    files: mapping === undefined ? [] : [mapping],
  };
}

let documents = 0;
/** The URL of each document in memory, by its source: a run that reads it again finds the same locations. */
const documentUrls = new WeakMap<object, string>();

/** A document in memory is read as a file whose URL nothing else has. */
function specOf(source: Exclude<Source, string | { config: string }>): Config['specs'][number] {
  if ('spec' in source) return { file: path.resolve(source.spec) };
  const { document, provider } = source;
  const text = typeof document === 'string' ? document : JSON.stringify(document, null, 2);
  const file = documentUrls.get(source) ?? `${MEMORY}${++documents}/${provider}`;
  documentUrls.set(source, file);
  return { file, text };
}

function problemOf(error: ErrorObject, file: string, text: string): Problem {
  const unknown = (error.params as { additionalProperty?: string }).additionalProperty;
  const pointer = unknown === undefined ? error.instancePath : `${error.instancePath}/${escapeToken(unknown)}`;
  const where = error.instancePath.slice(1).replaceAll('/', '.');
  const allowed = (error.params as { allowedValues?: string[] }).allowedValues;
  const message =
    unknown !== undefined
      ? `unknown key "${unknown}"${where ? ` in ${where}` : ''}`
      : `${where || 'the config'} ${error.message ?? 'is not allowed'}${allowed ? `: ${allowed.join(', ')}` : ''}`;
  const near = unknown === undefined ? undefined : closest(unknown, Object.keys(schema.properties));
  return {
    code: 'config-invalid',
    message,
    at: { file, ...positionIn(text, pointer, unknown === undefined ? 'value' : 'key') },
    ...(near !== undefined &&
      unknown !== undefined &&
      distance(near, unknown) <= 2 && { hint: `Did you mean ${near}?` }),
  };
}

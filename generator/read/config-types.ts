import schema from '../config.schema.json' with { type: 'json' };
import type { Position, Problem } from '../diagnostics/problem.js';
import type { Auth, DataType, Location, SqlVerb } from '../model.js';
import type { Reach } from './files.js';
import type { ServerObject } from './openapi.js';
import type { OverlayFile } from './overlay.js';

/**
 * What a person may write for a name, and for an objectKey (`$.a.b`, or one key that stands bare): as the config's
 * schema has it.
 */
export const NAME = new RegExp(schema.$defs.name.pattern);
export const OBJECT_KEY = new RegExp(schema.properties.overrides.items.properties.objectKey.pattern);

/**
 * Where a provider comes from: a config file (also as a string alone), a spec file, or an OpenAPI document in memory,
 * as YAML or JSON text or as an object. The last two are named by `provider`. A document in memory can reference
 * nothing outside itself. `text`: what a config file is about to say.
 */
export type Source =
  | string
  | ({ readonly config: string; readonly text?: string } & SourceOptions)
  | ({ readonly spec: string; readonly provider: string } & SourceOptions)
  | ({ readonly document: string | object; readonly provider: string } & SourceOptions);

/** Settings that win over those of the config. */
export interface SourceOptions {
  readonly references?: Reach;
  /** The public tool's mapping file. */
  readonly mapping?: string;
  /** May names and verbs differ from those of the lock file, which is then to be written again? */
  readonly accept?: boolean;
}

/** A config with its defaults filled in. */
export interface Config {
  /** The file it was read from; none for a spec alone. */
  readonly file?: string;
  readonly provider: string;
  readonly title: string;
  readonly version: string;
  /** The specs, as absolute paths, each with the location where the config names it and the overlays that change it. */
  readonly specs: readonly SpecSource[];
  /** None: as the spec says. */
  readonly auth?: Auth;
  /** None: as the spec says. */
  readonly servers?: readonly ServerObject[];
  /** Services that become one; the pattern matches the whole inferred name. */
  readonly services: readonly { readonly match: RegExp; readonly name: string }[];
  readonly methodNames: 'operationId' | 'crud';
  /** Paths are absolute. */
  readonly references: Reach;
  readonly pagination: 'none' | 'link_header';
  /** What is emitted: built-in targets by name, others by path or package. Absent: all built-in ones. */
  readonly targets?: readonly { readonly name: string; readonly at: Location }[];
  /** Are TypeScript stubs emitted? */
  readonly stubs: boolean;
  readonly docs: { readonly description?: string; readonly image?: string; readonly registry?: boolean };
  /** A folder whose templates replace built-in ones, as an absolute path. */
  readonly templates?: { readonly folder: string; readonly at: Location };
  readonly overrides: readonly Override[];
  /** Names in use; none for a spec alone. */
  readonly lock?: Lock;
  /** What of the mapping file is not followed. */
  readonly warnings: readonly Problem[];
  /** What it was read from, there or not: itself, the lock, the mapping, the folder of templates. */
  readonly files: readonly string[];
}

/** A spec of a config, or one in memory. */
export interface SpecSource {
  readonly file: string;
  readonly at?: Location;
  readonly text?: string;
  readonly overlays?: readonly OverlayFile[];
}

export interface Override {
  /** An operationId, or `METHOD /path`; `*` stands for any characters. */
  readonly operation: string;
  /** Where it is written: in a config, or in a mapping file, whose rows may be stale. */
  readonly at: Location | Position;
  readonly service?: string;
  readonly resource?: string;
  readonly method?: string;
  readonly verb?: SqlVerb;
  readonly objectKey?: string;
  readonly exclude?: boolean;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly pagination?: PaginationOverride;
  readonly columns?: Readonly<Record<string, ColumnOverride>>;
  /** `service.resource.column` by the name of a parameter. */
  readonly sources?: Readonly<Record<string, string>>;
}

/** A JSONPath of the response and the query parameter that takes its value; without one it is the next URL. */
export type PaginationOverride =
  | 'none'
  | 'link_header'
  | { readonly request?: string; readonly response: string; readonly last?: string };

export interface ColumnOverride {
  readonly type?: DataType['type'];
  readonly description?: string;
}

/** The names that users have in their queries, as a lock file keeps them. */
export interface Lock {
  readonly file: string;
  /** None where there is no file yet. */
  readonly entries?: readonly LockEntry[];
  /** Is what was decided otherwise taken over (`--accept`), or is it an error? */
  readonly accept: boolean;
}

/** An operation under the name it is published with. */
export interface LockEntry {
  readonly service: string;
  readonly resource: string;
  readonly method: string;
  readonly verb: SqlVerb;
  /** `GET /api/v1/sessions/{sessionId}`. */
  readonly http: string;
  readonly operationId: string;
  /** The provider version that it was first accepted for. */
  readonly since: string;
  /** The names of the schemas of its request body and of a row of its answer. */
  readonly body?: string;
  readonly row?: string;
  readonly at: Location;
}

/** What a mapping file decides, and what of it is not followed. */
export interface Mapping {
  readonly overrides: readonly Override[];
  readonly warnings: readonly Problem[];
}

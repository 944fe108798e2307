/** A provider package as the engine understands it: read once, by `check`, `verify`, `diff` and `pack`. */

import type { Location, SqlVerb } from '../model.js';
import type { Read } from './yaml.js';

export type Json = Readonly<Record<string, unknown>>;

/** An object with its place. */
export interface Located {
  readonly value: Json;
  readonly at: Location;
}

/**
 * A file of a provider package; one that was never text has nothing but its value, one that is not YAML not even that.
 */
export interface Document extends Partial<Read> {
  /** Where it is, or would be written. */
  readonly file: string;
  readonly text?: string;
}

export interface Package {
  readonly documents: readonly Document[];
  readonly provider?: ProviderFile;
  readonly services: readonly ServiceFile[];
}

/** `provider.yaml`. */
export interface ProviderFile extends Located {
  /** The folder above the version's: the name that SQL uses. */
  readonly folder: string;
  readonly version: string;
  readonly config: Located;
  readonly services: readonly ListedService[];
}

/** An entry of `providerServices`. */
export interface ListedService extends Located {
  readonly key: string;
  /** The file that it names, relative to the registry's `src`. */
  readonly ref?: string;
  readonly file?: ServiceFile;
}

export interface ServiceFile extends Located {
  readonly document: Document;
  /** The service's name in SQL. */
  readonly name: string;
  readonly providerName?: string;
  readonly config: Located;
  readonly resources: readonly ResourceEntry[];
  readonly refs: readonly Ref[];
  readonly misfits: readonly Misfit[];
  /** What an internal `$ref` points at. */
  target(ref: string): Located | undefined;
  /** The value behind a chain of `$ref`s; nothing when one is broken or leads back. */
  follow(located: Located): Located | undefined;
}

export type RoutedVerb = Exclude<SqlVerb, 'exec'>;
export const ROUTED_VERBS: readonly RoutedVerb[] = ['select', 'insert', 'update', 'delete', 'replace'];

export interface ResourceEntry extends Located {
  readonly name: string;
  readonly service: ServiceFile;
  readonly config: Located;
  readonly methods: readonly MethodEntry[];
  /** Per verb what is listed, in order. */
  readonly routes: Readonly<Record<RoutedVerb, readonly Route[]>>;
}

/** An entry of `sqlVerbs`. */
export interface Route {
  readonly at: Location;
  readonly ref: string;
  /** The method's name: the last part of `ref`. */
  readonly name: string;
  /** Absent when the resource has no such method. */
  readonly method?: MethodEntry;
}

export interface MethodEntry extends Located {
  readonly name: string;
  readonly resource: ResourceEntry;
  /** By which verbs a statement reaches it; none: by EXEC only. */
  readonly verbs: readonly RoutedVerb[];
  readonly config: Located;
  /** The pagination that counts for it: its own, else its resource's, else its service's. */
  readonly pagination?: Json;
  /** Do the columns of its body have plain names, without `data__` (ENGINE E4.1)? */
  readonly naive: boolean;
  /** Absent when its `$ref` leads nowhere. */
  readonly operation?: Operation;
}

/** The operation behind a method, with what the method says of its request and response. */
export interface Operation extends Located {
  readonly path: string;
  readonly httpMethod: string;
  readonly item: Located;
  /** Its own parameters, references followed. */
  readonly parameters: readonly Parameter[];
  /** Those of its path item that it does not override. */
  readonly itemParameters: readonly Parameter[];
  /** The one server that counts for it. */
  readonly server?: Located;
  readonly body?: Body;
  readonly response: MethodResponse;
  /** What SHOW METHODS lists as required (ENGINE E1.4), server variables apart: most statements take their defaults. */
  readonly required: ReadonlySet<string>;
}

export interface Parameter extends Located {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema?: Located;
}

export interface Body {
  /** As the method or, if it is silent, the engine chooses; absent when there is none that the engine takes. */
  readonly mediaType?: string;
  readonly contentAt: Location;
  readonly mediaTypes: readonly string[];
  readonly schema?: Located;
  readonly naive: boolean;
  /** The body's columns, by the names that SQL uses. */
  readonly fields: ReadonlyMap<string, Located>;
  readonly required: readonly string[];
}

export interface MethodResponse extends Located {
  readonly mediaType?: string;
  /** Absent when the response has no body that the engine reads. */
  readonly schema?: Located;
  readonly objectKey: string;
  /** Does the method bend it (`schema_override`, a transform)? Then its schema is not the API's. */
  readonly bent: boolean;
  /** Does a transform make it, and no schema says what? */
  readonly isOpaque: boolean;
  /** Of a JSON response that is not opaque; absent when its objectKey leads nowhere. */
  readonly rows?: ResponseRows;
}

/**
 * The rows in an answer: what one of them is, and what the engine makes of it. `none`: SELECT fails; `crash`: it dies.
 */
export interface ResponseRows {
  readonly row: Located;
  /** Does an array hold them? */
  readonly isList: boolean;
  readonly kind: 'columns' | 'text' | 'none' | 'crash';
  /** Empty unless `kind` is `columns`. */
  readonly columns: ReadonlyMap<string, Located>;
}

export interface Ref {
  readonly at: Location;
  readonly ref: string;
  /** The keys beside it, which nobody reads. */
  readonly siblings: readonly string[];
}

export interface Misfit {
  readonly at: Location;
  /** The kind that the engine's reader wants there. */
  readonly want: string;
  readonly value: unknown;
  /** Does it kill the service? Else only the meaning is lost. */
  readonly fatal: boolean;
}

import path from 'node:path';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import type { Location } from '../model.js';
import { openFiles, type Reach } from './files.js';
import { isObject, type Json, type ObjectKind } from './objects.js';
import type { OpenApiDocument, Reference } from './openapi.js';
import { applyOverlay, type Moved, type OverlayFile, readOverlay } from './overlay.js';
import { keepText } from './place.js';
import { rootOf } from './pointer.js';
import { type Located, References } from './references.js';
import { type Move, toSchema30 } from './schema-3-0.js';
import { repair } from './shape.js';
import { fromSwagger2 } from './swagger-2.js';
import { checkVersion } from './version.js';

export type { Located } from './references.js';

/** A document in the shape of OpenAPI 3.0, whatever it was written in; its references are followed only when asked. */
export interface Spec {
  readonly document: OpenApiDocument;
  /** The root: `file#`. */
  readonly at: Location;
  /** What was odd while reading. */
  readonly warnings: readonly Problem[];
  /** The files and URLs that were looked at, there or not. */
  readonly files: readonly string[];
  /**
   * The value behind a chain of `$ref`s and its location in the text; a value that is not a reference is returned as it
   * is, with the location that a conversion moved it from, else `at`. Throws `ref-dangling`, `ref-refused`,
   * `ref-circular`, `ref-wrong-kind` when the chain leads to another kind of object than the one that is asked for, or
   * `spec-shape` when it leads to no object at all.
   */
  follow<T>(value: T | Reference, at: Location, kind?: ObjectKind): Located<T>;
}

export interface ReadOptions extends Reach {
  /** Where the config names the file. */
  readonly namedAt?: Location;
  /** The text of a document in memory. */
  readonly text?: string;
  /** Changes to the document, which are made in this order before anything else is read of it. */
  readonly overlays?: readonly OverlayFile[];
}

/**
 * Reads an OpenAPI file of version 2.0 to 3.2 and every document that it references, as far as the spec may reach.
 * All references are resolved in the texts as written; then schemas are converted in place, so that a location stays
 * one in the text. Throws `spec-missing`, `spec-syntax`, `spec-too-large`, `spec-not-openapi`, `spec-version`,
 * `overlay-missing`, `overlay-invalid`.
 */
export async function readSpec(
  file: string,
  { namedAt, text, overlays = [], ...reach }: ReadOptions = {},
): Promise<Spec> {
  const absolute = text === undefined ? path.resolve(file) : file;
  if (text !== undefined) keepText(file, text);
  const warnings: Problem[] = [];
  const at = rootOf(absolute);
  const files = openFiles(absolute, reach, (problem) => warnings.push(problem));
  const read = files.read(absolute);
  if ('problem' in read) {
    const { code, message, at: location } = read.problem;
    if (location) throw new ProblemsError([read.problem]);
    const problem = {
      code: code === 'ref-dangling' ? 'spec-missing' : code,
      message: `${path.relative(process.cwd(), absolute)} ${message}`,
    } as const;
    throw new ProblemsError([namedAt ? { ...problem, at: namedAt } : problem]);
  }
  const report = (problem: Problem) => void warnings.push(problem);
  const moved: Moved = new WeakMap();
  const written = withOverlays(read.value, absolute, overlays, moved, report);
  checkVersion(written, at, report);

  const move: Move = (value, from) => {
    if (typeof value === 'object' && value !== null) moved.set(value, from);
  };
  // What an overlay refers to is in the spec: it stands there once the overlay is applied.
  const overlayFiles = new Set(overlays.map((overlay) => overlay.file));
  const references = new References(files, moved, (from) => (overlayFiles.has(from) ? absolute : from));
  const follow: Spec['follow'] = (value, from, kind) => references.follow(value, from, kind);
  const schemas: [Json, Location][] = [];
  const repaired = new Map<string, Location[]>();
  await references.visit(written, at, (object, kind, objectAt) => {
    repair(object, kind, objectAt, (message, location) => {
      const locations = repaired.get(message);
      if (locations) locations.push(location);
      else repaired.set(message, [location]);
    });
    if (kind === 'schema') schemas.push([object, objectAt]);
  });
  for (const [message, [first = at, ...others]] of repaired)
    warnings.push({
      code: 'spec-value',
      message: others.length > 0 ? `${message}, here and at ${others.length} other locations` : message,
      at: first,
    });
  // What a schema holds is turned before the schema.
  for (const [schema, schemaAt] of schemas.reverse()) toSchema30(schema, schemaAt, move);
  const converted = written.openapi === undefined ? fromSwagger2(written, { at, follow, move }) : {};
  const document: OpenApiDocument = Object.assign(written, converted, { openapi: '3.0.3' });
  return { document, at, warnings, files: [...files.names(), ...overlayFiles], follow };
}

/** Applies to a document the overlays that are not for another spec. */
function withOverlays(
  document: unknown,
  spec: string,
  overlays: readonly OverlayFile[],
  moved: Moved,
  report: (problem: Problem) => void,
): unknown {
  for (const { file, others = [], ...named } of isObject(document) ? overlays : []) {
    const overlay = readOverlay({ file, ...named });
    const target = overlay.extends === undefined ? spec : path.resolve(path.dirname(file), overlay.extends);
    if (target === spec || !others.includes(target)) applyOverlay(document as Json, overlay, moved, report);
  }
  return document;
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { engineVersion } from '../../../generator/verify/engine.js';
import { ENGINE, hasEngine, ROOT } from '../../places.js';
import type { Difference } from './tiny.js';

/** What the facts did on each build of the engine that they were tried on: `npm run facts -- --record` writes it. */
export const RESULTS = path.join(ROOT, 'test/engine/facts/results.yaml');

/** The build that the facts describe. */
export const REFERENCE = 'v0.10.500-b51c514d';

/** By build, as `stackql --version` prints it; then by fact, `number sentence`: nothing, or what it did otherwise. */
export type Results = Readonly<Record<string, Readonly<Record<string, 'as stated' | readonly Difference[]>>>>;

export const results: Results = existsSync(RESULTS) ? parse(readFileSync(RESULTS, 'utf8')) : {};

/** The build of the engine at hand. */
export const BUILD = hasEngine
  ? (/v[\w.-]+/.exec(await engineVersion(ENGINE, { environment: process.env }))?.[0] ?? '')
  : '';

/** What is recorded of a fact on a build where it is otherwise than stated. */
export function knownDifferences(build: string, number: string, says: string): readonly Difference[] | undefined {
  const result = results[build]?.[`${number} ${says}`];
  return Array.isArray(result) ? result : undefined;
}

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import yaml from 'js-yaml';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint } from '../model.js';
import type { Document } from './types.js';
import { type Read, readYaml } from './yaml.js';

/** The files of one version of one provider. */
export interface PackageFiles {
  /** The version's folder. */
  readonly folder: string;
  readonly documents: readonly Document[];
  /** Files that are not YAML. */
  readonly problems: readonly Problem[];
}

/** Is this file a config, and not a part of a provider? */
export function isConfig(target: string): boolean {
  if (!statSync(target, { throwIfNoEntry: false })?.isFile() || !IS_YAML.test(target)) return false;
  return /^specs\s*:/m.test(readFileSync(target, 'utf8'));
}

/** How many values a file may hold with its aliases written out; the largest published ones hold 100,000. */
const MOST_VALUES = 3_000_000;
const TOO_MANY = `its aliases stand for more than ${MOST_VALUES} values`;
const IS_YAML = /\.ya?ml$/i;

/**
 * Reads every provider package at a path: a registry root (`src/<provider>/<version>/provider.yaml`), one provider, one version, or a single
 * YAML file. Links are not followed. Throws `package-missing` when there is none.
 */
export function readPackages(target: string): PackageFiles[] {
  const found = statSync(target, { throwIfNoEntry: false });
  if (found?.isFile()) return [readPackage(path.dirname(target), [target])];
  const folders = found?.isDirectory() ? packageFolders(target, 4) : [];
  const files = found && folders.length === 0 ? yamlFiles(target) : [];
  if (files.length > 0) return [readPackage(target, files)];
  if (folders.length === 0)
    throw new ProblemsError([
      {
        code: 'package-missing',
        message: found ? `no provider.yaml in or below ${target}` : `nothing is at ${target}`,
      },
    ]);
  return folders.map((folder) =>
    readPackage(folder, [path.join(folder, 'provider.yaml'), ...yamlFiles(path.join(folder, 'services'))]),
  );
}

/** The folders with a provider.yaml, at most so many levels down. */
function packageFolders(folder: string, levels: number): string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => byCodePoint(a.name, b.name));
  if (entries.some((entry) => entry.isFile() && entry.name === 'provider.yaml')) return [folder];
  if (levels === 0) return [];
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .flatMap(({ name }) => packageFolders(path.join(folder, name), levels - 1));
}

function yamlFiles(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && IS_YAML.test(entry.name))
    .map(({ name }) => path.join(folder, name))
    .sort(byCodePoint);
}

function readPackage(folder: string, files: readonly string[]): PackageFiles {
  const documents: Document[] = [];
  const problems: Problem[] = [];
  for (const file of files) {
    const text = readFileSync(file, 'utf8');
    let read: Read | undefined;
    try {
      read = readYaml(text);
      if (read.hasAnchors && !endsBefore(read.value, MOST_VALUES)) throw new yaml.YAMLException(TOO_MANY);
    } catch (error) {
      if (!(error instanceof yaml.YAMLException)) throw error;
      const { line, column } = error.mark ?? { line: 0, column: 0 };
      problems.push({ code: 'yaml-syntax', message: error.reason, at: { file, line: line + 1, column: column + 1 } });
      read = undefined;
    }
    documents.push({ file, text, ...read });
  }
  return { folder, documents, problems };
}

/** Does a walk through the value end, before so many? Aliases may lead back, or stand for aliases that stand for aliases. */
function endsBefore(value: unknown, most: number): boolean {
  const open = [value];
  for (let count = 0; open.length > 0; count++) {
    const here = open.pop();
    if (count > most) return false;
    if (typeof here === 'object' && here !== null) open.push(...Object.values(here));
  }
  return true;
}

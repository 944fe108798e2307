import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import yaml from 'js-yaml';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { byCodePoint } from '../model.js';
import type { Document } from './types.js';
import { type Read, readYaml } from './yaml.js';

/** Parsed files of a provider package. */
export interface Documents {
  readonly documents: readonly Document[];
  /** One `yaml-syntax` for each file that is not YAML. */
  readonly problems: readonly Problem[];
}

/** The files of one version of one provider. */
export interface PackageFiles extends Documents {
  /** The version's folder. */
  readonly folder: string;
}

/** A file as it was read, before it is parsed. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
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
/** A service document may be JSON, which is YAML too. */
const IS_SERVICE = /\.(ya?ml|json)$/i;

/**
 * Reads every provider package at a path: a registry root (`src/<provider>/<version>/provider.yaml`), one provider,
 * one version, or a single YAML file. Links are not followed. Throws `package-missing` when there is none.
 */
export function readPackages(target: string): PackageFiles[] {
  const found = statSync(target, { throwIfNoEntry: false });
  if (found?.isFile()) return [{ folder: path.dirname(target), ...parsePackage([readText(target)]) }];
  const folders = packageFolders(target);
  if (folders.length > 0) return folders.map((folder) => ({ folder, ...parsePackage(packageTexts(folder)) }));
  const files = filesIn(target, IS_YAML);
  if (files.length > 0) return [{ folder: target, ...parsePackage(files.map(readText)) }];
  throw new ProblemsError([
    { code: 'package-missing', message: found ? `no provider.yaml in or below ${target}` : `nothing is at ${target}` },
  ]);
}

/** The version folders at or below a folder, in path order: those with a provider.yaml, at most so many levels down. */
export function packageFolders(folder: string, levels = 4): string[] {
  if (!isFolder(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => byCodePoint(a.name, b.name));
  if (entries.some((entry) => entry.isFile() && entry.name === 'provider.yaml')) return [folder];
  if (levels === 0) return [];
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .flatMap(({ name }) => packageFolders(path.join(folder, name), levels - 1));
}

/** The files of a version folder: provider.yaml first, then every service document below `services/`. */
export function packageTexts(folder: string): TextFile[] {
  return [path.join(folder, 'provider.yaml'), ...filesIn(path.join(folder, 'services'), IS_SERVICE, true)].map(
    readText,
  );
}

function readText(file: string): TextFile {
  return { file, text: readFileSync(file, 'utf8') };
}

function isFolder(target: string): boolean {
  return statSync(target, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function filesIn(folder: string, names: RegExp, recursive = false): string[] {
  if (!isFolder(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive })
    .filter((entry) => entry.isFile() && names.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort(byCodePoint);
}

/** Parses files as the engine does. A file that is not YAML becomes a problem, and a document without a value. */
export function parsePackage(files: readonly TextFile[]): Documents {
  const documents: Document[] = [];
  const problems: Problem[] = [];
  for (const { file, text } of files) {
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
  return { documents, problems };
}

/**
 * Does a walk through the value end, before so many? Aliases may lead back, or stand for aliases that stand for
 * aliases.
 */
function endsBefore(value: unknown, most: number): boolean {
  const open = [value];
  for (let count = 0; open.length > 0; count++) {
    const here = open.pop();
    if (count > most) return false;
    if (typeof here === 'object' && here !== null) open.push(...Object.values(here));
  }
  return true;
}

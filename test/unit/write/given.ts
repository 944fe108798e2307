import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../../generator/write/files.js';
import { applyPlan, type Outputs, planWrite } from '../../../generator/write.js';
import { scratch } from '../../places.js';

export const STATE = '.stackql-provider-gen';
export const page = (name: string, text = name) => ({ path: `docs/services/${name}.md`, text });

export function put(root: string, name: string, text: string, mode = 0o644): void {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text, { mode });
}

/** An output folder with what one run wrote. */
export function written(outputs: Outputs, root = scratch()): string {
  applyPlan(root, planWrite(root, outputs));
  return root;
}

/** Everything beneath a folder: type, permissions and content of each entry. */
export function snapshot(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    entries.map((name) => {
      const file = path.join(root, name);
      const found = lstatSync(file);
      const mode = (found.mode & 0o7777).toString(8);
      if (found.isSymbolicLink()) return [name, `link ${readlinkSync(file)}`];
      if (!found.isFile()) return [name, `${found.isDirectory() ? 'folder' : 'special'} ${mode}`];
      return [name, `${mode} ${readFileSync(file, 'utf8')}`];
    }),
  );
}

/** The files, without those of the state directory. */
export function filesIn(root: string): Record<string, string> {
  const files = Object.entries(snapshot(root)).filter(
    ([name, entry]) => /^\d+ /.test(entry) && !name.startsWith(STATE),
  );
  return Object.fromEntries(files);
}

/** Leaves a journal and what it has staged, as a killed run would, or as somebody would plant them. */
export function plant(
  root: string,
  steps: readonly { path: string; before?: string; after?: string }[],
  manifest: unknown = {},
  mode = 0o644,
): void {
  for (const [index, { before, after }] of steps.entries()) {
    if (after !== undefined) put(root, `${STATE}/staging/${index}`, after, mode);
    if (before !== undefined) put(root, `${STATE}/staging/${index}.old`, before, mode);
  }
  const hash = (text: string | undefined) => (text === undefined ? null : sha256(text));
  const hashed = steps.map(({ path: file, before, after }) => ({
    path: file,
    before: hash(before),
    after: hash(after),
  }));
  put(root, `${STATE}/journal.json`, JSON.stringify({ steps: hashed, manifest }));
}

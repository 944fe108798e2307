import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { ProblemsError } from '../../../generator/diagnostics/problem.js';
import { positionOf, textOf } from '../../../generator/read/place.js';
import { scratch } from '../../places.js';

/** A new folder with these files: texts as they are, values as YAML. */
export function folderOf(files: Record<string, unknown>): string {
  const folder = scratch();
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : stringify(content));
  }
  return folder;
}

/** A document with nothing but what is given. */
export const openapi = (more: object = {}) => ({
  openapi: '3.0.3',
  info: { title: 'T', version: '1' },
  paths: {},
  ...more,
});

/** The problems that are thrown, as `code line:column message`; what comes out if none are. */
export async function problemsOf(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return error.problems.map(({ code, message, at }) => {
      const position = at === undefined ? undefined : positionOf(at);
      const { file, line, column } = position ?? {};
      return `${code} ${file ? `${path.basename(file)}:${line}:${column} ` : ''}${message}`;
    });
  }
}

/** The line of the text that a place leads to. */
export function lineAt(at: string): string {
  const { file, line } = positionOf(at);
  return textOf(file).split('\n')[line - 1]?.trim() ?? '';
}

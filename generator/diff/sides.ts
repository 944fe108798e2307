import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unpackTar } from 'modern-tar';
import { ProblemsError } from '../diagnostics/problem.js';
import { providerDocuments } from '../emit/provider.js';
import type { Provider } from '../model.js';
import { mapSource } from '../pipeline/generate.js';
import { isConfig } from '../provider-package/files.js';
import { providerOf, readProvider } from '../provider-package/to-model.js';
import { parseConfig } from '../read/document.js';
import { isObject } from '../read/objects.js';
import { keepText, positionOf, textOf } from '../read/place.js';
import { snakeCase } from '../text/names.js';
import { writeInside } from '../write.js';

/** One side of a comparison. */
export interface Side {
  /** As it was named. */
  readonly label: string;
  readonly provider: Provider;
  /** Was it read from a published provider, whose files say less than a spec? */
  readonly isPackage: boolean;
}

/**
 * Both sides, each a config, a spec, a provider's folder, `REF:PATH` or a git ref, which stands for the same path as
 * the other side, else for the only config in `spec/`. Where one is a published provider, both are seen as one: as
 * their files say. `provider`: the name for specs.
 */
export async function readSides(
  before: string,
  after: string | undefined,
  provider: string | undefined,
): Promise<[Side, Side]> {
  const [first, second] = [named(before), after === undefined ? undefined : named(after)];
  const fallback = [first, second].find((one) => one?.path !== undefined)?.path ?? onlyConfig();
  const places: [string, Place][] = [
    [before, { path: fallback, ...first }],
    [after ?? fallback, { path: fallback, ...second }],
  ];
  const sides: Side[] = [];
  // A spec has no name of its own: it takes that of the other side.
  for (const index of isNameless(places[0]?.[1].path) ? [1, 0] : [0, 1]) {
    const [label, place] = places[index] as [string, Place];
    sides[index] = await readSide(label, place, provider ?? sides.find(Boolean)?.provider.id);
  }
  return comparable(sides as [Side, Side]);
}

/** Where one side is a published provider, reads the other as one too: its files say less than a spec. */
export function comparable(sides: readonly [Side, Side]): [Side, Side] {
  const asPackage = sides.some(({ isPackage }) => isPackage);
  return sides.map((side) =>
    asPackage && !side.isPackage ? { ...side, provider: asPublished(side.provider) } : side,
  ) as [Side, Side];
}

/** May this be a spec? A ref's path is not on disk to look at. */
function isNameless(place = ''): boolean {
  return !isConfig(place) && /\.(ya?ml|json)$/i.test(place);
}

interface Place {
  readonly ref?: string;
  readonly path?: string;
}

/** What is on disk is a path; everything else is `REF:PATH` or a ref. */
function named(side: string): Place {
  if (existsSync(side)) return { path: side };
  const [ref = '', ...rest] = side.split(':');
  const tree = git(['rev-parse', '--quiet', '--verify', '--end-of-options', `${ref}^{tree}`])
    ?.toString()
    .trim();
  if (!tree)
    throw new ProblemsError([{ code: 'diff-missing', message: `${side} is not a file, a folder or a git ref` }]);
  return { ref: tree, ...(rest.length > 0 && { path: rest.join(':') }) };
}

function onlyConfig(): string {
  const found = existsSync('spec') ? readdirSync('spec').filter((file) => file.endsWith('.config.yaml')) : [];
  const [only, ...more] = found;
  if (only === undefined || more.length > 0)
    throw new ProblemsError([
      {
        code: 'usage',
        message: `which config? spec/ has ${found.length}`,
        hint: 'Name it: REF:spec/<provider>.config.yaml',
      },
    ]);
  return path.join('spec', only);
}

async function readSide(label: string, { ref, path: place = '' }: Place, provider: string | undefined): Promise<Side> {
  if (ref === undefined) return readPath(label, place, provider);
  const folder = mkdtempSync(path.join(tmpdir(), 'stackql-provider-gen-diff-'));
  const name = label.split(':')[0] ?? '';
  try {
    const prefix = git(['rev-parse', '--show-prefix'])?.toString().trim() ?? '';
    const inRepository = inside(path.posix.join(prefix, place.split(path.sep).join('/')), label);
    await checkOut(ref, inRepository, folder);
    return await readPath(label, path.join(folder, inRepository), provider);
  } catch (error) {
    throw error instanceof ProblemsError ? inRef(error, folder, name) : error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A path as it is; throws `diff-outside` when it leads out of the repository. */
function inside(place: string, named: string): string {
  if (place === '..' || place.startsWith('../'))
    throw new ProblemsError([{ code: 'diff-outside', message: `${named} leads out of the repository` }]);
  return place;
}

/** Problems of a checkout, with their locations and texts as `REF:PATH`: they are printed when the checkout is gone. */
function inRef({ problems }: ProblemsError, folder: string, ref: string): ProblemsError {
  const renamed = (text: string) => text.replaceAll(`${folder}${path.sep}`, `${ref}:`);
  return new ProblemsError(
    problems.map(({ at, ...problem }) => {
      const message = renamed(problem.message);
      if (at === undefined) return { ...problem, message };
      const position = positionOf(at);
      const file = renamed(position.file);
      if (file !== position.file) keepText(file, textOf(position.file));
      return { ...problem, message, at: { ...position, file } };
    }),
  );
}

async function readPath(label: string, place: string, provider: string | undefined): Promise<Side> {
  if (!existsSync(place))
    throw new ProblemsError([{ code: 'diff-missing', message: `${label} has no ${path.basename(place)}` }]);
  if (statSync(place).isDirectory()) return { label, provider: readProvider(place), isPackage: true };
  if (isConfig(place)) return { label, provider: (await mapSource(place)).provider, isPackage: false };
  const name = provider ?? (snakeCase(path.basename(place).replace(/\.\w+$/, '')) || 'api');
  return { label, provider: (await mapSource({ spec: place, provider: name })).provider, isPackage: false };
}

/**
 * Puts what a side needs of a git tree into a folder: a provider's folder, or the folders of a spec, or of a config
 * and all that it names. Throws `diff-outside` when a config names what is not in the repository.
 */
async function checkOut(tree: string, place: string, folder: string): Promise<void> {
  await unpack(tree, place, folder);
  const file = path.join(folder, place);
  if (!existsSync(file) || statSync(file).isDirectory()) return;
  const dir = path.posix.dirname(place);
  const done = [dir];
  await unpack(tree, dir, folder);
  if (!isConfig(file)) return;
  const config = parseConfig(file, readFileSync(file, 'utf8'));
  const { specs, overlays, mapping, references } = isObject(config) ? config : {};
  const others = [
    ...(Array.isArray(specs) ? specs.map((spec) => path.posix.dirname(String(spec))) : []),
    ...(Array.isArray(overlays) ? overlays : []),
    mapping,
    isObject(references) ? references.root : undefined,
  ];
  for (const other of others) {
    if (typeof other !== 'string' || path.posix.isAbsolute(other) || /^https?:/.test(other)) continue;
    const wanted = inside(path.posix.join(dir, other), `${place}: ${other}`);
    if (done.some((each) => each === '.' || wanted === each || wanted.startsWith(`${each}/`))) continue;
    done.push(wanted);
    await unpack(tree, wanted, folder);
  }
}

/**
 * Files only: a link could lead anywhere. Of the root, where a repository may hold anything, only what a spec can
 * refer to.
 */
async function unpack(tree: string, place: string, folder: string): Promise<void> {
  const paths =
    path.posix.normalize(place) === '.'
      ? ['yaml', 'yml', 'json'].map((extension) => `:(top,glob)**/*.${extension}`)
      : [`:(top,literal)${place}`];
  // One pathspec that matches nothing makes `git archive` fail, so each has an archive of its own.
  for (const pathspec of paths) {
    const archive = git(['archive', '--format=tar', tree, '--', pathspec]);
    for (const { header, data } of archive ? await unpackTar(archive) : [])
      if (header.type === 'file' && data) writeInside(folder, header.name, data);
  }
}

/** The output of git; nothing where it fails. */
function git(args: readonly string[]): Buffer | undefined {
  try {
    return execFileSync('git', args, { maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}

/** A Model as the files say it that would be made of it. */
function asPublished(provider: Provider): Provider {
  return providerOf(providerDocuments(provider).map(({ path: file, document }) => ({ file, value: document })));
}

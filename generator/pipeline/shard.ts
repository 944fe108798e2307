import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { checkSome } from '../check/generated.js';
import { type Problem, ProblemsError } from '../diagnostics/problem.js';
import { emitDocs } from '../emit/docs/default.js';
import { emitProvider } from '../emit/provider.js';
import type { OutputFile, Provider, Service } from '../model.js';
import { applyPlan, BOOKS, type Manifest, type Plan, planWrite, readManifest, recover, writeInside } from '../write.js';
import type { Emitter } from './target.js';

/** One of `of` parts of a provider: `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Reads `2/3`. Throws `usage`. */
export function shardOf(text: string): Shard {
  const [, index = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > of)
    throw new ProblemsError([{ code: 'usage', message: `--shard ${text}: it is i/n, as in 1/3` }]);
  return { index, of };
}

/** Is a service of this part? Services are dealt out in their order, the largest APIs' evenly. */
export function isInShard({ services }: Provider, { index, of }: Shard): (service: Service) => boolean {
  const own = new Set(services.filter((_, position) => position % of === index - 1));
  return (service) => own.has(service);
}

/** Writes out a part: its services, with the first one what concerns all; stubs are dealt out by file. */
export function shardEmitter(shard: Shard): Emitter {
  const isMine = (_: unknown, position: number) => position % shard.of === shard.index - 1;
  return {
    pages(provider, templates) {
      const isWanted = isInShard(provider, shard);
      const none = () => false;
      const shared = new Set(
        [...emitProvider(provider, none), ...emitDocs(provider, templates, none)].map((file) => file.path),
      );
      const files = [...emitProvider(provider, isWanted), ...emitDocs(provider, templates, isWanted)];
      return shard.index === 1 ? files : files.filter((file) => !shared.has(file.path));
    },
    check(provider, files) {
      const services = provider.services.filter(isInShard(provider, shard));
      return services.length === 0 ? [] : checkSome(provider, services, files);
    },
    once: async (_what, _of, make) => {
      const made = await make();
      const { files } = made as { readonly files?: readonly OutputFile[] };
      return files ? { ...made, files: files.filter(isMine) } : made;
    },
  };
}

const SHARDS = `${BOOKS}/shards`;

/** What a part leaves beside its manifest: of how many it is one, and of which Model. */
interface Stamp {
  readonly of: number;
  readonly model: string;
}

function booksOf({ index, of }: Shard): string {
  return `${SHARDS}/${index}-of-${of}`;
}

export function planShard(root: string, outputs: Readonly<Record<string, readonly OutputFile[]>>, shard: Shard): Plan {
  recover(root, booksOf(shard));
  return planWrite(root, outputs, booksOf(shard), [BOOKS]);
}

/** Writes a part, with books of its own: parts in one folder do not know of each other. */
export function applyShard(root: string, plan: Plan, shard: Shard, model: string): void {
  applyPlan(root, plan, booksOf(shard));
  writeInside(
    root,
    `${booksOf(shard)}/shard.json`,
    Buffer.from(`${JSON.stringify({ of: shard.of, model } satisfies Stamp)}\n`),
  );
}

/**
 * Makes one run of all parts in a folder: their books become one, and what an earlier run wrote and none of them has is removed. Throws `shard-missing`
 * for a part that is not there, `shard-differs` for parts of different inputs and for files that are not as they were written.
 */
export function mergeShards(root: string): Plan {
  const folder = path.join(root, SHARDS);
  const found = existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'shard.json')))
    : [];
  const stamps = found
    .sort()
    .map((name) => ({ name, ...(JSON.parse(readFileSync(path.join(folder, name, 'shard.json'), 'utf8')) as Stamp) }));
  const [first] = stamps;
  if (!first)
    throw new ProblemsError([
      { code: 'shard-missing', message: `no part in ${path.relative(process.cwd(), root) || '.'}` },
    ]);
  const wanted = Array.from({ length: first.of }, (_, index) => `${index + 1}-of-${first.of}`);
  const missing = wanted.filter((name) => !found.includes(name));
  if (missing.length > 0)
    throw new ProblemsError(
      missing.map((name): Problem => ({ code: 'shard-missing', message: `${name.replace('-of-', '/')} is not there` })),
    );
  const other = stamps.find(({ name, model }) => !wanted.includes(name) || model !== first.model);
  if (other)
    throw new ProblemsError([
      { code: 'shard-differs', message: `${other.name.replace('-of-', '/')} is of another spec, config or tool` },
    ]);

  const outputs: Record<string, Map<string, OutputFile>> = {};
  const changed: Problem[] = [];
  for (const name of wanted)
    for (const [owner, files] of Object.entries(readManifest(root, `${SHARDS}/${name}`) satisfies Manifest)) {
      outputs[owner] ??= new Map();
      for (const file of Object.keys(files)) {
        const onDisk = path.join(root, file);
        if (existsSync(onDisk)) outputs[owner].set(file, { path: file, text: readFileSync(onDisk, 'utf8') });
        else changed.push({ code: 'shard-differs', message: `${file} is missing` });
      }
    }
  const plan = planWrite(
    root,
    Object.fromEntries(Object.entries(outputs).map(([owner, files]) => [owner, [...files.values()]])),
  );
  for (const name of wanted)
    for (const [owner, files] of Object.entries(readManifest(root, `${SHARDS}/${name}`)))
      for (const [file, hash] of Object.entries(files))
        if (plan.manifest[owner]?.[file] !== hash)
          changed.push({ code: 'shard-differs', message: `${file} is not what the part wrote` });
  if (changed.length > 0) throw new ProblemsError(changed);
  applyPlan(root, plan);
  rmSync(folder, { recursive: true, force: true });
  return plan;
}

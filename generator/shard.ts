import { ProblemsError } from './diagnostics.js';
import type { Provider, Service } from './model.js';

/** One of `of` parts of a provider: `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Reads `2/3`. Throws `usage`. */
export function shardOf(text: string): Shard {
  const [, index = 0, of = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index < 1 || index > of) throw new ProblemsError([{ code: 'usage', message: `--shard ${text}: it is i/n, as in 1/3` }]);
  return { index, of };
}

/** Is a service of this part? Services are dealt out in their order, the largest APIs' evenly. */
export function isInShard({ services }: Provider, { index, of }: Shard): (service: Service) => boolean {
  const own = new Set(services.filter((_, position) => position % of === index - 1));
  return (service) => own.has(service);
}

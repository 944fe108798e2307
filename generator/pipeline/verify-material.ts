import { readConfig } from '../read/config.js';
import type { Config, Source } from '../read/config-types.js';
import type { Material } from '../verify/verify-provider.js';
import { type Generated, generate } from './generate.js';
import { emitPackage } from './target.js';

/**
 * Generates what `verify` examines: the provider, the pages of all targets that have some, and the specs they come
 * from.
 */
export async function materialFrom(source: Source): Promise<Material> {
  return materialOf(await generate(source, { skipSlow: true }), readConfig(source));
}

/** The same, of what has been generated. */
export function materialOf({ provider, outputs }: Generated, { specs, servers }: Config): Material {
  const pages = outputs.filter(({ contents }) => contents === 'pages').flatMap(({ files }) => files);
  return {
    provider: emitPackage(provider, provider.version).map(({ path, text }) => ({
      path: path.slice('provider/src/'.length),
      text,
    })),
    ...(pages.length > 0 && { pages }),
    specs,
    ...(servers && { servers }),
  };
}

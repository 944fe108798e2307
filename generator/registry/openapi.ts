import type { Problem } from '../diagnostics/problem.js';
import type { Json } from '../provider-package/types.js';

/**
 * Asks swagger-parser, which knows nothing of this generator, about each service document. It reads nothing but the
 * document: no file, no network. Returns an `artifact-not-openapi` for each one that it refuses.
 */
export async function openApiProblems(documents: ReadonlyMap<string, Json>, artifact: string): Promise<Problem[]> {
  // Large, and of use to `pack` alone.
  const { default: SwaggerParser } = await import('@apidevtools/swagger-parser');
  const problems: Problem[] = [];
  for (const [file, document] of documents)
    try {
      await SwaggerParser.validate(openApiPart(document) as never, {
        resolve: { external: false, file: false, http: false },
        dereference: { circular: 'ignore' },
      });
    } catch (error) {
      const reason = (error as Error).message.trim().replace(/\s+/g, ' ').slice(0, 500);
      problems.push({ code: 'artifact-not-openapi', message: `${artifact}: ${file}: ${reason}` });
    }
  return problems;
}

/** The document without what is StackQL's alone: its references lead into paths, and would be followed. */
function openApiPart({ components, ...rest }: Json): Json {
  const { 'x-stackQL-resources': _, ...more } = (components ?? {}) as Json;
  return structuredClone({ ...rest, components: more });
}

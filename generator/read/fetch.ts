/** How long one document may take, how much it may weigh, how often it may be elsewhere. */
const LIMITS = { milliseconds: 30_000, bytes: 50_000_000, redirects: 5 };

/**
 * A document from the network and the URL where it was found in the end. Throws an Error with the reason in a few
 * words. Every address on the way must be http or https, and https never falls back to http.
 */
export async function fetchText(
  url: string,
  limits: Partial<typeof LIMITS> = {},
): Promise<{ url: string; text: string }> {
  const { milliseconds, bytes, redirects } = { ...LIMITS, ...limits };
  const signal = AbortSignal.timeout(milliseconds);
  let here = new URL(url);
  for (let hop = 0; hop <= redirects; hop++) {
    const response = await fetch(here, { redirect: 'manual', signal });
    const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
    if (location !== null) {
      await response.body?.cancel();
      const next = new URL(location, here);
      if (next.protocol !== 'https:' && next.protocol !== here.protocol)
        throw new Error(`redirects to ${next.protocol}`);
      here = next;
      continue;
    }
    if (!response.ok) throw new Error(`answers ${response.status}`);
    return { url: here.href, text: await bodyOf(response, bytes) };
  }
  throw new Error(`redirects more than ${redirects} times`);
}

async function bodyOf(response: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > limit) throw new Error(`is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { engineOutput } from '../engine/stackql.js';
import type { Sample } from './batch.js';
import type { Failure } from './checks.js';

/** What the engine refuses of some providers, each with the provider that it is about. */
export async function refusals(samples: readonly Sample[]): Promise<{ sample: Sample; failure: Failure }[]> {
  const registry = mkdtempSync(path.join(tmpdir(), 'stackql-provider-gen-fuzz-'));
  try {
    for (const { path: file, text } of samples.flatMap(({ files }) => files)) {
      const target = path.join(registry, file.slice('provider/'.length));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    // One start of the engine for all of them; each alone only where one of them fails.
    const together = await messagesOf(
      registry,
      samples.flatMap(({ statements }) => statements),
    );
    if (together === '') return [];
    const found: { sample: Sample; failure: Failure }[] = [];
    for (const sample of samples)
      for (const statement of sample.statements) {
        const messages = await messagesOf(registry, [statement]);
        if (messages === '') continue;
        found.push({ sample, failure: { kind: `engine ${kindOf(messages)}`, detail: `${statement}\n${messages}` } });
        break;
      }
    return found;
  } finally {
    rmSync(registry, { recursive: true, force: true });
  }
}

async function messagesOf(registry: string, statements: readonly string[]): Promise<string> {
  return (await engineOutput(registry, `${statements.join('; ')};`)).messages.trim();
}

/** The first line of a message, without what it quotes of the provider. */
function kindOf(messages: string): string {
  const [line = ''] = messages.split('\n');
  return line
    .replace(/'[^']*'|"[^"]*"|`[^`]*`/g, '…')
    .replace(/\bp\d+\b|\d+/g, '#')
    .slice(0, 100);
}

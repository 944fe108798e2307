// The floor: what reading a document and writing the very same files costs, with the YAML library that we read with.
// usage: floor.mjs SPEC FINISHED_OUTPUT SCRATCH
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';

const [spec, finished, scratch] = process.argv.slice(2);
load(readFileSync(spec, 'utf8'));
copy(finished, scratch);

function copy(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) copy(source, target);
    else writeFileSync(target, readFileSync(source));
  }
}

// Loaded into a measured process: says at its end how long it ran and what it took at most.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const measured = { ms: Math.round(performance.now()), mb: Math.round(process.resourceUsage().maxRSS / 1024) };
  writeSync(3, JSON.stringify(measured));
});

// Loaded into a measured process: says at its end what it took. Milliseconds of the clock and of processors, MB at most.
import { writeSync } from 'node:fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const measured = {
    ms: Math.round(performance.now()),
    cpu: Math.round((userCPUTime + systemCPUTime) / 1000),
    mb: Math.round(maxRSS / 1024),
  };
  writeSync(3, JSON.stringify(measured));
});

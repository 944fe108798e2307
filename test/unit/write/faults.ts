import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** What the writing room asks of the file system. */
const CALLS = [
  'chmodSync',
  'closeSync',
  'copyFileSync',
  'fchmodSync',
  'fsyncSync',
  'linkSync',
  'lstatSync',
  'mkdirSync',
  'openSync',
  'readFileSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'writeFileSync',
] as const;

/** Which calls fail: one, or it and all after it, as when the disk is full, or the process is killed. */
export interface Fault {
  readonly at: number;
  readonly code: string;
  readonly andAfter?: boolean;
}

/** Does some work while calls fail. Returns how many calls there were, and the error if it came out. */
export function withFault(fault: Fault | undefined, work: () => void): { calls: number; error?: unknown } {
  const whole = Object.fromEntries(CALLS.map((name) => [name, fs[name]]));
  let calls = 0;
  for (const name of CALLS) {
    const call = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        calls++;
        // To wait for the disk would only make the tables slow.
        if (name === 'fsyncSync' && calls !== fault?.at) return undefined;
        if (!fault || (fault.andAfter ? calls < fault.at : calls !== fault.at)) return call(...args);
        // A descriptor is closed even where that reports an error; a write may get half of the text out.
        if (name === 'closeSync') call(...args);
        if (name === 'writeFileSync') call(args[0], String(args[1]).slice(0, 3));
        throw Object.assign(new Error(`${fault.code}: ${name}`), { code: fault.code, syscall: name });
      },
    });
  }
  syncBuiltinESMExports();
  try {
    work();
    return { calls };
  } catch (error) {
    return { calls, error };
  } finally {
    Object.assign(fs, whole);
    syncBuiltinESMExports();
  }
}

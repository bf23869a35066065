import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { isAlive } from '@lakescope/databricks-emulator';

/**
 * Whether the process still runs and is the one that was noted: numbers are reused, so the program it runs must be on its
 * command line.
 */
export function isOurProcess(noted: { readonly pid: number; readonly program: string }): boolean {
  if (!isAlive(noted.pid)) return false;
  try {
    const procfs = `/proc/${noted.pid}/cmdline`;
    const command = existsSync(procfs)
      ? readFileSync(procfs, 'utf8')
      : execFileSync('ps', ['-o', 'command=', '-p', String(noted.pid)], { encoding: 'utf8' });
    return command.includes(noted.program);
  } catch {
    // Cannot be told (no ps): better to call it running than to share its folder.
    return process.platform === 'win32';
  }
}

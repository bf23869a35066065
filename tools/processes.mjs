import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Whether a noted process still runs; numbers are reused, so its program must be on the command line. */
export function isRunning({ pid, program }) {
  try {
    process.kill(pid, 0);
    const procfs = `/proc/${pid}/cmdline`;
    const command = existsSync(procfs)
      ? readFileSync(procfs, 'utf8')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes(program);
  } catch {
    return false;
  }
}

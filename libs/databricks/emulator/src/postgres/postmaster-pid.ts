import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive } from '../processes/is-alive';

/**
 * The server's own lock file (src/include/utils/pidfile.h): line 1 is the process id, line 2 the data folder, line 8 the
 * state, "ready" once it takes connections.
 */
function readLines(dataDirectory: string): string[] {
  try {
    return readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

export function isReady(dataDirectory: string, pid: number): boolean {
  const lines = readLines(dataDirectory);
  return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
}

/** Ends the server an earlier, killed launcher left on this data folder, and clears a lock file nobody holds any more. */
export async function endLeftover(dataDirectory: string): Promise<void> {
  const pid = Number(readLines(dataDirectory)[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (!isPostgresOn(dataDirectory, pid)) {
    rmSync(join(dataDirectory, 'postmaster.pid'), { force: true });
    return;
  }
  for (const [signal, patience] of [
    ['SIGINT', 5_000],
    ['SIGQUIT', 2_000],
    ['SIGKILL', 1_000],
  ] as const) {
    signalIfAlive(pid, signal);
    const end = Date.now() + patience;
    while (Date.now() < end) {
      if (!isAlive(pid)) return;
      await delay(20);
    }
  }
}

// A process id is reused, so the number alone proves nothing: the command line must name this very folder.
function isPostgresOn(dataDirectory: string, pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    const procfs = `/proc/${pid}/cmdline`;
    const command = existsSync(procfs)
      ? readFileSync(procfs, 'utf8').split('\0').join(' ')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres') && command.includes(dataDirectory);
  } catch {
    return false;
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between the look and the call: what we wanted.
  }
}

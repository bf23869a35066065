import { execFileSync } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../../state/error-code';

interface Noted {
  readonly pid: number;
  /** As `ps` says when it was started, which tells this process from one that got its number later. */
  readonly startedAt: string;
}

const FILE = 'process.json';
const MOST_NOTED = 20;

/** Remembers beside an app's files which processes are its, and ends those that a killed workspace left behind. */
export class LeftoverProcesses {
  constructor(private readonly directory: string) {}

  async note(pid: number): Promise<void> {
    const startedAt = startOf(pid);
    if (startedAt === undefined) return;
    const earlier = await this.read();
    // The app itself may have been noted long before all that has ended since.
    const alive = earlier.length < MOST_NOTED ? earlier : earlier.filter((one) => startOf(one.pid) === one.startedAt);
    const noted = [...alive, { pid, startedAt }].slice(-MOST_NOTED);
    await writeFile(join(this.directory, FILE), JSON.stringify(noted), { mode: 0o600 });
  }

  /** To be called before anything of the app is started. */
  async end(): Promise<void> {
    for (const { pid, startedAt } of await this.read()) {
      if (startOf(pid) !== startedAt) continue;
      try {
        process.kill(-pid, 'SIGKILL');
      } catch (error) {
        // It ended by itself just now.
        if (errorCode(error) !== 'ESRCH') throw error;
      }
    }
    await rm(join(this.directory, FILE), { force: true });
  }

  private async read(): Promise<readonly Noted[]> {
    try {
      const noted: unknown = JSON.parse(await readFile(join(this.directory, FILE), 'utf8'));
      return Array.isArray(noted) ? noted.filter(isNoted) : [];
    } catch (error) {
      // Half a note is one of a process that was only being started.
      if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return [];
      throw error;
    }
  }
}

function isNoted(value: unknown): value is Noted {
  if (typeof value !== 'object' || value === null || !('pid' in value) || !('startedAt' in value)) return false;
  return Number.isInteger(value.pid) && Number(value.pid) > 1 && typeof value.startedAt === 'string';
}

/** Undefined: there is no such process, or this system cannot tell. */
function startOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    // No such process, or no ps.
    return undefined;
  }
}

import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removePostgres } from '@lakescope/databricks-emulator';
import { LaunchError } from './launch-error';
import { isOurProcess } from './leftover-process';

/** Raised whenever an older launcher could no longer read what a newer one wrote. */
const stateVersion = 1;
const marker = 'lakescope-state.json';
const lockFile = 'launcher.json';

export interface NotedProcess {
  readonly pid: number;
  /** The file it runs, which tells a process id of ours from one that was reused. */
  readonly program: string;
}

/** The last restart of the API's processes one after another. */
export interface NotedRestart {
  /** Counted from the launcher's start. */
  readonly number: number;
  readonly state: 'running' | 'done' | 'failed';
  /** How far it is, or why it failed, for people. */
  readonly detail: string;
}

/** The processes of a running launcher, as its lock file names them. */
export interface RunningLauncher extends NotedProcess {
  /** Of the API, in the order of `replicas` in `endpoints.json`. */
  readonly apis?: readonly NotedProcess[];
  readonly restart?: NotedRestart;
}

/** Everything that is kept between two starts, and the lock that keeps two launchers from sharing it. */
export class StateFolder {
  private running: RunningLauncher | undefined;

  private constructor(
    readonly directory: string,
    private readonly ephemeral: boolean,
  ) {}

  /** Takes the folder for this process; with `reset` it is emptied first. */
  static async take(options: { directory: string; ephemeral: boolean; reset: boolean }): Promise<StateFolder> {
    const folder = new StateFolder(options.directory, options.ephemeral);
    folder.prepare();
    folder.lock();
    try {
      if (options.reset) await folder.clear();
      folder.checkVersion();
      rmSync(folder.endpointsFile, { force: true });
      return folder;
    } catch (error) {
      rmSync(join(folder.directory, lockFile), { force: true });
      throw error;
    }
  }

  static temporary(): string {
    return mkdtempSync(join(tmpdir(), 'lakescope-'));
  }

  get endpointsFile(): string {
    return join(this.directory, 'endpoints.json');
  }

  get logDirectory(): string {
    return join(this.directory, 'logs');
  }

  /** A secret made once and kept for its owner alone. */
  secret(name: string): string {
    const file = join(this.directory, name);
    if (!existsSync(file)) this.write(name, randomBytes(32).toString('base64url'));
    return readFileSync(file, 'utf8');
  }

  /** Whole or not at all, and readable by its owner alone. */
  write(name: string, text: string): void {
    const file = join(this.directory, name);
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** So that the next launcher, or `npm run stop`, finds the API even if this launcher is killed. */
  noteApi(index: number, api: NotedProcess): void {
    const apis = [...(this.running?.apis ?? [])];
    apis[index] = api;
    this.note({ apis });
  }

  /** For `npm run restart-replicas`, which waits for it. */
  noteRestart(restart: NotedRestart): void {
    this.note({ restart });
  }

  async release(): Promise<void> {
    rmSync(this.endpointsFile, { force: true });
    rmSync(join(this.directory, lockFile), { force: true });
    if (!this.ephemeral) return;
    await removePostgres(this.directory);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private prepare(): void {
    const existing = statSync(this.directory, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isDirectory()) {
      throw new LaunchError(`--state ${this.directory} is not a folder.`);
    }
    const entries = existing === undefined ? [] : readdirSync(this.directory);
    if (this.ephemeral && entries.length > 0) {
      throw new LaunchError(`--ephemeral deletes its folder at the end, but ${this.directory} is not empty.`);
    }
    if (entries.length > 0 && !entries.includes(marker)) {
      throw new LaunchError(`${this.directory} is not a state folder of Lakescope. Choose another with --state.`);
    }
    try {
      mkdirSync(this.directory, { recursive: true });
      // Postgres, which root runs as another account, passes through; what is secret below is closed file by file.
      if (process.getuid?.() === 0) chmodSync(this.directory, 0o711);
      if (!entries.includes(marker)) this.write(marker, JSON.stringify({ version: stateVersion }));
      mkdirSync(this.logDirectory, { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new LaunchError(`The state folder ${this.directory} cannot be written: ${String(cause)}`, { cause });
    }
  }

  private note(what: Pick<RunningLauncher, 'apis' | 'restart'>): void {
    if (this.running === undefined) return;
    this.running = { ...this.running, ...what };
    this.write(lockFile, JSON.stringify(this.running));
  }

  private lock(): void {
    const file = join(this.directory, lockFile);
    // The name alone: the command line may have given it relative to any folder.
    this.running = { pid: process.pid, program: basename(process.argv[1] ?? '') };
    const text = JSON.stringify(this.running);
    try {
      writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const earlier = readRunning(this.directory);
    if (earlier !== undefined && isOurProcess(earlier)) {
      throw new LaunchError(
        `Already running on ${this.directory} (process ${earlier.pid}). Stop it with "npm run stop", or use another --state.`,
      );
    }
    // Its launcher was killed: what it left running would hold our ports.
    for (const api of earlier?.apis ?? []) if (isOurProcess(api)) process.kill(api.pid, 'SIGKILL');
    this.write(lockFile, text);
  }

  private async clear(): Promise<void> {
    await removePostgres(this.directory);
    for (const entry of readdirSync(this.directory)) {
      if (entry !== lockFile && entry !== marker) rmSync(join(this.directory, entry), { recursive: true });
    }
    this.write(marker, JSON.stringify({ version: stateVersion }));
    mkdirSync(this.logDirectory, { mode: 0o700 });
  }

  private checkVersion(): void {
    const version = versionOf(readFileSync(join(this.directory, marker), 'utf8'));
    const way = 'Use another --state, or --reset to delete what is in it.';
    if (version === undefined) {
      throw new LaunchError(`The state folder ${this.directory} is damaged (${marker} is unreadable). ${way}`);
    }
    if (version > stateVersion) {
      throw new LaunchError(
        `The state folder ${this.directory} is from a newer Lakescope (state version ${version}; this one knows ${stateVersion}). ${way}`,
      );
    }
  }
}

export function readRunning(directory: string): RunningLauncher | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, lockFile), 'utf8')) as RunningLauncher;
  } catch {
    // No lock, or half of one from a machine that lost power: nobody holds it.
    return undefined;
  }
}

function versionOf(text: string): number | undefined {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === 'number' ? version : undefined;
  } catch {
    return undefined;
  }
}

import type { Storage } from '@lakescope/delta';
import { AlreadyExists, LocalStorage } from '@lakescope/delta';
import { LocalTarget } from '../target/local-target';
import type { SourceObject, SourceStore } from '../source/source-store';
import type { TargetStore } from '../target/target-store';

/** What goes wrong at a target. */
export interface TargetFaults {
  /** Kills the process at the n-th write (a copy, a commit, a checkpoint), from 1: before it, or right after. */
  readonly dieAt?: { readonly write: number; readonly after: boolean };
  /** From 0 to 1: how often another writer takes a version first. */
  readonly foreignCommits?: number;
  /** From 0 to 1: how often the store says "already there" of what it has just stored, as when a first answer was lost. */
  readonly lostAnswers?: number;
  /** At least 0, less than 1. */
  readonly next: () => number;
}

const COMMIT = /^_delta_log\/(\d{20})\.json$/;

/** A folder of tables where other writers are about, answers get lost, and the process dies. */
export class FaultyTarget implements TargetStore {
  readonly uri: string;
  private readonly target: LocalTarget;
  private writes = 0;

  constructor(
    folder: string,
    private readonly faults: TargetFaults,
  ) {
    this.target = new LocalTarget(folder);
    this.uri = this.target.uri;
  }

  table(name: string): Storage {
    return new FaultyStorage(this.target.table(name).location, this);
  }

  async copy(
    source: SourceStore,
    file: SourceObject,
    table: string,
    path: string,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.survived(() => this.target.copy(source, file, table, path, signal));
  }

  async survived(write: () => Promise<void>): Promise<void> {
    this.writes += 1;
    const isTheOne = this.writes === this.faults.dieAt?.write;
    if (isTheOne && this.faults.dieAt?.after === false) process.kill(process.pid, 'SIGKILL');
    await write();
    if (isTheOne) process.kill(process.pid, 'SIGKILL');
  }

  happens(fault: 'foreignCommits' | 'lostAnswers'): boolean {
    return this.faults.next() < (this.faults[fault] ?? 0);
  }
}

class FaultyStorage extends LocalStorage {
  constructor(
    root: string,
    private readonly target: FaultyTarget,
  ) {
    super(root);
  }

  override async putIfAbsent(path: string, bytes: Uint8Array): Promise<void> {
    const [, version] = COMMIT.exec(path) ?? [];
    // A table that is not there yet cannot be changed by others.
    if (version !== undefined && Number(version) > 0 && this.target.happens('foreignCommits')) {
      await super.putIfAbsent(path, foreignCommit()).catch(() => undefined);
    }
    await this.target.survived(() => super.putIfAbsent(path, bytes));
    if (version !== undefined && this.target.happens('lostAnswers')) throw new AlreadyExists(path);
  }

  override async put(path: string, bytes: Uint8Array): Promise<void> {
    await this.target.survived(() => super.put(path, bytes));
  }
}

/** A commit that changes nothing, as a stream that found no rows makes one. */
function foreignCommit(): Uint8Array {
  const actions = [
    { commitInfo: { timestamp: Date.now(), operation: 'STREAMING UPDATE', isBlindAppend: true } },
    { txn: { appId: 'somebody-else', version: Date.now(), lastUpdated: Date.now() } },
  ];
  return Buffer.from(actions.map((action) => `${JSON.stringify(action)}\n`).join(''));
}

import type { TableHead } from '@lakescope/delta';

/** A folder by its place in a table's source. */
export interface FolderKey {
  readonly fingerprint: string;
  /** Its name: epoch milliseconds. */
  readonly ms: number;
}

/**
 * How far a table is ingested, as its log tells it by `txn` actions: what survives other writers, checkpoints and log clean-up, and is in the
 * same commit as the files it speaks of. `cda:<table>:<fingerprint>` is the newest folder of a fingerprint; `cda-skip:<table>:<fingerprint>:<ms>`
 * is 0 for a folder that was put aside, and 1 when it is ingested after all.
 */
export class Cursors {
  private readonly cursor: string;
  private readonly skip: string;

  constructor(table: string) {
    this.cursor = `cda:${table}:`;
    this.skip = `cda-skip:${table}:`;
  }

  cursorId(fingerprint: string): string {
    return this.cursor + fingerprint;
  }

  skipId({ fingerprint, ms }: FolderKey): string {
    return `${this.skip}${fingerprint}:${ms}`;
  }

  /** The newest ingested folder of a fingerprint; 0 when there is none. */
  of(head: TableHead | undefined, fingerprint: string): number {
    return Number(head?.transactions.get(this.cursorId(fingerprint)) ?? 0);
  }

  isSkipped(head: TableHead | undefined, folder: FolderKey): boolean {
    return head?.transactions.get(this.skipId(folder)) === 0n;
  }

  /** By fingerprint, those without a folder (0, after a rebuild) as well. */
  all(head: TableHead | undefined): Map<string, number> {
    const cursors = new Map<string, number>();
    for (const [appId, version] of head?.transactions ?? []) {
      if (appId.startsWith(this.cursor)) cursors.set(appId.slice(this.cursor.length), Number(version));
    }
    return cursors;
  }

  /** Folders that are put aside, in the order of fingerprints and times. */
  skipped(head: TableHead | undefined): FolderKey[] {
    const folders: FolderKey[] = [];
    for (const [appId, version] of head?.transactions ?? []) {
      if (version !== 0n || !appId.startsWith(this.skip)) continue;
      const end = appId.lastIndexOf(':');
      folders.push({ fingerprint: appId.slice(this.skip.length, end), ms: Number(appId.slice(end + 1)) });
    }
    return folders.sort((left, right) =>
      left.fingerprint === right.fingerprint ? left.ms - right.ms : left.fingerprint < right.fingerprint ? -1 : 1,
    );
  }
}

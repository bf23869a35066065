import type { TableHead, TransactionId } from '@lakescope/delta';

/** The newest batch of each application that has written to a table. */
export type Books = Pick<TableHead, 'transactions'>;

/** A folder by its place in a table's source. */
export interface FolderKey {
  readonly fingerprint: string;
  /** Its name: epoch milliseconds. */
  readonly ms: number;
}

/**
 * How far a table is ingested, as its log tells it by `txn` actions: what survives other writers, checkpoints and log clean-up, and is in the
 * same commit as the files it speaks of. `cda:<table>:<fingerprint>` is the newest folder of a fingerprint; `cda-skip:<table>:<fingerprint>:<ms>`
 * is 0 for a folder that was put aside, and 1 when it is ingested after all. What somebody decided after a reset is there as well:
 * `cda-gone:<table>:<fingerprint>` is the cursor with which the fingerprint was let go, `cda-back:<table>:<ms>` is 1 more than the oldest fence
 * that was taken while `ms` was the newest folder. `cda-rebuilt:<table>` counts rebuilds, and `cda-schema:<table>` is the rebuild whose schema
 * the table has.
 */
export class Cursors {
  private readonly cursor: string;
  private readonly skip: string;
  private readonly rebuilt: string;
  private readonly schema: string;

  constructor(private readonly table: string) {
    this.cursor = `cda:${table}:`;
    this.skip = `cda-skip:${table}:`;
    this.rebuilt = `cda-rebuilt:${table}`;
    this.schema = `cda-schema:${table}`;
  }

  cursorId(fingerprint: string): string {
    return this.cursor + fingerprint;
  }

  skipId({ fingerprint, ms }: FolderKey): string {
    return `${this.skip}${fingerprint}:${ms}`;
  }

  /** The newest ingested folder of a fingerprint; 0 when there is none. */
  of(books: Books | undefined, fingerprint: string): number {
    return Number(books?.transactions.get(this.cursorId(fingerprint)) ?? 0);
  }

  isSkipped(books: Books | undefined, folder: FolderKey): boolean {
    return books?.transactions.get(this.skipId(folder)) === 0n;
  }

  /** Whether somebody decided to go on without a fingerprint that is gone from the history, and it was not read since. */
  isLetGo(books: Books | undefined, fingerprint: string): boolean {
    const cursor = books?.transactions.get(this.cursorId(fingerprint));
    return cursor !== undefined && books?.transactions.get(this.goneId(fingerprint)) === cursor;
  }

  /** Whether somebody decided to go on with a fence this old while `newest` is the newest folder. */
  isTaken(books: Books | undefined, newest: number, fence: number): boolean {
    const taken = books?.transactions.get(this.backId(newest)) ?? 0n;
    return taken > 0n && taken <= BigInt(fence) + 1n;
  }

  /** That somebody decided to go on with this fence while `newest` is the newest folder. */
  fenceTaken(newest: number, fence: number): TransactionId {
    return { appId: this.backId(newest), version: fence + 1 };
  }

  goneId(fingerprint: string): string {
    return `cda-gone:${this.table}:${fingerprint}`;
  }

  private backId(newest: number): string {
    return `cda-back:${this.table}:${newest}`;
  }

  /** How often the table was begun anew; copies of each time have places of their own. */
  rebuilds(books: Books | undefined): number {
    return Number(books?.transactions.get(this.rebuilt) ?? 0);
  }

  /** Whether the table was rebuilt and no folder has told its columns since. */
  needsSchema(books: Books | undefined): boolean {
    return this.rebuilds(books) > Number(books?.transactions.get(this.schema) ?? 0);
  }

  /** The schema is that of the newest rebuild. */
  schemaTold(books: Books | undefined): TransactionId {
    return { appId: this.schema, version: this.rebuilds(books) };
  }

  /** What a rebuild says of all that the table has known: nothing is ingested, put aside or decided any more. */
  forgetting(books: Books): TransactionId[] {
    const decided = [`cda-gone:${this.table}:`, `cda-back:${this.table}:`];
    const isDecision = (appId: string): boolean => decided.some((start) => appId.startsWith(start));
    return [
      ...[...this.all(books).keys()].map((fingerprint) => ({ appId: this.cursorId(fingerprint), version: 0 })),
      ...this.skipped(books).map((key) => ({ appId: this.skipId(key), version: 1 })),
      ...[...books.transactions.keys()].filter(isDecision).map((appId) => ({ appId, version: 0 })),
      { appId: this.rebuilt, version: this.rebuilds(books) + 1 },
    ];
  }

  /** By fingerprint, those without a folder (0, after a rebuild) as well. */
  all(books: Books | undefined): Map<string, number> {
    const cursors = new Map<string, number>();
    for (const [appId, version] of books?.transactions ?? []) {
      if (appId.startsWith(this.cursor)) cursors.set(appId.slice(this.cursor.length), Number(version));
    }
    return cursors;
  }

  /** The newest ingested folder of all fingerprints; 0 when there is none, as after a rebuild. */
  newest(books: Books | undefined): number {
    return Math.max(0, ...this.all(books).values());
  }

  /** Whether folders are ingested of a fingerprint that is none of these. */
  hasOthers(books: Books | undefined, fingerprints: readonly string[]): boolean {
    return [...this.all(books)].some(([fingerprint, ms]) => ms > 0 && !fingerprints.includes(fingerprint));
  }

  /** The newest folder of each fingerprint that has one, as texts. */
  watermarks(books: Books | undefined): Record<string, string> {
    const known = [...this.all(books)].filter(([, ms]) => ms > 0);
    return Object.fromEntries(known.map(([fingerprint, ms]) => [fingerprint, String(ms)]));
  }

  /** Folders that are put aside, in the order of fingerprints and times. */
  skipped(books: Books | undefined): FolderKey[] {
    const folders: FolderKey[] = [];
    for (const [appId, version] of books?.transactions ?? []) {
      if (version !== 0n || !appId.startsWith(this.skip)) continue;
      const end = appId.lastIndexOf(':');
      folders.push({ fingerprint: appId.slice(this.skip.length, end), ms: Number(appId.slice(end + 1)) });
    }
    return folders.sort((left, right) =>
      left.fingerprint === right.fingerprint ? left.ms - right.ms : left.fingerprint < right.fingerprint ? -1 : 1,
    );
  }
}

import { fileKey, type Actions } from '../log/actions';
import type { ActiveFile, Snapshot } from '../table/snapshot';
import { compareBytes } from '../storage/storage-path';

/** What became of the files of a table from one version to another. A file with another deletion vector is another file. */
export interface FileChanges {
  added: number;
  removed: number;
  addedBytes: bigint;
  removedBytes: bigint;
}

/** Files asked for at once when both lists are gone through. */
const LISTED_AT_ONCE = 20_000;

/** Adds commits up, oldest first. A file that came and went in between is no change. */
export class NetChanges {
  private readonly files = new Map<string, { was: boolean; is: boolean; bytes: bigint }>();

  /** Removes go first, as in replay: a file that is removed and added in one commit stays. */
  apply({ removed, added }: Actions): void {
    for (const file of removed) {
      const key = fileKey(file);
      const known = this.files.get(key);
      const bytes = BigInt(file.sizeBytes ?? 0);
      this.files.set(key, { was: known?.was ?? true, is: false, bytes: known?.bytes ?? bytes });
    }
    for (const file of added) {
      const key = fileKey(file);
      this.files.set(key, { was: this.files.get(key)?.was ?? false, is: true, bytes: BigInt(file.sizeBytes) });
    }
  }

  get total(): FileChanges {
    const total: FileChanges = { added: 0, removed: 0, addedBytes: 0n, removedBytes: 0n };
    for (const { was, is, bytes } of this.files.values()) {
      if (is && !was) {
        total.added += 1;
        total.addedBytes += bytes;
      } else if (was && !is) {
        total.removed += 1;
        total.removedBytes += bytes;
      }
    }
    return total;
  }
}

/**
 * Whether changes lead from one version to the other. They do not where a writer adds a file again that is there (to give it other
 * statistics) or removes one that is not: the commits alone do not tell that.
 */
export function leadsTo(changes: FileChanges, before: Snapshot, after: Snapshot): boolean {
  return (
    before.numFiles + changes.added - changes.removed === after.numFiles &&
    before.sizeBytes + changes.addedBytes - changes.removedBytes === after.sizeBytes
  );
}

/** Goes through the files of both versions, which are in the same order. */
export async function comparedFiles(
  before: Snapshot,
  after: Snapshot,
  signal: AbortSignal | undefined,
): Promise<FileChanges> {
  const total: FileChanges = { added: 0, removed: 0, addedBytes: 0n, removedBytes: 0n };
  const was = samePaths(before, signal);
  const is = samePaths(after, signal);
  let left = (await was.next()).value;
  let right = (await is.next()).value;
  while (left !== undefined || right !== undefined) {
    const order =
      left === undefined ? 1 : right === undefined ? -1 : compareBytes(left[0]?.path ?? '', right[0]?.path ?? '');
    const gone = order <= 0 ? (left ?? []) : [];
    const come = order >= 0 ? (right ?? []) : [];
    const both = new Set(gone.map(fileKey).filter((key) => come.some((file) => fileKey(file) === key)));
    for (const file of gone) {
      if (both.has(fileKey(file))) continue;
      total.removed += 1;
      total.removedBytes += file.sizeBytes;
    }
    for (const file of come) {
      if (both.has(fileKey(file))) continue;
      total.added += 1;
      total.addedBytes += file.sizeBytes;
    }
    if (order <= 0) left = (await was.next()).value;
    if (order >= 0) right = (await is.next()).value;
  }
  return total;
}

/** The files of a version, those of one path together: there is more than one where deletion vectors were written by hand. */
async function* samePaths(
  snapshot: Snapshot,
  signal: AbortSignal | undefined,
): AsyncGenerator<ActiveFile[], undefined> {
  let group: ActiveFile[] = [];
  for (let offset = 0; offset < snapshot.numFiles; offset += LISTED_AT_ONCE) {
    for (const file of (await snapshot.files({ offset, limit: LISTED_AT_ONCE, signal })).items) {
      if (group.length > 0 && group[0]?.path !== file.path) {
        yield group;
        group = [];
      }
      group.push(file);
    }
  }
  if (group.length > 0) yield group;
  return undefined;
}

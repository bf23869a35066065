import { fileKey, vectorId, type Actions } from '../log/actions';
import type { FileIdentity } from '../log/log-state';
import type { TableSnapshot } from '../table/table-snapshot';

/** What became of the files of a table from one version to another. A file with another deletion vector is another file. */
export interface FileChanges {
  added: number;
  removed: number;
  addedBytes: bigint;
  removedBytes: bigint;
}

interface NamedFile {
  identity: FileIdentity;
  /** Its bytes while the last commit that names it adds it. */
  sizeBytes: number | undefined;
}

/** Everything that commits say of files, added up in their order. */
export class NamedFiles {
  private readonly named = new Map<string, NamedFile>();

  /** Removes go first, as in replay: a file that is removed and added in one commit stays. */
  apply({ removed, added }: Actions): void {
    for (const file of removed) this.named.set(fileKey(file), { identity: identityOf(file), sizeBytes: undefined });
    for (const file of added) {
      this.named.set(fileKey(file), { identity: identityOf(file), sizeBytes: file.sizeBytes });
    }
  }

  /**
   * What changed since the version the commits begin at. Whether it had a file is asked of the version: writers add files again that are
   * there, to give them other statistics, and remove some that are not.
   */
  async changesSince(before: TableSnapshot, signal: AbortSignal | undefined): Promise<FileChanges> {
    const identities = new Map([...this.named].map(([key, { identity }]) => [key, identity]));
    const had = await before.fileSizes(identities, { signal });
    const changes = noChanges();
    for (const [key, { sizeBytes }] of this.named) {
      const was = had.get(key);
      if (sizeBytes !== undefined && was === undefined) add(changes, sizeBytes);
      else if (sizeBytes === undefined && was !== undefined) remove(changes, was);
    }
    return changes;
  }
}

/** What changed, by all files of both versions: for when the commits in between do not tell. */
export async function comparedFiles(
  before: TableSnapshot,
  after: TableSnapshot,
  signal: AbortSignal | undefined,
): Promise<FileChanges> {
  const was = new Map((await before.allFiles({ signal })).map((file) => [fileKey(file), file.sizeBytes]));
  const changes = noChanges();
  for (const file of await after.allFiles({ signal })) {
    if (!was.delete(fileKey(file))) add(changes, file.sizeBytes);
  }
  for (const sizeBytes of was.values()) remove(changes, sizeBytes);
  return changes;
}

function noChanges(): FileChanges {
  return { added: 0, removed: 0, addedBytes: 0n, removedBytes: 0n };
}

function add(changes: FileChanges, sizeBytes: number): void {
  changes.added += 1;
  changes.addedBytes += BigInt(sizeBytes);
}

function remove(changes: FileChanges, sizeBytes: number): void {
  changes.removed += 1;
  changes.removedBytes += BigInt(sizeBytes);
}

function identityOf({ path, deletionVector }: Parameters<typeof fileKey>[0]): FileIdentity {
  return { path, vector: vectorId(deletionVector) };
}

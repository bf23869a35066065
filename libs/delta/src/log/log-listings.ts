import { StorageNotFound, TableNotFound } from '../errors';
import { WeightedCache } from '../cache/weighted-cache';
import { isFileBacked, type Storage, type StorageEntry } from '../storage/storage';
import { compareBytes, joinPath } from '../storage/storage-path';
import { commitName, LOG_DIRECTORY, LogListing, type ListedFile } from './log-listing';

/** After this a log is listed from its start again, because its oldest files may have been cleaned up. */
const REMEMBERED_MS = 5 * 60_000;
/** Versions at the end that are listed again: checkpoints and checksums come after their commits. */
const LOOKED_BACK = 20;

interface Remembered {
  listing: LogListing;
  /** When its start was listed. */
  since: number;
}

/**
 * Listings of logs, of which only the end is asked for again: a log grows at its end and its files never change. The caller's
 * own storage is asked every time. What a remembered start says is right as long as the newest commit is still the same file;
 * that older files are gone shows when they are read, and then `forget` has the next listing start anew.
 */
export class LogListings {
  private readonly known: WeightedCache<Remembered>;

  /** `rememberedFiles` of listings are kept; one takes about two hundred bytes. */
  constructor(rememberedFiles = 500_000) {
    this.known = new WeightedCache<Remembered>(rememberedFiles);
  }

  /** TableNotFound when there is no log. */
  async read(storage: Storage, signal?: AbortSignal): Promise<{ listing: LogListing; isWhole: boolean }> {
    const known = this.known.get(storage.location);
    if (known !== undefined && Date.now() - known.since < REMEMBERED_MS) {
      const listing = await this.continued(storage, known.listing, signal);
      if (listing !== undefined) {
        if (listing !== known.listing) this.remember(storage, { listing, since: known.since });
        return { listing, isWhole: false };
      }
    }
    const since = Date.now();
    const listing = await LogListing.read(storage, signal);
    this.remember(storage, { listing, since });
    return { listing, isWhole: true };
  }

  /** TableNotFound when there is no log. A folder is asked for the first commit, which costs less than to list it. */
  async expect(storage: Storage, signal?: AbortSignal): Promise<void> {
    if (
      isFileBacked(storage) &&
      (await storage.head(joinPath(LOG_DIRECTORY, commitName(0)), { signal })) !== undefined
    ) {
      return;
    }
    await this.read(storage, signal);
  }

  forget(storage: Storage): void {
    this.known.delete(storage.location);
  }

  /** The listing as it is now, or undefined where it is no continuation of what is known. */
  private async continued(
    storage: Storage,
    known: LogListing,
    signal: AbortSignal | undefined,
  ): Promise<LogListing | undefined> {
    const newest = known.newestCommit;
    if (newest === undefined) return undefined;
    const startAfter = String(Math.max(0, newest.version - LOOKED_BACK)).padStart(20, '0');
    const end: ListedFile[] = [];
    try {
      for await (const entry of storage.list(LOG_DIRECTORY, { startAfter, signal })) {
        if (!entry.isDirectory) end.push(entry);
      }
    } catch (error) {
      throw error instanceof StorageNotFound ? new TableNotFound(storage.location) : error;
    }
    if (!end.some((entry) => isSame(entry, newest))) return undefined;
    const { files } = known;
    let start = files.length;
    while (start > 0 && compareBytes(files[start - 1]?.name ?? '', startAfter) > 0) start -= 1;
    const isUnchanged =
      files.length - start === end.length && end.every((entry, index) => isSame(entry, files[start + index]));
    return isUnchanged ? known : LogListing.of([...files.slice(0, start), ...end]);
  }

  private remember(storage: Storage, remembered: Remembered): void {
    this.known.set(storage.location, remembered, remembered.listing.files.length + 100);
  }
}

function isSame(entry: Omit<StorageEntry, 'isDirectory'>, other: ListedFile | undefined): boolean {
  return (
    other !== undefined &&
    entry.name === other.name &&
    entry.sizeBytes === other.sizeBytes &&
    entry.modifiedAt === other.modifiedAt
  );
}

import type { FolderListing, ListedFolder } from '../plan/list-folders';

/** What is known of a table stays small however many folders there are, and that of all together however many tables. */
const LISTED_AHEAD = 5_000;
const LEAST_LISTED = 500;
const LISTED_OF_ALL = 40_000;

/** How far each of so many tables at once is listed ahead. */
export function listedAhead(tables: number): number {
  return Math.max(LEAST_LISTED, Math.min(LISTED_AHEAD, Math.floor(LISTED_OF_ALL / tables)));
}

/** Folders in their order, listed some way ahead of those that take them. */
export class FolderQueue {
  readonly total = { folders: 0, files: 0, bytes: 0 };
  private readonly listed: ListedFolder[] = [];
  private readonly source: AsyncGenerator<ListedFolder>;
  private filesAhead = 0;
  private isEnded = false;

  /** `ahead`: files of folders that are listed and not yet looked at. */
  constructor(
    listing: FolderListing,
    private readonly ahead = LISTED_AHEAD,
  ) {
    this.source = listing.folders();
  }

  /** Lists on until enough is known. Answers whether more was found. */
  async fill(): Promise<boolean> {
    const before = this.total.folders;
    while (!this.isEnded && this.filesAhead < this.ahead) {
      const next = await this.source.next();
      if (next.done === true) {
        this.isEnded = true;
        break;
      }
      this.listed.push(next.value);
      this.filesAhead += weight(next.value);
      this.total.folders += 1;
      this.total.files += next.value.files.length;
      this.total.bytes += next.value.bytes;
    }
    return this.total.folders > before;
  }

  /** Whether it is time to list on. */
  get isLow(): boolean {
    return !this.isEnded && this.filesAhead < this.ahead / 2;
  }

  get next(): ListedFolder | undefined {
    return this.listed[0];
  }

  take(): ListedFolder | undefined {
    const folder = this.listed.shift();
    if (folder !== undefined) this.filesAhead -= weight(folder);
    return folder;
  }

  async close(): Promise<void> {
    await this.source.return(undefined);
  }
}

function weight(folder: ListedFolder): number {
  return folder.files.length + 1;
}

import type { FolderListing, ListedFolder } from '../plan/list-folders';

/** Files of folders that are listed and not yet looked at: what is known of a table stays small however many there are. */
const LISTED_AHEAD = 5_000;

/** Folders in their order, listed some way ahead of those that take them. */
export class FolderQueue {
  readonly total = { folders: 0, files: 0, bytes: 0 };
  private readonly listed: ListedFolder[] = [];
  private readonly source: AsyncGenerator<ListedFolder>;
  private filesAhead = 0;
  private isEnded = false;

  constructor(listing: FolderListing) {
    this.source = listing.folders();
  }

  /** Lists on until enough is known. Answers whether more was found. */
  async fill(): Promise<boolean> {
    const before = this.total.folders;
    while (!this.isEnded && this.filesAhead < LISTED_AHEAD) {
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
    return !this.isEnded && this.filesAhead < LISTED_AHEAD / 2;
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

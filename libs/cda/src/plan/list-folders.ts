import type { IngestionWarning } from '../run/run-options';
import type { SourceObject, SourceStore } from '../source/source-store';
import type { FolderKey } from './cursors';

/** The objects of one micro-batch. */
export interface ListedFolder extends FolderKey {
  /** Parquet files with bytes, in the order of their names. */
  readonly files: SourceObject[];
  /** Of the files. */
  bytes: number;
  /** `.cda/batch-metrics.json`. */
  metrics: SourceObject | undefined;
  hasSuccess: boolean;
  /** Something in it that must not be read, so that the folder is not what its writer made of it. */
  unfit: SourceObject | undefined;
  /** Was put aside by an earlier run, and is tried again. */
  readonly isRetry: boolean;
  readonly warnings: IngestionWarning[];
}

/** Which folders of a table are listed. */
export interface ListedRange {
  /** Relative to the source's root. */
  readonly folder: string;
  readonly fingerprints: readonly string[];
  /** Newest ingested folder of a fingerprint, 0 when there is none. */
  cursorOf(fingerprint: string): number;
  /** Newest folder that may be read; none when left out. Epoch milliseconds. */
  readonly fence: number | undefined;
  /** Folders that were put aside, to be listed first. */
  readonly retried: readonly FolderKey[];
  /** Folders that were put aside, to be left out. */
  isSkipped(folder: FolderKey): boolean;
}

/** Thirteen digits: from 2001 to 2286, and numbers and texts are in the same order. */
export const FOLDER_NAME = /^[1-9]\d{12}$/;
const METRICS = '.cda/batch-metrics.json';
const SUCCESS = '_SUCCESS';
/** More odd names of a table are counted and not named. */
const MOST_NAMED = 5;

/**
 * Lists the folders of a table that are to be ingested, fingerprint after fingerprint and each in the order of time: one flat listing per
 * fingerprint, which starts at its cursor and tells the files with the folders.
 */
export class FolderListing {
  /** Whether there is any folder of a batch, whatever becomes of it. */
  hasFound = false;
  /** Whether there is a folder of a fingerprint of which nothing is ingested. */
  hasBegun = false;
  /** The oldest folder with `_SUCCESS` that was seen. Epoch milliseconds. */
  private successSince: number | undefined;
  /** Fingerprints that were looked through for it. */
  private readonly searched = new Set<string>();
  private readonly odd: string[] = [];
  private oddCount = 0;

  constructor(
    private readonly source: SourceStore,
    private readonly range: ListedRange,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async *folders(): AsyncGenerator<ListedFolder> {
    for (const folder of this.range.retried) yield await this.retried(folder);
    for (const fingerprint of this.range.fingerprints) yield* this.ofFingerprint(fingerprint);
  }

  /** Whether a folder is still being written: it has no `_SUCCESS`, and one before it has. Sources did not always write it. */
  isIncomplete({ hasSuccess, ms }: Pick<ListedFolder, 'hasSuccess' | 'ms'>): boolean {
    return !hasSuccess && this.successSince !== undefined && ms > this.successSince;
  }

  /** What lies there that is no change data, told once for the table. */
  get warnings(): IngestionWarning[] {
    if (this.oddCount === 0) return [];
    const more = this.oddCount > this.odd.length ? ` and ${this.oddCount - this.odd.length} more` : '';
    const message = `Left alone, because they are not named as CDA names its folders and files: ${this.odd.join(', ')}${more}`;
    return [{ code: 'UNKNOWN_NAMES', message }];
  }

  private async *ofFingerprint(fingerprint: string): AsyncGenerator<ListedFolder> {
    const root = `${this.range.folder}/${fingerprint}`;
    const cursor = this.range.cursorOf(fingerprint);
    // From the folder of the cursor on, not behind it: it costs nothing and shows whether the source writes _SUCCESS.
    const startAfter = cursor === 0 ? undefined : `${root}/${cursor}`;
    let current: ListedFolder | undefined;
    for await (const object of this.source.list(root, { startAfter, signal: this.signal })) {
      const path = object.path.slice(root.length + 1);
      const end = path.indexOf('/');
      const name = end < 0 ? path : path.slice(0, end);
      const isFolder = FOLDER_NAME.test(name) && (end >= 0 || object.unfit !== undefined);
      if (!isFolder) {
        if (name !== '') this.note(`${fingerprint}/${name}`);
        continue;
      }
      this.hasFound = true;
      const ms = Number(name);
      if (this.range.fence !== undefined && ms > this.range.fence) break;
      if (ms !== current?.ms) {
        if (current !== undefined && this.isWanted(current, cursor)) yield current;
        current = emptyFolder({ fingerprint, ms }, false);
      }
      this.take(current, object, end < 0 ? '' : path.slice(end + 1));
    }
    if (current !== undefined && this.isWanted(current, cursor)) yield current;
  }

  private async retried(key: FolderKey): Promise<ListedFolder> {
    const root = `${this.range.folder}/${key.fingerprint}/${key.ms}`;
    const folder = emptyFolder(key, true);
    for await (const object of this.source.list(root, { signal: this.signal })) {
      this.take(folder, object, object.path.slice(root.length + 1));
    }
    if (!folder.hasSuccess) await this.searchSuccess(key);
    return folder;
  }

  /** What is listed from the cursors on does not show whether the source wrote `_SUCCESS` when a folder long before them was written. */
  private async searchSuccess({ fingerprint }: FolderKey): Promise<void> {
    if (this.searched.has(fingerprint)) return;
    this.searched.add(fingerprint);
    const root = `${this.range.folder}/${fingerprint}`;
    for await (const { path } of this.source.list(root, { signal: this.signal })) {
      const [name = '', file] = path.slice(root.length + 1).split('/');
      if (file !== SUCCESS || !FOLDER_NAME.test(name)) continue;
      this.sawSuccess(Number(name));
      return;
    }
  }

  private sawSuccess(ms: number): void {
    this.successSince = Math.min(ms, this.successSince ?? ms);
  }

  private isWanted(folder: ListedFolder, cursor: number): boolean {
    if (folder.ms <= cursor || this.range.isSkipped(folder)) return false;
    this.hasBegun ||= cursor === 0;
    return true;
  }

  /** Sorts an object into its folder; `name` is what comes after the folder's own. */
  private take(folder: ListedFolder, object: SourceObject, name: string): void {
    if (object.unfit !== undefined) folder.unfit ??= object;
    else if (name === SUCCESS) {
      folder.hasSuccess = true;
      this.sawSuccess(folder.ms);
    } else if (name === METRICS) folder.metrics = object;
    else if (isDataFile(name)) {
      if (object.sizeBytes === 0) folder.warnings.push(emptyFile(name));
      else {
        folder.files.push(object);
        folder.bytes += object.sizeBytes;
      }
    } else if (name !== '' && !/^[._]/.test(name)) this.note(`${folder.fingerprint}/${folder.ms}/${name}`);
  }

  private note(name: string): void {
    this.oddCount += 1;
    const shown = JSON.stringify(name.slice(0, 100));
    if (this.odd.length < MOST_NAMED && !this.odd.includes(shown)) this.odd.push(shown);
  }
}

function emptyFolder({ fingerprint, ms }: FolderKey, isRetry: boolean): ListedFolder {
  return {
    fingerprint,
    ms,
    files: [],
    bytes: 0,
    metrics: undefined,
    hasSuccess: false,
    unfit: undefined,
    isRetry,
    warnings: [],
  };
}

/** Hidden names are those of files that are being written, and of side files. */
function isDataFile(name: string): boolean {
  return name.endsWith('.parquet') && !name.includes('/') && !/^[._]/.test(name);
}

function emptyFile(name: string): IngestionWarning {
  return { code: 'EMPTY_FILE', message: `${JSON.stringify(name.slice(0, 200))} has no bytes and was left out` };
}

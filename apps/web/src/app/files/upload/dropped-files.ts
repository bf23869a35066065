/** A file of this device and the folders it lies in, relative to what was chosen. */
export interface LocalFile {
  readonly file: File;
  /** `photos/2026` for a file of a dropped folder; empty for a file dropped itself. */
  readonly folder: string;
}

/** What a drop or a choice brings: files, and folders that hold none, which are made all the same. */
export interface LocalFiles {
  readonly files: readonly LocalFile[];
  readonly emptyFolders: readonly string[];
}

/** The part of the browser's file system entries that is used here. */
export interface DroppedEntry {
  readonly isFile: boolean;
  readonly isDirectory: boolean;
  readonly name: string;
}
export interface DroppedFile extends DroppedEntry {
  file(found: (file: File) => void, failed: (error: DOMException) => void): void;
}
export interface DroppedFolder extends DroppedEntry {
  createReader(): {
    readEntries(found: (entries: DroppedEntry[]) => void, failed: (error: DOMException) => void): void;
  };
}

const isFile = (entry: DroppedEntry): entry is DroppedFile => entry.isFile;
const isFolder = (entry: DroppedEntry): entry is DroppedFolder => entry.isDirectory;

/** What was dropped. To be called within the event: the browser empties its list when the handler returns. */
export function entriesOf(transfer: DataTransfer): readonly DroppedEntry[] {
  return [...transfer.items].flatMap((item) => {
    if (item.kind !== 'file') return [];
    // What another program hands over may be a file without a place on the disk.
    return item.webkitGetAsEntry() ?? placeless(item.getAsFile()) ?? [];
  });
}

function placeless(file: File | null): DroppedFile | undefined {
  if (file === null) return undefined;
  return { isFile: true, isDirectory: false, name: file.name, file: (found) => found(file) };
}

/** Whether something that is dragged over the page is files of the device, not a text or a link of the page itself. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') === true && !transfer.types.includes('text/uri-list');
}

/** Walks down the folders that were dropped. */
export async function filesOf(entries: readonly DroppedEntry[]): Promise<LocalFiles> {
  const files: LocalFile[] = [];
  const emptyFolders: string[] = [];
  const walk = async (entry: DroppedEntry, folder: string): Promise<void> => {
    if (isFile(entry)) {
      const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
      files.push({ file, folder });
    } else if (isFolder(entry)) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const children = await childrenOf(entry);
      if (children.length === 0) emptyFolders.push(path);
      for (const child of children) await walk(child, path);
    }
  };
  for (const entry of entries) await walk(entry, '');
  return { files, emptyFolders };
}

/** The browser answers a folder in portions of a hundred, and ends with an empty one. */
async function childrenOf(folder: DroppedFolder): Promise<readonly DroppedEntry[]> {
  const reader = folder.createReader();
  const children: DroppedEntry[] = [];
  for (;;) {
    const portion = await new Promise<DroppedEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return children;
    children.push(...portion);
  }
}

/** What an `<input type="file">` holds; of a chosen folder the browser tells each file's path. */
export function filesOfInput(files: Iterable<File>): LocalFiles {
  return {
    files: [...files].map((file) => ({ file, folder: file.webkitRelativePath.split('/').slice(0, -1).join('/') })),
    emptyFolders: [],
  };
}

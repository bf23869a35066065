import { StorageNotFound, type Storage } from '@lakescope/delta';
import { eachAtOnce } from '../at-once';
import { folderFile, isReference } from './folder-files';
import type { HeldFile } from './log-replay';
import type { Findings } from './verification';

const FOLDERS_AT_ONCE = 4;

/** Looks whether the files that were copied into a table are still there, and as long as they were: one listing for each of its folders. */
export async function checkCopies({
  storage,
  active,
  findings,
  signal,
}: {
  storage: Storage;
  active: ReadonlyMap<string, HeldFile>;
  findings: Findings;
  signal: AbortSignal | undefined;
}): Promise<void> {
  const folders = new Map<string, Map<string, HeldFile>>();
  for (const [key, file] of active) {
    if (isReference(file.path) || folderFile(key) === undefined) continue;
    const end = file.path.lastIndexOf('/');
    const folder = file.path.slice(0, end);
    const files = folders.get(folder) ?? new Map<string, HeldFile>();
    files.set(file.path.slice(end + 1), file);
    folders.set(folder, files);
  }
  await eachAtOnce(folders, FOLDERS_AT_ONCE, async ([folder, files]) => {
    const there = await sizes(storage, folder, signal);
    for (const [name, { path, sizeBytes }] of files) {
      const size = there.get(name);
      if (size === undefined) findings.add('FILE_GONE', `${path} is in the table, and not in its folder`, { folder });
      else if (sizeBytes !== undefined && size !== sizeBytes) {
        findings.add('FILE_CHANGED', `${path} has ${size} bytes, and ${sizeBytes} in the log`, { folder });
      }
    }
  });
}

async function sizes(
  storage: Storage,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  try {
    for await (const { name, sizeBytes } of storage.list(folder, { signal })) found.set(name, sizeBytes);
  } catch (error) {
    if (!(error instanceof StorageNotFound)) throw error;
  }
  return found;
}

import { StorageNotFound, type Storage } from '@lakescope/delta';
import { eachAtOnce } from '../at-once';
import { folderFile, isReference, type FilePlaces } from './folder-files';
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

/** A table that was copied, or whose source was, goes on referring to where its files were: no place that was given, and none to look into. */
export function tellElsewhere(places: FilePlaces, active: ReadonlyMap<string, HeldFile>, findings: Findings): void {
  const counts = new Map<string, number>();
  for (const { path } of active.values()) {
    const place = places.elsewhere(path);
    if (place !== undefined) counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  for (const [place, files] of counts) {
    const message = `The table refers to ${files} files in ${place}, which is neither its folder nor that of the source: what they are called was compared, and whether they are still there was not looked at`;
    findings.add('FILES_ELSEWHERE', message);
  }
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

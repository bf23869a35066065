import { PlatformError, type FilesApi } from '@lakescope/databricks-client';
import type { TagCondition } from '../if-match';
import { etagOf, type FileVersion } from './file-version';
import { FileChanged, FileNotFound } from './files.errors';
import type { VolumePath } from './volume-path';

/** Size and age of a file, or undefined when there is none. */
export async function lookAtFile(
  files: FilesApi,
  path: VolumePath,
  signal: AbortSignal,
): Promise<FileVersion | undefined> {
  try {
    return await files.head(path.toString(), { signal });
  } catch (error) {
    // The answer to HEAD has no body, so what is missing (a scope, a grant) is told to whoever asks for a byte.
    if (error instanceof PlatformError && error.kind === 'permission_denied') {
      await files.readBytes(path.toString(), { signal, range: { offset: 0, length: 1 } });
    }
    throw error;
  }
}

/** Size and age of a file; throws `FileNotFound`. */
export async function versionOf(files: FilesApi, path: VolumePath, signal: AbortSignal): Promise<FileVersion> {
  const found = await lookAtFile(files, path, signal);
  if (found === undefined) throw new FileNotFound(path.toString());
  return found;
}

/** Throws `FileChanged` unless the file is there as the condition says. */
export async function refuseChanged(
  files: FilesApi,
  path: VolumePath,
  condition: TagCondition,
  signal: AbortSignal,
): Promise<void> {
  const found = await lookAtFile(files, path, signal);
  const tag = found === undefined ? undefined : etagOf(found);
  if (tag === undefined || !condition(tag)) throw new FileChanged(path.toString(), tag);
}

import { PlatformError, type FilesApi } from '@lakescope/databricks-client';

/**
 * The whole of a file that is to be held in memory; undefined when it is larger than that. One byte more than allowed is asked for and
 * never more, however large the file is.
 */
export async function readBounded(
  files: FilesApi,
  path: string,
  maxBytes: number,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  try {
    const bytes = await files.readBytes(path, {
      ...(signal === undefined ? {} : { signal }),
      range: { offset: 0, length: maxBytes + 1 },
    });
    return bytes.length > maxBytes ? undefined : Buffer.from(bytes);
  } catch (error) {
    // A file without a byte has no first one.
    if (error instanceof PlatformError && error.kind === 'range_not_satisfiable') return Buffer.alloc(0);
    throw error;
  }
}

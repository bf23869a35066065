import { createHash } from 'node:crypto';

/** A file of a table as the log or a listing describes it. */
export interface DataFile {
  path: string;
  sizeBytes: number;
  modifiedAt: number;
}

/** Names the bytes, not just the path: a table made anew at the same place has other sizes and times. */
export function cacheKey(location: string, file: DataFile): string {
  return createHash('sha256').update(`${location}\n${file.path}\n${file.sizeBytes}\n${file.modifiedAt}`).digest('hex');
}

import { createHash } from 'node:crypto';
import { cachedPlace, type Storage } from '../storage/storage';

/** A file of a table as the log or a listing describes it. */
export interface DataFile {
  path: string;
  sizeBytes: number;
  modifiedAt: number;
}

/** Names the bytes, not just the path: a table made anew at the same place has other sizes and times. */
export function cacheKey(storage: Storage, file: DataFile): string {
  return createHash('sha256')
    .update(`${cachedPlace(storage)}\n${file.path}\n${file.sizeBytes}\n${file.modifiedAt}`)
    .digest('hex');
}

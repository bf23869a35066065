/** An object below a source's root. */
export interface SourceObject {
  /** '/'-separated, relative to the root of the source. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
}

/** What a source answers to a read: the bytes, or that they are still those of the ETag it was asked with. */
export type SourceRead = { readonly bytes: Uint8Array; readonly etag: string | undefined } | 'not-modified';

/**
 * Where change data lies: a folder or a prefix of a bucket, read with the rights of one caller and never written. Failures are the errors of
 * `@lakescope/delta`'s storages (StorageNotFound, StorageAccessDenied, StorageCredentialsRejected, StorageThrottled, StorageUnavailable).
 */
export interface SourceStore {
  /** The root: `s3://bucket/prefix` or `file:///folder`, without a trailing slash. */
  readonly uri: string;
  /**
   * Everything below a folder in the byte order of its paths, folders not told: one request per 1,000 objects of a bucket (ListObjectsV2
   * without a delimiter). `startAfter` is a path; none before or equal to it is told. A folder that is not there is empty.
   */
  list(folder: string, options?: { startAfter?: string; signal?: AbortSignal }): AsyncIterable<SourceObject>;
  /** A whole object; `ifNoneMatch` is the ETag of the bytes that are known. */
  read(path: string, options?: { ifNoneMatch?: string; signal?: AbortSignal }): Promise<SourceRead>;
  /** The last bytes of an object; all of it when it is shorter. */
  tail(path: string, bytes: number, options?: { signal?: AbortSignal }): Promise<Uint8Array>;
}

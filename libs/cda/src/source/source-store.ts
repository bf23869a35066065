/** An object below a source's root. */
export interface SourceObject {
  /** '/'-separated, relative to the root of the source. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Epoch milliseconds. */
  readonly modifiedAt: number;
  /** What tells these bytes from others at the same path; undefined where a store does not say. */
  readonly etag?: string | undefined;
  /**
   * Why it must not be read: a symbolic link, which may lead anywhere; a name that was gone before it could be looked at, so that another may
   * have come in its place; neither file nor folder.
   */
  readonly unfit?: 'link' | 'gone' | 'special';
}

/** What a source answers to a read: the bytes, or that they are still those of the ETag it was asked with. */
export type SourceRead = { readonly bytes: Uint8Array; readonly etag: string | undefined } | 'not-modified';

/**
 * Where change data lies: a folder or a prefix of a bucket, read with the rights of one caller and never written. Failures are the errors of
 * `@lakescope/delta`'s storages (StorageNotFound, StorageChanged, StorageAccessDenied, StorageCredentialsRejected, StorageThrottled, StorageUnavailable).
 */
export interface SourceStore {
  /** The root: `s3://bucket/prefix` or `file:///folder`, without a trailing slash and not percent-encoded. */
  readonly uri: string;
  /** What tells apart stores in which one URI may be two places; left out where it cannot be. */
  store?(): Promise<string>;
  /**
   * Everything below a folder in the byte order of its paths: one request per 1,000 objects of a bucket (ListObjectsV2 without a delimiter).
   * Folders are told only where they are empty, as an object of no bytes whose path ends with '/'. `startAfter` is a path; none before or
   * equal to it is told. A folder that is not there is empty.
   */
  list(folder: string, options?: { startAfter?: string; signal?: AbortSignal }): AsyncIterable<SourceObject>;
  /**
   * A whole object; `ifNoneMatch` is the ETag of the bytes that are known. InvalidRequest when it has more than `maxBytes` (default: 64 MiB).
   */
  read(path: string, options?: { ifNoneMatch?: string; maxBytes?: number; signal?: AbortSignal }): Promise<SourceRead>;
  /** Bytes of an object, from an offset; fewer when it ends before. StorageChanged when it has another ETag than the one given. */
  range(
    path: string,
    offset: number,
    length: number,
    options?: { etag?: string | undefined; signal?: AbortSignal },
  ): Promise<Uint8Array>;
}

/** What `SourceStore.read` reads at most when nothing else is said. */
export const MOST_READ_BYTES = 64 * 2 ** 20;

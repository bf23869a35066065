/** A place in object storage: a bucket, and a key or the beginning of keys; empty for the whole bucket. */
export interface StorageLocation {
  readonly bucket: string;
  readonly path: string;
}

/** Where the lake's own tables lie; on disk it is the folder `tables` of the state folder. */
export const LAKE_BUCKET = 'lakescope-lake';

/** Reads `s3://bucket/path`, with or without `/` at its end. Throws a RangeError for anything else. */
export function parseStorageLocation(url: string): StorageLocation {
  const [, bucket, path = ''] = /^s3a?:\/\/([^/?#]+)(?:\/(.*))?$/s.exec(url) ?? [];
  if (bucket === undefined) throw new RangeError(`'${url}' is no location of the form s3://bucket/path`);
  return { bucket, path: path.replace(/\/+$/, '') };
}

/** Whether a key is the location itself or lies below it: `t1` holds `t1/part-0`, and not `t10/part-0`. */
export function holdsKey(location: StorageLocation, bucket: string, key: string): boolean {
  if (bucket !== location.bucket) return false;
  return location.path === '' || key === location.path || key.startsWith(`${location.path}/`);
}

/** S3 user guide, "Bucket naming rules". */
export function isBucketName(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]$/.test(name) && !name.includes('..') && !/^\d+(\.\d+){3}$/.test(name);
}

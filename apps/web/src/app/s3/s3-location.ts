/** A folder of a bucket, or the bucket itself. */
export interface S3Location {
  readonly bucket: string;
  /** What the keys begin with; empty, or with a slash at its end. */
  readonly prefix: string;
}

/** Names of buckets; anything else is no place that could be asked for. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/**
 * The place a person meant by what they pasted: with quotes, as `s3a://`, with or without a slash at the end. Undefined when it is none.
 * Keys are taken as they are: `%20` in one is no blank.
 */
export function s3Location(pasted: string): S3Location | undefined {
  const bare = pasted.trim().replace(/^["'`]+|["'`]+$/g, '');
  const [, bucket = '', rest = ''] = /^s3[an]?:\/\/([^/]*)(?:\/(.*))?$/s.exec(bare) ?? [];
  if (!BUCKET.test(bucket)) return undefined;
  return { bucket, prefix: rest === '' || rest.endsWith('/') ? rest : `${rest}/` };
}

export function s3Path({ bucket, prefix }: S3Location): string {
  return `s3://${bucket}/${prefix}`;
}

/** The same place written in one way, for the bar that shows it. */
export function readS3Path(pasted: string): string | undefined {
  const location = s3Location(pasted);
  return location && s3Path(location);
}

/** As the inspector takes it: a table's folder without a slash at its end. */
export function tablePath(location: S3Location): string {
  return s3Path(location).replace(/\/+$/, '');
}

/** Every folder on the way to a prefix, itself included. */
export function prefixesTo(prefix: string): readonly string[] {
  const prefixes: string[] = [];
  for (let end = prefix.indexOf('/'); end >= 0; end = prefix.indexOf('/', end + 1)) {
    prefixes.push(prefix.slice(0, end + 1));
  }
  return prefixes;
}

/** The folder that a folder is in; undefined for the bucket itself. */
export function prefixAbove(prefix: string): string | undefined {
  return prefix === '' ? undefined : (prefixesTo(prefix).at(-2) ?? '');
}

/** What a folder or an object is called: the last part of its key, a lone slash where that is empty. */
export function nameOfKey(key: string): string {
  const bare = key.endsWith('/') ? key.slice(0, -1) : key;
  return bare.slice(bare.lastIndexOf('/') + 1) || '/';
}

/** The name of the bucket or of the folder in it. */
export function nameOfLocation({ bucket, prefix }: S3Location): string {
  return prefix === '' ? bucket : nameOfKey(prefix);
}

import { InvalidRequest } from '@lakescope/server-http';
import { BUCKET_NAME } from './bucket-name';

/** A place in S3. */
export interface S3Location {
  readonly bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  readonly path: string;
}

/** Reads `s3://bucket/path`; `s3a` and `s3n` mean the same. The path is not percent-decoded. Throws `InvalidRequest` that names the field. */
export function parseS3Location(text: string, field: string): S3Location {
  const [, bucket = '', rest = ''] = /^s3[an]?:\/\/([^/]*)(?:\/(.*))?$/s.exec(text) ?? [];
  if (!BUCKET_NAME.test(bucket)) throw refusal(field, 'must look like s3://bucket/path');
  const path = rest.replace(/^\/+|\/+$/g, '');
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    throw refusal(field, 'must not hold . or .. as a part of the path');
  }
  return { bucket, path };
}

function refusal(field: string, message: string): InvalidRequest {
  return new InvalidRequest(`${field} ${message}.`, [{ path: field, message }]);
}

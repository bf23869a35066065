import type { Authentication } from './authenticate';
import type { Buckets } from './buckets';
import type { ObjectFile } from './object-file';
import type { Roles } from './roles';
import type { S3Request } from './s3-request';

/** What an operation answers. A file is sent from `start` to `end`, both included, and closed. */
export interface S3Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly file?: { readonly source: ObjectFile; readonly start: number; readonly end: number };
}

/** What an operation needs to know. */
export interface S3Call {
  readonly request: S3Request;
  readonly authentication: Authentication;
  readonly buckets: Buckets;
  readonly roles: Roles;
}

/** A call about one bucket, and about one object of it. */
export interface BucketCall extends S3Call {
  readonly bucketName: string;
}

export interface ObjectCall extends BucketCall {
  readonly key: string;
}

export function xmlAnswer(body: string, headers: Readonly<Record<string, string>> = {}): S3Answer {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body };
}

export function quoted(etag: string): string {
  return `"${etag}"`;
}

/** An ETag as clients send it, with or without quotes. */
export function unquoted(etag: string): string {
  return etag.trim().replace(/^(?:W\/)?"(.*)"$/s, '$1');
}

import type { S3Client } from '@aws-sdk/client-s3';
import { S3Objects, type S3Patience } from '@lakescope/delta';
import { refuseUnfit } from './paths';
import { MOST_READ_BYTES, type SourceObject, type SourceRead, type SourceStore } from './source-store';

/** A prefix of a bucket, and the client of one caller. */
export interface S3Place extends S3Patience {
  readonly client: S3Client;
  readonly bucket: string;
  /** Without it the whole bucket. */
  readonly prefix?: string;
}

/** Change data in S3 or a store that speaks its protocol. Listing all buckets is never asked for. */
export class S3Source implements SourceStore {
  readonly uri: string;
  private readonly objects: S3Objects;
  private readonly root: string;

  constructor(readonly place: S3Place) {
    const prefix = (place.prefix ?? '').replace(/^\/+|\/+$/g, '');
    this.objects = new S3Objects(place);
    this.root = prefix === '' ? '' : `${refuseUnfit(prefix)}/`;
    this.uri = `s3://${place.bucket}${prefix === '' ? '' : `/${prefix}`}`;
  }

  store(): Promise<string> {
    return s3StoreOf(this.place);
  }

  async *list(
    folder: string,
    options: { startAfter?: string; signal?: AbortSignal } = {},
  ): AsyncIterable<SourceObject> {
    const { startAfter, signal } = options;
    const after = startAfter === undefined ? {} : { startAfter: this.root + startAfter };
    const prefix = `${this.key(folder)}/`;
    for await (const { key, ...object } of this.objects.list(prefix, { ...after, signal })) {
      yield { path: key.slice(this.root.length), ...object };
    }
  }

  read(
    path: string,
    { maxBytes = MOST_READ_BYTES, ...options }: { ifNoneMatch?: string; maxBytes?: number; signal?: AbortSignal } = {},
  ): Promise<SourceRead> {
    return this.objects.read(this.key(path), { ...options, maxBytes });
  }

  async range(
    path: string,
    offset: number,
    length: number,
    { etag, signal }: { etag?: string | undefined; signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    const read = await this.objects.read(this.key(path), { range: { offset, length }, ifMatch: etag, signal });
    if (read === 'not-modified') throw new Error('Nothing was said of an ETag');
    return read.bytes;
  }

  /** The key of a path in the bucket. */
  key(path: string): string {
    return this.root + refuseUnfit(path);
  }
}

const AWS = /(?:^|\.)amazonaws\.com(\.cn)?$/;

/** What tells stores apart; without an endpoint it is AWS, by whatever endpoint, whose regions copy from one another. */
export async function s3StoreOf({ client }: Pick<S3Place, 'client'>): Promise<string> {
  const endpoint = await client.config.endpoint?.();
  if (endpoint === undefined || AWS.test(endpoint.hostname)) return 'aws';
  return `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port ?? ''}`;
}

import type { _Object, ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import { UpstreamCursors, UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { bucketOf, OpenedConnections } from '../connections/opened-connections';
import { askingS3, ListingNotUnderstood } from '../s3-problem';
import { S3BucketDto, type S3BucketPage } from './s3-bucket.dto';
import type { S3ObjectDto, S3ObjectPage } from './s3-object.dto';
import type { ListS3BucketsRequest, ListS3ObjectsRequest } from './s3-requests.dto';

/** Lists what a connection shows, page by page; a page that is not the last one always says so. */
@Injectable()
export class ObjectBrowser {
  constructor(
    private readonly connections: OpenedConnections,
    private readonly cursors: UpstreamCursors,
  ) {}

  async listBuckets(caller: UserCaller, request: ListS3BucketsRequest, signal: AbortSignal): Promise<S3BucketPage> {
    const connection = await this.connections.open(caller, request.connection_id);
    const { limit, cursor } = request;
    const list = JSON.stringify(['s3 buckets', connection.id]);
    const page = await this.cursors.read(caller, { list, limit, cursor }, async (token, size) => {
      const { Buckets = [], ContinuationToken } = await askingS3({ right: 's3:ListAllMyBuckets', connection }, () =>
        connection.client.listBuckets({ MaxBuckets: size, ContinuationToken: token }, { abortSignal: signal }),
      );
      return { items: Buckets, nextPageToken: ContinuationToken };
    });
    return { items: page.items.map((bucket) => S3BucketDto.from(bucket)), next_cursor: page.next_cursor };
  }

  async listObjects(caller: UserCaller, request: ListS3ObjectsRequest, signal: AbortSignal): Promise<S3ObjectPage> {
    const connection = await this.connections.open(caller, request.connection_id);
    const bucket = bucketOf(connection, request.bucket);
    const { limit, cursor, prefix = '', delimiter = '/' } = request;
    const list = JSON.stringify(['s3 objects', connection.id, bucket, prefix, delimiter]);
    const page = await this.cursors.read(caller, { list, limit, cursor }, async (token, size) => {
      const input = {
        Bucket: bucket,
        Prefix: prefix,
        Delimiter: delimiter === '' ? undefined : delimiter,
        // XML has no way to write some characters that keys may hold.
        EncodingType: 'url' as const,
        MaxKeys: size,
        ContinuationToken: token,
      };
      return askingS3({ right: 's3:ListBucket', connection, bucket, prefix }, async () => {
        const found = await connection.client.listObjectsV2(input, { abortSignal: signal });
        return { items: entriesOf(found, prefix), nextPageToken: nextOf(found) };
      });
    });
    return { ...page, bucket, prefix };
  }
}

/** Storage that says there is more has to say where; without that, going on is impossible, and stopping would hide what follows. */
function nextOf({ IsTruncated, NextContinuationToken }: ListObjectsV2CommandOutput): string | undefined {
  if (IsTruncated !== true) return undefined;
  if (NextContinuationToken === undefined) throw new ListingNotUnderstood();
  return NextContinuationToken;
}

/** Objects and folders come in two lists, each in the order of the bytes of its keys. */
function entriesOf(
  { Contents = [], CommonPrefixes = [], EncodingType }: ListObjectsV2CommandOutput,
  prefix: string,
): S3ObjectDto[] {
  const keyOf = (text: string): string => (EncodingType === 'url' ? decoded(text) : text);
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const nameOf = (key: string): string => key.slice(folder.length).replace(/\/$/, '');
  const entries = [
    ...CommonPrefixes.map(({ Prefix = '' }) => folderEntry(keyOf(Prefix), nameOf)),
    ...Contents.map((object) => objectEntry(object, keyOf(object.Key ?? ''), nameOf)),
  ];
  return entries.sort((left, right) => Buffer.compare(Buffer.from(left.key), Buffer.from(right.key)));
}

/** Blanks come as plus signs. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new ListingNotUnderstood();
  }
}

function folderEntry(key: string, nameOf: (key: string) => string): S3ObjectDto {
  const name = nameOf(key);
  return { kind: 'folder', key, name, size_bytes: null, last_modified: null, etag: null, storage_class: null };
}

function objectEntry(
  { Size = 0, LastModified, ETag, StorageClass }: _Object,
  key: string,
  nameOf: (key: string) => string,
): S3ObjectDto {
  return {
    kind: 'object',
    key,
    name: nameOf(key),
    size_bytes: Size,
    last_modified: LastModified?.toISOString() ?? null,
    etag: ETag ?? null,
    storage_class: StorageClass ?? null,
  };
}

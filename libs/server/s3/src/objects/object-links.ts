import { UserCaller } from '@lakescope/server-http';
import { Injectable } from '@nestjs/common';
import { bucketOf, OpenedConnections } from '../connections/opened-connections';
import { limits } from '../s3-limits';
import { askingS3 } from '../s3-problem';
import { KeyWithoutLink } from '../s3.errors';
import type { S3DownloadUrlDto } from './s3-download-url.dto';
import type { S3DownloadUrlRequest } from './s3-requests.dto';

/** Links to objects that need no keys. They are kept nowhere. */
@Injectable()
export class ObjectLinks {
  constructor(private readonly connections: OpenedConnections) {}

  /** The object is looked at first: a link that leads to an error of the storage would help nobody. */
  async create(caller: UserCaller, request: S3DownloadUrlRequest, signal: AbortSignal): Promise<S3DownloadUrlDto> {
    const connection = await this.connections.open(caller, request.connection_id);
    const { key, expires_in_seconds: expiresIn = limits.linkSeconds } = request;
    const bucket = bucketOf(connection, request.bucket);
    if (key.split('/').some((part) => part === '.' || part === '..')) throw new KeyWithoutLink();
    const object = { Bucket: bucket, Key: key };
    const about = { right: 's3:GetObject', connection, bucket, key } as const;
    const { ContentLength } = await askingS3(about, () =>
      connection.client.headObject(object, { abortSignal: signal }),
    );
    const [{ GetObjectCommand }, { getSignedUrl }] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    const signedAt = Date.now();
    // Kept as a file, whatever its type: nothing in a bucket is to run in a browser.
    const command = new GetObjectCommand({ ...object, ResponseContentDisposition: attachment(key) });
    const url = await askingS3(about, () => getSignedUrl(connection.client, command, { expiresIn }));
    return {
      url,
      expires_at: new Date(signedAt + expiresIn * 1000).toISOString(),
      size_bytes: ContentLength ?? 0,
    };
  }
}

/** RFC 6266, with the name as RFC 8187 writes it: anything but the plainest characters is percent-encoded. */
function attachment(key: string): string {
  const name = key.split('/').findLast((part) => part !== '') ?? 'object';
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${encoded}`;
}

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import type { ByteRange } from '../files/byte-range';
import type { Bucket } from './buckets';
import type { Checksum } from './checksums';
import type { StoredObject } from './bucket-store';
import { evaluate, type ReadConditions } from './object-headers';
import { invalidArgument, noSuchKey, preconditionFailed } from './s3-error';
import { decode, headerOf } from './s3-request';

export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string | undefined;
}

/** `x-amz-copy-source`: `/bucket/key`, percent-encoded, the first `/` may be missing. Throws InvalidArgument. */
export function copySource(message: IncomingMessage): CopySource {
  const header = headerOf(message, 'x-amz-copy-source') ?? '';
  const [, path = '', versionId] = /^(.*?)(?:\?versionId=(.*))?$/s.exec(header) ?? [];
  const [, bucket = '', key = ''] = /^\/?([^/]+)\/(.+)$/s.exec(decode(path)) ?? [];
  if (key !== '') return { bucket, key, versionId };
  throw invalidArgument(
    'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
    'x-amz-copy-source',
    header,
  );
}

/** Copies an object, or a range of it, into a new file. The source is read as it was at the beginning. */
export async function copyInto(
  path: string,
  { objects }: Bucket,
  key: string,
  options: { conditions: ReadConditions; range?: (size: number) => ByteRange; checksum?: Checksum },
): Promise<{ source: StoredObject; etag: string }> {
  const found = objects.read(key);
  if (found === undefined) throw noSuchKey(key);
  const { object, file } = found;
  const target = await open(path, 'wx', 0o600).catch((error: unknown) => {
    file.close();
    throw error;
  });
  try {
    if (evaluate(options.conditions, object) === 'not modified')
      throw preconditionFailed('x-amz-copy-source-If-None-Match');
    const { first, last } = options.range?.(object.size) ?? { first: 0, last: object.size - 1 };
    const md5 = createHash('md5');
    if (last >= first) {
      for await (const piece of file.stream(first, last, 1024 ** 2)) {
        md5.update(piece as Buffer);
        options.checksum?.update(piece as Buffer);
        await target.writeFile(piece as Buffer);
      }
    }
    return { source: object, etag: md5.digest('hex') };
  } finally {
    file.close();
    await target.close();
  }
}

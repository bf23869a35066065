import type { CompletedPart, S3Client, UploadPartCopyCommandOutput } from '@aws-sdk/client-s3';
import { InvalidRequest, StorageChanged, StorageUnavailable } from '../errors';
import { S3Body } from './s3-body';
import { decodedKey, nextPage, S3Calls, sdk, type S3Patience } from './s3-calls';
import { checksumOf } from './s3-checksum';
import type { ObjectAnswer } from './s3-direct';
import { isAnother, quoted } from './s3-etags';
import type { S3Failure } from './s3-failures';
import type { ByteRange } from './storage';

/** S3 copies and takes no more in one request. */
const LARGEST_COPY = 5 * 1024 ** 3;
/** Of a copy: large, because the store moves them itself, and many of them at most (10,000). */
const COPIED_PART = 1024 ** 3;
/** Of what is sent. */
const SENT_PART = 8 * 1024 ** 2;
const PARTS_AT_ONCE = 4;
const NOT_MODIFIED = 304;

/** A bucket, and how long a slow store is waited for. */
export interface S3ObjectsOptions extends S3Patience {
  /** As for S3Storage. */
  client: S3Client;
  bucket: string;
  /**
   * Bytes from which on an object is copied or sent in parts; 5 GiB and 8 MiB by default.
   * @internal
   */
  parts?: { copy: number; send: number };
}

/** One object of a listing. */
export interface S3Object {
  key: string;
  sizeBytes: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
  /** Of its bytes; undefined where a store does not say. */
  etag: string | undefined;
}

/** What is read of an object, and when. */
export interface S3ReadOptions {
  range?: ByteRange;
  /** The ETag of bytes that are known: the same again answers `not-modified`. */
  ifNoneMatch?: string;
  /** The ETag that the object must have: StorageChanged when it has another. */
  ifMatch?: string;
  /** InvalidRequest when there are more. */
  maxBytes?: number;
  signal?: AbortSignal;
}

/**
 * The objects of a bucket as they are, for who works with keys rather than with a table: flat listings, reads by ETag, copies that the store
 * makes itself. The same patience and the same errors as S3Storage.
 */
export class S3Objects {
  readonly bucket: string;
  private readonly calls: S3Calls;
  private readonly copyLimit: number;
  private readonly sentPart: number;
  private readonly copiedPart: number;

  constructor({ client, bucket, parts, ...patience }: S3ObjectsOptions) {
    this.bucket = bucket;
    this.calls = new S3Calls(client, bucket, patience);
    this.copyLimit = parts?.copy ?? LARGEST_COPY;
    this.copiedPart = parts?.copy ?? COPIED_PART;
    this.sentPart = parts?.send ?? SENT_PART;
  }

  /** All keys that begin with a prefix, in the order of their bytes and without folders: one request per 1,000 of them. */
  async *list(prefix: string, options: { startAfter?: string; signal?: AbortSignal } = {}): AsyncIterable<S3Object> {
    const { signal, startAfter } = options;
    const call = { path: this.describe(prefix), right: 's3:ListBucket', signal };
    let token: string | undefined;
    do {
      const from = token === undefined ? { StartAfter: startAfter } : { ContinuationToken: token };
      const page = await this.calls.attempts.run(call, () =>
        this.calls.watched(signal, (alive, abortSignal) =>
          this.calls.list({ Prefix: prefix, ...from }, alive, abortSignal),
        ),
      );
      for (const { Key = '', Size = 0, LastModified, ETag } of page.Contents ?? []) {
        yield { key: decodedKey(Key), sizeBytes: Size, modifiedAt: LastModified?.getTime() ?? 0, etag: quoted(ETag) };
      }
      token = nextPage(page, token, call.path);
    } while (token !== undefined);
  }

  /** An object, or a part of it, with its ETag. StorageNotFound when it is not there. */
  async read(
    key: string,
    { range, ifNoneMatch, ifMatch, maxBytes, signal }: S3ReadOptions = {},
  ): Promise<{ bytes: Uint8Array; etag: string | undefined } | 'not-modified'> {
    const body = new S3Body(range);
    if (body.isEmpty) return { bytes: new Uint8Array(0), etag: undefined };
    return this.calls.attempts.run<{ bytes: Uint8Array; etag: string | undefined } | 'not-modified'>(
      { path: this.describe(key), right: 's3:GetObject', signal },
      async () => {
        const condition = body.isFresh ? { IfNoneMatch: ifNoneMatch, IfMatch: ifMatch } : { IfMatch: body.etag };
        const input = { Key: key, Range: body.missingRange(), ...condition };
        await this.calls.watched(signal, async (alive, abortSignal) => {
          const answer = await this.calls.get(input, abortSignal);
          this.refuseLarge(key, answer, maxBytes);
          // Not every store knows the condition.
          if (isAnother(answer.ETag, ifMatch)) {
            destroy(answer);
            throw new StorageChanged(this.describe(key));
          }
          await body.take(answer, alive, abortSignal);
        });
        return { bytes: body.bytes(), etag: body.etag };
      },
      {
        takeOver: async (failure, thrown) => {
          if (statusOf(thrown) === NOT_MODIFIED) return { answer: 'not-modified' };
          if (failure.kind === 'range' && body.isFresh)
            return { answer: { bytes: new Uint8Array(0), etag: undefined } };
          if (failure.kind !== 'exists') return undefined;
          if (ifMatch !== undefined) throw new StorageChanged(this.describe(key));
          body.forget();
          return 'again';
        },
        hasProgressed: () => body.hasProgressed(),
      },
    );
  }

  /**
   * Copies an object of this or another bucket of the same store over one that is there, without its bytes coming by here. The credentials of
   * this bucket's client must be good for both. StorageChanged when the object has another `etag` than the one given.
   */
  async copy(
    from: { bucket: string; key: string; sizeBytes: number; etag?: string },
    key: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const { signal } = options;
    const source = {
      CopySource: `${from.bucket}/${from.key.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceIfMatch: from.etag,
    };
    const changed = async (failure: S3Failure): Promise<undefined> => {
      if (failure.kind !== 'exists' || from.etag === undefined) return undefined;
      throw new StorageChanged(`s3://${from.bucket}/${from.key}`);
    };
    if (from.sizeBytes <= this.copyLimit) {
      const { CopyObjectCommand } = await sdk();
      const input = { Bucket: this.bucket, Key: key, ...source };
      const send = (client: S3Client, abortSignal: AbortSignal): Promise<unknown> =>
        client.send(new CopyObjectCommand(input), { abortSignal });
      await this.run(key, 's3:PutObject', from.sizeBytes, signal, send, changed);
      return;
    }
    const { UploadPartCopyCommand } = await sdk();
    // The store knows what it copies, and asks for no checksum of it.
    await this.inParts(key, { size: from.sizeBytes, part: this.copiedPart }, signal, async (upload, offset, length) => {
      const input = { ...upload, ...source, CopySourceRange: `bytes=${offset}-${offset + length - 1}` };
      const send = (client: S3Client, abortSignal: AbortSignal): Promise<UploadPartCopyCommandOutput> =>
        client.send(new UploadPartCopyCommand(input), { abortSignal });
      const answer = await this.run(key, 's3:PutObject', length, signal, send, changed);
      return { ETag: answer.CopyPartResult?.ETag };
    });
  }

  /** Sends an object of a known size over one that is there; `piece` is asked for its bytes, and no more than a few parts are in memory. */
  async send(
    key: string,
    sizeBytes: number,
    piece: (offset: number, length: number) => Promise<Uint8Array>,
    options: { signal?: AbortSignal } = {},
  ): Promise<void> {
    const { signal } = options;
    if (sizeBytes <= this.sentPart) {
      const { PutObjectCommand } = await sdk();
      const body = sizeBytes === 0 ? new Uint8Array(0) : await piece(0, sizeBytes);
      const sums = { ContentLength: body.length, ChecksumCRC32: checksumOf(body) };
      const input = { Bucket: this.bucket, Key: key, Body: body, ...sums };
      await this.run(key, 's3:PutObject', body.length, signal, (client, abortSignal) =>
        client.send(new PutObjectCommand(input), { abortSignal }),
      );
      return;
    }
    const { UploadPartCommand } = await sdk();
    // No upload has more than 10,000 parts.
    const part = Math.max(this.sentPart, Math.ceil(sizeBytes / 9_000));
    const all = { size: sizeBytes, part, ChecksumAlgorithm: 'CRC32' as const };
    await this.inParts(key, all, signal, async (upload, offset, length) => {
      const body = await piece(offset, length);
      const ChecksumCRC32 = checksumOf(body);
      const input = { ...upload, Body: body, ContentLength: body.length, ChecksumCRC32 };
      const answer = await this.run(key, 's3:PutObject', length, signal, (client, abortSignal) =>
        client.send(new UploadPartCommand(input), { abortSignal }),
      );
      return { ETag: answer.ETag, ChecksumCRC32 };
    });
  }

  /** Bytes of an object; undefined when it is not there. */
  async size(key: string, options: { signal?: AbortSignal } = {}): Promise<number | undefined> {
    const { HeadObjectCommand } = await sdk();
    const { signal } = options;
    return this.calls.attempts.run<number | undefined>(
      { path: this.describe(key), right: 's3:GetObject', signal },
      async () => {
        const input = { Bucket: this.bucket, Key: key };
        const answer = await this.calls.watched(signal, (_, abortSignal) =>
          this.calls.client.send(new HeadObjectCommand(input), { abortSignal }),
        );
        return answer.ContentLength ?? 0;
      },
      { takeOver: async (failure) => (failure.kind === 'missing' ? { answer: undefined } : undefined) },
    );
  }

  private async inParts(
    key: string,
    { size, part, ChecksumAlgorithm }: { size: number; part: number; ChecksumAlgorithm?: 'CRC32' },
    signal: AbortSignal | undefined,
    move: (
      upload: { Bucket: string; Key: string; UploadId: string; PartNumber: number },
      offset: number,
      length: number,
    ) => Promise<Omit<CompletedPart, 'PartNumber'>>,
  ): Promise<void> {
    const { CreateMultipartUploadCommand, CompleteMultipartUploadCommand, AbortMultipartUploadCommand } = await sdk();
    const place = { Bucket: this.bucket, Key: key };
    const { UploadId } = await this.run(key, 's3:PutObject', 0, signal, (client, abortSignal) =>
      client.send(new CreateMultipartUploadCommand({ ...place, ChecksumAlgorithm }), { abortSignal }),
    );
    if (UploadId === undefined) throw new StorageUnavailable(this.describe(key), 'no id for an upload in parts');
    try {
      const parts: CompletedPart[] = Array.from({ length: Math.ceil(size / part) }, (_, index) => ({
        PartNumber: index + 1,
      }));
      for (let next = 0; next < parts.length; next += PARTS_AT_ONCE) {
        // All of a few end before the next begin, and before the upload is given up when one of them fails.
        const moved = parts.slice(next, next + PARTS_AT_ONCE).map(async (done, ahead) => {
          const offset = (next + ahead) * part;
          const upload = { ...place, UploadId, PartNumber: next + ahead + 1 };
          Object.assign(done, await move(upload, offset, Math.min(part, size - offset)));
        });
        const failed = (await Promise.allSettled(moved)).find(({ status }) => status === 'rejected');
        if (failed?.status === 'rejected') throw failed.reason;
      }
      const input = { ...place, UploadId, MultipartUpload: { Parts: parts } };
      await this.run(key, 's3:PutObject', 0, signal, (client, abortSignal) =>
        client.send(new CompleteMultipartUploadCommand(input), { abortSignal }),
      );
    } catch (error) {
      // Parts of an upload that never ends are paid for; that they cannot be taken back is not what went wrong.
      const abort = new AbortMultipartUploadCommand({ ...place, UploadId });
      await this.calls.client.send(abort, { abortSignal: this.calls.deadline(0) }).catch(() => undefined);
      throw error;
    }
  }

  private run<T>(
    key: string,
    right: string,
    bytes: number,
    signal: AbortSignal | undefined,
    send: (client: S3Client, abortSignal: AbortSignal) => Promise<T>,
    takeOver?: (failure: S3Failure) => Promise<undefined>,
  ): Promise<T> {
    const call = { path: this.describe(key), right, signal };
    const attempt = (): Promise<T> => send(this.calls.client, this.calls.deadline(bytes, signal));
    return this.calls.attempts.run(call, attempt, { takeOver });
  }

  private refuseLarge(key: string, answer: ObjectAnswer, maxBytes = Infinity): void {
    const { ContentLength = 0 } = answer;
    if (ContentLength <= maxBytes) return;
    destroy(answer);
    const message = `${this.describe(key)} has ${ContentLength} bytes, and at most ${maxBytes} are read`;
    throw new InvalidRequest(message);
  }

  private describe(key: string): string {
    return `s3://${this.bucket}/${key}`;
  }
}

/** What is not read of an answer must not be waited for either. */
function destroy({ Body }: ObjectAnswer): void {
  (Body as { destroy?: () => void } | undefined)?.destroy?.();
}

function statusOf(thrown: unknown): number | undefined {
  const { $metadata } = (thrown ?? {}) as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}

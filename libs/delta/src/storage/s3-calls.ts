import type { S3Client } from '@aws-sdk/client-s3';
import { InvalidRequest, StorageUnavailable } from '../errors';
import { S3Attempts } from './s3-attempts';
import { checksumOf } from './s3-checksum';
import { S3Direct, type ListingPage, type ListingRequest, type ObjectAnswer, type RangeRequest } from './s3-direct';

const STALL_MS = 30_000;
const FIRST_PAUSE_MS = 200;
/** How slow a line may be that a file is sent over: 100 KB/s. */
const SLOWEST_BYTES_PER_MS = 100;
/** Of what is put by the shortest way: commits are smaller, and what is larger does not feel the longer one. */
const MOST_PUT_DIRECTLY = 1024 ** 2;

/** How long a slow store is waited for. */
export interface S3Patience {
  /** Milliseconds without a single byte after which a connection is given up and the rest asked for again. Default: 30 seconds. */
  stallMs?: number;
  /** Milliseconds before a failed call is tried again, twice as long each time, five tries in all. Default: 200. */
  pauseMs?: number;
}

/** The calls to one bucket with the credentials of one caller: each is watched, tried again where that helps, and fails by a name. */
export class S3Calls {
  readonly attempts: S3Attempts;
  private readonly direct: S3Direct;
  private readonly stallMs: number;

  constructor(
    readonly client: S3Client,
    readonly bucket: string,
    { stallMs = STALL_MS, pauseMs = FIRST_PAUSE_MS }: S3Patience,
  ) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket) && !bucket.startsWith('arn:')) {
      throw new InvalidRequest(`${JSON.stringify(bucket)} is not the name of a bucket`);
    }
    this.stallMs = stallMs;
    this.direct = S3Direct.of(client, bucket);
    // The client remembers credentials until they say that they expire; the store knows better.
    this.attempts = new S3Attempts(pauseMs, () => client.config.credentials({ forceRefresh: true }));
  }

  /** GetObject. Of whole objects the client checks what their checksums say, so they go all its way. */
  async get(
    { Range, ...input }: Omit<RangeRequest, 'Range'> & { readonly Range: string | undefined },
    abortSignal: AbortSignal,
  ): Promise<ObjectAnswer> {
    if (Range !== undefined && this.direct.isReady) return this.direct.get({ Range, ...input }, abortSignal);
    const { GetObjectCommand } = await sdk();
    const command = new GetObjectCommand({ Bucket: this.bucket, Range, ...input });
    command.middlewareStack.add(this.direct.learning(input.Key), { step: 'deserialize' });
    return this.client.send(command, { abortSignal });
  }

  /** ListObjectsV2 without folders. */
  async list(request: ListingRequest, alive: () => void, abortSignal: AbortSignal): Promise<ListingPage> {
    if (this.direct.isReady) return this.direct.list(request, alive, abortSignal);
    const { ListObjectsV2Command } = await sdk();
    const input = { Bucket: this.bucket, EncodingType: 'url' as const, ...request };
    return this.client.send(new ListObjectsV2Command(input), { abortSignal });
  }

  /** PutObject; `ifNoneMatch` lets it take nothing's place. */
  async put(key: string, body: Uint8Array, ifNoneMatch?: '*'): Promise<void> {
    const abortSignal = this.deadline(body.length);
    if (this.direct.isReady && body.length <= MOST_PUT_DIRECTLY) {
      return this.direct.put(key, body, ifNoneMatch, abortSignal);
    }
    const { PutObjectCommand } = await sdk();
    const sums = { ContentLength: body.length, ChecksumCRC32: checksumOf(body) };
    const input = { Bucket: this.bucket, Key: key, Body: body, ...sums, IfNoneMatch: ifNoneMatch };
    const command = new PutObjectCommand(input);
    command.middlewareStack.add(this.direct.learning(key), { step: 'deserialize' });
    await this.client.send(command, { abortSignal });
  }

  /** Ends a call on which nothing moves; `alive` says that something did. */
  async watched<T>(
    signal: AbortSignal | undefined,
    work: (alive: () => void, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    // By hand: `AbortSignal.any` costs more than all the rest of a call's watching.
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), this.stallMs);
    const leave = (): void => ended.abort(signal?.reason);
    if (signal?.aborted === true) leave();
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await work(() => void timer.refresh(), ended.signal);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', leave);
    }
  }

  /** The end of a call that moves `bytes`, seen or unseen: as long as the slowest line takes. */
  deadline(bytes: number, signal?: AbortSignal): AbortSignal {
    const end = AbortSignal.timeout(this.stallMs + Math.ceil(bytes / SLOWEST_BYTES_PER_MS));
    return signal === undefined ? end : AbortSignal.any([signal, end]);
  }
}

/** Keys come percent-encoded: XML has no form for some characters that they may have. */
export function decodedKey(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}

/**
 * Where a listing goes on; undefined at its end. A page that says that more follow and not where must not pass for the last one: whoever
 * lists would take what is missing for what is not there.
 */
export function nextPage(
  { IsTruncated, NextContinuationToken: next }: ListingPage,
  token: string | undefined,
  path: string,
): string | undefined {
  if (IsTruncated !== true) return undefined;
  if (next !== undefined && next !== '' && next !== token) return next;
  throw new StorageUnavailable(path, 'a listing that is not at its end and does not go on');
}

/** Loaded with the first call: a service that has no table in S3 should not pay for it. */
export function sdk(): Promise<typeof import('@aws-sdk/client-s3')> {
  return import('@aws-sdk/client-s3');
}
